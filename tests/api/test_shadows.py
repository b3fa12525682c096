"""A draft in shadow: what it would have given, to whom, by which rules; and nothing live is touched."""

import asyncio
from copy import deepcopy
from typing import Any

from app.cli.cluster import Urls
from app.commands.audit.run import audit
from app.repositories.database import Database
from tests.api.conftest import RULEBOOK, Shop

DRAFTS = "/v1/rulebook-drafts"


def changed(*rules: dict[str, Any]) -> dict[str, Any]:
    document = deepcopy(RULEBOOK)
    document["earning"]["rules"][0]["effect"]["points"] = 2
    document["earning"]["rules"] += rules
    return document


async def begun(shop: Shop, document: dict[str, Any]) -> str:
    """The path of a shadow that runs."""
    draft = (await shop.ask("POST", DRAFTS, {"name": "June", "document": document}, token=shop.manager)).json()["id"]
    answer = await shop.ask("POST", f"{DRAFTS}/{draft}/shadow", token=shop.manager)
    assert answer.status_code == 201, answer.text
    assert (answer.json()["state"], answer.json()["compared"]) == ("running", 0)
    return f"{DRAFTS}/{draft}/shadow"


async def seen(shop: Shop, path: str) -> dict[str, Any]:
    """What it says once it has looked at everything."""
    for _ in range(200):
        found: dict[str, Any] = (await shop.ask("GET", path, token=shop.manager)).json()
        if found["behind"] == 0:
            return found
        await asyncio.sleep(0.1)
    raise AssertionError(found)


async def test_what_differs_is_told_with_the_rules_that_make_it(shop: Shop, database: Urls) -> None:
    before = (await shop.enrol())["id"]
    await shop.buy(before, 90000)
    tea = {"id": "tea", "items": {"categories": ["tea"]}, "effect": {"kind": "bonus", "points": 5}}
    path = await begun(shop, changed(tea))
    member = (await shop.enrol())["id"]
    bought = (await shop.buy(member, 100000))["id"]
    await shop.buy(member, 0)
    found = await seen(shop, path)
    assert (found["compared"], found["unknown"], found["live_points"], found["draft_points"]) == (2, 0, 100, 210)
    assert (found["differing"], found["members"], found["points_up"], found["points_down"]) == (2, 1, 110, 0)
    assert found["rules"] == [
        {"rule": "base", "live_points": 100, "draft_points": 200},
        {"rule": "tea", "live_points": 0, "draft_points": 10},
    ]
    listed = (await shop.ask("GET", f"{path}/differences?limit=1", token=shop.manager)).json()
    assert listed["data"] == [
        {
            "fact": bought,
            "member": member,
            "live_points": 100,
            "draft_points": 205,
            "rules": [
                {"rule": "base", "live_points": 100, "draft_points": 200},
                {"rule": "tea", "live_points": 0, "draft_points": 5},
            ],
        }
    ]
    assert listed["has_more"] is True
    assert (await shop.ask("GET", f"/v1/members/{member}/balance")).json()["points"] == 100
    assert await findings(database) == ()


async def test_what_refunds_took_back_is_no_difference_any_more_and_activities_are_listed(shop: Shop) -> None:
    review = {"id": "review", "title": {"en": "Review"}}
    thanks = {"id": "thanks", "on": "review", "effect": {"kind": "bonus", "points": 20}}
    document = deepcopy(RULEBOOK) | {"activities": [review]}
    document["earning"]["rules"].append(thanks)
    assert (await shop.publish(document)).status_code == 201
    path = await begun(shop, changed(thanks | {"effect": {"kind": "bonus", "points": 30}}) | {"activities": [review]})
    member = (await shop.enrol())["id"]
    kept, gone = [(await shop.buy(member, 60000, 40000))["id"] for _ in range(2)]
    done = (await shop.ask("POST", "/v1/activities", {"member": member, "kind": "review"})).json()["id"]
    for refund in ({"purchase": gone}, {"purchase": kept, "lines": [{"line": 1}]}):
        assert (await shop.ask("POST", "/v1/refunds", refund)).status_code == 201
    found = await seen(shop, path)
    assert (found["compared"], found["live_points"], found["draft_points"], found["differing"]) == (3, 80, 150, 2)
    assert found["rules"] == [
        {"rule": "base", "live_points": 60, "draft_points": 120},
        {"rule": "thanks", "live_points": 20, "draft_points": 30},
    ]
    listed = (await shop.ask("GET", f"{path}/differences", token=shop.manager)).json()["data"]
    assert [(each["fact"], each["live_points"], each["draft_points"]) for each in listed] == [
        (kept, 60, 120),
        (done, 20, 30),
    ]
    assert done.startswith("act_")


async def findings(urls: Urls) -> tuple[Any, ...]:
    database = Database(urls.app, connections=1)
    try:
        report = await audit(database, None, lambda *_: None, effects_age_s_max=600)
    finally:
        await database.close()
    return tuple(finding for program in report.programs for finding in program.findings)


async def test_who_would_stand_in_another_tier_is_told(shop: Shop) -> None:
    path = await begun(shop, changed())
    member = (await shop.enrol())["id"]
    await shop.buy(member, 300000)
    found = await seen(shop, path)
    assert [(each["from_tier"], each["to_tier"], each["examples"]) for each in found["tiers"]] == [
        (None, "bac", [member])
    ]


async def test_it_judges_as_if_it_had_been_there_purchase_by_purchase(shop: Shop) -> None:
    third = {
        "id": "third",
        "when": {"kind": "purchase_number", "every": 3},
        "effect": {"kind": "bonus", "points": 50},
    }
    member = (await shop.enrol())["id"]
    await shop.buy(member, 1000)
    path = await begun(shop, changed(third))
    for _ in range(4):
        await shop.buy(member, 1000)
    found = await seen(shop, path)
    assert (found["live_points"], found["draft_points"], found["unknown"]) == (4, 58, 0)
    listed = (await shop.ask("GET", f"{path}/differences", token=shop.manager)).json()["data"]
    assert [each["draft_points"] for each in listed] == [2, 52, 2, 2]


async def test_what_was_paid_with_points_is_compared_as_well(shop: Shop) -> None:
    member = (await shop.enrol())["id"]
    await shop.buy(member, 200000)
    path = await begun(shop, changed())
    await shop.buy(member, 50000, tenders=[{"kind": "points", "points": 100}])
    found = await seen(shop, path)
    assert (found["compared"], found["unknown"], found["live_points"], found["draft_points"]) == (1, 0, 40, 80)


async def test_a_shadow_that_is_stopped_keeps_what_it_found(shop: Shop) -> None:
    path = await begun(shop, changed())
    member = (await shop.enrol())["id"]
    await shop.buy(member, 10000)
    await seen(shop, path)
    twice = await shop.ask("POST", path, token=shop.manager)
    assert (twice.status_code, twice.json()["code"]) == (409, "shadow_running")
    stopped = (await shop.ask("POST", f"{path}/stop", token=shop.manager)).json()
    assert (stopped["state"], stopped["compared"], stopped["stopped_by"]) == ("stopped", 1, stopped["started_by"])
    await shop.buy(member, 10000)
    again = (await shop.ask("POST", f"{path}/stop", token=shop.manager)).json()
    assert (again["compared"], again["behind"], again["stopped_at"]) == (1, 0, stopped["stopped_at"])


async def test_only_what_could_be_published_runs(shop: Shop) -> None:
    draft = (await shop.ask("POST", DRAFTS, {"name": "x", "document": {}}, token=shop.manager)).json()["id"]
    answer = await shop.ask("POST", f"{DRAFTS}/{draft}/shadow", token=shop.manager)
    assert (answer.status_code, answer.json()["code"]) == (422, "rulebook_invalid")
    never = await shop.ask("GET", f"{DRAFTS}/{draft}/shadow", token=shop.manager)
    assert (never.status_code, never.json()["code"]) == (404, "shadow_not_found")


async def test_the_same_request_begins_one_shadow(shop: Shop) -> None:
    draft = (await shop.ask("POST", DRAFTS, {"name": "x", "document": RULEBOOK}, token=shop.manager)).json()["id"]
    asked = {"token": shop.manager, "idempotency_key": "a-shadow-of-june"}
    answers = [await shop.ask("POST", f"{DRAFTS}/{draft}/shadow", **asked) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[1].headers["idempotent-replayed"] == "true"
