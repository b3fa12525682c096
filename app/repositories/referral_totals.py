"""The totals of referrals: a projection of the journal, and the shares of members and money that came by them."""

from collections.abc import Mapping
from uuid import UUID

from msgspec import Struct

from app.repositories.database import Reader, Writer
from app.repositories.instants import at, on


class Happened(Struct, frozen=True, kw_only=True):
    """How often something happened in a period (`2026-05` or `2026-05-14`), with its points or money."""

    period: str
    kind: str
    count: int
    amount: int


class Shares(Struct, frozen=True, kw_only=True):
    """All of something, and what of it came by referral."""

    total: int
    referred: int


async def add(writer: Writer, program_id: UUID, sums: Mapping[tuple[int, str], tuple[int, int]]) -> None:
    """Count these too: by local day and kind, how often and how much."""
    await writer.write(
        """INSERT INTO referral_totals AS t (program_id, day, kind, count, amount)
        SELECT $1, v.* FROM unnest($2::date[], $3::text[], $4::bigint[], $5::bigint[]) v
        ON CONFLICT (program_id, day, kind)
            DO UPDATE SET count = t.count + excluded.count, amount = t.amount + excluded.amount""",
        program_id,
        [on(day) for day, _ in sums],
        [kind for _, kind in sums],
        [count for count, _ in sums.values()],
        [amount for _, amount in sums.values()],
    )


async def within(reader: Reader, program_id: UUID, first: int, last: int, *, by_month: bool) -> list[Happened]:
    """What happened on some days, by month or day and kind."""
    period = "to_char(day, 'YYYY-MM')" if by_month else "day::text"
    rows = await reader.rows(
        f"SELECT {period}, kind, sum(count)::bigint, sum(amount)::bigint FROM referral_totals"
        " WHERE program_id = $1 AND day BETWEEN $2 AND $3 GROUP BY 1, 2 ORDER BY 1, 2",
        program_id,
        on(first),
        on(last),
    )
    return [Happened(period=name, kind=kind, count=count, amount=amount) for name, kind, count, amount in rows]


async def everything(reader: Reader, program_id: UUID) -> dict[tuple[int, str], tuple[int, int]]:
    """All of it by local day and kind: what the audit compares with the journal."""
    rows = await reader.rows(
        "SELECT t.day, t.kind, t.count, t.amount FROM referral_totals t WHERE t.program_id = $1", program_id
    )
    return {(day.toordinal(), kind): (count, amount) for day, kind, count, amount in rows}


async def members(reader: Reader, program_id: UUID, first_us: int, past_us: int) -> Shares:
    """Members who were enrolled between two instants, and those of them whom somebody brought.

    Whoever was merged into another member is not one more.
    """
    total, referred = await reader.row(
        "SELECT count(*), count(a.referrer) FROM accounts a"
        " JOIN members m ON m.program_id = a.program_id AND m.id = a.member_id"
        " WHERE a.program_id = $1 AND m.kind = 'person' AND a.merged_into IS NULL"
        " AND a.enrolled_at >= $2 AND a.enrolled_at < $3",
        program_id,
        at(first_us),
        at(past_us),
    )
    return Shares(total=total, referred=referred)


async def revenue(reader: Reader, program_id: UUID, first: int, last: int) -> Shares:
    """What was spent on some local days, less what went back of it, and how much of that by members who were brought.

    The tallies of an account that was merged away have been added to those of the one that goes on.
    """
    total, referred = await reader.row(
        "SELECT coalesce(sum(t.spend_minor), 0)::bigint,"
        " coalesce(sum(t.spend_minor) FILTER (WHERE a.referrer IS NOT NULL), 0)::bigint"
        " FROM tallies t JOIN accounts a ON a.program_id = t.program_id AND a.member_id = t.member_id"
        " WHERE t.program_id = $1 AND t.day BETWEEN $2 AND $3 AND a.merged_into IS NULL",
        program_id,
        on(first),
        on(last),
    )
    return Shares(total=total, referred=referred)
