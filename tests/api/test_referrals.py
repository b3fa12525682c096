"""Referrals over HTTP (semantics 32): codes, who says so and when, what is refused, and what came of it."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from tests.api.clocks import advance
from tests.api.conftest import RULEBOOK, Shop, opened
from tests.api.test_me import minted

TERMS = {**RULEBOOK["referral"], "afterwards": True}


@pytest.fixture
async def shop(client: httpx.AsyncClient) -> Shop:
    return await offering(client)


async def offering(client: httpx.AsyncClient, **terms: Any) -> Shop:
    """A shop with fifty points for who brings a friend, thirty for the friend, and these terms."""
    found = await opened(client, rulebook=False)
    published = await found.publish({**RULEBOOK, "referral": {**TERMS, **terms}})
    assert published.status_code == 201, published.text
    return found


async def refusals(answer: httpx.Response, status: int = 409) -> list[str]:
    assert answer.status_code == status, answer.text
    return [error["code"] for error in answer.json()["errors"]]


async def sent(shop: Shop, member: str, code: str, **more: Any) -> httpx.Response:
    return await shop.ask("POST", f"/v1/members/{member}/referrer", {"referral_code": code, **more})


async def named(shop: Shop, member: str, code: str, **dates: str) -> httpx.Response:
    """A code of a member's own making, given by a manager."""
    path = f"/v1/members/{member}/referral-codes"
    return await shop.ask("POST", path, {"code": code, **dates}, token=shop.manager)


async def friends(shop: Shop, member: str) -> list[tuple[str, int, str | None]]:
    found = (await shop.ask("GET", f"/v1/members/{member}/referrals")).json()["friends"]
    return [(each["state"], each["points"], each["reason"]) for each in found]


async def until(shop: Shop, member: str, wanted: list[tuple[str, int, str | None]]) -> None:
    """Wait for the follower."""
    for _ in range(100):
        if await friends(shop, member) == wanted:
            return
        await asyncio.sleep(0.05)
    assert await friends(shop, member) == wanted


async def test_a_member_makes_codes_of_their_own_and_all_of_them_work(shop: Shop) -> None:
    lan = (await shop.enrol(card="1"))["id"]
    token = await minted(shop, lan)
    for code in ("lan-coffee", "Lan-Tea"):
        made = await shop.ask("POST", "/v1/me/referral-codes", {"code": code}, token=token)
        assert (made.status_code, made.json()["code"]) == (201, code.upper())
    for card, code in (("2", "LAN-COFFEE"), ("3", " lan-tea ")):
        assert (await shop.enrol(card=card, referral_code=code.strip()))["referred_until"] is not None
    shown = (await shop.ask("GET", "/v1/me/referrals", token=token)).json()
    assert [code["code"] for code in shown["codes"]] == ["LAN-TEA", "LAN-COFFEE"]
    assert [each["state"] for each in shown["friends"]] == ["invited", "invited"]


async def test_a_code_belongs_to_one_member_and_says_nothing_in_the_shops_name(shop: Shop) -> None:
    lan, mai = await shop.enrol(card="1"), await shop.enrol(card="2")
    assert (await named(shop, lan["id"], "COFFEE-QUEEN")).status_code == 201
    for code, problem, status in (
        ("coffee-queen", "code_taken", 409),
        (lan["referral_code"], "code_taken", 409),
        ("Support", "code_reserved", 409),
        ("0903123456", "code_not_valid", 422),
        ("ab", "code_not_valid", 422),
        ("cà-phê", "code_not_valid", 422),
    ):
        answer = await named(shop, mai["id"], code)
        assert (answer.status_code, answer.json()["code"]) == (status, problem), code
    again = await named(shop, lan["id"], "Coffee-Queen", valid_until="2026-12-31")
    assert (again.status_code, again.json()["valid_until"]) == (201, "2026-12-31")


async def test_a_member_has_no_more_codes_than_anybody_may_have(shop: Shop) -> None:
    lan = (await shop.enrol(card="1"))["id"]
    for number in range(20):
        assert (await named(shop, lan, f"LAN-{number}")).status_code == 201
    assert (await named(shop, lan, "LAN-20")).json()["code"] == "too_many_codes"


async def test_a_code_is_good_between_its_days_only(shop: Shop) -> None:
    lan = (await shop.enrol(card="1"))["id"]
    await named(shop, lan, "LAN-OLD", valid_until="2020-12-31")
    await named(shop, lan, "LAN-NEW", valid_from="2150-01-01")
    for code, reason in (("LAN-OLD", "referral_code_expired"), ("LAN-NEW", "referral_code_not_yet")):
        answer = await shop.ask("POST", "/v1/members", {"card": "2", "referral_code": code})
        assert await refusals(answer) == [reason]
        assert answer.json()["errors"][0]["pointer"] == "/referral_code"
    assert (await shop.ask("GET", "/v1/members/card:2")).status_code == 404


async def test_the_referrers_phone_works_as_a_code(shop: Shop) -> None:
    lan = (await shop.enrol(phone="0903 123 456"))["id"]
    friend = await shop.enrol(card="2", referral_code="+84 903 123 456")
    assert friend["referred_until"] is not None
    assert (await friends(shop, lan)) == [("invited", 0, None)]
    later = (await shop.enrol(card="3"))["id"]
    assert (await sent(shop, later, "0903123456")).json()["referrer"] == lan
    answer = await shop.ask("POST", "/v1/members", {"card": "4", "referral_code": "0903 999 999"})
    assert (answer.status_code, answer.json()["code"]) == (422, "referral_code_unknown")


async def test_who_brought_a_member_is_said_until_the_first_qualifying_purchase(shop: Shop) -> None:
    lan = await shop.enrol(card="1")
    friend, late = (await shop.enrol(card="2"))["id"], (await shop.enrol(card="3"))["id"]
    await shop.buy(friend, 49000)
    answer = await sent(shop, friend, lan["referral_code"])
    assert (answer.status_code, answer.json()["referrer"]) == (200, lan["id"])
    assert answer.json()["id"].startswith("int_")
    assert (await shop.buy(friend, 50000))["referral_points"] == 30
    await until(shop, lan["id"], [("rewarded", 50, None)])
    await shop.buy(late, 50000)
    assert await refusals(await sent(shop, late, lan["referral_code"])) == ["referral_existing_member"]


async def test_a_retry_gets_the_first_answer(shop: Shop) -> None:
    lan = await shop.enrol(card="1")
    friend = (await shop.enrol(card="2"))["id"]
    body = {"referral_code": lan["referral_code"]}
    first = await shop.ask("POST", f"/v1/members/{friend}/referrer", body, idempotency_key="introduce-1")
    await shop.ask("POST", f"/v1/members/{lan['id']}/block", {"reason": "fraud"}, token=shop.manager)
    again = await shop.ask("POST", f"/v1/members/{friend}/referrer", body, idempotency_key="introduce-1")
    assert (first.status_code, again.status_code, again.json()) == (200, 200, first.json())
    assert again.headers["idempotent-replayed"] == "true"


async def test_where_the_rulebook_does_not_offer_it_nothing_is_said_later(client: httpx.AsyncClient) -> None:
    shop = await offering(client, afterwards=False)
    lan, friend = await shop.enrol(card="1"), await shop.enrol(card="2")
    assert await refusals(await sent(shop, friend["id"], lan["referral_code"])) == ["referral_not_offered"]


@pytest.mark.parametrize(
    ("own", "other"),
    [
        ({"phone": "0903 123 456"}, {"phone": "+84903123456"}),
        ({"card": "1", "email": "lan.nguyen@gmail.com"}, {"card": "2", "email": "LanNguyen+friend@googlemail.com"}),
        ({"card": "1", "device_id": "device-1"}, {"card": "2", "device_id": "device-1"}),
    ],
    ids=["phone", "email", "device"],
)
async def test_nobody_brings_themselves(shop: Shop, own: Any, other: Any) -> None:
    lan = await shop.enrol(**own)
    if "phone" in own:
        # The phone leads to themselves, so they are an existing member of whom nobody is brought.
        answer = await shop.ask("POST", "/v1/members", {**other, "referral_code": lan["referral_code"]})
        assert [warning["code"] for warning in answer.json()["warnings"]] == ["referral_existing_member"]
        assert "referral_self" in await refusals(await sent(shop, lan["id"], lan["referral_code"]))
        return
    answer = await shop.ask("POST", "/v1/members", {**other, "referral_code": lan["referral_code"]})
    assert await refusals(answer) == ["referral_self"]
    alias = (await shop.enrol(**other))["id"]
    assert await refusals(await sent(shop, alias, lan["referral_code"])) == ["referral_self"]


async def test_a_device_that_is_used_while_naming_a_code_is_looked_at(shop: Shop) -> None:
    lan, alias = await shop.enrol(card="1", device_id="device-1"), await shop.enrol(card="2")
    answer = await sent(shop, alias["id"], lan["referral_code"], device_id="device-1")
    assert await refusals(answer) == ["referral_self"]


async def test_members_do_not_bring_each_other_however_long_the_way(shop: Shop) -> None:
    lan = await shop.enrol(card="1")
    mai = await shop.enrol(card="2", referral_code=lan["referral_code"])
    hoa = await shop.enrol(card="3", referral_code=mai["referral_code"])
    for code in (mai["referral_code"], hoa["referral_code"]):
        assert await refusals(await sent(shop, lan["id"], code)) == ["referral_cycle"]


async def test_whoever_is_blocked_brings_nobody(shop: Shop) -> None:
    lan, friend = await shop.enrol(card="1"), await shop.enrol(card="2")
    await shop.ask("POST", f"/v1/members/{lan['id']}/block", {"reason": "fraud"}, token=shop.manager)
    body = {"card": "3", "referral_code": lan["referral_code"]}
    assert await refusals(await shop.ask("POST", "/v1/members", body)) == ["referrer_blocked"]
    assert await refusals(await sent(shop, friend["id"], lan["referral_code"])) == ["referrer_blocked"]


async def test_everything_that_stands_against_a_code_is_told_at_once(shop: Shop) -> None:
    lan = (await shop.enrol(card="1", device_id="device-1"))["id"]
    await named(shop, lan, "LAN-OLD", valid_until="2020-12-31")
    await shop.ask("POST", f"/v1/members/{lan}/block", {"reason": "fraud"}, token=shop.manager)
    alias = (await shop.enrol(card="2", device_id="device-1"))["id"]
    await shop.buy(alias, 50000)
    assert await refusals(await sent(shop, alias, "LAN-OLD")) == [
        "referral_code_expired",
        "referrer_blocked",
        "referral_self",
        "referral_existing_member",
    ]


async def test_who_sent_you_is_kept_without_a_code_and_a_member_may_be_found_later(shop: Shop) -> None:
    lan = await shop.enrol(card="1")
    friend = (await shop.enrol(card="2", heard_from="friend"))["id"]
    mine = (await shop.ask("GET", f"/v1/members/{friend}/referrals")).json()
    assert (mine["heard_from"], mine["referred"]) == ("friend", False)
    told = {"heard_from": "sister", "note": "Lan, at the market"}
    answer = await shop.ask("POST", f"/v1/members/{friend}/referrer", told)
    assert (answer.status_code, answer.json()["id"], answer.json()["heard_from"]) == (200, None, "sister")
    await sent(shop, friend, lan["referral_code"])
    mine = (await shop.ask("GET", f"/v1/members/{friend}/referrals")).json()
    assert (mine["heard_from"], mine["referred"]) == ("sister", True)
    nothing = await shop.ask("POST", f"/v1/members/{friend}/referrer", {})
    assert await refusals(nothing, 422) == ["code_or_answer"]


async def test_a_cap_is_told_with_its_reason(client: httpx.AsyncClient) -> None:
    shop = await offering(client, caps=[{"friends": 1, "per": "month"}])
    lan = await shop.enrol(card="1")
    for card in ("2", "3"):
        friend = await shop.enrol(card=card, referral_code=lan["referral_code"])
        assert (await shop.buy(friend["id"], 50000))["referral_points"] == 30
    await until(shop, lan["id"], [("not_rewarded", 0, "capped"), ("rewarded", 50, None)])


async def test_a_refund_takes_the_waiting_reward_of_both_sides_back(client: httpx.AsyncClient) -> None:
    shop = await offering(client, hold_days=14)
    lan = await shop.enrol(card="1")
    friend = await shop.enrol(card="2", referral_code=lan["referral_code"])
    bought = await shop.buy(friend["id"], 50000)
    assert bought["balance"] == {"points": 50, "debt": 0, "pending": 30, "held": 0}
    await until(shop, lan["id"], [("rewarded", 50, None)])
    balance = (await shop.ask("GET", f"/v1/members/{lan['id']}/balance")).json()
    assert (balance["points"], balance["pending"]) == (0, 50)
    assert (await shop.ask("POST", "/v1/refunds", {"purchase": bought["id"]})).status_code == 201
    await until(shop, lan["id"], [("invited", 0, None)])
    for _ in range(100):
        balance = (await shop.ask("GET", f"/v1/members/{lan['id']}/balance")).json()
        if not balance["pending"]:
            break
        await asyncio.sleep(0.05)
    assert (balance["points"], balance["pending"]) == (0, 0)


async def test_a_list_of_friends_says_nothing_of_who_they_are(shop: Shop) -> None:
    lan = await shop.enrol(card="1")
    await shop.enrol(card="secret-card", name="Mai", phone="0903 123 456", referral_code=lan["referral_code"])
    answer = await shop.ask("GET", "/v1/me/referrals", token=await minted(shop, lan["id"]))
    assert sorted(answer.json()["friends"][0]) == ["joined_at", "points", "reason", "referred_until", "state"]
    assert [trace for trace in ("Mai", "903", "secret", "mbr_") if trace in answer.text] == []


async def test_the_report_says_what_came_by_referral(shop: Shop) -> None:
    lan = await shop.enrol(card="1")
    await shop.buy(lan["id"], 150000)
    bought = []
    for card in ("2", "3"):
        friend = await shop.enrol(card=card, referral_code=lan["referral_code"])
        bought.append(await shop.buy(friend["id"], 100000))
    await until(shop, lan["id"], [("rewarded", 50, None)] * 2)
    await shop.ask("POST", "/v1/refunds", {"purchase": bought[0]["id"]})
    await until(shop, lan["id"], [("rewarded", 50, None), ("invited", 0, None)])
    for _ in range(100):
        report = (await shop.ask("GET", "/v1/referrals", token=shop.manager)).json()
        if report["data"][0]["clawed_back"]:
            break
        await asyncio.sleep(0.05)
    (period,) = report["data"]
    assert {name: number for name, number in period.items() if name != "period"} == {
        "invited": 2,
        "qualified": 2,
        "qualified_amount": 200000,
        "rewarded": 2,
        "rewarded_points": 100,
        "not_rewarded": 0,
        "clawed_back": 1,
        "clawed_back_points": 50,
    }
    assert report["new_members"] == {"total": 3, "referred": 2, "per_million": 666_666}
    assert report["revenue"] == {"total": 250000, "referred": 100000, "per_million": 400_000}
    before = await shop.ask("GET", "/v1/referrals?as_of=2020-01-01&period=day", token=shop.manager)
    assert (before.json()["data"], before.json()["new_members"]["total"]) == ([], 0)
    assert (await shop.ask("GET", "/v1/referrals?period=week", token=shop.manager)).status_code == 422
    assert (await shop.ask("GET", "/v1/referrals")).status_code == 403


async def test_a_merge_keeps_the_codes_and_the_friends(shop: Shop) -> None:
    lan, same = await shop.enrol(card="1"), await shop.enrol(card="2")
    await named(shop, lan["id"], "LAN-COFFEE")
    await shop.enrol(card="3", referral_code="LAN-COFFEE")
    await shop.ask("POST", f"/v1/members/{same['id']}/merge", {"from": lan["id"]}, token=shop.manager)
    assert (await shop.enrol(card="4", referral_code="LAN-COFFEE"))["referred_until"] is not None
    assert await friends(shop, same["id"]) == [("invited", 0, None)] * 2


async def test_erasure_takes_codes_and_answers_and_leaves_the_referral(shop: Shop) -> None:
    lan = await shop.enrol(card="1")
    await named(shop, lan["id"], "LAN-COFFEE")
    friend = await shop.enrol(card="2", referral_code="LAN-COFFEE", heard_from="friend")
    proof = await shop.ask("POST", f"/v1/members/{lan['id']}/erase", token=shop.manager)
    assert proof.json()["destroyed"]["details"] == 1
    answer = await shop.ask("POST", "/v1/members", {"card": "3", "referral_code": "LAN-COFFEE"})
    assert (answer.status_code, answer.json()["code"]) == (422, "referral_code_unknown")
    assert (await shop.buy(friend["id"], 50000))["referral_points"] == 30


async def test_who_does_not_buy_in_time_has_lapsed(shop: Shop) -> None:
    lan = await shop.enrol(card="1")
    friend = await shop.enrol(card="2", referral_code=lan["referral_code"])
    stranger = await shop.enrol(card="3")
    await advance_days(shop, 31)
    assert (await shop.buy(friend["id"], 50000))["referral_points"] == 0
    assert await friends(shop, lan["id"]) == [("lapsed", 0, None)]
    assert await refusals(await sent(shop, stranger["id"], lan["referral_code"])) == ["referral_too_late"]


async def advance_days(shop: Shop, days: int) -> None:
    """Put the shop's clock forward."""
    await advance(shop, datetime.now(UTC) + timedelta(days=days))


async def test_levels_above_are_carried_and_clawed_back_one_after_the_other(client: httpx.AsyncClient) -> None:
    shop = await offering(client, upline_points=[20])
    lan = await shop.enrol(card="1")
    mai = await shop.enrol(card="2", referral_code=lan["referral_code"])
    await shop.buy(mai["id"], 50000)
    await until(shop, lan["id"], [("rewarded", 50, None)])
    hoa = await shop.enrol(card="3", referral_code=mai["referral_code"])
    bought = await shop.buy(hoa["id"], 50000)
    await holds(shop, lan["id"], 70)
    await shop.ask("POST", "/v1/refunds", {"purchase": bought["id"]})
    await holds(shop, lan["id"], 50)
    await holds(shop, mai["id"], 50 + 30)


async def holds(shop: Shop, member: str, points: int) -> None:
    """Wait for the follower."""
    found = -1
    for _ in range(100):
        found = (await shop.ask("GET", f"/v1/members/{member}/balance")).json()["points"]
        if found == points:
            return
        await asyncio.sleep(0.05)
    assert found == points
