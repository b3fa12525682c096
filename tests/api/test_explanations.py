"""Explanations and messages: what applied, what did not and why, and what can be said of it in four languages."""

from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from tests.api.clocks import START, ZONE, advance, clocked
from tests.api.conftest import RULEBOOK, Shop, basket

DOUBLE: dict[str, Any] = {
    "id": "tuesday",
    "title": {"en": "Double Tuesday", "vi": "Nhân đôi thứ Ba", "ru": "Двойной вторник", "kk": "Қос сейсенбі"},
    "when": {"kind": "weekday", "any_of": ["tue"]},
    "effect": {"kind": "multiply", "by": {"numerator": 2, "denominator": 1}},
}
ONE_STORE: dict[str, Any] = {
    "id": "opening",
    "title": {"en": "Opening of D9"},
    "when": {"kind": "store", "any_of": ["D9"]},
    "effect": {"kind": "bonus", "points": 100},
}


def with_rules(*rules: dict[str, Any]) -> dict[str, Any]:
    return RULEBOOK | {"earning": {"rules": [*RULEBOOK["earning"]["rules"], *rules]}}


@pytest.fixture
async def shop(client: httpx.AsyncClient) -> Shop:
    return await clocked(client)


async def explained(shop: Shop, fact: str, language: str = "en") -> dict[str, Any]:
    answer = await shop.ask("GET", f"/v1/facts/{fact}/explanation", accept_language=language)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_a_purchase_is_explained_with_base_rounding_lots_and_what_did_not_apply(shop: Shop) -> None:
    await shop.publish(with_rules(DOUBLE, ONE_STORE))
    member = (await shop.enrol())["id"]
    await advance(shop, START + timedelta(days=1))
    bought = await shop.buy(member, 145_600, store="D1")
    found = await explained(shop, bought["id"])
    assert [(rule["rule"], rule["granted"], rule["bound"]) for rule in found["applied"]] == [("base", 145, None)]
    assert found["applied"][0]["reckoned"] == {
        "eligible": {"amount": 145600, "currency": "VND"},
        "points_per": 1,
        "per": {"amount": 1000, "currency": "VND"},
        "exact": "145600/1000",
        "rounding_mode": "down",
        "rounding_scope": "basket",
        "points": 145,
        "text": "“Base” before rounding: 145.6; after it: 145.",
    }
    assert [(rule["rule"], rule["reason"], rule["text"]) for rule in found["not_applied"]] == [
        ("tuesday", "weekday", "“Double Tuesday” does not apply on this day of the week."),
        ("coffee", "no_matching_line", "“coffee” finds nothing in the basket that it applies to."),
        ("opening", "store", "“Opening of D9” does not apply in this store."),
    ]
    assert [(lot["lot"], lot["granted"], lot["used"]) for lot in found["lots"]] == [(1, 145, 0)]
    assert [(entry["kind"], entry["points"], entry["lot"]) for entry in found["entries"]] == [("accrual", 145, 1)]
    assert (found["kind"], found["rulebook_version"], found["tier"]) == ("purchase", 2, None)
    assert found["sentences"][0] == "Points earned: 145."
    assert found["sentences"][-1] == "Points to spend: 145."


async def test_a_limit_that_bound_is_named_with_what_was_wanted_and_given(shop: Shop) -> None:
    capped = {
        "id": "capped",
        "title": {"en": "At most ten"},
        "effect": {"kind": "per_amount", "points": 1, "per_minor": 100},
        "cap": {"points": 10, "per": "transaction"},
    }
    await shop.publish(with_rules(capped))
    member = (await shop.enrol())["id"]
    await advance(shop, START + timedelta(days=1))
    found = await explained(shop, (await shop.buy(member, 5_000))["id"])
    rule = next(rule for rule in found["applied"] if rule["rule"] == "capped")
    assert (rule["bound"], rule["wanted"], rule["granted"]) == ("rule_cap", 50, 10)
    assert rule["text"] == "“At most ten” has a limit. Wanted: 50; given: 10."


async def test_an_explanation_stays_what_it_was_after_a_new_rulebook(shop: Shop) -> None:
    member = (await shop.enrol())["id"]
    bought = await shop.buy(member, 145_600)
    before = await explained(shop, bought["id"])
    await shop.publish(with_rules(DOUBLE))
    await advance(shop, START + timedelta(days=400))
    await shop.buy(member, 1_000)
    assert await explained(shop, bought["id"]) == before


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "“Double Tuesday” does not apply on this day of the week."),
        ("vi", "“Nhân đôi thứ Ba” không áp dụng vào thứ này trong tuần."),
        ("ru", "«Двойной вторник» не действует в этот день недели."),
        ("kk", "«Қос сейсенбі» аптаның бұл күнінде қолданылмайды."),
    ],
)
async def test_sentences_are_in_the_language_that_is_asked_for(shop: Shop, language: str, sentence: str) -> None:
    await shop.publish(with_rules(DOUBLE))
    member = (await shop.enrol())["id"]
    await advance(shop, START + timedelta(days=1))
    bought = await shop.buy(member, 1_000)
    assert sentence in (await explained(shop, bought["id"], language))["sentences"]


async def test_what_time_did_is_explained_with_the_command_that_settled_it(shop: Shop) -> None:
    member = (await shop.enrol())["id"]
    await shop.buy(member, 600_000)
    await advance(shop, datetime(2027, 4, 1, tzinfo=ZONE))
    bought = await shop.buy(member, 1_000)
    found = await explained(shop, bought["id"])
    assert [(effect["kind"], effect["points"], effect["tier"]) for effect in found["time"]] == [
        ("review_demotion", None, "dong"),
        ("expiry", 600, None),
    ]
    assert found["sentences"][:3] == [
        "Tier after its review: Bronze.",
        "Points that expired: 600.",
        "Points earned: 1.",
    ]


async def test_every_kind_of_fact_of_a_members_entries_is_explained(shop: Shop) -> None:
    member = await shop.enrol()
    bought = await shop.buy(member["id"], 300_000)
    redeemed = (await shop.ask("POST", "/v1/redemptions", {"member": member["id"], "points": 100})).json()
    await shop.ask("POST", f"/v1/redemptions/{redeemed['id']}/cancel")
    again = (await shop.ask("POST", "/v1/redemptions", {"member": member["id"], "points": 200})).json()
    refunded = (await shop.ask("POST", "/v1/refunds", {"purchase": bought["id"]})).json()
    entries = (await shop.ask("GET", f"/v1/members/{member['id']}/entries")).json()["data"]
    told = {entry["fact"]: await explained(shop, entry["fact"]) for entry in entries}
    assert {found["kind"] for found in told.values()} == {"purchase", "redemption", "redemption_cancel", "refund"}
    for fact, found in told.items():
        mine = [(entry["number"], entry["points"]) for entry in reversed(entries) if entry["fact"] == fact]
        assert [(entry["number"], entry["points"]) for entry in found["entries"]] == mine
    assert told[again["id"]]["sentences"] == ["Points redeemed: 200.", "Points to spend: 100."]
    assert told[refunded["id"]]["sentences"] == [
        "Points asked back: 300; taken: 300.",
        "Owed because they were not there: 200.",
        "Points to spend: 0.",
        "Points owed: 200.",
    ]


@pytest.mark.parametrize(
    "fact", ["pur_01jkm3x8e4f5gr6h7s8t9v0w1x", "nonsense", "xyz_01jkm3x8e4f5gr6h7s8t9v0w1x", "mbr_1"]
)
async def test_what_is_no_fact_is_not_found(shop: Shop, fact: str) -> None:
    answer = await shop.ask("GET", f"/v1/facts/{fact}/explanation")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


async def test_a_fact_under_the_prefix_of_another_kind_is_not_found(shop: Shop) -> None:
    bought = await shop.buy((await shop.enrol())["id"], 1_000)
    fact = bought["id"].replace("pur_", "rdm_")
    assert (await shop.ask("GET", f"/v1/facts/{fact}/explanation")).status_code == 404


@pytest.mark.parametrize(
    ("language", "cashier"),
    [
        ("en", "Thank you! Points earned: 412. 88 more and you are Silver."),
        ("vi", "Cảm ơn quý khách! Điểm được cộng: 412. Thêm 88 điểm nữa là quý khách lên hạng Bạc."),
        ("ru", "Спасибо! Начислено баллов: 412. Ещё 88 — и ваш уровень: Silver."),
        ("kk", "Рақмет! Берілген ұпай: 412. Тағы 88 — және сіздің деңгейіңіз: Silver."),
    ],
)
async def test_messages_are_in_the_members_language_whoever_asks(shop: Shop, language: str, cashier: str) -> None:
    member = (await shop.enrol(card=f"card-of-{language}", language=language))["id"]
    answer = await shop.ask("POST", "/v1/purchases", basket(member, 412_000), accept_language="en")
    found = answer.json()["messages"]
    assert (found["language"], found["cashier"]) == (language, cashier)


async def test_messages_say_what_was_paid_promoted_given_back_and_owed(shop: Shop) -> None:
    member = (await shop.enrol(card="1", language="en"))["id"]
    first = await shop.buy(member, 600_000)
    assert first["messages"]["cashier"] == "Thank you! Points earned: 600. You are Silver now!"
    assert first["messages"]["member"] == "Points earned: 600. Points to spend: 600. You are Silver now!"
    paid = await shop.buy(member, 20_000, tenders=[{"kind": "points", "points": 200}])
    assert paid["messages"]["receipt"] == "Points paid: 200. Points earned: 0. Points to spend: 400."
    assert paid["messages"]["cashier"] == "Thank you! 1400 more and you are Gold."
    undone = (await shop.ask("POST", "/v1/refunds", {"purchase": first["id"]})).json()
    assert undone["messages"]["cashier"] == "Points taken back: 600. Points to spend: 0. Points owed: 200."
    back = (await shop.ask("POST", "/v1/refunds", {"purchase": paid["id"]})).json()
    assert back["messages"]["member"] == "Points taken back: 0. Points given back: 200. Points to spend: 0."


async def test_a_retry_says_the_same_and_a_quote_too(shop: Shop) -> None:
    member = (await shop.enrol(card="1", language="kk"))["id"]
    quote = (await shop.ask("POST", "/v1/purchases/quote", basket(member, 42_000))).json()
    headers = {"idempotency_key": "the-same-key-1"}
    first = await shop.ask("POST", "/v1/purchases", basket(member, 42_000), **headers)
    again = await shop.ask("POST", "/v1/purchases", basket(member, 42_000), **headers)
    assert first.json()["messages"] == again.json()["messages"] == quote["messages"]


async def test_a_member_who_reads_another_language_from_now_on_is_told_in_it(shop: Shop) -> None:
    member = (await shop.enrol(card="1", language="ru"))["id"]
    assert (await shop.buy(member, 1_000))["messages"]["language"] == "ru"
    etag = (await shop.ask("GET", f"/v1/members/{member}")).headers["etag"]
    await shop.ask("PATCH", f"/v1/members/{member}", {"language": "kk"}, if_match=etag)
    assert (await shop.buy(member, 1_000))["messages"]["language"] == "kk"
