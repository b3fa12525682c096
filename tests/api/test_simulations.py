"""A rulebook on trial over HTTP: baskets, journeys, who would move, who would reach what. Nothing is recorded."""

from copy import deepcopy
from datetime import timedelta
from typing import Any

import httpx

from tests.api.clocks import START, advance, clocked
from tests.api.conftest import RULEBOOK, Shop, basket

DRAFTS = "/v1/rulebook-drafts"


def doubled(**more: Any) -> dict[str, Any]:
    document = deepcopy(RULEBOOK) | more
    document["earning"]["rules"][0]["effect"]["points"] = 2
    return document


async def drafted(shop: Shop, document: dict[str, Any]) -> str:
    answer = await shop.ask("POST", DRAFTS, {"name": "June", "document": document}, token=shop.manager)
    return f"{DRAFTS}/{answer.json()['id']}"


def bought(*amounts: int, at: str | None = None, **more: Any) -> dict[str, Any]:
    given = {name: part for name, part in basket("", *amounts, **more).items() if name != "member"}
    return {"kind": "purchase", "at": at, "purchase": given}


async def simulated(shop: Shop, path: str, **body: Any) -> dict[str, Any]:
    answer = await shop.ask("POST", f"{path}/simulate", body, token=shop.manager, accept_language="en")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_one_basket_of_nobody_is_explained_in_full(shop: Shop) -> None:
    path = await drafted(shop, doubled())
    found = await simulated(shop, path, steps=[bought(100000)])
    assert (found["rulebook_version"], found["member"]) == (2, None)
    (step,) = found["steps"]
    assert (step["points"], step["tier"], step["problem"]) == (200, "dong", None)
    assert step["wallets"] == [{"wallet": "points", "points": 200, "pending": 0, "held": 0, "debt": 0}]
    explanation = step["explanation"]
    assert (explanation["rulebook_version"], [rule["rule"] for rule in explanation["applied"]]) == (2, ["base"])
    assert [rule["rule"] for rule in explanation["not_applied"]] == ["coffee"]


async def test_a_made_up_member_has_the_tier_that_they_are_given(shop: Shop) -> None:
    gold = {"id": "gold", "when": {"kind": "tier", "any_of": ["vang"]}, "effect": {"kind": "bonus", "points": 7}}
    document = doubled()
    document["earning"]["rules"].append(gold)
    path = await drafted(shop, document)
    high = await simulated(shop, path, invented={"tier": "vang"}, steps=[bought(1000)])
    low = await simulated(shop, path, invented={}, steps=[bought(1000)])
    assert [found["steps"][0]["points"] for found in (high, low)] == [9, 2]
    asked = {"invented": {"tier": "none"}, "steps": [bought(1000)]}
    unknown = await shop.ask("POST", f"{path}/simulate", asked, token=shop.manager)
    assert [(fault["code"], fault["pointer"]) for fault in unknown.json()["errors"]] == [
        ("unknown_tier", "/invented/tier")
    ]


async def test_a_journey_goes_on_step_by_step_over_time(shop: Shop) -> None:
    path = await drafted(shop, doubled())
    steps = [
        bought(300000, at="2026-01-10T09:00:00+07:00"),
        {"kind": "redemption", "at": "2026-02-10T09:00:00+07:00", "redemption": {"points": 200}},
        {"kind": "redemption", "at": "2026-02-10T10:00:00+07:00", "redemption": {"points": 4000}},
        {"kind": "time", "at": "2027-01-11T09:00:00+07:00"},
    ]
    found = (await simulated(shop, path, steps=steps))["steps"]
    assert [step["points"] for step in found] == [600, -200, 0, -400]
    assert [step["tier"] for step in found] == ["bac", "bac", "bac", "dong"]
    assert [step["wallets"][0]["points"] for step in found] == [600, 400, 400, 0]
    assert (found[2]["explanation"], found[2]["problem"]["code"]) == (None, "insufficient_points")
    assert [effect["kind"] for effect in found[3]["explanation"]["time"]] == ["review_demotion", "expiry"]


async def test_a_members_own_journey_goes_on_and_nothing_is_recorded(shop: Shop) -> None:
    member = (await shop.enrol())["id"]
    await shop.buy(member, 400000)
    path = await drafted(shop, doubled())
    found = await simulated(shop, path, member=member, steps=[bought(50000), bought(50000)])
    assert (found["member"], [step["points"] for step in found["steps"]]) == (member, [100, 100])
    assert [step["wallets"][0]["points"] for step in found["steps"]] == [500, 600]
    assert [step["tier"] for step in found["steps"]] == ["bac", "bac"]
    assert (await shop.ask("GET", f"/v1/members/{member}/balance")).json()["points"] == 400
    assert (await shop.ask("GET", f"/v1/members/{member}/tier")).json()["tier"]["level"] == "dong"
    entries = (await shop.ask("GET", f"/v1/members/{member}/entries")).json()["data"]
    assert [entry["points"] for entry in entries] == [400]


async def test_a_simulation_of_the_version_in_force_is_the_quote(shop: Shop) -> None:
    member = (await shop.enrol())["id"]
    quote = (await shop.ask("POST", "/v1/purchases/quote", basket(member, 123456))).json()
    found = await simulated(shop, "/v1/rulebooks/1", member=member, steps=[bought(123456)])
    assert found["steps"][0]["points"] == quote["points"] == 123
    unknown = await shop.ask("POST", "/v1/rulebooks/9/simulate", {"steps": [bought(1)]}, token=shop.manager)
    assert (unknown.status_code, unknown.json()["code"]) == (404, "rulebook_not_found")


async def test_a_step_needs_the_body_of_its_kind(shop: Shop) -> None:
    path = await drafted(shop, doubled())
    answer = await shop.ask("POST", f"{path}/simulate", {"steps": [{"kind": "reward"}]}, token=shop.manager)
    assert [(fault["code"], fault["pointer"]) for fault in answer.json()["errors"]] == [("missing", "/steps/0/reward")]


async def test_who_would_move_is_told_before_it_is_published(shop: Shop) -> None:
    silver, bronze = [(await shop.enrol())["id"] for _ in range(2)]
    await shop.buy(silver, 600000)
    await shop.buy(bronze, 300000)
    document = doubled()
    document["tiers"]["levels"][1]["from_points"] = 250
    document["tiers"]["levels"][2]["from_points"] = 500
    path = await drafted(shop, document)
    found = (await shop.ask("POST", f"{path}/preview/tiers", token=shop.manager)).json()
    assert (found["members"], found["has_more"], found["next_cursor"]) == (2, False, None)
    assert [(each["from_tier"], each["to_tier"], each["when"], each["examples"]) for each in found["moves"]] == [
        (None, "bac", "next_purchase", [bronze]),
        ("bac", "vang", "next_purchase", [silver]),
    ]
    assert {each["anyway"] for each in found["moves"]} == {0}


async def test_who_would_fall_is_told_and_falls_at_a_review(client: httpx.AsyncClient) -> None:
    shop = await clocked(client)
    member = (await shop.enrol())["id"]
    await shop.buy(member, 600000)
    await advance(shop, START + timedelta(days=1))
    document = doubled()
    document["tiers"]["levels"][1]["from_points"] = 900
    path = await drafted(shop, document)
    found = (await shop.ask("POST", f"{path}/preview/tiers?examples=0", token=shop.manager)).json()
    assert found["moves"] == [
        {
            "set": None,
            "from_tier": "bac",
            "to_tier": None,
            "when": "review",
            "members": 1,
            "anyway": 0,
            "examples": [],
        }
    ]


async def test_what_share_reaches_a_reward_if_members_go_on_as_they_did(client: httpx.AsyncClient) -> None:
    reward = {"id": "latte", "title": {"en": "A latte"}, "kind": "voucher", "cost_points": 250, "value_minor": 45000}
    shop = await clocked(client)
    often, seldom = [(await shop.enrol())["id"] for _ in range(2)]
    for day in (0, 35):
        await advance(shop, START + timedelta(days=day))
        await shop.buy(often, 100000)
    await shop.buy(seldom, 10000)
    await advance(shop, START + timedelta(days=45))
    path = await drafted(shop, doubled(rewards=[reward]))
    answer = await shop.ask("POST", f"{path}/preview/reach?months=2", token=shop.manager, accept_language="en")
    found = answer.json()
    assert (found["months"], found["members"], found["sample"]) == (2, 2, 2)
    reached = {
        each["id"]: (each["kind"], each["members"], each["share_ppm"], each["by_month"]) for each in found["reached"]
    }
    assert reached == {
        "latte": ("reward", 1, 500000, [0, 1, 1]),
        "bac": ("tier", 1, 500000, [0, 0, 1]),
        "vang": ("tier", 0, 0, [0, 0, 0]),
    }
    assert found["assumes"][1] == "Points are saved: nothing is paid with them, and no reward is taken."


async def test_what_was_bought_on_the_way_can_be_given_back(shop: Shop) -> None:
    path = await drafted(shop, doubled())
    steps = [
        bought(100000, at="2026-01-10T09:00:00+07:00"),
        {"kind": "refund", "refund": {"step": 0, "amount": 50000}},
        {"kind": "refund", "refund": {"step": 0}},
        {"kind": "refund", "refund": {"step": 0}},
    ]
    found = (await simulated(shop, path, steps=steps))["steps"]
    assert [step["points"] for step in found] == [200, -100, -100, 0]
    assert found[3]["problem"]["code"] == "already_reversed"
    asked = {"steps": [bought(1), {"kind": "refund", "refund": {"step": 1}}]}
    wrong = await shop.ask("POST", f"{path}/simulate", asked, token=shop.manager)
    assert [(fault["code"], fault["pointer"]) for fault in wrong.json()["errors"]] == [
        ("out_of_range", "/steps/1/refund/step")
    ]


async def test_activities_and_challenges_are_part_of_a_journey(shop: Shop) -> None:
    reviews = {
        "activities": [{"id": "review", "title": {"en": "A review"}}],
        "challenges": [
            {
                "id": "two-reviews",
                "title": {"en": "Two reviews"},
                "goals": [{"id": "reviews", "measure": {"kind": "count", "of": "review"}, "target": 2}],
                "prize": {"points": 40},
            }
        ],
    }
    document = doubled(**reviews)
    document["earning"]["rules"].append({"id": "thanks", "on": "review", "effect": {"kind": "bonus", "points": 3}})
    path = await drafted(shop, document)
    review = {"kind": "activity", "activity": {"kind": "review"}}
    found = (await simulated(shop, path, steps=[review, review]))["steps"]
    assert [step["points"] for step in found] == [3, 43]
    assert {"name": "done/two-reviews", "count": 1} in found[1]["counted"]
