"""Refunds in part, voids, moves, confirmations and cancellations by key, over HTTP."""

import asyncio

import httpx
import pytest

from tests.api.conftest import Shop, basket, key
from tests.api.shopping import balance, made, member_with, plain_shop, read, refused


@pytest.fixture
async def shop(client: httpx.AsyncClient) -> Shop:
    return await plain_shop(client)


async def test_a_line_goes_back_by_quantity_until_nothing_remains(shop: Shop) -> None:
    member = await member_with(shop, 0)
    asked = basket(member, 100)
    asked["lines"].append({"sku": "cup", "category": "cups", "quantity": "3", "amount": 100})
    bought = await made(shop, "/v1/purchases", asked)
    assert bought["points"] == 200
    one = {"purchase": bought["id"], "lines": [{"line": 1, "quantity": "1"}]}
    plan = await made(shop, "/v1/refunds/quote", one)
    first = await made(shop, "/v1/refunds", one)
    assert (plan["amount"], plan["award"], plan["remaining"]) == (first["amount"], first["award"], first["remaining"])
    assert first["remaining"] == [
        {"line": 0, "quantity": "1", "amount": 100},
        {"line": 1, "quantity": "2", "amount": 67},
    ]
    assert (first["amount"]["amount"], first["award"]["asked"]) == (33, 33)
    rest = [await made(shop, "/v1/refunds", one) for _ in range(2)]
    assert [refund["award"]["asked"] for refund in rest] == [33, 34]
    problem = await shop.ask("POST", "/v1/refunds", one)
    assert (problem.status_code, problem.json()["code"]) == (409, "refunds_too_much")
    last = await made(shop, "/v1/refunds", {"purchase": bought["id"]})
    assert (last["award"]["asked"], await balance(shop, member)) == (100, (0, 0, 0, 0))
    assert list(await refused(shop, "/v1/refunds", {"purchase": bought["id"]})) == ["already_reversed"]


async def test_an_amount_goes_back_and_the_points_that_paid_come_back_in_proportion(shop: Shop) -> None:
    member = await member_with(shop, 100)
    paid = [{"kind": "points", "points": 100}, {"kind": "cash", "amount": 300}]
    bought = await made(shop, "/v1/purchases", basket(member, 400, tenders=paid))
    assert (bought["points"], bought["paid_with_points"]["points"]) == (300, 100)
    half = await made(shop, "/v1/refunds", {"purchase": bought["id"], "amount": 200})
    assert (half["returned"]["points"], half["award"]["asked"]) == (50, 150)
    assert await balance(shop, member) == (200, 0, 0, 0)


async def test_a_void_frees_the_receipt_number_for_one_replacement(shop: Shop) -> None:
    member = await member_with(shop, 0)
    wrong = await made(shop, "/v1/purchases", basket(member, 900, external_id="R-1"))
    void = await made(shop, f"/v1/purchases/{wrong['id']}/void")
    assert (void["award"]["asked"], void["purchase"]) == (900, wrong["id"])
    again = await shop.ask("POST", "/v1/purchases", basket(member, 90, external_id="R-1"))
    assert (again.status_code, again.json()["code"]) == (409, "external_id_reused")
    right = await made(shop, "/v1/purchases", basket(member, 90, external_id="R-1", replaces=wrong["id"]))
    assert right["points"] == 90
    third = await shop.ask("POST", "/v1/purchases", basket(member, 9, external_id="R-1", replaces=wrong["id"]))
    assert (third.status_code, third.json()["code"]) == (409, "external_id_reused")
    assert (await read(shop, "/v1/purchases/ext:R-1"))["id"] == right["id"]
    assert await balance(shop, member) == (90, 0, 0, 0)


async def test_a_purchase_moves_to_the_right_member_at_its_own_time(shop: Shop) -> None:
    wrong, right = await member_with(shop, 0), await member_with(shop, 0)
    bought = await made(
        shop, "/v1/purchases", basket(wrong, 500, external_id="R-2", occurred_at="2026-03-10T09:00:01+07:00")
    )
    moved = await made(shop, f"/v1/purchases/{bought['id']}/move", {"member": right})
    assert (moved["moved_to"], moved["award"]["asked"]) == (right, 500)
    there = await read(shop, f"/v1/purchases/{moved['replacement']}")
    assert (there["member"], there["points"], there["occurred_at"]) == (right, 500, bought["occurred_at"])
    assert (await read(shop, "/v1/purchases/ext:R-2"))["id"] == there["id"]
    assert [await balance(shop, each) for each in (wrong, right)] == [(0, 0, 0, 0), (500, 0, 0, 0)]
    assert list(await refused(shop, f"/v1/purchases/{bought['id']}/move", {"member": right})) == ["already_reversed"]


async def test_pending_points_wait_for_their_event(client: httpx.AsyncClient) -> None:
    shop = await plain_shop(client, pending={"kind": "event"})
    member = await member_with(shop, 0)
    bought = await made(shop, "/v1/purchases", basket(member, 500))
    assert bought["balance"] == {"points": 0, "debt": 0, "pending": 500, "held": 0}
    confirmed = await made(shop, f"/v1/purchases/{bought['id']}/confirm")
    assert (confirmed["points"], confirmed["balance"]["points"]) == (500, 500)
    assert await refused(shop, f"/v1/purchases/{bought['id']}/confirm") == {"nothing_pending": {}}


async def test_a_cancelled_request_is_undone_if_it_ran_and_refused_if_it_did_not(shop: Shop) -> None:
    member = await member_with(shop, 0)
    ran, never = key(), key()
    bought = await made(shop, "/v1/purchases", basket(member, 500), idempotency_key=ran)
    cancelled = await made(shop, "/v1/cancellations", {"idempotency_key": ran})
    assert (cancelled["outcome"], cancelled["fact"]) == ("undone", bought["id"])
    assert await balance(shop, member) == (0, 0, 0, 0)
    assert (await made(shop, "/v1/cancellations", {"idempotency_key": ran}))["outcome"] == "undone"
    refusal = await made(shop, "/v1/cancellations", {"idempotency_key": never})
    assert refusal == {"outcome": "refused_from_now_on", "fact": None, "undone_by": None}
    late = await shop.ask("POST", "/v1/purchases", basket(member, 500), idempotency_key=never)
    assert (late.status_code, late.json()["code"]) == (409, "cancelled")
    assert await balance(shop, member) == (0, 0, 0, 0)


async def test_a_debt_policy_that_refuses_says_how_much_is_missing(client: httpx.AsyncClient) -> None:
    shop = await plain_shop(client, debt={"policy": "refuse"})
    member = await member_with(shop, 0)
    bought = await made(shop, "/v1/purchases", basket(member, 500))
    await made(shop, "/v1/redemptions", {"member": member, "points": 400})
    reasons = await refused(shop, "/v1/refunds", {"purchase": bought["id"]})
    assert list(reasons) == ["not_enough_to_reverse"]
    assert await balance(shop, member) == (100, 0, 0, 0)


async def test_a_refund_that_arrives_before_its_purchase_waits_for_it(shop: Shop) -> None:
    member, same = await member_with(shop, 0), key()
    asked = {"purchase": "ext:R-9", "amount": 200, "external_id": "F-9"}
    early = await shop.ask("POST", "/v1/refunds", asked, idempotency_key=same)
    assert (early.status_code, early.json()["status"]) == (202, "waiting")
    again = await shop.ask("POST", "/v1/refunds", asked, idempotency_key=same)
    assert (again.status_code, again.json()) == (202, early.json())
    other = await shop.ask("POST", "/v1/refunds", asked | {"amount": 201}, idempotency_key=same)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    path = f"/v1/refunds/{early.json()['id']}"
    assert (await shop.ask("GET", path)).status_code == 202
    await made(shop, "/v1/purchases", basket(member, 500, external_id="R-9"))
    for _ in range(100):
        found = await shop.ask("GET", path)
        if found.status_code == 200:
            break
        await asyncio.sleep(0.1)
    assert (found.json()["external_id"], found.json()["amount"]["amount"]) == ("F-9", 200)
    assert await balance(shop, member) == (300, 0, 0, 0)
    late = await shop.ask("POST", "/v1/refunds", asked, idempotency_key=same)
    assert (late.status_code, late.headers["idempotent-replayed"]) == (201, "true")
    assert late.json() == found.json()
