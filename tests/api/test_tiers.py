"""Tiers over HTTP: what is given by hand, several sets, and the way to the next level (semantics 22 to 24)."""

from typing import Any

import httpx

from tests.api.conftest import Shop
from tests.api.rulebooks import plain
from tests.api.shopping import at, made, plain_shop, read, refused

LADDER = {
    "review_months": 1,
    "window_months": 1,
    "levels": [
        {"id": "bronze", "title": {"en": "Bronze"}, "from_points": 0},
        {"id": "silver", "title": {"en": "Silver"}, "from_points": 100},
        {"id": "gold", "title": {"en": "Gold"}, "from_points": 300},
    ],
}
WINE = {
    "id": "wine",
    "title": {"en": "Wine club"},
    "window": {"kind": "calendar", "period": "year"},
    "levels": [
        {"id": "guest", "title": {"en": "Guest"}, "from_points": 0},
        {
            "id": "friend",
            "title": {"en": "Friend"},
            "needs": {
                "kind": "any",
                "needs": [
                    {"kind": "enough", "counter": "spend", "at_least": 300},
                    {"kind": "enough", "counter": "visits", "at_least": 2},
                ],
            },
        },
    ],
}


async def tier(shop: Shop, member: str) -> Any:
    return (await read(shop, f"/v1/members/{member}/tier"))["tier"]


async def gives(shop: Shop, member: str, **body: Any) -> Any:
    return await made(shop, f"/v1/members/{member}/tier", {"reason": "vip", **body}, token=shop.manager)


async def test_a_tier_that_was_given_holds_until_its_last_day_and_no_longer(client: httpx.AsyncClient) -> None:
    shop = await plain_shop(client, tiers=LADDER)
    member = (await shop.enrol())["id"]
    given = await gives(shop, member, tier="gold", last_valid_day="2026-06-30")
    assert (given["given"], given["set"], given["until"]) == ("gold", "", "2026-06-30T17:00:00.000000Z")
    assert (given["tier"]["level"], given["tier"]["kept_until"]) == ("gold", "2026-06-30T17:00:00.000000Z")
    shown = {"level": "gold", "title": "Gold", "until": "2026-06-30T17:00:00.000000Z"}
    assert (await tier(shop, member))["given"] == shown
    await at(shop, "2026-06-30T23:59:59")
    assert (await tier(shop, member))["level"] == "gold"
    await at(shop, "2026-07-01T00:00:00")
    after = await tier(shop, member)
    assert (after["level"], after["given"], after["kept_until"]) == ("bronze", None, None)


async def test_who_reached_more_keeps_it_and_falls_no_lower_than_what_was_given(client: httpx.AsyncClient) -> None:
    shop = await plain_shop(client, tiers=LADDER)
    member = (await shop.enrol())["id"]
    await shop.buy(member, 300)
    given = await gives(shop, member, tier="silver")
    assert given["tier"]["level"] == "gold"
    await at(shop, "2026-05-11T00:00:00")
    assert (await tier(shop, member))["level"] == "silver"


async def test_what_was_given_can_be_ended_and_is_explained(client: httpx.AsyncClient) -> None:
    shop = await plain_shop(client, tiers=LADDER)
    member = (await shop.enrol())["id"]
    given = await gives(shop, member, tier="gold")
    path = f"/v1/members/{member}/tier/end"
    ended = await made(shop, path, {"reason": "mistake"}, token=shop.manager)
    assert (ended["given"], ended["tier"]["level"]) == (None, "bronze")
    assert await refused(shop, path, {"reason": "mistake"}, token=shop.manager) == {"nothing_granted": {}}
    told = [(await read(shop, f"/v1/facts/{fact['id']}/explanation"))["sentences"] for fact in (given, ended)]
    assert told[0][:2] == ["Tier given by hand: Gold.", "A tier was given by hand."]
    assert told[1][:2] == [
        "Tier after what was given by hand has ended: Bronze.",
        "A tier that was given by hand has ended.",
    ]


async def test_what_cannot_be_given_is_refused(client: httpx.AsyncClient) -> None:
    shop = await plain_shop(client, tiers=LADDER)
    path = f"/v1/members/{(await shop.enrol())['id']}/tier"
    wrong = {"tier": "bronze", "last_valid_day": "2026-03-01", "reason": "vip"}
    assert await refused(shop, path, wrong, token=shop.manager) == {"unknown_tier": {}, "ends_too_soon": {}}
    wrong = {"tier": "gold", "set": "wine", "reason": "vip"}
    assert await refused(shop, path, wrong, token=shop.manager) == {"unknown_tier_set": {}}


async def test_every_set_is_shown_with_what_its_next_level_takes(client: httpx.AsyncClient) -> None:
    shop = await plain_shop(client, tiers=LADDER, tier_sets=[WINE])
    member = (await shop.enrol())["id"]
    first = (await shop.buy(member, 120))["tier"]
    (wine,) = first["sets"]
    assert (first["level"], first["points_missing"], wine["set"], wine["level"]) == ("silver", 180, "wine", "guest")
    needs = [(each["counter"], each["amount"], each["missing"]) for each in wine["next_needs"]["needs"]]
    assert (wine["next_needs"]["kind"], needs) == ("any", [("spend", 120, 180), ("visits", 1, 1)])
    (wine,) = (await shop.buy(member, 1))["tier"]["sets"]
    assert (wine["level"], wine["kept_until"], wine["next_needs"]) == ("friend", "2027-12-31T17:00:00.000000Z", None)
    assert (await tier(shop, member))["sets"] == [wine]
    await at(shop, "2027-12-31T23:59:59")
    assert (await tier(shop, member))["sets"][0]["level"] == "friend"
    await at(shop, "2028-01-01T00:00:00")
    assert (await tier(shop, member))["sets"][0]["level"] == "guest"


async def test_a_main_set_of_visits_tells_how_many_are_missing(client: httpx.AsyncClient) -> None:
    visits = {"kind": "enough", "counter": "visits", "at_least": 3}
    levels = [LADDER["levels"][0], {"id": "silver", "title": {"en": "Silver"}, "needs": visits}]  # type: ignore[index]
    shop = await plain_shop(client, tiers={"levels": levels, "window": {"kind": "lifetime"}})
    member = (await shop.enrol(card="tier-visits", language="en"))["id"]
    bought = await shop.buy(member, 5)
    assert bought["tier"]["next_needs"]["missing"] == 2
    assert bought["messages"]["cashier"] == "Thank you! Points earned: 5. Visits until you are Silver: 2."


async def test_merging_keeps_what_was_given_and_the_higher_tier_of_every_set(client: httpx.AsyncClient) -> None:
    shop = await plain_shop(client, tiers=LADDER, tier_sets=[WINE])
    one, other = [(await shop.enrol())["id"] for _ in range(2)]
    await shop.buy(other, 5)
    await shop.buy(other, 5)
    await gives(shop, other, tier="gold", last_valid_day="2026-06-30")
    await made(shop, f"/v1/members/{one}/merge", {"from": other}, token=shop.manager)
    shown = await tier(shop, one)
    assert (shown["level"], shown["given"]["level"], shown["sets"][0]["level"]) == ("gold", "gold", "friend")
    await at(shop, "2026-07-01T00:00:00")
    assert (await tier(shop, one))["level"] == "bronze"


async def test_a_set_or_a_level_never_vanishes(client: httpx.AsyncClient) -> None:
    shop = await plain_shop(client, tiers=LADDER, tier_sets=[WINE])
    answer = await shop.publish(plain(tiers=LADDER))
    assert [fault["code"] for fault in answer.json()["errors"]] == ["tier_removed"]
