"""The journal: rows in, rows out, by number, by fact and by the caller's own id."""

from collections.abc import Mapping, Sequence
from struct import Struct as Packing
from typing import Any, Final
from uuid import UUID

from msgspec import Struct, json

from app.engine.change import Change
from app.engine.codec import decode_change, decode_command
from app.engine.commands import Command
from app.engine.state import Original
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


async def originals(reader: Reader, program_id: UUID, named: Mapping[UUID, UUID | None]) -> dict[UUID, Original]:
    """The named facts with what has ended them so far, oldest first.

    Each is mapped to the member whose it must be, or to None where anybody's will do. A fact that is not in the
    journal, or is the fact of somebody else who was not merged into that member, has no command.
    """
    statement = """SELECT q.id, j.member_id, j.command, j.change, e.ids, e.latest
        FROM unnest($2::uuid[]) AS q(id)
        LEFT JOIN journal j ON j.program_id = $1 AND j.id = q.id
        LEFT JOIN LATERAL (
            SELECT array_agg(k.id ORDER BY k.number) AS ids,
                (array_agg(k.change ORDER BY k.number DESC))[1] AS latest
            FROM reversals r JOIN journal k ON k.program_id = $1 AND k.id = r.reversed_by
            WHERE r.program_id = $1 AND r.fact_id = q.id) e ON true"""
    found = await reader.rows(statement, program_id, list(named))
    elsewhere = {fact: owner for fact, owner, *_ in found if owner is not None and named[fact] not in (owner, None)}
    merged = await _merged(reader, program_id, named, elsewhere) if elsewhere else frozenset()
    return {
        fact: _original(fact, owner if fact in merged else None, values)
        if fact not in elsewhere or fact in merged
        else Original(fact=fact, reversed_by=tuple(values[2] or ()))
        for fact, owner, *values in found
    }


def _original(fact: UUID, member: UUID | None, values: Sequence[Any]) -> Original:
    command, change, reversed_by, latest = values
    return Original(
        fact=fact,
        command=decode_command(command) if command is not None else None,
        change=decode_change(change) if change is not None else None,
        reversed_by=tuple(reversed_by or ()),
        latest=decode_change(latest) if latest is not None else None,
        member=member,
    )


async def _merged(
    reader: Reader, program_id: UUID, named: Mapping[UUID, UUID | None], owners: Mapping[UUID, UUID]
) -> frozenset[UUID]:
    """Those of the facts whose owners' accounts have since been merged into the member that is asked for."""
    statement = """WITH RECURSIVE heir(id, member_id) AS (
            SELECT * FROM unnest($2::uuid[], $3::uuid[])
            UNION ALL
            SELECT h.id, a.merged_into FROM heir h
            JOIN accounts a ON a.program_id = $1 AND a.member_id = h.member_id AND a.merged_into IS NOT NULL)
        SELECT id, member_id FROM heir"""
    heirs = await reader.rows(statement, program_id, list(owners), list(owners.values()))
    return frozenset(fact for fact, member in heirs if member == named[fact])


async def reversed_by(reader: Reader, program_id: UUID, fact: UUID) -> tuple[UUID, ...]:
    """The facts that have undone this one."""
    statement = """SELECT reversed_by FROM reversals
        WHERE program_id = $1 AND fact_id = $2 ORDER BY reversed_by"""
    return tuple(row[0] for row in await reader.rows(statement, program_id, fact))


async def purchase_metadata(reader: Reader, program_id: UUID, ids: Sequence[UUID]) -> dict[UUID, dict[str, str]]:
    """What the callers attached to these purchases."""
    statement = """SELECT fact_id, metadata::text FROM purchase_metadata
        WHERE program_id = $1 AND fact_id = ANY($2::uuid[])"""
    rows = await reader.rows(statement, program_id, list(ids))
    return {fact: json.decode(kept, type=dict[str, str]) for fact, kept in rows}


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
