"""To which lots and places the points of an entry are charged. Pure: a journal row in, shares out.

An entry of one lot is charged to that lot; a redemption to the lots that it drew from; what comes back to the lots that
it had been drawn from, last drawn first. What no lot answers for, such as a debt, is charged to none. So the shares of
an entry always add up to its points.
"""

from collections.abc import Iterable, Iterator, Mapping
from uuid import UUID

from msgspec import Struct

from app.engine.activity import Activity
from app.engine.calendar import local_day
from app.engine.change import Change
from app.engine.commands import (
    AdjustmentCancel,
    Capture,
    Command,
    HoldPlace,
    MergeIn,
    Move,
    Purchase,
    Redemption,
    RedemptionCancel,
    Refund,
    RewardRedemption,
    Void,
)
from app.engine.movements import Entry
from app.engine.outcomes import Adjusted, Merged, MergedAway, Purchased, Redeemed, Refunded, Sent
from app.repositories.journal import JournalRow
from app.repositories.totals import Cell

LotName = tuple[UUID, int]


class Share(Struct, frozen=True, kw_only=True):
    """Points of an entry, and the lot that they are charged to, if one is."""

    lot: LotName | None
    points: int


def original_of(command: Command) -> UUID | None:
    """The fact whose points come back with this command, or whose store is its own."""
    match command:
        case Refund(purchase=fact) | Void(purchase=fact) | Move(purchase=fact):
            return fact
        case RedemptionCancel(redemption=fact) | AdjustmentCancel(adjustment=fact) | Capture(hold=fact):
            return fact
        case _:
            return None


def shares(entry: Entry, row: JournalRow, original: JournalRow | None) -> tuple[Share, ...]:
    """The entry by lots."""
    if entry.lot is not None:
        return (Share(lot=(row.member, entry.lot), points=entry.points),)
    taken = tuple(_named(entry, row, original))
    rest = entry.points - sum(share.points for share in taken)
    return (*taken, Share(lot=None, points=rest)) if rest else taken


def _named(entry: Entry, row: JournalRow, original: JournalRow | None) -> Iterable[Share]:
    if entry.kind == "return":
        return _returned(entry.points, _before(row.change), original) if original is not None else ()
    if entry.points < 0:
        return [Share(lot=(row.member, lot), points=-points) for lot, points in _drawn(entry, row.change)]
    return [Share(lot=(row.member, lot), points=points) for lot, points in _opened(entry, row)]


def _opened(entry: Entry, row: JournalRow) -> list[tuple[int, int]]:
    """The lots into which the points of an entry came, with how many into each. A lot that is taken over goes on."""
    match row.command, row.change.outcome:
        case MergeIn(member=member, estate=estate), Merged(continued=continued):
            shift = next(account.shift for account in continued if account.member == member)
            lots = enumerate(estate.lots, start=shift + 1)
            return [(number, lot.remaining) for number, lot in lots if lot.wallet == entry.wallet and lot.remaining]
        case _:
            return [(lot.number, lot.granted) for lot in row.change.new_lots if lot.wallet == entry.wallet]


def _drawn(entry: Entry, change: Change) -> list[tuple[int, int]]:
    """The lots from which the points of an entry were taken, with how many of each."""
    match change.outcome:
        case Purchased(draws=draws) | Redeemed(draws=draws) | Adjusted(draws=draws):
            return [(draw.lot, draw.points) for draw in draws]
        case Sent(parcels=parcels):
            return [(parcel.source, parcel.points) for parcel in parcels]
        case MergedAway(estate=estate):
            lots = enumerate(estate.lots, start=1)
            return [(number, lot.remaining) for number, lot in lots if lot.wallet == entry.wallet and lot.remaining]
        case _:
            return []


def _before(change: Change) -> int:
    """How many of the points that paid had come back with earlier refunds."""
    match change.outcome:
        case Refunded(returned=now, rest=rest) if rest is not None:
            return rest.returned - now
        case _:
            return 0


def _returned(points: int, before: int, original: JournalRow) -> Iterator[Share]:
    """The last points that were drawn come back first."""
    match original.change.outcome:
        case Purchased(draws=draws) | Redeemed(draws=draws) | Adjusted(draws=draws):
            for draw in reversed(draws):
                gone = min(draw.points, before)
                back = min(draw.points - gone, points)
                before, points = before - gone, points - back
                if back:
                    yield Share(lot=(original.member, draw.lot), points=back)
        case _:
            return


def store_of(command: Command | None) -> str:
    """Where a command was given; an empty text for one that has no place."""
    match command:
        case Purchase(basket=basket):
            return basket.store or ""
        case Activity(store=store):
            return store or ""
        case Redemption(store=store) | RewardRedemption(store=store) | Capture(store=store) | HoldPlace(store=store):
            return store or ""
        case _:
            return ""


def tier_of(change: Change) -> str:
    """The tier at which a purchase earned, and else the tier after the decision; an empty text for the base level."""
    match change.outcome:
        case Purchased(tier=tier):
            return tier or ""
        case _:
            return change.after.tier or ""


def lots_of(rows: Iterable[JournalRow], originals: Mapping[UUID, JournalRow]) -> set[LotName]:
    """Every lot to which something of these rows is charged."""
    return {
        share.lot
        for row in rows
        for entry in row.change.entries
        for share in shares(entry, row, originals.get(original_of(row.command) or row.id))
        if share.lot is not None
    }


def cells(
    row: JournalRow, original: JournalRow | None, makers: Mapping[LotName, Command], zone: str
) -> Iterator[tuple[Cell, int]]:
    """Where the points of a row are counted. `makers` are the commands that granted the points of each lot."""
    booked, tier = local_day(row.decided_us, zone), tier_of(row.change)
    for entry in row.change.entries:
        spent_in = _spent_in(entry, row, original)
        for share in shares(entry, row, original):
            cell = Cell(
                booked_day=booked,
                effective_day=local_day(entry.effective_us, zone),
                wallet=entry.wallet,
                kind=entry.kind,
                tier=tier,
                issue_store=store_of(makers.get(share.lot)) if share.lot else "",
                redemption_store=spent_in,
            )
            yield cell, share.points


def _spent_in(entry: Entry, row: JournalRow, original: JournalRow | None) -> str:
    """The store in which points were spent; what comes back is counted where it had been spent."""
    before = store_of(original.command) if original else ""
    match entry.kind:
        case "redemption":
            return store_of(row.command) or before
        case "return":
            return before
        case _:
            return ""
