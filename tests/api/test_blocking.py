"""Blocking a member over HTTP: nothing is earned or spent until it ends, and nothing is lost by it."""

from tests.api.conftest import Shop, basket, key


async def test_a_blocked_member_earns_and_spends_nothing(shop: Shop) -> None:
    member = (await shop.enrol(card="29001"))["id"]
    bought = await shop.buy(member, 300000)
    path = f"/v1/members/{member}/block"
    blocked = await shop.ask("POST", path, {"reason": "fraud_suspected"}, token=shop.manager)
    assert (blocked.status_code, blocked.json()["blocked"], blocked.json()["member"]) == (200, True, member)
    assert blocked.json()["id"].startswith("blk_")
    for where, body in (
        ("/v1/purchases", basket("card:29001", 1000)),
        ("/v1/purchases/quote", basket("card:29001", 1000)),
        ("/v1/redemptions", {"member": member, "points": 100}),
        ("/v1/redemptions/quote", {"member": member, "points": 100}),
    ):
        answer = await shop.ask("POST", where, body)
        assert (answer.status_code, answer.json()["code"]) == (409, "member_blocked"), where
    assert (await shop.ask("GET", f"/v1/members/{member}/balance")).json()["points"] == 300
    refunded = await shop.ask("POST", "/v1/refunds", {"purchase": bought["id"]})
    assert (refunded.status_code, refunded.json()["balance"]["points"]) == (201, 0)


async def test_an_unblocked_member_goes_on_as_before(shop: Shop) -> None:
    member = (await shop.enrol(card="29001"))["id"]
    await shop.buy(member, 300000)
    same = key()
    body = {"reason": "fraud_suspected"}
    path = f"/v1/members/{member}"
    blocked = await shop.ask("POST", f"{path}/block", body, token=shop.manager, idempotency_key=same)
    unblocked = await shop.ask("POST", f"{path}/unblock", token=shop.manager)
    assert (unblocked.status_code, unblocked.json()["blocked"]) == (200, False)
    assert (await shop.buy(member, 10000))["balance"]["points"] == 310
    again = await shop.ask("POST", f"{path}/block", body, token=shop.manager, idempotency_key=same)
    assert (again.json(), again.headers["idempotent-replayed"]) == (blocked.json(), "true")
    assert (await shop.buy(member, 10000))["balance"]["points"] == 320


async def test_only_a_manager_blocks_and_only_who_is_there(shop: Shop) -> None:
    member = (await shop.enrol(card="29001"))["id"]
    for action, body in (("block", {"reason": "x"}), ("unblock", None)):
        assert (await shop.ask("POST", f"/v1/members/{member}/{action}", body)).status_code == 403
        nobody = await shop.ask("POST", f"/v1/members/card:29002/{action}", body, token=shop.manager)
        assert (nobody.status_code, nobody.json()["code"]) == (404, "member_not_found")
