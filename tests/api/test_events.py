"""The feed of a programme over HTTP."""

import asyncio
from typing import Any

import httpx

from app.engine.commands import Command
from app.routers.events import TYPES
from app.routers.render import PREFIXES
from tests.api.conftest import Shop
from tests.api.shopping import at, made, member_with, plain_shop, read
from tests.engine.builders import tiers as tiers_of


async def test_events_are_numbered_without_gap_and_go_on_from_the_last(client: httpx.AsyncClient) -> None:
    shop = await plain_shop(client)
    member = await member_with(shop, 100)
    await made(shop, "/v1/redemptions", {"member": member, "points": 40})
    first = await read(shop, "/v1/events?limit=2", token=shop.manager)
    rest = await read(shop, f"/v1/events?after={first['last_number']}", token=shop.manager)
    assert [(event["number"], event["type"]) for event in first["data"] + rest["data"]] == [
        (1, "enrolment"),
        (2, "purchase"),
        (3, "redemption"),
    ]
    assert (first["has_more"], rest["has_more"], rest["last_number"]) == (True, False, 3)
    assert rest["data"][0]["entries"] == [
        {
            "wallet": "points",
            "kind": "redemption",
            "points": -40,
            "balance_after": 60,
            "effective_at": "2026-03-10T02:00:02.000000Z",
        }
    ]
    nothing = await read(shop, "/v1/events?after=3", token=shop.manager)
    assert nothing == {"data": [], "has_more": False, "last_number": 3}


async def test_points_that_expire_soon_are_told_without_an_entry(client: httpx.AsyncClient) -> None:
    shop = await plain_shop(client, expiry={"kind": "rolling_days", "days": 30}, expiry_notice_days=7)
    member = await member_with(shop, 100)
    await at(shop, "2026-04-02T00:00:00")
    await made(shop, "/v1/redemptions", {"member": member, "points": 1})
    events = await read(shop, "/v1/events?after=2", token=shop.manager)
    notices = [notice for event in events["data"] for notice in event["notices"]]
    assert notices == [
        {
            "kind": "expiring_soon",
            "wallet": "points",
            "points": 100,
            "tier": None,
            "at": "2026-04-01T17:00:00.000000Z",
            "on": "2026-04-09T17:00:00.000000Z",
        }
    ]


async def test_a_tier_at_risk_is_told_with_what_is_missing_and_explained(client: httpx.AsyncClient) -> None:
    tiers = {**tiers_of(100, window=1, review=2), "notice_days": 10}
    shop = await plain_shop(client, tiers=tiers)
    member = await member_with(shop, 100)
    await at(shop, "2026-05-05T09:00:00")
    fact = (await shop.buy(member, 30))["id"]
    (notice,) = (await read(shop, "/v1/events?after=2", token=shop.manager))["data"][0]["notices"]
    need = {"kind": "enough", "counter": "points", "at_least": 100, "amount": 0, "missing": 100, "met": False}
    assert notice == {
        "kind": "tier_at_risk",
        "wallet": None,
        "points": None,
        "tier": {"level": "silver", "set": "", "needs": {**need, "needs": []}},
        "at": "2026-04-29T17:00:00.000000Z",
        "on": "2026-05-10T17:00:00.000000Z",
    }
    told = await read(shop, f"/v1/facts/{fact}/explanation")
    assert [(effect["kind"], effect["tier"], effect["points"], effect["text"]) for effect in told["time"]] == [
        (
            "tier_at_risk",
            "silver",
            None,
            "Tier that will be lost at its review, unless more is done by then: silver.",
        )
    ]


async def test_a_visit_that_is_overdue_is_told_once(client: httpx.AsyncClient) -> None:
    shop = await plain_shop(client, visit_overdue_days=30)
    member = await member_with(shop, 100)
    for day in ("2026-04-08T23:00:00", "2026-04-20T09:00:00", "2026-05-19T09:00:00"):
        await at(shop, day)
        await made(shop, "/v1/redemptions", {"member": member, "points": 1})
    events = await read(shop, "/v1/events?after=2", token=shop.manager)
    assert [event["notices"] for event in events["data"]] == [
        [],
        [
            {
                "kind": "visit_overdue",
                "wallet": None,
                "points": None,
                "tier": None,
                "at": "2026-04-08T17:00:00.000000Z",
                "on": "2026-03-09T17:00:00.000000Z",
            }
        ],
        [],
    ]


async def test_birthdays_and_overdue_visits_are_told_although_nobody_asks(client: httpx.AsyncClient) -> None:
    shop = await plain_shop(client, visit_overdue_days=10, birthday_notice_days=3)
    member = (await shop.enrol(card="1", birthday="03-24"))["id"]
    await shop.buy(member, 50)
    await at(shop, "2026-03-21T09:00:00")
    told = await heard(shop, 2)
    assert [(each["event"], each["kind"], each["on"]) for each in told] == [
        ("birthday", "birthday", "2026-03-23T17:00:00.000000Z"),
        ("time", "visit_overdue", "2026-03-09T17:00:00.000000Z"),
    ]
    (fact,) = [each["fact"] for each in told if each["kind"] == "birthday"]
    explained = await read(shop, f"/v1/facts/{fact}/explanation")
    assert explained["sentences"][:2] == ["Days until the birthday: 3.", "Time passed."]


async def heard(shop: Shop, number: int) -> list[dict[str, Any]]:
    """Every notice, once the workers have come round and there are so many, by its kind."""
    for _ in range(200):
        events = (await read(shop, "/v1/events", token=shop.manager))["data"]
        told = [
            {**notice, "event": event["type"], "fact": event["fact"]} for event in events for notice in event["notices"]
        ]
        if len(told) >= number:
            return sorted(told, key=lambda each: str(each["kind"]))
        await asyncio.sleep(0.1)
    raise TimeoutError("the workers have not come round")


def test_every_kind_of_command_has_a_name_and_a_prefix() -> None:
    kinds = {each.__struct_config__.tag for each in Command.__args__}
    assert (set(TYPES), set(PREFIXES)) == (kinds, kinds)
