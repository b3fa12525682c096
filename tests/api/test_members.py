"""Members over HTTP: find-or-create, profiles, identifiers, referral."""

import asyncio

from tests.api.conftest import Shop, basket, key, opened


async def test_enrolling_is_find_or_create(shop: Shop) -> None:
    body = {"external_id": "c-1", "card": "29001", "name": "Lan"}
    first = await shop.ask("POST", "/v1/members", body)
    again = await shop.ask("POST", "/v1/members", body)
    assert (first.status_code, first.json()["created"]) == (201, True)
    assert (again.status_code, again.json()["created"]) == (200, False)
    assert first.json()["id"] == again.json()["id"]
    assert len(first.json()["referral_code"]) == 8


async def test_a_retry_of_an_enrolment_is_equal(shop: Shop) -> None:
    same = key()
    body = {"phone": "+84903123456", "name": "Lan"}
    first = await shop.ask("POST", "/v1/members", body, idempotency_key=same)
    await shop.buy(first.json()["id"], 90000)
    again = await shop.ask("POST", "/v1/members", body, idempotency_key=same)
    assert (again.status_code, again.json()) == (201, first.json())
    assert again.headers["idempotent-replayed"] == "true"
    other = await shop.ask("POST", "/v1/members", body | {"name": "Mai"}, idempotency_key=same)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")


async def test_twenty_enrolments_at_once_make_one_member(shop: Shop) -> None:
    bodies = [{"external_id": "c-1", "card": "29001"}] * 10 + [{"card": "29001"}] * 10
    answers = await asyncio.gather(*(shop.ask("POST", "/v1/members", body) for body in bodies))
    assert {answer.status_code for answer in answers} == {200, 201}
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert sum(answer.json()["created"] for answer in answers) == 1


async def test_twenty_equal_enrolments_without_an_identifier_make_one_member(shop: Shop) -> None:
    same = key()
    body = {"phone": "0903 123 456"}
    answers = await asyncio.gather(*(shop.ask("POST", "/v1/members", body, idempotency_key=same) for _ in range(20)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.text for answer in answers}) == 1


async def test_a_new_identifier_is_added_to_who_was_found(shop: Shop) -> None:
    first = await shop.enrol(external_id="c-1")
    second = await shop.enrol(external_id="c-1", card="29001")
    assert first["id"] == second["id"]
    profile = (await shop.ask("GET", "/v1/members/card:29001")).json()
    assert (profile["id"], profile["external_id"], profile["cards"]) == (first["id"], "c-1", ["29001"])


async def test_identifiers_of_two_members_are_a_conflict(shop: Shop) -> None:
    await shop.enrol(external_id="c-1")
    await shop.enrol(card="29001")
    answer = await shop.ask("POST", "/v1/members", {"external_id": "c-1", "card": "29001"})
    assert (answer.status_code, answer.json()["code"]) == (409, "identifiers_conflict")


async def test_an_enrolment_needs_something_to_know_the_member_by(shop: Shop) -> None:
    answer = await shop.ask("POST", "/v1/members", {"name": "Lan"})
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "identifier_required")
    for phone in ("hello", "+84 903 \x00", "1"):
        answer = await shop.ask("POST", "/v1/members", {"phone": phone})
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/phone")


async def test_a_key_of_a_purchase_enrols_nobody(shop: Shop) -> None:
    member = (await shop.enrol())["id"]
    same = key()
    await shop.ask("POST", "/v1/purchases", basket(member, 1000), idempotency_key=same)
    answer = await shop.ask("POST", "/v1/members", {"card": "29001"}, idempotency_key=same)
    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_reused")
    assert (await shop.ask("GET", "/v1/members/card:29001")).status_code == 404


async def test_a_profile_is_edited_only_as_it_was_read(shop: Shop) -> None:
    member = (await shop.enrol(card="29001", name="Lan", phone="+84903123456"))["id"]
    path = f"/v1/members/{member}"
    read = await shop.ask("GET", path)
    etag = read.headers["etag"]
    assert (await shop.ask("PATCH", path, {"name": "Mai"})).status_code == 428
    stale = await shop.ask("PATCH", path, {"name": "Mai"}, if_match='"stale"')
    assert (stale.status_code, stale.json()["code"]) == (412, "precondition_failed")
    same = key()
    edit = {"name": "Mai", "phone": None, "card": "29002"}
    edited = await shop.ask("PATCH", path, edit, if_match=etag, idempotency_key=same)
    assert edited.status_code == 200
    assert (edited.json()["name"], edited.json()["phone"], edited.json()["cards"]) == ("Mai", None, ["29001", "29002"])
    assert edited.headers["etag"] != etag
    again = await shop.ask("PATCH", path, edit, if_match=etag, idempotency_key=same)
    assert (again.status_code, again.json()) == (200, edited.json())
    assert again.headers["idempotent-replayed"] == "true"
    assert (await shop.ask("PATCH", path, {"name": "X"}, if_match=etag)).status_code == 412


async def test_a_card_of_somebody_else_is_not_taken(shop: Shop) -> None:
    await shop.enrol(card="29001")
    member = (await shop.enrol(card="29002"))["id"]
    etag = (await shop.ask("GET", f"/v1/members/{member}")).headers["etag"]
    answer = await shop.ask("PATCH", f"/v1/members/{member}", {"name": "X", "card": "29001"}, if_match=etag)
    assert (answer.status_code, answer.json()["code"]) == (409, "identifier_taken")
    assert (await shop.ask("GET", f"/v1/members/{member}")).json()["name"] is None


async def test_a_referral_pays_both_sides_once(shop: Shop) -> None:
    referrer = await shop.enrol(card="1")
    friend = await shop.enrol(card="2", referral_code=referrer["referral_code"])
    assert friend["referred_until"] is not None
    assert (await shop.buy("card:2", 49000))["referral_points"] == 0
    qualifying = await shop.buy("card:2", 50000)
    assert (qualifying["referral_points"], qualifying["balance"]["points"]) == (30, 49 + 50 + 30)
    assert (await shop.buy("card:2", 90000))["referral_points"] == 0
    for _ in range(100):
        balance = (await shop.ask("GET", "/v1/members/card:1/balance")).json()["points"]
        if balance:
            break
        await asyncio.sleep(0.05)
    assert balance == 50
    entries = (await shop.ask("GET", "/v1/members/card:1/entries")).json()["data"]
    assert [(entry["kind"], entry["points"], entry["fact"][:4]) for entry in entries] == [("referral", 50, "rwd_")]


async def test_unknown_codes_are_refused_before_anything_is_written(shop: Shop) -> None:
    answer = await shop.ask("POST", "/v1/members", {"card": "1", "referral_code": "NOBODY22"})
    assert (answer.status_code, answer.json()["code"]) == (422, "referral_code_unknown")
    assert (await shop.ask("GET", "/v1/members/card:1")).status_code == 404


async def test_codes_for_members_who_are_there_already_are_a_warning(shop: Shop) -> None:
    referrer = await shop.enrol(card="1")
    await shop.enrol(card="2")
    again = await shop.ask("POST", "/v1/members", {"card": "2", "referral_code": referrer["referral_code"]})
    assert again.status_code == 200
    assert [warning["code"] for warning in again.json()["warnings"]] == ["referral_existing_member"]


async def test_entries_page_newest_first(shop: Shop) -> None:
    member = (await shop.enrol())["id"]
    for amount in range(1000, 8000, 1000):
        await shop.buy(member, amount)
    seen = []
    cursor = ""
    while True:
        page = (await shop.ask("GET", f"/v1/members/{member}/entries?limit=3{cursor}")).json()
        seen += [entry["number"] for entry in page["data"]]
        if not page["has_more"]:
            break
        cursor = f"&cursor={page['next_cursor']}"
    assert seen == [7, 6, 5, 4, 3, 2, 1]
    assert page["next_cursor"] is None


async def test_own_ids_belong_to_a_source_and_cards_to_everybody(shop: Shop) -> None:
    other = await opened(shop.client, rulebook=False)
    await shop.enrol(external_id="c-1", card="29001")
    assert (await other.ask("GET", "/v1/members/card:29001")).status_code == 404
    assert (await other.ask("GET", "/v1/members/ext:c-1")).status_code == 404
