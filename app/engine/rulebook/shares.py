"""What caps leave of the points of each rule, and where they go.

Points come from sources: base rules and bonuses. A multiplier's points are part of the sources that it
raises, so each point has both a rule that gave it and a source that says where it goes.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from operator import add
from typing import Final

from app.engine.facts import Award, AwardGrant, Facts, RuleTrace
from app.engine.rulebook.compile import Compiled, Destination
from app.engine.rulebook.document import Expiry
from app.engine.rulebook.gains import APPLIED, BaseGain, BonusGain, Gains
from app.engine.rulebook.rooms import EARNING_LIMIT, Allowance
from app.engine.rulebook.rounding import spread

# Why a multiplier gave nothing.
ADDED_NOTHING: Final = "added_nothing"
# What made a rule grant something else than it wanted.
RULE_CAP: Final = "rule_cap"
TRANSACTION_CAP: Final = "transaction_cap"


@dataclass(slots=True, kw_only=True)
class Source:
    """A base rule or a bonus: where its points go, which rule gave how many of them, and their proportion by line.

    `given` may hold less than zero under a multiplier that takes points away; its sum is never less than zero.
    """

    destination: Destination
    given: dict[int, int]
    parts: Sequence[int]

    @property
    def points(self) -> int:
        return sum(self.given.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Shares:
    """The points of one purchase by source, and what every rule wanted and granted."""

    sources: tuple[Source, ...]
    trace: tuple[RuleTrace, ...]

    def split(self, rule: int) -> dict[Destination, int]:
        """The points that one rule gave, by where they went."""
        found: dict[Destination, int] = {}
        for source in self.sources:
            if rule in source.given:
                found[source.destination] = found.get(source.destination, 0) + source.given[rule]
        return found


def level_expiry(compiled: Compiled, facts: Facts) -> Expiry | None:
    """How long the member's level says that points of the main wallet are good."""
    return compiled.level_expiries[compiled.ranks.get(facts.tier, 0)]


def shares_of(compiled: Compiled, facts: Facts, gains: Gains) -> Shares:
    """Trim what the rules give to their caps and to the room of their limits, then to the caps of all rules."""
    allowance = Allowance(compiled.rooms, compiled.room(facts) if compiled.rooms else ())
    given = _capped(compiled, gains, allowance)
    given.extend(
        {bonus.rule: allowance.of(bonus.rule, _least(bonus.points, compiled.caps.get(bonus.rule)))}
        for bonus in gains.bonuses
    )
    paying: list[BaseGain | BonusGain] = [*gains.bases, *gains.bonuses]
    usual = level_expiry(compiled, facts)
    sources = tuple(
        Source(destination=_resolved(compiled.destinations[gain.rule], usual), given=points, parts=gain.parts)
        for gain, points in zip(paying, given, strict=True)
    )
    main = [source for source in sources if not source.destination.wallet]
    bound = dict(allowance.bound)
    for rule in _trim(main, compiled.cap):
        bound[rule] = TRANSACTION_CAP
    total = sum(source.points for source in main)
    for rule in _trim(main, allowance.of_all(total)):
        bound[rule] = EARNING_LIMIT
    trace = tuple(_traced(rule, reason, wanted, sources, bound) for rule, reason, wanted in _wanted(gains))
    return Shares(sources=sources, trace=trace)


def _resolved(destination: Destination, usual: Expiry | None) -> Destination:
    """What a rule says of its points' life comes before what the level says; other wallets know no levels."""
    if destination.wallet or destination.expiry is not None or usual is None:
        return destination
    return Destination(wallet="", expiry=usual)


def _capped(compiled: Compiled, gains: Gains, allowance: Allowance) -> list[dict[int, int]]:
    """For each base rule the points that it and each multiplier give, under the caps of both.

    A multiplier after a cap multiplies what the cap has left.
    """
    caps = [compiled.caps.get(gain.rule) for gain in gains.bases]
    kept = [allowance.of(gain.rule, _least(gain.steps[0], cap)) for gain, cap in zip(gains.bases, caps, strict=True)]
    given = [{gain.rule: points} for gain, points in zip(gains.bases, kept, strict=True)]
    for place, rule in enumerate(gains.multipliers):
        rises = [
            _least(_next(gain, place, points), cap) - points
            for gain, points, cap in zip(gains.bases, kept, caps, strict=True)
        ]
        most = compiled.caps.get(rule)
        if most is not None and sum(rises) > most:
            rises = spread(most, rises)
        allowed = allowance.of(rule, sum(rises))
        if allowed < sum(rises):
            rises = spread(allowed, rises)
        kept = list(map(add, kept, rises))
        for points, rise in zip(given, rises, strict=True):
            if rise:
                points[rule] = rise
    return given


def _next(gain: BaseGain, place: int, kept: int) -> int:
    """The points of a base rule after one more multiplier, if `kept` is what caps have left of them before it."""
    if len(gain.steps) == 1:
        return kept
    before, after = gain.steps[place], gain.steps[place + 1]
    return after if kept == before else kept * after // before


def _least(points: int, cap: int | None) -> int:
    return points if cap is None else min(points, cap)


def _trim(sources: Sequence[Source], cap: int | None) -> frozenset[int]:
    """Take what is above the cap from whatever came last; the rules that lost by it."""
    excess = 0 if cap is None else sum(source.points for source in sources) - cap
    losing: set[int] = set()
    for source in reversed(sources):
        # A multiplier that takes points away leaves less to take than the other rules of the source gave.
        left = taking = max(min(excess, source.points), 0)
        for rule in reversed(source.given):
            loss = max(min(left, source.given[rule]), 0)
            if loss:
                source.given[rule] -= loss
                left -= loss
                losing.add(rule)
        excess -= taking
    return frozenset(losing)


def _wanted(gains: Gains) -> Iterator[tuple[int, str, int]]:
    """Each rule that applied, in order: why it gives what it gives, and how much without caps."""
    rises = [0] * len(gains.multipliers)
    for gain in gains.bases:
        yield gain.rule, gain.reason, gain.steps[0]
        for place, (before, after) in enumerate(pairwise(gain.steps)):
            rises[place] += after - before
    for rule, rise in zip(gains.multipliers, rises, strict=True):
        yield rule, APPLIED if rise else ADDED_NOTHING, rise
    for bonus in gains.bonuses:
        yield bonus.rule, APPLIED, bonus.points


def _traced(rule: int, reason: str, wanted: int, sources: Sequence[Source], bounds: Mapping[int, str]) -> RuleTrace:
    """What a rule granted. A multiplier that grants less than it wanted met the limit of what it multiplies."""
    granted = sum(source.given.get(rule, 0) for source in sources)
    bound = bounds.get(rule, "")
    if not bound and granted != wanted:
        raised = [bounds[each] for source in sources for each in source.given if each in bounds]
        bound = RULE_CAP if not raised else raised[0]
    return RuleTrace(rule=rule, reason=reason, wanted=wanted, granted=granted, bound=bound)


def award_of(shares: Shares, lines: int) -> Award:
    """The award of a purchase of so many lines: its points by destination, by line and by rule."""
    by_line: dict[Destination, list[int]] = {}
    for source in shares.sources:
        # The parts are those of the uncapped points, so that what is left keeps their proportion.
        parts = spread(source.points, source.parts)
        by_line[source.destination] = list(map(add, by_line.get(source.destination, [0] * lines), parts))
    return awarded(by_line, shares.trace, lines)


def awarded(by_line: dict[Destination, list[int]], trace: tuple[RuleTrace, ...], lines: int) -> Award:
    """An award out of the points of each line, by destination: the main wallet first, where rules are silent first."""
    ordered = sorted(by_line, key=lambda destination: (destination.wallet != "", destination.expiry is not None))
    grants = tuple(
        AwardGrant(
            wallet=destination.wallet,
            expiry=destination.expiry,
            points=sum(by_line[destination]),
            line_points=tuple(by_line[destination]),
        )
        for destination in ordered
        if sum(by_line[destination])
    )
    main = [grant.line_points for grant in grants if not grant.wallet]
    line_points = tuple(map(sum, zip([0] * lines, *main, strict=True)))
    return Award(points=sum(line_points), line_points=line_points, trace=trace, grants=grants)
