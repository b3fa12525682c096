"""When time does something next: to lots, holds, wallets and tiers."""

from collections.abc import Iterable

from app.engine.calendar import day_start_us, last_valid_day
from app.engine.context import Context
from app.engine.ledger.purses import Purses
from app.engine.state import Hold, Lot, State


def notice_us(lot: Lot, context: Context, heard_us: int) -> int | None:
    """When word is given that a lot will expire: by the rulebook in force when it was earned. None: never.

    The past is over: an account hears of it at the first instant that it has not lived through yet. That is never now:
    the next command of a batch has a slice that knows of nothing that is due since the one before.
    """
    days = 0 if lot.expires_us is None or lot.noticed else _notice_days(lot, context)
    if lot.expires_us is None or days == 0:
        return None
    return max(_days_before_us(lot.expires_us, days, context), heard_us + 1)


def lapse_notice_us(lot: Lot, lapses_us: int | None, context: Context) -> int | None:
    """When word is given that a lot will go for want of activity. None: never, or it does not ask for any.

    It follows from the instant of the lapse, which activities move: an account hears of it by living through it.
    """
    days = _notice_days(lot, context) if lot.lapses and lot.expires_us is None else 0
    return _days_before_us(lapses_us, days, context) if days and lapses_us is not None else None


def _notice_days(lot: Lot, context: Context) -> int:
    edition = context.timeline.in_force(lot.earned_us)
    return edition.compiled.document.expiry_notice_days if edition is not None else 0


def _days_before_us(gone_us: int, days: int, context: Context) -> int:
    return day_start_us(last_valid_day(gone_us, context.zone) - days, context.zone)


def ends_us(lot: Lot, lapses_us: int | None) -> int | None:
    """When a lot goes: on its own date, or else when the wallet lapses for want of activity if the lot asks for it.

    What asks for activity has no date, unless a hold kept it through a lapse, or somebody has given it longer since.
    """
    return lapses_us if lot.lapses and lot.expires_us is None else lot.expires_us


def instants(
    lots: Iterable[Lot],
    holds: Iterable[Hold],
    lapses_us: dict[str, int | None],
    context: Context,
    heard_us: int,
) -> list[int]:
    """Every instant at which time does something to these, past ones included, but for words that were heard by then.

    `lapses_us` is by wallet.
    """
    found: list[int | None] = [hold.until_us for hold in holds]
    for lot in lots:
        if not lot.loose:
            continue
        lapse_us = lapses_us.get(lot.wallet)
        found += (ends_us(lot, lapse_us), notice_us(lot, context, heard_us))
        told_us = lapse_notice_us(lot, lapse_us, context)
        if told_us is not None and told_us > heard_us:
            found.append(told_us)
        if lot.pending:
            found.append(lot.available_us)
    return [instant for instant in found if instant is not None]


def next_due_us(found: list[int], state: State, purses: Purses, context: Context) -> int | None:
    """A lower bound of the next instant at which something is due. `found` are those of the slice.

    A wallet may lapse outside of the slice, and be told so before; one that has lapsed holds nothing that could.
    """
    now_us = context.now_us
    was_due = state.account.due_us is not None and state.account.due_us <= now_us
    elsewhere = state.next_due_us if was_due else state.account.due_us
    lapses_us = [purse.lapses_us for purse in (purses.main, *purses.others.values())]
    ahead = [at_us for at_us in lapses_us if at_us is not None and at_us > now_us]
    told_us = [_days_before_us(at_us, days, context) for at_us in ahead for days in context.timeline.notice_days]
    ahead += [at_us for at_us in told_us if at_us > now_us]
    return min([*found, *ahead, *([] if elsewhere is None else [elsewhere])], default=None)
