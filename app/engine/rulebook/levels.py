"""The tiers of a programme: its levels, what they ask for, over which window, and when they are reviewed."""

from typing import Annotated, Final, Literal

from pydantic import Field

from app.engine.rulebook.lifetimes import Expiry
from app.engine.rulebook.prizes import Prize
from app.engine.rulebook.ratios import Ratio
from app.engine.rulebook.values import (
    INT32,
    INT64,
    Days,
    Languages,
    Months,
    Node,
    Percent,
    Points,
    PointsOrNone,
    Slug,
)

LEVELS_MAX: Final = 12
SETS_MAX: Final = 8
NEEDS_DEPTH_MAX: Final = 4
NEEDS_NODES_MAX: Final = 16
AMOUNT_MAX: Final = 10**15
Years = Annotated[int, Field(ge=1, le=100, description="A number of years.", examples=[10], json_schema_extra=INT32)]
# A counter of activities is named by their kind after this.
ACTIVITY: Final = "activity:"
PERIOD_MONTHS: Final = {"year": 12, "half_year": 6, "quarter": 3, "month": 1}


class NeedsAll(Node):
    """Every one of the needs is met."""

    kind: Literal["all"] = Field(description="Every one of `needs` is met.", examples=["all"])
    needs: Annotated[tuple["Need", ...], Field(strict=False)] = Field(
        min_length=1,
        max_length=NEEDS_NODES_MAX,
        description="What must be met together.",
        examples=[[{"kind": "enough", "counter": "visits", "at_least": 20}]],
    )


class NeedsAny(Node):
    """At least one of the needs is met."""

    kind: Literal["any"] = Field(description="At least one of `needs` is met.", examples=["any"])
    needs: Annotated[tuple["Need", ...], Field(strict=False)] = Field(
        min_length=1,
        max_length=NEEDS_NODES_MAX,
        description="What is enough, each by itself.",
        examples=[[{"kind": "enough", "counter": "spend", "at_least": 5000000}]],
    )


class NeedsCounter(Node):
    """A counter has come to a number in the window."""

    kind: Literal["enough"] = Field(description="A counter has come to enough.", examples=["enough"])
    counter: Annotated[str, Field(pattern=r"^(points|spend|visits|referrals|activity:[a-z0-9][a-z0-9_-]{0,63})$")] = (
        Field(
            description="What is counted: `points` earned, `spend` in the smallest unit of the currency, `visits`, "
            "`referrals`, or activities of a kind, as `activity:review`.",
            examples=["spend"],
        )
    )
    at_least: int = Field(
        ge=1, le=AMOUNT_MAX, description="How much of it.", examples=[5000000], json_schema_extra=INT64
    )


Need = Annotated[NeedsAll | NeedsAny | NeedsCounter, Field(discriminator="kind")]


class RollingWindow(Node):
    """The months that end today."""

    kind: Literal["rolling"] = Field(description="The months that end today.", examples=["rolling"])
    months: Months = Field(description="How many months.", examples=[12])


class CalendarWindow(Node):
    """The calendar period of today. A review looks at the period that has just ended."""

    kind: Literal["calendar"] = Field(description="The calendar period of today.", examples=["calendar"])
    period: Literal["year", "half_year", "quarter", "month"] = Field(
        description="How long a period is.", examples=["year"]
    )
    keep_periods: int = Field(
        default=1,
        ge=1,
        le=12,
        description="A level is kept until the end of the period that comes so many periods after the one in which it "
        "was reached.",
        examples=[1],
        json_schema_extra=INT32,
    )


class AnniversaryWindow(Node):
    """The year of membership of today, counted from the day of enrolment."""

    kind: Literal["anniversary"] = Field(description="The year of membership of today.", examples=["anniversary"])
    keep_years: int = Field(
        default=1,
        ge=1,
        le=12,
        description="A level is kept until the end of the year of membership that comes so many years after the one in "
        "which it was reached.",
        examples=[1],
        json_schema_extra=INT32,
    )


class LifetimeWindow(Node):
    """Everything since the beginning."""

    kind: Literal["lifetime"] = Field(description="Everything since the beginning.", examples=["lifetime"])


Window = Annotated[
    RollingWindow | CalendarWindow | AnniversaryWindow | LifetimeWindow,
    Field(discriminator="kind"),
]


class LifetimeAfter(Node):
    """When a level is for life: after years in which it was never left, or with points that were ever earned."""

    years: Years | None = Field(
        default=None,
        description="Whoever a review finds to have had it for so many years without a break.",
        examples=[10],
    )
    points: Points | None = Field(
        default=None, description="Whoever a review finds to have ever earned so many points.", examples=[100000]
    )


class Level(Node):
    """One tier. Above the base level it asks either for `from_points` or for `needs`."""

    id: Slug = Field(description="Unique in this set of tiers, and never removed.", examples=["vang"])
    title: Languages = Field(description="What members and cashiers read.", examples=[{"en": "Gold", "vi": "Vàng"}])
    from_points: PointsOrNone | None = Field(
        default=None,
        description="The qualifying points of the window from which a member has this level.",
        examples=[2000],
    )
    needs: Need | None = Field(
        default=None,
        description="What else than points the window must have come to.",
        examples=[
            {
                "kind": "any",
                "needs": [
                    {"kind": "enough", "counter": "spend", "at_least": 5000000},
                    {"kind": "enough", "counter": "visits", "at_least": 50},
                ],
            }
        ],
    )
    expiry: Expiry | None = Field(
        default=None,
        description="How long points of the main wallet are good that are earned at this level; absent: as long as "
        "the wallet says.",
        examples=[{"kind": "rolling", "months": 24}],
    )
    multiplier: Ratio | None = Field(
        default=None,
        description="What points of the main wallet are multiplied by that are earned at this level, after every "
        "other multiplier; absent: nothing.",
        examples=[{"numerator": 3, "denominator": 2}],
    )
    discount_percent: Percent | None = Field(
        default=None,
        description="How much less rewards of the catalogue cost at this level, where they do not name its cost "
        "themselves; rounded down to whole points.",
        examples=[10],
    )
    on_reaching: Prize | None = Field(
        default=None,
        description="What a member gets who reaches it for the first time by what they did; absent: nothing.",
        examples=[{"points": 500, "gift": "free-latte"}],
    )
    forever: bool = Field(
        default=False, description="Whether a member who has reached it never falls below it.", examples=[True]
    )
    lifetime_after: LifetimeAfter | None = Field(
        default=None,
        description="When a member who has it never falls below it any more; absent: never.",
        examples=[{"years": 10}],
    )


class Tiers(Node):
    """The tiers of the programme, by what members did in a window of time."""

    window_months: Months = Field(
        default=12, description="The points of how many months count; not looked at with `window`.", examples=[12]
    )
    window: Window | None = Field(
        default=None,
        description="What counts, if not the last `window_months`.",
        examples=[{"kind": "calendar", "period": "year"}],
    )
    review_months: Months = Field(
        default=12,
        description="A level that was reached is kept for so many months; calendar and anniversary windows say "
        "themselves until when.",
        examples=[12],
    )
    grace_days: Days | None = Field(
        default=None,
        description="Whoever a review would demote keeps the level for so many days, in which what is missing can be "
        "made up for; absent: nobody does.",
        examples=[30],
    )
    notice_days: int = Field(
        default=0,
        ge=0,
        le=366,
        description="So many days before a level is reviewed that would be lost by what has been done so far, a notice "
        "says what is missing; 0: none. The version in force when the level was reached or last kept decides.",
        examples=[30],
        json_schema_extra=INT32,
    )
    demotion: Literal["to_qualified", "one_step", "never"] = Field(
        default="to_qualified",
        description="Where a review puts a member who no longer qualifies.",
        examples=["to_qualified"],
    )
    after_refund: Literal["at_review", "immediate", "never"] = Field(
        default="at_review",
        description="What a refund does that takes away points which a level needed: the next review looks at them "
        "(`at_review`), the member falls at once, or it never lowers a level.",
        examples=["at_review"],
    )
    promotion_earns: Literal["old", "new"] = Field(
        default="old",
        description="The level at which the purchase earns that crosses the line.",
        examples=["old"],
    )
    levels: Annotated[tuple[Level, ...], Field(strict=False)] = Field(
        min_length=1,
        max_length=LEVELS_MAX,
        description="From the base level, which starts at 0 points, upwards.",
        examples=[
            [
                {"id": "dong", "title": {"en": "Bronze"}, "from_points": 0},
                {"id": "vang", "title": {"en": "Gold"}, "from_points": 2000},
            ]
        ],
    )


class TierSet(Tiers):
    """Another set of tiers beside the main one: a member stands in one level of each."""

    id: Slug = Field(description="Unique in this rulebook, and never removed.", examples=["wine-club"])
    title: Languages = Field(description="What members and cashiers read.", examples=[{"en": "Wine club"}])


for _tree in (NeedsAll, NeedsAny):
    _tree.model_rebuild()
