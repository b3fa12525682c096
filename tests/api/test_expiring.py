"""What goes soon, and what goes when a member stays away, over HTTP."""

import asyncio
from typing import Any

import httpx

from tests.api.conftest import Shop, basket
from tests.api.shopping import at, made, member_with, plain_shop, read

AWAY: dict[str, Any] = {"expiry": {"kind": "inactivity", "days": 30}, "expiry_notice_days": 7}


async def balance(shop: Shop, member: str, query: str = "") -> dict[str, Any]:
    found: dict[str, Any] = await read(shop, f"/v1/members/{member}/balance{query}")
    return found


async def test_how_far_ahead_a_balance_looks_is_said_by_the_rulebook(client: httpx.AsyncClient) -> None:
    on = {"points": 100, "expires_at": "2026-05-29T17:00:00.000000Z", "last_valid_day": "2026-05-29"}
    expiry = {"kind": "rolling_days", "days": 80}
    shop = await plain_shop(client, expiry=expiry, expiring_soon_days=80)
    member = await member_with(shop, 100)
    assert (await balance(shop, member))["expiring_soon"] == {"days": 80, "points": 100, "data": [on]}
    assert (await balance(shop, member, "?expiring_days=79"))["expiring_soon"] == {"days": 79, "points": 0, "data": []}
    silent = await plain_shop(client, expiry=expiry, expiring_soon_days=0)
    member = await member_with(silent, 100)
    assert (await balance(silent, member))["expiring_soon"] is None
    assert (await balance(silent, member, "?expiring_days=80"))["expiring_soon"] == {
        "days": 80,
        "points": 100,
        "data": [on],
    }


async def test_a_balance_says_when_a_wallet_goes_for_want_of_activity(client: httpx.AsyncClient) -> None:
    shop = await plain_shop(client, **AWAY)
    member = await member_with(shop, 0)
    assert (await balance(shop, member))["lapses"] is None
    await made(shop, "/v1/purchases", basket(member, 10))
    last_day = {"at": "2026-04-09T17:00:00.000000Z", "last_valid_day": "2026-04-09"}
    assert (await balance(shop, member))["lapses"] == last_day
    assert (await balance(shop, member, "?as_of=2026-03-20T00:00:00Z"))["lapses"] is None
    (lot,) = (await read(shop, f"/v1/members/{member}/lots"))["data"]
    assert (lot["remaining"], lot["expires_at"], lot["last_valid_day"], lot["lapses"]) == (10, None, None, True)
    await at(shop, "2026-03-20T00:00:00")
    await made(shop, "/v1/redemptions", {"member": member, "points": 1})
    assert (await balance(shop, member))["lapses"] == {
        "at": "2026-04-19T17:00:00.000000Z",
        "last_valid_day": "2026-04-19",
    }
    await at(shop, "2026-04-20T00:00:00")
    assert ((await balance(shop, member))["points"], (await balance(shop, member))["lapses"]) == (0, None)
    # Whether or not somebody has booked it by now.
    (lot,) = (await read(shop, f"/v1/members/{member}/lots"))["data"]
    assert (lot["remaining"], lot["used"], lot["expired"]) == (0, 1, 9)


async def test_word_is_given_of_a_wallet_that_goes_for_want_of_activity(client: httpx.AsyncClient) -> None:
    shop = await plain_shop(client, **AWAY)
    member = await member_with(shop, 0)
    for _ in range(3):
        await made(shop, "/v1/purchases", basket(member, 10))
    await at(shop, "2026-04-03T00:00:00")
    for _ in range(100):
        events = (await read(shop, "/v1/events?after=0", token=shop.manager))["data"]
        told = [(event["type"], event["entries"], *event["notices"]) for event in events if event["notices"]]
        if told:
            break
        await asyncio.sleep(0.1)
    assert told == [
        (
            "time",
            [],
            {
                "kind": "expiring_soon",
                "wallet": "points",
                "points": 30,
                "tier": None,
                "at": "2026-04-01T17:00:00.000000Z",
                "on": "2026-04-09T17:00:00.000000Z",
            },
        )
    ]


async def test_a_phone_sees_what_goes_soon_and_what_goes_when_its_member_stays_away(client: httpx.AsyncClient) -> None:
    shop = await plain_shop(client, **AWAY | {"expiring_soon_days": 20})
    member = await member_with(shop, 10)
    phone = (await made(shop, f"/v1/members/{member}/tokens", {}))["token"]
    last_day = {"at": "2026-04-09T17:00:00.000000Z", "last_valid_day": "2026-04-09"}
    me = await read(shop, "/v1/me", token=phone)
    assert (me["expiring_soon"], me["lapses"]) == ({"days": 20, "points": 0, "data": []}, last_day)
    await at(shop, "2026-03-20T00:00:00")
    on = {"points": 10, "expires_at": last_day["at"], "last_valid_day": last_day["last_valid_day"]}
    assert (await read(shop, "/v1/me", token=phone))["expiring_soon"] == {"days": 20, "points": 10, "data": [on]}


async def test_members_of_a_household_see_what_of_the_shared_wallet_goes_soon(client: httpx.AsyncClient) -> None:
    shop = await plain_shop(client, expiry={"kind": "rolling_days", "days": 20})
    household = (await made(shop, "/v1/households"))["id"]
    mother, child = await member_with(shop, 0), await member_with(shop, 0)
    for member in (mother, child):
        await made(shop, f"/v1/households/{household}/members", {"member": member})
    await made(shop, "/v1/purchases", basket(mother, 10))
    on = {"points": 10, "expires_at": "2026-03-30T17:00:00.000000Z", "last_valid_day": "2026-03-30"}
    wallet = {
        "household": household,
        "points": 10,
        "expiring_soon": {"days": 30, "points": 10, "data": [on]},
        "lapses": None,
    }
    found = await balance(shop, child)
    assert (found["shared"], found["expiring_soon"]["points"]) == (wallet, 0)
    phone = (await made(shop, f"/v1/members/{child}/tokens", {}))["token"]
    me = await read(shop, "/v1/me", token=phone)
    assert (me["shared"], me["redeemable_points"]) == (wallet, 10)
    then = (await balance(shop, child, "?as_of=2026-03-20T00:00:00Z"))["shared"]
    assert then == wallet | {"expiring_soon": None}


async def test_a_closed_id_tells_what_goes_soon_of_the_member_who_goes_on(client: httpx.AsyncClient) -> None:
    shop = await plain_shop(client, expiry={"kind": "rolling_days", "days": 20})
    member, closed = await member_with(shop, 10), await member_with(shop, 5)
    await made(shop, f"/v1/members/{member}/merge", {"from": closed}, token=shop.manager)
    assert (await balance(shop, closed))["expiring_soon"]["points"] == 15
