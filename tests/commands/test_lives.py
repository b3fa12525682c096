"""Everything that a ledger can hold, through lanes and tables: every row folds, and decides again the same."""

from collections.abc import AsyncIterator

import pytest

from app.commands.audit.run import audit
from tests.commands.lives import START, everything, live
from tests.commands.shops import Process, opened, process


def silent(stage: str, done: int, total: int) -> None:
    assert 0 <= done <= total, stage


@pytest.fixture
async def worker(app_url: str) -> AsyncIterator[Process]:
    async with process(app_url) as running:
        yield running


async def test_a_life_of_everything_is_clean(worker: Process) -> None:
    shop = await opened(worker, everything(), test_now=START)
    await live(shop)
    report = await audit(worker.database, shop.program.id, silent)
    (program,) = report.programs
    assert program.findings == ()
    assert program.decided_again == program.rows
