"""The earning language over HTTP: stamp cards, happy hours, win-back, limits over two tills, budgets under a rush."""

import asyncio
from typing import Any

import httpx

from app.cli.cluster import Urls
from app.commands.audit.run import audit
from app.repositories.database import Database
from tests.api.conftest import Shop, basket
from tests.api.shopping import at, made, plain_shop, read, refused

BASE = {"id": "base", "effect": {"kind": "per_amount", "points": 1, "per_minor": 1}}
STAMPS: dict[str, Any] = {
    "earning": {
        "rules": [
            BASE,
            {
                "id": "stamps",
                "items": {"categories": ["coffee"]},
                "wallet": "stamps",
                "effect": {"kind": "per_unit", "points": 1, "units": 1},
            },
        ]
    },
    "wallets": [{"id": "stamps", "title": {"en": "Stamps"}}],
    "rewards": [
        {"id": "coffee", "title": {"en": "A coffee"}, "cost_points": 9, "wallet": "stamps", "kind": "item"},
    ],
}


def gift(**parts: Any) -> dict[str, Any]:
    """The plain rule, and one that gives a thousand points on top."""
    return {"rules": [BASE, {"id": "gift", "effect": {"kind": "bonus", "points": 1000}, **parts}]}


async def bought(shop: Shop, member: str) -> int:
    """The points of a purchase of one, which are those that its quote said."""
    quoted = (await made(shop, "/v1/purchases/quote", basket(member, 1)))["points"]
    points: int = (await shop.buy(member, 1))["points"]
    assert points == quoted
    return points


async def sound(database: Urls) -> None:
    """The audit finds nothing, and decides every row again as it was."""
    reader = Database(database.app, connections=2)
    try:
        report = await audit(reader, None, lambda *_: None)
    finally:
        await reader.close()
    assert [program.findings for program in report.programs] == [() for _ in report.programs]
    assert all(program.decided_again == program.rows for program in report.programs)


async def test_the_tenth_coffee_is_free(client: httpx.AsyncClient) -> None:
    shop = await plain_shop(client, **STAMPS)
    member = (await shop.enrol())["id"]
    lines = [{"sku": "latte", "category": "coffee", "amount": 5, "quantity": "4"}]
    for _ in range(2):
        await made(shop, "/v1/purchases", {"member": member, "currency": "VND", "lines": lines})
    taking = {"member": member, "reward": "coffee"}
    assert await refused(shop, "/v1/rewards/redemptions", taking) == {
        "insufficient_points": {"available": 8, "requested": 9}
    }
    await made(shop, "/v1/purchases", {"member": member, "currency": "VND", "lines": [{**lines[0], "quantity": "1"}]})
    assert (await made(shop, "/v1/rewards/redemptions", taking))["points"] == 9


async def test_every_third_purchase_counts_and_a_void_gives_its_number_back(
    client: httpx.AsyncClient, database: Urls
) -> None:
    shop = await plain_shop(client, earning=gift(when={"kind": "purchase_number", "every": 3}))
    member = (await shop.enrol())["id"]
    assert [await bought(shop, member) for _ in range(4)] == [1, 1, 1001, 1]
    last = await shop.buy(member, 1)
    await made(shop, f"/v1/purchases/{last['id']}/void")
    assert [await bought(shop, member) for _ in range(2)] == [1, 1001]
    await sound(database)


async def test_happy_hour_is_for_members_who_stay_away_no_longer(client: httpx.AsyncClient, database: Urls) -> None:
    happy = {"kind": "time_of_day", "from": "14:00", "until": "17:00"}
    away = {"kind": "days_since_last", "at_least": 10}
    shop = await plain_shop(client, earning=gift(when={"kind": "any", "conditions": [happy, away]}))
    member = (await shop.enrol())["id"]
    assert await bought(shop, member) == 1
    await at(shop, "2026-03-10T14:00:00")
    assert await bought(shop, member) == 1001
    await at(shop, "2026-03-19T09:00:00")
    assert await bought(shop, member) == 1
    await at(shop, "2026-03-29T09:00:00")
    assert await bought(shop, member) == 1001
    await sound(database)


async def test_a_limit_holds_over_two_tills_and_a_refund_gives_it_back(
    client: httpx.AsyncClient, database: Urls
) -> None:
    shop = await plain_shop(client, earning=gift(limits=[{"per": "day", "points": 2500}, {"per": "ever", "times": 9}]))
    member = (await shop.enrol())["id"]
    asked = [shop.ask("POST", "/v1/purchases", basket(member, 1, till=f"till-{number}")) for number in (1, 2, 1, 2)]
    answers = [answer.json() for answer in await asyncio.gather(*asked)]
    assert sorted(answer["points"] for answer in answers) == [1, 501, 1001, 1001]
    least = next(answer for answer in answers if answer["points"] == 501)
    told = await read(shop, f"/v1/facts/{least['id']}/explanation")
    assert [(rule["wanted"], rule["granted"], rule["bound"]) for rule in told["applied"] if rule["rule"] == "gift"] == [
        (1000, 500, "member_limit")
    ]
    first = next(answer for answer in answers if answer["points"] == 1001)
    await made(shop, "/v1/refunds", {"purchase": first["id"]})
    assert [await bought(shop, member) for _ in range(2)] == [1001, 1]
    await at(shop, "2026-03-11T09:00:00")
    assert await bought(shop, member) == 1001
    await sound(database)


async def test_a_budget_is_never_oversold_under_a_rush(client: httpx.AsyncClient, database: Urls) -> None:
    shop = await plain_shop(client, earning=gift(budget={"points": 4500}))
    members = [(await shop.enrol(card=f"rush-{number}"))["id"] for number in range(12)]
    answers = await asyncio.gather(*(shop.ask("POST", "/v1/purchases", basket(member, 1)) for member in members))
    points = sorted(answer.json()["points"] for answer in answers)
    assert points == [*[1] * 7, 501, *[1001] * 4]
    winner = next(answer.json() for answer in answers if answer.json()["points"] == 1001)
    await made(shop, "/v1/refunds", {"purchase": winner["id"]})
    assert await bought(shop, members[0]) == 1001
    assert await bought(shop, members[1]) == 1
    await sound(database)


async def test_a_moved_purchase_is_judged_by_what_the_other_member_has(
    client: httpx.AsyncClient, database: Urls
) -> None:
    first = {"kind": "purchase_number", "at_most": 1}
    rules = gift(when=first, limits=[{"per": "ever", "times": 1}], budget={"points": 9000})
    shop = await plain_shop(client, earning=rules)
    one, other = [(await shop.enrol(card=f"move-{number}"))["id"] for number in range(2)]
    await shop.buy(other, 1)
    wrong = await shop.buy(one, 1)
    assert wrong["points"] == 1001
    moved = await made(shop, f"/v1/purchases/{wrong['id']}/move", {"member": other})
    assert (await read(shop, f"/v1/purchases/{moved['replacement']}"))["points"] == 1
    assert await bought(shop, one) == 1001
    await sound(database)
