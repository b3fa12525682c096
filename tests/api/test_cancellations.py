"""Cancellations by key, over HTTP: whatever ran under it, and whatever it was sent for, the state is known."""

from typing import Any

import httpx
import pytest

from tests.api.conftest import OPERATOR, Shop, basket, key
from tests.api.rulebooks import reward
from tests.api.shopping import balance, made, member_with, plain_shop, read, refused


@pytest.fixture
async def shop(client: httpx.AsyncClient) -> Shop:
    return await plain_shop(
        client,
        adjustments={"approval_over_points": 1000},
        transfers={},
        rewards=[reward(), reward(id="cinema", kind="code_pool", pool="cinema")],
    )


async def manager_of_tills(shop: Shop, *scopes: str) -> str:
    """Another key of the tills' own source."""
    answer = await shop.client.post(
        f"/v1/programs/{shop.program['id']}/keys",
        json={"source": "tills", "name": "another", "scopes": list(scopes)},
        headers={"authorization": f"Bearer {OPERATOR}", "idempotency-key": key()},
    )
    token: str = answer.json()["key"]
    return token


async def cancelled(shop: Shop, wanted: str, **more: Any) -> dict[str, Any]:
    """What the cancellation of a key answers that has to be accepted."""
    found: dict[str, Any] = await made(shop, "/v1/cancellations", {"idempotency_key": wanted}, **more)
    return found


async def test_what_is_refused_in_advance_never_comes_about_whatever_it_is(shop: Shop) -> None:
    member, other = await member_with(shop, 300), await member_with(shop, 0)
    voucher = await made(shop, "/v1/rewards/redemptions", {"member": member, "reward": "latte"})
    hold = await made(shop, "/v1/holds", {"member": member, "points": 10})
    large = {"member": member, "points": 5000, "reason": "migration"}
    said = {"consents": [{"purpose": "marketing", "channel": "sms", "granted": True, "wording": "w-1"}]}
    asked: list[tuple[str, Any, str]] = [
        ("/v1/members", {"card": "never-made"}, shop.pos),
        ("/v1/households", None, shop.pos),
        (f"/v1/members/{member}/consents", said, shop.pos),
        ("/v1/transfers", {"member": member, "to": other, "points": 1}, shop.pos),
        (f"/v1/vouchers/{voucher['code']}/use", {}, shop.pos),
        (f"/v1/holds/{hold['id']}/release", None, shop.pos),
        ("/v1/adjustments", {"member": member, "points": 1, "reason": "error"}, shop.manager),
        ("/v1/adjustments", large, shop.manager),
        ("/v1/code-pools/cinema/codes", {"codes": ["C-1"]}, shop.manager),
        (f"/v1/members/{other}/erase", None, shop.manager),
        (f"/v1/members/{member}/merge", {"from": other}, shop.manager),
        ("/v1/rulebooks", {"document": {}}, shop.manager),
    ]
    for path, body, token in asked:
        unsure = key()
        for _ in range(2):
            assert (await cancelled(shop, unsure))["outcome"] == "refused_from_now_on"
        late = await shop.ask("POST", path, body, token=token, idempotency_key=unsure)
        assert (late.status_code, late.json()["code"]) == (409, "cancelled"), (path, late.text)
    assert (await shop.ask("GET", "/v1/members/card:never-made")).status_code == 404
    assert await read(shop, "/v1/adjustment-requests", token=shop.manager) == {"data": []}
    assert await balance(shop, member) == (190, 0, 0, 10)


async def test_a_cancellation_has_a_key_of_its_own(shop: Shop) -> None:
    member, (ran, never, other, same) = await member_with(shop, 100), [key() for _ in range(4)]
    await made(shop, "/v1/redemptions", {"member": member, "points": 10}, idempotency_key=ran)
    for wanted, outcome in ((ran, "undone"), (never, "refused_from_now_on")):
        own, asked = key(), {"idempotency_key": wanted}
        first = await shop.ask("POST", "/v1/cancellations", asked, idempotency_key=own)
        again = await shop.ask("POST", "/v1/cancellations", asked, idempotency_key=own)
        assert (first.json()["outcome"], again.json()) == (outcome, first.json())
        assert ["idempotent-replayed" in answer.headers for answer in (first, again)] == [False, True]
        reused = await shop.ask("POST", "/v1/cancellations", {"idempotency_key": other}, idempotency_key=own)
        assert (reused.status_code, reused.json()["code"]) == (422, "idempotency_key_reused")
    await made(shop, "/v1/redemptions", {"member": member, "points": 10}, idempotency_key=other)
    for _ in range(2):
        assert await made(shop, "/v1/cancellations", {"idempotency_key": same}, idempotency_key=same) == {
            "outcome": "refused_from_now_on",
            "fact": None,
            "undone_by": None,
        }
    assert await balance(shop, member) == (90, 0, 0, 0)


async def test_what_was_done_and_cannot_be_undone_is_not_said_to_be_refused(shop: Shop) -> None:
    member, other = await member_with(shop, 300), await member_with(shop, 0)
    keys = {name: key() for name in ("household", "transfer")}
    household = await made(shop, "/v1/households", idempotency_key=keys["household"])
    given = {"member": member, "to": other, "points": 7}
    transfer = await made(shop, "/v1/transfers", given, idempotency_key=keys["transfer"])
    for name, existing in (("household", None), ("transfer", transfer["id"])):
        answer = await shop.ask("POST", "/v1/cancellations", {"idempotency_key": keys[name]})
        problem = answer.json()
        assert (answer.status_code, problem["code"], problem["existing"]) == (422, "not_cancellable", existing)
    assert await made(shop, "/v1/households", idempotency_key=keys["household"]) == household


async def test_a_hold_that_was_captured_is_not_said_to_be_undone(shop: Shop) -> None:
    member, unsure = await member_with(shop, 100), key()
    hold = await made(shop, "/v1/holds", {"member": member, "points": 60}, idempotency_key=unsure)
    paid = await made(shop, f"/v1/holds/{hold['id']}/capture", {})
    assert await refused(shop, "/v1/cancellations", {"idempotency_key": unsure}) == {"hold_ended": {}}
    await made(shop, f"/v1/redemptions/{paid['id']}/cancel")
    let_go, again = key(), {"member": member, "points": 60}
    other = await made(shop, "/v1/holds", again, idempotency_key=let_go)
    await made(shop, f"/v1/holds/{other['id']}/release")
    assert await cancelled(shop, let_go) == {"outcome": "already_undone", "fact": other["id"], "undone_by": None}
    assert await balance(shop, member) == (100, 0, 0, 0)


async def test_a_refusal_names_what_stands_in_the_way(shop: Shop) -> None:
    member, unsure = await member_with(shop, 300), key()
    voucher = await made(shop, "/v1/rewards/redemptions", {"member": member, "reward": "latte"}, idempotency_key=unsure)
    use = await made(shop, f"/v1/vouchers/{voucher['code']}/use", {})
    answer = await shop.ask("POST", "/v1/cancellations", {"idempotency_key": unsure})
    assert (answer.json()["code"], answer.json()["existing"]) == ("voucher_used", use["id"])


async def test_a_voucher_whose_use_is_cancelled_by_its_key_works_once_more(shop: Shop) -> None:
    member = await member_with(shop, 300)
    voucher = await made(shop, "/v1/rewards/redemptions", {"member": member, "reward": "latte"})
    path = f"/v1/vouchers/{voucher['code']}"
    for _ in range(2):
        unsure = key()
        use = await made(shop, f"{path}/use", {"store": "D1"}, idempotency_key=unsure)
        assert (await read(shop, path))["state"] == "used"
        undone = await cancelled(shop, unsure)
        assert (undone["outcome"], undone["fact"]) == ("undone", use["id"])
        assert (await read(shop, path))["state"] == "issued"
        assert await cancelled(shop, unsure) == undone
    explained = await read(shop, f"/v1/facts/{undone['undone_by']}/explanation")
    assert explained["kind"] == "voucher_restore"
    await made(shop, f"{path}/use", {})
    assert list(await refused(shop, f"{path}/use", {})) == ["voucher_used"]
    assert await cancelled(shop, unsure) == undone
    assert (await read(shop, path))["state"] == "used"
    assert await balance(shop, member) == (200, 0, 0, 0)


async def test_only_a_manager_undoes_an_adjustment_by_its_key(shop: Shop) -> None:
    member, unsure = await member_with(shop, 100), key()
    taken = {"member": member, "points": -40, "reason": "fraud"}
    await made(shop, "/v1/adjustments", taken, token=shop.manager, idempotency_key=unsure)
    assert await refused(shop, "/v1/cancellations", {"idempotency_key": unsure}) == {"missing_scope": {}}
    assert await balance(shop, member) == (60, 0, 0, 0)
    both = await manager_of_tills(shop, "pos", "manager")
    assert (await cancelled(shop, unsure, token=both))["outcome"] == "undone"
    assert await balance(shop, member) == (100, 0, 0, 0)


async def test_what_waits_under_a_cancelled_key_waits_no_longer(shop: Shop) -> None:
    member, adjustment, refund = await member_with(shop, 0), key(), key()
    large = {"member": member, "points": 5000, "reason": "migration"}
    asked = await shop.ask("POST", "/v1/adjustments", large, token=shop.manager, idempotency_key=adjustment)
    early = await shop.ask("POST", "/v1/refunds", {"purchase": "ext:R-1"}, idempotency_key=refund)
    assert (asked.status_code, early.status_code) == (202, 202)
    for unsure in (adjustment, refund):
        assert (await cancelled(shop, unsure))["outcome"] == "refused_from_now_on"
    assert await read(shop, "/v1/adjustment-requests", token=shop.manager) == {"data": []}
    path = f"/v1/adjustment-requests/{asked.json()['id']}"
    assert list(await refused(shop, f"{path}/approve", token=await manager_of_tills(shop, "manager"))) == [
        "adjustment_decided"
    ]
    request = await read(shop, path, token=shop.manager)
    assert (request["state"], request["decided_by"], request["adjustment"]) == ("rejected", None, None)
    assert (await shop.ask("GET", f"/v1/refunds/{early.json()['id']}")).json()["status"] == "refused"
    await shop.buy(member, 200, external_id="R-1")
    assert await balance(shop, member) == (200, 0, 0, 0)


async def test_a_sale_that_was_put_on_another_card_is_undone_there(shop: Shop) -> None:
    wrong, right, third = [await member_with(shop, 0) for _ in range(3)]
    unsure = key()
    bought = await made(shop, "/v1/purchases", basket(wrong, 100, external_id="R-1"), idempotency_key=unsure)
    moved = await made(shop, f"/v1/purchases/{bought['id']}/move", {"member": right})
    moved = await made(shop, f"/v1/purchases/{moved['replacement']}/move", {"member": third})
    undone = await cancelled(shop, unsure)
    assert (undone["outcome"], undone["fact"], undone["undone_by"][:4]) == ("undone", bought["id"], "vod_")
    assert [(await balance(shop, member))[0] for member in (wrong, right, third)] == [0, 0, 0]
    assert await refused(shop, f"/v1/purchases/{moved['replacement']}/void") == {"already_reversed": {}}
    assert await cancelled(shop, unsure) == undone


async def test_what_was_undone_before_is_told_with_what_undid_it(shop: Shop) -> None:
    member, unsure = await member_with(shop, 0), key()
    bought = await made(shop, "/v1/purchases", basket(member, 100), idempotency_key=unsure)
    void = await made(shop, f"/v1/purchases/{bought['id']}/void")
    found = {"outcome": "already_undone", "fact": bought["id"], "undone_by": void["id"]}
    assert await cancelled(shop, unsure) == found
