"""Cards over HTTP: a lost card is blocked or replaced, and stays on record."""

from typing import Any

from tests.api.conftest import Shop, basket, key


def fates(answer: dict[str, Any]) -> list[tuple[str, bool, str | None, str | None]]:
    return [(card["card"], card["blocked"], card["reason"], card["replaced_by"]) for card in answer["data"]]


async def test_a_blocked_card_is_refused_wherever_it_names_a_member(shop: Shop) -> None:
    member = (await shop.enrol(card="29001", external_id="c-1"))["id"]
    blocked = await shop.ask("POST", f"/v1/members/{member}/cards/block", {"card": "29001", "reason": "lost"})
    assert (blocked.status_code, fates(blocked.json())) == (200, [("29001", True, "lost", None)])
    asked = [
        ("POST", "/v1/purchases", basket("card:29001", 1000)),
        ("POST", "/v1/purchases/quote", basket("card:29001", 1000)),
        ("POST", "/v1/redemptions", {"member": "card:29001", "points": 100}),
        ("GET", "/v1/members/card:29001", None),
        ("GET", "/v1/members/card:29001/balance", None),
        ("GET", "/v1/members/card:29001/consents", None),
        ("POST", "/v1/members", {"card": "29001"}),
        ("POST", "/v1/members/lookup", {"card": "29001"}),
    ]
    for method, path, body in asked:
        answer = await shop.ask(method, path, body)
        assert (answer.status_code, answer.json()["code"]) == (409, "card_blocked"), path
    command = {"idempotency_key": key(), "kind": "purchase", "purchase": basket("card:29001", 1000)}
    results = (await shop.ask("POST", "/v1/batch", {"commands": [command]})).json()["results"]
    assert (results[0]["status"], results[0]["problem"]["code"]) == (409, "card_blocked")


async def test_a_blocked_card_stays_on_record_and_the_member_as_they_are(shop: Shop) -> None:
    member = (await shop.enrol(card="29001", external_id="c-1"))["id"]
    await shop.buy("card:29001", 50000)
    await shop.ask("POST", f"/v1/members/{member}/cards/block", {"card": "29001", "reason": "lost"})
    listed = await shop.ask("GET", "/v1/members/ext:c-1/cards")
    assert fates(listed.json()) == [("29001", True, "lost", None)]
    assert listed.json()["data"][0]["blocked_at"] is not None
    profile = (await shop.ask("GET", f"/v1/members/{member}")).json()
    assert (profile["cards"], profile["external_id"]) == ([], "c-1")
    assert (await shop.ask("GET", "/v1/members/ext:c-1/balance")).json()["points"] == 50
    other = (await shop.enrol(card="29002"))["id"]
    etag = (await shop.ask("GET", f"/v1/members/{other}")).headers["etag"]
    taken = await shop.ask("PATCH", f"/v1/members/{other}", {"card": "29001"}, if_match=etag)
    assert (taken.status_code, taken.json()["code"]) == (409, "identifier_taken")
    etag = (await shop.ask("GET", f"/v1/members/{member}")).headers["etag"]
    back = await shop.ask("PATCH", f"/v1/members/{member}", {"card": "29001"}, if_match=etag)
    assert (back.status_code, back.json()["code"]) == (409, "card_blocked")


async def test_a_replaced_card_hands_over_to_the_new_one_at_once(shop: Shop) -> None:
    member = (await shop.enrol(card="29001"))["id"]
    await shop.buy(member, 50000)
    body = {"old": "29001", "new": "29002", "reason": "worn out"}
    same = key()
    replaced = await shop.ask("POST", "/v1/members/card:29001/cards/replace", body, idempotency_key=same)
    assert fates(replaced.json()) == [("29001", True, "worn out", "29002"), ("29002", False, None, None)]
    again = await shop.ask("POST", "/v1/members/card:29001/cards/replace", body, idempotency_key=same)
    assert (again.status_code, again.json()) == (200, replaced.json())
    assert again.headers["idempotent-replayed"] == "true"
    assert (await shop.ask("GET", "/v1/members/card:29002/balance")).json()["points"] == 50
    assert (await shop.ask("GET", "/v1/members/card:29001/balance")).json()["code"] == "card_blocked"
    other = await shop.ask("POST", "/v1/members/card:29002/cards/replace", body | {"new": "29003"})
    assert (other.status_code, other.json()["code"]) == (409, "card_replaced")


async def test_a_card_that_was_blocked_first_is_replaced_later_and_keeps_its_reason(shop: Shop) -> None:
    member = (await shop.enrol(card="29001"))["id"]
    path = f"/v1/members/{member}/cards"
    first = await shop.ask("POST", f"{path}/block", {"card": "29001", "reason": "lost"})
    again = await shop.ask("POST", f"{path}/block", {"card": "29001", "reason": "stolen"})
    assert again.json() == first.json()
    later = await shop.ask("POST", f"{path}/replace", {"old": "29001", "new": "29002", "reason": "new card"})
    assert fates(later.json()) == [("29001", True, "lost", "29002"), ("29002", False, None, None)]


async def test_a_replacement_that_is_not_free_changes_nothing(shop: Shop) -> None:
    member = (await shop.enrol(card="29001"))["id"]
    await shop.enrol(card="29002")
    path = f"/v1/members/{member}/cards"
    for old, new, status, code in (
        ("29001", "29002", 409, "identifier_taken"),
        ("29001", "29001", 409, "identifier_taken"),
        ("29002", "29003", 404, "card_not_found"),
    ):
        answer = await shop.ask("POST", f"{path}/replace", {"old": old, "new": new, "reason": "lost"})
        assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert fates((await shop.ask("GET", path)).json()) == [("29001", False, None, None)]
    answer = await shop.ask("POST", f"{path}/block", {"card": "29002", "reason": "lost"})
    assert (answer.status_code, answer.json()["code"]) == (404, "card_not_found")


async def test_a_key_serves_one_request_about_cards(shop: Shop) -> None:
    member = (await shop.enrol(card="29001"))["id"]
    same = key()
    body = {"card": "29001", "reason": "lost"}
    await shop.ask("POST", f"/v1/members/{member}/cards/block", body, idempotency_key=same)
    other = await shop.ask("POST", f"/v1/members/{member}/cards/block", body | {"reason": "x"}, idempotency_key=same)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    enrolled = await shop.ask("POST", "/v1/members", {"card": "29009"}, idempotency_key=same)
    assert (enrolled.status_code, enrolled.json()["code"]) == (422, "idempotency_key_reused")


async def test_a_card_that_is_found_again_leads_to_its_member_again(shop: Shop) -> None:
    member = (await shop.enrol(card="29001"))["id"]
    path = f"/v1/members/{member}/cards"
    await shop.ask("POST", f"{path}/block", {"card": "29001", "reason": "lost"})
    same = key()
    unblocked = await shop.ask("POST", "/v1/members/card:29001/cards/unblock", {"card": "29001"}, idempotency_key=same)
    assert (unblocked.status_code, fates(unblocked.json())) == (200, [("29001", False, None, None)])
    assert (await shop.buy("card:29001", 50000))["member"] == member
    await shop.ask("POST", f"{path}/block", {"card": "29001", "reason": "lost again"})
    # The retry of a request that is done undoes nothing that came after it.
    again = await shop.ask("POST", "/v1/members/card:29001/cards/unblock", {"card": "29001"}, idempotency_key=same)
    assert (fates(again.json()), again.headers["idempotent-replayed"]) == (
        [("29001", True, "lost again", None)],
        "true",
    )


async def test_only_an_own_card_that_was_not_replaced_is_unblocked(shop: Shop) -> None:
    member, other = (await shop.enrol(card="29001"))["id"], (await shop.enrol(card="29002"))["id"]
    path = f"/v1/members/{member}/cards"
    await shop.ask("POST", f"{path}/replace", {"old": "29001", "new": "29003", "reason": "lost"})
    for card, status, code in (("29001", 409, "card_replaced"), ("29002", 404, "card_not_found")):
        answer = await shop.ask("POST", f"{path}/unblock", {"card": card})
        assert (answer.status_code, answer.json()["code"]) == (status, code)
    kept = await shop.ask("POST", f"{path}/unblock", {"card": "29003"})
    assert fates(kept.json()) == [("29001", True, "lost", "29003"), ("29003", False, None, None)]
    assert (await shop.ask("POST", f"/v1/members/{other}/erase", token=shop.manager)).status_code == 200
    gone = await shop.ask("POST", f"/v1/members/{other}/cards/unblock", {"card": "29002"})
    assert (gone.status_code, gone.json()["code"]) == (410, "member_erased")
