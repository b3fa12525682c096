"""What the workers look for: accounts that are due, and effects that nobody has carried over yet."""

from collections.abc import Sequence
from uuid import UUID

from msgspec import Struct

from app.repositories.database import Reader, Writer
from app.repositories.instants import us


class Due(Struct, frozen=True, kw_only=True):
    """An account for which something falls due, by its programme's clock."""

    program_id: UUID
    member: UUID
    due_us: int


async def due(reader: Reader, limit: int) -> Sequence[Due]:
    """Accounts whose time has come, at most `limit` of each programme, the longest waiting first."""
    statement = """SELECT p.id, d.member_id, d.due_at FROM programs p CROSS JOIN LATERAL (
            SELECT a.member_id, a.due_at FROM accounts a
            WHERE a.program_id = p.id AND a.due_at <= coalesce(p.test_now, statement_timestamp())
            ORDER BY a.due_at LIMIT $1) d
        ORDER BY d.due_at"""
    return [
        Due(program_id=program_id, member=member, due_us=us(due_at))
        for program_id, member, due_at in await reader.rows(statement, limit)
    ]


async def behind(reader: Reader, follower: str) -> Sequence[tuple[UUID, int]]:
    """Programmes with effects that this follower has not carried over, and how far it has come."""
    statement = """SELECT p.id, coalesce(f.number, 0) FROM programs p
        LEFT JOIN followers f ON f.program_id = p.id AND f.name = $1
        WHERE EXISTS (SELECT FROM journal j WHERE j.program_id = p.id AND j.has_effects
            AND j.number > coalesce(f.number, 0))
        ORDER BY p.id"""
    return [(program_id, number) for program_id, number in await reader.rows(statement, follower)]


async def advance(writer: Writer, program_id: UUID, follower: str, number: int) -> None:
    """The follower has carried over everything up to this journal row; it never goes back."""
    await writer.write(
        """INSERT INTO followers (program_id, name, number) VALUES ($1, $2, $3)
        ON CONFLICT (program_id, name) DO UPDATE
            SET number = greatest(followers.number, excluded.number)""",
        program_id,
        follower,
        number,
    )
