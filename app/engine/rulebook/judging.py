"""Conditions as functions: each says yes, no, or cannot tell because something it asks about is unknown."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, assert_never

from app.engine.rulebook.conditions import (
    WEEKDAYS,
    AllOf,
    AnyOf,
    AtTimeOfDay,
    Condition,
    InChannel,
    InStore,
    InTier,
    Leaf,
    Not,
    OfAmount,
    OnWeekday,
)
from app.engine.rulebook.document import Rule

# What a purchase is to a condition: one value in each of these places.
DAY, WEEKDAY, MINUTE, STORE, CHANNEL, TIER, AMOUNT = range(7)
DIMENSIONS: Final = ("dates", "weekday", "time_of_day", "store", "channel", "tier", "amount")
ORDERED: Final = frozenset({DAY, MINUTE, AMOUNT})
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


def tests_of(rule: Rule, ranks: Mapping[str | None, int]) -> Iterator[Test]:
    """What must hold for a rule, one test for each part that can fail by itself."""
    if rule.valid_from is not None:
        first = rule.valid_from.toordinal()
        yield Test(judge=_ranged(DAY, first, None), marks={DAY: frozenset({first})})
    if rule.valid_until is not None:
        past = rule.valid_until.toordinal() + 1
        yield Test(judge=_ranged(DAY, None, past), marks={DAY: frozenset({past})})
    if rule.when is not None:
        for part in _parts(rule.when):
            yield _test(part, ranks)


def _parts(condition: Condition) -> Iterator[Condition]:
    if isinstance(condition, AllOf):
        for part in condition.conditions:
            yield from _parts(part)
    else:
        yield condition


def _test(condition: Condition, ranks: Mapping[str | None, int]) -> Test:
    match condition:
        case AllOf() | AnyOf():
            tests = [_test(part, ranks) for part in condition.conditions]
            judges = tuple(test.judge for test in tests)
            decisive = isinstance(condition, AnyOf)
            return Test(judge=_combined(judges, decisive=decisive), marks=_merged(tests))
        case Not():
            test = _test(condition.condition, ranks)
            return Test(judge=_negated(test.judge), marks=test.marks)
        case _:
            return _leaf(condition, ranks)


def _leaf(leaf: Leaf, ranks: Mapping[str | None, int]) -> Test:
    match leaf:
        case InStore():
            return _one_of(STORE, frozenset(leaf.any_of))
        case InChannel():
            return _one_of(CHANNEL, frozenset(leaf.any_of))
        case OnWeekday():
            return _one_of(WEEKDAY, frozenset(WEEKDAYS.index(day) for day in leaf.any_of))
        case InTier():
            return _one_of(TIER, frozenset(ranks[tier] for tier in leaf.any_of))
        case OfAmount(at_least_minor=least):
            return Test(judge=_ranged(AMOUNT, least, None), marks={AMOUNT: frozenset({least})})
        case AtTimeOfDay():
            return _window(minute_of(leaf.from_time), minute_of(leaf.until_time))
        case _ as never:
            assert_never(never)


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
