"""The feed of a programme over HTTP."""

import httpx

from app.engine.commands import Command
from app.routers.events import TYPES
from app.routers.render import PREFIXES
from tests.api.shopping import at, made, member_with, plain_shop, read


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
            "at": "2026-04-01T17:00:00.000000Z",
            "on": "2026-04-09T17:00:00.000000Z",
        }
    ]


def test_every_kind_of_command_has_a_name_and_a_prefix() -> None:
    kinds = {each.__struct_config__.tag for each in Command.__args__}
    assert (set(TYPES), set(PREFIXES)) == (kinds, kinds)
