"""Surprises: the draws that come with an activity, and what goes back of them with it."""

from app.engine.context import Context, Edition
from app.engine.decisions.drawing import award, stop, undo
from app.engine.draws import Drawn, limit_counter
from app.engine.facts import Facts
from app.engine.ledger.draft import Draft
from app.engine.odds import Odds, limit_day, odds_of_surprise
from app.engine.outcomes import Purchased
from app.engine.played import PrizeTaken
from app.engine.rulebook.gains import moment_of
from app.engine.rulebook.surprises import DrawLimit, Surprise
from app.engine.state import Original


def surprise(facts: Facts, occurred_us: int, edition: Edition, draft: Draft, context: Context) -> tuple[Drawn, ...]:
    """One draw of every surprise that comes with a purchase, as often as its limit lets the member."""
    found = []
    for each in _matching(facts, edition):
        odds = odds_of_surprise(each)
        if not _within(each.limit, odds, facts.local_day, draft, context):
            continue
        drawn = stop(odds, draft, context)
        found.append(award(drawn, odds, draft, context, occurred_us=occurred_us, edition=edition))
    return tuple(found)


def unsurprise(
    bought: Purchased, rest: Facts | None, gone: tuple[str, ...], original: Original, draft: Draft, context: Context
) -> tuple[PrizeTaken, ...]:
    """Take back the prizes that would not have come with what remains of a purchase (None: nothing remains).

    `gone` are those that earlier refunds took. One that is sticky stays.
    """
    edition = context.timeline.edition(bought.rulebook)
    by_draw = {odds.draw: (each, odds) for each, odds in _all(edition)}
    kept = {odds_of_surprise(each).draw for each in _matching(rest, edition)} if rest is not None else set()
    found = []
    for drawn in bought.surprises:
        each, odds = by_draw[drawn.draw]
        if each.sticky or drawn.draw in kept or drawn.draw in gone:
            continue
        taken = undo(drawn, odds, original, draft, context)
        if taken is not None:
            found.append(taken)
    return tuple(found)


def _all(edition: Edition) -> list[tuple[Surprise, Odds]]:
    return [(each, odds_of_surprise(each)) for each in edition.compiled.document.surprises]


def _matching(facts: Facts, edition: Edition) -> list[Surprise]:
    compiled = edition.compiled
    if compiled.surprising is None:
        return []
    lines = facts.basket.lines
    return compiled.surprising.matching(moment_of(compiled, facts, sum([line.amount_minor for line in lines])), lines)


def _within(limit: DrawLimit | None, odds: Odds, local_day: int, draft: Draft, context: Context) -> bool:
    """Whether the limit leaves the member another draw, which is counted if it will be made."""
    if limit is None:
        return True
    name, day = limit_counter(odds.draw), limit_day(limit, local_day)
    if draft.counted(name, day, day + 1) >= limit.times:
        return False
    if context.seed is not None:
        draft.count(name, 1, day)
    return True
