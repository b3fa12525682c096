"""Where a member would stand in each set of tiers if it were looked at now: up at once, down at a review."""

from app.engine.climbing import promote, review
from app.engine.context import Context
from app.engine.ledger.draft import Draft
from app.engine.settle import settle
from app.engine.state import State

# The tier of each set, by the set's id; None is the base level.
Places = dict[str, str | None]


def places(state: State, context: Context) -> Places:
    """Where the member stands in the sets of the rulebook in force, with time settled until now."""
    return _places(_settled(state, context), context)


def outlook(state: State, context: Context) -> tuple[Places, Places]:
    """Where the next purchase would find the member, and where a review of today would leave them.

    Reads the whole tally of the state, all its tier moves and its counters.
    """
    draft = _settled(state, context)
    promote(draft, context)
    risen = _places(draft, context)
    for name, tier in risen.items():
        if tier is not None:
            review(draft, context, name, context.now_us)
    return risen, _places(draft, context)


def _settled(state: State, context: Context) -> Draft:
    draft = Draft(state, context)
    settle(draft, context)
    return draft


def _places(draft: Draft, context: Context) -> Places:
    edition = context.timeline.in_force(context.now_us)
    if edition is None:
        return {}
    standing = {}
    for ladder in edition.compiled.ladders:
        tier = draft.standing.rung(ladder.id).tier
        standing[ladder.id] = tier if ladder.rank(tier) else None
    return standing
