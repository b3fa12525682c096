"""Who may do what, walked over the OpenAPI file: every route, every credential, another programme's ids."""

from typing import Any

import pytest

from app.main import describe
from app.routers.models_people import CARD
from tests.api.conftest import OPERATOR, RULEBOOK, Shop, basket, opened

OPERATIONS = [
    (path, method, operation) for path, item in describe()["paths"].items() for method, operation in item.items()
]
# Last: who was erased can be asked nothing more.
OPERATIONS.sort(key=lambda each: each[2]["operationId"] == "erase_member")
MANAGERS = {
    "export_member",
    "erase_member",
    "block_member",
    "unblock_member",
    "merge_members",
    "publish_rulebook",
    "list_rulebooks",
    "get_rulebook",
    "get_own_program",
    "advance_test_clock",
    "get_liability",
    "get_totals",
    "list_valuations",
    "put_valuation",
}
# A day is no id: it is everybody's.
DAYS = {"{from_date}"}
NAMED = [operation["operationId"] for _, _, operation in OPERATIONS]


def body_of(operation: dict[str, Any]) -> Any:
    content = operation.get("requestBody", {}).get("content", {})
    return content.get("application/json", {}).get("example")


def credential_of(operation: dict[str, Any]) -> str | None:
    return next(iter(operation["security"][0])) if "security" in operation else None


@pytest.mark.parametrize(("path", "method", "operation"), OPERATIONS, ids=NAMED)
async def test_every_route_accepts_its_own_credential_only(
    shop: Shop, path: str, method: str, operation: dict[str, Any]
) -> None:
    member = (await shop.enrol())["id"]
    phone = (await shop.ask("POST", f"/v1/members/{member}/tokens", {})).json()["token"]
    wanted = credential_of(operation)
    scope = "manager" if operation["operationId"] in MANAGERS else "pos"
    credentials = {
        "operator": (OPERATOR, 401),
        "pos": (shop.pos, 401 if wanted != "key" else 403),
        "manager": (shop.manager, 401 if wanted != "key" else 403),
        "member": (phone, 401),
        "nobody": ("x", 401),
    }
    filled = path.replace("{program}", shop.program["id"])
    for name, (token, refusal) in credentials.items():
        answer = await shop.ask(method.upper(), filled, body_of(operation), token=token, if_match='"x"')
        is_right = wanted is None or name == wanted or (wanted == "key" and name == scope)
        if is_right:
            assert answer.status_code not in {401, 403, 500}, answer.text
        else:
            assert answer.status_code == refusal, (name, answer.text)
            assert answer.headers["content-type"] == "application/problem+json"


async def test_another_programmes_ids_are_404_or_unknown(shop: Shop) -> None:
    other = await opened(shop.client)
    member = (await other.enrol(card=CARD, external_id="c-1"))["id"]
    await other.enrol(card="2900000000048")
    bought = await other.buy(member, 300000, external_id="r-1")
    refunded = await other.ask("POST", "/v1/refunds", {"purchase": (await other.buy(member, 1000))["id"]})
    redeemed = await other.ask("POST", "/v1/redemptions", {"member": member, "points": 100})
    await other.publish(RULEBOOK | {"title": {"en": "Second"}})
    etag = (await other.ask("GET", f"/v1/members/{member}")).headers["etag"]
    ids = {
        "{member}": member,
        "{purchase}": bought["id"],
        "{refund}": refunded.json()["id"],
        "{redemption}": redeemed.json()["id"],
        "{fact}": bought["id"],
        "{version}": "2",
    }
    asked = 0
    for path, method, operation in OPERATIONS:
        if credential_of(operation) != "key" or "{" not in path or any(day in path for day in DAYS):
            continue
        filled = path
        for name, value in ids.items():
            filled = filled.replace(name, value)
        token = "manager" if operation["operationId"] in MANAGERS else "pos"
        arguments: dict[str, Any] = {"if_match": etag}
        mine = await other.ask(method.upper(), filled, body_of(operation), token=getattr(other, token), **arguments)
        assert mine.status_code < 400, mine.text
        theirs = await shop.ask(method.upper(), filled, body_of(operation), token=getattr(shop, token), **arguments)
        assert theirs.status_code == 404, (path, theirs.text)
        asked += 1
    assert asked >= 10


@pytest.mark.parametrize("reference", ["id", "ext:c-1", "card:1"])
async def test_bodies_that_name_another_programmes_things_are_refused(shop: Shop, reference: str) -> None:
    other = await opened(shop.client)
    member = (await other.enrol(card="1", external_id="c-1"))["id"]
    bought = await other.buy(member, 300000)
    named = member if reference == "id" else reference
    for path, body in (
        ("/v1/purchases", basket(named, 1000)),
        ("/v1/purchases/quote", basket(named, 1000)),
        ("/v1/redemptions", {"member": named, "points": 100}),
        ("/v1/redemptions/quote", {"member": named, "points": 100}),
        ("/v1/refunds", {"purchase": bought["id"]}),
    ):
        answer = await shop.ask("POST", path, body)
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request"), answer.text
        assert answer.json()["errors"][0]["code"].startswith("unknown_")
    balance = (await other.ask("GET", f"/v1/members/{member}/balance")).json()
    assert balance["points"] == 300
