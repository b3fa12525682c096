"""The languages that members read."""

from collections.abc import Sequence
from uuid import UUID

from app.repositories.database import Reader


async def of_members(reader: Reader, program_id: UUID, members: Sequence[UUID]) -> dict[UUID, str]:
    """Of several members; those who are unknown are absent."""
    rows = await reader.rows(
        "SELECT m.id, m.language FROM members m WHERE m.program_id = $1 AND m.id = ANY($2::uuid[])",
        program_id,
        list(members),
    )
    return dict(tuple(row) for row in rows)
