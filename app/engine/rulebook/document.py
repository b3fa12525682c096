"""A rulebook as a merchant writes it: at once the schema of the API, the stored document and the compiler's input."""

from typing import Annotated, Final, Literal

from pydantic import Field

from app.engine.rulebook.conditions import Condition, ItemFilter
from app.engine.rulebook.values import (
    INT32,
    Days,
    Floor,
    Languages,
    LocalDate,
    Minor,
    MinorOrNone,
    Months,
    Node,
    Points,
    PointsOrNone,
    Slug,
)

RULES_MAX: Final = 200
LEVELS_MAX: Final = 12
FACTOR_MAX: Final = 1_000_000

RoundingMode = Literal["down", "half_up", "half_even", "up"]


class Basis(Node):
    """What part of a line's price earns."""

    discounts: Literal["after", "before"] = Field(
        default="after", description="The price after or before discounts.", examples=["after"]
    )
    tax: Literal["with", "without"] = Field(
        default="with", description="The price with or without tax.", examples=["with"]
    )
    points_paid: Literal["without", "with"] = Field(
        default="without",
        description="Without or with the part that was paid with points.",
        examples=["without"],
    )
    gift_cards: Literal["with", "without"] = Field(
        default="with",
        description="With or without the part that was paid with gift cards.",
        examples=["with"],
    )


class Rounding(Node):
    """How exact points become whole points, once per base rule."""

    mode: RoundingMode = Field(
        default="down",
        description="Down, up, or to the nearest whole point (a half goes up, or to the even point).",
        examples=["down"],
    )
    scope: Literal["basket", "line"] = Field(
        default="basket",
        description="Round the sum of the basket once, or each line by itself.",
        examples=["basket"],
    )


class Ratio(Node):
    """An exact factor."""

    numerator: int = Field(
        ge=0, le=FACTOR_MAX, description="3 in one and a half.", examples=[3], json_schema_extra=INT32
    )
    denominator: int = Field(
        ge=1, le=FACTOR_MAX, description="2 in one and a half.", examples=[2], json_schema_extra=INT32
    )


class PerAmount(Node):
    """The base stage: `points` for every `per_minor` of what the matching lines cost."""

    kind: Literal["per_amount"] = Field(description="Points for every so much money.", examples=["per_amount"])
    points: Points = Field(description="How many points.", examples=[1])
    per_minor: Minor = Field(description="For how much money.", examples=[1000])
    basis: Basis = Field(
        default=Basis(),
        description="What part of the price earns.",
        examples=[{"discounts": "after", "tax": "without"}],
    )
    rounding: Rounding = Field(
        default=Rounding(),
        description="How exact points become whole points.",
        examples=[{"mode": "down", "scope": "basket"}],
    )


class Multiply(Node):
    """The multiply stage: base points of the matching lines, times `by`, before they are rounded."""

    kind: Literal["multiply"] = Field(description="A factor on the base points.", examples=["multiply"])
    by: Ratio = Field(description="The factor.", examples=[{"numerator": 2, "denominator": 1}])


class Bonus(Node):
    """The add stage: `points` once per purchase, spread over the matching lines by amount."""

    kind: Literal["bonus"] = Field(description="Points on top, once.", examples=["bonus"])
    points: Points = Field(description="How many points.", examples=[10])


Effect = Annotated[PerAmount | Multiply | Bonus, Field(discriminator="kind")]


class Rule(Node):
    """One rule: when it applies, to which lines, and what it gives."""

    id: Slug = Field(description="Unique in this rulebook.", examples=["double-tuesday"])
    title: Languages | None = Field(
        default=None,
        description="What members and cashiers read.",
        examples=[{"en": "Double points on Tuesdays", "vi": "Nhân đôi điểm thứ Ba"}],
    )
    when: Condition | None = Field(
        default=None,
        description="The purchases to which the rule applies; absent: all.",
        examples=[{"kind": "weekday", "any_of": ["tue"]}],
    )
    items: ItemFilter | None = Field(
        default=None,
        description="The lines to which the rule applies; absent: all.",
        examples=[{"categories": ["coffee"]}],
    )
    valid_from: LocalDate | None = Field(
        default=None, description="The first local date of the rule.", examples=["2026-01-01"]
    )
    valid_until: LocalDate | None = Field(
        default=None, description="The last local date of the rule.", examples=["2026-12-31"]
    )
    priority: int = Field(
        default=0,
        ge=-1000,
        le=1000,
        description="Inside its stage a rule goes by priority, lowest first, then by id.",
        examples=[0],
        json_schema_extra=INT32,
    )
    effect: Effect = Field(
        description="What the rule gives.",
        examples=[{"kind": "multiply", "by": {"numerator": 2, "denominator": 1}}],
    )


class Earning(Node):
    """How purchases earn points."""

    rules: Annotated[tuple[Rule, ...], Field(strict=False)] = Field(
        max_length=RULES_MAX,
        description="The rules. Their order here means nothing.",
        examples=[[{"id": "base", "effect": {"kind": "per_amount", "points": 1, "per_minor": 1000}}]],
    )


class Level(Node):
    """One tier."""

    id: Slug = Field(description="Unique in this rulebook, and never removed.", examples=["vang"])
    title: Languages = Field(description="What members and cashiers read.", examples=[{"en": "Gold", "vi": "Vàng"}])
    from_points: PointsOrNone = Field(
        description="The qualifying points of the window from which a member has this level.",
        examples=[2000],
    )


class Tiers(Node):
    """The tiers of the programme, by points earned in a rolling window."""

    window_months: Months = Field(default=12, description="The points of how many months count.", examples=[12])
    review_months: Months = Field(
        default=12, description="A level that was reached is kept for so many months.", examples=[12]
    )
    demotion: Literal["to_qualified", "one_step", "never"] = Field(
        default="to_qualified",
        description="Where a review puts a member who no longer qualifies.",
        examples=["to_qualified"],
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


class NeverExpires(Node):
    """Points are good for ever."""

    kind: Literal["never"] = Field(description="Points are good for ever.", examples=["never"])


class RollingMonths(Node):
    """Points are good for so many months; 31 January plus one month is the last day of February."""

    kind: Literal["rolling"] = Field(description="So many months.", examples=["rolling"])
    months: Months = Field(
        description="The last good day is the same day of the month so many months later.",
        examples=[12],
    )


class RollingDays(Node):
    """Points are good for so many days."""

    kind: Literal["rolling_days"] = Field(description="So many days.", examples=["rolling_days"])
    days: Days = Field(description="The last good day is so many days later.", examples=[90])


Expiry = Annotated[NeverExpires | RollingMonths | RollingDays, Field(discriminator="kind")]


class Redemption(Node):
    """What points are worth: `points` of them are `value_minor` of money off, in whole steps."""

    points: Points = Field(description="So many points …", examples=[100])
    value_minor: Minor = Field(description="… are worth so much money.", examples=[10000])
    step_points: Points = Field(
        description="Redeemed points are a multiple of this; each step is worth whole minor units.",
        examples=[100],
    )
    minimum_points: Points = Field(
        description="The fewest points of one redemption, a multiple of the step.", examples=[100]
    )


class Referral(Node):
    """What a member and the friend they bring get when the friend buys enough, soon enough."""

    referrer_points: PointsOrNone = Field(description="For who brought the friend.", examples=[50])
    friend_points: PointsOrNone = Field(description="For the friend.", examples=[50])
    minimum_minor: MinorOrNone = Field(
        description="The least total of the friend's qualifying purchase.", examples=[50000]
    )
    within_days: Days = Field(description="The purchase must follow the enrolment within so many days.", examples=[30])


class Debt(Node):
    """What happens when a reversal finds too few points."""

    floor_points: Floor | None = Field(
        default=None,
        description="The lowest balance that a reversal may leave, zero or negative; null: no limit.",
        examples=[-500],
    )


class Rulebook(Node):
    """Everything that a programme decides about points."""

    title: Languages = Field(description="The name of this rulebook.", examples=[{"en": "Café", "vi": "Quán cà phê"}])
    earning: Earning = Field(description="How purchases earn points.", examples=[{"rules": []}])
    tiers: Tiers | None = Field(
        default=None,
        description="The tiers; null: none.",
        examples=[{"levels": [{"id": "dong", "title": {"en": "Bronze"}, "from_points": 0}]}],
    )
    expiry: Expiry = Field(
        default=NeverExpires(kind="never"),
        description="How long points are good.",
        examples=[{"kind": "rolling", "months": 12}],
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
