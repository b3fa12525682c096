"""Points given or taken by hand, over HTTP."""

import httpx
import pytest

from tests.api.conftest import OPERATOR, Shop, key
from tests.api.shopping import at, balance, made, member_with, plain_shop, read, refused


@pytest.fixture
async def shop(client: httpx.AsyncClient) -> Shop:
    return await plain_shop(
        client,
        adjustments={"approval_over_points": 1000},
        goodwill={"points_per_staff_and_day": 50, "points_max": 30},
        expiry={"kind": "rolling", "months": 12},
    )


async def second_manager(shop: Shop) -> str:
    """Another key of the same source."""
    answer = await shop.client.post(
        f"/v1/programs/{shop.program['id']}/keys",
        json={"source": "tills", "name": "second", "scopes": ["manager"]},
        headers={"authorization": f"Bearer {OPERATOR}", "idempotency-key": key()},
    )
    token: str = answer.json()["key"]
    return token


async def test_an_adjustment_has_a_reason_and_can_have_a_date(shop: Shop) -> None:
    member = await member_with(shop, 0)
    asked = {"member": member, "points": 150, "reason": "damaged", "note": "Lid", "last_valid_day": "2026-03-31"}
    given = await made(shop, "/v1/adjustments", asked, token=shop.manager)
    assert (given["points"], given["reason"], given["note"], given["lot"]) == (150, "damaged", "Lid", 1)
    assert await read(shop, f"/v1/adjustments/{given['id']}", token=shop.manager) == given
    await at(shop, "2026-04-01T00:00:00")
    assert await balance(shop, member) == (0, 0, 0, 0)


async def test_what_was_done_by_hand_says_who_did_it_and_why(shop: Shop) -> None:
    member, second = await member_with(shop, 0), await second_manager(shop)
    small = await made(shop, "/v1/adjustments", {"member": member, "points": 5, "reason": "lid"}, token=shop.manager)
    large = {"member": member, "points": 5000, "reason": "migration"}
    asked = (await shop.ask("POST", "/v1/adjustments", large, token=shop.manager)).json()
    decided = await made(shop, f"/v1/adjustment-requests/{asked['id']}/approve", token=second)
    given = await read(shop, f"/v1/adjustments/{decided['adjustment']}", token=shop.manager)
    assert (small["asked_by"], small["approved_by"]) == (asked["asked_by"], None)
    assert (given["asked_by"], given["approved_by"]) == (asked["asked_by"], decided["decided_by"])
    assert given["asked_by"] != given["approved_by"]
    gift = await made(shop, "/v1/goodwill", {"member": member, "points": 9, "staff": "112", "reason": "long-wait"})
    said = [(await read(shop, f"/v1/facts/{fact}/explanation"))["sentences"] for fact in (small["id"], gift["id"])]
    assert said == [
        ["Points corrected by hand: 5.", "Reason: lid.", "Points to spend: 5."],
        ["Points as goodwill: 9.", "Given by: 112.", "Reason: long-wait.", "Points to spend: 5014."],
    ]


async def test_points_that_an_adjustment_takes_must_be_there(shop: Shop) -> None:
    member = await member_with(shop, 100)
    asked = {"member": member, "points": -101, "reason": "error"}
    reasons = await refused(shop, "/v1/adjustments", asked, token=shop.manager)
    assert reasons == {"insufficient_points": {"available": 100, "requested": 101}}
    taken = await made(shop, "/v1/adjustments", asked | {"points": -100}, token=shop.manager)
    assert await balance(shop, member) == (0, 0, 0, 0)
    undone = await made(shop, f"/v1/adjustments/{taken['id']}/cancel", token=shop.manager)
    assert (undone["returned"], await balance(shop, member)) == (100, (100, 0, 0, 0))


async def test_a_large_adjustment_needs_a_second_person(shop: Shop) -> None:
    member, same = await member_with(shop, 0), key()
    asked = {"member": member, "points": 5000, "reason": "migration"}
    answer = await shop.ask("POST", "/v1/adjustments", asked, token=shop.manager, idempotency_key=same)
    assert (answer.status_code, answer.json()["state"]) == (202, "pending")
    again = await shop.ask("POST", "/v1/adjustments", asked, token=shop.manager, idempotency_key=same)
    assert (again.status_code, again.json()) == (202, answer.json())
    waiting = await read(shop, "/v1/adjustment-requests", token=shop.manager)
    assert [each["id"] for each in waiting["data"]] == [answer.json()["id"]]
    path = f"/v1/adjustment-requests/{answer.json()['id']}"
    assert list(await refused(shop, f"{path}/approve", token=shop.manager)) == ["second_person_needed"]
    assert await balance(shop, member) == (0, 0, 0, 0)
    second = await second_manager(shop)
    approved = await made(shop, f"{path}/approve", token=second)
    assert (approved["state"], await balance(shop, member)) == ("approved", (5000, 0, 0, 0))
    assert await made(shop, f"{path}/approve", token=second) == approved
    assert list(await refused(shop, f"{path}/reject", token=second)) == ["adjustment_decided"]
    assert await balance(shop, member) == (5000, 0, 0, 0)


async def test_whoever_asked_is_answered_the_same_whatever_has_become_of_it(shop: Shop) -> None:
    member, second = await member_with(shop, 0), await second_manager(shop)
    asked = {"member": member, "points": 5000, "reason": "migration", "note": "From the old system"}
    for way, state in (("approve", "approved"), ("reject", "rejected")):
        same = key()
        first = await shop.ask("POST", "/v1/adjustments", asked, token=shop.manager, idempotency_key=same)
        path = f"/v1/adjustment-requests/{first.json()['id']}"
        decided = await made(shop, f"{path}/{way}", token=second)
        again = await shop.ask("POST", "/v1/adjustments", asked, token=shop.manager, idempotency_key=same)
        assert (again.status_code, again.json()) == (202, first.json())
        assert again.headers["idempotent-replayed"] == "true"
        assert await read(shop, path, token=shop.manager) == decided
        assert decided["state"] == state
        other = await shop.ask(
            "POST", "/v1/adjustments", asked | {"points": 5001}, token=shop.manager, idempotency_key=same
        )
        assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert await balance(shop, member) == (5000, 0, 0, 0)


async def test_an_approval_that_is_refused_decides_nothing(shop: Shop) -> None:
    member, second = await member_with(shop, 2000), await second_manager(shop)
    asked = {"member": member, "points": -1500, "reason": "fraud"}
    waiting = (await shop.ask("POST", "/v1/adjustments", asked, token=shop.manager)).json()
    spent = await made(shop, "/v1/redemptions", {"member": member, "points": 1000})
    path = f"/v1/adjustment-requests/{waiting['id']}"
    for _ in range(2):
        reasons = await refused(shop, f"{path}/approve", token=second)
        assert reasons == {"insufficient_points": {"available": 1000, "requested": 1500}}
        assert await read(shop, "/v1/adjustment-requests", token=shop.manager) == {"data": [waiting]}
    await made(shop, f"/v1/redemptions/{spent['id']}/cancel")
    assert (await made(shop, f"{path}/approve", token=second))["state"] == "approved"
    assert await balance(shop, member) == (500, 0, 0, 0)


async def test_a_rejected_adjustment_comes_to_nothing(shop: Shop) -> None:
    member = await member_with(shop, 0)
    asked = {"member": member, "points": 5000, "reason": "migration"}
    waiting = (await shop.ask("POST", "/v1/adjustments", asked, token=shop.manager)).json()
    second, path = await second_manager(shop), f"/v1/adjustment-requests/{waiting['id']}"
    assert (await made(shop, f"{path}/reject", token=second))["state"] == "rejected"
    assert list(await refused(shop, f"{path}/approve", token=second)) == ["adjustment_decided"]
    assert await balance(shop, member) == (0, 0, 0, 0)


async def test_a_member_of_the_staff_gives_only_so_much_a_day(shop: Shop) -> None:
    member, other = await member_with(shop, 0), await member_with(shop, 0)
    gift = {"member": member, "points": 30, "staff": "112", "reason": "long-wait"}
    given = await made(shop, "/v1/goodwill", gift)
    assert (given["points"], given["staff"]) == (30, "112")
    reasons = await refused(shop, "/v1/goodwill", gift | {"member": other})
    assert reasons == {"goodwill_used_up": {"left": 20, "requested": 30}}
    assert list(await refused(shop, "/v1/goodwill", gift | {"points": 31})) == [
        "goodwill_too_large",
        "goodwill_used_up",
    ]
    await made(shop, "/v1/goodwill", gift | {"staff": "113", "member": other})
    await at(shop, "2026-03-11T00:00:00")
    await made(shop, "/v1/goodwill", gift | {"member": other})
    assert [await balance(shop, each) for each in (member, other)] == [(30, 0, 0, 0), (60, 0, 0, 0)]


async def test_a_later_expiry_is_explicit_and_on_record(shop: Shop) -> None:
    member = await member_with(shop, 100)
    path = f"/v1/members/{member}/lots/1/extend"
    asked = {"last_valid_day": "2027-06-30", "reason": "long-illness"}
    extended = await made(shop, path, asked, token=shop.manager)
    assert (extended["expires_before"], extended["expires_at"]) == (
        "2027-03-10T17:00:00.000000Z",
        "2027-06-30T17:00:00.000000Z",
    )
    assert list(await refused(shop, path, asked, token=shop.manager)) == ["not_longer"]
    await at(shop, "2027-06-30T23:59:59")
    assert await balance(shop, member) == (100, 0, 0, 0)
    await at(shop, "2027-07-01T00:00:00")
    assert await balance(shop, member) == (0, 0, 0, 0)
