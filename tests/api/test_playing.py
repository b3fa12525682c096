"""Activities, challenges, streaks, badges and gifts over HTTP: what tills send, and what members read."""

import httpx
import pytest

from tests.api.conftest import Shop, basket, key
from tests.api.playground import PARTS
from tests.api.rulebooks import plain
from tests.api.shopping import at, made, plain_shop, read, refused


@pytest.fixture
async def shop(client: httpx.AsyncClient) -> Shop:
    return await plain_shop(client, **PARTS)


async def test_two_more_visits_and_the_next_coffee_is_free(shop: Shop) -> None:
    member = (await shop.enrol(card="2900000000017", language="kk"))["id"]
    bought = await made(shop, "/v1/purchases", basket(member, 10))
    assert bought["messages"]["cashier"] == "Рақмет! Берілген ұпай: 10. «Үшіншісі тегін», қалғаны: 2."
    assert bought["progress"][0] == {
        "game": "challenge",
        "id": "tenth-coffee",
        "title": "The third is free",
        "goal": "visits",
        "count": 1,
        "target": 3,
        "missing": 2,
    }
    await made(shop, "/v1/purchases", basket(member, 10))
    quote = await made(shop, "/v1/purchases/quote", basket(member, 10))
    third = await made(shop, "/v1/purchases", basket(member, 10))
    assert quote["prizes"] == third["prizes"]
    assert [(prize["gift"], prize["badge"], prize["gift_last_day"]) for prize in third["prizes"]] == [
        ("latte", "regular", "2026-04-09")
    ]
    assert "«A latte»" in third["messages"]["member"]


async def test_progress_shows_everything_that_a_member_plays(shop: Shop) -> None:
    member = (await shop.enrol())["id"]
    for _ in range(4):
        await made(shop, "/v1/purchases", basket(member, 10))
    shown = await read(shop, f"/v1/members/{member}/progress")
    (challenge,) = shown["challenges"]
    assert (challenge["completed"], challenge["can_be_completed"]) == (1, True)
    assert [(goal["count"], goal["target"], goal["missing"]) for goal in challenge["goals"]] == [(1, 3, 2)]
    (streak,) = shown["streaks"]
    assert (streak["periods"], streak["is_done_now"], streak["last_day"]) == (1, True, "2026-03-11")
    assert [(badge["id"], badge["times"]) for badge in shown["badges"]] == [("regular", 1)]
    assert [(gift["reward"], gift["count"], gift["last_day"]) for gift in shown["gifts"]] == [
        ("latte", 1, "2026-04-09")
    ]
    token = (await made(shop, f"/v1/members/{member}/tokens", {}))["token"]
    assert await read(shop, "/v1/me/progress", token=token) == shown | {"as_of": shown["as_of"]}
    (offer,) = (await read(shop, f"/v1/rewards?member={member}"))["data"]
    assert (offer["cost_points"], offer["is_gift"], offer["obstacles"]) == (0, True, [])
    taken = await made(shop, "/v1/rewards/redemptions", {"member": member, "reward": "latte"})
    assert taken["points"] == 0
    assert (await read(shop, f"/v1/members/{member}/progress"))["gifts"] == []
    assert "insufficient_points" in await refused(
        shop, "/v1/rewards/redemptions", {"member": member, "reward": "latte"}
    )


async def test_gifts_stand_with_the_balance_while_they_can_be_taken(shop: Shop) -> None:
    member = (await shop.enrol())["id"]
    path = f"/v1/members/{member}/balance"
    assert (await read(shop, path))["gifts"] == []
    for _ in range(3):
        await made(shop, "/v1/purchases", basket(member, 10))
    gift = {"reward": "latte", "title": "A latte", "count": 1, "last_day": "2026-04-09"}
    assert (await read(shop, path))["gifts"] == [gift]
    assert (await read(shop, f"{path}?as_of=2026-03-10T00:00:00Z"))["gifts"] is None
    token = (await made(shop, f"/v1/members/{member}/tokens", {"ttl_seconds": 3600}))["token"]
    assert (await read(shop, "/v1/me", token=token))["gifts"] == [gift | {"title": "Một ly latte"}]
    # What an earlier version gave is still theirs.
    forgotten = plain(**PARTS | {"challenges": []})
    assert (await shop.publish(forgotten)).status_code == 201
    assert (await read(shop, path))["gifts"] == [gift]
    await at(shop, "2026-04-10T00:00:00")
    assert (await read(shop, path))["gifts"] == (await read(shop, "/v1/me", token=token))["gifts"] == []


async def test_an_activity_is_recorded_read_explained_and_undone(shop: Shop) -> None:
    member = (await shop.enrol())["id"]
    asked = {
        "member": member,
        "kind": "review",
        "numbers": {"stars": 5},
        "texts": {"words": "Lovely"},
        "external_id": "review-1",
    }
    quote = await made(shop, "/v1/activities/quote", asked)
    done = await made(shop, "/v1/activities", asked)
    assert (quote["points"], done["points"], done["texts"], done["counted"]) == (20, 20, {"words": "Lovely"}, True)
    assert await made(shop, "/v1/activities", asked) == done
    assert await read(shop, "/v1/activities/ext:review-1") == done
    told = await read(shop, f"/v1/facts/{done['id']}/explanation")
    assert told["kind"] == "activity"
    assert [(rule["rule"], rule["granted"]) for rule in told["applied"]] == [("thanks", 20)]
    over = await made(shop, "/v1/activities", asked | {"external_id": "review-2"})
    assert (over["counted"], [warning["code"] for warning in over["warnings"]]) == (False, ["activity_limit"])
    events = (await read(shop, "/v1/events", token=shop.manager))["data"]
    assert [event["type"] for event in events][-2:] == ["activity", "activity"]
    undone = await made(shop, f"/v1/activities/{done['id']}/cancel")
    assert (undone["points_taken"], undone["balance"]["points"]) == (20, 0)


async def test_an_activity_comes_in_a_batch_and_goes_by_its_key(shop: Shop) -> None:
    member = (await shop.enrol())["id"]
    command = {"idempotency_key": key(), "kind": "activity"}
    command["activity"] = {"member": member, "kind": "review", "numbers": {"stars": 4}}  # type: ignore[assignment]
    answer = await made(shop, "/v1/batch", {"commands": [command]})
    assert answer["results"][0]["activity"]["points"] == 20
    cancelled = await made(shop, "/v1/cancellations", {"idempotency_key": command["idempotency_key"]})
    assert cancelled["outcome"] == "undone"


async def test_what_an_activity_lacks_is_told_with_pointers(shop: Shop) -> None:
    member = (await shop.enrol())["id"]
    asked = {"member": member, "kind": "review"}
    assert (await refused(shop, "/v1/activities", asked)).keys() == {"activity_field_required"}
    assert (await refused(shop, "/v1/activities", asked | {"kind": "share"})).keys() == {"unknown_activity"}
