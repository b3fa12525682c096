"""Adjustments that wait for a second person."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec import Struct, json

from app.engine.codec import decode_command, encode
from app.engine.commands import Command
from app.repositories.database import Reader, Writer


class AdjustmentRequest(Struct, frozen=True, kw_only=True):
    """An adjustment that somebody asked for. `id` is that of the fact which its approval records."""

    id: UUID
    member: UUID
    asked_by: UUID
    source: int
    key: str
    command: Command
    metadata: Mapping[str, str]
    created_at: datetime
    state: str = "pending"
    decided_by: UUID | None = None
    decided_at: datetime | None = None


_COLUMNS = """id, member_id, asked_by, source, key, command, metadata::text, created_at, state, decided_by,
    decided_at"""


def _request(values: Sequence[Any]) -> AdjustmentRequest:
    fact, member, asked_by, source, key, command, metadata, created_at, state, decided_by, decided_at = values
    return AdjustmentRequest(
        id=fact,
        member=member,
        asked_by=asked_by,
        source=source,
        key=key,
        command=decode_command(command),
        metadata=json.decode(metadata, type=dict[str, str]),
        created_at=created_at,
        state=state,
        decided_by=decided_by,
        decided_at=decided_at,
    )


async def insert(writer: Writer, program_id: UUID, wanted: AdjustmentRequest) -> None:
    """Remember a request; one that is there already stays."""
    await writer.write(
        """INSERT INTO adjustment_requests (program_id, id, member_id, asked_by, source, key, command, metadata,
            created_at, state) VALUES ($1, $2, $3, $4, $5, $6, $7, $8::jsonb, $9, 'pending')
        ON CONFLICT (program_id, id) DO NOTHING""",
        program_id,
        wanted.id,
        wanted.member,
        wanted.asked_by,
        wanted.source,
        wanted.key,
        encode(wanted.command),
        json.encode(wanted.metadata).decode(),
        wanted.created_at,
    )


async def by_id(reader: Reader, program_id: UUID, fact: UUID) -> AdjustmentRequest | None:
    """One request."""
    statement = f"SELECT {_COLUMNS} FROM adjustment_requests WHERE program_id = $1 AND id = $2"
    rows = await reader.rows(statement, program_id, fact)
    return _request(rows[0]) if rows else None


async def pending(reader: Reader, program_id: UUID, *, limit: int) -> list[AdjustmentRequest]:
    """The requests that nobody has decided, the longest waiting first."""
    statement = f"""SELECT {_COLUMNS} FROM adjustment_requests
        WHERE program_id = $1 AND state = 'pending' ORDER BY created_at, id LIMIT $2"""
    return [_request(values) for values in await reader.rows(statement, program_id, limit)]


async def withdraw(writer: Writer, program_id: UUID, fact: UUID, at: datetime) -> None:
    """Nobody wants it any more: a request that is not carried out is rejected, and by nobody."""
    await writer.write(
        """UPDATE adjustment_requests SET state = 'rejected', decided_by = NULL, decided_at = $3
        WHERE program_id = $1 AND id = $2 AND state <> 'rejected'""",
        program_id,
        fact,
        at,
    )


async def reopen(writer: Writer, program_id: UUID, fact: UUID) -> None:
    """An approval that was refused decides nothing: it is pending again, unless another one has been carried out."""
    await writer.write(
        """UPDATE adjustment_requests SET state = 'pending', decided_by = NULL, decided_at = NULL
        WHERE program_id = $1 AND id = $2 AND state = 'approved'
            AND NOT EXISTS (SELECT FROM journal WHERE program_id = $1 AND id = $2)""",
        program_id,
        fact,
    )


async def decide(
    writer: Writer, program_id: UUID, fact: UUID, state: str, decided_by: UUID, at: datetime
) -> AdjustmentRequest | None:
    """Decide a pending request; None if it is not pending any more. Who decides it is not who asked for it."""
    statement = f"""UPDATE adjustment_requests SET state = $3, decided_by = $4, decided_at = $5
        WHERE program_id = $1 AND id = $2 AND state = 'pending' RETURNING {_COLUMNS}"""
    rows = await writer.rows(statement, program_id, fact, state, decided_by, at)
    return _request(rows[0]) if rows else None
