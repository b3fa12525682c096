"""Personal questions in rules, over HTTP: asked on the day, recorded with the purchase, never asked again (26, 39)."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from app.cli.cluster import Urls
from app.commands.audit.run import audit
from app.repositories.database import Database
from tests.api.clocks import START, clocked
from tests.api.conftest import RULEBOOK, Shop, basket
from tests.api.test_erasure import unseen

RULES = [
    {"id": "base", "effect": {"kind": "per_amount", "points": 1, "per_minor": 1000}},
    {
        "id": "birthday",
        "when": {"kind": "birthday", "days_before": 1, "days_after": 1},
        "effect": {"kind": "bonus", "points": 100},
    },
    {
        "id": "gold",
        "when": {"kind": "attribute", "name": "plan", "any_of": ["gold"]},
        "effect": {"kind": "bonus", "points": 7},
    },
]
PLAN = {"id": "plan", "title": {"en": "Plan"}, "kind": "choice", "choices": ["basic", "gold"]}


@pytest.fixture
async def shop(client: httpx.AsyncClient) -> Shop:
    # The clock stands: what is near a birthday is so at midnight, too.
    return await clocked(client, document={**RULEBOOK, "earning": {"rules": RULES}, "attributes": [PLAN]})


def near_today(days: int = 0) -> str:
    """A birthday so many days from today, without a year."""
    return (START + timedelta(days=days)).strftime("%m-%d")


async def edited(shop: Shop, member: str, **edit: Any) -> None:
    etag = (await shop.ask("GET", f"/v1/members/{member}")).headers["etag"]
    answer = await shop.ask("PATCH", f"/v1/members/{member}", edit, if_match=etag)
    assert answer.status_code == 200, answer.text


async def earned(shop: Shop, member: str) -> int:
    points: int = (await shop.buy(member, 10000))["points"]
    return points


async def quoted(shop: Shop, member: str) -> int:
    answer = await shop.ask("POST", "/v1/purchases/quote", basket(member, 10000))
    points: int = answer.json()["points"]
    return points


async def test_a_purchase_near_the_birthday_earns_more_and_the_quote_says_so(shop: Shop) -> None:
    members = [(await shop.enrol(birthday=near_today(days), card=str(days)))["id"] for days in (-3, -1, 0, 1, 3)]
    assert [await quoted(shop, member) for member in members] == [10, 110, 110, 110, 10]
    assert [await earned(shop, member) for member in members] == [10, 110, 110, 110, 10]
    nobody = (await shop.enrol(card="nobody"))["id"]
    assert (await quoted(shop, nobody), await earned(shop, nobody)) == (10, 10)


async def test_an_attribute_counts_from_when_it_is_told(shop: Shop) -> None:
    member = (await shop.enrol(card="1"))["id"]
    assert await earned(shop, member) == 10
    await edited(shop, member, attributes={"plan": "gold"})
    assert await earned(shop, member) == 17
    await edited(shop, member, attributes={"plan": None})
    assert await earned(shop, member) == 10


async def test_what_a_member_tells_later_changes_nothing_that_was_recorded(shop: Shop, database: Urls) -> None:
    member = (await shop.enrol(card="1", birthday=near_today(), attributes={"plan": "gold"}))["id"]
    bought = await shop.buy(member, 10000, 5000)
    assert bought["points"] == 122
    await edited(shop, member, birthday=near_today(40), attributes={"plan": "basic"})
    shown = (await shop.ask("GET", f"/v1/purchases/{bought['id']}")).json()
    assert (shown["points"], shown["explanation"]) == (bought["points"], bought["explanation"])
    one = {"purchase": bought["id"], "lines": [{"line": 1}]}
    undone = await shop.ask("POST", "/v1/refunds", one)
    assert (undone.status_code, undone.json()["balance"]["points"]) == (201, 117)
    reader = Database(database.app, connections=2)
    try:
        report = await audit(reader, None, unseen)
    finally:
        await reader.close()
    assert report.clean, report


async def test_deciding_again_after_an_erasure_needs_nothing_of_the_person(shop: Shop, database: Urls) -> None:
    member = (await shop.enrol(card="1", birthday=near_today()))["id"]
    assert await earned(shop, member) == 110
    assert (await shop.ask("POST", f"/v1/members/{member}/erase", token=shop.manager)).status_code == 200
    reader = Database(database.app, connections=2)
    try:
        report = await audit(reader, None, unseen)
    finally:
        await reader.close()
    assert report.clean, report
