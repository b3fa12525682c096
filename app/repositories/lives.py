"""What has become of facts since they were recorded."""

from datetime import datetime
from uuid import UUID

from msgspec import Struct

from app.repositories.database import Reader
from app.repositories.instants import us


class HoldRow(Struct, frozen=True, kw_only=True):
    """A hold as it stands: whose it is, until when, and how it ended (None: it is active)."""

    member: UUID
    until_us: int
    ended: str | None
    now_us: int


async def hold(reader: Reader, program_id: UUID, fact: UUID) -> HoldRow | None:
    """A hold, with the programme's clock."""
    statement = """SELECT h.member_id, h.until_at, h.ended, coalesce(p.test_now, clock_timestamp())
        FROM holds h JOIN programs p ON p.id = h.program_id WHERE h.program_id = $1 AND h.hold = $2"""
    rows = await reader.rows(statement, program_id, fact)
    if not rows:
        return None
    member, until_at, ended, now = rows[0]
    return HoldRow(member=member, until_us=us(until_at), ended=ended, now_us=us(now))


async def ended_by(reader: Reader, program_id: UUID, fact: UUID) -> tuple[int, ...]:
    """The kinds of what has ended a fact, oldest first."""
    statement = """SELECT j.kind FROM reversals r
        JOIN journal j ON j.program_id = r.program_id AND j.id = r.reversed_by
        WHERE r.program_id = $1 AND r.fact_id = $2 ORDER BY j.number"""
    return tuple(kind for (kind,) in await reader.rows(statement, program_id, fact))


async def clock(reader: Reader, program_id: UUID) -> tuple[int, int]:
    """The programme's clock, and how many rulebooks it has published."""
    now: datetime
    now, versions = await reader.row(
        "SELECT coalesce(test_now, clock_timestamp()), rulebook_version FROM programs WHERE id = $1", program_id
    )
    return us(now), versions
