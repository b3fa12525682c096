"""Transfers, gifts and households over HTTP."""

from uuid import UUID

import httpx
import pytest

from app.engine import typeids
from tests.api.conftest import Shop, basket, key
from tests.api.shopping import at, balance, made, member_with, plain_shop, read, refused


@pytest.fixture
async def shop(client: httpx.AsyncClient) -> Shop:
    return await plain_shop(
        client, transfers={"minimum_points": 10, "per_day_points": 80}, expiry={"kind": "rolling", "months": 1}
    )


async def test_points_that_move_never_get_younger(shop: Shop) -> None:
    giver, taker = await member_with(shop, 100), await member_with(shop, 0)
    await at(shop, "2026-04-01T09:00:00")
    asked = {"member": giver, "to": taker, "points": 60, "kind": "gift"}
    quote = await made(shop, "/v1/transfers/quote", asked)
    sent = await made(shop, "/v1/transfers", asked)
    assert (sent["points"], sent["lots"], sent["to"], sent["kind"]) == (60, [60], taker, "gift")
    assert (quote["points"], quote["lots"]) == (60, [60])
    assert [await balance(shop, each) for each in (giver, taker)] == [(40, 0, 0, 0), (60, 0, 0, 0)]
    assert await read(shop, f"/v1/transfers/{sent['id']}") == sent
    await at(shop, "2026-04-11T00:00:00")
    assert [await balance(shop, each) for each in (giver, taker)] == [(0, 0, 0, 0), (0, 0, 0, 0)]


async def test_a_transfer_is_refused_with_every_reason(shop: Shop) -> None:
    giver, taker = await member_with(shop, 5), await member_with(shop, 0)
    assert list(await refused(shop, "/v1/transfers", {"member": giver, "to": taker, "points": 6})) == [
        "below_minimum",
        "insufficient_points",
    ]
    assert "same_member" in await refused(shop, "/v1/transfers", {"member": giver, "to": giver, "points": 10})
    rich = await member_with(shop, 500)
    await made(shop, "/v1/transfers", {"member": rich, "to": taker, "points": 70})
    reasons = await refused(shop, "/v1/transfers", {"member": rich, "to": taker, "points": 20})
    assert reasons == {"daily_limit": {"limit": 80, "left": 10, "requested": 20}}


async def test_a_household_shares_points_and_nothing_else(shop: Shop) -> None:
    ann, ben = await member_with(shop, 100), await member_with(shop, 0)
    home = await made(shop, "/v1/households")
    assert (home["members"], home["points"]) == ([], 0)
    for each in (ann, ben):
        joined = await made(shop, f"/v1/households/{home['id']}/members", {"member": each})
        assert (joined["household"], joined["shares"]) == (home["id"], True)
    assert (await read(shop, f"/v1/households/{home['id']}"))["points"] == 100
    seen = await read(shop, f"/v1/members/{ben}/balance")
    ahead = {"expiring_soon": {"days": 30, "points": 0, "data": []}, "lapses": None}
    assert (seen["points"], seen["shared"]) == (0, {"household": home["id"], "points": 100, **ahead})
    quote = await made(shop, "/v1/purchases/quote", basket(ben, 500))
    assert quote["most_points"] == 100
    token = (await made(shop, f"/v1/members/{ben}/tokens", {"ttl_seconds": 600}))["token"]
    phone = await read(shop, "/v1/me", token=token)
    assert (phone["shared"]["points"], phone["redeemable_points"]) == (100, 100)
    bought = await made(shop, "/v1/purchases", basket(ben, 50))
    redeemed = await made(shop, "/v1/redemptions", {"member": ben, "points": 120})
    assert redeemed["value"]["amount"] == 120
    assert (await read(shop, f"/v1/households/{home['id']}"))["points"] == 30
    refund = await made(shop, "/v1/refunds", {"purchase": bought["id"]})
    assert (refund["award"]["asked"], refund["award"]["from_debt"]) == (50, 20)
    assert (await read(shop, f"/v1/households/{home['id']}"))["points"] == 0
    await made(shop, f"/v1/redemptions/{redeemed['id']}/cancel")
    assert (await read(shop, f"/v1/households/{home['id']}"))["points"] == 100
    left = await made(shop, f"/v1/households/{home['id']}/leave", {"member": ann})
    assert left["shares"] is False
    assert (await read(shop, f"/v1/households/{home['id']}"))["members"] == [ben]


async def test_a_retry_of_leaving_is_answered_with_the_first_whatever_the_member_shares_by_then(shop: Shop) -> None:
    ann = await member_with(shop, 0)
    homes = [await made(shop, "/v1/households") for _ in range(2)]
    same, leaving = key(), f"/v1/households/{homes[0]['id']}/leave"
    await made(shop, f"/v1/households/{homes[0]['id']}/members", {"member": ann})
    first = await made(shop, leaving, {"member": ann}, idempotency_key=same)
    await made(shop, f"/v1/households/{homes[1]['id']}/members", {"member": ann})
    assert await made(shop, leaving, {"member": ann}, idempotency_key=same) == first
    assert list(await refused(shop, leaving, {"member": ann})) == ["in_no_household"]


async def test_a_wallet_is_shared_by_people_and_not_by_another_wallet(shop: Shop) -> None:
    shared, other = [(await made(shop, "/v1/households"))["id"] for _ in range(2)]
    answer = await shop.ask("POST", f"/v1/households/{shared}/members", {"member": other})
    faults = [(fault["pointer"], fault["code"]) for fault in answer.json()["errors"]]
    assert (answer.status_code, faults) == (422, [("/member", "unknown_member")])
    assert (await read(shop, f"/v1/households/{shared}"))["members"] == []


async def test_nobody_gets_what_is_given_to_nobody(shop: Shop) -> None:
    member = await member_with(shop, 100)
    asked = {"member": member, "to": typeids.encode("mbr", UUID(int=1)), "points": 50}
    for path in ("/v1/transfers", "/v1/transfers/quote"):
        answer = await shop.ask("POST", path, asked)
        faults = [(fault["pointer"], fault["code"]) for fault in answer.json()["errors"]]
        assert (answer.status_code, faults) == (422, [("/to", "unknown_member")])
    assert await balance(shop, member) == (100, 0, 0, 0)


async def test_every_answer_tells_what_a_household_can_spend_again_and_again(shop: Shop) -> None:
    one, other, joining = await member_with(shop, 100), await member_with(shop, 50), key()
    shared = (await made(shop, "/v1/households"))["id"]
    path = f"/v1/households/{shared}/members"
    joined = [
        await made(shop, path, {"member": one}),
        await made(shop, path, {"member": other}, idempotency_key=joining),
    ]
    bought = await shop.buy(one, 7)
    spent = await made(shop, "/v1/redemptions", {"member": other, "points": 120})
    undone = await made(shop, f"/v1/redemptions/{spent['id']}/cancel")
    left = await made(shop, f"/v1/households/{shared}/leave", {"member": other})
    answers = [*joined, bought, spent, undone, left]
    assert [answer["balance"]["points"] for answer in answers] == [100, 150, 157, 37, 157, 0]
    assert spent["messages"]["receipt"].endswith(" 37.")
    assert await read(shop, f"/v1/redemptions/{spent['id']}") == spent
    assert await read(shop, f"/v1/purchases/{bought['id']}") == bought
    assert await made(shop, path, {"member": other}, idempotency_key=joining) == joined[1]


async def test_what_others_bring_reaches_the_shared_wallet_at_once(shop: Shop) -> None:
    giver, member, spouse, neighbour = [await member_with(shop, points) for points in (500, 0, 0, 0)]
    shared, theirs = [(await made(shop, "/v1/households"))["id"] for _ in range(2)]
    for home, who in ((shared, member), (shared, spouse), (theirs, neighbour)):
        await made(shop, f"/v1/households/{home}/members", {"member": who})

    async def points() -> tuple[int, int]:
        read_of = [await read(shop, f"/v1/households/{home}") for home in (shared, theirs)]
        return read_of[0]["points"], read_of[1]["points"]

    await made(shop, "/v1/transfers", {"member": giver, "to": member, "points": 40})
    assert await points() == (40, 0)
    wrong = await shop.buy(giver, 60)
    await made(shop, f"/v1/purchases/{wrong['id']}/move", {"member": member})
    assert await points() == (100, 0)
    double = await member_with(shop, 9)
    merged = await made(shop, f"/v1/members/{member}/merge", {"from": double}, token=shop.manager)
    assert (merged["balance"]["points"], await points()) == (109, (109, 0))
    await made(shop, "/v1/transfers", {"member": member, "to": neighbour, "points": 29})
    assert await points() == (80, 29)
    assert (await made(shop, "/v1/redemptions", {"member": spouse, "points": 80}))["balance"]["points"] == 0
    assert await points() == (0, 29)


async def test_nobody_shares_two_wallets(shop: Shop) -> None:
    ann = await member_with(shop, 0)
    homes = [await made(shop, "/v1/households") for _ in range(2)]
    await made(shop, f"/v1/households/{homes[0]['id']}/members", {"member": ann})
    path = f"/v1/households/{homes[1]['id']}/members"
    assert list(await refused(shop, path, {"member": ann})) == ["already_in_a_household"]
    # Who names another household than their own leaves none.
    assert list(await refused(shop, f"/v1/households/{homes[1]['id']}/leave", {"member": ann})) == ["in_no_household"]
    assert (await read(shop, f"/v1/households/{homes[0]['id']}"))["members"] == [ann]
