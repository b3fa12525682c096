"""Programmes: their immutable facts, and the test clock of a sandbox."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec import Struct

from app.repositories.database import Reader, Writer


class Program(Struct, frozen=True, kw_only=True):
    """What never changes about a programme. `secret` keys the ids of its facts."""

    id: UUID
    name: str
    currency: str
    zone: str
    locale: str
    sandbox: bool
    secret: bytes


class Standing(Struct, frozen=True, kw_only=True):
    """What does change: the test clock (None: real time) and the latest rulebook version (0: none)."""

    test_now: datetime | None
    rulebook_version: int
    created_at: datetime


class Listed(Struct, frozen=True, kw_only=True):
    """A programme as it is shown."""

    program: Program
    standing: Standing


async def clock(reader: Reader) -> datetime:
    """The database's clock: the only real one."""
    now: datetime
    (now,) = await reader.row("SELECT clock_timestamp()")
    return now


async def insert(writer: Writer, program: Program, *, test_now: datetime | None, created_at: datetime) -> None:
    """A new programme with an empty journal."""
    await writer.write(
        "INSERT INTO programs (id, name, currency, zone, locale, sandbox, secret, test_now, created_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        program.id,
        program.name,
        program.currency,
        program.zone,
        program.locale,
        program.sandbox,
        program.secret,
        test_now,
        created_at,
    )
    await writer.write("INSERT INTO program_counters (program_id, number, chain) VALUES ($1, 0, ''::bytea)", program.id)


async def by_id(reader: Reader, program_id: UUID) -> Listed | None:
    """One programme."""
    row = await reader.row(_SELECT + " WHERE id = $1", program_id)
    return None if row is None else _listed(row)


async def page(reader: Reader, *, after: UUID | None, limit: int) -> Sequence[Listed]:
    """Programmes, oldest first."""
    rows = await reader.rows(
        _SELECT + " WHERE $1::uuid IS NULL OR id > $1 ORDER BY id LIMIT $2",
        after,
        limit,
    )
    return [_listed(row) for row in rows]


async def lock(writer: Writer, program_id: UUID) -> Standing:
    """The programme's changing part, locked until the transaction ends."""
    test_now, version, created_at = await writer.row(
        "SELECT test_now, rulebook_version, created_at FROM programs WHERE id = $1 FOR UPDATE", program_id
    )
    return Standing(test_now=test_now, rulebook_version=version, created_at=created_at)


async def set_test_clock(writer: Writer, program_id: UUID, test_now: datetime) -> None:
    """Where the test clock stands from now on. Lock the programme first."""
    await writer.write("UPDATE programs SET test_now = $2 WHERE id = $1", program_id, test_now)


async def set_rulebook_version(writer: Writer, program_id: UUID, version: int) -> None:
    """The latest version. Lock the programme first."""
    await writer.write("UPDATE programs SET rulebook_version = $2 WHERE id = $1", program_id, version)


_SELECT = (
    "SELECT id, name, currency, zone, locale, sandbox, secret, test_now, rulebook_version, created_at FROM programs"
)


def _listed(row: Any) -> Listed:
    columns = row._asdict()
    changing = {name: columns.pop(name) for name in Standing.__struct_fields__}
    return Listed(program=Program(**columns), standing=Standing(**changing))
