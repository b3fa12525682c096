"""What a point was held to be worth from which day on. Only ever added to."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec import Struct

from app.repositories.database import Reader, Writer
from app.repositories.instants import on


class Valuation(Struct, frozen=True, kw_only=True):
    """A point of a wallet is worth `numerator` / `denominator` minor units; so many in a million are never spent."""

    wallet: str
    from_day: int
    numerator: int
    denominator: int
    breakage_ppm: int
    made_at: datetime
    made_by: UUID


_SELECT = """SELECT v.wallet, v.from_day, v.numerator, v.denominator, v.breakage_ppm, v.made_at, v.made_by
    FROM valuations v WHERE v.program_id = $1"""


async def insert(writer: Writer, program_id: UUID, made: Valuation) -> None:
    """A new valuation."""
    await writer.write(
        "INSERT INTO valuations (program_id, wallet, from_day, numerator, denominator, breakage_ppm, made_at, made_by)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        program_id,
        made.wallet,
        on(made.from_day),
        made.numerator,
        made.denominator,
        made.breakage_ppm,
        made.made_at,
        made.made_by,
    )


async def on_day(reader: Reader, program_id: UUID, wallet: str, day: int) -> Valuation | None:
    """The valuation that begins on this very day."""
    row = await reader.row(f"{_SELECT} AND v.wallet = $2 AND v.from_day = $3", program_id, wallet, on(day))
    return None if row is None else _valuation(row)


async def latest(reader: Reader, program_id: UUID, wallet: str) -> Valuation | None:
    """The one that begins last."""
    row = await reader.row(f"{_SELECT} AND v.wallet = $2 ORDER BY v.from_day DESC LIMIT 1", program_id, wallet)
    return None if row is None else _valuation(row)


async def in_force(reader: Reader, program_id: UUID, day: int) -> dict[str, Valuation]:
    """By wallet, what is in force on a day."""
    statement = f"""SELECT DISTINCT ON (w.wallet) w.* FROM ({_SELECT} AND v.from_day <= $2) w
        ORDER BY w.wallet, w.from_day DESC"""
    rows = await reader.rows(statement, program_id, on(day))
    return {row[0]: _valuation(row) for row in rows}


async def page(reader: Reader, program_id: UUID, wallet: str, *, before: int | None, limit: int) -> list[Valuation]:
    """The valuations of a wallet, the latest first."""
    rows = await reader.rows(
        f"{_SELECT} AND v.wallet = $2 AND ($3::date IS NULL OR v.from_day < $3) ORDER BY v.from_day DESC LIMIT $4",
        program_id,
        wallet,
        None if before is None else on(before),
        limit,
    )
    return [_valuation(row) for row in rows]


def _valuation(row: Sequence[Any]) -> Valuation:
    wallet, from_day, numerator, denominator, breakage_ppm, made_at, made_by = row
    return Valuation(
        wallet=wallet,
        from_day=from_day.toordinal(),
        numerator=numerator,
        denominator=denominator,
        breakage_ppm=breakage_ppm,
        made_at=made_at,
        made_by=made_by,
    )
