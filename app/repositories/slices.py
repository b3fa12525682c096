"""Slices: what a decision needs to see of lots, holds, tallies and tiers, loaded for a whole batch at once."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

from app.engine.estate import Origin
from app.engine.movements import Draw, TierMove
from app.engine.state import Account, Hold, Lot, Original, State, TallyDay
from app.engine.wanted import Needs
from app.repositories.counted import load_counters, load_ever
from app.repositories.database import Reader
from app.repositories.instants import at, on, us

# Most redemptions are covered by a few lots; one that is not reads all of the member's open lots.
DRAW_LOTS_MAX: Final = 64
_EVERY_DAY: Final = (0, date.max.toordinal())

_LOT: Final = """l.member_id, l.number, l.fact_id, l.earned_at, l.expires_at, l.granted, l.remaining, l.used,
    l.expired, l.reversed, l.uncollected, CASE WHEN l.wallet <> '' OR l.is_pending OR l.held > 0 OR l.moved > 0
        OR l.lapses OR l.noticed OR l.origin_member IS NOT NULL OR l.available_at IS NOT NULL
    THEN ROW(l.wallet, l.moved, l.held, l.is_pending, l.available_at, l.lapses, l.noticed, l.origin_member,
        l.origin_lot)::lot_rest END"""

Lots = Mapping[UUID, dict[int, Lot]]


async def load_states(
    reader: Reader,
    program_id: UUID,
    accounts: Mapping[UUID, Account],
    wanted: Mapping[UUID, Needs],
    now_us: int,
    originals: Mapping[UUID, tuple[Original, ...]],
) -> dict[UUID, State]:
    """The slices that `needs` named. Only tables that somebody needs are asked."""
    lots: Lots = {member: {} for member in wanted}
    next_due = await _load_what_is_due(reader, program_id, accounts, wanted, now_us, lots)
    covered = await _load_draws(reader, program_id, wanted, now_us, lots)
    await _load_whole(reader, program_id, wanted, lots, covered)
    holds = await _load_holds(reader, program_id, accounts, wanted)
    named = [(member, n) for member, needs in wanted.items() for n in needs.lots]
    named += [(member, d.lot) for member, kept in holds.items() for hold in kept for d in hold.draws]
    missing = [(member, number) for member, number in dict.fromkeys(named) if number not in lots[member]]
    if missing:
        await load_named(reader, program_id, missing, lots)
    tallies = await _load_tallies(reader, program_id, wanted)
    tier_moves = await _load_tier_moves(reader, program_id, wanted)
    counters = await load_counters(reader, program_id, wanted)
    ever = await load_ever(reader, program_id, wanted)
    # Of most members nothing but the account is needed, and to look them up everywhere would cost more than to decide.
    return {
        member: State(
            account=(account := accounts[member]),
            lots=tuple(sorted(own.values(), key=lambda lot: lot.spending_order)) if own else (),
            tallies=tuple(tallies.get(member, ())) if tallies else (),
            tier_moves=tuple(tier_moves.get(member) or account.latest_tier_move)
            if tier_moves
            else account.latest_tier_move,
            originals=originals.get(member, ()) if originals else (),
            covered=covered.get(member, 0) if covered else 0,
            next_due_us=next_due.get(member) if next_due else None,
            holds=tuple(holds.get(member, ())) if holds else (),
            counters=tuple(counters.get(member, ())) if counters else (),
            ever=ever.get(member) if ever else None,
        )
        for member, own in lots.items()
    }


async def _load_what_is_due(
    reader: Reader,
    program_id: UUID,
    accounts: Mapping[UUID, Account],
    wanted: Mapping[UUID, Needs],
    now_us: int,
    lots: Lots,
) -> dict[UUID, int]:
    """The lots to which time does something, put where they belong; and when it next does something to others."""
    next_due: dict[UUID, int] = {}
    due = {m: needs.soon_us or now_us for m, needs in wanted.items() if needs.due}
    if due:
        await _load_due(reader, program_id, due, now_us, lots, next_due)
        pending = [member for member in due if _has_pending(accounts[member])]
        if pending:
            await _load_pending(reader, program_id, pending, now_us, lots, next_due)
    return next_due


def _lot(values: Sequence[Any]) -> Lot:
    number, fact, earned, expires, granted, remaining, used, expired, reversed_, uncollected, rest = values[1:]
    if rest is None:
        return Lot(
            number=number,
            fact=fact,
            earned_us=us(earned),
            expires_us=us(expires),
            granted=granted,
            remaining=remaining,
            used=used,
            expired=expired,
            reversed=reversed_,
            uncollected=uncollected,
        )
    wallet, moved, held, pending, available, lapses, noticed, origin_member, origin_lot = rest
    return Lot(
        number=number,
        fact=fact,
        earned_us=us(earned),
        expires_us=us(expires),
        granted=granted,
        remaining=remaining,
        used=used,
        expired=expired,
        reversed=reversed_,
        uncollected=uncollected,
        wallet=wallet,
        moved=moved,
        held=held,
        pending=pending,
        # A lot that waits for an event says None; of one that does not wait any more the instant means nothing.
        available_us=us(available) if available is not None or pending else 0,
        lapses=lapses,
        noticed=noticed,
        origin=None if origin_member is None else Origin(member=origin_member, lot=origin_lot),
    )


def _put(lots: Lots, rows: Iterable[Sequence[Any]]) -> None:
    for values in rows:
        lots[values[0]][values[1]] = _lot(values)


def _has_pending(account: Account) -> bool:
    return account.pending > 0 or any(purse.pending for purse in account.purses)


async def _load_due(
    reader: Reader, program_id: UUID, until: Mapping[UUID, int], now_us: int, lots: Lots, next_due: dict[UUID, int]
) -> None:
    """Lots that expire until an instant, and when the next does; that far ahead of it word may have to be given."""
    members, instants = list(until), [at(instant) for instant in until.values()]
    statement = f"""SELECT {_LOT} FROM unnest($2::uuid[], $3::timestamptz[]) AS q(member_id, until)
        JOIN lots l ON l.program_id = $1 AND l.member_id = q.member_id AND l.is_open AND l.expires_at <= q.until"""
    _put(lots, await reader.rows(statement, program_id, members, instants))
    statement = """SELECT q.member_id, (
            SELECT l.expires_at FROM lots l
            WHERE l.program_id = $1 AND l.member_id = q.member_id AND l.is_open AND l.expires_at > q.until
            ORDER BY l.expires_at LIMIT 1)
        FROM unnest($2::uuid[], $3::timestamptz[]) AS q(member_id, until)"""
    for member, expires_at in await reader.rows(statement, program_id, members, instants):
        if expires_at is not None:
            next_due[member] = us(expires_at) - (until[member] - now_us)


async def _load_pending(
    reader: Reader, program_id: UUID, members: Sequence[UUID], now_us: int, lots: Lots, next_due: dict[UUID, int]
) -> None:
    """Pending lots whose time has come, and when that of the next does."""
    statement = f"""SELECT {_LOT} FROM lots l
        WHERE l.program_id = $1 AND l.member_id = ANY($2::uuid[]) AND l.is_open AND l.is_pending
            AND l.available_at <= $3"""
    _put(lots, await reader.rows(statement, program_id, members, at(now_us)))
    statement = """SELECT l.member_id, min(l.available_at) FROM lots l
        WHERE l.program_id = $1 AND l.member_id = ANY($2::uuid[]) AND l.is_open AND l.is_pending
            AND l.available_at > $3
        GROUP BY l.member_id"""
    for member, available_at in await reader.rows(statement, program_id, members, at(now_us)):
        next_due[member] = min(us(available_at), next_due.get(member, us(available_at)))


async def _load_draws(
    reader: Reader, program_id: UUID, wanted: Mapping[UUID, Needs], now_us: int, lots: Lots
) -> dict[UUID, int | None]:
    """Spendable lots of the main wallet in spending order until they cover the draw. None: every such lot is here."""
    statement = f"""SELECT {_LOT} FROM unnest($2::uuid[]) AS q(member_id), LATERAL (
            SELECT * FROM lots o
            WHERE o.program_id = $1 AND o.member_id = q.member_id AND o.is_open AND o.wallet = '' AND NOT o.is_pending
                AND o.held < o.remaining AND (o.expires_at > $3 OR o.expires_at IS NULL)
            ORDER BY o.expires_at, o.earned_at, o.number LIMIT $4) l"""
    covered: dict[UUID, int | None] = {}
    drawing = [member for member, needs in wanted.items() if needs.draw and not (needs.whole or needs.estate)]
    for limit in (DRAW_LOTS_MAX, 2**31 - 1):
        if not drawing:
            break
        found: dict[UUID, list[Lot]] = {member: [] for member in drawing}
        for values in await reader.rows(statement, program_id, drawing, at(now_us), limit):
            found[values[0]].append(_lot(values))
        for member, open_lots in found.items():
            spendable = sum(lot.spendable for lot in open_lots)
            covered[member] = None if len(open_lots) < limit else spendable
            lots[member].update({lot.number: lot for lot in open_lots})
        drawing = [m for m in drawing if (covered[m] or wanted[m].draw) < wanted[m].draw]
    return covered


async def _load_whole(
    reader: Reader, program_id: UUID, wanted: Mapping[UUID, Needs], lots: Lots, covered: dict[UUID, int | None]
) -> None:
    """Every open lot, of all wallets or of some; for an estate the closed ones too."""
    whole = [member for member, needs in wanted.items() if needs.whole or needs.estate]
    if whole:
        estates = [member for member in whole if wanted[member].estate]
        statement = f"""SELECT {_LOT} FROM lots l WHERE l.program_id = $1 AND l.member_id = ANY($2::uuid[])
            AND (l.is_open OR l.member_id = ANY($3::uuid[]))"""
        _put(lots, await reader.rows(statement, program_id, whole, estates))
        covered |= dict.fromkeys(whole)
    wallets = [(member, wallet) for member, needs in wanted.items() for wallet in needs.wallets]
    if wallets:
        statement = f"""SELECT {_LOT} FROM unnest($2::uuid[], $3::text[]) AS q(member_id, wallet)
            JOIN lots l ON l.program_id = $1 AND l.member_id = q.member_id AND l.wallet = q.wallet AND l.is_open"""
        members, names = [member for member, _ in wallets], [wallet for _, wallet in wallets]
        _put(lots, await reader.rows(statement, program_id, members, names))


async def _load_holds(
    reader: Reader, program_id: UUID, accounts: Mapping[UUID, Account], wanted: Mapping[UUID, Needs]
) -> dict[UUID, list[Hold]]:
    """Active holds of members who have any."""
    asked = [m for m, needs in wanted.items() if (needs.holds or needs.due or needs.estate) and accounts[m].holds]
    holds: dict[UUID, list[Hold]] = {}
    if not asked:
        return holds
    statement = """SELECT h.member_id, h.hold, h.wallet, h.until_at, h.life_until_at, h.rulebook, h.lots, h.points
        FROM holds h WHERE h.program_id = $1 AND h.member_id = ANY($2::uuid[]) AND h.is_active ORDER BY h.hold"""
    for member, hold, wallet, until, life_until, rulebook, numbers, points in await reader.rows(
        statement, program_id, asked
    ):
        holds.setdefault(member, []).append(
            Hold(
                hold=hold,
                wallet=wallet,
                until_us=us(until),
                life_until_us=us(life_until),
                rulebook=rulebook,
                draws=tuple(Draw(lot=lot, points=some) for lot, some in zip(numbers, points, strict=True)),
            )
        )
    return holds


async def load_named(reader: Reader, program_id: UUID, named: Sequence[tuple[UUID, int]], lots: Lots) -> None:
    """Lots by member and number, put where they belong."""
    statement = f"""SELECT {_LOT} FROM unnest($2::uuid[], $3::int[]) AS q(member_id, number)
        JOIN lots l ON l.program_id = $1 AND l.member_id = q.member_id AND l.number = q.number"""
    members, numbers = [member for member, _ in named], [number for _, number in named]
    _put(lots, await reader.rows(statement, program_id, members, numbers))


async def _load_tallies(reader: Reader, program_id: UUID, wanted: Mapping[UUID, Needs]) -> dict[UUID, list[TallyDay]]:
    asked = {member: _EVERY_DAY if needs.estate else needs.tally_days for member, needs in wanted.items()}
    ranges = [(member, days) for member, days in asked.items() if days]
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
    """The move of the main set in force at the instant that is needed, and every later one of all sets."""
    asked = [(m, needs.tier_at_us) for m, needs in wanted.items() if needs.tier_at_us is not None]
    moves: dict[UUID, list[TierMove]] = {}
    if not asked:
        return moves
    statement = """SELECT t.member_id, t.number, t.tier, t.at, t.reason, t.review_at, t.ladder, t.floor, t.floor_at,
            t.forever
        FROM unnest($2::uuid[], $3::timestamptz[]) AS q(member_id, at)
        JOIN tier_moves t ON t.program_id = $1 AND t.member_id = q.member_id
            AND t.number >= coalesce((SELECT max(e.number) FROM tier_moves e
                WHERE e.program_id = $1 AND e.member_id = q.member_id AND e.ladder = '' AND e.at <= q.at), 0)
        ORDER BY t.member_id, t.number"""
    rows = await reader.rows(statement, program_id, [member for member, _ in asked], [at(us_) for _, us_ in asked])
    for member, number, tier, since, reason, review_at, ladder, floor, floor_at, forever in rows:
        moves.setdefault(member, []).append(
            TierMove(
                number=number,
                tier=tier,
                at_us=us(since),
                reason=reason,
                review_us=us(review_at),
                ladder=ladder,
                floor=floor,
                floor_us=us(floor_at),
                forever=forever,
            )
        )
    return moves
