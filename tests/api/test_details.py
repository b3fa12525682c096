"""What members tell of themselves: birthdays and attributes, kept where it can be erased, never in the journal (39)."""

from typing import Any

import asyncpg
import httpx
import pytest

from app.cli.cluster import Urls
from tests.api.conftest import RULEBOOK, Shop, opened
from tests.api.test_me import look, minted

ATTRIBUTES = [
    {"id": "plan", "title": {"en": "Plan"}, "kind": "choice", "choices": ["basic", "gold"]},
    {"id": "children", "title": {"en": "Children"}, "kind": "number"},
    {"id": "vegan", "title": {"en": "Vegan"}, "kind": "yes_no", "personal": True},
    {"id": "nickname", "title": {"en": "Nickname"}, "kind": "text"},
]
TOLD = {
    "birthday": "1990-05-17",
    "email": "Lan@Example.com",
    "attributes": {"plan": "gold", "children": "2", "vegan": "true", "nickname": "Lanny"},
    "device_id": "device-of-lan",
}


@pytest.fixture
async def shop(client: httpx.AsyncClient) -> Shop:
    found = await opened(client, rulebook=False)
    published = await found.publish({**RULEBOOK, "attributes": ATTRIBUTES})
    assert published.status_code == 201, published.text
    return found


async def shown(shop: Shop, member: str, token: str | None = None) -> tuple[Any, Any, Any]:
    answer = (await shop.ask("GET", f"/v1/members/{member}", token=token)).json()
    return answer["birthday"], answer["email"], answer["attributes"]


async def edited(shop: Shop, member: str, **edit: Any) -> httpx.Response:
    etag = (await shop.ask("GET", f"/v1/members/{member}")).headers["etag"]
    return await shop.ask("PATCH", f"/v1/members/{member}", edit, if_match=etag)


async def faults(answer: httpx.Response) -> list[tuple[str, str]]:
    assert answer.status_code == 422, answer.text
    return [(error["pointer"], error["code"]) for error in answer.json()["errors"]]


async def test_a_member_is_enrolled_with_what_they_tell(shop: Shop) -> None:
    member = (await shop.enrol(card="1", **TOLD))["id"]
    public = {"children": "2", "nickname": "Lanny", "plan": "gold"}
    assert await shown(shop, member) == ("1990-05-17", "Lan@Example.com", public)


async def test_what_is_personal_is_for_managers_and_for_the_member(shop: Shop) -> None:
    member = (await shop.enrol(card="1", **TOLD))["id"]
    assert (await shown(shop, member))[2].get("vegan") is None
    mine = (await look(shop, await minted(shop, member))).json()
    assert (mine["birthday"], mine["attributes"]["vegan"]) == ("1990-05-17", "true")


async def test_an_edit_changes_what_it_names_and_null_forgets(shop: Shop) -> None:
    member = (await shop.enrol(card="1", **TOLD))["id"]
    answer = await edited(shop, member, birthday="02-29", attributes={"plan": "basic", "nickname": None})
    assert answer.status_code == 200, answer.text
    assert await shown(shop, member) == ("02-29", "Lan@Example.com", {"children": "2", "plan": "basic"})
    await edited(shop, member, birthday=None, email=None)
    assert await shown(shop, member) == (None, None, {"children": "2", "plan": "basic"})


async def test_a_till_that_finds_a_member_fills_what_is_empty_and_overwrites_nothing(shop: Shop) -> None:
    member = (await shop.enrol(card="1", birthday="05-17", attributes={"plan": "gold"}))["id"]
    await shop.enrol(card="1", birthday="06-18", email="lan@example.com", attributes={"plan": "basic", "children": "1"})
    assert await shown(shop, member) == ("05-17", "lan@example.com", {"children": "1", "plan": "gold"})


async def test_values_are_those_that_the_rulebook_declares(shop: Shop) -> None:
    wrong = {"plan": "platinum", "children": "two", "vegan": "yes", "shoe/size": "42"}
    answer = await shop.ask("POST", "/v1/members", {"card": "1", "attributes": wrong})
    assert await faults(answer) == [
        ("/attributes/plan", "not_offered"),
        ("/attributes/children", "not_an_integer"),
        ("/attributes/vegan", "not_a_boolean"),
        ("/attributes/shoe~1size", "unknown_attribute"),
    ]


@pytest.mark.parametrize("birthday", ["02-30", "1990-02-29", "13-01", "0000-01-01"])
async def test_a_birthday_is_a_day_that_exists(shop: Shop, birthday: str) -> None:
    answer = await shop.ask("POST", "/v1/members", {"card": "1", "birthday": birthday})
    assert await faults(answer) == [("/birthday", "not_a_day")]


async def test_erasure_destroys_it_and_export_shows_it(shop: Shop, database: Urls) -> None:
    member = (await shop.enrol(card="1", **TOLD))["id"]
    tables = (await shop.ask("GET", f"/v1/members/{member}/export", token=shop.manager)).json()["tables"]
    (kept,) = tables["member_details"]
    assert (kept["birth_year"], kept["birth_month"], kept["birth_day"], kept["email"]) == (1990, 5, 17, TOLD["email"])
    assert kept["attributes"] == {"plan": "gold", "children": 2, "vegan": True, "nickname": "Lanny"}
    assert len(tables["member_devices"]) == 1
    proof = (await shop.ask("POST", f"/v1/members/{member}/erase", token=shop.manager)).json()
    assert proof["destroyed"]["details"] == 2
    connection = await asyncpg.connect(database.owner.replace("+asyncpg", ""))
    try:
        for table in ("member_details", "member_devices"):
            assert await connection.fetchval(f"SELECT count(*) FROM {table}") == 0  # noqa: S608
    finally:
        await connection.close()


async def test_a_merge_fills_what_the_one_who_goes_on_has_not_told(shop: Shop) -> None:
    kept = (await shop.enrol(card="1", attributes={"plan": "gold"}))["id"]
    other = (await shop.enrol(card="2", **{**TOLD, "attributes": {"plan": "basic", "children": "2"}}))["id"]
    merged = await shop.ask("POST", f"/v1/members/{kept}/merge", {"from": other}, token=shop.manager)
    assert merged.status_code == 201, merged.text
    assert await shown(shop, kept) == ("1990-05-17", "Lan@Example.com", {"children": "2", "plan": "gold"})
    tables = (await shop.ask("GET", f"/v1/members/{kept}/export", token=shop.manager)).json()["tables"]
    assert (len(tables["member_details"]), len(tables["member_devices"])) == (1, 1)


async def test_the_journal_knows_nothing_of_it(shop: Shop) -> None:
    member = (await shop.enrol(card="1", **TOLD))["id"]
    await shop.buy(member, 90000)
    exported = (await shop.ask("GET", f"/v1/members/{member}/export", token=shop.manager)).json()
    assert [trace for trace in ("1990", "gold", "Lanny", "Example") if trace in str(exported["facts"])] == []
