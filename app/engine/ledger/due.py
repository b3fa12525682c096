"""When time does something next: to lots, holds, wallets and tiers."""

from collections.abc import Iterable

from app.engine.calendar import day_start_us, last_valid_day
from app.engine.context import Context
from app.engine.ledger.purses import Purses
from app.engine.state import Account, Hold, Lot, State


def notice_us(lot: Lot, account: Account, context: Context) -> int | None:
    """When word is given that a lot will expire: by the rulebook in force when it was earned. None: never.

    The past is over: an account hears of it at the first instant that it has not lived through yet.
    """
    if lot.expires_us is None or lot.noticed:
        return None
    edition = context.timeline.in_force(lot.earned_us)
    days = edition.compiled.document.expiry_notice_days if edition is not None else 0
    if days == 0:
        return None
    before_us = day_start_us(last_valid_day(lot.expires_us, context.zone) - days, context.zone)
    return max(before_us, account.now_us)


def ends_us(lot: Lot, lapses_us: int | None) -> int | None:
    """When a lot goes: on its own date, or else when the wallet lapses for want of activity if the lot asks for it.

    What asks for activity has no date, unless a hold kept it through a lapse, or somebody has given it longer since.
    """
    return lapses_us if lot.lapses and lot.expires_us is None else lot.expires_us


def instants(
    lots: Iterable[Lot],
    holds: Iterable[Hold],
    lapses_us: dict[str, int | None],
    account: Account,
    context: Context,
) -> list[int]:
    """Every instant at which time does something to these, past ones included. `lapses_us` is by wallet."""
    found: list[int | None] = [hold.until_us for hold in holds]
    for lot in lots:
        if not lot.loose:
            continue
        found += (ends_us(lot, lapses_us.get(lot.wallet)), notice_us(lot, account, context))
        if lot.pending:
            found.append(lot.available_us)
    return [instant for instant in found if instant is not None]


def next_due_us(found: list[int], state: State, purses: Purses, now_us: int) -> int | None:
    """A lower bound of the next instant at which something is due. `found` are those of the slice.

    A wallet may lapse outside of the slice; one that has lapsed holds nothing that could.
    """
    was_due = state.account.due_us is not None and state.account.due_us <= now_us
    elsewhere = state.next_due_us if was_due else state.account.due_us
    lapses_us = [purse.lapses_us for purse in (purses.main, *purses.others.values())]
    ahead = [at_us for at_us in lapses_us if at_us is not None and at_us > now_us]
    return min([*found, *ahead, *([] if elsewhere is None else [elsewhere])], default=None)
