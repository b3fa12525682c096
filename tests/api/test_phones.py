"""Phone numbers over HTTP: one member however the number is written, looked up without a trace of it."""

import asyncio

import httpx
import pytest

from tests.api.conftest import OPERATOR, Shop, key, opened

HANOI = (
    "0903 123 456",
    "0903123456",
    "+84903123456",
    "+84 903 123 456",
    "84903123456",
    "0084 903 123 456",
    "(090) 312-34-56",
    "(+84) 903 123 456",
)
ALMATY = ("8 (701) 123-45-67", "87011234567", "+77011234567", "77011234567", "701 123 45 67", "(701) 123-45-67")


async def kazakh(client: httpx.AsyncClient) -> Shop:
    """A programme in Almaty."""
    headers = {"authorization": f"Bearer {OPERATOR}"}
    body = {"name": "Shop", "currency": "KZT", "zone": "Asia/Almaty", "locale": "kk", "sandbox": True}
    made = await client.post("/v1/programs", json=body, headers=headers | {"idempotency-key": key()})
    asked = {"source": "tills", "name": "pos", "scopes": ["pos"]}
    path = f"/v1/programs/{made.json()['id']}/keys"
    token = (await client.post(path, json=asked, headers=headers | {"idempotency-key": key()})).json()["key"]
    return Shop(client, made.json(), token, token)


async def test_a_phone_alone_suffices_to_enrol_and_finds_the_member_again(shop: Shop) -> None:
    first = await shop.ask("POST", "/v1/members", {"phone": HANOI[0], "name": "Lan"})
    again = await shop.ask("POST", "/v1/members", {"phone": HANOI[2], "name": "Mai"})
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["id"] == again.json()["id"]
    profile = (await shop.ask("GET", f"/v1/members/{first.json()['id']}")).json()
    assert (profile["name"], profile["phone"], profile["cards"]) == ("Lan", "0903 123 456", [])


async def test_every_way_to_write_a_vietnamese_number_is_the_same_number(shop: Shop) -> None:
    members = [(await shop.enrol(phone=phone))["id"] for phone in HANOI]
    assert len(set(members)) == 1


async def test_every_way_to_write_a_kazakh_number_is_the_same_number(client: httpx.AsyncClient) -> None:
    shop = await kazakh(client)
    members = [(await shop.ask("POST", "/v1/members", {"phone": phone})).json()["id"] for phone in ALMATY]
    assert len(set(members)) == 1


async def test_national_numbers_are_those_of_the_programmes_country(shop: Shop) -> None:
    other = await kazakh(shop.client)
    member = (await other.ask("POST", "/v1/members", {"phone": "+84903123456"})).json()["id"]
    assert (await other.ask("POST", "/v1/members/lookup", {"phone": "+84 903 123 456"})).json()["id"] == member
    national = await other.ask("POST", "/v1/members/lookup", {"phone": "0903123456"})
    assert (national.status_code, national.json()["code"]) == (404, "member_not_found")


async def test_twenty_enrolments_by_phone_at_once_make_one_member(shop: Shop) -> None:
    bodies = [{"phone": phone} for phone in HANOI[:5] * 4]
    answers = await asyncio.gather(*(shop.ask("POST", "/v1/members", body) for body in bodies))
    assert {answer.status_code for answer in answers} <= {200, 201}
    assert len({answer.json()["id"] for answer in answers}) == 1


async def test_a_phone_joins_who_was_found_by_card_and_had_none(shop: Shop) -> None:
    first = await shop.enrol(card="29001")
    second = await shop.enrol(card="29001", phone="0903 123 456")
    assert first["id"] == second["id"]
    found = (await shop.ask("POST", "/v1/members/lookup", {"phone": "+84903123456"})).json()
    assert (found["id"], found["phone"]) == (first["id"], "0903 123 456")


async def test_another_phone_than_the_members_is_refused_at_enrolment(shop: Shop) -> None:
    await shop.enrol(card="29001", phone="0903 123 456")
    answer = await shop.ask("POST", "/v1/members", {"card": "29001", "phone": "0903 123 457"})
    assert (answer.status_code, answer.json()["code"]) == (409, "phone_differs")
    assert (await shop.ask("POST", "/v1/members/lookup", {"phone": "0903 123 457"})).status_code == 404


async def test_two_members_never_share_a_phone(shop: Shop) -> None:
    await shop.enrol(phone="0903 123 456")
    await shop.enrol(card="29001")
    joined = await shop.ask("POST", "/v1/members", {"phone": "+84903123456", "card": "29001"})
    assert (joined.status_code, joined.json()["code"]) == (409, "identifiers_conflict")
    etag = (await shop.ask("GET", "/v1/members/card:29001")).headers["etag"]
    edited = await shop.ask("PATCH", "/v1/members/card:29001", {"phone": "+84903123456"}, if_match=etag)
    assert (edited.status_code, edited.json()["code"]) == (409, "identifier_taken")


async def test_an_edit_moves_the_phone_and_frees_the_old_one(shop: Shop) -> None:
    member = (await shop.enrol(phone="0903 123 456"))["id"]
    path = f"/v1/members/{member}"
    etag = (await shop.ask("GET", path)).headers["etag"]
    edited = await shop.ask("PATCH", path, {"phone": "0903 123 457"}, if_match=etag)
    assert (edited.status_code, edited.json()["phone"]) == (200, "0903 123 457")
    found = await shop.ask("POST", "/v1/members/lookup", {"phone": "84903123457"})
    assert found.json() == edited.json()
    assert (await shop.ask("POST", "/v1/members/lookup", {"phone": "84903123456"})).status_code == 404
    assert (await shop.enrol(phone="0903 123 456"))["id"] != member
    removed = await shop.ask("PATCH", path, {"phone": None}, if_match=edited.headers["etag"])
    assert removed.json()["phone"] is None
    assert (await shop.ask("POST", "/v1/members/lookup", {"phone": "84903123457"})).status_code == 404


async def test_a_phone_written_otherwise_is_the_same_phone_for_an_edit(shop: Shop) -> None:
    member = (await shop.enrol(phone="0903 123 456"))["id"]
    etag = (await shop.ask("GET", f"/v1/members/{member}")).headers["etag"]
    edited = await shop.ask("PATCH", f"/v1/members/{member}", {"phone": "+84 903 123 456"}, if_match=etag)
    assert edited.json()["phone"] == "+84 903 123 456"
    assert (await shop.ask("POST", "/v1/members/lookup", {"phone": "0903123456"})).json()["id"] == member


async def test_members_are_looked_up_by_exactly_one_thing(shop: Shop) -> None:
    member = (await shop.enrol(phone="0903 123 456", card="29001", external_id="c-1"))["id"]
    for body in ({"phone": "0903123456"}, {"card": "29001"}, {"external_id": "c-1"}):
        found = await shop.ask("POST", "/v1/members/lookup", body)
        assert (found.status_code, found.json()["id"]) == (200, member)
    for body in ({}, {"phone": "0903123456", "card": "29001"}):
        answer = await shop.ask("POST", "/v1/members/lookup", body)
        assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "one_identifier")
    other = await opened(shop.client, rulebook=False)
    for body in ({"phone": "0903123456"}, {"card": "29001"}, {"external_id": "c-1"}):
        answer = await other.ask("POST", "/v1/members/lookup", body)
        assert (answer.status_code, answer.json()["code"]) == (404, "member_not_found")


@pytest.mark.parametrize("phone", ["12345", "0000", "+84 903", "+999 903 123 456", "0903 123 456 789 012"])
async def test_what_nobody_could_dial_is_no_phone(shop: Shop, phone: str) -> None:
    for path in ("/v1/members", "/v1/members/lookup"):
        answer = await shop.ask("POST", path, {"phone": phone})
        fault = answer.json()["errors"][0]
        assert (answer.status_code, fault["pointer"]) == (422, "/phone"), answer.text
        assert phone not in answer.text


async def test_no_phone_number_stands_in_an_address_or_a_log(shop: Shop, capfd: pytest.CaptureFixture[str]) -> None:
    member = (await shop.enrol(phone="0903 123 456"))["id"]
    assert (await shop.ask("GET", "/v1/members/phone:+84903123456")).status_code == 404
    answers = [
        await shop.ask("POST", "/v1/members/lookup", {"phone": "0903123456"}),
        await shop.ask("POST", "/v1/members/lookup", {"phone": "0903123999"}),
        await shop.ask("POST", "/v1/members", {"phone": "0903123456", "nonsense": 1}),
    ]
    assert [answer.status_code for answer in answers] == [200, 404, 422]
    assert member in answers[0].text
    assert all("903123" not in value for answer in answers for value in answer.headers.values())
    assert all("903123" not in answer.text for answer in answers[1:])
    output = capfd.readouterr()
    assert "903123" not in output.out + output.err
