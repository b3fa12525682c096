"""Holds: points set aside, then captured or released."""

from app.engine.change import Change
from app.engine.commands import Capture, HoldExtend, HoldPlace, HoldRelease
from app.engine.context import Context
from app.engine.ledger.draft import Draft
from app.engine.refusals import Refusal


def place(command: HoldPlace, draft: Draft, context: Context) -> Change | Refusal:
    """To come."""
    raise NotImplementedError


def extend(command: HoldExtend, draft: Draft, context: Context) -> Change | Refusal:
    """To come."""
    raise NotImplementedError


def capture(command: Capture, draft: Draft, context: Context) -> Change | Refusal:
    """To come."""
    raise NotImplementedError


def release(command: HoldRelease, draft: Draft, context: Context) -> Change | Refusal:
    """To come."""
    raise NotImplementedError
