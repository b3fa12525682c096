"""Corrections over HTTP: told first, booked once, by two people where they are large, whatever breaks off."""

import asyncio
from copy import deepcopy
from typing import Any
from uuid import UUID

import httpx
import pytest
from fastapi import FastAPI

from app.cli.cluster import Urls
from app.commands import corrections as commands
from app.commands.asks import Ask, Recorded
from app.commands.audit.run import audit
from app.engine import typeids
from app.engine.corrected import Correction
from app.repositories.database import Database
from tests.api.conftest import RULEBOOK, Shop, key, opened
from tests.api.everything import second_manager

CORRECTIONS = "/v1/corrections"


def tenfold(**more: Any) -> dict[str, Any]:
    document = deepcopy(RULEBOOK) | more
    document["earning"]["rules"][0]["effect"]["points"] = 10
    return document


async def asked(shop: Shop, **body: Any) -> dict[str, Any]:
    """A correction that is ready."""
    answer = await shop.ask("POST", CORRECTIONS, {"under": 2, "reason": "wrong-rate", **body}, token=shop.manager)
    assert answer.status_code == 202, answer.text
    return await reached(shop, answer.json()["id"], "ready")


async def reached(shop: Shop, correction: str, state: str) -> dict[str, Any]:
    for _ in range(200):
        found: dict[str, Any] = (await shop.ask("GET", f"{CORRECTIONS}/{correction}", token=shop.manager)).json()
        if found["state"] == state:
            return found
        await asyncio.sleep(0.1)
    raise AssertionError(found)


async def applied(shop: Shop, correction: str, token: str | None = None) -> dict[str, Any]:
    answer = await shop.ask("POST", f"{CORRECTIONS}/{correction}/apply", token=token or shop.manager)
    assert answer.status_code == 202, answer.text
    return await reached(shop, correction, "applied")


def decoded(prefix: str, text: str) -> UUID:
    found = typeids.decode(prefix, text)
    assert found is not None, text
    return found


async def points(shop: Shop, member: str) -> int:
    found: int = (await shop.ask("GET", f"/v1/members/{member}/balance")).json()["points"]
    return found


@pytest.fixture
async def faulty(shop: Shop) -> tuple[Shop, list[str], list[str]]:
    """A shop whose first version gave a tenth; two members, and their purchases."""
    members = [(await shop.enrol())["id"] for _ in range(2)]
    bought = [(await shop.buy(member, amount))["id"] for member in members for amount in (10000, 20000)]
    assert (await shop.publish(tenfold())).status_code == 201
    return shop, members, bought


def sums(purchases: int, members: int, up: int, down: int) -> dict[str, int]:
    return {"purchases": purchases, "members": members, "points_up": up, "points_down": down}


async def test_what_it_would_do_is_told_and_nothing_is_booked(faulty: tuple[Shop, list[str], list[str]]) -> None:
    shop, members, bought = faulty
    found = await asked(shop, versions=[1])
    assert (found["checked"], found["progress_ppm"]) == (4, 1_000_000)
    assert found["planned"] == sums(4, 2, 540, 0)
    assert found["done"] == found["refused"] == found["unknown"] == sums(0, 0, 0, 0)
    assert [line["points_up"] for line in found["largest"]] == [180, 180, 90, 90]
    assert [await points(shop, member) for member in members] == [30, 30]
    path = f"{CORRECTIONS}/{found['id']}/purchases"
    page = (await shop.ask("GET", f"{path}?limit=3", token=shop.manager)).json()
    rest = (await shop.ask("GET", f"{path}?limit=3&cursor={page['next_cursor']}", token=shop.manager)).json()
    assert sorted(line["purchase"] for line in page["data"] + rest["data"]) == sorted(bought)
    assert {line["state"] for line in page["data"]} == {"planned"}


async def test_it_is_booked_once_and_a_second_one_finds_nothing_more(
    faulty: tuple[Shop, list[str], list[str]], database: Urls
) -> None:
    shop, members, _ = faulty
    first = await asked(shop, versions=[1])
    done = await applied(shop, first["id"])
    assert (done["done"], done["planned"]) == (sums(4, 2, 540, 0), sums(0, 0, 0, 0))
    assert [await points(shop, member) for member in members] == [300, 300]
    again = await shop.ask("POST", f"{CORRECTIONS}/{first['id']}/apply", token=shop.manager)
    assert (again.status_code, again.json()["state"]) == (202, "applied")
    second = await asked(shop, versions=[1])
    assert (second["checked"], second["planned"]) == (4, sums(0, 0, 0, 0))
    assert [await points(shop, member) for member in members] == [300, 300]
    report = await audited(database)
    assert report == ()


async def audited(urls: Urls) -> tuple[Any, ...]:
    database = Database(urls.app, connections=1)
    try:
        report = await audit(database, None, lambda *_: None, effects_age_s_max=600)
    finally:
        await database.close()
    return tuple(finding for program in report.programs for finding in program.findings)


async def test_what_was_booked_is_explained_and_leads_back(faulty: tuple[Shop, list[str], list[str]]) -> None:
    shop, members, bought = faulty
    found = await asked(shop, purchases=[bought[0]])
    await applied(shop, found["id"])
    (line,) = (await shop.ask("GET", f"{CORRECTIONS}/{found['id']}/purchases", token=shop.manager)).json()["data"]
    path = f"/v1/facts/{line['adjustment']}/explanation"
    told = (await shop.ask("GET", path, accept_language="en")).json()
    assert (told["kind"], told["rulebook_version"]) == ("correction", 2)
    assert told["corrects"] == {"purchase": bought[0], "correction": found["id"]}
    assert told["sentences"][0] == "The purchase was decided again under version 2: 90."
    entries = (await shop.ask("GET", f"/v1/members/{members[0]}/entries")).json()["data"]
    assert (entries[0]["kind"], entries[0]["points"], entries[0]["fact"]) == ("adjustment", 90, line["adjustment"])


async def test_a_refund_between_the_two_is_respected_and_one_after_takes_all(
    faulty: tuple[Shop, list[str], list[str]],
) -> None:
    shop, members, bought = faulty
    found = await asked(shop, versions=[1])
    refund = await shop.ask("POST", "/v1/refunds", {"purchase": bought[0]})
    assert refund.status_code == 201
    done = await applied(shop, found["id"])
    assert done["done"] == sums(3, 2, 450, 0)
    assert await points(shop, members[0]) == 200
    later = await shop.ask("POST", "/v1/refunds", {"purchase": bought[1]})
    assert later.status_code == 201, later.text
    assert await points(shop, members[0]) == 0


async def test_a_period_bounds_what_is_looked_at(faulty: tuple[Shop, list[str], list[str]]) -> None:
    shop, _, _ = faulty
    found = await asked(shop, occurred_until="2020-01-01T00:00:00Z")
    assert (found["checked"], found["planned"]["purchases"]) == (0, 0)
    answer = await shop.ask("POST", CORRECTIONS, {"under": 2, "reason": "x"}, token=shop.manager)
    assert answer.status_code == 422
    unknown = await shop.ask("POST", CORRECTIONS, {"under": 9, "reason": "x", "versions": [1]}, token=shop.manager)
    assert (unknown.status_code, unknown.json()["code"]) == (404, "rulebook_not_found")


async def test_large_corrections_are_booked_by_a_second_person(client: httpx.AsyncClient) -> None:
    shop = await opened(client)
    member = (await shop.enrol())["id"]
    await shop.buy(member, 100000)
    assert (await shop.publish(tenfold(adjustments={"approval_over_points": 500}))).status_code == 201
    found = await asked(shop, versions=[1])
    alone = await shop.ask("POST", f"{CORRECTIONS}/{found['id']}/apply", token=shop.manager)
    assert (alone.status_code, alone.json()["code"]) == (409, "second_person_needed")
    done = await applied(shop, found["id"], await second_manager(shop))
    assert done["done"] == sums(1, 1, 900, 0)
    assert done["approved_by"] != done["asked_by"]
    assert await points(shop, member) == 1000


async def test_points_that_were_too_many_are_asked_back_as_the_debt_policy_says(client: httpx.AsyncClient) -> None:
    shop = await opened(client, rulebook=False)
    limited = {"debt": {"policy": "allow_negative", "floor_points": -50}}
    assert (await shop.publish(tenfold(**limited))).status_code == 201
    member = (await shop.enrol())["id"]
    await shop.buy(member, 20000)
    spent = await shop.ask("POST", "/v1/redemptions", {"member": member, "points": 200})
    assert spent.status_code == 201
    assert (await shop.publish(RULEBOOK | limited)).status_code == 201
    done = await applied(shop, (await asked(shop, versions=[1]))["id"])
    assert done["done"] == sums(1, 1, 0, 180)
    balance = (await shop.ask("GET", f"/v1/members/{member}/balance")).json()
    assert (balance["points"], balance["debt"]) == (0, 50)


async def test_what_was_booked_before_the_process_was_killed_is_not_booked_again(
    faulty: tuple[Shop, list[str], list[str]], database: Urls, app: FastAPI
) -> None:
    shop, members, bought = faulty
    found = await asked(shop, versions=[1])
    kept, program = app.state.handles, decoded("prg", shop.program["id"])
    known, correction = await kept.programs.of(program), decoded("crn", found["id"])
    by = decoded("key", found["asked_by"])
    for place in (0, 3):
        # What the worker had done when it was killed, before it could note it.
        fact, member = decoded("pur", bought[place]), decoded("mbr", members[place // 2])
        command = Correction(purchase=fact, correction=correction, under=2, actor=by, approver=by)
        ask = Ask(member=member, command=command, key=f"correction:{correction}:{fact}")
        assert isinstance(await kept.lanes.ask(known, commands.SYSTEM_SOURCE, ask), Recorded)
    assert [await points(shop, member) for member in members] == [120, 210]
    done = await applied(shop, found["id"])
    assert done["done"] == sums(4, 2, 540, 0)
    assert [await points(shop, member) for member in members] == [300, 300]
    assert await audited(database) == ()


async def test_the_same_request_begins_one_correction(faulty: tuple[Shop, list[str], list[str]]) -> None:
    shop, _, _ = faulty
    body, name = {"under": 2, "reason": "wrong-rate", "versions": [1]}, key()
    answers = [await shop.ask("POST", CORRECTIONS, body, token=shop.manager, idempotency_key=name) for _ in range(2)]
    assert answers[0].json() == answers[1].json()
    assert typeids.decode("crn", answers[0].json()["id"]) is not None
    listed = (await shop.ask("GET", CORRECTIONS, token=shop.manager)).json()["data"]
    assert [each["id"] for each in listed] == [answers[0].json()["id"]]
