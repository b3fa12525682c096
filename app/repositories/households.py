"""Who shares which wallet."""

from uuid import UUID

from app.repositories.database import Reader


async def is_household(reader: Reader, program_id: UUID, member_id: UUID) -> bool:
    """Whether an account is a shared wallet."""
    statement = "SELECT 1 FROM members WHERE program_id = $1 AND id = $2 AND kind = 'household'"
    return bool(await reader.rows(statement, program_id, member_id))


async def sharing(reader: Reader, program_id: UUID, household: UUID) -> tuple[UUID, ...]:
    """The members who share a wallet."""
    statement = "SELECT member_id FROM accounts WHERE program_id = $1 AND household = $2 ORDER BY member_id"
    return tuple(member for (member,) in await reader.rows(statement, program_id, household))
