"""Whole backtests, in processes of their own, over histories small enough to be checked by hand."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from msgspec.structs import replace

from app.commands.backtest.groups import Groups
from app.commands.backtest.sums import Paid, Refused, Side, bin_of
from app.commands.programs import Programs
from app.engine.commands import Purchase, RedemptionCancel, RewardRedemption
from app.workers.follower import follow
from tests.backtest.histories import backtested
from tests.commands.lives import START, everything, live
from tests.commands.shops import Process, opened, process
from tests.engine.builders import basket, referral, rulebook

LATTE = {"id": "latte", "title": {"en": "A latte"}, "cost_points": 30, "kind": "voucher"}


@pytest.fixture
async def worker(app_url: str) -> AsyncIterator[Process]:
    async with process(app_url) as running:
        yield running


def shown(side: Side) -> Side:
    return replace(side, months={month: dict(sorted(parts.items())) for month, parts in sorted(side.months.items())})


async def test_the_rulebook_that_was_live_changes_nothing(worker: Process, app_url: str) -> None:
    shop = await opened(worker, everything(), test_now=START)
    await live(shop)
    await follow(shop.process.database, shop.process.lanes, Programs(shop.process.database))
    for document in (None, everything()):
        sums = (await backtested(app_url, shop, document)).sums
        assert sums.refusals == {}
        assert shown(sums.now) == shown(sums.was)
        assert (sums.winners, sums.losers, sums.tier_changes, set(sums.differences)) == ([], [], {}, {0})


async def test_what_the_draft_has_less_of_goes_to_who_asked_first(worker: Process, app_url: str) -> None:
    shop = await opened(worker, rulebook(rewards=[LATTE]), number_of_members=3)
    for member in shop.members:
        await shop.must(member, Purchase(basket=basket(100)))
    first, second, third = shop.members
    taken = await shop.must(second, RewardRedemption(reward="latte"))
    await shop.must(second, RedemptionCancel(redemption=taken.row.id))
    for member in (third, first, second):
        await shop.must(member, RewardRedemption(reward="latte"))
    sums = (await backtested(app_url, shop, rulebook(rewards=[LATTE | {"stock": 1}]))).sums
    assert sums.refusals == {"reward_redemption out_of_stock": Refused(times=2, points=0)}
    assert (sums.was.points[""]["redeemed"], sums.now.points[""]["redeemed"]) == (-90, -30)
    assert sums.rerun == 3
    plenty = (await backtested(app_url, shop, rulebook(rewards=[LATTE | {"stock": 3}]))).sums
    assert (plenty.refusals, plenty.rerun, shown(plenty.now)) == ({}, 0, shown(plenty.was))


async def test_who_could_not_pay_with_points_paid_with_money(worker: Process, app_url: str) -> None:
    shop = await opened(worker, rulebook())
    (member,) = shop.members
    await shop.must(member, Purchase(basket=basket(100)))
    await shop.must(member, Purchase(basket=basket(80, points=60)))
    half = {"id": "base", "effect": {"kind": "per_amount", "points": 1, "per_minor": 2}}
    sums = (await backtested(app_url, shop, rulebook(earning={"rules": [half]}))).sums
    assert sums.refusals == {"points_tender insufficient_points": Refused(times=1, points=60)}
    # As it was: 100 and the 20 that were paid with money. Under the draft: half of 100, and half of all 80.
    assert sums.was.points == {"": {"issued": 120, "redeemed": -60}}
    assert sums.now.points == {"": {"issued": 90}}
    assert (sums.was.value_minor, sums.now.value_minor) == (60, 0)
    assert (sums.was.rules, sums.now.rules) == (
        {"base": Paid(purchases=2, wanted=120, granted=120)},
        {"base": Paid(purchases=2, wanted=90, granted=90)},
    )


async def test_a_draft_from_a_day_on_leaves_what_was_before(worker: Process, app_url: str) -> None:
    start = datetime(2026, 3, 1, 2, tzinfo=UTC)
    shop = await opened(worker, rulebook(), test_now=start)
    (member,) = shop.members
    await shop.must(member, Purchase(basket=basket(100)))
    await shop.clock(start + timedelta(days=5))
    await shop.must(member, Purchase(basket=basket(10)))
    triple = {"id": "triple", "effect": {"kind": "per_amount", "points": 3, "per_minor": 1}}
    from_us = int((start + timedelta(days=2)).timestamp()) * 1_000_000
    sums = (await backtested(app_url, shop, rulebook(earning={"rules": [triple]}), from_us)).sums
    assert sums.now.points == {"": {"issued": 130}}
    assert {rule: paid.granted for rule, paid in sums.now.rules.items()} == {"base": 100, "triple": 30}


async def test_a_referral_that_only_the_draft_rewards_reaches_the_referrer(worker: Process, app_url: str) -> None:
    shop = await opened(worker, rulebook(referral=referral(referrer_points=0, friend_points=0)))
    friend = await shop.joined(referrer=shop.members[0])
    await shop.must(friend, Purchase(basket=basket(100)))
    sums = (await backtested(app_url, shop, rulebook(referral=referral()))).sums
    assert (sums.was.points, sums.now.points) == ({"": {"issued": 100}}, {"": {"issued": 200}})
    # Whoever won the same amount stands in the order of random member ids.
    assert sorted((each.points, each.was, each.now) for each in sums.winners) == [(50, 0, 50), (50, 100, 150)]


def test_groups_do_not_depend_on_the_order_of_their_links() -> None:
    ids = [UUID(int=number + 1) for number in range(6)]
    pairs = [(ids[0], ids[1]), (ids[2], ids[3]), (ids[3], ids[1])]
    one, other = Groups(), Groups()
    one.link(pairs)
    other.link((b, a) for a, b in reversed(pairs))
    assert one.names() == other.names() == [(each, ids[0]) for each in ids[:4]]


@pytest.mark.parametrize(("points", "place"), [(0, 0), (1, 1), (-1, -1), (4, 2), (5, 3), (-99, -6), (100, 7)])
def test_a_difference_has_its_place_between_the_edges(points: int, place: int) -> None:
    assert bin_of(points) == place
