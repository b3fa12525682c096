"""Refunds that came before their purchase: kept until it comes, and then sent once."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec import Struct, json

from app.engine.codec import decode_command, encode
from app.engine.commands import Refund
from app.engine.refusals import Reason
from app.repositories.database import Reader, Writer


class AwaitingRefund(Struct, frozen=True, kw_only=True):
    """A refund of the purchase with the receipt `purchase_key`. `id` is that of the fact that it will record.

    Its command names no purchase yet. `state` is waiting, recorded or refused; `reasons` say why it was refused.
    """

    id: UUID
    purchase_key: UUID
    source: int
    key: str
    command: Refund
    metadata: Mapping[str, str]
    created_at: datetime
    state: str = "waiting"
    reasons: tuple[Reason, ...] = ()


class Arrival(Struct, frozen=True, kw_only=True):
    """A refund that need not wait any longer, the purchase that came, and whose it is."""

    program_id: UUID
    refund: AwaitingRefund
    purchase: UUID
    member: UUID


_COLUMNS = "w.id, w.purchase_key, w.source, w.key, w.command, w.metadata::text, w.created_at, w.state, w.reasons::text"


def _awaiting(values: Sequence[Any]) -> AwaitingRefund:
    fact, purchase_key, source, key, command, metadata, created_at, state, reasons = values
    decoded = decode_command(command)
    assert isinstance(decoded, Refund), "only refunds wait"
    return AwaitingRefund(
        id=fact,
        purchase_key=purchase_key,
        source=source,
        key=key,
        command=decoded,
        metadata=json.decode(metadata, type=dict[str, str]),
        created_at=created_at,
        state=state,
        reasons=json.decode(reasons, type=tuple[Reason, ...]) if reasons is not None else (),
    )


async def insert(writer: Writer, program_id: UUID, wanted: AwaitingRefund) -> None:
    """Let a refund wait; one that is there already stays as it is."""
    await writer.write(
        """INSERT INTO awaiting_refunds (program_id, id, purchase_key, source, key, command, metadata, created_at,
            state)
        VALUES ($1, $2, $3, $4, $5, $6, $7::jsonb, $8, 'waiting') ON CONFLICT (program_id, id) DO NOTHING""",
        program_id,
        wanted.id,
        wanted.purchase_key,
        wanted.source,
        wanted.key,
        encode(wanted.command),
        json.encode(wanted.metadata).decode(),
        wanted.created_at,
    )


async def by_id(reader: Reader, program_id: UUID, fact: UUID) -> AwaitingRefund | None:
    """The refund that waits, or has waited, to become this fact."""
    statement = f"SELECT {_COLUMNS} FROM awaiting_refunds w WHERE w.program_id = $1 AND w.id = $2"
    rows = await reader.rows(statement, program_id, fact)
    return _awaiting(rows[0]) if rows else None


async def arrived(reader: Reader, limit: int) -> list[Arrival]:
    """Refunds whose purchase has come, at most `limit` of each programme, the longest waiting first."""
    statement = f"""SELECT p.id, q.* FROM programs p CROSS JOIN LATERAL (
            SELECT j.id AS purchase, j.member_id, {_COLUMNS} FROM awaiting_refunds w
            JOIN journal j ON j.program_id = w.program_id AND j.external_key = w.purchase_key
            WHERE w.program_id = p.id AND w.state = 'waiting'
            ORDER BY w.created_at, w.id LIMIT $1) q"""
    return [
        Arrival(program_id=program_id, purchase=purchase, member=member, refund=_awaiting(values))
        for program_id, purchase, member, *values in await reader.rows(statement, limit)
    ]


async def end(
    writer: Writer, program_id: UUID, fact: UUID, state: str, reasons: Sequence[Reason], at: datetime
) -> None:
    """It was sent, and this came of it; whoever sent it first has said so already."""
    await writer.write(
        """UPDATE awaiting_refunds SET state = $3, reasons = $4::jsonb, ended_at = $5
        WHERE program_id = $1 AND id = $2 AND state = 'waiting'""",
        program_id,
        fact,
        state,
        json.encode(reasons).decode() if reasons else None,
        at,
    )
