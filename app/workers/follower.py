"""The follower: reads effects from the journal, in order, and carries each to its account exactly once."""

import asyncio
from typing import Final

import structlog

from app.commands.asks import Recorded, Unknown
from app.commands.effects import SYSTEM_SOURCE, carried
from app.commands.lanes import Lanes
from app.commands.programs import Programs
from app.engine.movements import Effect
from app.repositories import chores, journal
from app.repositories.database import Database
from app.repositories.journal import JournalRow
from app.repositories.programs import Program
from app.workers.heartbeat import Heartbeat

NAME: Final = "referrals"
PERIOD_S: Final = 1.0
ROUND_MAX: Final = 256

log = structlog.get_logger(__name__)


async def run(database: Database, lanes: Lanes, programs: Programs, heartbeat: Heartbeat) -> None:
    """Follow for ever: at once when a lane of this process recorded an effect, else every second."""
    while True:
        try:
            await follow(database, lanes, programs)
            heartbeat.beat()
        except Exception:
            log.exception("following failed")
        try:
            await asyncio.wait_for(lanes.effects.wait(), PERIOD_S)
        except TimeoutError:
            continue
        lanes.effects.clear()


async def follow(database: Database, lanes: Lanes, programs: Programs) -> int:
    """Carry over what has been recorded so far; returns the number of effects."""
    carried = 0
    async with database.glancing() as reader:
        behind = await chores.behind(reader, NAME)
    for program_id, number in behind:
        program = await programs.of(program_id)
        assert program is not None, "the journal's programme exists"
        async with database.glancing() as reader:
            rows = await journal.with_effects(reader, program_id, number, ROUND_MAX)
        for row in rows:
            for effect in row.change.effects:
                await _carry(lanes, program, row, effect)
                carried += 1
            async with database.transaction() as writer:
                await chores.advance(writer, program_id, NAME, row.number)
    return carried


class NotCarried(Exception):
    """An effect could not be recorded now; the next round tries again with the same key."""


async def _carry(lanes: Lanes, program: Program, row: JournalRow, effect: Effect) -> None:
    ask = carried(program.secret, row.id, effect)
    answer = await lanes.ask(program, SYSTEM_SOURCE, ask)
    if not isinstance(answer, Recorded | Unknown):
        raise NotCarried(f"{ask.key}: {answer}")
