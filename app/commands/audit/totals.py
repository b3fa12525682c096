"""The journal in the order of its numbers, read once more: what totals and stocks should come to."""

from collections import Counter
from typing import Final

import msgspec

from app.commands.audit.report import Findings
from app.commands.totals.projection import charged, referred
from app.engine.change import Unbalanced
from app.engine.codec import decode_change, decode_command
from app.repositories import auditing, referral_totals, totals
from app.repositories.database import Snapshot
from app.repositories.journal import JournalRow, StoredRow
from app.repositories.programs import Program
from app.repositories.totals import Cell

Day = tuple[int, int, str, str]
# What reading a row, or what it names, may raise when the journal is damaged.
UNREADABLE: Final = (msgspec.MsgspecError, Unbalanced, LookupError, RuntimeError, AssertionError)


class Sums:
    """Mutable: what the rows up to the last that is counted come to, and what all rows took of shared stocks."""

    def __init__(self) -> None:
        self.cells: Counter[Cell] = Counter()
        self.referred: dict[tuple[int, str], tuple[int, int]] = {}
        self.taken: Counter[str] = Counter()
        self.broken = False

    def take_stocks(self, row: JournalRow, findings: Findings) -> None:
        """What is gone of a stock is what rows before have taken: a decision that was told less has oversold it."""
        for move in row.change.stock_moves:
            gone = self.taken[move.name]
            if move.before != gone:
                message = f"{move.name}: {gone} were gone, the decision was told {move.before}"
                findings.add("stocks", message, row=row.number, member=row.member)
            self.taken[move.name] = move.before + move.taken


async def check_days(snapshot: Snapshot, program: Program, findings: Findings) -> None:
    """Totals of points and referrals, by everything that they are told apart by. Rows not counted yet are left out."""
    sums = await _summed(snapshot, program, (await totals.head(snapshot, program.id)).number, findings)
    if sums.broken:
        return
    found = await totals.everything(snapshot, program.id)
    different = {
        cell: (found.get(cell, 0), sums.cells[cell])
        for cell in sums.cells.keys() | found.keys()
        if found.get(cell, 0) != sums.cells[cell]
    }
    _compare(different, findings)
    told = await referral_totals.everything(snapshot, program.id)
    for day, kind in sorted(told.keys() | sums.referred.keys()):
        stored, wanted = told.get((day, kind), (0, 0)), sums.referred.get((day, kind), (0, 0))
        if stored != wanted:
            findings.add("days", f"{kind} on day {day}: the totals say {stored}, the journal says {wanted}")


def _compare(different: dict[Cell, tuple[int, int]], findings: Findings) -> None:
    """A day that is wrong is one finding; one on which only tiers or stores are wrong has one for each of them."""
    days: dict[Day, list[Cell]] = {}
    for cell in sorted(different, key=_place):
        days.setdefault(_day(cell), []).append(cell)
    for day, cells in sorted(days.items()):
        booked, effective, wallet, kind = day
        where = f"{kind} of wallet {wallet or 'points'} booked on day {booked} with effect on day {effective}"
        more = sum(different[cell][0] - different[cell][1] for cell in cells)
        if more:
            findings.add("days", f"{where}: the totals have {more} more than the journal")
            continue
        for cell in cells:
            tier, issued, spent = _place(cell)
            stored, wanted = different[cell]
            place = f"tier {tier or '-'}, issued in {issued or '-'}, redeemed in {spent or '-'}"
            findings.add("days", f"{where}, {place}: the totals say {stored}, the journal says {wanted}")


def _day(cell: Cell) -> Day:
    return cell.booked_day, cell.effective_day, cell.wallet, cell.kind


def _place(cell: Cell) -> tuple[str, str, str]:
    return cell.tier, cell.issue_store, cell.redemption_store


async def _summed(snapshot: Snapshot, program: Program, counted: int, findings: Findings) -> Sums:
    """One walk over the journal. A row that cannot be read is reported elsewhere."""
    sums = Sums()
    async for stored in auditing.in_order(snapshot, program.id):
        rows = [row for row in map(_read, stored) if row is not None]
        for row in rows:
            sums.take_stocks(row, findings)
        inside = [row for row in rows if row.number <= counted and not sums.broken]
        if inside:
            try:
                sums.cells.update(await charged(snapshot, program, inside))
            except UNREADABLE as error:
                sums.broken = True
                findings.add("days", f"nobody can say what the totals should be: {error!r}", row=inside[0].number)
            for key, (count, amount) in referred(program, inside).items():
                before = sums.referred.get(key, (0, 0))
                sums.referred[key] = (before[0] + count, before[1] + amount)
    return sums


def _read(row: StoredRow) -> JournalRow | None:
    try:
        command, change = decode_command(row.command), decode_change(row.change)
    except (msgspec.MsgspecError, Unbalanced):
        return None
    named = {name: getattr(row, name) for name in JournalRow.__struct_fields__ if name not in {"command", "change"}}
    return JournalRow(**named, command=command, change=change)
