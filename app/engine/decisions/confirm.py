"""Confirm: the event that pending points wait for has happened."""

from app.engine.change import Change
from app.engine.context import Context
from app.engine.ledger.draft import Draft
from app.engine.refusals import Refusal
from app.engine.state import Original


def confirm(original: Original, draft: Draft, context: Context) -> Change | Refusal:
    """To come."""
    raise NotImplementedError
