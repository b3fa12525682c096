"""A share of the history is decided group by group: more members take no more memory."""

import tracemalloc
from collections.abc import AsyncIterator
from uuid import UUID

import pytest

from app.commands.backtest.deciding import Task, decide_share
from app.commands.backtest.jobs import Job
from app.engine.commands import Purchase
from app.repositories import backtesting
from tests.commands.shops import Process, Shop, opened, process
from tests.engine.builders import basket, rulebook

PURCHASES_EACH = 12


@pytest.fixture
async def worker(app_url: str) -> AsyncIterator[Process]:
    async with process(app_url) as running:
        yield running


async def grown(shop: Shop, members: list[UUID]) -> None:
    for _ in range(PURCHASES_EACH):
        await shop.together(*((member, Purchase(basket=basket(40, 2, 7))) for member in members))


async def peak_kb(url: str, shop: Shop) -> tuple[int, int]:
    """How many rows were decided, and the most memory that this took."""
    async with shop.process.database.glancing() as reader:
        extent = await backtesting.extent(reader, shop.program.id)
    task = Task(
        url=url,
        job=Job(program_id=shop.program.id, document=rulebook().model_dump_json(by_alias=True)),
        rows=extent.rows,
        rulebooks=extent.rulebooks,
        now_us=extent.now_us,
        linked=[],
        share=0,
        shares=1,
    )
    tracemalloc.start()
    try:
        share = await decide_share(task, lambda _rows: None)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert share.sums.purchases == len(shop.members) * PURCHASES_EACH
    return share.sums.rows, peak // 1024


async def test_memory_does_not_grow_with_the_history(
    worker: Process, app_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Small portions, so that a short history has many.
    monkeypatch.setattr(backtesting, "PORTION", 20)
    shop = await opened(worker, rulebook(), number_of_members=25)
    await grown(shop, shop.members)
    await peak_kb(app_url, shop)
    rows, small = await peak_kb(app_url, shop)
    more = [await shop.joined() for _ in range(100)]
    await grown(shop, more)
    all_rows, large = await peak_kb(app_url, shop)
    assert all_rows == 5 * rows
    assert large < small * 1.3
