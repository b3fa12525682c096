"""What the tables hold of some members, as plain values by key: the audit compares it with what the journal says."""

from collections.abc import Mapping, Sequence
from typing import Final
from uuid import UUID

from msgspec import Struct

from app.repositories.database import Reader

Values = tuple[object, ...]


class Holding(Struct, frozen=True, kw_only=True):
    """A table of which every member has rows of their own, told apart by the columns of `key`."""

    table: str
    key: tuple[str, ...]
    columns: tuple[str, ...]


ACCOUNTS: Final = Holding(
    table="accounts",
    key=(),
    columns=(
        "balance",
        "debt",
        "entries",
        "lots",
        "now_at",
        "enrolled_at",
        "tier",
        "tier_since",
        "tier_moves",
        "review_at",
        "window_day",
        "window_points",
        "oldest_day",
        "referrer",
        "referral_until",
        "referral_purchase",
        "pending",
        "held",
        "lapses_at",
        "holds",
        "purses",
        "blocked",
        "household",
        "merged_into",
        "referral_lot",
        "continued",
        "shifts",
    ),
)
LOTS: Final = Holding(
    table="lots",
    key=("number",),
    columns=(
        "fact_id",
        "earned_at",
        "expires_at",
        "granted",
        "remaining",
        "used",
        "expired",
        "reversed",
        "uncollected",
        "is_open",
        "wallet",
        "moved",
        "held",
        "is_pending",
        "available_at",
        "lapses",
        "noticed",
        "origin_member",
        "origin_lot",
    ),
)
PURSES: Final = Holding(
    table="purses", key=("wallet",), columns=("balance", "debt", "entries", "pending", "held", "lapses_at")
)
HOLDS: Final = Holding(
    table="holds",
    key=("hold",),
    columns=("wallet", "until_at", "life_until_at", "rulebook", "lots", "points", "is_active", "ended"),
)
COUNTERS: Final = Holding(table="counters", key=("name", "day"), columns=("count",))
VOUCHERS: Final = Holding(table="voucher_codes", key=("fact_id", "place"), columns=("code",))
ENTRIES: Final = Holding(
    table="entries",
    key=("wallet", "number"),
    columns=("fact_id", "kind", "points", "balance_after", "effective_at", "booked_at", "lot"),
)
TALLIES: Final = Holding(table="tallies", key=("day",), columns=("points", "spend_minor", "visits"))
TIER_MOVES: Final = Holding(
    table="tier_moves",
    key=("number",),
    columns=("tier", "at", "reason", "review_at", "ladder", "floor", "floor_at", "forever"),
)


async def held(
    reader: Reader, program_id: UUID, holding: Holding, members: Sequence[UUID]
) -> dict[UUID, dict[object, Values]]:
    """The rows of these members."""
    columns = ", ".join(("member_id", *holding.key, *holding.columns))
    statement = f"""SELECT {columns} FROM {holding.table}
        WHERE program_id = $1 AND member_id = ANY($2::uuid[])"""
    found: dict[UUID, dict[object, Values]] = {member: {} for member in members}
    width = len(holding.key)
    for member, *values in await reader.rows(statement, program_id, members):
        found[member][tuple(values[:width])] = tuple(values[width:])
    return found


async def pool_codes(reader: Reader, program_id: UUID, places: Sequence[tuple[str, int]]) -> dict[tuple[str, int], str]:
    """The codes at these places of imported pools."""
    statement = """SELECT c.pool, c.place, c.code FROM unnest($2::text[], $3::bigint[]) AS q(pool, place)
        JOIN pool_codes c ON c.program_id = $1 AND c.pool = q.pool AND c.place = q.place"""
    pools, numbers = [pool for pool, _ in places], [place for _, place in places]
    return {(pool, place): code for pool, place, code in await reader.rows(statement, program_id, pools, numbers)}


async def stocks(reader: Reader, program_id: UUID) -> dict[str, tuple[int, int | None]]:
    """How much of each stock is gone, and of pools how much there is."""
    statement = """SELECT s.name, s.taken, p.size FROM stocks s
        LEFT JOIN code_pools p ON p.program_id = $1 AND s.name = 'pool/' || p.pool
        WHERE s.program_id = $1"""
    return {name: (taken, size) for name, taken, size in await reader.rows(statement, program_id)}


async def reversals(reader: Reader, program_id: UUID, facts: Sequence[UUID]) -> Mapping[UUID, set[UUID]]:
    """What is on record as having undone these facts."""
    statement = """SELECT fact_id, reversed_by FROM reversals
        WHERE program_id = $1 AND fact_id = ANY($2::uuid[])"""
    found: dict[UUID, set[UUID]] = {fact: set() for fact in facts}
    for fact, reversed_by in await reader.rows(statement, program_id, facts):
        found[fact].add(reversed_by)
    return found


async def reversals_on_record(reader: Reader, program_id: UUID) -> int:
    """How many reversals there are."""
    count: int
    (count,) = await reader.row("SELECT count(*) FROM reversals WHERE program_id = $1", program_id)
    return count
