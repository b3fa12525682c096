"""What lies back further than tills may send it, and what nobody wants any more, over HTTP."""

from typing import Any

import httpx

from tests.api.conftest import OPERATOR, Shop, basket, key
from tests.api.rulebooks import reward
from tests.api.shopping import at, made, member_with, plain_shop, read, refused

LONG_AGO = {"occurred_at": "2026-03-11T00:00:00+07:00"}
VISIT = {"id": "visit", "title": {"en": "Visit"}}
RULES = [
    {"id": "base", "effect": {"kind": "per_amount", "points": 1, "per_minor": 1}},
    {"id": "visit", "on": "visit", "effect": {"kind": "bonus", "points": 5}},
]


async def old_shop(client: httpx.AsyncClient) -> tuple[Shop, str, str]:
    """A shop two months later, a member, and a key of the tills' own source that may send what is older."""
    shop = await plain_shop(client, earning={"rules": RULES}, activities=[VISIT])
    member = await member_with(shop, 0)
    await at(shop, "2026-05-10T09:00:00")
    asked = {"source": "tills", "name": "History", "scopes": ["pos", "any_age"]}
    path = f"/v1/programs/{shop.program['id']}/keys"
    return shop, member, (await made(shop, path, asked, token=OPERATOR))["key"]


async def test_an_older_purchase_needs_a_key_to_which_the_operator_gave_that(client: httpx.AsyncClient) -> None:
    shop, member, history = await old_shop(client)
    old = basket(member, 100, **LONG_AGO)
    assert set(await refused(shop, "/v1/purchases", old)) == {"too_old"}
    # To be allowed is not to ask for it: what a till sends by mistake is refused with any key.
    assert set(await refused(shop, "/v1/purchases", old, token=history)) == {"too_old"}
    for path in ("/v1/purchases", "/v1/purchases/quote"):
        forbidden = await shop.ask("POST", path, old | {"any_age": True})
        assert (forbidden.status_code, forbidden.json()["code"]) == (403, "missing_scope")
    quoted = await shop.ask("POST", "/v1/purchases/quote", old | {"any_age": True}, token=history)
    assert (quoted.status_code, quoted.json()["points"]) == (200, 100)
    same = key()
    bought = await made(shop, "/v1/purchases", old | {"any_age": True}, token=history, idempotency_key=same)
    assert (bought["points"], bought["occurred_at"]) == (100, "2026-03-10T17:00:00.000000Z")
    assert [warning["code"] for warning in bought["warnings"]] == ["late"]
    again = await made(shop, "/v1/purchases", old | {"any_age": True}, token=history, idempotency_key=same)
    assert again == bought
    (lot,) = (await read(shop, f"/v1/members/{member}/lots"))["data"]
    assert (lot["earned_at"], lot["granted"]) == ("2026-03-10T17:00:00.000000Z", 100)


async def test_older_activities_and_commands_of_a_batch_need_it_as_well(client: httpx.AsyncClient) -> None:
    shop, member, history = await old_shop(client)
    visit: dict[str, Any] = {"member": member, "kind": "visit", **LONG_AGO}
    assert set(await refused(shop, "/v1/activities", visit)) == {"too_old"}
    for path in ("/v1/activities", "/v1/activities/quote"):
        forbidden = await shop.ask("POST", path, visit | {"any_age": True})
        assert (forbidden.status_code, forbidden.json()["code"]) == (403, "missing_scope")
    assert (await made(shop, "/v1/activities", visit | {"any_age": True}, token=history))["points"] == 5
    commands = [
        {"idempotency_key": key(), "kind": "purchase", "purchase": basket(member, 10, **LONG_AGO) | {"any_age": True}},
        {"idempotency_key": key(), "kind": "activity", "activity": visit | {"any_age": True}},
        {"idempotency_key": key(), "kind": "purchase", "purchase": basket(member, 1)},
    ]
    results = (await shop.ask("POST", "/v1/batch", {"commands": commands})).json()["results"]
    assert [result["status"] for result in results] == [403, 403, 201]
    results = (await shop.ask("POST", "/v1/batch", {"commands": commands}, token=history)).json()["results"]
    assert [result["status"] for result in results] == [201, 201, 201]
    assert (await read(shop, f"/v1/members/{member}/balance"))["points"] == 21


async def test_whatever_a_till_does_not_want_any_more_is_refused_when_it_arrives(client: httpx.AsyncClient) -> None:
    voucher = reward(kind="voucher", cost_points=10)
    terms = {"transfers": {}, "goodwill": {"points_per_staff_and_day": 100, "points_max": 100}, "rewards": [voucher]}
    shop = await plain_shop(client, activities=[VISIT], **terms)
    member, other = await member_with(shop, 1000), await member_with(shop, 0)
    hold = (await made(shop, "/v1/holds", {"member": member, "points": 20}))["id"]
    taken = {"member": member, "reward": voucher["id"]}
    code = (await made(shop, "/v1/rewards/redemptions", taken))["code"]
    bought = await made(shop, "/v1/purchases", basket(member, 50, external_id="R-1"))
    asked: list[tuple[str, dict[str, Any]]] = [
        ("/v1/purchases", basket(member, 100)),
        ("/v1/redemptions", {"member": member, "points": 10}),
        ("/v1/holds", {"member": member, "points": 10}),
        (f"/v1/holds/{hold}/capture", {"points": 10}),
        ("/v1/rewards/redemptions", taken),
        (f"/v1/vouchers/{code}/use", {"store": "D1"}),
        ("/v1/activities", {"member": member, "kind": "visit"}),
        ("/v1/goodwill", {"member": member, "points": 5, "staff": "112", "reason": "long-wait"}),
        ("/v1/transfers", {"member": member, "to": other, "points": 5}),
        ("/v1/refunds", {"purchase": bought["id"]}),
        ("/v1/refunds", {"purchase": "ext:R-2"}),
    ]
    before = await read(shop, f"/v1/members/{member}/balance")
    for path, body in asked:
        assert await refused(shop, path, body | {"not_after": "2026-03-10T09:00:01+07:00"}) == {"too_late": {}}, path
    assert await read(shop, f"/v1/members/{member}/balance") == before
    for path, body in asked:
        answer = await shop.ask("POST", path, body | {"not_after": "2026-03-10T09:00:02+07:00"})
        assert answer.status_code in {201, 202}, (path, answer.text)
