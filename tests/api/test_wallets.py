"""Several wallets over HTTP, each with its own rounding, expiry, waiting time and debt."""

from typing import Any

import httpx
import pytest

from tests.api.conftest import Shop, basket
from tests.api.rulebooks import PLAIN
from tests.api.shopping import at, made, member_with, plain_shop, read, refused

RULES = [
    *PLAIN["earning"]["rules"],
    {"id": "stamp", "wallet": "stamps", "effect": {"kind": "bonus", "points": 1}},
    {"id": "miles", "wallet": "miles", "effect": {"kind": "per_amount", "points": 1, "per_minor": 300}},
]
WALLETS: list[dict[str, Any]] = [
    {
        "id": "stamps",
        "title": {"en": "Stamps"},
        "expiry": {"kind": "end_of_period", "period": "month", "periods": 0},
        "debt": {"policy": "clamp"},
        "redemption": {"points": 2, "value_minor": 50, "step_points": 2, "minimum_points": 2},
    },
    {
        "id": "miles",
        "title": {"en": "Miles"},
        "rounding": {"mode": "up"},
        "pending": {"kind": "after_days", "days": 14},
        "expiry": {"kind": "inactivity", "months": 3},
    },
]


@pytest.fixture
async def shop(client: httpx.AsyncClient) -> Shop:
    return await plain_shop(client, earning={"rules": RULES}, wallets=WALLETS)


async def wallets(shop: Shop, member: str) -> dict[str, tuple[int, int]]:
    """Points that can be spent and points that cannot yet, by wallet."""
    found = {}
    for wallet in ("points", "stamps", "miles"):
        now = await read(shop, f"/v1/members/{member}/balance?wallet={wallet}")
        found[wallet] = (now["points"], now["pending"])
    return found


async def test_the_entries_of_each_wallet_are_a_list_of_their_own(shop: Shop) -> None:
    member = await member_with(shop, 0)
    for _ in range(2):
        await made(shop, "/v1/purchases", basket(member, 300))
    for wallet, points in {"points": 300, "stamps": 1, "miles": 1}.items():
        seen, cursor = [], ""
        for more in (True, False):
            page = await read(shop, f"/v1/members/{member}/entries?wallet={wallet}&limit=1{cursor}")
            (entry,) = page["data"]
            seen.append((page["wallet"], entry["number"], entry["points"], entry["balance_after"], page["has_more"]))
            assert page["has_more"] == more
            cursor = f"&cursor={page['next_cursor']}"
        assert seen == [(wallet, 2, points, 2 * points, True), (wallet, 1, points, points, False)]
    main = await read(shop, f"/v1/members/{member}/entries")
    assert (main["wallet"], [entry["points"] for entry in main["data"]]) == ("points", [300, 300])


async def test_a_purchase_earns_in_every_wallet_by_its_own_terms(shop: Shop) -> None:
    member = await member_with(shop, 0)
    bought = await made(shop, "/v1/purchases", basket(member, 1000))
    assert bought["points"] == 1000
    assert bought["other_points"] == [{"wallet": "miles", "points": 4}, {"wallet": "stamps", "points": 1}]
    assert await wallets(shop, member) == {"points": (1000, 0), "stamps": (1, 0), "miles": (0, 4)}
    await at(shop, "2026-03-24T00:00:00")
    assert await wallets(shop, member) == {"points": (1000, 0), "stamps": (1, 0), "miles": (4, 0)}
    await at(shop, "2026-04-01T00:00:00")
    assert await wallets(shop, member) == {"points": (1000, 0), "stamps": (0, 0), "miles": (4, 0)}
    await at(shop, "2026-06-11T00:00:00")
    assert await wallets(shop, member) == {"points": (1000, 0), "stamps": (0, 0), "miles": (0, 0)}


async def test_a_wallet_is_redeemed_and_refunded_by_itself(shop: Shop) -> None:
    member = await member_with(shop, 0)
    bought = [await made(shop, "/v1/purchases", basket(member, 300)) for _ in range(2)]
    redeemed = await made(shop, "/v1/redemptions", {"member": member, "points": 2, "wallet": "stamps"})
    assert (redeemed["wallet"], redeemed["value"]["amount"]) == ("stamps", 50)
    refund = await made(shop, "/v1/refunds", {"purchase": bought[0]["id"]})
    assert (refund["award"]["asked"], refund["award"]["from_lot"]) == (300, 300)
    taken = [(part["asked"], part["from_lot"], part["uncollected"]) for part in refund["other_awards"]]
    assert taken == [(1, 1, 0), (1, 0, 1)]
    assert await wallets(shop, member) == {"points": (300, 0), "stamps": (0, 0), "miles": (0, 1)}


async def test_a_wallet_that_is_worth_no_money_and_one_that_is_not_there(shop: Shop) -> None:
    member = await member_with(shop, 500)
    asked = {"member": member, "points": 2}
    assert list(await refused(shop, "/v1/redemptions", asked | {"wallet": "miles"})) == ["not_redeemable"]
    assert list(await refused(shop, "/v1/redemptions", asked | {"wallet": "gems"})) == ["unknown_wallet"]
