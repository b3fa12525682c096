"""The totals of each day against the entries of every row that they count."""

from collections import Counter
from uuid import UUID

import msgspec

from app.commands.audit.report import Findings
from app.engine.calendar import local_day
from app.engine.change import Unbalanced
from app.engine.codec import decode_change
from app.engine.movements import Entry
from app.repositories import auditing, totals
from app.repositories.database import Snapshot
from app.repositories.programs import Program

Day = tuple[int, int, str, str]


async def check_days(snapshot: Snapshot, program: Program, findings: Findings) -> None:
    """By the day of booking, the day of effect, wallet and kind. Rows that were not counted yet are left out."""
    counted = (await totals.head(snapshot, program.id)).number
    found = await totals.by_day(snapshot, program.id)
    expected = await _expected(snapshot, program.id, program.zone, counted)
    for day in sorted(expected.keys() | found.keys()):
        stored, wanted = found.get(day, 0), expected.get(day, 0)
        if stored != wanted:
            booked, effective, wallet, kind = day
            where = f"{kind} of wallet {wallet or 'points'} booked on day {booked} with effect on day {effective}"
            findings.add("days", f"{where}: the totals say {stored}, the journal says {wanted}")


async def _expected(snapshot: Snapshot, program_id: UUID, zone: str, counted: int) -> Counter[Day]:
    """What the journal says, up to the last row that is counted. A row that cannot be read is reported elsewhere."""
    sums: Counter[Day] = Counter()
    async for rows in auditing.in_order(snapshot, program_id):
        for row in rows:
            if row.number > counted:
                return sums
            booked = local_day(row.decided_us, zone)
            for entry in _entries(row.change):
                sums[booked, local_day(entry.effective_us, zone), entry.wallet, entry.kind] += entry.points
    return sums


def _entries(change: bytes) -> tuple[Entry, ...]:
    try:
        return decode_change(change).entries
    except (msgspec.MsgspecError, Unbalanced):
        return ()
