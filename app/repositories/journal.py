"""The journal: rows in, rows out, by number, by fact and by the caller's own id."""

from collections.abc import Sequence
from struct import Struct as Packing
from typing import Any, Final
from uuid import UUID

from msgspec import Struct, json

from app.engine.change import Change
from app.engine.codec import decode_change, decode_command
from app.engine.commands import Command
from app.repositories.database import Reader
from app.repositories.instants import us

_NUMBERS: Final = Packing(">hqqih")


class JournalRow(Struct, frozen=True, kw_only=True):
    """An accepted command, everything it was decided from, and everything it did."""

    number: int
    id: UUID
    external_key: UUID | None
    member: UUID
    source: int
    happened_us: int
    decided_us: int
    rulebooks_known: int
    engine: int
    command: Command
    change: Change


class StoredRow(Struct, frozen=True, kw_only=True):
    """A journal row as it is stored: for the audit, which trusts neither its bytes nor its columns."""

    number: int
    id: UUID
    external_key: UUID | None
    member: UUID
    source: int
    happened_us: int
    decided_us: int
    rulebooks_known: int
    engine: int
    kind: int
    has_effects: bool
    command: bytes
    change: bytes
    chain: bytes


_COLUMNS = """j.number, j.id, j.external_key, j.member_id, j.source, j.happened_at, j.decided_at,
    j.rulebooks_known, j.engine, j.command, j.change"""


def _row(values: Sequence[Any]) -> JournalRow:
    number, fact, external, member, source, happened, decided, known, engine, command, change = values
    return JournalRow(
        number=number,
        id=fact,
        external_key=external,
        member=member,
        source=source,
        happened_us=us(happened),
        decided_us=us(decided),
        rulebooks_known=known,
        engine=engine,
        command=decode_command(command),
        change=decode_change(change),
    )


def parts(row: JournalRow | StoredRow, command: bytes, change: bytes) -> tuple[bytes, ...]:
    """What the chain covers besides the number: every column of the row, the bytes as they are stored."""
    numbers = _NUMBERS.pack(row.source, row.happened_us, row.decided_us, row.rulebooks_known, row.engine)
    external = row.external_key.bytes if row.external_key else b""
    return (row.id.bytes, external, row.member.bytes, numbers, command, change)


async def facts(reader: Reader, program_id: UUID, ids: Sequence[UUID]) -> list[JournalRow]:
    """The rows of these facts, in journal order."""
    statement = f"""SELECT {_COLUMNS} FROM journal j
        WHERE j.program_id = $1 AND j.id = ANY($2::uuid[]) ORDER BY j.number"""
    return [_row(values) for values in await reader.rows(statement, program_id, list(ids))]


async def externals(reader: Reader, program_id: UUID, keys: Sequence[UUID]) -> list[JournalRow]:
    """The rows recorded under these callers' own ids, in journal order."""
    statement = f"""SELECT {_COLUMNS} FROM journal j
        WHERE j.program_id = $1 AND j.external_key = ANY($2::uuid[]) ORDER BY j.number"""
    return [_row(values) for values in await reader.rows(statement, program_id, list(keys))]


async def purchase_metadata(reader: Reader, program_id: UUID, ids: Sequence[UUID]) -> dict[UUID, dict[str, str]]:
    """What the callers attached to these purchases."""
    statement = """SELECT fact_id, metadata::text FROM purchase_metadata
        WHERE program_id = $1 AND fact_id = ANY($2::uuid[])"""
    rows = await reader.rows(statement, program_id, list(ids))
    return {fact: json.decode(kept, type=dict[str, str]) for fact, kept in rows}


async def of_members(
    reader: Reader, program_id: UUID, members: Sequence[UUID], *, after: int, until: int
) -> list[JournalRow]:
    """Members' rows after one number up to another. No index leads to them: every row between is looked at."""
    statement = f"""SELECT {_COLUMNS} FROM journal j
        WHERE j.program_id = $1 AND j.member_id = ANY($2::uuid[]) AND j.number > $3 AND j.number <= $4
        ORDER BY j.number"""
    return [_row(values) for values in await reader.rows(statement, program_id, list(members), after, until)]


async def after(reader: Reader, program_id: UUID, number: int, limit: int) -> list[JournalRow]:
    """The rows that follow a number, in order."""
    statement = f"""SELECT {_COLUMNS} FROM journal j
        WHERE j.program_id = $1 AND j.number > $2 ORDER BY j.number LIMIT $3"""
    return [_row(values) for values in await reader.rows(statement, program_id, number, limit)]


async def with_effects(reader: Reader, program_id: UUID, number: int, limit: int) -> list[JournalRow]:
    """The next rows whose effects others must hear of, in journal order."""
    statement = f"""SELECT {_COLUMNS} FROM journal j
        WHERE j.program_id = $1 AND j.number > $2 AND j.has_effects
        ORDER BY j.number LIMIT $3"""
    return [_row(values) for values in await reader.rows(statement, program_id, number, limit)]


async def following(reader: Reader, program_id: UUID, number: int, limit: int) -> list[JournalRow]:
    """The rows that follow a number, in journal order."""
    statement = f"""SELECT {_COLUMNS} FROM journal j
        WHERE j.program_id = $1 AND j.number > $2 ORDER BY j.number LIMIT $3"""
    return [_row(values) for values in await reader.rows(statement, program_id, number, limit)]
