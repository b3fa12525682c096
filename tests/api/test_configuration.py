"""Programmes, keys, rulebooks and the test clock over HTTP."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from app.engine.rulebook.schema import json_schema
from tests.api.conftest import OPERATOR, RULEBOOK, Shop, basket, key, opened

BODY = {"name": "Shop", "currency": "VND", "zone": "Asia/Ho_Chi_Minh", "locale": "vi"}


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


async def test_a_programme_is_made_once_a_key(client: httpx.AsyncClient) -> None:
    headers = {"authorization": f"Bearer {OPERATOR}", "idempotency-key": key()}
    answers = await asyncio.gather(*(client.post("/v1/programs", json=BODY, headers=headers) for _ in range(10)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.text for answer in answers}) == 1
    assert sum("idempotent-replayed" not in answer.headers for answer in answers) == 1
    other = await client.post("/v1/programs", json=BODY | {"name": "Other"}, headers=headers)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    listed = (await client.get("/v1/programs", headers=headers)).json()
    assert [program["id"] for program in listed["data"]] == [answers[0].json()["id"]]


async def test_programmes_are_listed_page_by_page(client: httpx.AsyncClient) -> None:
    shops = [await opened(client, rulebook=False) for _ in range(3)]
    headers = {"authorization": f"Bearer {OPERATOR}"}
    first = (await client.get("/v1/programs?limit=2", headers=headers)).json()
    second = (await client.get(f"/v1/programs?limit=2&cursor={first['next_cursor']}", headers=headers)).json()
    seen = [program["id"] for program in first["data"] + second["data"]]
    assert seen == [shop.program["id"] for shop in shops]
    assert (second["has_more"], second["next_cursor"]) == (False, None)
    one = await client.get(f"/v1/programs/{seen[0]}", headers=headers)
    assert one.json()["currency"] == "VND"


async def test_a_key_is_shown_once_and_works_until_it_is_ended(shop: Shop) -> None:
    path = f"/v1/programs/{shop.program['id']}/keys"
    same = key()
    asked = {"source": "web", "name": "Web shop", "scopes": ["pos"]}
    made = await shop.ask("POST", path, asked, token=OPERATOR, idempotency_key=same)
    again = await shop.ask("POST", path, asked, token=OPERATOR, idempotency_key=same)
    token = made.json()["key"]
    assert token.startswith("rung_test_")
    assert token.startswith(made.json()["prefix"])
    assert (again.json()["id"], again.json()["key"]) == (made.json()["id"], None)
    assert again.headers["idempotent-replayed"] == "true"
    assert (await shop.ask("GET", "/v1/members/card:1", token=token)).status_code == 404
    listed = (await shop.ask("GET", path, token=OPERATOR)).json()["data"]
    assert [one["source"] for one in listed] == ["tills", "tills", "web"]
    assert "key" not in listed[0]
    ended = await shop.ask("DELETE", f"{path}/{made.json()['id']}", token=OPERATOR)
    assert ended.json()["revoked_at"] is not None
    assert (await shop.ask("DELETE", f"{path}/{made.json()['id']}", token=OPERATOR)).json() == ended.json()
    await asyncio.sleep(2.1)
    assert (await shop.ask("GET", "/v1/members/card:1", token=token)).status_code == 401


async def test_live_programmes_have_live_keys(client: httpx.AsyncClient) -> None:
    shop = await opened(client, sandbox=False, rulebook=False)
    assert shop.pos.startswith("rung_live_")


async def test_keys_that_are_wrong_in_any_way_are_401(shop: Shop) -> None:
    wrong = shop.pos[:-1] + ("0" if shop.pos[-1] != "0" else "1")
    for token in ("", "x", wrong, shop.pos + "0", shop.pos[5:], OPERATOR, "rung_test_" + "é" * 38):
        answer = await shop.client.get("/v1/members/card:1", headers=[(b"authorization", b"Bearer " + token.encode())])
        assert (answer.status_code, answer.json()["code"]) == (401, "unauthorized")
        assert answer.headers["www-authenticate"].startswith("Bearer")
    basic = await shop.client.get("/v1/members/card:1", headers={"authorization": f"Basic {shop.pos}"})
    assert basic.status_code == 401
    assert (await shop.client.get("/v1/members/card:1")).status_code == 401


async def test_rulebooks_are_versions_that_never_change(shop: Shop) -> None:
    second = RULEBOOK | {"title": {"en": "Second"}}
    same = key()
    made = await shop.ask("POST", "/v1/rulebooks", {"document": second}, token=shop.manager, idempotency_key=same)
    again = await shop.ask("POST", "/v1/rulebooks", {"document": second}, token=shop.manager, idempotency_key=same)
    assert (made.status_code, made.json()["version"]) == (201, 2)
    assert again.json() == made.json()
    assert again.headers["idempotent-replayed"] == "true"
    listed = (await shop.ask("GET", "/v1/rulebooks", token=shop.manager)).json()["data"]
    assert [one["version"] for one in listed] == [2, 1]
    one = await shop.ask("GET", "/v1/rulebooks/1", token=shop.manager)
    assert one.json()["document"]["title"] == {"en": "Café", "vi": "Cà phê"}
    own = await shop.ask("GET", "/v1/program", token=shop.manager)
    assert own.json()["rulebook_version"] == 2


async def test_publishing_warns_of_rules_for_which_the_order_of_refunds_matters(shop: Shop) -> None:
    small = {"kind": "not", "condition": {"kind": "amount", "at_least_minor": 100000}}
    rule = {"id": "small", "when": small, "effect": {"kind": "bonus", "points": 5}}
    document = RULEBOOK | {"earning": {"rules": [rule]}}
    same = key()
    made = await shop.ask("POST", "/v1/rulebooks", {"document": document}, token=shop.manager, idempotency_key=same)
    assert (made.status_code, made.json()["warnings"]) == (
        201,
        [
            {
                "pointer": "/document/earning/rules/0/when/condition",
                "code": "refund_order",
                "detail": "Returning a part of a purchase can make this rule apply, so the order of refunds matters.",
            }
        ],
    )
    again = await shop.ask("POST", "/v1/rulebooks", {"document": document}, token=shop.manager, idempotency_key=same)
    assert again.json() == made.json()
    plain = await shop.publish()
    assert plain.json()["warnings"] == []


async def test_versions_published_at_once_are_numbered_without_gaps(shop: Shop) -> None:
    answers = await asyncio.gather(*(shop.publish() for _ in range(8)))
    assert sorted(answer.json()["version"] for answer in answers) == list(range(2, 10))
    in_order = sorted((answer.json() for answer in answers), key=lambda one: int(one["version"]))
    dates = [one["effective_at"] for one in in_order]
    assert dates == sorted(set(dates))


async def test_live_programmes_give_a_minute_of_notice_after_the_first_version(client: httpx.AsyncClient) -> None:
    shop = await opened(client, sandbox=False)
    second = (await shop.publish()).json()
    assert at(second["effective_at"]) - at(second["published_at"]) >= timedelta(seconds=60)
    soon = (datetime.now(UTC) + timedelta(seconds=30)).isoformat()
    answer = await shop.ask("POST", "/v1/rulebooks", {"document": RULEBOOK, "effective_at": soon}, token=shop.manager)
    assert (answer.status_code, answer.json()["code"]) == (422, "effective_too_soon")
    assert answer.json()["errors"][0]["pointer"] == "/effective_at"
    before = (at(second["effective_at"]) + timedelta(days=1)).isoformat()
    third = await shop.ask("POST", "/v1/rulebooks", {"document": RULEBOOK, "effective_at": before}, token=shop.manager)
    assert third.status_code == 201
    between = (at(second["effective_at"]) + timedelta(hours=1)).isoformat()
    answer = await shop.ask(
        "POST", "/v1/rulebooks", {"document": RULEBOOK, "effective_at": between}, token=shop.manager
    )
    assert (answer.status_code, answer.json()["code"]) == (409, "effective_not_increasing")


async def test_without_a_rulebook_purchases_are_refused(client: httpx.AsyncClient) -> None:
    shop = await opened(client, rulebook=False)
    member = (await shop.enrol())["id"]
    answer = await shop.ask("POST", "/v1/purchases", basket(member, 1000))
    assert (answer.status_code, answer.json()["code"]) == (409, "no_rulebook")
    tier = (await shop.ask("GET", f"/v1/members/{member}/tier")).json()
    assert (tier["tier"]["level"], tier["levels"]) == (None, [])


async def test_the_schema_of_rulebooks_needs_no_key(client: httpx.AsyncClient) -> None:
    answer = await client.get("/v1/rulebooks/schema")
    assert answer.json() == json_schema()


async def test_the_test_clock_runs_forward_and_points_expire_by_it(shop: Shop) -> None:
    member = (await shop.enrol())["id"]
    await shop.buy(member, 90000)
    path = "/v1/test-clock/advance"
    now = datetime.now(UTC)

    async def advance(to: datetime, **headers: str) -> httpx.Response:
        return await shop.ask("POST", path, {"to": to.isoformat()}, token=shop.manager, **headers)

    past = await advance(now - timedelta(days=1))
    assert (past.status_code, past.json()["code"]) == (409, "clock_runs_forward")
    same = key()
    later = now + timedelta(days=400)
    moved = await advance(later, idempotency_key=same)
    assert moved.status_code == 200
    balance = (await shop.ask("GET", f"/v1/members/{member}/balance")).json()
    assert balance["points"] == 0
    assert at(balance["as_of"]) == at(moved.json()["now"])
    await advance(later + timedelta(days=1))
    again = await advance(later, idempotency_key=same)
    assert (again.status_code, again.json()) == (200, moved.json())
    assert again.headers["idempotent-replayed"] == "true"
    # Authentication keeps real time: a token minted now works now.
    token = (await shop.ask("POST", f"/v1/members/{member}/tokens", {})).json()["token"]
    assert (await shop.ask("GET", "/v1/me", token=token)).status_code == 200


async def test_only_a_sandbox_has_a_test_clock(client: httpx.AsyncClient) -> None:
    shop = await opened(client, sandbox=False, rulebook=False)
    body: dict[str, Any] = {"to": (datetime.now(UTC) + timedelta(days=1)).isoformat()}
    answer = await shop.ask("POST", "/v1/test-clock/advance", body, token=shop.manager)
    assert (answer.status_code, answer.json()["code"]) == (409, "not_a_sandbox")
