"""Backtests as they are kept: asked for, carried on, cancelled, finished."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from msgspec import Struct

from app.repositories.database import Reader, Writer


class Backtest(Struct, frozen=True, kw_only=True):
    """One backtest without its document. `report` is JSON text; a point costs numerator / denominator minor units."""

    id: UUID
    name: str
    from_day: date | None
    numerator: int | None
    denominator: int | None
    state: str
    done: int
    rows: int
    requested_at: datetime
    requested_by: UUID
    started_at: datetime | None = None
    ended_at: datetime | None = None
    failure: str | None = None
    report: str | None = None


_COLUMNS = """id, name, from_day, numerator, denominator, state, done, rows, requested_at, requested_by, started_at,
    ended_at, failure"""


def _backtest(row: Sequence[Any], report: str | None = None) -> Backtest:
    names = Backtest.__struct_fields__[:-1]
    return Backtest(**dict(zip(names, row, strict=True)), report=report)


async def insert(writer: Writer, program_id: UUID, asked: Backtest, document: str) -> None:
    """A new backtest; it waits."""
    await writer.write(
        """INSERT INTO backtests (program_id, id, name, document, from_day, numerator, denominator, state, done, rows,
            requested_at, requested_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)""",
        program_id,
        asked.id,
        asked.name,
        document,
        asked.from_day,
        asked.numerator,
        asked.denominator,
        asked.state,
        asked.done,
        asked.rows,
        asked.requested_at,
        asked.requested_by,
    )


async def by_id(reader: Reader, program_id: UUID, backtest: UUID) -> Backtest | None:
    """One backtest with its report."""
    row = await reader.row(
        f"SELECT {_COLUMNS}, report::text FROM backtests WHERE program_id = $1 AND id = $2", program_id, backtest
    )
    return None if row is None else _backtest(row[:-1], row[-1])


async def page(reader: Reader, program_id: UUID, *, before: UUID | None, limit: int) -> list[Backtest]:
    """Backtests without their reports, newest first."""
    statement = f"""SELECT {_COLUMNS} FROM backtests
        WHERE program_id = $1 AND ($2::uuid IS NULL OR id < $2) ORDER BY id DESC LIMIT $3"""
    return [_backtest(row) for row in await reader.rows(statement, program_id, before, limit)]


async def open_ones(reader: Reader, program_id: UUID) -> int:
    """How many wait or run."""
    found: int
    (found,) = await reader.row(
        "SELECT count(*) FROM backtests WHERE program_id = $1 AND state IN ('queued', 'running')", program_id
    )
    return found


async def waiting(reader: Reader, silent_since: datetime, limit: int) -> list[tuple[UUID, UUID]]:
    """Programme and id of those that wait, or whose process is silent, the oldest first."""
    statement = """SELECT program_id, id FROM backtests
        WHERE state IN ('queued', 'running') AND (state = 'queued' OR beat_at < $1)
        ORDER BY requested_at, id LIMIT $2"""
    return [(program_id, backtest) for program_id, backtest in await reader.rows(statement, silent_since, limit)]


async def begin(
    writer: Writer, program_id: UUID, backtest: UUID, silent_since: datetime, now: datetime
) -> tuple[str, date | None, int | None, int | None] | None:
    """Take it, unless somebody else has: its document as JSON text, its first day, and what a point costs."""
    row = await writer.row(
        """UPDATE backtests SET state = 'running', started_at = $4, beat_at = $4, done = 0
        WHERE program_id = $1 AND id = $2 AND (state = 'queued' OR (state = 'running' AND beat_at < $3))
        RETURNING document::text, from_day, numerator, denominator""",
        program_id,
        backtest,
        silent_since,
        now,
    )
    return None if row is None else (row[0], row[1], row[2], row[3])


async def beat(writer: Writer, program_id: UUID, backtest: UUID, done: int, rows: int, now: datetime) -> bool:
    """Say how far it is; whether it is still wanted."""
    row = await writer.row(
        """UPDATE backtests SET done = $3, rows = $4, beat_at = $5
        WHERE program_id = $1 AND id = $2 AND state = 'running' RETURNING 1""",
        program_id,
        backtest,
        done,
        rows,
        now,
    )
    return row is not None


async def cancel(writer: Writer, program_id: UUID, backtest: UUID, now: datetime) -> None:
    """Nobody waits for it any more; one that has ended stays as it is."""
    await writer.write(
        """UPDATE backtests SET state = 'cancelled', ended_at = $3
        WHERE program_id = $1 AND id = $2 AND state IN ('queued', 'running')""",
        program_id,
        backtest,
        now,
    )


async def finish(
    writer: Writer, program_id: UUID, backtest: UUID, now: datetime, *, report: str | None, failure: str | None
) -> None:
    """Keep the report, or say why there is none."""
    await writer.write(
        """UPDATE backtests SET state = CASE WHEN $4::text IS NULL THEN 'failed' ELSE 'done' END, ended_at = $3,
            report = $4::text::json, failure = $5, done = CASE WHEN $4::text IS NULL THEN done ELSE rows END
        WHERE program_id = $1 AND id = $2 AND state = 'running'""",
        program_id,
        backtest,
        now,
        report,
        failure,
    )
