"""Blocking: nothing is earned or spent until it ends. Time goes on, and what was earned or spent can be undone."""

from app.engine.change import Change
from app.engine.ledger.draft import Draft
from app.engine.outcomes import BlockSet


def block(draft: Draft) -> Change:
    """Block the member; one who is blocked already is so for a new reason."""
    return draft.finish(BlockSet(blocked=True))


def unblock(draft: Draft) -> Change:
    """Let the member earn and spend again."""
    return draft.finish(BlockSet(blocked=False))
