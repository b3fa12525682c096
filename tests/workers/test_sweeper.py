"""The sweeper: what falls due is recorded although nobody asks, once, and callers go first."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from app.cli.cluster import Urls
from app.commands.programs import Programs
from app.engine.commands import Purchase, Redemption
from app.repositories import journal
from app.workers.sweeper import sweep
from tests.commands.shops import Shop, opened, process
from tests.engine.builders import basket, rulebook, tiers

EARNED = datetime(2025, 1, 10, 12, tzinfo=UTC)
AT_RISK = datetime(2025, 3, 2, 12, tzinfo=UTC)
EXPIRED = datetime(2025, 2, 20, 12, tzinfo=UTC)


@pytest.fixture
async def shop(database: Urls) -> AsyncIterator[Shop]:
    async with process(database.app) as working:
        expiring = rulebook(expiry={"kind": "rolling", "months": 1})
        yield await opened(working, expiring, number_of_members=3, test_now=EARNED)


async def swept(shop: Shop) -> int:
    return await sweep(shop.process.database, shop.process.lanes, Programs(shop.process.database))


async def kinds(shop: Shop, member_index: int = 0) -> list[tuple[str, int, datetime]]:
    entries = await shop.process.reading.entries(shop.program, shop.members[member_index], "", before=None, limit=10)
    return [(e.kind, e.points, datetime.fromtimestamp(e.booked_us / 1_000_000, UTC)) for e in entries]


async def test_points_expire_although_nobody_asks(shop: Shop) -> None:
    bought = await shop.must(shop.members[0], Purchase(basket=basket(50_000)))
    points = bought.row.change.points
    await shop.clock(EXPIRED)
    assert await swept(shop) == 1
    assert await kinds(shop) == [("expiry", -points, EXPIRED), ("accrual", points, EARNED)]


async def test_a_second_sweep_finds_nothing(shop: Shop) -> None:
    await shop.must(shop.members[0], Purchase(basket=basket(50_000)))
    await shop.clock(EXPIRED)
    assert [await swept(shop), await swept(shop)] == [1, 0]


async def test_word_is_given_although_nobody_asks_and_found_anew_after_every_visit(database: Urls) -> None:
    async with process(database.app) as working:
        telling = rulebook(visit_overdue_days=30, tiers={**tiers(100, window=1, review=2), "notice_days": 10})
        shop = await opened(working, telling, number_of_members=1, test_now=EARNED)
        await shop.must(shop.members[0], Purchase(basket=basket(100)))
        await shop.clock(datetime(2025, 1, 20, 12, tzinfo=UTC))
        await shop.must(shop.members[0], Purchase(basket=basket(10)))
        found = []
        for day in (datetime(2025, 2, 9, 12, tzinfo=UTC), datetime(2025, 2, 20, 12, tzinfo=UTC), AT_RISK):
            await shop.clock(day)
            await swept(shop)
            async with working.database.glancing() as reader:
                rows = await journal.after(reader, shop.program.id, 0, 100)
            found.append([notice.kind for row in rows for notice in row.change.notices])
        assert found == [[], ["visit_overdue"], ["visit_overdue", "tier_at_risk"]]


async def test_two_sweepers_at_once_record_it_once(shop: Shop, database: Urls) -> None:
    for member in shop.members:
        await shop.must(member, Purchase(basket=basket(50_000)))
    await shop.clock(EXPIRED)
    async with process(database.app) as other:
        await asyncio.gather(swept(shop), sweep(other.database, other.lanes, Programs(other.database)))
    assert [len(await kinds(shop, index)) for index in range(3)] == [2, 2, 2]


async def test_an_account_on_which_nothing_is_due_is_armed_anew_and_leaves_no_trace(shop: Shop) -> None:
    await shop.must(shop.members[0], Purchase(basket=basket(50_000)))
    await shop.must(shop.members[0], Redemption(points=50_000))
    await shop.clock(EXPIRED)
    assert [await swept(shop), await swept(shop)] == [1, 0]
    assert await kinds(shop) == [("redemption", -50_000, EARNED), ("accrual", 50_000, EARNED)]
