"""Lots over HTTP: all numbers of every credit, and which of them paid."""

from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from tests.api.clocks import START, ZONE, advance, clocked
from tests.api.conftest import Shop


@pytest.fixture
async def shop(client: httpx.AsyncClient) -> Shop:
    return await clocked(client)


async def lots(shop: Shop, member: str, query: str = "") -> list[dict[str, Any]]:
    """Every lot, page by page."""
    found: list[dict[str, Any]] = []
    cursor: str | None = ""
    while cursor is not None:
        more = f"&cursor={cursor}" if cursor else ""
        page = await shop.ask("GET", f"/v1/members/{member}/lots?{query}{more}")
        assert page.status_code == 200, page.text
        found += page.json()["data"]
        cursor = page.json()["next_cursor"]
    return found


async def test_a_lot_says_who_made_it_and_what_became_of_it(shop: Shop) -> None:
    member = (await shop.enrol())["id"]
    bought = await shop.buy(member, 250_000)
    await shop.ask("POST", "/v1/redemptions", {"member": member, "points": 100})
    assert await lots(shop, member) == [
        {
            "number": 1,
            "wallet": "points",
            "fact": bought["id"],
            "origin": None,
            "earned_at": "2026-03-10T02:00:00.000000Z",
            "is_pending": False,
            "available_at": None,
            "expires_at": "2027-03-10T17:00:00.000000Z",
            "last_valid_day": "2027-03-10",
            "lapses": False,
            "granted": 250,
            "remaining": 150,
            "held": 0,
            "used": 100,
            "expired": 0,
            "reversed": 0,
            "moved": 0,
            "uncollected": 0,
        }
    ]


@pytest.mark.parametrize("limit", [1, 2, 3, 200])
async def test_open_lots_come_first_in_spending_order_and_then_the_others(shop: Shop, limit: int) -> None:
    member = (await shop.enrol())["id"]
    for days in range(3):
        await advance(shop, START + timedelta(days=10 + days))
        await shop.buy(member, 100_000)
    await shop.buy(member, 5_000, occurred_at=(START + timedelta(days=9)).isoformat())
    await shop.buy(member, 1_000, occurred_at=(START + timedelta(days=1)).isoformat())
    await shop.ask("POST", "/v1/redemptions", {"member": member, "points": 100})
    found = await lots(shop, member, f"limit={limit}")
    assert [(lot["number"], lot["remaining"]) for lot in found] == [(1, 6), (2, 100), (3, 100), (5, 0), (4, 0)]


async def test_what_has_expired_is_gone_although_nothing_was_written(shop: Shop) -> None:
    member = (await shop.enrol())["id"]
    await shop.buy(member, 40_000)
    await advance(shop, datetime(2027, 3, 11, tzinfo=ZONE))
    (lot,) = await lots(shop, member)
    assert (lot["remaining"], lot["expired"], lot["granted"]) == (0, 40, 40)


async def test_a_redemption_names_the_purchases_whose_points_paid(shop: Shop) -> None:
    member = (await shop.enrol())["id"]
    first = await shop.buy(member, 70_000)
    second = await shop.buy(member, 70_000)
    await shop.buy(member, 500_000)
    redeemed = (await shop.ask("POST", "/v1/redemptions", {"member": member, "points": 100})).json()
    found = (await shop.ask("GET", f"/v1/redemptions/{redeemed['id']}/sources")).json()
    assert (found["redemption"], found["points"]) == (redeemed["id"], 100)
    assert [(each["fact"], each["points"], each["lot"]) for each in found["data"]] == [
        (first["id"], 70, 1),
        (second["id"], 30, 2),
    ]
    assert {each["last_valid_day"] for each in found["data"]} == {"2027-03-10"}
    await shop.ask("POST", f"/v1/redemptions/{redeemed['id']}/cancel")
    assert (await shop.ask("GET", f"/v1/redemptions/{redeemed['id']}/sources")).json() == found


async def test_a_cursor_that_is_not_ours_is_refused(shop: Shop) -> None:
    member = (await shop.enrol())["id"]
    for cursor in ("eA", "bzF4", "%00"):
        answer = await shop.ask("GET", f"/v1/members/{member}/lots?cursor={cursor}")
        assert (answer.status_code, answer.json()["errors"][0]["parameter"]) == (422, "cursor")


async def test_another_wallet_of_the_member_has_lots_of_its_own(shop: Shop) -> None:
    member = (await shop.enrol())["id"]
    await shop.buy(member, 40_000)
    assert await lots(shop, member, "wallet=stars") == []
