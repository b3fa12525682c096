"""Purchases over HTTP: earn, quote, read, pay with points, retry."""

import asyncio
from datetime import UTC, datetime, timedelta

from tests.api.conftest import Shop, basket, key


async def test_a_purchase_answers_points_balance_tier_and_why(shop: Shop) -> None:
    member = (await shop.enrol())["id"]
    lines = [
        {"sku": "latte", "category": "coffee", "quantity": "1.5", "amount": 110000, "discount": 10000, "tax": 8000},
        {"sku": "tea", "category": "tea", "amount": 35000},
    ]
    body = {"member": member, "currency": "VND", "lines": lines, "external_id": "r-1", "metadata": {"table": "12"}}
    answer = await shop.ask("POST", "/v1/purchases", body, accept_language="vi")
    assert answer.status_code == 201
    bought = answer.json()
    assert bought["id"].startswith("pur_")
    assert bought["points"] == 150
    assert [line["points"] for line in bought["lines"]] == [115, 35]
    assert bought["balance"] == {"points": 150, "debt": 0, "pending": 0, "held": 0}
    assert bought["tier"]["title"] == "Đồng"
    assert bought["tier"]["points_missing"] == 350
    assert [(row["rule"], row["stage"], row["granted"]) for row in bought["explanation"]] == [
        ("base", "base", 145),
        ("coffee", "add", 5),
    ]
    assert bought["explanation"][0]["text"] == "“Cơ bản” cho: 145."
    assert bought["total"] == {"amount": 145000, "currency": "VND"}
    assert bought["metadata"] == {"table": "12"}


async def test_a_purchase_reads_back_equal_by_id_and_by_own_id(shop: Shop) -> None:
    member = (await shop.enrol())["id"]
    bought = await shop.buy(member, 42000, external_id="receipt/7", metadata={"a": "b"})
    assert (await shop.ask("GET", f"/v1/purchases/{bought['id']}")).json() == bought
    assert (await shop.ask("GET", "/v1/purchases/ext:receipt%2F7")).status_code == 404
    other = await shop.buy(member, 42000, external_id="receipt-8")
    assert (await shop.ask("GET", "/v1/purchases/ext:receipt-8")).json() == other


async def test_a_retry_gets_the_first_answer_and_says_so(shop: Shop) -> None:
    member = (await shop.enrol())["id"]
    body = basket(member, 42000, metadata={"x": "y"})
    same = key()
    first = await shop.ask("POST", "/v1/purchases", body, idempotency_key=same)
    await shop.buy(member, 9000)
    again = await shop.ask("POST", "/v1/purchases", body, idempotency_key=same)
    assert "idempotent-replayed" not in first.headers
    assert again.headers["idempotent-replayed"] == "true"
    assert (again.status_code, again.json()) == (201, first.json())


async def test_a_key_with_another_body_is_refused(shop: Shop) -> None:
    member = (await shop.enrol())["id"]
    same = key()
    await shop.ask("POST", "/v1/purchases", basket(member, 42000), idempotency_key=same)
    for other in (basket(member, 42001), basket(member, 42000, metadata={"a": "b"})):
        answer = await shop.ask("POST", "/v1/purchases", other, idempotency_key=same)
        assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_reused")


async def test_an_own_id_is_unique_and_a_conflict_names_what_exists(shop: Shop) -> None:
    member = (await shop.enrol())["id"]
    first = await shop.buy(member, 42000, external_id="r-1")
    assert await shop.buy(member, 42000, external_id="r-1") == first
    other = await shop.ask("POST", "/v1/purchases", basket(member, 1, external_id="r-1"))
    assert (other.status_code, other.json()["code"]) == (409, "external_id_reused")
    assert other.json()["existing"] == first["id"]


async def test_twenty_equal_requests_at_once_are_one_purchase(shop: Shop) -> None:
    member = (await shop.enrol())["id"]
    same = key()
    body = basket(member, 42000)
    answers = await asyncio.gather(*(shop.ask("POST", "/v1/purchases", body, idempotency_key=same) for _ in range(20)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.text for answer in answers}) == 1
    assert sum("idempotent-replayed" not in answer.headers for answer in answers) == 1
    balance = await shop.ask("GET", f"/v1/members/{member}/balance")
    assert balance.json()["points"] == 42


async def test_a_quote_is_what_the_purchase_will_be(shop: Shop) -> None:
    member = (await shop.enrol())["id"]
    await shop.buy(member, 250000)
    body = basket(member, 120000, tenders=[{"kind": "points", "points": 100}, {"kind": "cash", "amount": 110000}])
    quote = (await shop.ask("POST", "/v1/purchases/quote", body)).json()
    bought = (await shop.ask("POST", "/v1/purchases", body)).json()
    assert quote["most_points"] == 100
    changing = {"id", "external_id", "claim_code", "metadata", "most_points", "decided_at", "occurred_at"}
    assert {name: value for name, value in quote.items() if name not in changing} == {
        name: value for name, value in bought.items() if name not in changing
    }


async def test_points_pay_and_the_rest_earns(shop: Shop) -> None:
    member = (await shop.enrol())["id"]
    await shop.buy(member, 250000)
    bought = await shop.buy(member, 60000, tenders=[{"kind": "points", "points": 200}])
    assert bought["paid_with_points"] == {"points": 200, "value": {"amount": 20000, "currency": "VND"}}
    assert bought["points"] == 40
    assert bought["balance"]["points"] == 250 - 200 + 40


async def test_zero_amounts_and_no_lines_are_legal(shop: Shop) -> None:
    member = (await shop.enrol())["id"]
    assert (await shop.buy(member, 0))["points"] == 0
    assert (await shop.buy(member))["lines"] == []


async def test_a_late_purchase_is_dated_and_one_too_late_is_refused(shop: Shop) -> None:
    member = (await shop.enrol())["id"]
    now = datetime.now(UTC)
    early = await shop.ask(
        "POST", "/v1/purchases", basket(member, 1000, occurred_at=(now - timedelta(days=31)).isoformat())
    )
    assert (early.status_code, early.json()["code"]) == (422, "too_old")
    assert early.json()["errors"][0] == {
        "pointer": "/occurred_at",
        "parameter": None,
        "code": "too_old",
        "detail": "Days that a purchase may lie back: 30.",
        "numbers": {"days_max": 30},
    }
    future = await shop.buy(member, 1000, occurred_at=(now + timedelta(hours=7)).isoformat())
    assert [warning["code"] for warning in future["warnings"]] == ["clock_skew"]


async def test_refusals_carry_their_numbers_in_the_language_asked_for(shop: Shop) -> None:
    member = (await shop.enrol())["id"]
    await shop.buy(member, 40000)
    for language, detail in (
        ("en", "Points available: 40; asked for: 100."),
        ("vi-VN, en;q=0.5", "Điểm hiện có: 40; yêu cầu: 100."),
        ("kk", "Қолжетімді ұпай: 40; сұралғаны: 100."),
        ("ru", "Доступно баллов: 40; запрошено: 100."),
        ("fr", "Points available: 40; asked for: 100."),
    ):
        answer = await shop.ask("POST", "/v1/redemptions", {"member": member, "points": 100}, accept_language=language)
        assert answer.status_code == 409
        assert answer.headers["content-type"] == "application/problem+json"
        problem = answer.json()
        assert problem["detail"] == detail
        assert problem["code"] == "insufficient_points"
        assert problem["errors"][0]["numbers"] == {"available": 40, "requested": 100}


async def test_tenders_are_checked_before_anything_is_written(shop: Shop) -> None:
    member = (await shop.enrol())["id"]
    for tender, code, pointer in (
        ({"kind": "points"}, "points_missing", "/tenders/0/points"),
        ({"kind": "cash"}, "amount_missing", "/tenders/0/amount"),
        ({"kind": "cash", "amount": 1, "points": 1}, "points_not_allowed", "/tenders/0/points"),
        ({"kind": "cash", "amount": 1001}, "tenders_exceed_total", "/tenders"),
    ):
        answer = await shop.ask("POST", "/v1/purchases", basket(member, 1000, tenders=[tender]))
        assert answer.status_code == 422
        assert (answer.json()["errors"][0]["code"], answer.json()["errors"][0]["pointer"]) == (code, pointer)
    assert (await shop.ask("GET", f"/v1/members/{member}/entries")).json()["data"] == []
