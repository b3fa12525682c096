"""Exact points: what a base rule finds in each line, what multipliers make of it, and the one rounding."""

from collections.abc import Sequence

from app.engine.facts import Facts
from app.engine.rulebook.basis import eligible_minor
from app.engine.rulebook.compile import BaseRate, Compiled, UnitRate
from app.engine.rulebook.rounding import allocate, rounded, spread


class Base:
    """The base rules of one purchase. What a basis finds is found once."""

    __slots__ = ("_amounts", "_compiled", "_eligible", "_facts", "_takers")

    def __init__(self, compiled: Compiled, facts: Facts, amounts: Sequence[int], takers: Sequence[int]) -> None:
        self._compiled = compiled
        self._facts = facts
        self._amounts = amounts
        self._takers = takers
        self._eligible: dict[int, Sequence[int]] = {}

    def eligible(self, basis: int) -> Sequence[int]:
        """The money of each line that counts by a basis."""
        if basis not in self._eligible:
            self._eligible[basis] = eligible_minor(self._compiled.bases[basis], self._facts, self._amounts)
        return self._eligible[basis]

    def exact(self, rule: int) -> tuple[BaseRate | UnitRate, Sequence[int], int]:
        """The rate of a rule, and its exact points by line before multipliers: numerators over a denominator."""
        compiled = self._compiled
        rate = compiled.rates.get(rule)
        if rate is None:
            units = compiled.unit_rates[rule]
            return units, *_by_unit(units, self.taken(rule, [line.quantity_micro for line in self._facts.basket.lines]))
        points, bit, eligible = rate.points, 1 << rule, self.eligible(rate.basis)
        if compiled.unfiltered & bit:
            return rate, [part * points for part in eligible], rate.per_minor
        exact = [part * points if rules & bit else 0 for part, rules in zip(eligible, self._takers, strict=True)]
        return rate, exact, rate.per_minor

    def taken(self, rule: int, parts: Sequence[int]) -> Sequence[int]:
        """The parts of the lines that a rule takes, nothing of the others."""
        bit = 1 << rule
        if self._compiled.unfiltered & bit:
            return parts
        return [part if rules & bit else 0 for part, rules in zip(parts, self._takers, strict=True)]

    def multiplied(self, rule: int, multipliers: Sequence[int]) -> tuple[list[int], Sequence[int], Sequence[int]]:
        """The whole points of a rule, alone and after each multiplier; the last by line; and what counted by line."""
        rate, exact, denominator = self.exact(rule)
        steps, parts = _multiplied(self._compiled, rate, exact, denominator, multipliers, self._takers)
        return steps, parts, exact

    def shared(self, rule: int, points: int) -> Sequence[int]:
        """Points on top, spread over the lines that their rule takes by what these cost."""
        bit = 1 << rule
        if self._compiled.unfiltered & bit:
            return spread(points, self._amounts)
        taken = [place for place, rules in enumerate(self._takers) if rules & bit]
        parts = [0] * len(self._amounts)
        for place, part in zip(taken, spread(points, [self._amounts[place] for place in taken]), strict=True):
            parts[place] = part
        return parts


def _by_unit(rate: UnitRate, quantities: Sequence[int]) -> tuple[Sequence[int], int]:
    """Points for units: exactly, or for whole sets only, which the lines then share by quantity."""
    if not rate.whole_sets:
        return [quantity * rate.points for quantity in quantities], rate.units_micro
    if rate.by_line:
        return [quantity // rate.units_micro * rate.points for quantity in quantities], 1
    total = sum(quantities)
    points = total // rate.units_micro * rate.points
    return [points * quantity for quantity in quantities], max(total, 1)


def _multiplied(
    compiled: Compiled,
    rate: BaseRate | UnitRate,
    exact: Sequence[int],
    denominator: int,
    multipliers: Sequence[int],
    takers: Sequence[int],
) -> tuple[list[int], Sequence[int]]:
    """The whole points of a rate, alone and after each multiplier in order; and the last of them by line."""
    steps = [_whole(rate, exact, denominator)]
    for rule in multipliers:
        factor = compiled.factors[rule]
        times, over, bit = factor.numerator, factor.denominator, 1 << rule
        if compiled.unfiltered & bit:
            exact = [part * times for part in exact]
        else:
            # Lines that the multiplier does not take are widened to the same denominator.
            exact = [part * (times if rules & bit else over) for part, rules in zip(exact, takers, strict=True)]
        denominator *= over
        steps.append(_whole(rate, exact, denominator))
    if rate.by_line:
        return steps, [rounded(part, denominator, rate.mode) for part in exact]
    return steps, allocate(steps[-1], exact, denominator)


def _whole(rate: BaseRate | UnitRate, exact: Sequence[int], denominator: int) -> int:
    """The whole points of all lines, rounded at the scope of the rate."""
    if rate.by_line:
        return sum([rounded(part, denominator, rate.mode) for part in exact])
    return rounded(sum(exact), denominator, rate.mode)
