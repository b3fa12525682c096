"""Published cases of what comes back: goods with their points, and points that had been spent."""

import httpx

from tests.api.shopping import made
from tests.cases.published import UNIT, bought, day, entries, newcomer, opened, points, rule


async def test_an_order_that_is_undone_takes_all_its_points_back(client: httpx.AsyncClient) -> None:
    """Case set-claw-01-full.

    Source: Setono/sylius-loyalty-plugin@0b40b07, tests/Functional/LoyaltyLedgerClawbackTest.php,
    it_reverses_the_points_earned_for_an_order.
    """
    shop = await opened(client, debt={"policy": "clamp"})
    member = await newcomer(shop)
    purchase = await bought(shop, member, 150)
    await made(shop, "/v1/refunds", {"purchase": purchase["id"]})
    assert await points(shop, member) == 0
    assert await entries(shop, member) == [("accrual", 150), ("reversal", -150)]


async def test_redeemed_points_come_back_with_their_own_date_even_a_past_one(client: httpx.AsyncClient) -> None:
    """Case square-05-expired-while-reserved.

    Source: developer.squareup.com/forums, thread 23344, answer of the staff. Ours is point 10.
    """
    shop = await opened(client, on="2026-06-01", expiry={"kind": "fixed_date", "date": "2026-07-01"})
    member = await newcomer(shop)
    await bought(shop, member, 10)
    await day(shop, "2026-06-30")
    taken = await made(shop, "/v1/redemptions", {"member": member, "points": 10})
    await day(shop, "2026-07-02")
    cancelled = await made(shop, f"/v1/redemptions/{taken['id']}/cancel")
    assert (cancelled["points"], cancelled["balance"]["points"], await points(shop, member)) == (10, 0, 0)
    booked = [("accrual", 10), ("redemption", -10), ("return", 10), ("expiry", -10)]
    assert await entries(shop, member) == booked


async def test_what_is_kept_of_an_order_keeps_its_points(client: httpx.AsyncClient) -> None:
    """Case nobull-01-partial.

    Source: support.nobullproject.com/hc/en-us/articles/19147370958999. The rest earns what it would have earned alone
    (point 13); we take the difference and do not book everything twice.
    """
    shop = await opened(client, rule())
    member = await newcomer(shop)
    purchase = await bought(shop, member, 100 * UNIT)
    assert await points(shop, member) == 100
    await made(shop, "/v1/refunds", {"purchase": purchase["id"], "amount": 75 * UNIT})
    assert await points(shop, member) == 25
    assert await entries(shop, member) == [("accrual", 100), ("reversal", -75)]


async def test_two_refunds_take_what_one_of_both_would_take(client: httpx.AsyncClient) -> None:
    """Case mage-02-two-partials.

    Source: help.mageloyalty.com/en/articles/14043934.
    """
    shop = await opened(client, rule(5))
    member = await newcomer(shop)
    purchase = await bought(shop, member, 100 * UNIT)
    assert purchase["points"] == 500
    asked, after = [], []
    for amount in (20, 30):
        refund = await made(shop, "/v1/refunds", {"purchase": purchase["id"], "amount": amount * UNIT})
        asked.append(refund["award"]["asked"])
        after.append(await points(shop, member))
    assert (asked, after) == ([100, 150], [400, 250])
