"""Keys that are refused in advance: of a request and its cancellation exactly one has its way."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from app.repositories.database import Reader, Writer


async def refuse(writer: Writer, program_id: UUID, fact: UUID, *, not_after: datetime | None, at: datetime) -> bool:
    """Refuse the request that would record this fact, should it still arrive. False: the fact is recorded.

    Whoever records a batch bumps the programme's counter before its rows and looks for refused keys after that. So
    whoever of the two comes second to the counter, which this locks, sees what the first has done.
    """
    await writer.rows("SELECT number FROM program_counters WHERE program_id = $1 FOR UPDATE", program_id)
    if await writer.rows("SELECT 1 FROM journal WHERE program_id = $1 AND id = $2", program_id, fact):
        return False
    made = await writer.rows(
        """INSERT INTO cancelled_keys (program_id, fact_id, not_after, created_at) VALUES ($1, $2, $3, $4)
        ON CONFLICT DO NOTHING RETURNING fact_id""",
        program_id,
        fact,
        not_after,
        at,
    )
    await writer.write(
        "UPDATE program_counters SET cancelled = cancelled + $2 WHERE program_id = $1", program_id, len(made)
    )
    return True


async def among(reader: Reader, program_id: UUID, facts: Sequence[UUID]) -> frozenset[UUID]:
    """Those of these facts that were refused in advance."""
    statement = "SELECT fact_id FROM cancelled_keys WHERE program_id = $1 AND fact_id = ANY($2::uuid[])"
    return frozenset(fact for (fact,) in await reader.rows(statement, program_id, list(facts)))
