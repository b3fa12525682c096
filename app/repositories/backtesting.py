"""What a backtest reads: the journal by groups of members, and what makes members a group. It writes nothing."""

from collections.abc import AsyncIterator, Sequence
from typing import Any, Final
from uuid import UUID

from msgspec import Struct

from app.engine.codec import decode_command
from app.engine.commands import HouseholdJoin, MergeOut, Move, TransferOut
from app.engine.naming import companions
from app.repositories.database import Reader, Snapshot
from app.repositories.instants import us

PORTION: Final = 500
LINKS_A_PORTION: Final = 10_000
# For sorting a share of the journal: spills to disk beyond this, and ends with the snapshot.
WORK_MEMORY: Final = "64MB"
# The commands that name another account.
LINKING: Final = (
    TransferOut.__struct_config__.tag,
    Move.__struct_config__.tag,
    HouseholdJoin.__struct_config__.tag,
    MergeOut.__struct_config__.tag,
)


class Extent(Struct, frozen=True, kw_only=True):
    """How much history there is: rows up to the last number, published rulebooks, and the programme's clock."""

    rows: int
    rulebooks: int
    now_us: int


class HistoricRow(Struct, frozen=True):
    """A row of the journal as it is stored, and the group of its member."""

    group: UUID
    number: int
    fact: UUID
    member: UUID
    decided_us: int
    kind: int
    command: bytes
    change: bytes


async def prepare(snapshot: Snapshot) -> None:
    """Give the statements of this snapshot room to sort."""
    await snapshot.rows("SELECT set_config('work_mem', $1, true)", WORK_MEMORY)


async def extent(reader: Reader, program_id: UUID) -> Extent:
    """The journal is numbered without gaps in the order of commits, so a number says what belongs to the history."""
    rows, rulebooks, now = await reader.row(
        """SELECT c.number, p.rulebook_version, coalesce(p.test_now, clock_timestamp())
        FROM programs p JOIN program_counters c ON c.program_id = p.id WHERE p.id = $1""",
        program_id,
    )
    return Extent(rows=rows, rulebooks=rulebooks, now_us=us(now))


async def links(snapshot: Snapshot, program_id: UUID, rows: int) -> AsyncIterator[list[tuple[UUID, UUID]]]:
    """Pairs of members of whom one did something to the other, by referral, transfer, household or merge."""
    statement = """SELECT a.member_id, v.other FROM accounts a,
            LATERAL (VALUES (a.referrer), (a.household), (a.merged_into)) AS v(other)
        WHERE a.program_id = $1 AND v.other IS NOT NULL"""
    async for found in snapshot.stream(statement, program_id, size=LINKS_A_PORTION):
        yield [(member, other) for member, other in found]
    statement = """SELECT j.member_id, j.command FROM journal j
        WHERE j.program_id = $1 AND j.number <= $2 AND j.kind = ANY($3::smallint[])"""
    async for found in snapshot.stream(statement, program_id, rows, list(LINKING), size=LINKS_A_PORTION):
        yield [(member, other) for member, command in found for other in companions(decode_command(command))]


async def pools(reader: Reader, program_id: UUID) -> dict[str, int]:
    """How many codes each imported pool has."""
    rows = await reader.rows("SELECT pool, size FROM code_pools WHERE program_id = $1", program_id)
    return {f"pool/{pool}": size for pool, size in rows}


async def by_group(
    snapshot: Snapshot,
    program_id: UUID,
    rows: int,
    *,
    linked: Sequence[tuple[UUID, UUID]],
    share: int,
    shares: int,
    only: Sequence[UUID] | None,
) -> AsyncIterator[list[HistoricRow]]:
    """One share of the history, group by group, each in the order of the numbers, in portions.

    `linked` maps members of groups to the one that gives the group its name; everybody else is a group of their own.
    `only` these groups, where it is given.
    """
    statement = """SELECT coalesce(g.name, j.member_id) AS grp, j.number, j.id, j.member_id, j.decided_at, j.kind,
            j.command, j.change
        FROM journal j LEFT JOIN unnest($3::uuid[], $4::uuid[]) AS g(member, name) ON g.member = j.member_id
        WHERE j.program_id = $1 AND j.number <= $2
            AND (uuid_hash(coalesce(g.name, j.member_id)) & 2147483647) % $5 = $6
            AND ($7::uuid[] IS NULL OR coalesce(g.name, j.member_id) = ANY($7::uuid[]))
        ORDER BY grp, j.number"""
    members, names = [member for member, _ in linked], [name for _, name in linked]
    wanted = None if only is None else list(only)
    stream = snapshot.stream(statement, program_id, rows, members, names, shares, share, wanted, size=PORTION)
    async for found in stream:
        yield [_historic(values) for values in found]


def _historic(values: Sequence[Any]) -> HistoricRow:
    group, number, fact, member, decided, kind, command, change = values
    return HistoricRow(group, number, fact, member, us(decided), kind, command, change)
