"""Time over HTTP: a test clock moves, and every answer is right at the instant at which it is given."""

from datetime import UTC, datetime, timedelta

from tests.api.conftest import Shop, basket


async def advance(shop: Shop, days: int) -> None:
    """Put the sandbox's clock so many days ahead of real time."""
    to = (datetime.now(UTC) + timedelta(days=days)).isoformat()
    answer = await shop.ask("POST", "/v1/test-clock/advance", {"to": to}, token=shop.manager)
    assert answer.status_code == 200, answer.text


async def test_a_quote_offers_no_points_that_have_expired(shop: Shop) -> None:
    member = (await shop.enrol())["id"]
    await shop.buy(member, 500_000)
    asked = basket(member, 200_000)
    before = (await shop.ask("POST", "/v1/purchases/quote", asked)).json()
    await advance(shop, 400)
    after = (await shop.ask("POST", "/v1/purchases/quote", asked)).json()
    assert (before["most_points"], after["most_points"]) == (500, 0)


async def test_a_balance_knows_what_expired_although_nothing_was_written(shop: Shop) -> None:
    member = (await shop.enrol())["id"]
    await shop.buy(member, 500_000)
    await advance(shop, 400)
    balance = (await shop.ask("GET", f"/v1/members/{member}/balance")).json()
    assert (balance["points"], balance["debt"]) == (0, 0)


async def test_a_tier_is_reviewed_a_year_after_it_was_reached(shop: Shop) -> None:
    member = (await shop.enrol())["id"]
    bought = await shop.buy(member, 600_000)
    assert bought["tier"]["level"] == "bac"
    await advance(shop, 400)
    tier = (await shop.ask("GET", f"/v1/members/{member}/tier")).json()
    assert (tier["tier"]["level"], tier["tier"]["window_points"]) == ("dong", 0)
