"""The counter: carries the projection on, in free moments."""

import asyncio
from typing import Final

import structlog

from app.commands.lanes import Lanes
from app.commands.programs import Programs
from app.commands.totals.projection import advance
from app.repositories import totals
from app.repositories.database import Database
from app.repositories.programs import Program
from app.workers.heartbeat import Heartbeat

PERIOD_S: Final = 2.0
ROUNDS_MAX: Final = 64

log = structlog.get_logger(__name__)


async def run(database: Database, lanes: Lanes, programs: Programs, heartbeat: Heartbeat) -> None:
    """Count for ever. An error ends the round, not the worker."""
    while True:
        try:
            await count(database, lanes, programs)
            heartbeat.beat()
        except Exception:
            log.exception("counting failed")
        await asyncio.sleep(PERIOD_S)


async def count(database: Database, lanes: Lanes, programs: Programs) -> None:
    """One round over all programmes that are behind.

    Callers go first: while commands wait in the lanes, nothing is counted; whoever asks for totals catches up.
    """
    if lanes.waiting:
        return
    async with database.glancing() as reader:
        behind = await totals.behind(reader)
    for program_id in behind:
        program = await programs.of(program_id)
        assert program is not None, "the journal's programme exists"
        await _carry_on(database, lanes, program)


async def _carry_on(database: Database, lanes: Lanes, program: Program) -> None:
    """A programme's next rows, as long as there are any and nobody waits."""
    number = -1
    for _ in range(ROUNDS_MAX):
        reached = await advance(database, program)
        if reached == number or lanes.waiting:
            return
        number = reached
