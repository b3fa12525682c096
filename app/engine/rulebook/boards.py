"""Leaderboards: who did most of something in a period, among all members, in a store, or in a team."""

from typing import Annotated, Final, Literal

from pydantic import Field

from app.engine.rulebook.measures import CountOf, SumOf
from app.engine.rulebook.values import INT32, Languages, Node, Slug

BOARDS_MAX: Final = 20
SHOWN_MAX: Final = 100


class Leaderboard(Node):
    """One leaderboard. Members are counted whether they are shown by name or not."""

    id: Slug = Field(description="Unique in this rulebook.", examples=["coffee-of-the-month"])
    title: Languages = Field(
        description="What members and cashiers read.",
        examples=[{"en": "Coffee lovers of the month", "vi": "Người mê cà phê của tháng"}],
    )
    measure: Annotated[CountOf | SumOf, Field(discriminator="kind")] = Field(
        description="What counts. For the progress of a challenge, say what its goal says.",
        examples=[{"kind": "count", "items": {"categories": ["coffee"]}}],
    )
    group: Literal["programme", "store", "team"] = Field(
        default="programme",
        description="Who compete with each other: all members; those who did it in the same store, in each store with "
        "what they did there; or those who have the same value of the attribute `team` when it is read.",
        examples=["programme"],
    )
    team: Slug | None = Field(
        default=None, description="The attribute of members that says their team, by its id.", examples=["office"]
    )
    period: Literal["day", "week", "month", "quarter", "year", "ever"] = Field(
        description="How long one lasts, by local days; weeks begin on Monday.", examples=["month"]
    )
    show: int = Field(
        default=10,
        ge=1,
        le=SHOWN_MAX,
        description="How many places are shown; members who share the last of them are all shown, up to 100.",
        examples=[10],
        json_schema_extra=INT32,
    )


Leaderboards = Annotated[
    tuple[Leaderboard, ...],
    Field(
        strict=False,
        max_length=BOARDS_MAX,
        description="Leaderboards.",
        examples=[[{"id": "top", "title": {"en": "Top"}, "measure": {"kind": "count"}, "period": "month"}]],
    ),
]


def board_counter(board: str, store: str = "") -> str:
    """The name under which it is counted what a member did for a leaderboard, in a store where it has stores."""
    return f"board/{board}/{store}"
