"""The totals of each day: a projection of the journal, added to row by row, and asked in many ways."""

from collections.abc import Mapping, Sequence
from typing import Final, Literal
from uuid import UUID

from msgspec import Struct

from app.engine.codec import decode_command
from app.engine.commands import Command
from app.engine.corrected import Correction
from app.repositories import journal
from app.repositories.database import Reader, Writer
from app.repositories.instants import on

NAME: Final = "totals"
Basis = Literal["booked", "effective"]
# What totals may be told apart by, and how PostgreSQL says it of a day in the column {day}.
DIMENSIONS: Final[Mapping[str, str]] = {
    "month": "to_char({day}, 'YYYY-MM')",
    "day": "{day}::text",
    "wallet": "t.wallet",
    "kind": "t.kind",
    "tier": "t.tier",
    "issue_store": "t.issue_store",
    "redemption_store": "t.redemption_store",
}
_DAYS: Final[Mapping[Basis, str]] = {"booked": "t.booked_day", "effective": "t.effective_day"}


class Cell(Struct, frozen=True, kw_only=True):
    """Where points are counted. Days are ordinals; an empty text says that there is none."""

    booked_day: int
    effective_day: int
    wallet: str
    kind: str
    tier: str
    issue_store: str
    redemption_store: str


class Asked(Struct, frozen=True, kw_only=True):
    """Which totals: of days from `from_day` to `until_day`, told apart by dimensions, as known on a day."""

    basis: Basis
    from_day: int
    until_day: int
    known_day: int
    group_by: tuple[str, ...] = ()


class Sum(Struct, frozen=True, kw_only=True):
    """The points of one kind in one group."""

    group: tuple[str, ...]
    kind: str
    points: int


class Head(Struct, frozen=True, kw_only=True):
    """How far the projection has come, and how far the journal."""

    number: int
    journal: int


async def head(reader: Reader, program_id: UUID) -> Head:
    """Where both stand."""
    statement = """SELECT coalesce(f.number, 0), c.number FROM program_counters c
        LEFT JOIN followers f ON f.program_id = c.program_id AND f.name = $2 WHERE c.program_id = $1"""
    number, journal = await reader.row(statement, program_id, NAME)
    return Head(number=number, journal=journal)


async def behind(reader: Reader) -> list[UUID]:
    """The programmes whose projection is behind their journal."""
    statement = """SELECT c.program_id FROM program_counters c
        LEFT JOIN followers f ON f.program_id = c.program_id AND f.name = $1
        WHERE c.number > coalesce(f.number, 0) ORDER BY c.program_id"""
    return [program_id for (program_id,) in await reader.rows(statement, NAME)]


async def lock(writer: Writer, program_id: UUID) -> int:
    """How far the projection has come; nobody else carries it on until the transaction ends."""
    await writer.write(
        """INSERT INTO followers (program_id, name, number) VALUES ($1, $2, 0)
        ON CONFLICT (program_id, name) DO NOTHING""",
        program_id,
        NAME,
    )
    number: int
    (number,) = await writer.row(
        "SELECT number FROM followers WHERE program_id = $1 AND name = $2 FOR UPDATE", program_id, NAME
    )
    return number


async def makers(reader: Reader, program_id: UUID, lots: Sequence[tuple[UUID, int]]) -> dict[tuple[UUID, int], Command]:
    """The commands that granted the points of these lots, also when they were granted to another member.

    What a correction added was granted by the purchase that it corrects.
    """
    statement = """SELECT q.member_id, q.number, j.command FROM unnest($2::uuid[], $3::int[]) AS q(member_id, number)
        JOIN lots l ON l.program_id = $1 AND l.member_id = q.member_id AND l.number = q.number
        LEFT JOIN lots o ON o.program_id = $1 AND o.member_id = l.origin_member AND o.number = l.origin_lot
        JOIN journal j ON j.program_id = $1 AND j.id = coalesce(o.fact_id, l.fact_id)"""
    members, numbers = [member for member, _ in lots], [number for _, number in lots]
    rows = await reader.rows(statement, program_id, members, numbers)
    found = {(member, number): decode_command(command) for member, number, command in rows}
    corrected = {command.purchase for command in found.values() if isinstance(command, Correction)}
    if not corrected:
        return found
    bought = {row.id: row.command for row in await journal.facts(reader, program_id, sorted(corrected))}
    return {
        lot: bought[command.purchase] if isinstance(command, Correction) else command for lot, command in found.items()
    }


async def add(writer: Writer, program_id: UUID, sums: Mapping[Cell, int]) -> None:
    """Count these points too."""
    statement = """INSERT INTO daily_totals AS t (program_id, booked_day, effective_day, wallet, kind, tier,
            issue_store, redemption_store, points)
        SELECT $1, v.* FROM unnest($2::date[], $3::date[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
            $9::bigint[]) v
        ON CONFLICT (program_id, booked_day, effective_day, wallet, kind, tier, issue_store, redemption_store)
            DO UPDATE SET points = t.points + excluded.points"""
    await writer.write(
        statement,
        program_id,
        [on(cell.booked_day) for cell in sums],
        [on(cell.effective_day) for cell in sums],
        [cell.wallet for cell in sums],
        [cell.kind for cell in sums],
        [cell.tier for cell in sums],
        [cell.issue_store for cell in sums],
        [cell.redemption_store for cell in sums],
        list(sums.values()),
    )


async def before(reader: Reader, program_id: UUID, asked: Asked, group_by: Sequence[str]) -> dict[tuple[str, ...], int]:
    """What all earlier days left together, by dimensions that are no days."""
    groups = "".join(f"{DIMENSIONS[name]}, " for name in group_by)
    clause = f"GROUP BY {', '.join(str(place + 1) for place in range(len(group_by)))}" if group_by else ""
    statement = f"""SELECT {groups} sum(t.points) FROM daily_totals t
        WHERE t.program_id = $1 AND {_DAYS[asked.basis]} < $2 AND t.booked_day <= $3 {clause}"""
    rows = await reader.rows(statement, program_id, on(asked.from_day), on(asked.known_day))
    return {tuple(group): int(points or 0) for *group, points in rows}


async def within(reader: Reader, program_id: UUID, asked: Asked, limit: int) -> list[Sum]:
    """What moved in the days that are asked for, by group and kind, in the order of the groups."""
    day = _DAYS[asked.basis]
    names = [DIMENSIONS[name].format(day=day) for name in asked.group_by]
    order = ", ".join(str(place + 1) for place in range(len(names) + 1))
    statement = f"""SELECT {", ".join((*names, "t.kind"))}, sum(t.points) FROM daily_totals t
        WHERE t.program_id = $1 AND {day} >= $2 AND {day} <= $3 AND t.booked_day <= $4
        GROUP BY {order} ORDER BY {order} LIMIT $5"""
    rows = await reader.rows(statement, program_id, on(asked.from_day), on(asked.until_day), on(asked.known_day), limit)
    return [Sum(group=tuple(group), kind=kind, points=int(points)) for *group, kind, points in rows]


async def outstanding(reader: Reader, program_id: UUID, *, as_of_day: int, known_day: int) -> dict[str, int]:
    """The points of all members by wallet: of what counts on a day, as much as was booked by another."""
    statement = """SELECT t.wallet, sum(t.points) FROM daily_totals t
        WHERE t.program_id = $1 AND t.effective_day <= $2 AND t.booked_day <= $3 GROUP BY t.wallet ORDER BY t.wallet"""
    rows = await reader.rows(statement, program_id, on(as_of_day), on(known_day))
    return {wallet: int(points) for wallet, points in rows}


async def everything(reader: Reader, program_id: UUID) -> dict[Cell, int]:
    """All totals: what the audit compares with the journal."""
    statement = """SELECT t.booked_day, t.effective_day, t.wallet, t.kind, t.tier, t.issue_store, t.redemption_store,
            t.points
        FROM daily_totals t WHERE t.program_id = $1"""
    return {
        Cell(
            booked_day=booked.toordinal(),
            effective_day=effective.toordinal(),
            wallet=wallet,
            kind=kind,
            tier=tier,
            issue_store=issue_store,
            redemption_store=redemption_store,
        ): points
        for booked, effective, wallet, kind, tier, issue_store, redemption_store, points in await reader.rows(
            statement, program_id
        )
    }
