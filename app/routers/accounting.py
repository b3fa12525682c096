"""What the routes for accountants have in common: the programme's day, and totals that are up to date."""

from typing import Final

from app.commands.programs import now_of
from app.commands.totals.projection import Behind, catch_up
from app.engine.calendar import local_day
from app.repositories import programs
from app.repositories.instants import us
from app.repositories.keys import Caller
from app.repositories.programs import Program
from app.repositories.totals import Head
from app.routers import queries
from app.routers.handles import Handles
from app.routers.problems import Rejected

RETRY_AFTER_S: Final = 2


async def today(kept: Handles, program: Program) -> int:
    """The programme's local day."""
    async with kept.database.glancing() as reader:
        listed = await programs.by_id(reader, program.id)
        assert listed is not None, "the programme exists whose credential asks"
        now = await now_of(reader, listed.standing.test_now)
    return local_day(us(now), program.zone)


def not_to_come(today: int, **days: int) -> None:
    """Days that are still to come cannot be answered for; the names are those of the parameters."""
    for name, day in days.items():
        if day > today:
            raise queries.fault("out_of_range", name)


async def counted(kept: Handles, caller: Caller) -> Head:
    """Let the totals catch up with the journal, or send the caller away for a moment."""
    try:
        return await catch_up(kept.database, caller.program)
    except Behind:
        raise Rejected("totals_behind", headers={"retry-after": str(RETRY_AFTER_S)}) from None
