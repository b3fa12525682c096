"""API keys and the sources they belong to. Only digests of the keys are here."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec import Struct

from app.repositories.database import Reader, Writer
from app.repositories.programs import Program


class Key(Struct, frozen=True, kw_only=True):
    """A key as it is shown: never its secret."""

    id: UUID
    source: str
    name: str
    scopes: tuple[str, ...]
    prefix: str
    created_at: datetime
    revoked_at: datetime | None


class Caller(Struct, frozen=True, kw_only=True):
    """Who asks: a living key, its source's number, and its programme."""

    program: Program
    key: UUID
    source: int
    scopes: frozenset[str]


async def caller(reader: Reader, digest: bytes) -> Caller | None:
    """The living key of this digest, with its programme."""
    row = await reader.row(
        "SELECT k.id, k.source, k.scopes, p.id, p.name, p.currency, p.zone, p.locale, p.sandbox, p.secret"
        " FROM api_keys k JOIN programs p ON p.id = k.program_id WHERE k.digest = $1 AND k.revoked_at IS NULL",
        digest,
    )
    if row is None:
        return None
    key, source, scopes, id_, name, currency, zone, locale, sandbox, secret = row
    program = Program(id=id_, name=name, currency=currency, zone=zone, locale=locale, sandbox=sandbox, secret=secret)
    return Caller(program=program, key=key, source=source, scopes=frozenset(scopes))


async def source_number(writer: Writer, program_id: UUID, name: str) -> int:
    """The number of a source, which is made at its first key. Lock the programme first."""
    row = await writer.row("SELECT number FROM sources WHERE program_id = $1 AND name = $2", program_id, name)
    if row is not None:
        return int(row[0])
    (number,) = await writer.row("SELECT coalesce(max(number), 0) + 1 FROM sources WHERE program_id = $1", program_id)
    await writer.write("INSERT INTO sources (program_id, number, name) VALUES ($1, $2, $3)", program_id, number, name)
    return int(number)


async def insert(writer: Writer, program_id: UUID, key: Key, *, source: int, digest: bytes) -> None:
    """A new key."""
    await writer.write(
        "INSERT INTO api_keys (program_id, id, source, name, scopes, prefix, digest, created_at)"
        " VALUES ($1, $2, $3, $4, $5::text[], $6, $7, $8)",
        program_id,
        key.id,
        source,
        key.name,
        list(key.scopes),
        key.prefix,
        digest,
        key.created_at,
    )


async def by_id(reader: Reader, program_id: UUID, key_id: UUID) -> Key | None:
    """One key of this programme."""
    row = await reader.row(_SELECT + " AND k.id = $2", program_id, key_id)
    return None if row is None else _key(row)


async def page(reader: Reader, program_id: UUID, *, after: UUID | None, limit: int) -> Sequence[Key]:
    """Keys of a programme, oldest first, revoked ones included."""
    rows = await reader.rows(
        _SELECT + " AND ($2::uuid IS NULL OR k.id > $2) ORDER BY k.id LIMIT $3", program_id, after, limit
    )
    return [_key(row) for row in rows]


async def revoke(writer: Writer, program_id: UUID, key_id: UUID, revoked_at: datetime) -> None:
    """Ends a key; one that has ended keeps its date."""
    await writer.write(
        "UPDATE api_keys SET revoked_at = $3 WHERE program_id = $1 AND id = $2 AND revoked_at IS NULL",
        program_id,
        key_id,
        revoked_at,
    )


_SELECT = (
    "SELECT k.id, s.name AS source, k.name, k.scopes, k.prefix, k.created_at, k.revoked_at FROM api_keys k"
    " JOIN sources s ON s.program_id = k.program_id AND s.number = k.source WHERE k.program_id = $1"
)


def _key(row: Any) -> Key:
    columns = row._asdict()
    return Key(**columns | {"scopes": tuple(columns["scopes"])})
