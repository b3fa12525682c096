"""What a member's account was: sums and lines of the entries of one wallet, by when they count or were booked."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from msgspec import Struct

from app.repositories.database import Reader
from app.repositories.instants import at, us
from app.repositories.ledger import EntryRow


class KindSum(Struct, frozen=True, kw_only=True):
    """All entries of one kind."""

    kind: str
    entries: int
    points: int


class Span(Struct, frozen=True, kw_only=True):
    """A period of one wallet: its balance before, what moved by kind, and the numbers of its entries.

    Entries are booked in the order of their numbers, so a period is a range of them; an empty one, from 1 to 0, when
    nothing was booked.
    """

    opening: int
    kinds: tuple[KindSum, ...]
    first: int
    last: int

    @property
    def closing(self) -> int:
        """The balance after the period."""
        return self.opening + sum(kind.points for kind in self.kinds)


async def effective(
    reader: Reader, program_id: UUID, member: UUID, wallet: str, until_us: int, *, known_us: int, last: int
) -> int:
    """The points of the entries that count at an instant, of those booked by another and numbered up to `last`."""
    statement = """SELECT coalesce(sum(e.points), 0)::bigint FROM entries e
        WHERE e.program_id = $1 AND e.member_id = $2 AND e.wallet = $3 AND e.effective_at <= $4
            AND e.booked_at <= $5 AND e.number <= $6"""
    points: int
    (points,) = await reader.row(statement, program_id, member, wallet, at(until_us), at(known_us), last)
    return points


async def booked(reader: Reader, program_id: UUID, member: UUID, wallet: str, until_us: int) -> int:
    """The balance after the last entry that was booked by an instant."""
    statement = """SELECT e.balance_after FROM entries e
        WHERE e.program_id = $1 AND e.member_id = $2 AND e.wallet = $3 AND e.booked_at <= $4
        ORDER BY e.number DESC LIMIT 1"""
    row = await reader.row(statement, program_id, member, wallet, at(until_us))
    return 0 if row is None else int(row[0])


async def span(reader: Reader, program_id: UUID, member: UUID, wallet: str, from_us: int, until_us: int) -> Span:
    """What was booked from an instant up to another, exclusive. Needs a Reader of one snapshot."""
    statement = """SELECT e.kind, count(*), sum(e.points)::bigint, min(e.number), max(e.number) FROM entries e
        WHERE e.program_id = $1 AND e.member_id = $2 AND e.wallet = $3 AND e.booked_at >= $4 AND e.booked_at < $5
        GROUP BY e.kind ORDER BY e.kind"""
    rows = await reader.rows(statement, program_id, member, wallet, at(from_us), at(until_us))
    return Span(
        opening=await booked(reader, program_id, member, wallet, from_us - 1),
        kinds=tuple(KindSum(kind=kind, entries=n, points=points) for kind, n, points, _, _ in rows),
        first=min((row[3] for row in rows), default=1),
        last=max((row[4] for row in rows), default=0),
    )


async def lines(
    reader: Reader, program_id: UUID, member: UUID, wallet: str, *, after: int, last: int, limit: int
) -> list[EntryRow]:
    """The entries that follow a number, up to another, oldest first."""
    statement = """SELECT e.number, e.fact_id, j.kind, e.kind, e.points, e.balance_after, e.effective_at,
            e.booked_at, e.lot
        FROM entries e JOIN journal j ON j.program_id = e.program_id AND j.id = e.fact_id
        WHERE e.program_id = $1 AND e.member_id = $2 AND e.wallet = $3 AND e.number > $4 AND e.number <= $5
        ORDER BY e.number LIMIT $6"""
    return [_line(values) for values in await reader.rows(statement, program_id, member, wallet, after, last, limit)]


def _line(values: Sequence[Any]) -> EntryRow:
    number, fact, fact_kind, kind, points, balance_after, effective_at, booked_at, lot = values
    return EntryRow(
        number=number,
        fact=fact,
        fact_kind=fact_kind,
        kind=kind,
        points=points,
        balance_after=balance_after,
        effective_us=us(effective_at),
        booked_us=us(booked_at),
        lot=lot,
    )
