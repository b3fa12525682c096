"""Who may do what, walked over the OpenAPI file: every route, every credential, another programme's ids."""

from collections.abc import Collection
from typing import Any

import httpx
import pytest
import pytest_asyncio

from app.main import describe
from tests.api.conftest import OPERATOR, Shop, basket, opened
from tests.api.everything import EVERYTHING, MANAGERS, WORK, Everything, everything

OPERATIONS = [
    (path, method, operation) for path, item in describe()["paths"].items() for method, operation in item.items()
]
# A day is no id: it is everybody's. And a pool is made by whoever names it.
NO_IDS = {"put_valuation", "import_codes", "get_seed"}
NAMED = [operation["operationId"] for _, _, operation in OPERATIONS]
pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module")
async def shop(shared: httpx.AsyncClient) -> Shop:
    """A programme of its own in the service of this module."""
    return await opened(shared)


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


def filled_body(operation: dict[str, Any], made: Everything) -> Any:
    """The example of the OpenAPI file, about those who exist."""
    match operation["operationId"]:
        case "join_household" | "move_purchase":
            return {"member": made.ids["other"]}
        case "leave_household":
            return {"member": made.ids["sharing"]}
        case "merge_members":
            return {"from": made.ids["other"]}
        case "change_draft":
            return {"name": "another", "document": EVERYTHING}
        case "extend_lot":
            return body_of(operation) | {"last_valid_day": "2999-12-31"}
        case _:
            return body_of(operation)


async def etag_of(shop: Shop, made: Everything, name: str) -> str:
    """What a change of a draft, or of a member, has to have read."""
    if name.endswith("_draft"):
        read = await shop.ask("GET", f"/v1/rulebook-drafts/{made.ids['draft']}", token=shop.manager)
    else:
        read = await shop.ask("GET", f"/v1/members/{made.ids['member']}")
    return read.headers["etag"]


Furnished = tuple[Shop, Everything]


async def furnished(client: httpx.AsyncClient, with_work: Collection[str] = WORK) -> Furnished:
    """Another programme, in which one thing of every kind exists."""
    other = await opened(client)
    return other, await everything(other, with_work=with_work)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def looked_at(shared: httpx.AsyncClient) -> Furnished:
    """Another programme with everything, for all operations that only read."""
    return await furnished(shared)


NAMING_IDS = [
    each
    for each in OPERATIONS
    if "{" in each[0] and credential_of(each[2]) == "key" and each[2]["operationId"] not in NO_IDS
]


@pytest.mark.parametrize(
    ("path", "method", "operation"), NAMING_IDS, ids=[each[2]["operationId"] for each in NAMING_IDS]
)
async def test_another_programmes_ids_are_not_found(
    shop: Shop, looked_at: Furnished, path: str, method: str, operation: dict[str, Any]
) -> None:
    # What only reads leaves everything as it is for the next; what writes has it for itself.
    wanted = [part[1:-1] for part in path.split("/") if part[:1] == "{"]
    other, made = looked_at if method == "get" else await furnished(shop.client, wanted)
    filled = path.format_map(made.ids)
    body = filled_body(operation, made)
    name = operation["operationId"]
    etag = await etag_of(other, made, name)
    mine, theirs = (other.manager, shop.manager) if name in MANAGERS else (other.pos, shop.pos)
    if name in {"approve_adjustment", "reject_adjustment"}:
        mine = made.second_manager
    foreign = await shop.ask(method.upper(), filled, body, token=theirs, if_match=etag)
    assert foreign.status_code == 404, foreign.text
    own = await other.ask(method.upper(), filled, body, token=mine, if_match=etag)
    assert own.status_code < 400, own.text


@pytest.mark.parametrize("reference", ["id", "ext:customer-4711", "card:2900000000017"])
async def test_bodies_that_name_another_programmes_things_are_refused(shop: Shop, reference: str) -> None:
    other, made = await furnished(shop.client, ())
    before = (await other.ask("GET", f"/v1/members/{made.ids['member']}/balance")).json()["points"]
    named = made.ids["member"] if reference == "id" else reference
    own, home = (await shop.enrol())["id"], (await shop.ask("POST", "/v1/households")).json()["id"]
    await shop.publish(EVERYTHING)
    await shop.buy(own, 900000)
    bought = await shop.buy(own, 1000)
    asked = [
        ("/v1/purchases", basket(named, 1000), shop.pos),
        ("/v1/purchases/quote", basket(named, 1000), shop.pos),
        (f"/v1/purchases/{bought['id']}/move", {"member": named}, shop.pos),
        ("/v1/redemptions", {"member": named, "points": 100}, shop.pos),
        ("/v1/redemptions/quote", {"member": named, "points": 100}, shop.pos),
        ("/v1/holds", {"member": named, "points": 100}, shop.pos),
        ("/v1/holds/quote", {"member": named, "points": 100}, shop.pos),
        ("/v1/rewards/redemptions", {"member": named, "reward": "free-latte"}, shop.pos),
        ("/v1/rewards/redemptions/quote", {"member": named, "reward": "free-latte"}, shop.pos),
        ("/v1/transfers", {"member": named, "to": own, "points": 100}, shop.pos),
        ("/v1/transfers", {"member": own, "to": named, "points": 100}, shop.pos),
        ("/v1/transfers/quote", {"member": named, "to": own, "points": 100}, shop.pos),
        ("/v1/transfers/quote", {"member": own, "to": named, "points": 100}, shop.pos),
        ("/v1/goodwill", {"member": named, "points": 10, "staff": "112", "reason": "wait"}, shop.pos),
        ("/v1/adjustments", {"member": named, "points": 10, "reason": "damaged"}, shop.manager),
        (f"/v1/households/{home}/members", {"member": named}, shop.pos),
        (f"/v1/households/{home}/leave", {"member": named}, shop.pos),
        (f"/v1/members/{own}/merge", {"from": named}, shop.manager),
        ("/v1/refunds", {"purchase": made.ids["purchase"]}, shop.pos),
        ("/v1/refunds/quote", {"purchase": made.ids["purchase"]}, shop.pos),
    ]
    for path, body, token in asked:
        answer = await shop.ask("POST", path, body, token=token)
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request"), (path, answer.text)
        assert answer.json()["errors"][0]["code"].startswith("unknown_"), path
    code = await shop.ask("POST", "/v1/claims", {"member": own, "code": made.claim_code})
    assert (code.status_code, code.json()["code"]) == (422, "unknown_claim_code")
    offers = await shop.ask("GET", f"/v1/rewards?member={named}")
    assert (offers.status_code, offers.json()["code"]) == (404, "member_not_found")
    after = (await other.ask("GET", f"/v1/members/{made.ids['member']}/balance")).json()["points"]
    assert after == before
