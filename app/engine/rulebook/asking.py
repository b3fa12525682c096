"""What all conditions of one rulebook ask about, and the place that each of its gauges has in a moment."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from app.engine.facts import Facts
from app.engine.rulebook.conditions import (
    AllOf,
    AnyOf,
    AtTill,
    ByStaff,
    Condition,
    HasItems,
    InMonth,
    Not,
    OnDayOfMonth,
    PaidWith,
)
from app.engine.rulebook.document import Rulebook
from app.engine.rulebook.gauges import BasketGauge, Coded, DayOfMonth, Held, Month, Tendered, asked_by, read, readable

# What a purchase is to every condition: one value in each of these places. Gauges come after them.
DAY, WEEKDAY, MINUTE, STORE, CHANNEL, TIER, AMOUNT = range(7)
DIMENSIONS: Final = ("dates", "weekday", "time_of_day", "store", "channel", "tier", "amount")
ORDERED: Final = frozenset({DAY, MINUTE, AMOUNT})


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """The levels by rank, and the gauges of a rulebook in the order of their places."""

    ranks: Mapping[str | None, int]
    basket_gauges: tuple[BasketGauge, ...]
    places: Mapping[BasketGauge, int]

    @property
    def size(self) -> int:
        """How many places a moment has."""
        return len(DIMENSIONS) + len(self.basket_gauges)

    def name(self, place: int) -> str:
        """What a place is called in a reason."""
        if place < len(DIMENSIONS):
            return DIMENSIONS[place]
        return asked_by(self._gauge(place))

    def values(self, place: int) -> Sequence[int] | None:
        """Everything that can stand in a place, where that is little."""
        if place == WEEKDAY:
            return range(7)
        if place == TIER:
            return range(max(len(set(self.ranks.values())), 1))
        return None if place < len(DIMENSIONS) else readable(self._gauge(place))

    def is_ordered(self, place: int) -> bool:
        """Whether a place holds a number whose size means something."""
        return place in ORDERED or place >= len(DIMENSIONS)

    def readings(self, facts: Facts) -> tuple[int, ...]:
        """What all gauges read, in the order of their places."""
        return tuple([read(gauge, facts) for gauge in self.basket_gauges])

    def _gauge(self, place: int) -> BasketGauge:
        return self.basket_gauges[place - len(DIMENSIONS)]


def asking_of(document: Rulebook, ranks: Mapping[str | None, int]) -> Asking:
    """Everything that the conditions of a document ask about."""
    found = dict.fromkeys(gauge for condition in conditions_of(document) for gauge in gauges_of(condition))
    return Asking(
        ranks=ranks,
        basket_gauges=tuple(found),
        places={gauge: len(DIMENSIONS) + number for number, gauge in enumerate(found)},
    )


def conditions_of(document: Rulebook) -> Iterator[Condition]:
    """Every condition that stands in a document."""
    for rule in document.earning.rules:
        if rule.when is not None:
            yield rule.when


def gauges_of(condition: Condition) -> Iterable[BasketGauge]:
    """The gauges that a condition looks at."""
    match condition:
        case AllOf() | AnyOf():
            for part in condition.conditions:
                yield from gauges_of(part)
        case Not():
            yield from gauges_of(condition.condition)
        case PaidWith():
            yield Tendered(kinds=frozenset(condition.any_of))
        case AtTill() | ByStaff():
            yield Coded(part=condition.kind, codes=frozenset(condition.any_of))
        case InMonth():
            yield Month()
        case OnDayOfMonth():
            yield DayOfMonth()
        case HasItems():
            yield from (gauge for gauge, _ in held(condition))
        case _:
            return


def held(condition: HasItems) -> Iterator[tuple[Held, int]]:
    """The gauges of a condition on goods, and the least that each must read."""
    items = condition.items
    if condition.at_least_units is not None:
        yield Held(items=items, of="quantity_micro"), condition.at_least_units * 1_000_000
    if condition.items_at_least_minor is not None:
        yield Held(items=items, of="amount_minor"), condition.items_at_least_minor
    if condition.at_least_lines is not None:
        yield Held(items=items, of="lines"), condition.at_least_lines
    if condition.at_least_units is condition.items_at_least_minor is condition.at_least_lines is None:
        yield Held(items=items, of="lines"), 1
