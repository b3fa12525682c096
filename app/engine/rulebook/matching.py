"""Which rules match: indexes from what a purchase and its lines are to sets of rules.

A set of rules is an integer with bit i for the rule with index i. One look-up per dimension finds the
rules that can apply; only conditions that mix dimensions are asked one by one, and only for rules that
are still in question. So a rule that cannot apply costs nothing.
"""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from app.engine.facts import Line
from app.engine.rulebook.asking import Asking
from app.engine.rulebook.items import Codes, ItemFilter
from app.engine.rulebook.judging import OTHER, UNKNOWN, Judge, Moment, Test

EVERY_RULE: Final = -1

FilterPart = Literal["categories", "skus", "except_categories", "except_skus"]


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
    """Finds the rules whose item filter takes a line.

    `unlisted` take every line that they do not except; `categories` holds them too. The exceptions hold
    the rules that remain.
    """

    unlisted: int
    categories: Mapping[str, int]
    skus: Mapping[str, int]
    after_categories: Mapping[str, int]
    after_skus: Mapping[str, int]

    def matching(self, lines: Sequence[Line]) -> list[int]:
        """For each line the rules that take it."""
        unlisted, by_category = self.unlisted, self.categories.get
        takers = [by_category(line.category, unlisted) for line in lines]
        if self.skus:
            by_sku = self.skus.get
            takers = [rules | by_sku(line.sku, 0) for rules, line in zip(takers, lines, strict=True)]
        if self.after_categories or self.after_skus:
            after_category, after_sku = self.after_categories.get, self.after_skus.get
            takers = [
                rules & after_category(line.category, EVERY_RULE) & after_sku(line.sku, EVERY_RULE)
                for rules, line in zip(takers, lines, strict=True)
            ]
        return takers


def index_purchases(tests: Sequence[Sequence[Test]], asking: Asking) -> PurchaseIndex:
    """Index the tests of each rule."""
    tables = [_table(dimension, tests, asking) for dimension in range(asking.size)]
    # A test of a single dimension is decided for good by that dimension's table.
    mixed = [(1 << rule, test.judge) for rule, own in enumerate(tests) for test in own if len(test.marks) > 1]
    return PurchaseIndex(tables=tuple(table for table in tables if table), judged=tuple(mixed))


def _table(dimension: int, tests: Sequence[Sequence[Test]], asking: Asking) -> Discrete | Ordered | None:
    """The rules that a value of one dimension leaves possible when nothing else is known; None if it asks nothing."""
    relevant = [[test for test in own if dimension in test.marks] for own in tests]
    if not any(relevant):
        return None
    impossible = sum(1 << rule for rule, own in enumerate(relevant) if not _possible(own, dimension, OTHER))
    if asking.is_ordered(dimension):
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


def can_match(tests: Sequence[Test], asking: Asking) -> bool:
    """False when one dimension alone already rules out every purchase; mixtures get the benefit of the doubt."""
    for dimension in range(asking.size):
        relevant = [test for test in tests if dimension in test.marks]
        marks = {mark for test in relevant for mark in test.marks[dimension]}
        values: Sequence[object] | None = asking.values(dimension)
        if values is None:
            values = (0 if asking.is_ordered(dimension) else None, *marks)
        if not any(_possible(relevant, dimension, value) for value in values):
            return False
    return True


def _possible(tests: Sequence[Test], dimension: int, value: object) -> bool:
    places = 1 + max((place for test in tests for place in test.marks), default=dimension)
    moment = tuple(value if place == dimension else UNKNOWN for place in range(places))
    return all(test.judge(moment) is not False for test in tests)


def index_lines(filters: Sequence[ItemFilter | None]) -> LineIndex:
    """Index the item filter of each rule."""
    unlisted = EVERY_RULE
    for rule, items in enumerate(filters):
        if items is not None and (items.categories or items.skus):
            unlisted &= ~(1 << rule)
    return LineIndex(
        unlisted=unlisted,
        categories={code: rules | unlisted for code, rules in _by_code(filters, "categories").items()},
        skus=_by_code(filters, "skus"),
        after_categories={code: ~rules for code, rules in _by_code(filters, "except_categories").items()},
        after_skus={code: ~rules for code, rules in _by_code(filters, "except_skus").items()},
    )


def _by_code(filters: Sequence[ItemFilter | None], part: FilterPart) -> dict[str, int]:
    """The rules that name each code in one part of their filter."""
    rules_by_code: dict[str, int] = {}
    for rule, items in enumerate(filters):
        codes: Codes | None = None if items is None else getattr(items, part)
        for code in codes or ():
            rules_by_code[code] = rules_by_code.get(code, 0) | 1 << rule
    return rules_by_code
