"""Accounts and slices: what a decision needs to see, loaded for a whole batch at once."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from msgspec import Struct

from app.engine.movements import TierMove
from app.engine.needs import Needs
from app.engine.state import Account, Lot, Original, State, TallyDay
from app.repositories.database import Reader, Writer
from app.repositories.instants import at, on, us

# Most redemptions are covered by a few lots; one that is not reads all of the member's open lots.
DRAW_LOTS_MAX: Final = 64

_ACCOUNT = """a.member_id, a.balance, a.debt, a.entries, a.lots, a.now_at, a.due_at, a.enrolled_at,
    a.tier, a.tier_since, a.tier_moves, a.review_at, a.window_day, a.window_points, a.oldest_day,
    a.referrer, a.referral_until, a.referral_purchase"""
_LOT = """l.member_id, l.number, l.fact_id, l.earned_at, l.expires_at, l.granted, l.remaining, l.used,
    l.expired, l.reversed, l.uncollected"""


def _account(values: Sequence[Any]) -> Account:
    return Account(
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


def _lot(values: Sequence[Any]) -> Lot:
    return Lot(
        number=values[1],
        fact=values[2],
        earned_us=us(values[3]),
        expires_us=us(values[4]),
        granted=values[5],
        remaining=values[6],
        used=values[7],
        expired=values[8],
        reversed=values[9],
        uncollected=values[10],
    )


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
    """Lock these accounts in id order, then look at what else a batch must know (see migrations/versions/0002)."""
    locked, clock, versions, used, external_used = await writer.row(
        "SELECT * FROM open_batch($1, $2, $3, $4)", program_id, list(set(members)), facts, external_keys
    )
    return Opened(
        accounts={values[0]: _account(values) for values in locked},
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
        values[0]: Glance(account=_account(values), now_us=us(values[-2]), rulebooks=values[-1])
        for values in await reader.rows(statement, program_id, list(set(members)))
    }


async def load_states(
    reader: Reader,
    program_id: UUID,
    accounts: Mapping[UUID, Account],
    wanted: Mapping[UUID, Needs],
    now_us: int,
    originals: Mapping[UUID, tuple[Original, ...]],
) -> dict[UUID, State]:
    """The slices that `needs` named. Only tables that somebody needs are asked."""
    now = at(now_us)
    lots: dict[UUID, dict[int, Lot]] = {member: {} for member in wanted}
    next_expiry: dict[UUID, int] = {}
    due = [member for member, needs in wanted.items() if needs.due]
    if due:
        await _load_due(reader, program_id, due, now, lots, next_expiry)
    covered = await _load_draws(reader, program_id, wanted, now, lots)
    named = [(member, n) for member, needs in wanted.items() for n in needs.lots]
    if named:
        await _load_named(reader, program_id, named, lots)
    tallies = await _load_tallies(reader, program_id, wanted)
    tier_moves = await _load_tier_moves(reader, program_id, wanted)
    return {
        member: State(
            account=accounts[member],
            lots=tuple(sorted(lots[member].values(), key=lambda lot: lot.spending_order)),
            tallies=tuple(tallies.get(member, ())),
            tier_moves=tuple(tier_moves.get(member, accounts[member].latest_tier_move)),
            originals=originals.get(member, ()),
            covered=covered.get(member, 0),
            next_due_us=next_expiry.get(member),
        )
        for member in wanted
    }


async def _load_due(
    reader: Reader,
    program_id: UUID,
    members: Sequence[UUID],
    now: datetime,
    lots: Mapping[UUID, dict[int, Lot]],
    next_expiry: dict[UUID, int],
) -> None:
    statement = f"""SELECT {_LOT} FROM lots l
        WHERE l.program_id = $1 AND l.member_id = ANY($2::uuid[]) AND l.is_open AND l.expires_at <= $3"""
    for values in await reader.rows(statement, program_id, members, now):
        lots[values[0]][values[1]] = _lot(values)
    statement = """SELECT q.member_id, (
            SELECT l.expires_at FROM lots l
            WHERE l.program_id = $1 AND l.member_id = q.member_id AND l.is_open AND l.expires_at > $3
            ORDER BY l.expires_at LIMIT 1)
        FROM unnest($2::uuid[]) AS q(member_id)"""
    for member, expires_at in await reader.rows(statement, program_id, members, now):
        if expires_at is not None:
            next_expiry[member] = us(expires_at)


async def _load_draws(
    reader: Reader,
    program_id: UUID,
    wanted: Mapping[UUID, Needs],
    now: datetime,
    lots: Mapping[UUID, dict[int, Lot]],
) -> dict[UUID, int | None]:
    """Open lots in spending order until they cover the draw. None: every open lot was loaded."""
    statement = f"""SELECT {_LOT} FROM unnest($2::uuid[]) AS q(member_id), LATERAL (
            SELECT * FROM lots o
            WHERE o.program_id = $1 AND o.member_id = q.member_id AND o.is_open
                AND (o.expires_at > $3 OR o.expires_at IS NULL)
            ORDER BY o.expires_at, o.earned_at, o.number LIMIT $4) l"""
    covered: dict[UUID, int | None] = {}
    drawing = [member for member, needs in wanted.items() if needs.draw]
    for limit in (DRAW_LOTS_MAX, 2**31 - 1):
        if not drawing:
            break
        found: dict[UUID, list[Lot]] = {member: [] for member in drawing}
        for values in await reader.rows(statement, program_id, drawing, now, limit):
            found[values[0]].append(_lot(values))
        for member, open_lots in found.items():
            remaining = sum(lot.remaining for lot in open_lots)
            covered[member] = None if len(open_lots) < limit else remaining
            lots[member].update({lot.number: lot for lot in open_lots})
        drawing = [m for m in drawing if (covered[m] or wanted[m].draw) < wanted[m].draw]
    return covered


async def _load_named(
    reader: Reader,
    program_id: UUID,
    named: Sequence[tuple[UUID, int]],
    lots: Mapping[UUID, dict[int, Lot]],
) -> None:
    statement = f"""SELECT {_LOT} FROM unnest($2::uuid[], $3::int[]) AS q(member_id, number)
        JOIN lots l ON l.program_id = $1 AND l.member_id = q.member_id AND l.number = q.number"""
    members, numbers = [member for member, _ in named], [number for _, number in named]
    for values in await reader.rows(statement, program_id, members, numbers):
        lots[values[0]][values[1]] = _lot(values)


async def _load_tallies(reader: Reader, program_id: UUID, wanted: Mapping[UUID, Needs]) -> dict[UUID, list[TallyDay]]:
    ranges = [(member, needs.tally_days) for member, needs in wanted.items() if needs.tally_days]
    tallies: dict[UUID, list[TallyDay]] = {}
    if not ranges:
        return tallies
    statement = """SELECT t.member_id, t.day, t.points, t.spend_minor, t.visits
        FROM unnest($2::uuid[], $3::date[], $4::date[]) AS q(member_id, first, until)
        JOIN tallies t ON t.program_id = $1 AND t.member_id = q.member_id
            AND t.day >= q.first AND t.day < q.until
        ORDER BY t.member_id, t.day"""
    rows = await reader.rows(
        statement,
        program_id,
        [member for member, _ in ranges],
        [on(days[0]) for _, days in ranges],
        [on(days[1]) for _, days in ranges],
    )
    for member, day, points, spend_minor, visits in rows:
        tallies.setdefault(member, []).append(
            TallyDay(day=day.toordinal(), points=points, spend_minor=spend_minor, visits=visits)
        )
    return tallies


async def _load_tier_moves(
    reader: Reader, program_id: UUID, wanted: Mapping[UUID, Needs]
) -> dict[UUID, list[TierMove]]:
    """The move in force at the instant that is needed, and every later one."""
    asked = [(m, needs.tier_at_us) for m, needs in wanted.items() if needs.tier_at_us is not None]
    moves: dict[UUID, list[TierMove]] = {}
    if not asked:
        return moves
    statement = """SELECT t.member_id, t.number, t.tier, t.at, t.reason, t.review_at
        FROM unnest($2::uuid[], $3::timestamptz[]) AS q(member_id, at)
        JOIN tier_moves t ON t.program_id = $1 AND t.member_id = q.member_id
            AND t.number >= coalesce((SELECT max(e.number) FROM tier_moves e
                WHERE e.program_id = $1 AND e.member_id = q.member_id AND e.at <= q.at), 0)
        ORDER BY t.member_id, t.number"""
    rows = await reader.rows(statement, program_id, [member for member, _ in asked], [at(us_) for _, us_ in asked])
    for member, number, tier, since, reason, review_at in rows:
        moves.setdefault(member, []).append(
            TierMove(number=number, tier=tier, at_us=us(since), reason=reason, review_us=us(review_at))
        )
    return moves


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


async def entries(reader: Reader, program_id: UUID, member: UUID, *, before: int | None, limit: int) -> list[EntryRow]:
    """A member's entries, newest first, at most `limit`, older than number `before`."""
    statement = """SELECT e.number, e.fact_id, j.kind, e.kind, e.points, e.balance_after, e.effective_at,
            e.booked_at, e.lot
        FROM entries e JOIN journal j ON j.program_id = e.program_id AND j.id = e.fact_id
        WHERE e.program_id = $1 AND e.member_id = $2 AND e.number < $3
        ORDER BY e.number DESC LIMIT $4"""
    found = await reader.rows(statement, program_id, member, 2**31 - 1 if before is None else before, limit)
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
