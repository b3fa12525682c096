"""Balances of instants to come and gone where accounts have to do with each other: merges and households."""

from typing import Any

import httpx
import pytest

from tests.api.clocks import ZONE
from tests.api.conftest import Shop
from tests.api.shopping import at, made, plain_shop, read


@pytest.fixture
async def shop(client: httpx.AsyncClient) -> Shop:
    return await plain_shop(client, pending={"kind": "after_days", "days": 3}, expiry={"kind": "rolling", "months": 1})


async def balance(shop: Shop, member: str, local: str = "") -> dict[str, Any]:
    query = f"?as_of={local}%2B07:00" if local else ""
    found = await read(shop, f"/v1/members/{member}/balance{query}")
    shared = found["shared"] and {name: found["shared"][name] for name in ("household", "points")}
    return {name: found[name] for name in ("points", "debt", "pending", "held")} | {"shared": shared}


def points(some: int, pending: int | None = 0, shared: Any = None) -> dict[str, Any]:
    return {"points": some, "debt": 0, "pending": pending, "held": pending and 0, "shared": shared}


async def test_a_closed_account_has_its_own_past_and_the_future_of_the_one_that_took_it_over(shop: Shop) -> None:
    assert str(ZONE) == "Asia/Ho_Chi_Minh"
    one, other = [(await shop.enrol())["id"] for _ in range(2)]
    await shop.buy(one, 70)
    await shop.buy(other, 100)
    await at(shop, "2026-03-11T09:00:00")
    await made(shop, f"/v1/members/{one}/merge", {"from": other}, token=shop.manager)
    assert await balance(shop, other, "2026-03-10T12:00:00") == points(100, None) | {"held": None}
    for member in (one, other):
        assert await balance(shop, member) == points(0, 170)
        assert await balance(shop, member, "2026-03-13T00:00:00") == points(170)
        assert await balance(shop, member, "2026-05-01T00:00:00") == points(0)


async def test_what_a_household_will_have_is_what_all_of_its_members_will_have_brought(shop: Shop) -> None:
    home = (await made(shop, "/v1/households"))["id"]
    ann, ben = [(await shop.enrol())["id"] for _ in range(2)]
    for member in (ann, ben):
        await made(shop, f"/v1/households/{home}/members", {"member": member})
    await shop.buy(ann, 70)
    await at(shop, "2026-03-11T09:00:00")
    await shop.buy(ben, 100)
    ahead = {
        local: [await balance(shop, member, local) for member in (ann, ben, home)]
        for local in ("2026-03-13T12:00:00", "2026-03-20T12:00:00", "2026-04-11T12:00:00", "2026-05-20T12:00:00")
    }
    wallets = {local: [each["points"] for each in found] for local, found in ahead.items()}
    assert list(wallets.values()) == [[0, 0, 70], [0, 0, 170], [0, 0, 100], [0, 0, 0]]
    assert ahead["2026-03-13T12:00:00"][1] == points(0, 100, {"household": home, "points": 70})
    for local, told in ahead.items():
        await at(shop, local)
        # Whose points mature brings them when their time is let pass.
        for member in (ann, ben):
            await shop.buy(member, 0)
        assert [await balance(shop, member) for member in (ann, ben, home)] == told


async def test_points_that_went_to_a_household_are_not_the_members_own_though_nothing_was_booked_yet(
    shop: Shop,
) -> None:
    home, member = (await made(shop, "/v1/households"))["id"], (await shop.enrol())["id"]
    await made(shop, f"/v1/households/{home}/members", {"member": member})
    await shop.buy(member, 70)
    await at(shop, "2026-03-13T12:00:00")
    assert (await balance(shop, member, "2026-03-13T12:00:00"))["points"] == 0
    assert (await balance(shop, member, "2026-03-12T12:00:00"))["points"] == 70
