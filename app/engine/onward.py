"""One ask, several accounts: what must be decided next, in the same transaction, for it to be whole."""

from typing import Final
from uuid import UUID

from msgspec import Struct

from app.engine.change import Change
from app.engine.commands import Command, HouseholdJoin, MergeIn, MergeOut, Move, Purchase, TransferIn, TransferOut
from app.engine.outcomes import MergedAway, Purchased, Sent
from app.engine.state import State

# The commands that may have to be followed by another one.
LEADING: Final = (TransferOut, Move, MergeOut, HouseholdJoin)


class Onward(Struct, frozen=True, kw_only=True):
    """A command for an account, the next in line."""

    member: UUID
    command: Command


def onward(command: Command, change: Change, state: State, fact: UUID) -> tuple[Onward, ...]:
    """What follows an accepted command; a refusal of one of these refuses the whole.

    `state` is that before the command, `fact` its id.
    """
    if not isinstance(command, LEADING):
        return ()
    own = state.account.member
    match command, change.outcome:
        case TransferOut() as sent, Sent(parcels=parcels):
            arrival = TransferIn(
                sender=own,
                transfer=fact,
                parcels=parcels,
                wallet=sent.wallet,
                reason=sent.reason,
                lapses_us=_lapses_us(change, sent.wallet),
            )
            return (Onward(member=sent.to, command=arrival),) if parcels else ()
        case Move(purchase=purchase, to=to), _:
            return (Onward(member=to, command=_again(state, purchase)),)
        case MergeOut(into=into), MergedAway(estate=estate):
            return (Onward(member=into, command=MergeIn(member=own, merge=fact, estate=estate)),)
        case HouseholdJoin(household=household), _:
            bring = TransferOut(to=household, points=None, reason="household")
            after = change.after
            is_free = after.balance + after.debt - after.pending - after.held > 0
            return (Onward(member=own, command=bring),) if is_free else ()
        case _:
            return ()


def _lapses_us(change: Change, wallet: str) -> int | None:
    """When points of a wallet go for want of activity, after a change that moved points of it."""
    if not wallet:
        return change.after.lapses_us
    return next(purse.lapses_us for purse in change.purses if purse.wallet == wallet)


def _again(state: State, purchase: UUID) -> Purchase:
    """A moved purchase as it was, at its own time; it takes over the receipt number."""
    original = state.original(purchase)
    assert isinstance(original.command, Purchase), "a move was accepted"
    assert original.change is not None, "a move was accepted"
    bought = original.change.outcome
    assert isinstance(bought, Purchased), "a purchase was bought"
    return Purchase(
        basket=original.command.basket,
        occurred_us=bought.occurred_us,
        external_id=original.command.external_id,
        replaces=purchase,
        any_age=True,
    )
