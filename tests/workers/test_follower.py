"""The follower: a friend's qualifying purchase pays both sides exactly once, and a refund takes both back."""

from collections.abc import AsyncIterator

import pytest

from app.cli.cluster import Urls
from app.commands.programs import Programs
from app.engine.commands import Purchase, Refund
from app.workers.follower import follow
from tests.commands.shops import Shop, opened, process
from tests.engine.builders import basket, rulebook

REFERRAL = {"referrer_points": 50, "friend_points": 30, "minimum_minor": 10_000, "within_days": 30}


@pytest.fixture
async def shop(database: Urls) -> AsyncIterator[Shop]:
    async with process(database.app) as working:
        yield await opened(working, rulebook(referral=REFERRAL))


async def carried(shop: Shop) -> int:
    return await follow(shop.process.database, shop.process.lanes, Programs(shop.process.database))


async def test_a_qualifying_purchase_pays_both_sides(shop: Shop) -> None:
    referrer = shop.members[0]
    friend = await shop.joined(referrer=referrer)
    bought = await shop.must(friend, Purchase(basket=basket(10_000)))
    assert await carried(shop) == 1
    earned = bought.row.change.entries[0].points
    assert (await shop.balance(friend), await shop.balance(referrer)) == (earned + 30, 50)


async def test_a_second_round_and_a_second_purchase_pay_nothing_more(shop: Shop) -> None:
    referrer = shop.members[0]
    friend = await shop.joined(referrer=referrer)
    await shop.must(friend, Purchase(basket=basket(10_000)))
    await shop.must(friend, Purchase(basket=basket(10_000)))
    assert [await carried(shop), await carried(shop)] == [1, 0]
    assert await shop.balance(referrer) == 50


async def test_a_follower_that_died_before_it_noted_its_place_pays_once(shop: Shop) -> None:
    referrer = shop.members[0]
    friend = await shop.joined(referrer=referrer)
    await shop.must(friend, Purchase(basket=basket(10_000)))
    await carried(shop)
    async with shop.process.database.transaction() as writer:
        await writer.write("UPDATE followers SET number = 0 WHERE program_id = $1", shop.program.id)
    assert await carried(shop) == 1
    assert await shop.balance(referrer) == 50


async def test_a_refund_of_the_qualifying_purchase_takes_both_rewards_back(shop: Shop) -> None:
    referrer = shop.members[0]
    friend = await shop.joined(referrer=referrer)
    bought = await shop.must(friend, Purchase(basket=basket(10_000)))
    await carried(shop)
    await shop.must(friend, Refund(purchase=bought.row.id))
    assert await carried(shop) == 1
    assert (await shop.balance(friend), await shop.balance(referrer)) == (0, 0)


async def test_a_purchase_after_that_refund_qualifies_again(shop: Shop) -> None:
    referrer = shop.members[0]
    friend = await shop.joined(referrer=referrer)
    bought = await shop.must(friend, Purchase(basket=basket(10_000)))
    await shop.must(friend, Refund(purchase=bought.row.id))
    await shop.must(friend, Purchase(basket=basket(10_000)))
    assert await carried(shop) == 3
    assert await shop.balance(referrer) == 50


async def test_a_purchase_below_the_minimum_qualifies_nobody(shop: Shop) -> None:
    friend = await shop.joined(referrer=shop.members[0])
    await shop.must(friend, Purchase(basket=basket(9_999)))
    assert await carried(shop) == 0
    assert await shop.balance(shop.members[0]) == 0
