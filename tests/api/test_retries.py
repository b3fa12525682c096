"""Retries, over HTTP: a source's key has one outcome, whoever sends it again and whatever has happened since."""

from typing import Any

import pytest

from tests.api.conftest import OPERATOR, Shop, basket, key


async def key_of(shop: Shop, source: str) -> dict[str, Any]:
    """A key for the tills of a source."""
    answer = await shop.client.post(
        f"/v1/programs/{shop.program['id']}/keys",
        json={"source": source, "name": "another", "scopes": ["pos"]},
        headers={"authorization": f"Bearer {OPERATOR}", "idempotency-key": key()},
    )
    found: dict[str, Any] = answer.json()
    return found


async def test_a_key_is_of_its_source_which_survives_the_rotation_of_credentials(shop: Shop) -> None:
    member, same = (await shop.enrol())["id"], key()
    asked = basket(member, 30000, external_id="R-1")
    old, new, elsewhere = [await key_of(shop, source) for source in ("chain", "chain", "web")]
    first = await shop.ask("POST", "/v1/purchases", asked, token=old["key"], idempotency_key=same)
    revoked = await shop.client.delete(
        f"/v1/programs/{shop.program['id']}/keys/{old['id']}",
        headers={"authorization": f"Bearer {OPERATOR}", "idempotency-key": key()},
    )
    assert (first.status_code, revoked.is_success) == (201, True)
    again = await shop.ask("POST", "/v1/purchases", asked, token=new["key"], idempotency_key=same)
    assert (again.json(), again.headers["idempotent-replayed"]) == (first.json(), "true")
    other = await shop.ask("POST", "/v1/purchases", asked, token=elsewhere["key"], idempotency_key=same)
    assert other.status_code == 201
    assert other.json()["id"] != first.json()["id"]
    assert "idempotent-replayed" not in other.headers


async def test_a_refusal_leaves_no_trace_and_is_decided_afresh(shop: Shop) -> None:
    member, same = (await shop.enrol())["id"], key()
    asked = {"member": member, "points": 100}
    for _ in range(2):
        refused = await shop.ask("POST", "/v1/redemptions", asked, idempotency_key=same)
        assert (refused.status_code, refused.json()["code"]) == (409, "insufficient_points")
    await shop.buy(member, 100000)
    accepted = await shop.ask("POST", "/v1/redemptions", asked, idempotency_key=same)
    assert (accepted.status_code, "idempotent-replayed" in accepted.headers) == (201, False)
    entries = await shop.ask("GET", f"/v1/members/{member}/entries")
    assert [(entry["kind"], entry["points"]) for entry in entries.json()["data"]] == [
        ("redemption", -100),
        ("accrual", 100),
    ]


async def test_a_card_that_was_blocked_since_keeps_no_retry_from_its_first_answer(shop: Shop) -> None:
    member = (await shop.enrol(card="2900000000017"))["id"]
    await shop.buy(member, 500000)
    await shop.enrol(card="2900000000024")
    asked: list[tuple[str, dict[str, Any]]] = [
        ("/v1/purchases", basket("card:2900000000017", 1000)),
        ("/v1/redemptions", {"member": "card:2900000000017", "points": 100}),
        ("/v1/holds", {"member": "card:2900000000017", "points": 100}),
    ]
    keys = [key() for _ in asked]
    sent = list(zip(asked, keys, strict=True))
    first = [await shop.ask("POST", path, body, idempotency_key=same) for (path, body), same in sent]
    commands = [{"kind": "purchase", "idempotency_key": keys[0], "purchase": asked[0][1]}]
    card = {"card": "2900000000017", "reason": "lost"}
    blocked = await shop.ask("POST", f"/v1/members/{member}/cards/block", card)
    assert blocked.status_code == 200, blocked.text
    again = [await shop.ask("POST", path, body, idempotency_key=same) for (path, body), same in sent]
    assert [answer.json() for answer in again] == [answer.json() for answer in first]
    assert {answer.headers["idempotent-replayed"] for answer in again} == {"true"}
    result = (await shop.ask("POST", "/v1/batch", {"commands": commands})).json()["results"][0]
    assert (result["replayed"], result["purchase"]) == (True, first[0].json())
    for path, body in asked:
        answer = await shop.ask("POST", path, body)
        assert (answer.status_code, answer.json()["code"]) == (409, "card_blocked")


@pytest.mark.parametrize(
    ("given", "is_good"),
    [("x" * 7, False), ("x" * 8, True), ("!~" * 127 + "x", True), ("x" * 256, False), ("with a space", False)],
)
async def test_a_key_has_8_to_255_visible_characters(shop: Shop, given: str, *, is_good: bool) -> None:
    asked = basket((await shop.enrol())["id"], 1000)
    answer = await shop.ask("POST", "/v1/purchases", asked, idempotency_key=given)
    assert answer.status_code == (201 if is_good else 422)
    assert is_good or answer.json()["code"] == "idempotency_key_invalid"


async def test_a_conflict_of_own_ids_names_the_way_out(shop: Shop) -> None:
    member = (await shop.enrol())["id"]
    first = await shop.buy(member, 1000, external_id="R-1")
    answer = await shop.ask("POST", "/v1/purchases", basket(member, 2000, external_id="R-1"))
    problem = answer.json()
    assert (answer.status_code, problem["code"], problem["existing"]) == (409, "external_id_reused", first["id"])
    assert problem["detail"] == (
        "Another content was recorded under this external id. "
        "A purchase can be voided and replaced, or moved to another member."
    )
