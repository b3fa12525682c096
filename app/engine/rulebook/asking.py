"""What all conditions of one rulebook ask about, and the place that each of its gauges has in a moment."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, assert_never

from app.engine.facts import Facts
from app.engine.rulebook.attributes import Attribute
from app.engine.rulebook.conditions import (
    AllOf,
    AnyOf,
    AtTill,
    AtTimeOfDay,
    ByStaff,
    Condition,
    HasAttribute,
    HasItems,
    InChannel,
    InMonth,
    InSegment,
    InStore,
    InTier,
    Leaf,
    MemberFor,
    NearBirthday,
    Not,
    OfAmount,
    OnDates,
    OnDayOfMonth,
    OnPurchase,
    OnWeekday,
    PaidWith,
    Recently,
    SinceLast,
)
from app.engine.rulebook.document import Rulebook
from app.engine.rulebook.gauges import (
    BasketGauge,
    Coded,
    Counted,
    DayOfMonth,
    DaysOfMembership,
    DaysSinceLast,
    Gauge,
    Held,
    Known,
    MemberGauge,
    Month,
    Nth,
    Rung,
    Tendered,
    asked_by,
    read,
    readable,
)

# What a purchase is to every condition: one value in each of these places. Gauges come after them.
DAY, WEEKDAY, MINUTE, STORE, CHANNEL, TIER, AMOUNT = range(7)
DIMENSIONS: Final = ("dates", "weekday", "time_of_day", "store", "channel", "tier", "amount")
ORDERED: Final = frozenset({DAY, MINUTE, AMOUNT})


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """Levels by rank and by set, conditions of segments, attributes, and gauges: those of members, then of baskets.

    In a moment the gauges come in this order after what every purchase has. `questions` are the personal ones.
    """

    ranks: Mapping[str | None, int]
    sets: Mapping[str, frozenset[str]]
    segments: Mapping[str, Condition]
    attributes: Mapping[str, Attribute]
    gauges: tuple[MemberGauge, ...]
    basket_gauges: tuple[BasketGauge, ...]
    places: Mapping[Gauge, int]

    @property
    def questions(self) -> tuple[str, ...]:
        """What is asked about the person."""
        return tuple(sorted(gauge.question for gauge in self.gauges if isinstance(gauge, Known)))

    @property
    def size(self) -> int:
        """How many places a moment has."""
        return len(DIMENSIONS) + len(self.places)

    def name(self, place: int) -> str:
        """What a place is called in a reason."""
        return DIMENSIONS[place] if place < len(DIMENSIONS) else asked_by(self._gauge(place))

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
        # Room under limits comes after them, which no condition asks about.
        measured = facts.readings[: len(self.gauges)]
        assert len(measured) == len(self.gauges), "the member is measured before the rules run"
        return (*measured, *[read(gauge, facts) for gauge in self.basket_gauges])

    def _gauge(self, place: int) -> Gauge:
        number = place - len(DIMENSIONS)
        return (*self.gauges, *self.basket_gauges)[number]


def asking_of(document: Rulebook, ranks: Mapping[str | None, int]) -> Asking:
    """Everything that the conditions of a document ask about."""
    return asking_for(conditions_of(document), document, ranks)


def asking_for(conditions: Iterable[Condition], document: Rulebook, ranks: Mapping[str | None, int]) -> Asking:
    """Everything that some conditions of a document ask about."""
    segments: dict[str, Condition] = {segment.id: segment.when for segment in document.segments}
    found = dict.fromkeys(gauge for condition in conditions for gauge in gauges_of(condition, segments))
    gauges = tuple(gauge for gauge in found if isinstance(gauge, MemberGauge))
    basket_gauges = tuple(gauge for gauge in found if isinstance(gauge, BasketGauge))
    return Asking(
        ranks=ranks,
        sets={each.id: frozenset(level.id for level in each.levels) for each in document.tier_sets},
        segments=segments,
        attributes={attribute.id: attribute for attribute in document.attributes},
        gauges=gauges,
        basket_gauges=basket_gauges,
        places={gauge: len(DIMENSIONS) + number for number, gauge in enumerate((*gauges, *basket_gauges))},
    )


def conditions_of(document: Rulebook) -> Iterator[Condition]:
    """Every condition of a document that is asked of activities."""
    for rule in document.earning.rules:
        if rule.when is not None:
            yield rule.when
    measures = [goal.measure for challenge in document.challenges for goal in challenge.goals]
    measures += [board.measure for board in document.leaderboards]
    for measure in (*measures, *(streak.measure for streak in document.streaks)):
        if measure.when is not None:
            yield measure.when
    for surprise in document.surprises:
        if surprise.when is not None:
            yield surprise.when


def gauges_of(condition: Condition, segments: Mapping[str, Condition]) -> Iterator[Gauge]:
    """The gauges that a condition looks at. A segment that there is not has none."""
    match condition:
        case AllOf() | AnyOf():
            for part in condition.conditions:
                yield from gauges_of(part, segments)
        case Not():
            yield from gauges_of(condition.condition, segments)
        case InSegment(any_of=names):
            # A segment asks about no other; the check refuses one that does, and here it has nothing.
            yield from (gauge for name in names if name in segments for gauge in gauges_of(segments[name], {}))
        case _:
            yield from (gauge for gauge, _, _ in bounds_of(condition))


# A gauge, and the half-open range in which it must read; None is no limit.
Bounds = tuple[Gauge, int | None, int | None]


def bounds_of(leaf: Leaf) -> Iterator[Bounds]:
    """The gauges of one condition with the range of each, in all of which they must read."""
    match leaf:
        case PaidWith():
            yield Tendered(kinds=frozenset(leaf.any_of)), 1, None
        case AtTill() | ByStaff():
            yield Coded(part=leaf.kind, codes=frozenset(leaf.any_of)), 1, None
        case InMonth():
            yield Month(), min(leaf.any_of), max(leaf.any_of) + 1
        case OnDayOfMonth():
            yield DayOfMonth(), min(leaf.any_of), max(leaf.any_of) + 1
        case HasItems():
            yield from _held(leaf)
        case InTier(set=str() as ladder):
            yield Rung(ladder=ladder, levels=tuple(sorted({*leaf.any_of}))), 1, None
        case InStore() | InChannel() | OnWeekday() | AtTimeOfDay() | InTier() | OfAmount() | OnDates() | InSegment():
            return
        case _:
            yield from _of_member(leaf)


def _held(condition: HasItems) -> Iterator[Bounds]:
    items = condition.items
    if condition.at_least_units is not None:
        yield Held(items=items, of="quantity_micro"), condition.at_least_units * 1_000_000, None
    if condition.items_at_least_minor is not None:
        yield Held(items=items, of="amount_minor"), condition.items_at_least_minor, None
    if condition.at_least_lines is not None:
        yield Held(items=items, of="lines"), condition.at_least_lines, None
    if condition.at_least_units is condition.items_at_least_minor is condition.at_least_lines is None:
        yield Held(items=items, of="lines"), 1, None


def _of_member(leaf: OnPurchase | SinceLast | MemberFor | Recently | NearBirthday | HasAttribute) -> Iterator[Bounds]:
    match leaf:
        case OnPurchase(every=every, at_least=least, at_most=most):
            if every is not None and every > 1:
                yield Nth(every=every), 0, 1
            if least is not None or most is not None or every == 1:
                yield Nth(), least, _past(most)
        case SinceLast(at_least=least, at_most=most):
            # Who never bought reads below zero.
            yield DaysSinceLast(), least or 0, _past(most)
        case MemberFor(at_least=least, at_most=most):
            yield DaysOfMembership(), least, _past(most)
        case Recently(of=of, days=days, at_least=least, at_most=most):
            yield Counted(of=of, days=days), least, _past(most)
        case NearBirthday(days_before=before, days_after=after):
            yield Known(question=f"birthday/{before}/{after}"), 1, None
        case HasAttribute():
            yield from _attribute(leaf)
        case _ as never:
            assert_never(never)


def _attribute(leaf: HasAttribute) -> Iterator[Bounds]:
    asked: list[tuple[str, object]] = []
    if leaf.any_of is not None:
        asked.append(("in", sorted({*leaf.any_of})))
    if leaf.at_least is not None:
        asked.append(("ge", leaf.at_least))
    if leaf.at_most is not None:
        asked.append(("le", leaf.at_most))
    if leaf.is_yes is not None:
        asked.append(("eq", leaf.is_yes))
    for comparison, value in asked:
        told = json.dumps(value, separators=(",", ":"), ensure_ascii=False)
        yield Known(question=f"attribute/{leaf.name}/{comparison}/{told}"), 1, None
    if leaf.is_set is not None:
        question = f"attribute/{leaf.name}/is_set/true"
        yield Known(question=question), int(leaf.is_set), None if leaf.is_set else 1


def _past(most: int | None) -> int | None:
    return None if most is None else most + 1
