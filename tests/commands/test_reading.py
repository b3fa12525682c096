"""Reads: a quote is what a commit would do, a read after a write sees it, and time changes answers without a write."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from app.commands.asks import Recorded, Unknown
from app.commands.progress import holding
from app.commands.reading import NO_FACT, Quote
from app.engine.change import Change
from app.engine.commands import Command, LetTimePass, Purchase, Redemption, RedemptionCancel, Refund
from app.engine.refusals import Refusal
from app.engine.rulebook.document import Rulebook
from app.repositories.database import Database, Interrupted
from tests.commands.shops import Process, Shop, opened, process
from tests.engine.builders import basket, rulebook, tiers

START = datetime(2026, 1, 10, 2, tzinfo=UTC)
BOOK = rulebook(expiry={"kind": "rolling", "months": 1}, tiers=tiers(100, window=2, review=2))


GIVES = rulebook(
    rewards=[{"id": "latte", "title": {"en": "A latte"}, "cost_points": 100, "kind": "item"}],
    challenges=[
        {
            "id": "stamps",
            "title": {"en": "Stamps"},
            "goals": [{"id": "visits", "measure": {"kind": "count"}, "target": 1}],
            "prize": {"gift": "latte"},
        }
    ],
)


@pytest.fixture
async def worker(app_url: str) -> AsyncIterator[Process]:
    async with process(app_url) as running:
        yield running


def anonymous(change: Change) -> Change:
    """The change without the id that only a commit gives."""
    return replace(change, new_lots=tuple(replace(lot, fact=NO_FACT) for lot in change.new_lots))


async def quoted_then_done(shop: Shop, command: Command) -> Recorded | Refusal:
    """Quote a command, carry it out, and compare."""
    member = shop.members[0]
    quote = await shop.process.reading.quote(shop.program, member, command)
    answer = await shop.ask(member, command)
    if isinstance(answer, Refusal):
        assert quote == answer
        return answer
    assert isinstance(quote, Quote)
    assert isinstance(answer, Recorded)
    assert quote.change == anonymous(answer.row.change)
    return answer


async def test_quote_is_commit(worker: Process) -> None:
    shop = await opened(worker, BOOK, test_now=START)
    bought = await quoted_then_done(shop, Purchase(basket=basket(100, 20)))
    redeemed = await quoted_then_done(shop, Redemption(points=50))
    await shop.clock(START + timedelta(days=20))
    await quoted_then_done(shop, Purchase(basket=basket(60, points=30)))
    assert isinstance(bought, Recorded)
    assert isinstance(redeemed, Recorded)
    await quoted_then_done(shop, RedemptionCancel(redemption=redeemed.row.id))
    await shop.clock(START + timedelta(days=40))
    await quoted_then_done(shop, Refund(purchase=bought.row.id))
    late = int((START + timedelta(days=15)).timestamp()) * 1_000_000
    await quoted_then_done(shop, Purchase(basket=basket(5), occurred_us=late))
    assert isinstance(await quoted_then_done(shop, Redemption(points=10**6)), Refusal)
    await shop.clock(START + timedelta(days=200))
    await quoted_then_done(shop, LetTimePass())


async def test_quote_writes_nothing(worker: Process) -> None:
    shop = await opened(worker)
    for _ in range(3):
        await worker.reading.quote(shop.program, shop.members[0], Purchase(basket=basket(100)))
    recorded = await shop.must(shop.members[0], Purchase(basket=basket(1)))
    assert recorded.row.number == 2
    assert await shop.balance(shop.members[0]) == 1


async def test_read_after_write_sees_it(worker: Process) -> None:
    shop = await opened(worker, number_of_members=4)

    async def client(number: int) -> None:
        for n in range(1, 26):
            await shop.must(shop.members[number], Purchase(basket=basket(1)))
            assert await shop.balance(shop.members[number]) == n

    await asyncio.gather(*map(client, range(4)))


async def test_time_changes_answers_without_a_write(worker: Process) -> None:
    shop = await opened(worker, BOOK, test_now=START)
    member = shop.members[0]
    await shop.must(member, Purchase(basket=basket(100)))
    standing = await worker.reading.standing(shop.program, member)
    assert standing is not None
    assert (standing.account.balance, standing.account.tier) == (100, "silver")
    await shop.clock(START + timedelta(days=90))
    later = await worker.reading.standing(shop.program, member)
    assert later is not None
    assert (later.account.balance, later.account.tier, later.account.window_points) == (0, "bronze", 0)
    assert later.now_us == int((START + timedelta(days=90)).timestamp()) * 1_000_000


async def test_a_stranger_has_no_account(worker: Process) -> None:
    shop = await opened(worker)
    assert await worker.reading.standing(shop.program, shop.program.id) is None
    assert await worker.reading.quote(shop.program, shop.program.id, LetTimePass()) == Unknown(what="member")


async def test_reads_see_one_programme_only(worker: Process) -> None:
    one, other = await opened(worker), await opened(worker)
    await one.must(one.members[0], Purchase(basket=basket(100)))
    assert await worker.reading.standing(other.program, one.members[0]) is None
    assert isinstance(await other.ask(one.members[0], Purchase(basket=basket(1))), Unknown)


@pytest.mark.parametrize(("document", "is_read"), [(rulebook(), False), (GIVES, True)])
async def test_gifts_cost_a_read_only_where_a_rulebook_gives_some(
    worker: Process, document: Rulebook, *, is_read: bool
) -> None:
    shop = await opened(worker, document)
    standing = await worker.reading.standing(shop.program, shop.members[0])
    assert standing is not None
    nowhere = Database("postgresql+asyncpg://nobody@127.0.0.1:1/nothing", connections=1)
    try:
        if is_read:
            with pytest.raises(Interrupted):
                await holding(nowhere, worker.reading, shop.program, standing)
        else:
            held = await holding(nowhere, worker.reading, shop.program, standing)
            assert held.counts.days("gift/latte") == {}
    finally:
        await nowhere.close()
