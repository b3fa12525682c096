"""The counter: every row of the journal is counted exactly once, whoever counts, and the audit checks the sum."""

import asyncio
from collections.abc import AsyncIterator

import asyncpg
import pytest

from app.cli.cluster import Urls
from app.commands.audit.run import audit
from app.commands.programs import Programs
from app.commands.totals.projection import Behind, _count, advance, catch_up
from app.engine.commands import Purchase, Redemption
from app.repositories import totals
from app.repositories.database import Interrupted
from app.workers.counter import count
from tests.commands.shops import Shop, opened, process
from tests.engine.builders import basket


@pytest.fixture
async def shop(database: Urls) -> AsyncIterator[Shop]:
    async with process(database.app) as working:
        yield await opened(working, number_of_members=3)


async def buy(shop: Shop, times: int) -> None:
    for _ in range(times):
        await shop.together(*((member, Purchase(basket=basket(100))) for member in shop.members))


async def counted(shop: Shop) -> int:
    async with shop.process.database.glancing() as reader:
        return sum((await totals.everything(reader, shop.program.id)).values())


async def test_the_counter_counts_what_was_recorded_and_then_nothing(shop: Shop) -> None:
    await buy(shop, 2)
    for _ in range(2):
        await count(shop.process.database, shop.process.lanes, Programs(shop.process.database))
        assert await counted(shop) == sum([await shop.balance(member) for member in shop.members])
    async with shop.process.database.glancing() as reader:
        head = await totals.head(reader, shop.program.id)
    assert (head.number, head.journal) == (9, 9)


async def test_many_who_count_at_once_count_every_row_once(shop: Shop) -> None:
    await buy(shop, 3)
    database = shop.process.database
    await asyncio.gather(*(catch_up(database, shop.program) for _ in range(4)), buy(shop, 2))
    await catch_up(database, shop.program)
    assert await counted(shop) == sum([await shop.balance(member) for member in shop.members])


async def died(shop: Shop) -> None:
    """Count, and die before the commit."""
    async with shop.process.database.transaction() as writer:
        await _count(writer, shop.program, await totals.lock(writer, shop.program.id))
        raise ConnectionAbortedError


async def test_who_died_before_the_commit_has_counted_nothing(shop: Shop) -> None:
    await buy(shop, 1)
    with pytest.raises(Interrupted):
        await died(shop)
    assert await counted(shop) == 0
    await advance(shop.process.database, shop.program)
    assert await counted(shop) == sum([await shop.balance(member) for member in shop.members])


async def test_who_has_no_patience_is_told_that_the_totals_are_behind(shop: Shop) -> None:
    await buy(shop, 1)
    with pytest.raises(Behind):
        await catch_up(shop.process.database, shop.program, patience_s=-1)
    await catch_up(shop.process.database, shop.program)
    await catch_up(shop.process.database, shop.program, patience_s=-1)


async def test_the_audit_finds_totals_that_differ_from_the_entries(shop: Shop, database: Urls) -> None:
    await buy(shop, 1)
    await catch_up(shop.process.database, shop.program)
    await shop.must(shop.members[0], Redemption(points=50))

    async def failures() -> dict[str, int]:
        (program,) = (await audit(shop.process.database, shop.program.id, lambda *_: None)).programs
        return program.failures

    assert await failures() == {}
    owner = await asyncpg.connect(database.owner.replace("+asyncpg", ""))
    try:
        await owner.execute("UPDATE daily_totals SET points = points + 1")
    finally:
        await owner.close()
    assert await failures() == {"days": 1}
