"""Everything that a ledger can hold, through lanes and tables: every row folds, and decides again the same."""

from collections.abc import AsyncIterator

import pytest

from app.commands.audit.run import audit
from app.repositories import journal
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
    members = await live(shop)
    async with worker.database.glancing() as reader:
        rows = await journal.after(reader, shop.program.id, 0, 1000)
    heard = [(members.index(row.member), notice.kind) for row in rows for notice in row.change.notices]
    assert {(1, "expiring_soon"), (1, "tier_at_risk"), (1, "visit_overdue"), (3, "birthday")} <= set(heard)
    assert (0, "visit_overdue") not in heard
    report = await audit(worker.database, shop.program.id, silent)
    (program,) = report.programs
    assert program.findings == ()
    assert program.decided_again == program.rows
