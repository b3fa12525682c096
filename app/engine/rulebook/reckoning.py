"""How the points of a purchase came about, computed when somebody asks: bases, exact points, and why a rule lost."""

from msgspec import Struct

from app.engine.facts import Facts
from app.engine.rulebook.basis import eligible_minor
from app.engine.rulebook.compile import Compiled
from app.engine.rulebook.document import RoundingMode
from app.engine.rulebook.evaluate import why_not
from app.engine.rulebook.gains import gains_of


class Reckoned(Struct, frozen=True, kw_only=True):
    """A base rule before multipliers: `eligible_minor` of its lines are exactly `numerator` / `denominator` points.

    They were rounded by `mode` to `points`, each line by itself (`by_line`) or the basket once.
    """

    rule: int
    eligible_minor: int
    numerator: int
    denominator: int
    mode: RoundingMode
    by_line: bool
    points: int


class Reckoning(Struct, frozen=True, kw_only=True):
    """The base rules for money that applied, and every rule that did not with the reason (see `why_not`)."""

    bases: tuple[Reckoned, ...]
    missed: tuple[tuple[int, str], ...]


def reckon(compiled: Compiled, facts: Facts) -> Reckoning:
    """The reckoning of a purchase that was judged by this rulebook."""
    bases = tuple(
        _reckoned(compiled, facts, gain.rule, gain.steps[0])
        for gain in gains_of(compiled, facts).bases
        if gain.rule in compiled.rates
    )
    return Reckoning(bases=bases, missed=why_not(compiled, facts))


def _reckoned(compiled: Compiled, facts: Facts, rule: int, points: int) -> Reckoned:
    rate, lines = compiled.rates[rule], facts.basket.lines
    eligible = eligible_minor(compiled.bases[rate.basis], facts, [line.amount_minor for line in lines])
    takers = compiled.lines.matching(lines)
    taken = sum(part for part, rules in zip(eligible, takers, strict=True) if rules & 1 << rule)
    return Reckoned(
        rule=rule,
        eligible_minor=taken,
        numerator=taken * rate.points,
        denominator=rate.per_minor,
        mode=rate.mode,
        by_line=rate.by_line,
        points=points,
    )
