"""The projection: reads the journal in order, and counts every row exactly once."""

import time
from collections import Counter
from collections.abc import Sequence
from typing import Final

from app.commands.totals.referring import happened
from app.commands.totals.shares import cells, lots_of, original_of
from app.repositories import chores, journal, referral_totals, totals
from app.repositories.database import Database, Reader, Writer
from app.repositories.journal import JournalRow
from app.repositories.programs import Program
from app.repositories.totals import Cell, Head

# So many rows are decoded between two breaths of the event loop.
ROWS_MAX: Final = 128
PATIENCE_S: Final = 5.0


class Behind(Exception):
    """The projection could not catch up in the time that a caller waits. What was counted stays counted."""


async def catch_up(database: Database, program: Program, *, patience_s: float = PATIENCE_S) -> Head:
    """Count everything that is recorded by now. Raises Behind when that takes too long."""
    ends_s = time.monotonic() + patience_s
    async with database.glancing() as reader:
        head = await totals.head(reader, program.id)
    number = head.number
    while number < head.journal:
        if time.monotonic() > ends_s:
            raise Behind
        number = await advance(database, program)
    return Head(number=number, journal=head.journal)


async def advance(database: Database, program: Program) -> int:
    """Count the next rows; returns the number of the last that is counted. Position and sums are one transaction."""
    async with database.transaction() as writer:
        number = await totals.lock(writer, program.id)
        return await _count(writer, program, number)


async def _count(writer: Writer, program: Program, number: int) -> int:
    rows = await journal.following(writer, program.id, number, ROWS_MAX)
    if not rows:
        return number
    sums = await charged(writer, program, rows)
    if sums:
        await totals.add(writer, program.id, sums)
    found = referred(program, rows)
    if found:
        await referral_totals.add(writer, program.id, found)
    await chores.advance(writer, program.id, totals.NAME, rows[-1].number)
    return rows[-1].number


async def charged(reader: Reader, program: Program, rows: Sequence[JournalRow]) -> Counter[Cell]:
    """The points of these rows, by the days, kinds, tiers and places that they are charged to."""
    named = {fact for row in rows if (fact := original_of(row.command)) is not None}
    originals = {row.id: row for row in await journal.facts(reader, program.id, sorted(named))} if named else {}
    lots = sorted(lots_of(rows, originals))
    makers = await totals.makers(reader, program.id, lots) if lots else {}
    sums: Counter[Cell] = Counter()
    for row in rows:
        for cell, points in cells(row, originals.get(original_of(row.command) or row.id), makers, program.zone):
            sums[cell] += points
    return sums


def referred(program: Program, rows: Sequence[JournalRow]) -> dict[tuple[int, str], tuple[int, int]]:
    """What these rows say of referrals, by local day and kind: how often and how much. Most say nothing."""
    found: dict[tuple[int, str], tuple[int, int]] = {}
    for row in rows:
        for day, kind, amount in happened(row, program.zone):
            count, total = found.get((day, kind), (0, 0))
            found[day, kind] = (count + 1, total + amount)
    return found
