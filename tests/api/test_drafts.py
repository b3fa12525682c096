"""From a draft to a version in force, and back: who, when, and what of it."""

from copy import deepcopy
from datetime import timedelta
from typing import Any

import httpx

from app.engine.rulebook.document import Rulebook
from tests.api.clocks import START, advance, clocked
from tests.api.conftest import RULEBOOK, Shop, opened

DRAFTS = "/v1/rulebook-drafts"


def doubled() -> dict[str, Any]:
    document = deepcopy(RULEBOOK)
    document["earning"]["rules"][0]["effect"]["points"] = 2
    return document


async def begun(shop: Shop, document: dict[str, Any], name: str = "June") -> httpx.Response:
    answer = await shop.ask("POST", DRAFTS, {"name": name, "document": document}, token=shop.manager)
    assert answer.status_code == 201, answer.text
    return answer


async def test_a_draft_is_kept_with_its_faults_and_says_who_and_when(shop: Shop) -> None:
    made = await begun(shop, {"title": {"en": "Not yet"}})
    draft = made.json()
    read = await shop.ask("GET", f"{DRAFTS}/{draft['id']}", token=shop.manager)
    assert (read.json(), read.headers["etag"]) == (draft, made.headers["etag"])
    assert draft["document"] == {"title": {"en": "Not yet"}}
    assert (draft["name"], draft["revision"]) == ("June", 1)
    assert draft["created_by"] == draft["updated_by"]
    assert draft["created_by"].startswith("key_")
    listed = await shop.ask("GET", DRAFTS, token=shop.manager)
    assert listed.json() == {"data": [draft], "has_more": False, "next_cursor": None}


async def test_the_same_request_begins_one_draft(shop: Shop) -> None:
    body = {"name": "June", "document": RULEBOOK}
    answers = [
        await shop.ask("POST", DRAFTS, body, token=shop.manager, idempotency_key="a-draft-of-june") for _ in range(2)
    ]
    assert answers[0].json() == answers[1].json()
    assert answers[1].headers["idempotent-replayed"] == "true"


async def test_who_changes_a_draft_must_have_read_it(shop: Shop) -> None:
    made = await begun(shop, RULEBOOK)
    path, etag = f"{DRAFTS}/{made.json()['id']}", made.headers["etag"]
    body = {"name": "June", "document": doubled()}
    blind = await shop.ask("PUT", path, body, token=shop.manager)
    assert (blind.status_code, blind.json()["code"]) == (428, "precondition_required")
    first = await shop.ask("PUT", path, body, token=shop.manager, if_match=etag)
    assert first.status_code == 200, first.text
    assert first.json()["revision"] == 2
    late = await shop.ask("PUT", path, body | {"name": "July"}, token=shop.manager, if_match=etag)
    assert (late.status_code, late.json()["code"]) == (412, "precondition_failed")
    again = await shop.ask("PUT", path, body, token=shop.manager, if_match=etag)
    assert (again.status_code, again.json()) == (200, first.json())


async def test_a_draft_that_was_put_away_is_not_there(shop: Shop) -> None:
    made = await begun(shop, RULEBOOK)
    path = f"{DRAFTS}/{made.json()['id']}"
    stale = await shop.ask("DELETE", path, token=shop.manager, if_match='"other"')
    assert stale.status_code == 412
    gone = await shop.ask("DELETE", path, token=shop.manager, if_match=made.headers["etag"])
    assert (gone.status_code, gone.json()) == (200, made.json())
    assert (await shop.ask("GET", path, token=shop.manager)).status_code == 404
    assert (await shop.ask("GET", DRAFTS, token=shop.manager)).json()["data"] == []


async def test_checking_names_every_fault_with_its_pointer(shop: Shop) -> None:
    faulty = doubled()
    faulty["earning"]["rules"].append({"id": "base", "effect": {"kind": "bonus", "points": 5}})
    del faulty["tiers"]["levels"][2]
    found = await shop.ask("POST", f"{DRAFTS}/{(await begun(shop, faulty)).json()['id']}/validate", token=shop.manager)
    answer = found.json()
    assert (answer["valid"], answer["told"]) == (False, [])
    assert [(fault["pointer"], fault["code"]) for fault in answer["faults"]] == [
        ("/document/earning/rules/2/id", "duplicate_id"),
        ("/document/tiers/levels", "tier_removed"),
    ]


async def test_a_draft_without_faults_is_told_in_plain_sentences(shop: Shop) -> None:
    path = f"{DRAFTS}/{(await begun(shop, doubled())).json()['id']}/validate"
    answer = (await shop.ask("POST", path, token=shop.manager, accept_language="en")).json()
    assert (answer["valid"], answer["faults"], answer["warnings"], answer["language"]) == (True, [], [], "en")
    base = next(block for block in answer["told"] if block["id"] == "base")
    assert base["sentences"][0] == "It gives 2 points for every ₫1,000."


async def test_a_draft_is_compared_with_what_is_published(shop: Shop) -> None:
    draft = (await begun(shop, doubled())).json()["id"]
    found = (await shop.ask("GET", f"{DRAFTS}/{draft}/diff", token=shop.manager, accept_language="en")).json()
    assert (found["from_version"], found["draft"]) == (1, draft)
    assert [(change["kind"], change["id"]) for change in found["changes"]] == [("changed", "base")]
    unknown = await shop.ask("GET", f"{DRAFTS}/{draft}/diff?from=7", token=shop.manager)
    assert (unknown.status_code, unknown.json()["code"]) == (404, "rulebook_not_found")


async def test_publishing_a_draft_publishes_what_was_read(shop: Shop) -> None:
    made = await begun(shop, doubled())
    path, etag = f"{DRAFTS}/{made.json()['id']}", made.headers["etag"]
    await shop.ask("PUT", path, {"name": "June", "document": RULEBOOK}, token=shop.manager, if_match=etag)
    stale = await shop.ask("POST", f"{path}/publish", {}, token=shop.manager, if_match=etag)
    assert (stale.status_code, stale.json()["code"]) == (412, "precondition_failed")
    fresh = (await shop.ask("GET", path, token=shop.manager)).headers["etag"]
    asked = {"token": shop.manager, "if_match": fresh, "idempotency_key": "publish-june"}
    done = await shop.ask("POST", f"{path}/publish", {}, **asked)
    assert (done.status_code, done.json()["version"], done.json()["draft"]) == (201, 2, made.json()["id"])
    assert done.json()["document"] == Rulebook.model_validate(RULEBOOK).model_dump(mode="json", by_alias=True)
    again = await shop.ask("POST", f"{path}/publish", {}, **asked)
    assert (again.json(), again.headers["idempotent-replayed"]) == (done.json(), "true")


async def test_a_draft_with_faults_is_not_published(shop: Shop) -> None:
    made = await begun(shop, {})
    path = f"{DRAFTS}/{made.json()['id']}/publish"
    answer = await shop.ask("POST", path, {}, token=shop.manager, if_match="*")
    assert (answer.status_code, answer.json()["code"]) == (422, "rulebook_invalid")
    assert {fault["pointer"] for fault in answer.json()["errors"]} == {"/document/title", "/document/earning"}


async def test_a_version_is_scheduled_then_live_then_ended(client: httpx.AsyncClient) -> None:
    shop = await clocked(client)
    later = START + timedelta(days=7)
    path = f"{DRAFTS}/{(await begun(shop, doubled())).json()['id']}/publish"
    asked = {"effective_at": later.isoformat()}
    assert (await shop.ask("POST", path, asked, token=shop.manager, if_match="*")).status_code == 201

    async def states() -> list[tuple[int, str]]:
        listed = (await shop.ask("GET", "/v1/rulebooks", token=shop.manager)).json()["data"]
        return [(each["version"], each["state"]) for each in listed]

    assert await states() == [(2, "scheduled"), (1, "live")]
    await advance(shop, later)
    assert await states() == [(2, "live"), (1, "ended")]
    first = (await shop.ask("GET", "/v1/rulebooks/1", token=shop.manager)).json()
    second = (await shop.ask("GET", "/v1/rulebooks/2", token=shop.manager)).json()
    assert (first["ends_at"], second["ends_at"]) == (second["effective_at"], None)


async def test_going_back_publishes_the_old_document_as_a_new_version(shop: Shop) -> None:
    assert (await shop.publish(doubled())).status_code == 201
    back = await shop.ask("POST", "/v1/rulebooks/1/rollback", {}, token=shop.manager)
    assert (back.status_code, back.json()["version"], back.json()["restores"]) == (201, 3, 1)
    first = (await shop.ask("GET", "/v1/rulebooks/1", token=shop.manager)).json()
    assert back.json()["document"] == first["document"]
    assert first["restores"] is None
    member = (await shop.enrol())["id"]
    assert (await shop.buy(member, 10000))["points"] == 10
    missing = await shop.ask("POST", "/v1/rulebooks/9/rollback", {}, token=shop.manager)
    assert (missing.status_code, missing.json()["code"]) == (404, "rulebook_not_found")


async def test_going_back_is_refused_where_a_tier_would_be_gone(client: httpx.AsyncClient) -> None:
    without = {name: part for name, part in RULEBOOK.items() if name != "tiers"}
    shop = await opened(client, rulebook=False)
    assert (await shop.publish(without)).status_code == 201
    assert (await shop.publish()).status_code == 201
    answer = await shop.ask("POST", "/v1/rulebooks/1/rollback", {}, token=shop.manager)
    assert (answer.status_code, answer.json()["code"]) == (422, "rulebook_invalid")
