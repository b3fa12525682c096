"""Blocking: nothing is earned or spent until it ends."""

from app.engine.change import Change
from app.engine.context import Context
from app.engine.ledger.draft import Draft
from app.engine.refusals import Refusal


def block(draft: Draft, context: Context) -> Change | Refusal:
    """To come."""
    raise NotImplementedError


def unblock(draft: Draft, context: Context) -> Change | Refusal:
    """To come."""
    raise NotImplementedError
