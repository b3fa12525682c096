"""How purchases earn points: rules and what they give."""

from typing import Annotated, Final, Literal

from pydantic import Field

from app.engine.rulebook.conditions import Condition, ItemFilter
from app.engine.rulebook.effects import GROUPS_MAX, BuyGet, Group, PerUnit, StepTable
from app.engine.rulebook.eligible import Basis
from app.engine.rulebook.lifetimes import Expiry
from app.engine.rulebook.limits import LIMITS_MAX, Budget, EarningLimit, Limit
from app.engine.rulebook.measures import PURCHASES
from app.engine.rulebook.ratios import Ratio
from app.engine.rulebook.values import INT32, Languages, LocalDate, Minor, Node, Points, Slug
from app.engine.rulebook.wallets import Rounding

RULES_MAX: Final = 200

RefundMode = Literal["reevaluate", "prorate", "keep", "all_or_nothing"]


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
    rounding: Rounding | None = Field(
        default=None,
        description="How exact points become whole points; absent: as the wallet says.",
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


Effect = Annotated[
    PerAmount | PerUnit | Multiply | Bonus | StepTable | BuyGet,
    Field(discriminator="kind"),
]


def single_award(effect: PerAmount | PerUnit | Bonus | StepTable | BuyGet) -> int:
    """What an effect gives at one time: once its rate, a set, or the highest of its steps."""
    return effect.steps[-1].points if isinstance(effect, StepTable) else effect.points


class RuleCap(Node):
    """The most that one rule gives."""

    points: Points = Field(
        description="The most points. Of a base rule, with what multipliers make of them; of a multiplier, the most "
        "that it adds.",
        examples=[200],
    )
    per: Literal["transaction"] = Field(description="In one purchase.", examples=["transaction"])


class EarningCap(Node):
    """The most that one purchase earns."""

    points: Points = Field(description="The most points of the main wallet.", examples=[1000])


class Rule(Node):
    """One rule: when it applies, to which lines, and what it gives."""

    id: Slug = Field(description="Unique in this rulebook.", examples=["double-tuesday"])
    title: Languages | None = Field(
        default=None,
        description="What members and cashiers read.",
        examples=[{"en": "Double points on Tuesdays", "vi": "Nhân đôi điểm thứ Ba"}],
    )
    on: Slug = Field(
        default=PURCHASES,
        description="What the rule is about: `purchases`, or a kind of activity by its id. Of an activity only a "
        "bonus is given.",
        examples=["purchases"],
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
    wallet: Slug | None = Field(
        default=None,
        description="The wallet into which a base rule or a bonus pays; absent: the main one, `points`.",
        examples=["stamps"],
    )
    expiry: Expiry | None = Field(
        default=None,
        description="How long the points of a base rule or a bonus are good; absent: as long as the level says, "
        "or else the wallet.",
        examples=[{"kind": "rolling_days", "days": 30}],
    )
    group: Slug | None = Field(
        default=None,
        description="The group of rules that says which of them do their work; absent: the rule stacks with all.",
        examples=["offers"],
    )
    exclusive: bool = Field(
        default=False,
        description="Where this multiplier or this rule on top applies, no other one does; of several exclusive ones "
        "the first by priority, then id.",
        examples=[False],
    )
    on_refund: RefundMode = Field(
        default="reevaluate",
        description="What remains of the rule's points when a part of its lines is returned: what the rest would "
        "have earned, a share by amount, all of them while any line is left, or nothing.",
        examples=["reevaluate"],
    )
    cap: RuleCap | None = Field(
        default=None,
        description="The most that the rule gives; null: no limit.",
        examples=[{"points": 200, "per": "transaction"}],
    )
    limits: Annotated[tuple[Limit, ...], Field(strict=False)] = Field(
        default=(),
        max_length=LIMITS_MAX,
        description="The most that the rule itself gives to one member: a base rule without multipliers, a multiplier "
        "what it adds.",
        examples=[[{"per": "month", "points": 500}]],
    )
    budget: Budget | None = Field(
        default=None,
        description="The most that the rule itself gives to all members together; null: no limit.",
        examples=[{"points": 100000}],
    )
    sticky: bool = Field(
        default=False,
        description="A refund gives nothing back to the limits and the budget of the rule.",
        examples=[False],
    )


class Earning(Node):
    """How purchases earn points."""

    rules: Annotated[tuple[Rule, ...], Field(strict=False)] = Field(
        max_length=RULES_MAX,
        description="The rules. Their order here means nothing.",
        examples=[[{"id": "base", "effect": {"kind": "per_amount", "points": 1, "per_minor": 1000}}]],
    )
    cap: EarningCap | None = Field(
        default=None,
        description="The most that one purchase earns, over all rules of the main wallet; null: no limit.",
        examples=[{"points": 1000}],
    )
    groups: Annotated[tuple[Group, ...], Field(strict=False)] = Field(
        default=(),
        max_length=GROUPS_MAX,
        description="Groups of rules of which not all do their work together.",
        examples=[[{"id": "offers", "take": "best"}]],
    )
    limits: Annotated[tuple[EarningLimit, ...], Field(strict=False)] = Field(
        default=(),
        max_length=LIMITS_MAX,
        description="The most that one member earns in a time, over all rules of the main wallet.",
        examples=[[{"per": "day", "points": 1000}]],
    )
