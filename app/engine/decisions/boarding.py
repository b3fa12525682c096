"""Leaderboards: what an activity counts for them, and what a refund takes from the same day again."""

from app.engine.decisions.playing import Left
from app.engine.facts import Facts
from app.engine.ledger.draft import Draft
from app.engine.rulebook.compile import Compiled
from app.engine.rulebook.counting import ticks_in

# No leaderboard counts in days of membership.
NO_DAY = 0


def board(compiled: Compiled, kind: str, facts: Facts, points: int, draft: Draft) -> None:
    """Count an activity of a kind ("": a purchase) that earned so many points for every leaderboard that it is for."""
    if compiled.boards:
        for (name, day), count in _counts(compiled, kind, Left(facts=facts, points=points)).items():
            draft.count(name, count, day)


def unboard(compiled: Compiled, kind: str, before: Left, after: Left | None, draft: Draft) -> None:
    """Count down what the rest of an activity (None: nothing remains) would not have counted."""
    if compiled.boards:
        left = _counts(compiled, kind, after) if after is not None else {}
        for (name, day), count in _counts(compiled, kind, before).items():
            draft.count(name, left.get((name, day), 0) - count, day)


def _counts(compiled: Compiled, kind: str, left: Left) -> dict[tuple[str, int], int]:
    """What an activity counts, by the name and the day of the counter."""
    kept = compiled.boards.get(kind)
    if kept is None:
        return {}
    found, store = {}, left.facts.basket.store
    for tick in ticks_in(kept.tracks, compiled, left.facts, left.points, NO_DAY):
        name = tick.track.name
        if name in kept.by_store:
            if store is None:
                continue
            name += store
        found[name, tick.day] = tick.count
    return found
