"""Writing down what was decided: a whole batch in one call, with one plain statement a table inside."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from msgspec import Struct, json
from msgspec.structs import replace

from app.engine.codec import encode
from app.engine.commands import Command
from app.engine.ids import digest
from app.engine.movements import Entry, TierMove
from app.engine.naming import reverses
from app.engine.state import Account, Lot, State
from app.repositories.database import Writer
from app.repositories.instants import at, on
from app.repositories.journal import JournalRow, parts
from app.repositories.rare import RARE_PLACES, Rare, Voucher, is_same_rest, is_whole


class Batch(Struct, frozen=True, kw_only=True):
    """What one transaction records: journal rows in order (numbers to come), and the states around them."""

    rows: Sequence[JournalRow]
    before: Mapping[UUID, State]
    after: Mapping[UUID, State]
    metadata: Mapping[UUID, Mapping[str, str]]
    vouchers: Sequence[Voucher] = ()


async def record(writer: Writer, program_id: UUID, batch: Batch) -> list[JournalRow]:
    """Record a batch and number its rows in commit order. Raises Conflicted when a key was taken, or Cancelled.

    The function is made by migrations/versions/0003_lifecycle.py. It bumps the programme's counter and closes the link
    of the chain last but one; from there to the commit the counter stays locked. What is rare is only sent when there
    is any.
    """
    encoded = [(encode(row.command), encode(row.change)) for row in batch.rows]
    rare = Rare(batch.rows, batch.vouchers)
    accounts, opened, moved = _fold(batch, rare)
    arguments: tuple[object, ...] = (
        program_id,
        accounts,
        [_entry(row, entry) for row in batch.rows for entry in row.change.entries],
        opened,
        moved,
        _tallies(batch.rows),
        [_tier_move(row.member, move) for row in batch.rows for move in row.change.tier_moves],
        [(undone, row.id) for row in batch.rows if (undone := reverses(row.command)) is not None],
        [(fact, json.encode(attached).decode()) for fact, attached in batch.metadata.items()],
        [_row(row, *texts) for row, texts in zip(batch.rows, encoded, strict=True)],
        digest([parts(row, *texts) for row, texts in zip(batch.rows, encoded, strict=True)]),
    )
    if rare.is_empty:
        base = await writer.row("SELECT record_batch_2($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)", *arguments)
    else:
        statement = f"SELECT record_batch_2($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, true, {RARE_PLACES})"
        base = await writer.row(statement, *arguments, *rare.arguments())
    return [replace(row, number=base[0] + place) for place, row in enumerate(batch.rows, start=1)]


async def rearm(writer: Writer, program_id: UUID, due: Mapping[UUID, int | None]) -> None:
    """Say anew when something falls due for accounts for which nothing was."""
    statement = """UPDATE accounts a SET due_at = v.due_at
        FROM unnest($2::uuid[], $3::timestamptz[]) AS v(member_id, due_at)
        WHERE a.program_id = $1 AND a.member_id = v.member_id"""
    await writer.write(statement, program_id, list(due), [at(instant) for instant in due.values()])


def kind_of(command: Command) -> int:
    """The number under which the journal files this kind of command."""
    tag = command.__struct_config__.tag
    assert isinstance(tag, int)
    return tag


def _fold(batch: Batch, rare: Rare) -> tuple[list[object], list[object], list[object]]:
    """Accounts that changed, lots that were opened and lots that moved; those with anything rare go to `rare`."""
    accounts: list[object] = []
    opened: list[object] = []
    moved: list[object] = []
    for member, state in batch.after.items():
        before, account = batch.before[member], state.account
        if is_same_rest(before.account, account):
            accounts.append(_account(member, account))
        else:
            rare.change(_account(member, account), before.account, account)
        if state.lots is before.lots:
            continue
        known = {lot.number: lot for lot in before.lots}
        for lot in state.lots:
            was = known.get(lot.number)
            if was is None:
                if is_whole(lot):
                    rare.open(_lot(member, lot), lot)
                else:
                    opened.append(_lot(member, lot))
            elif was != lot:
                if (was.moved, was.held, was.pending, was.noticed, was.expires_us) == (
                    lot.moved,
                    lot.held,
                    lot.pending,
                    lot.noticed,
                    lot.expires_us,
                ):
                    moved.append(_lot(member, lot))
                else:
                    rare.move(_lot(member, lot), lot)
    return accounts, opened, moved


# Each of these is a value of the type of the same name in the migrations, in its order.


def _account(member: UUID, account: Account) -> tuple[object, ...]:
    return (
        member,
        account.balance,
        account.debt,
        account.entries,
        account.lots,
        at(account.now_us),
        at(account.due_us),
        at(account.enrolled_us),
        account.tier,
        at(account.tier_since_us) if account.tier_since_us else None,
        account.tier_moves,
        at(account.review_us),
        account.window_day,
        account.window_points,
        account.oldest_day,
        account.referrer,
        at(account.referral_until_us),
        account.referral_purchase,
    )


def _entry(row: JournalRow, entry: Entry) -> tuple[object, ...]:
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
        entry.wallet,
    )


def _lot(member: UUID, lot: Lot) -> tuple[object, ...]:
    return (
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


def _tallies(rows: Sequence[JournalRow]) -> list[tuple[object, ...]]:
    """One row a member and day: a statement may touch a row of its table only once."""
    sums: dict[tuple[UUID, int], list[int]] = {}
    for row in rows:
        for move in row.change.tallies:
            total = sums.setdefault((row.member, move.day), [0, 0, 0])
            total[0] += move.points
            total[1] += move.spend_minor
            total[2] += move.visits
    return [(member, on(day), *total) for (member, day), total in sums.items()]


def _tier_move(member: UUID, move: TierMove) -> tuple[object, ...]:
    return (
        member,
        move.number,
        move.tier,
        at(move.at_us),
        move.reason,
        at(move.review_us),
        move.ladder,
        move.floor,
        at(move.floor_us),
        move.forever,
    )


def _row(row: JournalRow, command: bytes, change: bytes) -> tuple[object, ...]:
    return (
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
        command,
        change,
    )
