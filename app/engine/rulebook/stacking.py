"""Which of the rules whose conditions hold do their work: limits, steps that are reached, exclusive rules, groups."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from msgspec import Struct

from app.engine.facts import Facts
from app.engine.rulebook.bits import positions
from app.engine.rulebook.compile import Compiled
from app.engine.rulebook.effects import BuyGet, StepTable
from app.engine.rulebook.exact import Base
from app.engine.rulebook.items import takes
from app.engine.rulebook.rooms import exhausted

# Why a rule whose conditions hold does nothing.
TOO_LITTLE: Final = "too_little"
GROUP_LOST: Final = "group_lost"
EXCLUSIVE: Final = "exclusive"

NOTHING_LOST: Final[Mapping[int, str]] = {}
MICRO: Final = 1_000_000


class Settled(Struct, frozen=True, gc=False):
    """The rules that do their work, the points on top that each rule gives, and why others give nothing."""

    applying: int
    given: Mapping[int, int]
    lost: Mapping[int, str]


def settle(compiled: Compiled, facts: Facts, applying: int, base: Base) -> Settled:
    """What is left of the rules whose conditions hold. A rule on top that would give nothing does not apply."""
    lost = {rule: bound for rule, bound in _exhausted(compiled, facts).items() if applying & 1 << rule}
    given = dict(compiled.bonuses)
    for rule in positions(applying & compiled.adding & ~_bits(lost)):
        table = compiled.tables.get(rule)
        if table is not None:
            given[rule] = _reached(compiled, facts, rule, table, base)
            if not given[rule]:
                lost[rule] = TOO_LITTLE
    applying &= ~_bits(lost)
    applying = _alone(compiled, applying, lost)
    # Base rules settle first: what a multiplier gives depends on them.
    for take, members in sorted(compiled.groups, key=lambda group: not group[1] & compiled.rating):
        applying = _grouped(compiled, take, positions(applying & members), applying, given, base, lost)
    return Settled(applying, given, lost)


def _exhausted(compiled: Compiled, facts: Facts) -> Mapping[int, str]:
    return exhausted(compiled.rooms, compiled.room(facts)) if compiled.rooms else NOTHING_LOST


def _bits(rules: Iterable[int]) -> int:
    return sum(1 << rule for rule in rules)


def _alone(compiled: Compiled, applying: int, lost: dict[int, str]) -> int:
    """An exclusive rule is the only one of the multipliers and the rules on top."""
    first = next((rule for rule in compiled.exclusives if applying & 1 << rule), None)
    if first is None:
        return applying
    others = applying & (compiled.multiplying | compiled.adding) & ~(1 << first)
    lost.update(dict.fromkeys(positions(others), EXCLUSIVE))
    return applying & ~others


def _grouped(
    compiled: Compiled,
    take: str,
    found: list[int],
    applying: int,
    given: Mapping[int, int],
    base: Base,
    lost: dict[int, str],
) -> int:
    """Of the rules of a group that apply, the first one or the one that gives the most by itself; ties to the first."""
    if len(found) <= 1:
        return applying
    winner = found[0]
    if take == "best":
        winner = max(found, key=lambda rule: _by_itself(compiled, rule, applying, given, base))
    for rule in found:
        if rule != winner:
            lost[rule] = GROUP_LOST
            applying &= ~(1 << rule)
    return applying


def _by_itself(compiled: Compiled, rule: int, applying: int, given: Mapping[int, int], base: Base) -> int:
    """The points that a rule gives without any other multiplier, before limits."""
    if rule in given:
        return given[rule]
    if compiled.rating & 1 << rule:
        return base.multiplied(rule, ())[0][0]
    raised = [base.multiplied(each, (rule,))[0] for each in positions(applying & compiled.multiplied)]
    return sum(after - before for before, after in raised)


def _reached(compiled: Compiled, facts: Facts, rule: int, table: StepTable | BuyGet, base: Base) -> int:
    """The points of a table of steps, or of the sets of goods that are in the basket."""
    quantities = [line.quantity_micro for line in facts.basket.lines]
    if isinstance(table, BuyGet):
        return _sets(table, facts, base.taken(rule, quantities)) * table.points
    if table.measures == "units":
        measured = sum(base.taken(rule, quantities)) // MICRO
    else:
        measured = sum(base.taken(rule, base.eligible(compiled.bases.index(table.basis))))
    return next((step.points for step in reversed(table.steps) if step.at_least <= measured), 0)


def _sets(table: BuyGet, facts: Facts, bought: Sequence[int]) -> int:
    """How many sets there are when no unit counts twice.

    So many sets fit if there are enough units to buy, enough to get, and enough of both together.
    """
    buy, get = table.buy * MICRO, table.get * MICRO
    if table.get_items is None:
        return sum(bought) // (buy + get)
    others = [line.quantity_micro if takes(table.get_items, line) else 0 for line in facts.basket.lines]
    together = sum(map(max, bought, others))
    return min(sum(bought) // buy, sum(others) // get, together // (buy + get))
