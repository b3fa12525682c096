"""Holds over HTTP: points set aside, captured, released, lapsed."""

import httpx
import pytest

from tests.api.conftest import Shop, key
from tests.api.shopping import at, balance, made, member_with, plain_shop, read, refused


@pytest.fixture
async def shop(client: httpx.AsyncClient) -> Shop:
    return await plain_shop(client, holds={"minutes": 15, "life_minutes_max": 60})


async def test_held_points_cannot_be_spent_by_anything_else(shop: Shop) -> None:
    member = await member_with(shop, 100)
    hold = await made(shop, "/v1/holds", {"member": member, "points": 60})
    assert (hold["points"], hold["value"], hold["wallet"]) == (60, {"amount": 60, "currency": "VND"}, "points")
    assert hold["until"] == "2026-03-10T02:15:02.000000Z"
    assert await balance(shop, member) == (40, 0, 0, 60)
    reasons = await refused(shop, "/v1/redemptions", {"member": member, "points": 41})
    assert reasons == {"insufficient_points": {"available": 40, "requested": 41}}


async def test_a_capture_is_a_redemption_and_releases_the_rest(shop: Shop) -> None:
    member = await member_with(shop, 100)
    hold = await made(shop, "/v1/holds", {"member": member, "points": 60})
    captured = await made(shop, f"/v1/holds/{hold['id']}/capture", {"points": 25, "store": "D1"})
    assert (captured["points"], captured["released"], captured["hold"]) == (25, 35, hold["id"])
    assert await balance(shop, member) == (75, 0, 0, 0)
    assert (await read(shop, f"/v1/redemptions/{captured['id']}"))["points"] == 25
    await made(shop, f"/v1/redemptions/{captured['id']}/cancel")
    assert await balance(shop, member) == (100, 0, 0, 0)


async def test_a_hold_ends_exactly_once(shop: Shop) -> None:
    member = await member_with(shop, 100)
    hold = await made(shop, "/v1/holds", {"member": member, "points": 60})
    released = await made(shop, f"/v1/holds/{hold['id']}/release")
    assert (released["points"], released["hold"]) == (60, hold["id"])
    assert await refused(shop, f"/v1/holds/{hold['id']}/capture", {}) == {"hold_ended": {}}
    assert await refused(shop, f"/v1/holds/{hold['id']}/release") == {"hold_ended": {}}
    assert (await read(shop, f"/v1/holds/{hold['id']}"))["state"] == "released"


async def test_a_hold_lapses_by_itself(shop: Shop) -> None:
    member = await member_with(shop, 100)
    hold = await made(shop, "/v1/holds", {"member": member, "points": 60, "minutes": 10})
    await at(shop, "2026-03-10T09:10:03")
    assert (await read(shop, f"/v1/holds/{hold['id']}"))["state"] == "lapsed"
    assert await balance(shop, member) == (100, 0, 0, 0)


async def test_a_hold_is_extended_within_its_whole_life(shop: Shop) -> None:
    member = await member_with(shop, 100)
    hold = await made(shop, "/v1/holds", {"member": member, "points": 60})
    await at(shop, "2026-03-10T09:10:02")
    longer = await made(shop, f"/v1/holds/{hold['id']}/extend", {"minutes": 50})
    assert longer["until"] == "2026-03-10T03:00:02.000000Z"
    reasons = await refused(shop, f"/v1/holds/{hold['id']}/extend", {"minutes": 51})
    assert reasons == {"hold_life_exceeded": {"maximum": 50, "requested": 51}}


async def test_a_retried_hold_is_answered_with_the_first(shop: Shop) -> None:
    member = await member_with(shop, 100)
    again = key()
    first = await shop.ask("POST", "/v1/holds", {"member": member, "points": 60}, idempotency_key=again)
    second = await shop.ask("POST", "/v1/holds", {"member": member, "points": 60}, idempotency_key=again)
    assert (first.json(), "idempotent-replayed" in first.headers) == (second.json(), False)
    assert second.headers["idempotent-replayed"] == "true"
    assert await balance(shop, member) == (40, 0, 0, 60)


async def test_a_phone_places_a_hold_with_its_token(shop: Shop) -> None:
    member, other = await member_with(shop, 100), await member_with(shop, 100)
    tokens = [
        (await made(shop, f"/v1/members/{each}/tokens", {"ttl_seconds": 600}))["token"] for each in (member, other)
    ]
    same = key()
    holds = [await made(shop, "/v1/me/holds", {"points": 30}, token=token, idempotency_key=same) for token in tokens]
    assert [hold["member"] for hold in holds] == [member, other]
    captured = await made(shop, f"/v1/holds/{holds[0]['id']}/capture", {})
    assert captured["points"] == 30
    assert [await balance(shop, each) for each in (member, other)] == [(70, 0, 0, 0), (70, 0, 0, 30)]


async def test_a_hold_that_arrives_too_late_is_refused(shop: Shop) -> None:
    member = await member_with(shop, 100)
    asked = {"member": member, "points": 60, "not_after": "2026-03-10T09:00:01+07:00"}
    assert await refused(shop, "/v1/holds", asked) == {"too_late": {}}


async def test_the_quote_of_a_hold_holds_nothing(shop: Shop) -> None:
    member = await member_with(shop, 100)
    quote = await made(shop, "/v1/holds/quote", {"member": member, "points": 60})
    assert (quote["points"], quote["balance"]["held"]) == (60, 60)
    assert await balance(shop, member) == (100, 0, 0, 0)
