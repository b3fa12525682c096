"""What conditions ask about that is no plain part of a purchase: gauges, each of which reads one whole number.

Member gauges look at what is on record about the member. They are read before the rules run, and the readings are
recorded. Basket gauges follow from the purchase itself and are read whenever they are wanted.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal, assert_never

from app.engine.facts import Facts
from app.engine.rulebook.items import ItemFilter, takes


@dataclass(frozen=True, slots=True, kw_only=True)
class Tendered:
    """1 if one of these kinds of tenders paid for a part, else 0."""

    kinds: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Coded:
    """1 if the till or the staff of the purchase is one of these, else 0."""

    part: Literal["till", "staff"]
    codes: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """The local month, 1 to 12."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DayOfMonth:
    """The local day of the month, 1 to 31."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """How much of some goods is in the basket: millionths of units, money, or lines."""

    items: ItemFilter | None
    of: Literal["quantity_micro", "amount_minor", "lines"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Nth:
    """Which purchase of the member it is, from 1; where `every` is more than 1, what is left of dividing by that."""

    every: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class DaysSinceLast:
    """How many days ago the member bought before, one more than is looked back at most; below zero: never."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DaysOfMembership:
    """For how many days the member has been one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """What was counted on the last `days` days, today included: points, spend, visits, referrals or activity:kind."""

    of: str
    days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """1 if the answer to a personal question is yes, else 0."""

    question: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """1 if the member stands in one of these levels of a set of tiers other than the main one, else 0."""

    ladder: str
    levels: tuple[str, ...]


BasketGauge = Tendered | Coded | Month | DayOfMonth | Held
MemberGauge = Nth | DaysSinceLast | DaysOfMembership | Counted | Known | Rung
Gauge = BasketGauge | MemberGauge


_ASKED_BY: Final[Mapping[type[Gauge], str]] = {
    Tendered: "tender",
    Month: "month",
    DayOfMonth: "day_of_month",
    Held: "has_items",
    Nth: "purchase_number",
    DaysSinceLast: "days_since_last",
    DaysOfMembership: "membership_days",
    Counted: "recent",
    Rung: "tier",
}


def read(gauge: BasketGauge, facts: Facts) -> int:
    """What a gauge reads on a purchase."""
    basket = facts.basket
    match gauge:
        case Tendered(kinds=kinds):
            return int(any(tender.kind in kinds for tender in basket.tenders))
        case Coded(part="till", codes=codes):
            return int(basket.till in codes)
        case Coded(codes=codes):
            return int(basket.staff in codes)
        case Month():
            return date.fromordinal(facts.local_day).month
        case DayOfMonth():
            return date.fromordinal(facts.local_day).day
        case Held(items=items, of="quantity_micro"):
            return sum(line.quantity_micro for line in basket.lines if takes(items, line))
        case Held(items=items, of="amount_minor"):
            return sum(line.amount_minor for line in basket.lines if takes(items, line))
        case Held(items=items):
            return sum(1 for line in basket.lines if takes(items, line))
        case _ as never:
            assert_never(never)


def asked_by(gauge: Gauge) -> str:
    """The kind of the conditions that ask for a gauge."""
    match gauge:
        case Coded(part=part):
            return part
        case Known(question=question):
            return question.partition("/")[0]
        case _:
            return _ASKED_BY[type(gauge)]


def readable(gauge: Gauge) -> Sequence[int] | None:
    """Everything that a gauge can read, where that is little."""
    match gauge:
        case Tendered() | Coded() | Known() | Rung():
            return range(2)
        case Month():
            return range(1, 13)
        case DayOfMonth():
            return range(1, 32)
        case Nth(every=every) if every > 1:
            return range(every)
        case Nth():
            return None
        case Held() | DaysSinceLast() | DaysOfMembership() | Counted():
            return None
        case _ as never:
            assert_never(never)
