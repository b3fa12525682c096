"""Where a member stands in challenges and streaks, and the badges and gifts that they have."""

from typing import Annotated

from msgspec import Meta

from app.routers.models_answered import ID
from app.routers.wire import Answer, Instant, Int32, Int64


class PrizeOffered(Answer, frozen=True, kw_only=True):
    """What something gives when it is reached."""

    points: Annotated[Int64, Meta(description="Points.", examples=[0])]
    wallet: Annotated[str, Meta(description="The wallet into which they go.", examples=["points"])]
    badge: Annotated[str | None, Meta(description="A badge, by its id; null: none.", examples=[None])]
    gift: Annotated[str | None, Meta(description="A reward at no cost, by its id; null: none.", examples=["latte"])]


class GoalNow(Answer, frozen=True, kw_only=True):
    """A goal of a challenge."""

    id: Annotated[str, Meta(description="Its id.", examples=["visits"])]
    title: Annotated[str | None, Meta(description="Its title; null: the challenge says it all.", examples=["Visits"])]
    count: Annotated[Int64, Meta(description="What has been counted in this window.", examples=[8])]
    target: Annotated[Int64, Meta(description="What it takes, for this member.", examples=[10])]
    missing: Annotated[Int64, Meta(description="What is missing until it is reached (again).", examples=[2])]
    is_open: Annotated[bool, Meta(description="False: a step before it comes first.", examples=[True])]


class ChallengeNow(Answer, frozen=True, kw_only=True):
    """A challenge and how far the member has come."""

    id: Annotated[str, Meta(description="Its id.", examples=["tenth-coffee"])]
    title: Annotated[str, Meta(description="Its title in the language asked for.", examples=["The tenth is free"])]
    description: Annotated[str | None, Meta(description="More about it.", examples=[None])]
    goals: Annotated[list[GoalNow], Meta(description="Its goals, in their order.")]
    needed: Annotated[Int32, Meta(description="How many of the goals have to be reached.", examples=[1])]
    completed: Annotated[Int64, Meta(description="How often its prize was given for this window.", examples=[0])]
    can_be_completed: Annotated[bool, Meta(description="False: it was, and cannot be again in this window.")]
    last_day: Annotated[
        str | None, Meta(description="The last local day that counts; null: no end.", examples=["2026-05-31"])
    ]
    prize: Annotated[PrizeOffered, Meta(description="What completing it gives.")]


class MilestoneNow(Answer, frozen=True, kw_only=True):
    """A milestone of a streak."""

    periods: Annotated[Int32, Meta(description="So many periods in a row.", examples=[4])]
    missing: Annotated[Int32, Meta(description="How many are missing.", examples=[1])]
    prize: Annotated[PrizeOffered, Meta(description="What it gives.")]


class StreakNow(Answer, frozen=True, kw_only=True):
    """A streak of the member."""

    id: Annotated[str, Meta(description="Its id.", examples=["weekly-visit"])]
    title: Annotated[str, Meta(description="Its title in the language asked for.", examples=["A visit a week"])]
    period: Annotated[str, Meta(description="day, week or month.", examples=["week"])]
    periods: Annotated[
        Int32, Meta(description="Periods in a row; not counted further than the last milestone.", examples=[3])
    ]
    is_done_now: Annotated[bool, Meta(description="Whether the present period has enough.", examples=[False])]
    last_day: Annotated[
        str | None,
        Meta(description="It breaks when it does not go on by the end of this local day; null: there is none."),
    ]
    milestones: Annotated[list[MilestoneNow], Meta(description="What it gives.")]


class BadgeHeld(Answer, frozen=True, kw_only=True):
    """A badge that the member has."""

    id: Annotated[str, Meta(description="Its id.", examples=["early-bird"])]
    title: Annotated[str, Meta(description="Its title in the language asked for.", examples=["Early bird"])]
    description: Annotated[str | None, Meta(description="What it is for.", examples=[None])]
    picture_url: Annotated[str | None, Meta(description="Where its picture is.", examples=[None])]
    times: Annotated[Int64, Meta(description="How often it was given.", examples=[1])]


class GiftHeld(Answer, frozen=True, kw_only=True):
    """Rewards that the member may take at no cost."""

    reward: Annotated[str, Meta(description="The reward's id.", examples=["free-latte"])]
    title: Annotated[str, Meta(description="Its title in the language asked for.", examples=["A latte"])]
    count: Annotated[Int64, Meta(description="How many.", examples=[1])]
    last_day: Annotated[str | None, Meta(description="The last local day for them; null: no end.", examples=[None])]


class Progress(Answer, frozen=True, kw_only=True):
    """Everything that a member plays."""

    member: Annotated[str, Meta(description="The member.", examples=[f"mbr_{ID}"])]
    challenges: Annotated[list[ChallengeNow], Meta(description="The challenges in force.")]
    streaks: Annotated[list[StreakNow], Meta(description="The streaks in force.")]
    badges: Annotated[list[BadgeHeld], Meta(description="The badges that the member has.")]
    gifts: Annotated[list[GiftHeld], Meta(description="What can be taken at no cost, soonest ending first.")]
    as_of: Annotated[Instant, Meta(description="When that was so.")]
