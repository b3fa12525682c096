"""Which rules match: indexes from what a purchase and its lines are to sets of rules.

A set of rules is an integer with bit i for the rule with index i. One look-up per dimension finds the
rules that can apply; only conditions that mix dimensions are asked one by one, and only for rules that
are still in question. So a rule that cannot apply costs nothing.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from app.engine.facts import Line
from app.engine.rulebook.conditions import ItemFilter
from app.engine.rulebook.judging import (
    DIMENSIONS,
    ORDERED,
    OTHER,
    UNKNOWN,
    Judge,
    Moment,
    Test,
)

EVERY_RULE: Final = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Discrete:
    """The rules that each value leaves possible, and those that every other value does."""

    dimension: int
    by_value: Mapping[object, int]
    otherwise: int

    def possible(self, moment: Moment) -> int:
        return self.by_value.get(moment[self.dimension], self.otherwise)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ordered:
    """The rules that the values from one bound up to the next leave possible; `sets[0]` is below all bounds."""

    dimension: int
    bounds: tuple[int, ...]
    sets: tuple[int, ...]

    def possible(self, moment: Moment) -> int:
        value = moment[self.dimension]
        assert isinstance(value, int)
        return self.sets[bisect_right(self.bounds, value)]


@dataclass(frozen=True, slots=True, kw_only=True)
class PurchaseIndex:
    """Finds the rules whose conditions hold for a purchase."""

    tables: tuple[Discrete | Ordered, ...]
    judged: tuple[tuple[int, Judge], ...]

    def matching(self, moment: Moment) -> int:
        """The rules whose conditions and dates hold."""
        rules = EVERY_RULE
        for table in self.tables:
            rules &= table.possible(moment)
        for bit, judge in self.judged:
            if rules & bit and not judge(moment):
                rules ^= bit
        return rules


@dataclass(frozen=True, slots=True, kw_only=True)
class LineIndex:
    """Finds the rules whose item filter takes a line. `unlisted` take every line that they do not except."""

    unlisted: int
    categories: Mapping[str, int]
    skus: Mapping[str, int]
    except_categories: Mapping[str, int]
    except_skus: Mapping[str, int]

    def matching(self, lines: Sequence[Line]) -> list[int]:
        """For each line the rules that take it."""
        if self.unlisted == EVERY_RULE and not self.except_categories and not self.except_skus:
            return [EVERY_RULE] * len(lines)
        unlisted = self.unlisted
        categories, skus = self.categories.get, self.skus.get
        except_categories, except_skus = self.except_categories.get, self.except_skus.get
        return [
            (unlisted | categories(line.category, 0) | skus(line.sku, 0))
            & ~(except_categories(line.category, 0) | except_skus(line.sku, 0))
            for line in lines
        ]


def index_purchases(tests: Sequence[Sequence[Test]]) -> PurchaseIndex:
    """Index the tests of each rule."""
    tables = [_table(dimension, tests) for dimension in range(len(DIMENSIONS))]
    # A test of a single dimension is decided for good by that dimension's table.
    mixed = [(1 << rule, test.judge) for rule, own in enumerate(tests) for test in own if len(test.marks) > 1]
    return PurchaseIndex(tables=tuple(table for table in tables if table), judged=tuple(mixed))


def _table(dimension: int, tests: Sequence[Sequence[Test]]) -> Discrete | Ordered | None:
    """The rules that a value of one dimension leaves possible when nothing else is known; None if it asks nothing."""
    relevant = [[test for test in own if dimension in test.marks] for own in tests]
    if not any(relevant):
        return None
    impossible = sum(1 << rule for rule, own in enumerate(relevant) if not _possible(own, dimension, OTHER))
    if dimension in ORDERED:
        return _ordered(dimension, relevant, ~impossible)
    return _discrete(dimension, relevant, ~impossible)


def _discrete(dimension: int, tests: Sequence[Sequence[Test]], otherwise: int) -> Discrete:
    by_value: dict[object, int] = {}
    for rule, own in enumerate(tests):
        bit = 1 << rule
        for value in {mark for test in own for mark in test.marks[dimension]}:
            rules = by_value.get(value, otherwise)
            by_value[value] = rules | bit if _possible(own, dimension, value) else rules & ~bit
    return Discrete(dimension=dimension, by_value=by_value, otherwise=otherwise)


def _ordered(dimension: int, tests: Sequence[Sequence[Test]], lowest: int) -> Ordered:
    turns: dict[int, int] = {}
    for rule, own in enumerate(tests):
        before = bool(lowest & 1 << rule)
        marks = {mark for test in own for mark in test.marks[dimension] if isinstance(mark, int)}
        for mark in sorted(marks):
            after = _possible(own, dimension, mark)
            if after != before:
                turns[mark] = turns.get(mark, 0) ^ 1 << rule
            before = after
    bounds = sorted(turns)
    sets = [lowest]
    for bound in bounds:
        sets.append(sets[-1] ^ turns[bound])
    return Ordered(dimension=dimension, bounds=tuple(bounds), sets=tuple(sets))


def _possible(tests: Sequence[Test], dimension: int, value: object) -> bool:
    moment = tuple(value if place == dimension else UNKNOWN for place in range(len(DIMENSIONS)))
    return all(test.judge(moment) is not False for test in tests)


def index_lines(filters: Sequence[ItemFilter | None]) -> LineIndex:
    """Index the item filter of each rule."""
    listed = 0
    tables: tuple[defaultdict[str, int], ...] = tuple(defaultdict(int) for _ in range(4))
    for rule, items in enumerate(filters):
        if items is None:
            continue
        if items.categories or items.skus:
            listed |= 1 << rule
        lists = (items.categories, items.skus, items.except_categories, items.except_skus)
        for table, codes in zip(tables, lists, strict=True):
            for code in frozenset(codes or ()):
                table[code] |= 1 << rule
    categories, skus, except_categories, except_skus = (dict(table) for table in tables)
    return LineIndex(
        unlisted=~listed,
        categories=categories,
        skus=skus,
        except_categories=except_categories,
        except_skus=except_skus,
    )
