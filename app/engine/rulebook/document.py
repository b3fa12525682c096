"""A rulebook as a merchant writes it: at once the schema of the API, the stored document and the compiler's input.

Its parts are defined where their meaning is; whoever works with a document finds all of them here.
"""

from typing import Annotated

from pydantic import Field

from app.engine.rulebook.activities import Activities
from app.engine.rulebook.attributes import ATTRIBUTES_MAX, Attribute
from app.engine.rulebook.boards import Leaderboard, Leaderboards
from app.engine.rulebook.challenges import Challenges
from app.engine.rulebook.earning import (
    Bonus,
    Earning,
    EarningCap,
    Effect,
    Multiply,
    PerAmount,
    RefundMode,
    Rule,
    RuleCap,
)
from app.engine.rulebook.effects import BuyGet, Group, PerUnit, StepTable
from app.engine.rulebook.eligible import Basis
from app.engine.rulebook.levels import SETS_MAX, Level, Tiers, TierSet
from app.engine.rulebook.lifetimes import (
    EndOfPeriod,
    Expiry,
    FixedDate,
    Inactivity,
    NeverExpires,
    Pending,
    PendingDays,
    PendingEvent,
    RollingDays,
    RollingMonths,
)
from app.engine.rulebook.prizes import Badges
from app.engine.rulebook.ratios import Ratio
from app.engine.rulebook.referrals import Referral
from app.engine.rulebook.rewards import REWARDS_MAX, Reward
from app.engine.rulebook.segments import SEGMENTS_MAX, Segment
from app.engine.rulebook.streaks import Streaks
from app.engine.rulebook.surprises import Surprise, Surprises
from app.engine.rulebook.terms import Adjustments, Goodwill, Holds, Late, Transfers
from app.engine.rulebook.values import INT32, Languages, Node
from app.engine.rulebook.wallets import MAIN_WALLET, WALLETS_MAX, Debt, Redemption, Rounding, RoundingMode, Wallet

__all__ = [
    "MAIN_WALLET",
    "Adjustments",
    "Attribute",
    "Basis",
    "Bonus",
    "BuyGet",
    "Debt",
    "Earning",
    "EarningCap",
    "Effect",
    "EndOfPeriod",
    "Expiry",
    "FixedDate",
    "Goodwill",
    "Group",
    "Holds",
    "Inactivity",
    "Late",
    "Leaderboard",
    "Level",
    "Multiply",
    "NeverExpires",
    "Pending",
    "PendingDays",
    "PendingEvent",
    "PerAmount",
    "PerUnit",
    "Ratio",
    "Redemption",
    "Referral",
    "RefundMode",
    "Reward",
    "RollingDays",
    "RollingMonths",
    "Rounding",
    "RoundingMode",
    "Rule",
    "RuleCap",
    "Rulebook",
    "StepTable",
    "Surprise",
    "TierSet",
    "Tiers",
    "Transfers",
    "Wallet",
]


class Rulebook(Node):
    """Everything that a programme decides about points."""

    title: Languages = Field(description="The name of this rulebook.", examples=[{"en": "Café", "vi": "Quán cà phê"}])
    earning: Earning = Field(description="How purchases earn points.", examples=[{"rules": []}])
    tiers: Tiers | None = Field(
        default=None,
        description="The tiers; null: none.",
        examples=[{"levels": [{"id": "dong", "title": {"en": "Bronze"}, "from_points": 0}]}],
    )
    tier_sets: Annotated[tuple[TierSet, ...], Field(strict=False)] = Field(
        default=(),
        max_length=SETS_MAX,
        description="Sets of tiers besides the main one; a member stands in one level of each.",
        examples=[
            [
                {
                    "id": "wine-club",
                    "title": {"en": "Wine club"},
                    "levels": [{"id": "guest", "title": {"en": "Guest"}, "from_points": 0}],
                }
            ]
        ],
    )
    expiry: Expiry = Field(
        default=NeverExpires(kind="never"),
        description="How long points of the main wallet are good.",
        examples=[{"kind": "rolling", "months": 12}],
    )
    rounding: Rounding = Field(
        default=Rounding(),
        description="How exact points become whole points where a rule does not say.",
        examples=[{"mode": "down", "scope": "basket"}],
    )
    pending: Pending | None = Field(
        default=None,
        description="When points can be spent; null: at once.",
        examples=[{"kind": "after_days", "days": 14}],
    )
    redemption: Redemption | None = Field(
        default=None,
        description="What points are worth; null: they cannot be redeemed.",
        examples=[{"points": 100, "value_minor": 10000, "step_points": 100, "minimum_points": 100}],
    )
    referral: Referral | None = Field(
        default=None,
        description="Rewards for bringing friends; null: none.",
        examples=[{"referrer_points": 50, "friend_points": 50, "minimum_minor": 50000, "within_days": 30}],
    )
    debt: Debt = Field(
        default=Debt(),
        description="What happens when a reversal finds too few points.",
        examples=[{"floor_points": None}],
    )
    wallets: Annotated[tuple[Wallet, ...], Field(strict=False)] = Field(
        default=(),
        max_length=WALLETS_MAX,
        description="Kinds of points besides the main one, whose terms stand at the top of the document.",
        examples=[[{"id": "stamps", "title": {"en": "Coffee stamps"}}]],
    )
    holds: Holds = Field(
        default=Holds(),
        description="How long points may be set aside.",
        examples=[{"minutes": 15, "life_minutes_max": 1440}],
    )
    rewards: Annotated[tuple[Reward, ...], Field(strict=False)] = Field(
        default=(),
        max_length=REWARDS_MAX,
        description="The catalogue: what points buy besides money off.",
        examples=[[{"id": "free-latte", "title": {"en": "A latte"}, "cost_points": 300, "kind": "item"}]],
    )
    transfers: Transfers | None = Field(
        default=None,
        description="What members may give to each other; null: nothing.",
        examples=[{"minimum_points": 100, "per_day_points": 10000}],
    )
    adjustments: Adjustments = Field(
        default=Adjustments(),
        description="Corrections by staff.",
        examples=[{"approval_over_points": 1000}],
    )
    goodwill: Goodwill | None = Field(
        default=None,
        description="What a till may give to make up for something; null: nothing.",
        examples=[{"points_per_staff_and_day": 200, "points_max": 50}],
    )
    late: Late = Field(
        default=Late(),
        description="Purchases that arrive late, or ahead of time.",
        examples=[{"days_max": 30, "clock_skew": "accept"}],
    )
    segments: Annotated[tuple[Segment, ...], Field(strict=False)] = Field(
        default=(),
        max_length=SEGMENTS_MAX,
        description="Groups of members that rules and rewards name.",
        examples=[
            [
                {
                    "id": "regulars",
                    "title": {"en": "Regulars"},
                    "when": {"kind": "recent", "of": "visits", "days": 30, "at_least": 4},
                }
            ]
        ],
    )
    attributes: Annotated[tuple[Attribute, ...], Field(strict=False)] = Field(
        default=(),
        max_length=ATTRIBUTES_MAX,
        description="What may be known of members besides what they buy; conditions may ask about it.",
        examples=[[{"id": "plan", "title": {"en": "Plan"}, "kind": "choice", "choices": ["basic", "gold"]}]],
    )
    activities: Activities = Field(
        default=(),
        description="What members may do besides buying, and be rewarded for.",
        examples=[[{"id": "review", "title": {"en": "Review"}, "limits": [{"per": "day", "times": 1}]}]],
    )
    badges: Badges = Field(
        default=(),
        description="Badges, which challenges, streaks and surprises give.",
        examples=[[{"id": "early-bird", "title": {"en": "Early bird"}}]],
    )
    challenges: Challenges = Field(
        default=(),
        description="Goals to be reached for a prize: stamp cards, first steps, the challenge of a month.",
        examples=[
            [
                {
                    "id": "tenth-coffee",
                    "title": {"en": "The tenth coffee is free"},
                    "goals": [{"id": "visits", "measure": {"kind": "count"}, "target": 10}],
                    "repeat": "unlimited",
                    "prize": {"gift": "free-latte"},
                }
            ]
        ],
    )
    streaks: Streaks = Field(
        default=(),
        description="Something done period after period, with prizes on the way.",
        examples=[
            [
                {
                    "id": "weekly-visit",
                    "title": {"en": "A visit a week"},
                    "measure": {"kind": "count"},
                    "period": "week",
                    "milestones": [{"periods": 4, "prize": {"points": 50}}],
                }
            ]
        ],
    )
    leaderboards: Leaderboards = Field(
        default=(),
        description="Who did most of something in a period, among all members, in a store or in a team.",
        examples=[[{"id": "top", "title": {"en": "Top"}, "measure": {"kind": "count"}, "period": "month"}]],
    )
    surprises: Surprises = Field(
        default=(),
        description="Draws with known odds that come with purchases and other activities.",
        examples=[
            [
                {
                    "id": "lucky",
                    "title": {"en": "Lucky day"},
                    "prizes": [{"id": "points", "title": {"en": "50 points"}, "weight": 1, "prize": {"points": 50}}],
                    "nothing_weight": 9,
                }
            ]
        ],
    )
    expiring_soon_days: int = Field(
        default=30,
        ge=0,
        le=366,
        description="A balance says which points expire within so many days; 0: it says nothing.",
        examples=[30],
        json_schema_extra=INT32,
    )
    expiry_notice_days: int = Field(
        default=0,
        ge=0,
        le=366,
        description="So many days before points expire, or go for want of activity, a notice is given; 0: none. The "
        "version in force when they were earned decides.",
        examples=[7],
        json_schema_extra=INT32,
    )
    visit_overdue_days: int = Field(
        default=0,
        ge=0,
        le=366,
        description="So many days after the last purchase a notice says that there has been none since; 0: none. The "
        "version in force when the day of that purchase began decides.",
        examples=[45],
        json_schema_extra=INT32,
    )
    birthday_notice_days: Annotated[int, Field(ge=0, le=60, json_schema_extra=INT32)] | None = Field(
        default=None,
        description="So many days before the birthday of a member a notice says so, 0 on the day itself; null: none.",
        examples=[7],
    )
