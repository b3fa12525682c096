"""POST /v1/batch: each command with its own key and its own result."""

import asyncio
from typing import Any

from tests.api.conftest import Shop, basket, key


def purchase(member: str, *amounts: int, **more: Any) -> dict[str, Any]:
    return {"idempotency_key": key(), "kind": "purchase", "purchase": basket(member, *amounts, **more)}


async def run(shop: Shop, *commands: dict[str, Any]) -> list[dict[str, Any]]:
    answer = await shop.ask("POST", "/v1/batch", {"commands": list(commands)})
    assert answer.status_code == 200, answer.text
    results: list[dict[str, Any]] = answer.json()["results"]
    assert [result["index"] for result in results] == list(range(len(commands)))
    return results


async def test_every_kind_of_command_and_a_refund_of_a_purchase_in_the_same_batch(shop: Shop) -> None:
    await shop.enrol(card="1")
    bought = await shop.buy("card:1", 300000)
    redeemed = await shop.ask("POST", "/v1/redemptions", {"member": "card:1", "points": 100})
    results = await run(
        shop,
        purchase("card:1", 50000, external_id="r-1"),
        {"idempotency_key": key(), "kind": "refund", "refund": {"purchase": "ext:r-1"}},
        {"idempotency_key": key(), "kind": "redemption", "redemption": {"member": "card:1", "points": 200}},
        {
            "idempotency_key": key(),
            "kind": "redemption_cancel",
            "redemption_cancel": {"redemption": redeemed.json()["id"]},
        },
        {"idempotency_key": key(), "kind": "refund", "refund": {"purchase": bought["id"]}},
    )
    assert [result["status"] for result in results] == [201] * 5
    assert results[0]["purchase"]["balance"]["points"] == 250
    assert results[1]["refund"]["purchase"] == results[0]["purchase"]["id"]
    assert results[2]["redemption"]["value"]["amount"] == 20000
    assert results[3]["redemption_cancel"]["balance"]["points"] == 100
    assert results[4]["refund"]["balance"] == {"points": 0, "debt": 200, "pending": 0, "held": 0}
    assert all(result["problem"] is None for result in results)


async def test_a_refund_that_comes_before_its_purchase_waits_in_a_batch_as_it_does_alone(shop: Shop) -> None:
    member = (await shop.enrol())["id"]
    refund = {"purchase": "ext:r-2", "amount": 30000}
    early = {"idempotency_key": key(), "kind": "refund", "refund": refund}
    sold = purchase(member, 50000, external_id="r-2")
    results = await run(shop, early, sold)
    assert [result["status"] for result in results] == [202, 201]
    waiting = results[0]["waiting_refund"]
    assert (results[0]["refund"], waiting["status"], waiting["problem"]) == (None, "waiting", None)
    for _ in range(100):
        done = await shop.ask("GET", f"/v1/refunds/{waiting['id']}")
        if done.status_code == 200:
            break
        await asyncio.sleep(0.1)
    assert (done.json()["id"], done.json()["award"]["asked"]) == (waiting["id"], 30)
    (again,) = await run(shop, early)
    assert (again["status"], again["replayed"], again["refund"]) == (201, True, done.json())


async def test_a_refund_that_could_not_be_when_its_purchase_came_says_why(shop: Shop) -> None:
    member = (await shop.enrol())["id"]
    early = {"purchase": "ext:r-3", "lines": [{"line": 0, "quantity": "2.5"}]}
    answer = await shop.ask("POST", "/v1/refunds", early)
    assert (answer.status_code, answer.json()["problem"]) == (202, None)
    await shop.ask("POST", "/v1/purchases", basket(member, 50000, external_id="r-3"))
    for _ in range(100):
        refused = (await shop.ask("GET", f"/v1/refunds/{answer.json()['id']}")).json()
        if refused["status"] != "waiting":
            break
        await asyncio.sleep(0.1)
    told = refused["problem"]
    assert (refused["status"], told["status"], told["code"]) == ("refused", 409, "refunds_too_much")
    assert told["detail"] == "Remaining: 1; asked for: 2.5."
    assert told["errors"][0]["pointer"] == "/lines/0/quantity"
    assert told["errors"][0]["numbers"] == {"remaining_micro": 1_000_000, "requested_micro": 2_500_000}


async def test_a_result_equals_the_answer_of_a_single_request(shop: Shop) -> None:
    member = (await shop.enrol())["id"]
    command = purchase(member, 50000)
    (result,) = await run(shop, command)
    single = await shop.ask("POST", "/v1/purchases", command["purchase"], idempotency_key=command["idempotency_key"])
    assert single.headers["idempotent-replayed"] == "true"
    assert result["purchase"] == single.json()
    (again,) = await run(shop, command)
    assert again == result | {"replayed": True}


async def test_exactly_the_poison_fails(shop: Shop) -> None:
    member = (await shop.enrol())["id"]
    good = [purchase(member, 1000) for _ in range(97)]
    poison = [
        purchase(member, -1),
        purchase(member, 1000, currency="USD"),
        purchase("card:nobody", 1000),
        {"idempotency_key": key(), "kind": "purchase", "refund": {"purchase": "ext:x"}},
        {"idempotency_key": "short", "kind": "purchase", "purchase": basket(member, 1000)},
        {"idempotency_key": key(), "kind": "refund", "refund": {"purchase": "pur_01jkm3x8e4f5gr6h7s8t9v0w1x"}},
        {"idempotency_key": key(), "kind": "redemption", "redemption": {"member": member, "points": 10**9 * 100}},
        7,
    ]
    commands: list[Any] = [*good[:50], *poison, *good[50:]]
    results = await run(shop, *commands)
    failed = [result for result in results if result["problem"] is not None]
    assert [result["index"] for result in failed] == list(range(50, 58))
    assert sum(result["status"] == 201 for result in results) == 97
    pointers = [result["problem"]["errors"][0]["pointer"] for result in failed]
    assert pointers == [
        "/commands/50/purchase/lines/0/amount",
        "/commands/51/purchase/currency",
        "/commands/52/purchase/member",
        "/commands/53/kind",
        "/commands/54/idempotency_key",
        "/commands/55/refund/purchase",
        "/commands/56/redemption/points",
        "/commands/57",
    ]
    balance = await shop.ask("GET", f"/v1/members/{member}/balance")
    assert balance.json()["points"] == 97


async def test_a_thousand_commands_fit_and_one_more_does_not(shop: Shop) -> None:
    member = (await shop.enrol())["id"]
    results = await run(shop, *(purchase(member, 1000, 2000, 3000) for _ in range(1000)))
    assert {result["status"] for result in results} == {201}
    numbers = [result["purchase"]["balance"]["points"] for result in results]
    assert numbers == [6 * index for index in range(1, 1001)]
    answer = await shop.ask("POST", "/v1/batch", {"commands": [purchase(member, 1)] * 1001})
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/commands")
    empty = await shop.ask("POST", "/v1/batch", {"commands": []})
    assert empty.status_code == 422


async def test_twins_inside_a_batch_are_one_purchase(shop: Shop) -> None:
    member = (await shop.enrol())["id"]
    twin = purchase(member, 1000)
    first, second, other = await run(shop, twin, twin, twin | {"purchase": basket(member, 2000)})
    assert first["replayed"] is False
    assert second == first | {"index": 1, "replayed": True}
    assert other["problem"]["code"] == "idempotency_key_reused"
