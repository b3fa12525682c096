"""Lots as their owner may see them: every number of a credit, the fact that made it, and where it came from."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from msgspec import Struct

from app.repositories.database import Reader
from app.repositories.instants import at, us


class LotRow(Struct, frozen=True, kw_only=True):
    """A lot as it is stored. `made_by` is the fact that granted the points, also when they were granted to another.

    `origin_member` and `origin_lot` name that first lot; they are None for a lot that never changed hands.
    """

    wallet: str
    number: int
    made_by: UUID
    made_by_kind: int
    earned_us: int
    available_us: int | None
    expires_us: int | None
    granted: int
    remaining: int
    used: int
    expired: int
    reversed: int
    uncollected: int
    moved: int
    held: int
    is_pending: bool
    is_open: bool
    lapses: bool
    origin_member: UUID | None
    origin_lot: int | None


class Expiring(Struct, frozen=True, kw_only=True):
    """Points that go at one instant."""

    points: int
    expires_us: int


_LOT = """l.wallet, l.number, j.id, j.kind, l.earned_at, l.available_at, l.expires_at, l.granted, l.remaining, l.used,
    l.expired, l.reversed, l.uncollected, l.moved, l.held, l.is_pending, l.is_open,
    l.lapses, l.origin_member, l.origin_lot"""
_FROM = """lots l
    LEFT JOIN lots o ON o.program_id = $1 AND o.member_id = l.origin_member AND o.number = l.origin_lot
    JOIN journal j ON j.program_id = $1 AND j.id = coalesce(o.fact_id, l.fact_id)"""
# The spending order of open lots, never-expiring last; it never changes while a lot lives.
_ORDER = "coalesce(l.expires_at, 'infinity'), l.earned_at, l.number"


async def open_page(
    reader: Reader, program_id: UUID, member: UUID, wallet: str, *, after: int | None, limit: int
) -> list[LotRow]:
    """Open lots in spending order, those that follow lot number `after`."""
    statement = f"""SELECT {_LOT} FROM {_FROM}
        WHERE l.program_id = $1 AND l.member_id = $2 AND l.wallet = $3 AND l.is_open
            AND ($4::int IS NULL OR ({_ORDER}) > (SELECT coalesce(s.expires_at, 'infinity'), s.earned_at, s.number
                FROM lots s WHERE s.program_id = $1 AND s.member_id = $2 AND s.number = $4))
        ORDER BY {_ORDER} LIMIT $5"""
    return [_lot(values) for values in await reader.rows(statement, program_id, member, wallet, after, limit)]


async def closed_page(
    reader: Reader, program_id: UUID, member: UUID, wallet: str, *, before: int | None, limit: int
) -> list[LotRow]:
    """Lots of which nothing remains, newest first, older than lot number `before`."""
    statement = f"""SELECT {_LOT} FROM {_FROM}
        WHERE l.program_id = $1 AND l.member_id = $2 AND l.wallet = $3 AND NOT l.is_open
            AND ($4::int IS NULL OR l.number < $4)
        ORDER BY l.number DESC LIMIT $5"""
    return [_lot(values) for values in await reader.rows(statement, program_id, member, wallet, before, limit)]


async def numbered(reader: Reader, program_id: UUID, member: UUID, numbers: Sequence[int]) -> dict[int, LotRow]:
    """These lots, by number."""
    statement = f"""SELECT {_LOT} FROM {_FROM}
        WHERE l.program_id = $1 AND l.member_id = $2 AND l.number = ANY($3::int[]) ORDER BY l.number"""
    found = [_lot(values) for values in await reader.rows(statement, program_id, member, list(numbers))]
    return {lot.number: lot for lot in found}


async def expiring(
    reader: Reader,
    program_id: UUID,
    member: UUID,
    wallet: str,
    *,
    after_us: int,
    until_us: int,
    lapses_us: int | None,
    limit: int,
) -> list[Expiring]:
    """Points that go after an instant and up to another, by the instant, soonest first. What is held does not go.

    `lapses_us` is the instant at which points that ask for activity go, unless there is some.
    """
    # Of a member with thousands of lots only those are read that may go by then.
    may_go = "" if lapses_us is not None and lapses_us <= until_us else "AND o.expires_at <= $5"
    statement = f"""SELECT sum(l.remaining - l.held)::bigint, l.goes_at FROM (
            SELECT o.remaining, o.held, coalesce(o.expires_at, CASE WHEN o.lapses THEN $6::timestamptz END) AS goes_at
            FROM lots o WHERE o.program_id = $1 AND o.member_id = $2 AND o.wallet = $3 AND o.is_open {may_go}) l
        WHERE l.goes_at > $4 AND l.goes_at <= $5 AND l.remaining > l.held
        GROUP BY l.goes_at ORDER BY l.goes_at LIMIT $7"""
    rows = await reader.rows(statement, program_id, member, wallet, at(after_us), at(until_us), at(lapses_us), limit)
    return [Expiring(points=points, expires_us=us(expires_at)) for points, expires_at in rows]


def _lot(values: Sequence[Any]) -> LotRow:
    wallet, number, fact, kind, earned_at, available_at, expires_at, *kept = values
    granted, remaining, used, expired, reversed_, uncollected, moved, held, *kind_of_lot = kept
    pending, is_open, lapses, member, lot = kind_of_lot
    return LotRow(
        wallet=wallet,
        number=number,
        made_by=fact,
        made_by_kind=kind,
        earned_us=us(earned_at),
        available_us=us(available_at),
        expires_us=us(expires_at),
        granted=granted,
        remaining=remaining,
        used=used,
        expired=expired,
        reversed=reversed_,
        uncollected=uncollected,
        moved=moved,
        held=held,
        is_pending=pending,
        is_open=is_open,
        lapses=lapses,
        origin_member=member,
        origin_lot=lot,
    )
