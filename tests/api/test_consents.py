"""Consents over HTTP: per purpose and channel, with when, where and the wording, and nothing is ever changed."""

from typing import Any

from tests.api.conftest import Shop, key

SMS = {"purpose": "marketing", "channel": "sms", "granted": True, "wording": "marketing-1", "store": "D1"}


def words(answer: dict[str, Any], part: str) -> list[tuple[str, str, bool, str]]:
    return [(each["purpose"], each["channel"], each["granted"], each["wording"]) for each in answer[part]]


async def test_consent_is_kept_from_the_first_day_with_when_where_and_wording(shop: Shop) -> None:
    said = SMS | {"note": "paper form 112", "language": "ru", "given_at": "2026-01-05T09:15:00+07:00"}
    member = (await shop.enrol(phone="0903 123 456", language="vi", consents=[said]))["id"]
    answer = await shop.ask("GET", f"/v1/members/{member}/consents")
    recorded_at = answer.json()["data"][0].pop("recorded_at")
    assert recorded_at == answer.json()["in_force"][0]["recorded_at"]
    expected = {
        "number": 1,
        "purpose": "marketing",
        "channel": "sms",
        "granted": True,
        "wording": "marketing-1",
        "language": "ru",
        "source": 1,
        "store": "D1",
        "note": "paper form 112",
        "given_at": "2026-01-05T02:15:00.000000Z",
        "recorded_at": recorded_at,
    }
    assert answer.json()["in_force"] == [expected]


async def test_a_member_who_is_found_says_something_further(shop: Shop) -> None:
    first = await shop.enrol(card="29001", language="kk", consents=[SMS])
    same = key()
    body = {"card": "29001", "consents": [SMS | {"channel": "email"}]}
    for _ in range(2):
        assert (await shop.ask("POST", "/v1/members", body, idempotency_key=same)).json()["id"] == first["id"]
    answer = (await shop.ask("GET", "/v1/members/card:29001/consents")).json()
    assert words(answer, "data") == [
        ("marketing", "sms", True, "marketing-1"),
        ("marketing", "email", True, "marketing-1"),
    ]
    assert [each["language"] for each in answer["data"]] == ["kk", "kk"]


async def test_a_withdrawal_is_a_further_row_and_the_last_word(shop: Shop) -> None:
    member = (await shop.enrol(card="29001", consents=[SMS, SMS | {"purpose": "profiling"}]))["id"]
    path = f"/v1/members/{member}/consents"
    body = {"consents": [SMS | {"granted": False, "wording": "stop"}]}
    same = key()
    withdrawn = await shop.ask("POST", path, body, idempotency_key=same)
    assert withdrawn.status_code == 201
    again = await shop.ask("POST", path, body, idempotency_key=same)
    assert (again.status_code, again.json()) == (201, withdrawn.json())
    assert again.headers["idempotent-replayed"] == "true"
    assert words(withdrawn.json(), "in_force") == [
        ("marketing", "sms", False, "stop"),
        ("profiling", "sms", True, "marketing-1"),
    ]
    assert [each["number"] for each in withdrawn.json()["data"]] == [1, 2, 3]
    assert (await shop.ask("GET", path)).json() == withdrawn.json()


async def test_a_form_that_is_typed_in_late_does_not_undo_a_later_withdrawal(shop: Shop) -> None:
    member = (await shop.enrol(card="29001"))["id"]
    path = f"/v1/members/{member}/consents"
    await shop.ask("POST", path, {"consents": [SMS | {"granted": False, "given_at": "2026-03-01T00:00:00Z"}]})
    late = await shop.ask("POST", path, {"consents": [SMS | {"given_at": "2026-02-01T00:00:00Z"}]})
    assert [each["granted"] for each in late.json()["data"]] == [False, True]
    assert [each["granted"] for each in late.json()["in_force"]] == [False]


async def test_consent_from_the_future_was_given_now_and_outlasts_nothing(shop: Shop) -> None:
    member = (await shop.enrol(card="29001"))["id"]
    path = f"/v1/members/{member}/consents"
    granted = await shop.ask("POST", path, {"consents": [SMS | {"given_at": "2199-01-01T00:00:00Z"}]})
    consent = granted.json()["data"][0]
    assert consent["given_at"] == consent["recorded_at"]
    withdrawn = await shop.ask("POST", path, {"consents": [SMS | {"granted": False}]})
    assert [each["granted"] for each in withdrawn.json()["in_force"]] == [False]


async def test_what_is_not_a_consent_is_refused_whole(shop: Shop) -> None:
    member = (await shop.enrol(card="29001"))["id"]
    path = f"/v1/members/{member}/consents"
    bodies: list[Any] = [
        {"consents": []},
        {"consents": [SMS, {"purpose": "x"}]},
        {"consents": [SMS | {"granted": "yes"}]},
    ]
    for body in bodies:
        answer = await shop.ask("POST", path, body)
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")
    assert (await shop.ask("GET", path)).json() == {"in_force": [], "data": []}
    unknown = await shop.ask("POST", "/v1/members/card:29002/consents", {"consents": [SMS]})
    assert (unknown.status_code, unknown.json()["code"]) == (404, "member_not_found")
