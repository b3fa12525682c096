"""Writing down what was decided: one plain statement a table for a whole batch, and none for an empty one."""

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from msgspec import Struct, json
from msgspec.structs import replace

from app.engine.change import Entry, TierMove
from app.engine.codec import encode
from app.engine.commands import Command
from app.engine.ids import digest
from app.engine.needs import reverses
from app.engine.state import Account, Lot
from app.repositories.database import Writer
from app.repositories.instants import at, on
from app.repositories.journal import JournalRow, parts


class Batch(Struct, kw_only=True):
    """What one transaction records: journal rows in order (numbers to come), and what became of the fold."""

    rows: list[JournalRow]
    accounts: dict[UUID, Account]
    opened: list[tuple[UUID, Lot]]
    moved: list[tuple[UUID, Lot]]
    metadata: dict[UUID, Mapping[str, str]]


async def record(writer: Writer, program_id: UUID, batch: Batch) -> list[JournalRow]:
    """Record a batch; the last two statements number its rows. Raises Conflicted when a key was taken."""
    await _accounts(writer, program_id, batch.accounts)
    await _entries(writer, program_id, batch.rows)
    await _open_lots(writer, program_id, batch.opened)
    await _move_lots(writer, program_id, batch.moved)
    await _tallies(writer, program_id, batch.rows)
    await _tier_moves(writer, program_id, batch.rows)
    await _reversals(writer, program_id, batch.rows)
    await _metadata(writer, program_id, batch.metadata)
    return await _journal(writer, program_id, batch.rows)


async def rearm(writer: Writer, program_id: UUID, due: Mapping[UUID, int | None]) -> None:
    """Say anew when something falls due for accounts for which nothing was."""
    statement = """UPDATE accounts a SET due_at = v.due_at
        FROM unnest($2::uuid[], $3::timestamptz[]) AS v(member_id, due_at)
        WHERE a.program_id = $1 AND a.member_id = v.member_id"""
    await writer.write(statement, program_id, list(due), [at(instant) for instant in due.values()])


async def _accounts(writer: Writer, program_id: UUID, accounts: Mapping[UUID, Account]) -> None:
    statement = """UPDATE accounts a SET balance = v.balance, debt = v.debt, entries = v.entries,
            lots = v.lots, now_at = v.now_at, due_at = v.due_at, enrolled_at = v.enrolled_at,
            tier = v.tier, tier_since = v.tier_since, tier_moves = v.tier_moves,
            review_at = v.review_at, window_day = v.window_day, window_points = v.window_points,
            oldest_day = v.oldest_day, referrer = v.referrer, referral_until = v.referral_until,
            referral_purchase = v.referral_purchase
        FROM unnest($2::uuid[], $3::bigint[], $4::bigint[], $5::int[], $6::int[], $7::timestamptz[],
            $8::timestamptz[], $9::timestamptz[], $10::text[], $11::timestamptz[], $12::int[],
            $13::timestamptz[], $14::int[], $15::bigint[], $16::int[], $17::uuid[],
            $18::timestamptz[], $19::uuid[])
            AS v(member_id, balance, debt, entries, lots, now_at, due_at, enrolled_at, tier,
                tier_since, tier_moves, review_at, window_day, window_points, oldest_day, referrer,
                referral_until, referral_purchase)
        WHERE a.program_id = $1 AND a.member_id = v.member_id"""
    if accounts:
        rows = [
            (
                member,
                a.balance,
                a.debt,
                a.entries,
                a.lots,
                at(a.now_us),
                at(a.due_us),
                at(a.enrolled_us),
                a.tier,
                at(a.tier_since_us) if a.tier_since_us else None,
                a.tier_moves,
                at(a.review_us),
                a.window_day,
                a.window_points,
                a.oldest_day,
                a.referrer,
                at(a.referral_until_us),
                a.referral_purchase,
            )
            for member, a in accounts.items()
        ]
        await writer.write(statement, program_id, *_columns(rows))


async def _entries(writer: Writer, program_id: UUID, batch: Sequence[JournalRow]) -> None:
    statement = """INSERT INTO entries (program_id, member_id, number, fact_id, kind, points,
            balance_after, effective_at, booked_at, lot)
        SELECT $1, * FROM unnest($2::uuid[], $3::int[], $4::uuid[], $5::text[], $6::bigint[],
            $7::bigint[], $8::timestamptz[], $9::timestamptz[], $10::int[])"""

    def values(row: JournalRow, entry: Entry) -> tuple[object, ...]:
        return (
            row.member,
            entry.number,
            row.id,
            entry.kind,
            entry.points,
            entry.balance_after,
            at(entry.effective_us),
            at(row.decided_us),
            entry.lot,
        )

    rows = [values(row, entry) for row in batch for entry in row.change.entries]
    if rows:
        await writer.write(statement, program_id, *_columns(rows))


async def _open_lots(writer: Writer, program_id: UUID, lots: Sequence[tuple[UUID, Lot]]) -> None:
    statement = """INSERT INTO lots (program_id, member_id, number, fact_id, earned_at, expires_at,
            granted, remaining, used, expired, reversed, uncollected, is_open)
        SELECT $1, v.*, v.remaining > 0 FROM unnest($2::uuid[], $3::int[], $4::uuid[],
            $5::timestamptz[], $6::timestamptz[], $7::bigint[], $8::bigint[], $9::bigint[],
            $10::bigint[], $11::bigint[], $12::bigint[])
            AS v(member_id, number, fact_id, earned_at, expires_at, granted, remaining, used, expired,
                reversed, uncollected)"""
    if lots:
        rows = [
            (
                member,
                lot.number,
                lot.fact,
                at(lot.earned_us),
                at(lot.expires_us),
                lot.granted,
                lot.remaining,
                lot.used,
                lot.expired,
                lot.reversed,
                lot.uncollected,
            )
            for member, lot in lots
        ]
        await writer.write(statement, program_id, *_columns(rows))


async def _move_lots(writer: Writer, program_id: UUID, lots: Sequence[tuple[UUID, Lot]]) -> None:
    statement = """UPDATE lots l SET remaining = v.remaining, used = v.used, expired = v.expired,
            reversed = v.reversed, uncollected = v.uncollected, is_open = v.remaining > 0
        FROM unnest($2::uuid[], $3::int[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[],
            $8::bigint[])
            AS v(member_id, number, remaining, used, expired, reversed, uncollected)
        WHERE l.program_id = $1 AND l.member_id = v.member_id AND l.number = v.number"""
    if lots:
        rows = [
            (member, lot.number, lot.remaining, lot.used, lot.expired, lot.reversed, lot.uncollected)
            for member, lot in lots
        ]
        await writer.write(statement, program_id, *_columns(rows))


async def _tallies(writer: Writer, program_id: UUID, batch: Sequence[JournalRow]) -> None:
    statement = """INSERT INTO tallies (program_id, member_id, day, points, spend_minor, visits)
        SELECT $1, * FROM unnest($2::uuid[], $3::date[], $4::bigint[], $5::bigint[], $6::int[])
        ON CONFLICT (program_id, member_id, day) DO UPDATE SET
            points = tallies.points + excluded.points,
            spend_minor = tallies.spend_minor + excluded.spend_minor,
            visits = tallies.visits + excluded.visits"""
    sums: dict[tuple[UUID, int], list[int]] = {}
    for row in batch:
        for move in row.change.tallies:
            total = sums.setdefault((row.member, move.day), [0, 0, 0])
            total[0] += move.points
            total[1] += move.spend_minor
            total[2] += move.visits
    if sums:
        rows = [(member, on(day), *total) for (member, day), total in sums.items()]
        await writer.write(statement, program_id, *_columns(rows))


async def _tier_moves(writer: Writer, program_id: UUID, batch: Sequence[JournalRow]) -> None:
    statement = """INSERT INTO tier_moves (program_id, member_id, number, tier, at, reason, review_at)
        SELECT $1, * FROM unnest($2::uuid[], $3::int[], $4::text[], $5::timestamptz[], $6::text[],
            $7::timestamptz[])"""

    def values(row: JournalRow, move: TierMove) -> tuple[object, ...]:
        return (
            row.member,
            move.number,
            move.tier,
            at(move.at_us),
            move.reason,
            at(move.review_us),
        )

    rows = [values(row, move) for row in batch for move in row.change.tier_moves]
    if rows:
        await writer.write(statement, program_id, *_columns(rows))


async def _reversals(writer: Writer, program_id: UUID, batch: Sequence[JournalRow]) -> None:
    statement = """INSERT INTO reversals (program_id, fact_id, reversed_by)
        SELECT $1, * FROM unnest($2::uuid[], $3::uuid[])"""
    rows = [(undone, row.id) for row in batch if (undone := reverses(row.command)) is not None]
    if rows:
        await writer.write(statement, program_id, *_columns(rows))


async def _metadata(writer: Writer, program_id: UUID, metadata: Mapping[UUID, Mapping[str, str]]) -> None:
    statement = """INSERT INTO purchase_metadata (program_id, fact_id, metadata)
        SELECT $1, v.fact_id, v.metadata::jsonb
        FROM unnest($2::uuid[], $3::text[]) AS v(fact_id, metadata)"""
    if metadata:
        texts = [json.encode(attached).decode() for attached in metadata.values()]
        await writer.write(statement, program_id, list(metadata), texts)


async def _journal(writer: Writer, program_id: UUID, batch: Sequence[JournalRow]) -> list[JournalRow]:
    """Number the rows in commit order and link them: the counter stays locked from here to the commit.

    The rows of one transaction are one link of the chain, so that PostgreSQL can close it in the very
    statement that locks the counter.
    """
    encoded = [(encode(row.command), encode(row.change)) for row in batch]
    link = digest([parts(row, *texts) for row, texts in zip(batch, encoded, strict=True)])
    counter = """UPDATE program_counters
        SET number = number + $2, chain = substring(sha256(chain || $3) FOR 16)
        WHERE program_id = $1 RETURNING number - $2, chain"""
    base, chain = await writer.row(counter, program_id, len(batch), link)
    numbered = [replace(row, number=base + n) for n, row in enumerate(batch, start=1)]
    statement = """INSERT INTO journal (program_id, number, id, external_key, member_id, source,
            happened_at, decided_at, rulebooks_known, engine, kind, has_effects, command, change, chain)
        SELECT $1, v.*, $14 FROM unnest($2::bigint[], $3::uuid[], $4::uuid[], $5::uuid[],
            $6::smallint[], $7::timestamptz[], $8::timestamptz[], $9::int[], $10::smallint[],
            $11::smallint[], $12::bool[], $13::bytea[], $15::bytea[]) AS v"""
    rows = [
        (
            row.number,
            row.id,
            row.external_key,
            row.member,
            row.source,
            at(row.happened_us),
            at(row.decided_us),
            row.rulebooks_known,
            row.engine,
            kind_of(row.command),
            bool(row.change.effects),
            *texts,
        )
        for row, texts in zip(numbered, encoded, strict=True)
    ]
    *columns, commands, changes = _columns(rows)
    await writer.write(statement, program_id, *columns, commands, chain, changes)
    return numbered


def kind_of(command: Command) -> int:
    """The number under which the journal files this kind of command."""
    tag = command.__struct_config__.tag
    assert isinstance(tag, int)
    return tag


def _columns(rows: Iterable[tuple[object, ...]]) -> list[list[object]]:
    return [list(column) for column in zip(*rows, strict=True)]
