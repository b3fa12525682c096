"""Published cases of spending points: which of them go first, how many an order takes, and when the answer is no."""

import httpx

from tests.api.shopping import made, refused
from tests.cases.published import (
    bought,
    day,
    entries,
    line,
    lots,
    newcomer,
    opened,
    order,
    points,
    quoted,
    rule,
)

FROM_500 = {"points": 1, "value_minor": 1, "step_points": 1, "minimum_points": 500}


def until(date: str) -> dict[str, object]:
    """A point a minor unit on goods of a category that is called like the date, good until then."""
    return rule(1, 1, id=date, items={"categories": [date]}, expiry={"kind": "fixed_date", "date": date})


async def test_points_that_end_sooner_go_first_though_they_were_earned_later(client: httpx.AsyncClient) -> None:
    """Case set-lot-03-earliest-expiry-first.

    Source: Setono/sylius-loyalty-plugin@0b40b07, tests/Replay/LotReplayerTest.php,
    debits_consume_the_earliest_expiring_lot_first. Our spending order is point 5.
    """
    shop = await opened(client, until("2027-06-01"), until("2027-01-01"))
    member = await newcomer(shop)
    await bought(shop, member, line(100, "2027-06-01"))
    await day(shop, "2026-01-02")
    await bought(shop, member, line(100, "2027-01-01"))
    await day(shop, "2026-02-01")
    await made(shop, "/v1/redemptions", {"member": member, "points": 100})
    assert await points(shop, member) == 100
    assert await lots(shop, member) == {"2027-06-01": 100, "2027-01-01": 0}


async def test_one_redemption_drains_several_lots_in_order(client: httpx.AsyncClient) -> None:
    """Case set-lot-05-debit-spans-lots.

    Source: Setono/sylius-loyalty-plugin@0b40b07, tests/Replay/LotReplayerTest.php,
    a_debit_spanning_lots_drains_them_in_order.
    """
    shop = await opened(client, until("2027-01-01"), until("2027-02-01"))
    member = await newcomer(shop)
    await bought(shop, member, line(50, "2027-01-01"))
    await day(shop, "2026-01-02")
    await bought(shop, member, line(50, "2027-02-01"))
    await day(shop, "2026-03-01")
    await made(shop, "/v1/redemptions", {"member": member, "points": 70})
    assert await points(shop, member) == 30
    assert await lots(shop, member) == {"2027-02-01": 30, "2027-01-01": 0}


async def test_points_redeemed_on_an_order_leave_the_balance(client: httpx.AsyncClient) -> None:
    """Case set-red-01-basic.

    Source: Setono/sylius-loyalty-plugin@0b40b07, tests/Functional/RedemptionLedgerTest.php,
    it_redeems_points_on_an_order. The order pays with points (point 4); nothing but points pays, so nothing is earned.
    """
    shop = await opened(client)
    member = await newcomer(shop)
    await bought(shop, member, 1000)
    paid = await bought(shop, member, 300, tenders=[{"kind": "points", "points": 300}])
    assert (paid["points"], paid["paid_with_points"]["points"]) == (0, 300)
    assert await points(shop, member) == 700
    assert await entries(shop, member) == [("accrual", 1000), ("redemption", -300)]


async def test_what_keeps_within_every_limit_is_applied_as_asked(client: httpx.AsyncClient) -> None:
    """Case set-redcalc-01.

    Source: Setono/sylius-loyalty-plugin@0b40b07, tests/Unit/Redemption/RedemptionCalculatorTest.php,
    it_returns_the_requested_points_when_within_every_limit. Half of the order may be paid with points there, and here.
    """
    shop = await opened(client, redemption=FROM_500 | {"maximum_percent": 50})
    member = await newcomer(shop)
    await bought(shop, member, 5000)
    quote = await quoted(shop, member, 10000, tenders=[{"kind": "points", "points": 1000}])
    assert quote["paid_with_points"] == {"points": 1000, "value": {"amount": 1000, "currency": "VND"}}


async def test_more_than_the_balance_is_refused_with_what_is_there(client: httpx.AsyncClient) -> None:
    """Case set-redcalc-02.

    Source: Setono/sylius-loyalty-plugin@0b40b07, tests/Unit/Redemption/RedemptionCalculatorTest.php,
    it_clamps_to_the_available_balance. Its 700 are our `most_points` (point 4); who asks for 1000 all the same is not
    given less in silence, but told why not (point 20).
    """
    shop = await opened(client, redemption=FROM_500 | {"maximum_percent": 50})
    member = await newcomer(shop)
    await bought(shop, member, 700)
    assert (await quoted(shop, member, 10000))["most_points"] == 700
    reasons = await refused(shop, "/v1/redemptions/quote", {"member": member, "points": 1000})
    assert reasons == {"insufficient_points": {"available": 700, "requested": 1000}}
    fits = await quoted(shop, member, 10000, tenders=[{"kind": "points", "points": 700}])
    assert fits["paid_with_points"]["points"] == 700


async def test_less_than_the_minimum_is_refused_with_the_minimum(client: httpx.AsyncClient) -> None:
    """Case set-redcalc-05.

    Source: Setono/sylius-loyalty-plugin@0b40b07, tests/Unit/Redemption/RedemptionCalculatorTest.php,
    it_returns_zero_below_the_minimum. Nothing is applied here either; we say why (point 20).
    """
    shop = await opened(client, redemption=FROM_500)
    member = await newcomer(shop)
    await bought(shop, member, 5000)
    asked = order(member, 100000, tenders=[{"kind": "points", "points": 400}])
    for path, body in (
        ("/v1/redemptions/quote", {"member": member, "points": 400}),
        ("/v1/purchases/quote", asked),
        ("/v1/purchases", asked),
    ):
        assert await refused(shop, path, body) == {"below_minimum": {"minimum": 500, "requested": 400}}
    assert await points(shop, member) == 5000


async def test_a_redemption_beyond_the_balance_leaves_no_trace(client: httpx.AsyncClient) -> None:
    """Case ol-spend-02-insufficient.

    Source: Open Loyalty 1.1 (github kwarambatendai/openloyalty@920967b), Domain/Account/Command/SpendPointsTest.php,
    it_throws_error_when_not_enough_points.
    """
    shop = await opened(client)
    member = await newcomer(shop)
    await bought(shop, member, 100)
    await made(shop, "/v1/redemptions", {"member": member, "points": 10})
    reasons = await refused(shop, "/v1/redemptions", {"member": member, "points": 100})
    assert reasons == {"insufficient_points": {"available": 90, "requested": 100}}
    assert await points(shop, member) == 90
    assert await entries(shop, member) == [("accrual", 100), ("redemption", -10)]


async def test_an_order_takes_whole_steps_only(client: httpx.AsyncClient) -> None:
    """Case odoo-redeem-01-whole-multiples.

    Source: odoo/odoo@00aa9fb, addons/sale_loyalty/tests/test_loyalty.py, test_nominative_programs.
    """
    # 1.50 a point, in steps of three points.
    steps = {"points": 3, "value_minor": 450, "step_points": 3, "minimum_points": 3}
    shop = await opened(client, redemption=steps)
    member = await newcomer(shop)
    await bought(shop, member, 10)
    assert (await quoted(shop, member, 10000))["most_points"] == 9
    taken = await made(shop, "/v1/redemptions", {"member": member, "points": 9})
    assert (taken["value"]["amount"], await points(shop, member)) == (1350, 1)


async def test_what_an_order_credits_cannot_pay_for_the_same_order(client: httpx.AsyncClient) -> None:
    """Case odoo-wallet-02-topup-same-order.

    Source: odoo/odoo@00aa9fb, addons/sale_loyalty/tests/test_loyalty.py, test_ewallet_applied_ewallet_topup_in_order.
    A top-up is credited in full although points pay for a part of its order: the rule's basis says so (point 3).
    """
    topup = rule(1, 1, items={"categories": ["topup"]}, basis={"points_paid": "with"})
    shop = await opened(client, topup)
    member = await newcomer(shop)
    await bought(shop, member, line(10, "topup"))
    goods = [line(100), line(50, "topup")]
    assert (await quoted(shop, member, *goods))["most_points"] == 10
    asked = order(member, *goods, tenders=[{"kind": "points", "points": 11}])
    assert list(await refused(shop, "/v1/purchases", asked)) == ["insufficient_points"]
    paid = await bought(shop, member, *goods, tenders=[{"kind": "points", "points": 10}])
    assert (paid["paid_with_points"]["points"], paid["points"]) == (10, 50)
    assert await points(shop, member) == 50
