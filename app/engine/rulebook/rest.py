"""What the rest of a purchase earns after a part of it was returned, by the rulebook that judged it.

The rest is the purchase without what went back: a line that was returned whole is not in it, the others
have what remains of them. Day, time, store and tier are those of the purchase.

A smaller rest does not always earn less: "double unless the basket costs more than 100" earns more when
the basket shrinks. The caller never asks back less than it has already, and never more than was granted.
"""

from collections.abc import Mapping, Sequence
from typing import Final, assert_never

from msgspec import Struct
from msgspec.structs import replace

from app.engine.facts import Award, AwardGrant, Facts, Line, RuleTrace
from app.engine.rulebook.compile import Compiled, Destination
from app.engine.rulebook.document import RefundMode
from app.engine.rulebook.evaluate import evaluate
from app.engine.rulebook.gains import gains_of
from app.engine.rulebook.rounding import spread
from app.engine.rulebook.shares import Shares, award_of, awarded, shares_of

NOTHING: Final = Award(points=0, line_points=(), trace=())

MAIN: Final = Destination(wallet="", expiry=None)


class Taken(Struct, frozen=True):
    """What the lines that a rule takes come to."""

    lines: int
    quantity_micro: int
    amount_minor: int


def rest_of(facts: Facts, lines: tuple[Line, ...], points_paid_minor: int) -> Facts:
    """A purchase after a part of it went back: these lines remain, and this part of what was paid with points.

    What gift cards paid goes back in proportion to the amounts. No rule looks at other tenders.
    """
    tenders = facts.basket.tenders
    total_minor = sum(line.amount_minor for line in facts.basket.lines)
    rest_minor = sum(line.amount_minor for line in lines)
    if rest_minor < total_minor:
        gifts = [tender.amount_minor if tender.kind == "gift_card" else 0 for tender in tenders]
        left = spread(sum(gifts) * rest_minor // total_minor, gifts)
        tenders = tuple(
            replace(tender, amount_minor=part) if tender.kind == "gift_card" else tender
            for tender, part in zip(tenders, left, strict=True)
        )
    basket = replace(facts.basket, lines=lines, tenders=tenders)
    return replace(facts, basket=basket, points_paid_minor=points_paid_minor)


def earn_rest(compiled: Compiled, facts: Facts, rest: Facts, trace: Sequence[RuleTrace]) -> Award:
    """What the rest of a purchase earns, each rule by its mode; `trace` is what was granted when it was judged.

    Nothing earns nothing. A rest that is the whole purchase earns what it earned. In the trace of the answer a
    rule that is not evaluated again has its mode as its reason, and wants what it was granted.
    """
    if not rest.basket.lines:
        return NOTHING
    if all(rule.on_refund == "reevaluate" for rule in compiled.rules):
        return evaluate(compiled, rest)
    original = shares_of(compiled, facts, gains_of(compiled, facts))
    left = shares_of(compiled, rest, gains_of(compiled, rest))
    rows = {entry.rule: entry for entry in left.trace if compiled.rules[entry.rule].on_refund == "reevaluate"}
    splits = {rule: left.split(rule) for rule in rows}
    for entry in trace:
        mode = compiled.rules[entry.rule].on_refund
        if mode != "reevaluate":
            before, after = _taken(compiled, entry.rule, facts), _taken(compiled, entry.rule, rest)
            points = _remaining(mode, entry.granted, before, after)
            rows[entry.rule] = RuleTrace(rule=entry.rule, reason=mode, wanted=entry.granted, granted=points)
            splits[entry.rule] = _divided(points, original.split(entry.rule))
    return _award(rows, splits, left, rest)


def points_like(award: Award, grants: Sequence[AwardGrant]) -> tuple[int, ...]:
    """The points that an award has where each of these grants went: what is left of each of them."""
    found = {(grant.wallet, grant.expiry): grant.points for grant in award.grants}
    return tuple(found.get((grant.wallet, grant.expiry), 0) for grant in grants)


def _taken(compiled: Compiled, rule: int, facts: Facts) -> Taken:
    lines = facts.basket.lines
    takers = compiled.lines.matching(lines)
    taken = [line for line, rules in zip(lines, takers, strict=True) if rules & 1 << rule]
    return Taken(len(taken), sum(line.quantity_micro for line in taken), sum(line.amount_minor for line in taken))


def _remaining(mode: RefundMode, granted: int, before: Taken, after: Taken) -> int:
    """What is left of the points of a rule that is not evaluated again."""
    if not after.lines:
        return 0
    match mode:
        case "reevaluate" | "keep":
            return granted
        case "all_or_nothing":
            return granted if after == before else 0
        case "prorate":
            # Lines that cost nothing count one by one.
            part, whole = (
                (after.amount_minor, before.amount_minor) if before.amount_minor else (after.lines, before.lines)
            )
            share = abs(granted) * part // whole
            return share if granted > 0 else -share
        case _ as never:
            assert_never(never)


def _divided(points: int, split: Mapping[Destination, int]) -> dict[Destination, int]:
    """Points of a rule spread over its destinations as they were when the purchase was judged."""
    if not split:
        return {MAIN: points}
    parts = spread(abs(points), [abs(part) for part in split.values()])
    return {destination: part if points > 0 else -part for destination, part in zip(split, parts, strict=True)}


def _award(
    rows: Mapping[int, RuleTrace], splits: Mapping[int, Mapping[Destination, int]], left: Shares, rest: Facts
) -> Award:
    columns: dict[Destination, dict[int, int]] = {}
    for rule in sorted(splits):
        for destination, points in splits[rule].items():
            columns.setdefault(destination, {})[rule] = points
    for column in columns.values():
        _lift(column)
    trace = tuple(
        replace(rows[rule], granted=sum(column.get(rule, 0) for column in columns.values())) for rule in sorted(rows)
    )
    # The lines share what a destination keeps as they would share what they earn now, or else by what they cost.
    evaluated = award_of(left, len(rest.basket.lines))
    now = {Destination(wallet=grant.wallet, expiry=grant.expiry): grant.line_points for grant in evaluated.grants}
    amounts = [line.amount_minor for line in rest.basket.lines]
    by_line = {
        destination: spread(sum(column.values()), now.get(destination, amounts))
        for destination, column in columns.items()
    }
    return awarded(by_line, trace, len(amounts))


def _lift(column: dict[int, int]) -> None:
    """Let what takes points away take no more than there is: the rules of one destination may have different modes."""
    missing = -sum(column.values())
    for rule in reversed(column):
        if missing > 0 and column[rule] < 0:
            lift = min(missing, -column[rule])
            column[rule] += lift
            missing -= lift
