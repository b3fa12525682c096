"""The worker of refunds that came too early: sends each once its purchase is in the journal."""

import asyncio
from typing import Final

import structlog

from app.commands.awaiting import send
from app.commands.lanes import Lanes
from app.commands.programs import Programs
from app.repositories import awaiting
from app.repositories.awaiting import Arrival
from app.repositories.database import Database
from app.workers.heartbeat import Heartbeat

PERIOD_S: Final = 1.0
ROUND_MAX: Final = 256

log = structlog.get_logger(__name__)


async def run(database: Database, lanes: Lanes, programs: Programs, heartbeat: Heartbeat) -> None:
    """Look for ever. An error ends the round, not the worker."""
    while True:
        try:
            await look(database, lanes, programs)
            heartbeat.beat()
        except Exception:
            log.exception("sending refunds that waited failed")
        await asyncio.sleep(PERIOD_S)


async def look(database: Database, lanes: Lanes, programs: Programs) -> int:
    """One round over all programmes; returns how many refunds it sent."""
    async with database.glancing() as reader:
        arrivals = await awaiting.arrived(reader, ROUND_MAX)
    await asyncio.gather(*(_send(database, lanes, programs, arrival) for arrival in arrivals))
    return len(arrivals)


async def _send(database: Database, lanes: Lanes, programs: Programs, arrival: Arrival) -> None:
    program = await programs.of(arrival.program_id)
    assert program is not None, "the journal's programme exists"
    answer = await send(database, lanes, program, arrival)
    log.info("a refund that waited was sent", refund=str(arrival.refund.id), answer=type(answer).__name__)
