"""Backtests that the service keeps: asked for, carried out one at a time, cancelled."""

import asyncio
import contextlib
import json
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

import structlog
from msgspec import Struct

from app.commands.backtest.jobs import Job
from app.commands.backtest.report import Worth, report
from app.commands.backtest.run import Broken, Done, run
from app.commands.identities import new_id
from app.commands.programs import Programs
from app.commands.requests import Request, claim, made_before
from app.engine.calendar import day_start_us, local_day
from app.engine.rulebook.document import Rulebook
from app.repositories import backtests, programs, valuations
from app.repositories.backtests import Backtest
from app.repositories.database import Database, Interrupted, Reader
from app.repositories.keys import Caller
from app.repositories.programs import Program

OPEN_MAX: Final = 10
BEAT_S: Final = 1.0
# One that has not been heard of for so long has lost its process.
SILENCE: Final = timedelta(seconds=60)

log = structlog.get_logger(__name__)


class Wanted(Struct, frozen=True, kw_only=True):
    """A backtest to be: a checked rulebook, the first local day on which it holds, and what a point costs."""

    name: str
    document: Rulebook
    from_day: date | None
    numerator: int | None
    denominator: int | None


class Made(Struct, frozen=True, kw_only=True):
    """A backtest, and whether the same request had asked for it before."""

    backtest: Backtest
    replayed: bool


class TooMany(Exception):
    """So many of the programme's wait or run already."""


class _Unwanted(Exception):
    """It was cancelled, or another process has taken it over."""


async def ask(database: Database, caller: Caller, request: Request, wanted: Wanted) -> Made:
    """Ask for a backtest. Raises KeyReused and TooMany."""
    program = caller.program
    async with database.transaction() as writer:
        await programs.lock(writer, program.id)
        before = await made_before(writer, request)
        if before is not None:
            known = await backtests.by_id(writer, program.id, UUID(before))
            assert known is not None, "backtests are kept"
            return Made(backtest=known, replayed=True)
        if await backtests.open_ones(writer, program.id) >= OPEN_MAX:
            raise TooMany
        now = await programs.clock(writer)
        asked = Backtest(
            id=new_id(now),
            name=wanted.name,
            from_day=wanted.from_day,
            numerator=wanted.numerator,
            denominator=wanted.denominator,
            state="queued",
            done=0,
            rows=0,
            requested_at=now,
            requested_by=caller.key,
        )
        await backtests.insert(writer, program.id, asked, wanted.document.model_dump_json(by_alias=True))
        await claim(writer, request, str(asked.id), now)
    return Made(backtest=asked, replayed=False)


async def cancel(database: Database, program: Program, backtest: UUID) -> Backtest | None:
    """Nobody waits for it any more; one that has ended stays as it is. None: there is no such backtest."""
    async with database.transaction() as writer:
        await backtests.cancel(writer, program.id, backtest, await programs.clock(writer))
        return await backtests.by_id(writer, program.id, backtest)


async def carry_out(database: Database, known: Programs) -> bool:
    """Take the oldest that waits, if any does, and carry it out; whether there was one."""
    async with database.glancing() as reader:
        now = await programs.clock(reader)
        found = await backtests.waiting(reader, now - SILENCE, 1)
    for program_id, backtest in found:
        program = await known.of(program_id)
        assert program is not None, "the backtest's programme exists"
        async with database.transaction() as writer:
            taken = await backtests.begin(writer, program_id, backtest, now - SILENCE, now)
            worth = await _worth(writer, program, now)
        if taken is not None:
            document, from_day, numerator, denominator = taken
            if numerator is not None and denominator is not None:
                worth = {**worth, "": (numerator, denominator)}
            from_us = None if from_day is None else day_start_us(from_day.toordinal(), program.zone)
            job = Job(program_id=program_id, document=document, from_us=from_us)
            await _carry_out(database, program, backtest, job, worth)
    return bool(found)


async def _carry_out(database: Database, program: Program, backtest: UUID, job: Job, worth: Worth) -> None:
    at = [0, 0]

    def progress(done: int, rows: int) -> None:
        at[:] = done, rows

    work = asyncio.create_task(run(database.url, job, progress))
    told: str | None = None
    failure: str | None = None
    try:
        done = await _beating(database, program.id, backtest, work, at)
        told = json.dumps(await asyncio.to_thread(report, done, program, worth, job.from_us), ensure_ascii=False)
    except _Unwanted:
        return
    except Broken as error:
        log.exception("a backtest broke off", said=str(error))
        failure = "A process broke off."
    except Interrupted:
        failure = "The database did not answer."
    finally:
        work.cancel()
        with contextlib.suppress(asyncio.CancelledError, Broken, Interrupted):
            await work
    async with database.transaction() as writer:
        now = await programs.clock(writer)
        await backtests.finish(writer, program.id, backtest, now, report=told, failure=failure)


async def _beating(
    database: Database, program_id: UUID, backtest: UUID, work: "asyncio.Task[Done]", at: list[int]
) -> Done:
    """Say how far it is until it is done. Raises _Unwanted when nobody wants it any more, and what the work raises."""
    while True:
        ended, _ = await asyncio.wait({work}, timeout=BEAT_S)
        async with database.transaction() as writer:
            wanted = await backtests.beat(writer, program_id, backtest, at[0], at[1], await programs.clock(writer))
        if not wanted:
            raise _Unwanted
        if ended:
            return work.result()


async def _worth(reader: Reader, program: Program, now: datetime) -> Worth:
    """What points are held to be worth today."""
    today = local_day(int(now.timestamp()) * 1_000_000, program.zone)
    valued = await valuations.in_force(reader, program.id, today)
    return {wallet: (each.numerator, each.denominator) for wallet, each in valued.items()}
