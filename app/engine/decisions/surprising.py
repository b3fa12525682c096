"""Surprises: the draws that come with an activity, and what goes back of them with it."""

from app.engine.context import Context, Edition
from app.engine.decisions.drawing import award, stop, undo
from app.engine.draws import limit_counter, surprise_draw
from app.engine.facts import Facts
from app.engine.ledger.draft import Draft
from app.engine.odds import Odds, limit_day, odds_of_surprise
from app.engine.played import Drawn, PrizeTaken
from app.engine.rulebook.compile import Compiled
from app.engine.rulebook.gains import moment_of
from app.engine.rulebook.surprises import DrawLimit, Surprise
from app.engine.state import Original


def surprise(
    compiled: Compiled, facts: Facts, occurred_us: int, edition: Edition, draft: Draft, context: Context
) -> tuple[Drawn, ...]:
    """One draw of every surprise that comes with an activity, as often as its limit lets the member.

    `compiled` is what the edition says of activities of this kind.
    """
    found = []
    for each in _matching(facts, compiled):
        odds = odds_of_surprise(each)
        if not _within(each.limit, odds, facts.local_day, draft, context):
            continue
        drawn = stop(odds, draft, context)
        found.append(award(drawn, odds, draft, context, occurred_us=occurred_us, edition=edition))
    return tuple(found)


def unsurprise(
    edition: Edition,
    surprises: tuple[Drawn, ...],
    rest: Facts | None,
    gone: tuple[str, ...],
    original: Original,
    draft: Draft,
    context: Context,
) -> tuple[PrizeTaken, ...]:
    """Take back the prizes that would not have come with what remains of an activity (None: nothing remains).

    `edition` had judged it; `gone` are the prizes that earlier refunds took. One that is sticky stays.
    """
    by_draw = {surprise_draw(each.id): each for each in edition.compiled.document.surprises}
    kept = {surprise_draw(each.id) for each in _matching(rest, edition.compiled)} if rest is not None else set()
    found = []
    for drawn in surprises:
        each, odds = by_draw[drawn.draw], odds_of_surprise(by_draw[drawn.draw])
        if each.sticky or drawn.draw in kept or drawn.draw in gone:
            continue
        taken = undo(drawn, odds, original, draft, context)
        if taken is not None:
            found.append(taken)
    return tuple(found)


def _matching(facts: Facts, compiled: Compiled) -> list[Surprise]:
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
