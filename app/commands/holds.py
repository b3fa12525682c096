"""What has become of a hold."""

from uuid import UUID

from msgspec import Struct

from app.repositories import lives
from app.repositories.database import Database
from app.repositories.programs import Program


class HoldNow(Struct, frozen=True, kw_only=True):
    """Whose a hold is, and its state: active, captured, released, lapsed or merged."""

    member: UUID
    state: str


async def now(database: Database, program: Program, hold: UUID) -> HoldNow | None:
    """A hold at this instant: one whose time is over has lapsed, whether or not a background job has run."""
    async with database.glancing() as reader:
        found = await lives.hold(reader, program.id, hold)
    if found is None:
        return None
    state = found.ended or ("lapsed" if found.until_us <= found.now_us else "active")
    return HoldNow(member=found.member, state=state)
