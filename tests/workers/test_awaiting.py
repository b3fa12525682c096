"""Refunds that come before their purchase wait for it, and are carried out once."""

import asyncio
from collections.abc import AsyncIterator
from functools import partial

import pytest
from msgspec.structs import replace

from app.cli.cluster import Urls
from app.commands.asks import Ask, Recorded
from app.commands.awaiting import NOT_YET, as_sent, wait
from app.commands.programs import Programs
from app.commands.requests import KeyReused
from app.engine.commands import Purchase, Refund
from app.engine.ids import fact_id
from app.engine.refusals import Refusal
from app.repositories import awaiting, cancellations, lives, programs
from app.repositories.awaiting import AwaitingRefund
from app.workers.awaiting import look
from tests.commands.shops import TILL, WEB, Process, Shop, opened, process
from tests.engine.builders import basket

REFUND = Refund(purchase=NOT_YET, amount_minor=30)


@pytest.fixture
async def shop(database: Urls) -> AsyncIterator[Shop]:
    async with process(database.app) as working:
        yield await opened(working)


async def waiting(shop: Shop, key: str = "refund-1", receipt: str = "receipt-1") -> AwaitingRefund:
    found = await wait(shop.process.database, shop.program, TILL, key, receipt, REFUND, {"till": "7"})
    assert isinstance(found, AwaitingRefund)
    return found


async def now_us(shop: Shop) -> int:
    async with shop.process.database.glancing() as reader:
        return (await lives.clock(reader, shop.program.id))[0]


async def looked(shop: Shop, via: Process | None = None) -> int:
    working = via or shop.process
    return await look(working.database, working.lanes, Programs(working.database))


async def state(shop: Shop, refund: AwaitingRefund) -> tuple[str, list[str]]:
    async with shop.process.database.glancing() as reader:
        found = await awaiting.by_id(reader, shop.program.id, refund.id)
    assert found is not None
    return found.state, [reason.code for reason in found.reasons]


async def test_a_refund_waits_for_its_purchase_and_is_carried_out_once(shop: Shop, database: Urls) -> None:
    refund = await waiting(shop)
    assert await looked(shop) == 0
    assert await state(shop, refund) == ("waiting", [])
    bought = await shop.must(shop.members[0], Purchase(basket=basket(100), external_id="receipt-1"))
    async with process(database.app) as other:
        await asyncio.gather(looked(shop), looked(shop, other))
    assert await looked(shop) == 0
    assert await state(shop, refund) == ("recorded", [])
    recorded = await shop.process.reading.fact(shop.program, refund.id)
    assert recorded is not None
    assert recorded.row.command == Refund(purchase=bought.row.id, amount_minor=30)
    assert recorded.metadata == {"till": "7"}
    assert await shop.balance(shop.members[0]) == 70


async def test_the_same_request_finds_the_refund_that_waits_and_another_is_refused_the_key(shop: Shop) -> None:
    assert await waiting(shop) == await waiting(shop)
    with pytest.raises(KeyReused):
        await waiting(shop, receipt="receipt-2")
    await shop.must(shop.members[0], Purchase(basket=basket(100)), key="purchase-1")
    with pytest.raises(KeyReused):
        await waiting(shop, key="purchase-1")


async def test_a_retry_that_looked_before_the_purchase_came_does_not_wait_for_it_any_more(shop: Shop) -> None:
    await waiting(shop)
    await shop.must(shop.members[0], Purchase(basket=basket(100), external_id="receipt-1"))
    again = (shop.process.database, shop.program, TILL, "refund-1", "receipt-1", REFUND, {"till": "7"})
    assert await wait(*again) is None
    await looked(shop)
    assert await wait(*again) is None


async def test_a_retry_after_the_purchase_came_is_answered_with_the_refund(shop: Shop) -> None:
    member, refund = shop.members[0], await waiting(shop)
    bought = await shop.must(member, Purchase(basket=basket(100), external_id="receipt-1"))
    await looked(shop)
    recorded = await shop.process.reading.fact(shop.program, refund.id)
    assert recorded is not None
    command = Refund(purchase=bought.row.id, amount_minor=30)
    ask = Ask(member=member, command=command, key="refund-1", metadata={"till": "7"})
    again = await shop.process.lanes.ask(shop.program, TILL, ask)
    assert isinstance(again, Recorded)
    assert (again.replayed, again.row) == (True, recorded.row)


async def test_receipts_of_another_source_are_other_receipts(shop: Shop) -> None:
    refund = await waiting(shop)
    await shop.ask(shop.members[0], Purchase(basket=basket(100), external_id="receipt-1"), source=WEB)
    assert await looked(shop) == 0
    assert await state(shop, refund) == ("waiting", [])


async def test_what_cannot_be_refunded_when_the_purchase_comes_says_why(shop: Shop) -> None:
    refund = await waiting(shop)
    await shop.must(shop.members[0], Purchase(basket=basket(20), external_id="receipt-1"))
    assert await looked(shop) == 1
    assert await state(shop, refund) == ("refused", ["refunds_too_much"])
    assert await shop.balance(shop.members[0]) == 20


async def test_a_refund_whose_key_was_cancelled_does_not_wait(shop: Shop) -> None:
    async with shop.process.database.transaction() as writer:
        fact = fact_id(shop.program.secret, TILL, "refund-1")
        await cancellations.refuse(writer, shop.program.id, fact, not_after=None, at=await programs.clock(writer))
    refused = await wait(shop.process.database, shop.program, TILL, "refund-1", "receipt-1", REFUND, {})
    assert isinstance(refused, Refusal)
    assert [reason.code for reason in refused.reasons] == ["cancelled"]


async def test_a_refund_that_came_in_time_is_carried_out_however_late_its_purchase_comes(shop: Shop) -> None:
    soon = replace(REFUND, not_after_us=await now_us(shop) + 300_000)
    waiting = partial(wait, shop.process.database, shop.program, TILL, "refund-1", "receipt-1", soon, {})
    refund = await waiting()
    assert isinstance(refund, AwaitingRefund)
    await asyncio.sleep(0.35)
    assert await waiting() == refund, "it waits already, whoever asks again"
    bought = await shop.must(shop.members[0], Purchase(basket=basket(100), external_id="receipt-1"))
    await looked(shop)
    assert await state(shop, refund) == ("recorded", [])
    assert await shop.balance(shop.members[0]) == 70
    asked = replace(soon, purchase=bought.row.id)
    sent = await as_sent(shop.process.database, shop.program, TILL, "refund-1", asked)
    retried = await shop.process.lanes.ask(
        shop.program, TILL, Ask(member=shop.members[0], command=sent, key="refund-1")
    )
    assert isinstance(retried, Recorded)
    assert retried.replayed
    # One that never waited is as it was asked for.
    assert await as_sent(shop.process.database, shop.program, TILL, "refund-2", asked) == asked


async def test_a_refund_that_comes_too_late_does_not_wait(shop: Shop) -> None:
    late = replace(REFUND, not_after_us=await now_us(shop) - 1)
    refused = await wait(shop.process.database, shop.program, TILL, "refund-1", "receipt-1", late, {})
    assert isinstance(refused, Refusal)
    assert [reason.code for reason in refused.reasons] == ["too_late"]
