"""Bad input: always problem+json with a code and a pointer, never a 500, never a partial write."""

import json
from typing import Any

import httpx
import pytest
import pytest_asyncio

from tests.api.conftest import OPERATOR, Shop, basket, key, opened

LINE = {"sku": "a", "category": "b", "amount": 1000}
PURCHASE: dict[str, Any] = {"member": "card:1", "currency": "VND", "lines": [LINE]}
pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module")
async def shop(shared: httpx.AsyncClient) -> Shop:
    """A programme of its own in the service of this module."""
    return await opened(shared)


def problem(answer: httpx.Response, status: int, code: str) -> dict[str, Any]:
    """The problem that the answer must be."""
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    found: dict[str, Any] = answer.json()
    assert (answer.status_code, found["status"], found["code"]) == (status, status, code), answer.text
    assert found["type"] == f"/problems/{code}"
    assert found["request_id"] == answer.headers["request-id"]
    return found


async def raw(shop: Shop, body: bytes, path: str = "/v1/purchases", **headers: str) -> httpx.Response:
    """A request with a body that no JSON library would write."""
    given = {
        "authorization": f"Bearer {shop.pos}",
        "content-type": "application/json",
        "idempotency-key": key(),
    }
    return await shop.client.post(path, content=body, headers=given | headers)


@pytest.mark.parametrize(
    ("change", "pointer", "code"),
    [
        ({"lines": [LINE | {"amount": "7"}]}, "/lines/0/amount", "not_an_integer"),
        ({"lines": [LINE | {"amount": 7.0}]}, "/lines/0/amount", "not_an_integer"),
        ({"lines": [LINE | {"amount": True}]}, "/lines/0/amount", "not_an_integer"),
        ({"lines": [LINE | {"amount": -1}]}, "/lines/0/amount", "too_small"),
        ({"lines": [LINE | {"amount": 2**63}]}, "/lines/0/amount", "too_large"),
        ({"lines": [LINE | {"amount": 10**30}]}, "/lines/0/amount", "too_large"),
        ({"lines": [LINE | {"amount": None}]}, "/lines/0/amount", "not_an_integer"),
        ({"lines": [LINE | {"discount": -5}]}, "/lines/0/discount", "too_small"),
        ({"lines": [LINE | {"colour": "red"}]}, "/lines/0/colour", "unknown_field"),
        ({"lines": [LINE | {"sku": "a\x00b"}]}, "/lines/0/sku", "wrong_format"),
        ({"lines": [LINE | {"sku": ""}]}, "/lines/0/sku", "too_short"),
        ({"lines": [LINE | {"sku": "a" * 129}]}, "/lines/0/sku", "too_long"),
        ({"lines": [LINE | {"quantity": "-1"}]}, "/lines/0/quantity", "wrong_format"),
        ({"lines": [LINE | {"quantity": "1e3"}]}, "/lines/0/quantity", "wrong_format"),
        ({"lines": [LINE | {"quantity": 1}]}, "/lines/0/quantity", "not_a_string"),
        ({"lines": [LINE] * 1001}, "/lines", "too_long"),
        ({"lines": {}}, "/lines", "not_an_array"),
        ({"lines": [7]}, "/lines/0", "not_an_object"),
        ({"currency": "vnd"}, "/currency", "wrong_format"),
        ({"member": 7}, "/member", "not_a_string"),
        ({"occurred_at": "yesterday"}, "/occurred_at", "not_an_instant"),
        ({"occurred_at": "2026-05-01T10:00:00"}, "/occurred_at", "not_an_instant"),
        ({"occurred_at": "0001-01-01T00:00:00+14:00"}, "/occurred_at", "out_of_range"),
        ({"occurred_at": 1700000000}, "/occurred_at", "not_an_instant"),
        ({"tenders": [{"kind": "shells", "amount": 1}]}, "/tenders/0/kind", "not_offered"),
        ({"tenders": [{"kind": "points", "points": 0}]}, "/tenders/0/points", "too_small"),
        ({"metadata": {"a": 1}}, "/metadata/a", "not_a_string"),
        ({"metadata": {"a": "\x07"}}, "/metadata/a", "wrong_format"),
        ({"external_id": "a\nb"}, "/external_id", "wrong_format"),
        ({"a~b/c": 1}, "/a~0b~1c", "unknown_field"),
    ],
)
async def test_every_fault_has_its_pointer(shop: Shop, change: dict[str, Any], pointer: str, code: str) -> None:
    answer = await shop.ask("POST", "/v1/purchases", PURCHASE | change)
    found = problem(answer, 422, "invalid_request")
    assert [(fault["pointer"], fault["code"]) for fault in found["errors"]] == [(pointer, code)]


async def test_all_faults_are_listed_at_once_and_no_value_is_echoed(shop: Shop) -> None:
    body = {"member": "card:1", "lines": [{"sku": "secret-sku", "amount": "secret-amount"}]}
    answer = await shop.ask("POST", "/v1/purchases", body)
    found = problem(answer, 422, "invalid_request")
    assert [(fault["pointer"], fault["code"]) for fault in found["errors"]] == [
        ("/currency", "missing"),
        ("/lines/0/category", "missing"),
        ("/lines/0/amount", "not_an_integer"),
    ]
    assert "secret" not in answer.text


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b"7",
        b"\xff\xfe",
        b'{"member": NaN}',
        b'{"member": "\\ud800", "currency": "VND", "lines": []}',
        b'{"member": "card:1", "currency": "VND", "lines": [{"sku": "a", "category": "b", "amount": NaN}]}',
        b'{"member": "card:1", "currency": "VND", "lines": [{"sku": "a", "category": "b", "amount": Infinity}]}',
        b'{"member": "card:1", "currency": "VND", "lines": [{"sku": "a", "category": "b", "amount": 1e400}]}',
        b"[" * 100_000,
        b'{"a":' * 50_000 + b"1" + b"}" * 50_000,
    ],
)
@pytest.mark.parametrize(
    "path", ["/v1/purchases", "/v1/redemptions", "/v1/refunds", "/v1/batch", "/v1/members", "/v1/purchases/quote"]
)
async def test_what_is_not_json_or_no_object_is_422(shop: Shop, body: bytes, path: str) -> None:
    answer = await raw(shop, body, path)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] in {"malformed_json", "invalid_request"}


async def test_duplicate_names_are_read_as_the_last_one(shop: Shop) -> None:
    await shop.enrol(card="1")
    body = b'{"member": "card:9", "member": "card:1", "currency": "VND", "lines": []}'
    assert (await raw(shop, body)).status_code == 201


async def test_a_body_that_is_too_large_is_413_with_and_without_a_declared_length(shop: Shop) -> None:
    large = json.dumps(PURCHASE | {"till": "x" * 1_100_000}).encode()
    assert problem(await raw(shop, large), 413, "body_too_large")["detail"].endswith("1048576 bytes.")

    async def pieces() -> Any:
        for start in range(0, len(large), 100_000):
            yield large[start : start + 100_000]

    headers = {"authorization": f"Bearer {shop.pos}", "content-type": "application/json", "idempotency-key": key()}
    problem(await shop.client.post("/v1/purchases", content=pieces(), headers=headers), 413, "body_too_large")


async def test_another_content_type_is_415(shop: Shop) -> None:
    for kind in ("text/plain", "application/x-www-form-urlencoded", "application/xml"):
        problem(await raw(shop, b"{}", **{"content-type": kind}), 415, "unsupported_media_type")


async def test_unknown_paths_and_methods_are_problems(shop: Shop) -> None:
    problem(await shop.ask("GET", "/v1/nothing"), 404, "not_found")
    problem(await shop.ask("GET", "/v1/purchases/"), 404, "not_found")
    answer = await shop.ask("DELETE", "/v1/purchases")
    problem(answer, 405, "method_not_allowed")
    assert "POST" in answer.headers["allow"]


async def test_idempotency_keys_are_checked(shop: Shop) -> None:
    await shop.enrol(card="1")
    headers = {"authorization": f"Bearer {shop.pos}"}
    missing = await shop.client.post("/v1/purchases", json=PURCHASE, headers=headers)
    found = problem(missing, 422, "idempotency_key_missing")
    assert found["errors"][0]["parameter"] == "Idempotency-Key"
    for bad in ("short", "x" * 256, "with a space", "tab\there"):
        answer = await shop.ask("POST", "/v1/purchases", PURCHASE, idempotency_key=bad)
        problem(answer, 422, "idempotency_key_invalid")


async def test_a_member_that_is_not_there_is_named_by_a_pointer_and_is_404_in_a_path(shop: Shop) -> None:
    for reference, code in (
        ("mbr_01jkm3x8e4f5gr6h7s8t9v0w1x", "unknown_member"),
        ("card:nobody", "unknown_member"),
        ("ext:nobody", "unknown_member"),
        ("nobody", "not_an_id"),
        ("mbr_nonsense", "not_an_id"),
    ):
        answer = await shop.ask("POST", "/v1/purchases", PURCHASE | {"member": reference})
        found = problem(answer, 422, "invalid_request")
        assert [(fault["pointer"], fault["code"]) for fault in found["errors"]] == [("/member", code)]
        for part in ("", "/balance", "/tier", "/entries"):
            problem(await shop.ask("GET", f"/v1/members/{reference}{part}"), 404, "member_not_found")


@pytest.mark.parametrize("part", ["%00", "ext:%00", "card:%ED%A0%80", "%FF%FE", "card:" + "9" * 500, "ext:", "💥"])
async def test_paths_with_anything_in_them_are_404(shop: Shop, part: str) -> None:
    problem(await shop.ask("GET", f"/v1/members/{part}/balance"), 404, "member_not_found")
    problem(await shop.ask("GET", f"/v1/purchases/{part}"), 404, "purchase_not_found")
    problem(await shop.ask("GET", f"/v1/rulebooks/{part}", token=shop.manager), 404, "rulebook_not_found")


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=201", "limit=x", "limit=", "cursor=%00", "cursor=!!", "cursor=" + "A" * 300]
)
async def test_pages_are_checked(shop: Shop, query: str) -> None:
    member = (await shop.enrol())["id"]
    found = problem(await shop.ask("GET", f"/v1/members/{member}/entries?{query}"), 422, "invalid_request")
    assert found["errors"][0]["parameter"] == query.split("=", maxsplit=1)[0]


async def test_sums_that_do_not_fit_are_refused_and_nothing_is_written(shop: Shop) -> None:
    member = (await shop.enrol())["id"]
    most = 2**63 - 1
    answer = await shop.ask("POST", "/v1/purchases", basket(member, most, most))
    problem(answer, 422, "number_too_large")
    assert (await shop.ask("GET", f"/v1/members/{member}/entries")).json()["data"] == []


async def test_two_purchases_whose_totals_do_not_fit_together_are_no_crash(shop: Shop) -> None:
    member = (await shop.enrol())["id"]
    most = 2**63 - 1
    for _ in range(3):
        answer = await shop.ask("POST", "/v1/purchases", basket(member, most))
        assert answer.status_code in {201, 422}, answer.text


async def test_programmes_and_keys_are_checked(shop: Shop) -> None:
    body = {
        "name": "x",
        "currency": "XQX",
        "zone": "Mars/Olympus",
        "locale": "vi",
        "test_clock": "2026-01-01T00:00:00Z",
    }
    answer = await shop.ask("POST", "/v1/programs", body, token=OPERATOR)
    found = problem(answer, 422, "invalid_request")
    assert [(fault["pointer"], fault["code"]) for fault in found["errors"]] == [
        ("/currency", "unknown_currency"),
        ("/zone", "unknown_zone"),
        ("/test_clock", "sandbox_only"),
    ]
    path = f"/v1/programs/{shop.program['id']}/keys"
    answer = await shop.ask("POST", path, {"source": "s", "name": "n", "scopes": ["root"]}, token=OPERATOR)
    assert problem(answer, 422, "invalid_request")["errors"][0]["pointer"] == "/scopes/0"


async def test_rulebooks_are_checked_as_a_whole(shop: Shop) -> None:
    document = {
        "title": {"en": "x\x00"},
        "earning": {"rules": []},
        "expiry": {"kind": "never"},
    }
    answer = await shop.ask("POST", "/v1/rulebooks", {"document": document}, token=shop.manager)
    assert problem(answer, 422, "invalid_request")["errors"][0]["code"] == "unstorable"
    document = {
        "title": {"en": "x"},
        "earning": {"rules": [{"id": "a", "effect": {"kind": "per_amount", "points": "9", "per_minor": 0}}]},
        "expiry": {"kind": "never"},
        "colour": 1,
    }
    answer = await shop.ask("POST", "/v1/rulebooks", {"document": document}, token=shop.manager)
    found = problem(answer, 422, "rulebook_invalid")
    pointers = {fault["pointer"] for fault in found["errors"]}
    assert {
        "/document/colour",
        "/document/earning/rules/0/effect/points",
        "/document/earning/rules/0/effect/per_minor",
    } <= pointers
