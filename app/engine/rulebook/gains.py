"""The points of each rule by itself, before any cap: exact rates, multipliers, one rounding per base rule."""

from collections.abc import Mapping, Sequence
from typing import Final

from msgspec import Struct

from app.engine.facts import Facts
from app.engine.rulebook.bits import positions, union
from app.engine.rulebook.compile import Compiled
from app.engine.rulebook.exact import Base
from app.engine.rulebook.judging import Moment
from app.engine.rulebook.stacking import NOTHING_LOST, settle

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
    """The points of a rule on top, and the same by line."""

    rule: int
    points: int
    parts: Sequence[int]


class Gains(Struct, frozen=True, gc=False):
    """What the rules that apply give, each stage in the order of evaluation.

    `lost` are rules whose conditions hold and that give nothing all the same, with the reason of each.
    """

    bases: Sequence[BaseGain]
    multipliers: Sequence[int]
    bonuses: Sequence[BonusGain]
    lost: Mapping[int, str]


def gains_of(compiled: Compiled, facts: Facts) -> Gains:
    """What each rule gives for a purchase when nothing limits it."""
    lines = facts.basket.lines
    amounts = [line.amount_minor for line in lines]
    takers = compiled.lines.matching(lines)
    applying = compiled.purchases.matching(moment_of(compiled, facts, sum(amounts))) & union(takers)
    base = Base(compiled, facts, amounts, takers)
    given, lost = compiled.bonuses, NOTHING_LOST
    if compiled.is_settled:
        settled = settle(compiled, facts, applying, base)
        applying, given, lost = settled.applying, settled.given, settled.lost
    multipliers = positions(applying & compiled.multiplying)
    bases: list[BaseGain] = []
    for rule in positions(applying & compiled.rating):
        raising = multipliers if compiled.multiplied & 1 << rule else ()
        steps, parts, exact = base.multiplied(rule, raising)
        reason = APPLIED if steps[0] else ROUNDED_TO_NOTHING if any(exact) else NOTHING_ELIGIBLE
        bases.append(BaseGain(rule, reason, steps, parts))
    adding = positions(applying & compiled.adding)
    bonuses = [BonusGain(rule, given[rule], base.shared(rule, given[rule])) for rule in adding]
    return Gains(bases, multipliers, bonuses, lost)


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
