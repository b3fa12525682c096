"""One backtest from end to end: a process a core, each with a share of the members; what they came to is added up."""

import asyncio
import os
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

from msgspec import Struct, json, msgpack

import app
from app.commands.backtest.deciding import Share, Task
from app.commands.backtest.groups import groups
from app.commands.backtest.jobs import Job, published, timeline_of
from app.commands.backtest.shelf import levels, run_out
from app.commands.backtest.sums import Sums
from app.engine.context import Timeline
from app.repositories import backtesting
from app.repositories.backtesting import Extent
from app.repositories.database import Database

ROOT: Final = Path(app.__file__).resolve().parents[1]
LINE_BYTES_MAX: Final = 2**28
# A process costs half a second to begin: not worth it for fewer rows.
ROWS_A_PROCESS_MIN: Final = 2_000

Progress = Callable[[int, int], None]


class Broken(Exception):
    """A process ended without its result; says what it wrote about that."""


class Done(Struct, frozen=True, kw_only=True):
    """What a backtest came to, over so many rows of the journal, with so many processes."""

    sums: Sums
    extent: Extent
    timeline: Timeline
    processes: int


class _Line(Struct):
    done: int
    share: Share | None = None


async def run(url: str, job: Job, progress: Progress, *, processes: int | None = None) -> Done:
    """Decide the programme's history again. Cancel the task to end it: its processes end at once.

    `progress` is told of rows done and rows in all. Raises Broken, and Interrupted when the database does not answer.
    """
    database = Database(url, connections=1)
    try:
        async with database.snapshot() as snapshot:
            extent = await backtesting.extent(snapshot, job.program_id)
            live = await published(snapshot, job.program_id, extent.rulebooks)
            sizes = await backtesting.pools(snapshot, job.program_id)
            linked = await groups(snapshot, job.program_id, extent.rows)
    finally:
        await database.close()
    cores = processes or len(os.sched_getaffinity(0))
    shares = max(1, min(cores, -(-extent.rows // ROWS_A_PROCESS_MIN)))
    tasks = [
        Task(
            url=url,
            job=job,
            rows=extent.rows,
            rulebooks=extent.rulebooks,
            now_us=extent.now_us,
            linked=linked,
            share=share,
            shares=shares,
        )
        for share in range(shares)
    ]
    first = await _together(tasks, progress, extent.rows)
    timeline = timeline_of(live, job)
    found = levels([share.taken for share in first])
    sums = Sums()
    for share in first:
        sums.add(share.sums)
    again = first
    if run_out(found, timeline, sizes):
        again = await _together([_once_more(*each, found) for each in zip(tasks, first, strict=True)], progress, 0)
        sums.rerun = sum(len(share.groups) for share in first)
    for share in again:
        sums.add(share.limited)
    return Done(sums=sums, extent=extent, timeline=timeline, processes=shares)


def _once_more(task: Task, share: Share, found: dict[str, list[int]]) -> Task:
    """The groups of a share that asked for what is shared, now that it is known what the others take."""
    fields = {name: getattr(task, name) for name in Task.__struct_fields__}
    return Task(**fields | {"only": share.groups, "levels": found})


async def _together(tasks: list[Task], progress: Progress, rows: int) -> list[Share]:
    """Every task in a process of its own. The first that fails ends all of them."""
    done = [0] * len(tasks)

    def tell(place: int, so_far: int) -> None:
        done[place] = so_far
        if rows:
            progress(sum(done), rows)

    work = [asyncio.create_task(_in_process(task, partial(tell, place))) for place, task in enumerate(tasks)]
    try:
        return await asyncio.gather(*work)
    finally:
        for each in work:
            each.cancel()
        await asyncio.gather(*work, return_exceptions=True)


async def _in_process(task: Task, tell: Callable[[int], None]) -> Share:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "app.commands.backtest.worker",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        limit=LINE_BYTES_MAX,
        cwd=ROOT,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    assert process.stderr is not None
    complaints = asyncio.create_task(process.stderr.read())
    share: Share | None = None
    try:
        process.stdin.write(msgpack.encode(task))
        await process.stdin.drain()
        process.stdin.close()
        while text := await process.stdout.readline():
            line = json.decode(text, type=_Line)
            share = line.share
            tell(line.done)
        await process.wait()
    except (BrokenPipeError, ConnectionResetError):
        share = None
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
        said = await complaints
    if share is None:
        raise Broken(said.decode(errors="replace")[-2000:])
    return share
