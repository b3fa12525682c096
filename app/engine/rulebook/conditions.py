"""When a rule applies: a typed tree of conditions on the purchase and the member."""

from typing import Annotated, Final, Literal

from pydantic import Field

from app.engine.rulebook.items import Codes, ItemFilter
from app.engine.rulebook.member_conditions import (
    HasAttribute,
    InSegment,
    MemberFor,
    NearBirthday,
    OnPurchase,
    Recently,
    SinceLast,
)
from app.engine.rulebook.purchase_conditions import AtTill, ByStaff, HasItems, InMonth, OnDates, OnDayOfMonth, PaidWith
from app.engine.rulebook.values import MinorOrNone, Node, Slug, TimeOfDay

__all__ = [
    "CONDITION_DEPTH_MAX",
    "CONDITION_NODES_MAX",
    "WEEKDAYS",
    "AllOf",
    "AnyOf",
    "AtTill",
    "AtTimeOfDay",
    "ByStaff",
    "Codes",
    "Condition",
    "HasAttribute",
    "HasItems",
    "InChannel",
    "InMonth",
    "InSegment",
    "InStore",
    "InTier",
    "ItemFilter",
    "Leaf",
    "MemberFor",
    "NearBirthday",
    "Not",
    "OfAmount",
    "OnDates",
    "OnDayOfMonth",
    "OnPurchase",
    "OnWeekday",
    "PaidWith",
    "Recently",
    "SinceLast",
    "Weekday",
]

CONDITION_DEPTH_MAX: Final = 8
CONDITION_NODES_MAX: Final = 64

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: Final[tuple[Weekday, ...]] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class AllOf(Node):
    """Every one of the conditions holds."""

    kind: Literal["all"] = Field(description="Every one of `conditions` holds.", examples=["all"])
    conditions: Annotated[tuple["Condition", ...], Field(strict=False)] = Field(
        min_length=1,
        max_length=CONDITION_NODES_MAX,
        description="The conditions that must hold together.",
        examples=[[{"kind": "weekday", "any_of": ["tue"]}, {"kind": "store", "any_of": ["D1"]}]],
    )


class AnyOf(Node):
    """At least one of the conditions holds."""

    kind: Literal["any"] = Field(description="At least one of `conditions` holds.", examples=["any"])
    conditions: Annotated[tuple["Condition", ...], Field(strict=False)] = Field(
        min_length=1,
        max_length=CONDITION_NODES_MAX,
        description="The conditions of which one is enough.",
        examples=[[{"kind": "weekday", "any_of": ["tue"]}, {"kind": "tier", "any_of": ["vang"]}]],
    )


class Not(Node):
    """The condition does not hold."""

    kind: Literal["not"] = Field(description="`condition` does not hold.", examples=["not"])
    condition: "Condition" = Field(
        description="The condition that must not hold.",
        examples=[{"kind": "channel", "any_of": ["delivery"]}],
    )


class InStore(Node):
    """The purchase was made in one of these stores. One without a store is in none."""

    kind: Literal["store"] = Field(description="The store of the purchase.", examples=["store"])
    any_of: Codes = Field(description="The stores that count.", examples=[["D1", "D3"]])


class InChannel(Node):
    """The purchase came through one of these channels. One without a channel came through none."""

    kind: Literal["channel"] = Field(description="The channel of the purchase.", examples=["channel"])
    any_of: Codes = Field(description="The channels that count.", examples=[["app", "web"]])


class OnWeekday(Node):
    """The purchase was made on one of these days of the week, in the programme's zone."""

    kind: Literal["weekday"] = Field(description="The local day of the week.", examples=["weekday"])
    any_of: Annotated[tuple[Weekday, ...], Field(strict=False)] = Field(
        min_length=1,
        max_length=7,
        description="The days of the week that count.",
        examples=[["tue"]],
    )


class AtTimeOfDay(Node):
    """The purchase was made in this window of the day, in the programme's zone."""

    kind: Literal["time_of_day"] = Field(description="The local time of day.", examples=["time_of_day"])
    from_time: TimeOfDay = Field(alias="from", description="The first minute inside the window.", examples=["14:00"])
    until_time: TimeOfDay = Field(
        alias="until",
        description="The first minute after the window. Earlier than `from`: the window passes midnight.",
        examples=["17:00"],
    )


class InTier(Node):
    """The member earns at one of these tiers. A member without a tier is at the base level."""

    kind: Literal["tier"] = Field(description="The tier of the member.", examples=["tier"])
    any_of: Annotated[tuple[Slug, ...], Field(strict=False)] = Field(
        min_length=1,
        max_length=12,
        description="Ids of levels of this rulebook.",
        examples=[["vang"]],
    )
    set: Slug | None = Field(
        default=None, description="The set of tiers; absent: the main one.", examples=["wine-club"]
    )


class OfAmount(Node):
    """The lines of the purchase add up to enough, or to no more than so much."""

    kind: Literal["amount"] = Field(description="The total of the purchase.", examples=["amount"])
    at_least_minor: MinorOrNone = Field(
        default=0, description="The least total of all lines, after discounts and with tax.", examples=[100000]
    )
    at_most_minor: MinorOrNone | None = Field(
        default=None, description="The most that all lines may come to; null: no limit.", examples=[500000]
    )


Leaf = (
    InStore
    | InChannel
    | OnWeekday
    | AtTimeOfDay
    | InTier
    | OfAmount
    | PaidWith
    | AtTill
    | ByStaff
    | OnDates
    | InMonth
    | OnDayOfMonth
    | HasItems
    | OnPurchase
    | SinceLast
    | MemberFor
    | Recently
    | NearBirthday
    | HasAttribute
    | InSegment
)
Condition = Annotated[AllOf | AnyOf | Not | Leaf, Field(discriminator="kind")]

for _tree in (AllOf, AnyOf, Not):
    _tree.model_rebuild()
