"""The sweeper: lets time pass for accounts on which something falls due and which nobody asks about."""

import asyncio
from typing import Final

import structlog

from app.commands.asks import Ask, Recorded
from app.commands.lanes import Lanes
from app.commands.programs import Programs
from app.engine.commands import LetTimePass
from app.repositories import chores
from app.repositories.chores import Due
from app.repositories.database import Database
from app.workers.heartbeat import Heartbeat

SYSTEM_SOURCE: Final = 0
PERIOD_S: Final = 1.0
ROUND_MAX: Final = 256
# An account with ten lots that expire costs as much as a few purchases.
PORTION: Final = 6

log = structlog.get_logger(__name__)


async def run(database: Database, lanes: Lanes, programs: Programs, heartbeat: Heartbeat) -> None:
    """Sweep for ever. An error ends the round, not the worker."""
    while True:
        swept = 0
        try:
            swept = await sweep(database, lanes, programs)
            heartbeat.beat()
        except Exception:
            log.exception("sweep failed")
        if swept < ROUND_MAX:
            await asyncio.sleep(PERIOD_S)


async def sweep(database: Database, lanes: Lanes, programs: Programs) -> int:
    """One round over all programmes; returns how many accounts it looked at.

    They go to the lanes a few at a time: whoever comes meanwhile waits a few milliseconds for them, and rides along
    with the next. So a million lots may expire while the tills are busy, and neither keeps the other from going on.
    """
    async with database.glancing() as reader:
        due = await chores.due(reader, ROUND_MAX)
    settled = 0
    for first in range(0, len(due), PORTION):
        portion = due[first : first + PORTION]
        answers = await asyncio.gather(*(_let_time_pass(lanes, programs, each) for each in portion))
        settled += sum(isinstance(answer, Recorded) for answer in answers)
    if settled:
        log.info("time passed", accounts=settled)
    return len(due)


async def _let_time_pass(lanes: Lanes, programs: Programs, due: Due) -> object:
    program = await programs.of(due.program_id)
    assert program is not None, "the account's programme exists"
    # What is recorded moves due_us on, so the key is used once; what changes nothing leaves no trace.
    key = f"time:{due.member}:{due.due_us}"
    ask = Ask(member=due.member, command=LetTimePass(), key=key)
    return await lanes.ask(program, SYSTEM_SOURCE, ask)
