"""What the audit asks of the tables: invariants that PostgreSQL can check, and the rows that it cannot judge."""

from collections.abc import AsyncIterator, Sequence
from typing import Any, Final
from uuid import UUID

from msgspec import Struct

from app.repositories.database import Reader, Snapshot
from app.repositories.instants import us
from app.repositories.journal import StoredRow

PORTION: Final = 1000
# For sorting the journal by member and for the sums: spills to disk beyond this, and ends with the snapshot.
WORK_MEMORY: Final = "64MB"

# The follower that carries effects over; others only count.
EFFECTS: Final = "referrals"

_JOURNAL: Final = """SELECT j.number, j.id, j.external_key, j.member_id, j.source, j.happened_at, j.decided_at,
        j.rulebooks_known, j.engine, j.kind, j.has_effects, j.command, j.change, j.chain
    FROM journal j WHERE j.program_id = $1"""


class Broken(Struct, frozen=True, kw_only=True):
    """One row that breaks an invariant, with the numbers that show it; `of` is how many such rows there are."""

    of: int
    member: UUID | None
    numbers: dict[str, object]


class Total(Struct, frozen=True, kw_only=True):
    """All entries of one kind."""

    kind: str
    entries: int
    points: int


class Sizes(Struct, frozen=True, kw_only=True):
    """The programme as a whole."""

    members: int
    balance: int
    debt: int
    rows: int
    chain: bytes
    rulebooks: int


class InFlight(Struct, frozen=True, kw_only=True):
    """Effects that no follower has carried over. `oldest_age_s` is None without any, and in a sandbox."""

    rows: int
    oldest_number: int | None
    oldest_age_s: int | None


async def prepare(snapshot: Snapshot) -> None:
    """Give the statements of this snapshot room to sort and sum."""
    await snapshot.rows("SELECT set_config('work_mem', $1, true)", WORK_MEMORY)


async def program_ids(reader: Reader) -> list[UUID]:
    """Every programme, oldest first."""
    return [program_id for (program_id,) in await reader.rows("SELECT id FROM programs ORDER BY id")]


async def sizes(snapshot: Snapshot, program_id: UUID) -> Sizes:
    """Members, their points in all wallets, and how far the journal has come according to its counter."""
    statement = """SELECT count(*),
            (coalesce(sum(a.balance), 0)
                + (SELECT coalesce(sum(p.balance), 0) FROM purses p WHERE p.program_id = $1))::bigint,
            (coalesce(sum(a.debt), 0)
                + (SELECT coalesce(sum(p.debt), 0) FROM purses p WHERE p.program_id = $1))::bigint,
            (SELECT c.number FROM program_counters c WHERE c.program_id = $1),
            (SELECT c.chain FROM program_counters c WHERE c.program_id = $1),
            (SELECT p.rulebook_version FROM programs p WHERE p.id = $1)
        FROM accounts a WHERE a.program_id = $1"""
    members, balance, debt, rows, chain, rulebooks = await snapshot.row(statement, program_id)
    return Sizes(members=members, balance=balance, debt=debt, rows=rows or 0, chain=chain or b"", rulebooks=rulebooks)


async def totals(snapshot: Snapshot, program_id: UUID) -> list[Total]:
    """Entries by kind."""
    statement = """SELECT kind, count(*), sum(points)::bigint FROM entries
        WHERE program_id = $1 GROUP BY kind ORDER BY kind"""
    return [
        Total(kind=kind, entries=n, points=points) for kind, n, points in await snapshot.rows(statement, program_id)
    ]


async def tiers(snapshot: Snapshot, program_id: UUID) -> list[tuple[str | None, int]]:
    """Members by tier; None is the base level of whoever never left it."""
    statement = """SELECT tier, count(*) FROM accounts WHERE program_id = $1
        GROUP BY tier ORDER BY count(*) DESC, tier"""
    return [(tier, members) for tier, members in await snapshot.rows(statement, program_id)]


async def broken_balances(snapshot: Snapshot, program_id: UUID, limit: int) -> list[Broken]:
    """Wallets whose balance is not the sum of the entries, nor of the open lots less the debt; main or other."""
    statement = """SELECT count(*) OVER () AS of, a.member_id,
            coalesce(nullif(a.wallet, ''), 'points') AS wallet, a.balance, a.debt,
            coalesce(e.points, 0)::bigint AS entries, coalesce(l.remaining, 0)::bigint AS open_lots
        FROM (SELECT member_id, '' AS wallet, balance, debt, pending, held FROM accounts WHERE program_id = $1
            UNION ALL SELECT member_id, wallet, balance, debt, pending, held FROM purses WHERE program_id = $1) a
        LEFT JOIN (SELECT member_id, wallet, sum(points) AS points FROM entries
            WHERE program_id = $1 GROUP BY member_id, wallet) e ON e.member_id = a.member_id AND e.wallet = a.wallet
        LEFT JOIN (SELECT member_id, wallet, sum(remaining) AS remaining FROM lots
            WHERE program_id = $1 AND is_open GROUP BY member_id, wallet) l
            ON l.member_id = a.member_id AND l.wallet = a.wallet
        WHERE a.balance <> coalesce(e.points, 0) OR a.balance <> coalesce(l.remaining, 0) - a.debt
            OR a.debt < 0 OR (a.debt > 0 AND a.balance + a.debt - a.pending - a.held <> 0)
        ORDER BY a.member_id, a.wallet LIMIT $2"""
    return _broken(await snapshot.rows(statement, program_id, limit))


async def broken_asides(snapshot: Snapshot, program_id: UUID, limit: int) -> list[Broken]:
    """Wallets whose pending or held points are not those of their lots, or whose holds are not what lots hold."""
    statement = """SELECT count(*) OVER () AS of, a.member_id,
            coalesce(nullif(a.wallet, ''), 'points') AS wallet, a.pending, a.held,
            coalesce(l.pending, 0)::bigint AS pending_lots, coalesce(l.held, 0)::bigint AS held_lots,
            coalesce(h.points, 0)::bigint AS active_holds
        FROM (SELECT member_id, '' AS wallet, pending, held FROM accounts WHERE program_id = $1
            UNION ALL SELECT member_id, wallet, pending, held FROM purses WHERE program_id = $1) a
        LEFT JOIN (SELECT member_id, wallet, sum(remaining) FILTER (WHERE is_pending) AS pending, sum(held) AS held
            FROM lots WHERE program_id = $1 AND is_open GROUP BY member_id, wallet) l
            ON l.member_id = a.member_id AND l.wallet = a.wallet
        LEFT JOIN (SELECT h.member_id, h.wallet, sum(p.points) AS points FROM holds h, unnest(h.points) AS p(points)
            WHERE h.program_id = $1 AND h.is_active GROUP BY h.member_id, h.wallet) h
            ON h.member_id = a.member_id AND h.wallet = a.wallet
        WHERE a.pending <> coalesce(l.pending, 0) OR a.held <> coalesce(l.held, 0) OR a.held <> coalesce(h.points, 0)
        ORDER BY a.member_id, a.wallet LIMIT $2"""
    return _broken(await snapshot.rows(statement, program_id, limit))


async def broken_holds(snapshot: Snapshot, program_id: UUID, limit: int) -> list[Broken]:
    """Accounts that do not count their active holds or their wallets."""
    statement = """SELECT count(*) OVER () AS of, a.member_id, a.holds, coalesce(h.active, 0) AS active, a.purses,
            coalesce(p.wallets, 0) AS wallets
        FROM accounts a
        LEFT JOIN (SELECT member_id, count(*) AS active FROM holds
            WHERE program_id = $1 AND is_active GROUP BY member_id) h ON h.member_id = a.member_id
        LEFT JOIN (SELECT member_id, count(*) AS wallets FROM purses
            WHERE program_id = $1 GROUP BY member_id) p ON p.member_id = a.member_id
        WHERE a.program_id = $1 AND (a.holds <> coalesce(h.active, 0) OR a.purses <> coalesce(p.wallets, 0))
        ORDER BY a.member_id LIMIT $2"""
    return _broken(await snapshot.rows(statement, program_id, limit))


async def broken_entries(snapshot: Snapshot, program_id: UUID, limit: int) -> list[Broken]:
    """Entries that do not follow their predecessor: by number, by balance, by the time they were booked."""
    statement = """SELECT count(*) OVER () AS of, x.member_id, coalesce(nullif(x.wallet, ''), 'points') AS wallet,
            x.number, x.points, x.balance_after,
            x.number_before, x.balance_before, x.booked_at < x.booked_before AS booked_before_predecessor
        FROM (SELECT member_id, wallet, number, points, balance_after, booked_at,
                coalesce(lag(number) OVER w, 0) AS number_before,
                coalesce(lag(balance_after) OVER w, 0) AS balance_before,
                lag(booked_at) OVER w AS booked_before
            FROM entries WHERE program_id = $1 WINDOW w AS (PARTITION BY member_id, wallet ORDER BY number)) x
        WHERE x.number <> x.number_before + 1 OR x.balance_after <> x.balance_before + x.points
            OR x.booked_at < x.booked_before
        ORDER BY x.member_id, x.wallet, x.number LIMIT $2"""
    return _broken(await snapshot.rows(statement, program_id, limit))


async def broken_lots(snapshot: Snapshot, program_id: UUID, limit: int) -> list[Broken]:
    """Lots that do not add up, or that are open with nothing in them."""
    statement = """SELECT count(*) OVER () AS of, member_id, number, granted, remaining, used, expired, reversed,
            uncollected, moved, held, is_open
        FROM lots WHERE program_id = $1 AND (granted <> remaining + used + expired + reversed + moved
            OR is_open <> (remaining > 0) OR held > remaining
            OR least(remaining, used, expired, reversed, uncollected, moved, held) < 0)
        ORDER BY member_id, number LIMIT $2"""
    return _broken(await snapshot.rows(statement, program_id, limit))


async def late_accounts(snapshot: Snapshot, program_id: UUID, limit: int) -> list[Broken]:
    """Accounts on which something falls due before the account says so."""
    statement = """SELECT count(*) OVER () AS of, x.* FROM (
            SELECT a.member_id, a.due_at, a.review_at,
                (SELECT l.expires_at FROM lots l
                    WHERE l.program_id = $1 AND l.member_id = a.member_id AND l.is_open AND l.remaining > l.held
                    ORDER BY l.expires_at LIMIT 1) AS expires_at,
                (SELECT min(l.available_at) FROM lots l WHERE l.program_id = $1 AND l.member_id = a.member_id
                    AND l.is_open AND l.is_pending) AS available_at,
                (SELECT min(h.until_at) FROM holds h
                    WHERE h.program_id = $1 AND h.member_id = a.member_id AND h.is_active) AS until_at,
                (SELECT min(w.lapses_at) FROM (SELECT '' AS wallet, a.lapses_at
                        UNION ALL SELECT p.wallet, p.lapses_at FROM purses p
                        WHERE p.program_id = $1 AND p.member_id = a.member_id) w
                    WHERE EXISTS (SELECT FROM lots l WHERE l.program_id = $1 AND l.member_id = a.member_id
                        AND l.is_open AND l.lapses AND l.expires_at IS NULL AND l.wallet = w.wallet
                        AND l.remaining > l.held)) AS lapses_at
            FROM accounts a WHERE a.program_id = $1) x
        WHERE least(x.expires_at, x.review_at, x.available_at, x.until_at, x.lapses_at) < coalesce(x.due_at, 'infinity')
        ORDER BY x.member_id LIMIT $2"""
    return _broken(await snapshot.rows(statement, program_id, limit))


async def repeated_keys(snapshot: Snapshot, program_id: UUID, limit: int) -> list[Broken]:
    """Facts and callers' own ids that the journal has twice."""
    statement = """SELECT count(*) OVER () AS of, x.* FROM (
            SELECT NULL::uuid AS member_id, j.id, NULL::uuid AS external_key, count(*) AS rows
            FROM journal j WHERE j.program_id = $1 GROUP BY j.id HAVING count(*) > 1
            UNION ALL
            SELECT NULL, NULL, j.external_key, count(*)
            FROM journal j WHERE j.program_id = $1 AND j.external_key IS NOT NULL
            GROUP BY j.external_key HAVING count(*) > 1) x
        ORDER BY x.id, x.external_key LIMIT $2"""
    return _broken(await snapshot.rows(statement, program_id, limit))


async def miscounted_pools(snapshot: Snapshot, program_id: UUID, limit: int) -> list[Broken]:
    """Pools that say another size than they have codes, numbered from 0 without gap."""
    statement = """SELECT count(*) OVER () AS of, NULL::uuid AS member_id, coalesce(p.pool, c.pool) AS pool,
            coalesce(p.size, 0) AS size, coalesce(c.codes, 0) AS codes
        FROM (SELECT pool, size FROM code_pools WHERE program_id = $1) p
        FULL JOIN (SELECT pool, count(*) AS codes, max(place) + 1 AS past FROM pool_codes
            WHERE program_id = $1 GROUP BY pool) c ON c.pool = p.pool
        WHERE coalesce(p.size, 0) <> coalesce(c.codes, 0) OR coalesce(c.codes, 0) <> coalesce(c.past, 0)
        ORDER BY 3 LIMIT $2"""
    return _broken(await snapshot.rows(statement, program_id, limit))


async def miscounted_cancellations(snapshot: Snapshot, program_id: UUID, limit: int) -> list[Broken]:
    """A programme that says another number of keys refused in advance than there are: nobody might look for them."""
    statement = """SELECT count(*) OVER () AS of, NULL::uuid AS member_id, c.cancelled, k.keys
        FROM program_counters c, (SELECT count(*) AS keys FROM cancelled_keys WHERE program_id = $1) k
        WHERE c.program_id = $1 AND c.cancelled <> k.keys LIMIT $2"""
    return _broken(await snapshot.rows(statement, program_id, limit))


async def ownerless(snapshot: Snapshot, program_id: UUID, limit: int) -> list[Broken]:
    """Rows of members that have no account, and reversals by facts that are not in the journal."""
    tables = ("journal", "entries", "lots", "tallies", "tier_moves", "purses", "holds", "counters", "voucher_codes")
    parts = [
        f"""SELECT '{table}' AS belongs_to, t.member_id, count(*) AS rows FROM {table} t
            WHERE t.program_id = $1 AND NOT EXISTS (SELECT FROM accounts a
                WHERE a.program_id = $1 AND a.member_id = t.member_id)
            GROUP BY t.member_id"""
        for table in tables
    ]
    parts.append("""SELECT 'reversals', NULL, count(*) FROM reversals r
            WHERE r.program_id = $1 AND NOT EXISTS (SELECT FROM journal j
                WHERE j.program_id = $1 AND j.id = r.reversed_by) HAVING count(*) > 0""")
    statement = f"""SELECT count(*) OVER () AS of, x.member_id, x.belongs_to, x.rows
        FROM ({" UNION ALL ".join(parts)}) x ORDER BY x.belongs_to, x.member_id LIMIT $2"""
    return _broken(await snapshot.rows(statement, program_id, limit))


async def in_flight(snapshot: Snapshot, program_id: UUID) -> InFlight:
    """Effects that nobody has carried over, and for how long the oldest has waited by the real clock."""
    statement = """SELECT count(*), min(j.number), CASE WHEN min(p.test_now) IS NULL AND NOT bool_or(p.sandbox)
            THEN extract(epoch FROM clock_timestamp() - min(j.decided_at))::bigint END
        FROM programs p JOIN journal j ON j.program_id = p.id AND j.has_effects
        WHERE p.id = $1 AND j.number > coalesce((SELECT f.number FROM followers f
            WHERE f.program_id = $1 AND f.name = $2), 0)"""
    rows, number, age_s = await snapshot.row(statement, program_id, EFFECTS)
    return InFlight(rows=rows, oldest_number=number, oldest_age_s=age_s)


async def in_order(snapshot: Snapshot, program_id: UUID) -> AsyncIterator[list[StoredRow]]:
    """The journal in the order of its numbers, in portions."""
    async for rows in snapshot.stream(f"{_JOURNAL} ORDER BY j.number", program_id, size=PORTION):
        yield [_stored(values) for values in rows]


async def by_member(snapshot: Snapshot, program_id: UUID) -> AsyncIterator[list[StoredRow]]:
    """The journal member by member, each in the order of the numbers, in portions."""
    async for rows in snapshot.stream(f"{_JOURNAL} ORDER BY j.member_id, j.number", program_id, size=PORTION):
        yield [_stored(values) for values in rows]


async def silent_members(snapshot: Snapshot, program_id: UUID) -> AsyncIterator[list[UUID]]:
    """Members with an account of whom the journal knows nothing, in portions."""
    statement = """SELECT a.member_id FROM accounts a WHERE a.program_id = $1 AND NOT EXISTS (
            SELECT FROM journal j WHERE j.program_id = $1 AND j.member_id = a.member_id)"""
    async for rows in snapshot.stream(statement, program_id, size=PORTION):
        yield [member for (member,) in rows]


def _stored(values: Sequence[Any]) -> StoredRow:
    number, fact, external, member, source, happened, decided, known, engine, kind, effects, *texts = values
    command, change, chain = texts
    return StoredRow(
        number=number,
        id=fact,
        external_key=external,
        member=member,
        source=source,
        happened_us=us(happened),
        decided_us=us(decided),
        rulebooks_known=known,
        engine=engine,
        kind=kind,
        has_effects=effects,
        command=command,
        change=change,
        chain=chain,
    )


def _broken(rows: Sequence[Any]) -> list[Broken]:
    broken = []
    for row in rows:
        numbers = row._asdict()
        of, member = numbers.pop("of"), numbers.pop("member_id")
        broken.append(Broken(of=of, member=member, numbers=numbers))
    return broken
