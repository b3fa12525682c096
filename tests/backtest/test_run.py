"""Whole backtests, in processes of their own, over histories small enough to be checked by hand."""

from collections.abc import AsyncIterator

import pytest
from msgspec.structs import replace

from app.commands.backtest import run as backtest
from app.commands.backtest.jobs import Job
from app.commands.backtest.run import Done
from app.commands.backtest.sums import Side
from app.commands.programs import Programs
from app.engine.rulebook.document import Rulebook
from app.workers.follower import follow
from tests.commands.lives import START, everything, live
from tests.commands.shops import Process, Shop, opened, process


@pytest.fixture
async def worker(app_url: str) -> AsyncIterator[Process]:
    async with process(app_url) as running:
        yield running


def silent(done: int, of: int) -> None:
    assert 0 <= done <= of


async def backtested(url: str, shop: Shop, document: Rulebook | None, from_us: int | None = None) -> Done:
    text = None if document is None else document.model_dump_json(by_alias=True)
    return await backtest.run(url, Job(program_id=shop.program.id, document=text, from_us=from_us), silent)


def shown(side: Side) -> Side:
    return replace(side, months={month: dict(sorted(parts.items())) for month, parts in sorted(side.months.items())})


async def test_the_rulebook_that_was_live_changes_nothing(worker: Process, app_url: str) -> None:
    shop = await opened(worker, everything(), test_now=START)
    await live(shop)
    await follow(shop.process.database, shop.process.lanes, Programs(shop.process.database))
    for document in (None, everything()):
        done = await backtested(app_url, shop, document)
        sums = done.sums
        assert sums.refusals == {}
        assert shown(sums.now) == shown(sums.was)
        assert (sums.winners, sums.losers, sums.tier_changes, set(sums.differences)) == ([], [], {}, {0})
