"""Sentences about points of other wallets than the main one, and about points that only change places."""

from typing import Any

import httpx
import pytest

from tests.api.conftest import Shop
from tests.api.rulebooks import PLAIN, reward
from tests.api.shopping import at, made, plain_shop, read

STAMPS = {"en": "Stamps", "vi": "Tem", "ru": "Штампы", "kk": "Мөрлер"}
BONUS = {"effect": {"kind": "bonus", "points": 5}, "expiry": {"kind": "rolling_days", "days": 20}}
RULES = {
    "rules": [
        *PLAIN["earning"]["rules"],
        {"id": "welcome", **BONUS},
        {"id": "stamp", "wallet": "stamps", "effect": {"kind": "bonus", "points": 3}},
    ]
}
WALLETS: dict[str, Any] = {
    "earning": RULES,
    "wallets": [{"id": "stamps", "title": STAMPS, "redemption": PLAIN["redemption"]}],
    "goodwill": {"points_per_staff_and_day": 100, "points_max": 100},
    "rewards": [reward(cost_points=2, wallet="stamps", title={"en": "A latte"})],
}


@pytest.fixture
async def shop(client: httpx.AsyncClient) -> Shop:
    return await plain_shop(client, **WALLETS)


async def sentences(shop: Shop, fact: str, language: str = "en") -> list[str]:
    answer = await shop.ask("GET", f"/v1/facts/{fact}/explanation", accept_language=language)
    found: list[str] = answer.json()["sentences"]
    return found


async def entries(shop: Shop, fact: str) -> list[str]:
    return [entry["text"] for entry in (await read(shop, f"/v1/facts/{fact}/explanation"))["entries"]]


async def test_a_purchase_tells_all_that_it_earned_in_every_wallet(shop: Shop) -> None:
    member = (await shop.enrol(card="told-1", language="en"))["id"]
    bought = await shop.buy(member, 100)
    earned = "Points earned: 105. Points earned in the wallet Stamps: 3."
    stands = "Points to spend: 105. Points to spend: 3 (Stamps)."
    assert bought["messages"] == {
        "language": "en",
        "cashier": f"Thank you! {earned}",
        "receipt": f"{earned} {stands}",
        "member": f"{earned} {stands}",
    }
    told = await sentences(shop, bought["id"])
    assert (told[:2], told[-2:]) == (
        ["Points earned: 105.", "Points earned in the wallet Stamps: 3."],
        ["Points to spend: 105.", "Points to spend: 3 (Stamps)."],
    )
    assert await entries(shop, bought["id"]) == [
        "Points earned: 100.",
        "Points earned: 5.",
        "Points earned: 3 (Stamps).",
    ]


async def test_a_refund_tells_what_was_taken_of_which_wallet(client: httpx.AsyncClient) -> None:
    clamps = WALLETS["wallets"][0] | {"debt": {"policy": "clamp"}}
    shop = await plain_shop(client, **WALLETS | {"wallets": [clamps]})
    member = (await shop.enrol(card="told-2", language="en"))["id"]
    bought = await shop.buy(member, 100)
    await made(shop, "/v1/redemptions", {"member": member, "points": 2, "wallet": "stamps"})
    refund = await made(shop, "/v1/refunds", {"purchase": bought["id"]})
    assert refund["messages"]["member"] == (
        "Points taken back: 105. Points taken back: 1 (Stamps). Points to spend: 0. Points to spend: 0 (Stamps)."
    )
    assert await sentences(shop, refund["id"]) == [
        "Points asked back: 105; taken: 105.",
        "Points asked back: 3 (Stamps); taken: 1.",
        "Could not be collected: 2 (Stamps).",
        "Points to spend: 0.",
        "Points to spend: 0 (Stamps).",
    ]
    for language, amount in (("vi", "3 (Tem)"), ("ru", "3 (Штампы)"), ("kk", "3 (Мөрлер)")):
        assert f": {amount}; " in (await sentences(shop, refund["id"], language))[1]


async def test_redemptions_and_corrections_tell_of_which_wallet_they_are(shop: Shop) -> None:
    member = (await shop.enrol(card="told-3", language="en"))["id"]
    await shop.buy(member, 100)
    stamps = {"member": member, "wallet": "stamps"}
    redeemed = await made(shop, "/v1/redemptions", stamps | {"points": 1})
    assert redeemed["messages"]["cashier"] == (
        "Points redeemed: 1 (Stamps). Points to spend: 105. Points to spend: 2 (Stamps)."
    )
    undone = await made(shop, f"/v1/redemptions/{redeemed['id']}/cancel")
    assert undone["messages"]["cashier"].startswith("Points given back: 1 (Stamps). Points to spend: 105.")
    given = await made(shop, "/v1/adjustments", stamps | {"points": 4, "reason": "sorry"}, token=shop.manager)
    assert given["messages"]["member"].startswith("Points corrected by hand: 4 (Stamps). Points to spend: 105.")
    taken = await made(shop, "/v1/rewards/redemptions", {"member": member, "reward": "latte"})
    assert taken["messages"]["member"] == (
        "Points redeemed for “A latte”: 2 (Stamps). Points to spend: 105. Points to spend: 5 (Stamps)."
    )
    held = await made(shop, "/v1/holds", stamps | {"points": 5})
    released = await made(shop, f"/v1/holds/{held['id']}/release")
    assert (await sentences(shop, released["id"]))[0] == "Points no longer set aside: 5 (Stamps)."


async def test_goodwill_is_called_goodwill_and_what_was_taken_by_hand_is_given_back(shop: Shop) -> None:
    member = (await shop.enrol(card="told-4", language="en"))["id"]
    gift = {"member": member, "points": 20, "staff": "112", "reason": "wait"}
    goodwill = await made(shop, "/v1/goodwill", gift)
    assert goodwill["messages"]["member"] == "Points as goodwill: 20. Points to spend: 20."
    taken = {"member": member, "points": -15, "reason": "typing-error"}
    adjusted = await made(shop, "/v1/adjustments", taken, token=shop.manager)
    undone = await made(shop, f"/v1/adjustments/{adjusted['id']}/cancel", token=shop.manager)
    assert await sentences(shop, undone["id"]) == [
        "The correction was undone.",
        "Points given back: 15.",
        "Points to spend: 20.",
    ]
    assert await entries(shop, undone["id"]) == ["Points given back: 15."]


async def test_points_that_go_to_a_household_are_not_told_as_given_to_somebody_else(shop: Shop) -> None:
    member = (await shop.enrol(card="told-5", language="en"))["id"]
    home = await made(shop, "/v1/households")
    await made(shop, f"/v1/households/{home['id']}/members", {"member": member})
    await shop.buy(member, 100)
    moves = (await shop.ask("GET", "/v1/events?limit=200", token=shop.manager)).json()["data"]
    told = [
        (event["type"], await sentences(shop, event["fact"]), await entries(shop, event["fact"]))
        for event in moves
        if event["type"].startswith("transfer")
    ]
    assert told == [
        (
            "transfer_out",
            ["Points handed over within the household: 105.", "Points to spend: 0."],
            ["Points handed over within the household: 105."],
        ),
        (
            "transfer_in",
            ["Points received within the household: 105.", "Points to spend: 105."],
            [f"Points received within the household: {points}." for points in (5, 100)],
        ),
    ]


async def test_what_waits_is_told_and_fractions_are_written_as_their_language_writes_them(
    client: httpx.AsyncClient,
) -> None:
    thirds = {"rules": [{"id": "base", "effect": {"kind": "per_amount", "points": 1, "per_minor": 30}}]}
    shop = await plain_shop(client, earning=thirds, pending={"kind": "after_days", "days": 3})
    member = (await shop.enrol(card="told-6", language="en"))["id"]
    bought = await shop.buy(member, 100)
    for language, exact, waits in (
        ("en", "“base” before rounding: 3.333; after it: 3.", "Not yet to be spent: 3."),
        ("vi", "“base” trước khi làm tròn: 3,333; sau khi làm tròn: 3.", "Điểm chưa dùng được: 3."),
        ("ru", "«base» до округления: 3,333; после: 3.", "Пока нельзя потратить: 3."),
        ("kk", "«base» дөңгелектеуге дейін: 3,333; кейін: 3.", "Әзірге жұмсауға болмайтыны: 3."),
    ):
        told = await sentences(shop, bought["id"], language)
        assert (told[1], told[-1]) == (exact, waits)


async def test_a_message_tells_of_no_wallet_that_time_alone_has_changed(client: httpx.AsyncClient) -> None:
    brief = WALLETS["wallets"][0] | {"expiry": {"kind": "rolling_days", "days": 2}}
    shop = await plain_shop(client, **WALLETS | {"wallets": [brief]})
    member = (await shop.enrol(card="told-7", language="en"))["id"]
    await shop.buy(member, 100)
    await at(shop, "2026-03-20T09:00:00")
    redeemed = await made(shop, "/v1/redemptions", {"member": member, "points": 5})
    assert redeemed["messages"]["member"] == "Points redeemed: 5. Points to spend: 100."


async def test_what_time_made_of_points_that_waited_or_were_set_aside_is_told(client: httpx.AsyncClient) -> None:
    shop = await plain_shop(client, pending={"kind": "after_days", "days": 3}, holds={"minutes": 15})
    member = (await shop.enrol(card="told-8", language="en"))["id"]
    await shop.buy(member, 100)
    await at(shop, "2026-03-13T09:00:00")
    held = await made(shop, "/v1/holds", {"member": member, "points": 40})
    assert await sentences(shop, held["id"]) == [
        *(["Credits that can be spent from now on: 1."] if await matured_with(shop, held["id"]) else []),
        "Points set aside: 40.",
        "Points to spend: 60.",
    ]
    await at(shop, "2026-03-13T10:00:00")
    spent = await made(shop, "/v1/redemptions", {"member": member, "points": 100})
    found = [each for each in await rows(shop) if any("Holds" in sentence for sentence in await sentences(shop, each))]
    assert len(found) == 1
    assert (await sentences(shop, spent["id"]))[-2:] == ["Points redeemed: 100.", "Points to spend: 0."]


async def rows(shop: Shop) -> list[str]:
    events = (await shop.ask("GET", "/v1/events?limit=200", token=shop.manager)).json()["data"]
    return [event["fact"] for event in events]


async def matured_with(shop: Shop, fact: str) -> bool:
    """Whether nobody had let time pass before."""
    return any(lot["matured"] for lot in (await read(shop, f"/v1/facts/{fact}/explanation"))["lots"])


async def test_who_shares_a_wallet_is_told_what_all_can_spend_and_a_retry_says_the_same(shop: Shop) -> None:
    home = (await made(shop, "/v1/households"))["id"]
    ann, ben = [(await shop.enrol(card=f"shares-{name}", language="en"))["id"] for name in ("ann", "ben")]
    await shop.buy(ann, 100)
    path = f"/v1/households/{home}/members"
    joined = [await made(shop, path, {"member": member}) for member in (ann, ben)]
    assert [each["messages"]["member"].partition(".")[2] for each in joined] == [" Points to spend: 105."] * 2

    async def said(path: str, body: Any = None, key: str = "") -> str:
        more = {"idempotency_key": key} if key else {}
        found: str = (await made(shop, path, body, **more))["messages"]["receipt"]
        return found

    basket = {"member": ben, "currency": "VND", "lines": [{"sku": "tea", "category": "tea", "amount": 50}]}
    bought = (
        "Points earned: 55. Points earned in the wallet Stamps: 3. Points to spend: 160. Points to spend: 3 (Stamps)."
    )
    assert await said("/v1/purchases/quote", basket) == bought
    assert await said("/v1/purchases", basket, "household-earn") == bought
    spent = {"member": ann, "points": 60}
    assert await said("/v1/redemptions/quote", spent) == "Points redeemed: 60. Points to spend: 100."
    assert await said("/v1/redemptions", spent, "household-spend") == "Points redeemed: 60. Points to spend: 100."
    held = await made(shop, "/v1/holds", {"member": ben, "points": 30})
    assert held["messages"]["member"] == "Points set aside: 30. Points to spend: 70."
    assert await said(f"/v1/holds/{held['id']}/release") == "Points no longer set aside: 30. Points to spend: 100."
    assert await said("/v1/purchases", basket, "household-earn") == bought
    assert await said("/v1/redemptions", spent, "household-spend") == "Points redeemed: 60. Points to spend: 100."
    for member in (ann, ben):
        shared = (await read(shop, f"/v1/members/{member}/balance"))["shared"]
        assert (shared["household"], shared["points"]) == (home, 100)
