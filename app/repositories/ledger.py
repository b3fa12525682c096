"""Accounts: locked for a batch, or looked at."""

from collections.abc import Iterable, Sequence
from typing import Any, Final
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from app.engine.estate import Continued
from app.engine.state import Account, Purse
from app.repositories.database import Reader, Writer
from app.repositories.instants import us

_ACCOUNT: Final = """a.member_id, a.balance, a.debt, a.entries, a.lots, a.now_at, a.due_at, a.enrolled_at,
    a.tier, a.tier_since, a.tier_moves, a.review_at, a.window_day, a.window_points, a.oldest_day,
    a.referrer, a.referral_until, a.referral_purchase,
    CASE WHEN a.pending > 0 OR a.held > 0 OR a.lapses_at IS NOT NULL OR a.purses > 0 OR a.blocked
        OR a.household IS NOT NULL OR a.merged_into IS NOT NULL OR a.holds > 0
        OR a.referral_lot IS NOT NULL OR a.continued IS NOT NULL
    THEN ROW(a.pending, a.held, a.lapses_at, a.holds, a.purses, a.blocked, a.household, a.merged_into,
        a.referral_lot, a.continued, a.shifts)::account_rest END,
    CASE WHEN a.purses > 0 THEN ARRAY(
        SELECT ROW(p.member_id, p.wallet, p.balance, p.debt, p.entries, p.pending, p.held, p.lapses_at)::recorded_purse
        FROM purses p WHERE p.program_id = a.program_id AND p.member_id = a.member_id
        ORDER BY p.wallet COLLATE "C") END"""


def _account(values: Sequence[Any]) -> Account:
    """An account; the last of its values are all that is rare about it, absent where nothing is."""
    account = Account(
        member=values[0],
        balance=values[1],
        debt=values[2],
        entries=values[3],
        lots=values[4],
        now_us=us(values[5]),
        due_us=us(values[6]),
        enrolled_us=us(values[7]),
        tier=values[8],
        tier_since_us=us(values[9]) or 0,
        tier_moves=values[10],
        review_us=us(values[11]),
        window_day=values[12],
        window_points=values[13],
        oldest_day=values[14],
        referrer=values[15],
        referral_until_us=us(values[16]),
        referral_purchase=values[17],
    )
    return account if values[18] is None else _with_rest(account, values[18])


def _with_rest(account: Account, rest: Sequence[Any]) -> Account:
    pending, held, lapses_at, holds, _, blocked, household, merged_into, referral_lot, continued, shifts = rest
    return replace(
        account,
        pending=pending,
        held=held,
        lapses_us=us(lapses_at),
        holds=holds,
        blocked=blocked,
        household=household,
        merged_into=merged_into,
        referral_lot=referral_lot,
        continued=tuple(Continued(member=m, shift=by) for m, by in zip(continued or (), shifts or (), strict=True)),
    )


def _purse(values: Sequence[Any]) -> Purse:
    _, wallet, balance, debt, entries, pending, held, lapses_at = values
    return Purse(
        wallet=wallet,
        balance=balance,
        debt=debt,
        entries=entries,
        pending=pending,
        held=held,
        lapses_us=us(lapses_at),
    )


def _looked_at(values: Sequence[Any]) -> Account:
    account, purses = _account(values), values[19]
    return replace(account, purses=tuple(map(_purse, purses))) if purses else account


class Opened(Struct, frozen=True, kw_only=True):
    """The accounts of a batch, locked, and what a snapshot taken after that says.

    The programme's clock, how many rulebooks it has published, and which facts and own ids are used already.
    """

    accounts: dict[UUID, Account]
    now_us: int
    rulebooks: int
    taken: frozenset[UUID]
    external_taken: frozenset[UUID]


async def open_batch(
    writer: Writer, program_id: UUID, members: Iterable[UUID], facts: Sequence[UUID], external_keys: Sequence[UUID]
) -> Opened:
    """Lock these accounts in id order, then look at what else a batch must know (see migrations/versions/0003)."""
    locked, others, clock, versions, used, external_used = await writer.row(
        "SELECT * FROM open_batch_2($1, $2, $3, $4)", program_id, list(set(members)), facts, external_keys
    )
    accounts = {values[0]: _account(values) for values in locked}
    for values in others or ():
        account = accounts[values[0]]
        accounts[values[0]] = replace(account, purses=(*account.purses, _purse(values)))
    return Opened(
        accounts=accounts,
        now_us=us(clock),
        rulebooks=versions,
        taken=frozenset(used),
        external_taken=frozenset(external_used),
    )


class Glance(Struct, frozen=True, kw_only=True):
    """An account as a single statement saw it, with the clock and the rulebooks of that moment."""

    account: Account
    now_us: int
    rulebooks: int


async def glance(reader: Reader, program_id: UUID, members: Sequence[UUID]) -> dict[UUID, Glance]:
    """Several accounts, the programme's clock and its newest rulebook in one statement."""
    statement = f"""SELECT {_ACCOUNT}, coalesce(p.test_now, clock_timestamp()), p.rulebook_version
        FROM accounts a JOIN programs p ON p.id = a.program_id
        WHERE a.program_id = $1 AND a.member_id = ANY($2::uuid[])"""
    return {
        values[0]: Glance(account=_looked_at(values), now_us=us(values[-2]), rulebooks=values[-1])
        for values in await reader.rows(statement, program_id, list(set(members)))
    }


async def now(reader: Reader, program_id: UUID) -> tuple[int, int]:
    """The programme's clock, and how many rulebooks it has published."""
    clock, versions = await reader.row(
        "SELECT coalesce(p.test_now, clock_timestamp()), p.rulebook_version FROM programs p WHERE p.id = $1", program_id
    )
    return us(clock), versions


class EntryRow(Struct, frozen=True, kw_only=True):
    """An entry as a member may see it; `fact_kind` is the kind of command that moved the points."""

    number: int
    fact: UUID
    fact_kind: int
    kind: str
    points: int
    balance_after: int
    effective_us: int
    booked_us: int
    lot: int | None


async def entries(
    reader: Reader, program_id: UUID, member: UUID, wallet: str, *, before: int | None, limit: int
) -> list[EntryRow]:
    """The entries of a wallet of a member, newest first, at most `limit`, older than number `before`."""
    statement = """SELECT e.number, e.fact_id, j.kind, e.kind, e.points, e.balance_after, e.effective_at,
            e.booked_at, e.lot
        FROM entries e JOIN journal j ON j.program_id = e.program_id AND j.id = e.fact_id
        WHERE e.program_id = $1 AND e.member_id = $2 AND e.wallet = $3 AND e.number < $4
        ORDER BY e.number DESC LIMIT $5"""
    found = await reader.rows(statement, program_id, member, wallet, 2**31 - 1 if before is None else before, limit)
    return [
        EntryRow(
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
        for number, fact, fact_kind, kind, points, balance_after, effective_at, booked_at, lot in found
    ]
