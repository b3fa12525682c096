"""Challenges, streaks, badges and gifts: what was done towards them, and what they gave."""

from typing import Annotated

from msgspec import Meta

from app.routers.wire import Answer, Int32, Int64


class PrizeGiven(Answer, frozen=True, kw_only=True):
    """A prize that was given."""

    game: Annotated[
        str,
        Meta(
            description="What gave it: challenge, streak, surprise, wheel, tier or referral; more may be added.",
            examples=["challenge"],
        ),
    ]
    id: Annotated[
        str,
        Meta(
            description="Its id in the rulebook; of a tier the level’s; `referral` of one.", examples=["tenth-coffee"]
        ),
    ]
    title: Annotated[str, Meta(description="Its title in the language asked for.", examples=["Ly thứ mười miễn phí"])]
    set: Annotated[str | None, Meta(description="The set of tiers of a level; null: the main one, or no level.")]
    times: Annotated[Int32, Meta(description="How often it was reached with this.", examples=[1])]
    points: Annotated[Int64, Meta(description="Points given.", examples=[0])]
    wallet: Annotated[str, Meta(description="The wallet into which they went.", examples=["points"])]
    badge: Annotated[str | None, Meta(description="The badge given; null: none.", examples=[None])]
    gift: Annotated[
        str | None, Meta(description="The reward that can be taken at no cost; null: none.", examples=["free-latte"])
    ]
    gift_title: Annotated[str | None, Meta(description="What it is called.", examples=["Một ly latte"])]
    gift_last_day: Annotated[
        str | None, Meta(description="The last local day on which it can be taken; null: no end.", examples=[None])
    ]


class PrizeTakenBack(Answer, frozen=True, kw_only=True):
    """A prize that was taken back."""

    game: Annotated[str, Meta(description="What had given it; as in prizes.", examples=["challenge"])]
    id: Annotated[str, Meta(description="Its id in the rulebook.", examples=["tenth-coffee"])]
    set: Annotated[str | None, Meta(description="The set of tiers of a level; null: the main one, or no level.")]
    times: Annotated[Int32, Meta(description="How often.", examples=[1])]
    points_asked: Annotated[Int64, Meta(description="Points asked back.", examples=[0])]
    points_taken: Annotated[Int64, Meta(description="Points taken, what is owed included.", examples=[0])]
    badge: Annotated[str | None, Meta(description="The badge; null: none.", examples=[None])]
    gift: Annotated[str | None, Meta(description="The reward that was a gift; null: none.", examples=["free-latte"])]


class GoalMoved(Answer, frozen=True, kw_only=True):
    """A goal or a streak that an activity counted towards."""

    game: Annotated[str, Meta(description="challenge or streak; more may be added.", examples=["challenge"])]
    id: Annotated[str, Meta(description="Its id in the rulebook.", examples=["tenth-coffee"])]
    title: Annotated[str, Meta(description="Its title in the language asked for.", examples=["Ly thứ mười miễn phí"])]
    goal: Annotated[str | None, Meta(description="The goal's id; null of a streak.", examples=["visits"])]
    count: Annotated[Int64, Meta(description="What has been counted; of a streak, periods in a row.", examples=[8])]
    target: Annotated[
        Int64 | None, Meta(description="What it takes; null: the last milestone of a streak is past.", examples=[10])
    ]
    missing: Annotated[Int64, Meta(description="What is missing.", examples=[2])]
