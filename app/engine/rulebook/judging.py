"""Conditions as functions: each says yes, no, or cannot tell because something it asks about is unknown."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, assert_never

from app.engine.rulebook.asking import (
    AMOUNT,
    CHANNEL,
    DAY,
    MINUTE,
    STORE,
    TIER,
    WEEKDAY,
    Asking,
    bounds_of,
)
from app.engine.rulebook.conditions import (
    WEEKDAYS,
    AllOf,
    AnyOf,
    AtTimeOfDay,
    Condition,
    InChannel,
    InMonth,
    InSegment,
    InStore,
    InTier,
    Leaf,
    Not,
    OfAmount,
    OnDates,
    OnDayOfMonth,
    OnWeekday,
)
from app.engine.rulebook.document import Rule

UNKNOWN: Final = object()
# A value that no condition names; in an ordered dimension, one below all that conditions can name.
OTHER: Final = -1

Mark = int | str
Moment = tuple[object, ...]
Judge = Callable[[Moment], bool | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Test:
    """A condition that must hold, and per dimension that it asks about, the values at which its answer may turn.

    In an ordered dimension the answer is the same from one mark to the next; in the others it is the
    same for every value that is not a mark.
    """

    judge: Judge
    marks: Mapping[int, frozenset[Mark]]


def tests_of(rule: Rule, asking: Asking) -> Iterator[Test]:
    """What must hold for a rule, one test for each part that can fail by itself."""
    if rule.valid_from is not None:
        yield between(DAY, rule.valid_from.toordinal(), None)
    if rule.valid_until is not None:
        yield between(DAY, None, rule.valid_until.toordinal() + 1)
    if rule.when is not None:
        yield from tests_of_condition(rule.when, asking)


def tests_of_condition(condition: Condition, asking: Asking) -> Iterator[Test]:
    """What must hold for a condition, one test for each part that can fail by itself."""
    for part in _parts(condition):
        yield _test(part, asking)


def _parts(condition: Condition) -> Iterator[Condition]:
    if isinstance(condition, AllOf):
        for part in condition.conditions:
            yield from _parts(part)
    else:
        yield condition


def _test(condition: Condition, asking: Asking) -> Test:
    match condition:
        case AllOf() | AnyOf():
            tests = [_test(part, asking) for part in condition.conditions]
            return _joined(tests, decisive=isinstance(condition, AnyOf))
        case Not():
            test = _test(condition.condition, asking)
            return Test(judge=_negated(test.judge), marks=test.marks)
        case InTier(set=str()):
            return _gauged(condition, asking)
        case InStore() | InChannel() | OnWeekday() | InTier() | AtTimeOfDay() | OnDates() | OfAmount():
            return _plain(condition, asking)
        case _:
            return _gauged(condition, asking)


def _plain(leaf: InStore | InChannel | OnWeekday | InTier | AtTimeOfDay | OnDates | OfAmount, asking: Asking) -> Test:
    """Conditions on what every purchase has."""
    match leaf:
        case InStore():
            return _one_of(STORE, frozenset(leaf.any_of))
        case InChannel():
            return _one_of(CHANNEL, frozenset(leaf.any_of))
        case OnWeekday():
            return _one_of(WEEKDAY, frozenset(WEEKDAYS.index(day) for day in leaf.any_of))
        case InTier():
            return _one_of(TIER, frozenset(asking.ranks[tier] for tier in leaf.any_of))
        case OfAmount(at_least_minor=least, at_most_minor=most):
            return between(AMOUNT, least, None if most is None else most + 1)
        case AtTimeOfDay():
            return _window(minute_of(leaf.from_time), minute_of(leaf.until_time))
        case OnDates(from_date=first, until_date=last):
            return between(
                DAY, None if first is None else first.toordinal(), None if last is None else last.toordinal() + 1
            )
        case _ as never:
            assert_never(never)


def _gauged(leaf: Leaf, asking: Asking) -> Test:
    """Conditions on what gauges read."""
    if isinstance(leaf, InSegment):
        return _joined([_test(asking.segments[name], asking) for name in leaf.any_of], decisive=True)
    if isinstance(leaf, InMonth | OnDayOfMonth):
        ((gauge, _, _),) = bounds_of(leaf)
        return _among(asking.places[gauge], frozenset(leaf.any_of))
    tests = [between(asking.places[gauge], first, past) for gauge, first, past in bounds_of(leaf)]
    return tests[0] if len(tests) == 1 else _joined(tests, decisive=False)


def between(dimension: int, first: int | None, past: int | None) -> Test:
    """From the first value up to `past`."""
    marks = frozenset(bound for bound in (first, past) if bound is not None)
    return Test(judge=_ranged(dimension, first, past), marks={dimension: marks})


def _among(dimension: int, accepted: frozenset[int]) -> Test:
    """One of these numbers, in an ordered dimension."""
    marks = accepted | {number + 1 for number in accepted}
    return Test(judge=_one_of(dimension, accepted).judge, marks={dimension: marks})


def _joined(tests: list[Test], *, decisive: bool) -> Test:
    """All of them hold, or, where a yes is decisive, one of them does."""
    return Test(judge=_combined(tuple(test.judge for test in tests), decisive=decisive), marks=_merged(tests))


def _window(first: int, past: int) -> Test:
    """From the first minute up to `past`, which comes after midnight when it is the smaller one."""
    marks: Mapping[int, frozenset[Mark]] = {MINUTE: frozenset({first, past})}
    if first < past:
        return Test(judge=_ranged(MINUTE, first, past), marks=marks)
    return Test(judge=_negated(_ranged(MINUTE, past, first)), marks=marks)


def minute_of(time_of_day: str) -> int:
    """The minute of the day of `HH:MM`."""
    return int(time_of_day[:2]) * 60 + int(time_of_day[3:])


def _merged(tests: list[Test]) -> Mapping[int, frozenset[Mark]]:
    dimensions = {dimension for test in tests for dimension in test.marks}
    return {
        dimension: frozenset().union(*(test.marks.get(dimension, frozenset()) for test in tests))
        for dimension in sorted(dimensions)
    }


def _one_of(dimension: int, accepted: frozenset[Mark]) -> Test:
    def judge(moment: Moment) -> bool | None:
        value = moment[dimension]
        return None if value is UNKNOWN else value in accepted

    return Test(judge=judge, marks={dimension: accepted})


def _ranged(dimension: int, first: int | None, past: int | None) -> Judge:
    def judge(moment: Moment) -> bool | None:
        value = moment[dimension]
        if not isinstance(value, int):
            return None
        return (first is None or value >= first) and (past is None or value < past)

    return judge


def _negated(inner: Judge) -> Judge:
    def judge(moment: Moment) -> bool | None:
        verdict = inner(moment)
        return None if verdict is None else not verdict

    return judge


def _combined(judges: tuple[Judge, ...], *, decisive: bool) -> Judge:
    """One decisive answer settles it: a no among conditions that must all hold, a yes where one is enough."""

    def judge(moment: Moment) -> bool | None:
        verdict: bool | None = not decisive
        for part in judges:
            found = part(moment)
            if found is decisive:
                return decisive
            if found is None:
                verdict = None
        return verdict

    return judge
