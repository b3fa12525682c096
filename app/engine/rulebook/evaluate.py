"""The points of one purchase: base, then multiply, then add; in integers, with one rounding per base rule."""

from collections.abc import Sequence
from itertools import pairwise
from operator import add
from typing import Final

from app.engine.facts import Award, Facts, RuleTrace
from app.engine.rulebook.basis import eligible_minor
from app.engine.rulebook.compile import BaseRate, Compiled
from app.engine.rulebook.judging import DIMENSIONS, Moment
from app.engine.rulebook.rounding import allocate, rounded, spread

# Why a rule that applied gave what it gave.
APPLIED: Final = "applied"
ROUNDED_TO_NOTHING: Final = "rounded_to_nothing"
NOTHING_ELIGIBLE: Final = "nothing_eligible"
ADDED_NOTHING: Final = "added_nothing"

# Why a rule did not apply, besides the names of the dimensions.
CONDITION: Final = "condition"
NO_MATCHING_LINE: Final = "no_matching_line"


def evaluate(compiled: Compiled, facts: Facts) -> Award:
    """Award a purchase. Total for any checked rulebook and any basket without negative amounts.

    Points may exceed int64; the caller refuses those.
    """
    lines = facts.basket.lines
    amounts = [line.amount_minor for line in lines]
    takers = compiled.lines.matching(lines)
    applying = compiled.purchases.matching(_moment(compiled, facts, sum(amounts))) & _union(takers)
    multipliers = _positions(applying & compiled.multiplying)
    rises = [0] * len(multipliers)
    line_points = [0] * len(lines)
    trace: list[RuleTrace] = []
    eligible: dict[int, Sequence[int]] = {}
    for rule in _positions(applying & compiled.rating):
        rate = compiled.rates[rule]
        if rate.basis not in eligible:
            eligible[rate.basis] = eligible_minor(compiled.bases[rate.basis], facts, amounts)
        exact = _exact(compiled, rule, eligible[rate.basis], takers)
        steps, parts = _multiplied(compiled, rate, exact, multipliers, takers)
        granted = steps[0]
        for place, (before, after) in enumerate(pairwise(steps)):
            rises[place] += after - before
        line_points = list(map(add, line_points, parts))
        reason = APPLIED if granted else ROUNDED_TO_NOTHING if any(exact) else NOTHING_ELIGIBLE
        trace.append(_traced(rule, reason, granted))
    for rule, rise in zip(multipliers, rises, strict=True):
        trace.append(_traced(rule, APPLIED if rise else ADDED_NOTHING, rise))
    for rule in _positions(applying & compiled.adding):
        parts = _shared(compiled, rule, amounts, takers)
        line_points = list(map(add, line_points, parts))
        trace.append(_traced(rule, APPLIED, compiled.bonuses[rule]))
    return Award(points=sum(line_points), line_points=tuple(line_points), trace=tuple(trace))


def _exact(compiled: Compiled, rule: int, eligible: Sequence[int], takers: Sequence[int]) -> Sequence[int]:
    """The exact points of each line before multipliers, as numerators over `per_minor`."""
    points, bit = compiled.rates[rule].points, 1 << rule
    if compiled.unfiltered & bit:
        return [part * points for part in eligible]
    return [part * points if rules & bit else 0 for part, rules in zip(eligible, takers, strict=True)]


def _multiplied(
    compiled: Compiled,
    rate: BaseRate,
    exact: Sequence[int],
    multipliers: Sequence[int],
    takers: Sequence[int],
) -> tuple[list[int], Sequence[int]]:
    """The whole points of a rate, alone and after each multiplier in order; and the last of them by line."""
    denominator = rate.per_minor
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


def _whole(rate: BaseRate, exact: Sequence[int], denominator: int) -> int:
    """The whole points of all lines, rounded at the scope of the rate."""
    if rate.by_line:
        return sum([rounded(part, denominator, rate.mode) for part in exact])
    return rounded(sum(exact), denominator, rate.mode)


def _shared(compiled: Compiled, rule: int, amounts: Sequence[int], takers: Sequence[int]) -> Sequence[int]:
    """A bonus spread over the lines that its rule takes."""
    points, bit = compiled.bonuses[rule], 1 << rule
    if compiled.unfiltered & bit:
        return spread(points, amounts)
    taken = [place for place, rules in enumerate(takers) if rules & bit]
    parts = [0] * len(amounts)
    for place, part in zip(taken, spread(points, [amounts[place] for place in taken]), strict=True):
        parts[place] = part
    return parts


def _moment(compiled: Compiled, facts: Facts, total_minor: int) -> Moment:
    """What conditions ask about, in the order of the dimensions."""
    basket = facts.basket
    return (
        facts.local_day,
        facts.weekday,
        facts.minute_of_day,
        basket.store,
        basket.channel,
        compiled.ranks.get(facts.tier, 0),
        total_minor,
    )


def _union(sets: Sequence[int]) -> int:
    union = 0
    for rules in sets:
        union |= rules
    return union


def _positions(rules: int) -> list[int]:
    """The indexes of a set of rules, ascending."""
    positions = []
    while rules:
        lowest = rules & -rules
        positions.append(lowest.bit_length() - 1)
        rules ^= lowest
    return positions


def _traced(rule: int, reason: str, points: int) -> RuleTrace:
    return RuleTrace(rule=rule, reason=reason, wanted=points, granted=points)


def why_not(compiled: Compiled, facts: Facts) -> tuple[tuple[int, str], ...]:
    """Every rule that did not apply, with one reason: what it asks about and was answered no.

    The reason is the name of a dimension (`dates`, `weekday`, `time_of_day`, `store`, `channel`, `tier`,
    `amount`), `condition` for a mixture of them, or `no_matching_line`.
    """
    lines = facts.basket.lines
    moment = _moment(compiled, facts, sum(line.amount_minor for line in lines))
    index = compiled.purchases
    failed: dict[int, str] = {}
    for table in index.tables:
        for rule in _positions(~table.possible(moment) & compiled.everything):
            failed.setdefault(rule, DIMENSIONS[table.dimension])
    for rule in _positions(~index.matching(moment) & compiled.everything):
        failed.setdefault(rule, CONDITION)
    for rule in _positions(~_union(compiled.lines.matching(lines)) & compiled.everything):
        failed.setdefault(rule, NO_MATCHING_LINE)
    return tuple(sorted(failed.items()))
