"""Transfers: points leave an account and arrive on another, each lot as it was."""

from app.engine.change import Change
from app.engine.commands import TransferIn, TransferOut
from app.engine.context import Context
from app.engine.ledger.draft import Draft
from app.engine.refusals import Refusal


def send(command: TransferOut, draft: Draft, context: Context) -> Change | Refusal:
    """To come."""
    raise NotImplementedError


def receive(command: TransferIn, draft: Draft, context: Context) -> Change | Refusal:
    """To come."""
    raise NotImplementedError
