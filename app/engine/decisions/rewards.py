"""Rewards of the catalogue, and the vouchers that some of them are."""

from app.engine.change import Change
from app.engine.commands import RewardRedemption
from app.engine.context import Context
from app.engine.ledger.draft import Draft
from app.engine.refusals import Refusal
from app.engine.state import Original


def take(command: RewardRedemption, draft: Draft, context: Context) -> Change | Refusal:
    """To come."""
    raise NotImplementedError


def use_voucher(original: Original, draft: Draft, context: Context) -> Change | Refusal:
    """To come."""
    raise NotImplementedError
