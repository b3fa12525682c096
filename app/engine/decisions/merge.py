"""Merging: one account closes and another takes over everything."""

from app.engine.change import Change
from app.engine.commands import MergeIn, MergeOut
from app.engine.context import Context
from app.engine.ledger.draft import Draft
from app.engine.refusals import Refusal


def hand_over(command: MergeOut, draft: Draft, context: Context) -> Change | Refusal:
    """To come."""
    raise NotImplementedError


def take_over(command: MergeIn, draft: Draft, context: Context) -> Change | Refusal:
    """To come."""
    raise NotImplementedError
