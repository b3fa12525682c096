"""The keeper: carries on what people asked of rulebooks and need not wait for.

Corrections, drafts in shadow, and word of birthdays, which the days bring.
"""

import asyncio
from typing import Final
from uuid import UUID

import structlog

from app.commands import birthdays as celebrating
from app.commands import corrections as correcting
from app.commands import shadows as shadowing
from app.commands.lanes import Lanes
from app.commands.programs import Programs
from app.commands.timelines import Timelines
from app.engine.calendar import local_day
from app.repositories import birthdays, corrections, shadows
from app.repositories.database import Database
from app.repositories.programs import Program
from app.workers.heartbeat import Heartbeat

PERIOD_S: Final = 1.0
STEPS_MAX: Final = 32

log = structlog.get_logger(__name__)


async def run(database: Database, lanes: Lanes, programs: Programs, heartbeat: Heartbeat) -> None:
    """Carry on for ever. An error ends the round, not the worker."""
    timelines = Timelines()
    while True:
        try:
            await carry_on(database, lanes, programs, timelines)
            heartbeat.beat()
        except Exception:
            log.exception("carrying on with rulebooks failed")
        await asyncio.sleep(PERIOD_S)


async def carry_on(database: Database, lanes: Lanes, programs: Programs, timelines: Timelines) -> None:
    """One round over everything that is under way. Callers go first: while commands wait, nothing is done."""
    async with database.glancing() as reader:
        waiting = await corrections.waiting(reader)
        following = await shadows.running(reader)
        wanting = await birthdays.wanting(reader)
    for program_id, correction, state in waiting:
        program = await programs.of(program_id)
        assert program is not None, "the correction's programme exists"
        for _ in range(STEPS_MAX):
            if lanes.waiting or not await _step(database, lanes, timelines, program, correction, state):
                break
    for program_id, shadow in following:
        program = await programs.of(program_id)
        assert program is not None, "the draft's programme exists"
        for _ in range(STEPS_MAX):
            if lanes.waiting or not await shadowing.follow(database, timelines, program, shadow):
                break
    for each in wanting:
        program = await programs.of(each.program_id)
        assert program is not None, "the programme exists"
        if each.told_day != local_day(each.now_us, program.zone):
            await celebrating.tell(database, lanes, timelines, program, each)


async def _step(
    database: Database, lanes: Lanes, timelines: Timelines, program: Program, correction: UUID, state: str
) -> bool:
    if state == "checking":
        return await correcting.check(database, timelines, program, correction)
    return await correcting.apply(database, lanes, program, correction)
