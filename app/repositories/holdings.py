"""What the tables hold of some members, as plain values by key: the audit compares it with what the journal says."""

from collections.abc import Mapping, Sequence
from typing import Final
from uuid import UUID

from msgspec import Struct

from app.repositories.database import Reader

Values = tuple[object, ...]


class Holding(Struct, frozen=True, kw_only=True):
    """A table of which every member has rows of their own, told apart by `key`."""

    table: str
    key: str | None
    columns: tuple[str, ...]


ACCOUNTS: Final = Holding(
    table="accounts",
    key=None,
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
    ),
)
LOTS: Final = Holding(
    table="lots",
    key="number",
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
    ),
)
ENTRIES: Final = Holding(
    table="entries",
    key="number",
    columns=("fact_id", "kind", "points", "balance_after", "effective_at", "booked_at", "lot"),
)
TALLIES: Final = Holding(table="tallies", key="day", columns=("points", "spend_minor", "visits"))
TIER_MOVES: Final = Holding(table="tier_moves", key="number", columns=("tier", "at", "reason", "review_at"))


async def held(
    reader: Reader, program_id: UUID, holding: Holding, members: Sequence[UUID]
) -> dict[UUID, dict[object, Values]]:
    """The rows of these members."""
    columns = ", ".join(("member_id", holding.key or "NULL::int", *holding.columns))
    statement = f"""SELECT {columns} FROM {holding.table}
        WHERE program_id = $1 AND member_id = ANY($2::uuid[])"""
    found: dict[UUID, dict[object, Values]] = {member: {} for member in members}
    for member, key, *values in await reader.rows(statement, program_id, members):
        found[member][key] = tuple(values)
    return found


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
