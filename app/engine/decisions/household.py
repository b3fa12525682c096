"""Households: joining and leaving a shared wallet."""

from app.engine.change import Change
from app.engine.commands import HouseholdJoin
from app.engine.context import Context
from app.engine.ledger.draft import Draft
from app.engine.refusals import Refusal


def join(command: HouseholdJoin, draft: Draft, context: Context) -> Change | Refusal:
    """To come."""
    raise NotImplementedError


def leave(draft: Draft, context: Context) -> Change | Refusal:
    """To come."""
    raise NotImplementedError
