"""Points given or taken by hand."""

from app.engine.change import Change
from app.engine.commands import Adjustment, Extension, Goodwill
from app.engine.context import Context
from app.engine.ledger.draft import Draft
from app.engine.refusals import Refusal
from app.engine.state import Original


def adjust(command: Adjustment, draft: Draft, context: Context) -> Change | Refusal:
    """To come."""
    raise NotImplementedError


def goodwill(command: Goodwill, draft: Draft, context: Context) -> Change | Refusal:
    """To come."""
    raise NotImplementedError


def cancel_adjustment(original: Original, draft: Draft, context: Context) -> Change | Refusal:
    """To come."""
    raise NotImplementedError


def extend_lot(command: Extension, draft: Draft, context: Context) -> Change | Refusal:
    """To come."""
    raise NotImplementedError
