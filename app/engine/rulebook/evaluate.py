"""The points of one purchase: base, then multiply, then add, then cap; in integers, one rounding per base rule."""

from itertools import pairwise
from operator import add
from typing import Final

from app.engine.facts import Award, AwardGrant, Facts, RuleTrace
from app.engine.rulebook.bits import positions, union
from app.engine.rulebook.compile import Compiled
from app.engine.rulebook.gains import APPLIED, Gains, gains_of, moment_of
from app.engine.rulebook.shares import ADDED_NOTHING, award_of, level_expiry, shares_of

# Why a rule did not apply, besides the names of the dimensions.
CONDITION: Final = "condition"
NO_MATCHING_LINE: Final = "no_matching_line"


def evaluate(compiled: Compiled, facts: Facts) -> Award:
    """Award a purchase. Total for any checked rulebook and any basket without negative amounts.

    Points may exceed int64; the caller refuses those.
    """
    gains = gains_of(compiled, facts)
    if compiled.is_plain:
        return _plain(compiled, facts, gains)
    return award_of(shares_of(compiled, facts, gains), len(facts.basket.lines))


def _plain(compiled: Compiled, facts: Facts, gains: Gains) -> Award:
    """The award of a rulebook with one destination and no cap: nothing but sums."""
    rises = [0] * len(gains.multipliers)
    line_points = [0] * len(facts.basket.lines)
    trace: list[RuleTrace] = []
    for gain in gains.bases:
        for place, (before, after) in enumerate(pairwise(gain.steps)):
            rises[place] += after - before
        line_points = list(map(add, line_points, gain.parts))
        trace.append(_traced(gain.rule, gain.reason, gain.steps[0]))
    for rule, rise in zip(gains.multipliers, rises, strict=True):
        trace.append(_traced(rule, APPLIED if rise else ADDED_NOTHING, rise))
    for bonus in gains.bonuses:
        line_points = list(map(add, line_points, bonus.parts))
        trace.append(_traced(bonus.rule, APPLIED, bonus.points))
    points, by_line = sum(line_points), tuple(line_points)
    grants: tuple[AwardGrant, ...] = ()
    if points:
        grants = (AwardGrant(wallet="", expiry=level_expiry(compiled, facts), points=points, line_points=by_line),)
    return Award(points=points, line_points=by_line, trace=tuple(trace), grants=grants)


def _traced(rule: int, reason: str, points: int) -> RuleTrace:
    return RuleTrace(rule=rule, reason=reason, wanted=points, granted=points)


def why_not(compiled: Compiled, facts: Facts) -> tuple[tuple[int, str], ...]:
    """Every rule that did not apply, with one reason: what it asks about and was answered no.

    The reason is the kind of a condition, `condition` for a mixture of them, or `no_matching_line`; or else why the
    rule does nothing although its conditions hold (see stacking.py).
    """
    lines = facts.basket.lines
    moment = moment_of(compiled, facts, sum(line.amount_minor for line in lines))
    index = compiled.purchases
    failed: dict[int, str] = {}
    for table in index.tables:
        for rule in positions(~table.possible(moment) & compiled.everything):
            failed.setdefault(rule, compiled.asking.name(table.dimension))
    for rule in positions(~index.matching(moment) & compiled.everything):
        failed.setdefault(rule, CONDITION)
    for rule in positions(~union(compiled.lines.matching(lines)) & compiled.everything):
        failed.setdefault(rule, NO_MATCHING_LINE)
    for rule, reason in gains_of(compiled, facts).lost.items():
        failed.setdefault(rule, reason)
    return tuple(sorted(failed.items()))
