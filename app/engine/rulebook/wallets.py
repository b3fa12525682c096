"""The terms of one kind of points: rounding, life, debt, what they are worth."""

from typing import Final, Literal

from pydantic import Field

from app.engine.rulebook.lifetimes import Expiry, NeverExpires, Pending
from app.engine.rulebook.values import Floor, Languages, Minor, Node, Percent, Points, Slug

WALLETS_MAX: Final = 8
# What the wallet is called to which everything goes that names none.
MAIN_WALLET: Final = "points"

RoundingMode = Literal["down", "half_up", "half_even", "up"]


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
    maximum_points: Points | None = Field(
        default=None, description="The most points of one redemption; null: no limit.", examples=[5000]
    )
    maximum_percent: Percent | None = Field(
        default=None,
        description="How much of a basket points may pay, in percent of its total; null: all of it.",
        examples=[50],
    )


class Debt(Node):
    """What happens when a reversal finds too few points."""

    policy: Literal["allow_negative", "clamp", "refuse"] = Field(
        default="allow_negative",
        description="The member owes them (`allow_negative`), what is missing is recorded as uncollected (`clamp`), "
        "or the reversal is refused.",
        examples=["allow_negative"],
    )
    floor_points: Floor | None = Field(
        default=None,
        description="The lowest balance that a reversal may leave, zero or negative; null: no limit. "
        "Only where debt is allowed.",
        examples=[-500],
    )


class Wallet(Node):
    """A kind of points besides the main one."""

    id: Slug = Field(description="Unique in this rulebook, never removed, and not `points`.", examples=["stamps"])
    title: Languages = Field(
        description="What members and cashiers read.", examples=[{"en": "Coffee stamps", "vi": "Tem cà phê"}]
    )
    rounding: Rounding = Field(
        default=Rounding(),
        description="How exact points become whole points where a rule does not say.",
        examples=[{"mode": "down", "scope": "basket"}],
    )
    expiry: Expiry = Field(
        default=NeverExpires(kind="never"),
        description="How long points are good.",
        examples=[{"kind": "end_of_period", "period": "month", "periods": 0}],
    )
    pending: Pending | None = Field(
        default=None,
        description="When points can be spent; null: at once.",
        examples=[{"kind": "after_days", "days": 14}],
    )
    debt: Debt = Field(
        default=Debt(),
        description="What happens when a reversal finds too few points.",
        examples=[{"policy": "clamp"}],
    )
    redemption: Redemption | None = Field(
        default=None,
        description="What points are worth; null: they take no money off.",
        examples=[{"points": 10, "value_minor": 45000, "step_points": 10, "minimum_points": 10}],
    )
