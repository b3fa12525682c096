"""Leaderboards: what is asked and answered."""

from typing import Annotated

from msgspec import Meta
from pydantic import Field

from app.routers.models_asked import MEMBER_EXAMPLE
from app.routers.wire import PRINTABLE, Answer, Asked, Int64

DayOrNone = Annotated[str | None, Meta(extra_json_schema={"format": "date"}, examples=["2026-05-01"])]


class NicknameAsked(Asked):
    """A name to be seen under, or none."""

    nickname: str | None = Field(
        min_length=1,
        max_length=40,
        pattern=PRINTABLE,
        description="What others read on leaderboards. Whoever gives one agrees to be seen; null: not any more.",
        examples=["Lan 🌿"],
    )


class OwnNickname(Answer, frozen=True, kw_only=True):
    """The name under which a member is seen on leaderboards."""

    nickname: Annotated[str | None, Meta(description="The name; null: they are seen without one.", examples=["Lan 🌿"])]


class PlaceShown(Answer, frozen=True, kw_only=True):
    """A place on a leaderboard."""

    rank: Annotated[Int64, Meta(description="The rank, 1 for the first.", examples=[1])]
    score: Annotated[Int64, Meta(description="What was counted, in `score_unit`.", examples=[12])]
    nickname: Annotated[
        str | None,
        Meta(description="The name of a member who wants to be seen; null: without a name.", examples=["Lan"]),
    ]
    member: Annotated[
        str | None,
        Meta(
            description="Who it is; null for members, who learn it of nobody but themselves.", examples=[MEMBER_EXAMPLE]
        ),
    ]
    is_own: Annotated[bool, Meta(description="Whether it is the place of the member who asks.", examples=[False])]


class LeaderboardShown(Answer, frozen=True, kw_only=True):
    """A leaderboard of one period."""

    id: Annotated[str, Meta(description="Its id in the rulebook.", examples=["coffee-of-the-month"])]
    title: Annotated[str, Meta(description="Its title in the language asked for.", examples=["Người mê cà phê"])]
    group_kind: Annotated[str, Meta(description="`programme`, `store` or `team`.", examples=["programme"])]
    group: Annotated[str | None, Meta(description="Which store or team; null: all members.", examples=["D1"])]
    period: Annotated[str, Meta(description="`day`, `week`, `month`, `quarter`, `year` or `ever`.", examples=["month"])]
    from_date: Annotated[DayOrNone, Meta(description="The first local day; null: the beginning.")]
    until_date: Annotated[DayOrNone, Meta(description="The last local day; null: it never ends.")]
    score_unit: Annotated[
        str,
        Meta(
            description="`times`; `minor` units of the currency; `points`; or `micro_pieces`, millionths of a piece.",
            examples=["times"],
        ),
    ]
    ranking: Annotated[
        str,
        Meta(
            description="How ranks are counted, in the language asked for.",
            examples=["Who has as much shares a rank, and the ranks that they take are left out: 1, 2, 2, 4."],
        ),
    ]
    data: Annotated[list[PlaceShown], Meta(description="Places, the first one first.")]
