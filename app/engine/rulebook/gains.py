"""The points of each rule by itself, before any cap: exact rates, multipliers, one rounding per base rule."""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from app.engine.facts import Facts
from app.engine.rulebook.basis import eligible_minor
from app.engine.rulebook.compile import BaseRate, Compiled
from app.engine.rulebook.judging import Moment
from app.engine.rulebook.rounding import allocate, rounded, spread

# Why a rule that applied gave what it gave.
APPLIED: Final = "applied"
ROUNDED_TO_NOTHING: Final = "rounded_to_nothing"
NOTHING_ELIGIBLE: Final = "nothing_eligible"


class BaseGain(Struct, frozen=True, gc=False):
    """The points of a base rule: alone and after each multiplier that raises it, and the last of them by line."""

    rule: int
    reason: str
    steps: Sequence[int]
    parts: Sequence[int]


class BonusGain(Struct, frozen=True, gc=False):
    """The points of a bonus, by line."""

    rule: int
    parts: Sequence[int]


class Gains(Struct, frozen=True, gc=False):
    """What the rules that apply give, each stage in the order of evaluation."""

    bases: Sequence[BaseGain]
    multipliers: Sequence[int]
    bonuses: Sequence[BonusGain]


def gains_of(compiled: Compiled, facts: Facts) -> Gains:
    """What each rule gives for a purchase when nothing limits it."""
    lines = facts.basket.lines
    amounts = [line.amount_minor for line in lines]
    takers = compiled.lines.matching(lines)
    applying = compiled.purchases.matching(moment_of(compiled, facts, sum(amounts))) & union(takers)
    multipliers = positions(applying & compiled.multiplying)
    bases: list[BaseGain] = []
    eligible: dict[int, Sequence[int]] = {}
    for rule in positions(applying & compiled.rating):
        rate = compiled.rates[rule]
        if rate.basis not in eligible:
            eligible[rate.basis] = eligible_minor(compiled.bases[rate.basis], facts, amounts)
        exact = _exact(compiled, rule, eligible[rate.basis], takers)
        raising = multipliers if compiled.multiplied & 1 << rule else ()
        steps, parts = _multiplied(compiled, rate, exact, raising, takers)
        reason = APPLIED if steps[0] else ROUNDED_TO_NOTHING if any(exact) else NOTHING_ELIGIBLE
        bases.append(BaseGain(rule, reason, steps, parts))
    adding = positions(applying & compiled.adding)
    bonuses = [BonusGain(rule, _shared(compiled, rule, amounts, takers)) for rule in adding]
    return Gains(bases, multipliers, bonuses)


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


def moment_of(compiled: Compiled, facts: Facts, total_minor: int) -> Moment:
    """What conditions ask about, in the order of the places."""
    basket = facts.basket
    moment = (
        facts.local_day,
        facts.weekday,
        facts.minute_of_day,
        basket.store,
        basket.channel,
        compiled.ranks.get(facts.tier, 0),
        total_minor,
    )
    return (*moment, *compiled.asking.readings(facts)) if compiled.is_gauged else moment


def union(sets: Sequence[int]) -> int:
    union = 0
    for rules in sets:
        union |= rules
    return union


def positions(rules: int) -> list[int]:
    """The indexes of a set of rules, ascending."""
    positions = []
    while rules:
        lowest = rules & -rules
        positions.append(lowest.bit_length() - 1)
        rules ^= lowest
    return positions
