"""What conditions ask about that is no plain part of a purchase: gauges, each of which reads one whole number.

Member gauges look at what is on record about the member. They are read before the rules run, and the readings are
recorded. Basket gauges follow from the purchase itself and are read whenever they are wanted.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, assert_never

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


BasketGauge = Tendered | Coded | Month | DayOfMonth | Held


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


def asked_by(gauge: BasketGauge) -> str:
    """The kind of the conditions that ask for a gauge."""
    match gauge:
        case Tendered():
            return "tender"
        case Coded(part=part):
            return part
        case Month():
            return "month"
        case DayOfMonth():
            return "day_of_month"
        case Held():
            return "has_items"
        case _ as never:
            assert_never(never)


def readable(gauge: BasketGauge) -> Sequence[int] | None:
    """Everything that a gauge can read, where that is little."""
    match gauge:
        case Tendered() | Coded():
            return range(2)
        case Month():
            return range(1, 13)
        case DayOfMonth():
            return range(1, 32)
        case Held():
            return None
        case _ as never:
            assert_never(never)
