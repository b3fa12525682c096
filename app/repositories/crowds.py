"""Many members at a time: in the order of their ids, or as a sample of all."""

from uuid import UUID

from app.repositories.database import Reader

_MEMBERS = "a.program_id = $1 AND a.enrolled_at IS NOT NULL AND a.merged_into IS NULL"


async def after(reader: Reader, program_id: UUID, member: UUID | None, *, limit: int) -> list[UUID]:
    """The next members in the order of their ids."""
    statement = f"""SELECT a.member_id FROM accounts a WHERE {_MEMBERS} AND ($2::uuid IS NULL OR a.member_id > $2)
        ORDER BY a.member_id LIMIT $3"""
    return [found for (found,) in await reader.rows(statement, program_id, member, limit)]


async def count(reader: Reader, program_id: UUID) -> int:
    """How many members there are."""
    found: int
    (found,) = await reader.row(f"SELECT count(*) FROM accounts a WHERE {_MEMBERS}", program_id)
    return found


async def sample(reader: Reader, program_id: UUID, *, size: int) -> list[UUID]:
    """Some of the members, the same ones each time: nobody can choose who is among them."""
    statement = f"SELECT a.member_id FROM accounts a WHERE {_MEMBERS} ORDER BY md5(a.member_id::text) LIMIT $2"
    return sorted(found for (found,) in await reader.rows(statement, program_id, size))


async def head(reader: Reader, program_id: UUID) -> int:
    """The number of the journal's last row."""
    found: int
    (found,) = await reader.row("SELECT number FROM program_counters WHERE program_id = $1", program_id)
    return found
