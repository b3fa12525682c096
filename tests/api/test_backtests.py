"""Backtests over HTTP: asked for, carried out beside the service, kept; and nothing of the programme changes."""

import asyncio
from copy import deepcopy
from typing import Any

import httpx

from app.cli.cluster import Urls
from app.repositories.database import Database
from tests.api.clocks import clocked
from tests.api.conftest import RULEBOOK, Shop, opened

BACKTESTS = "/v1/backtests"
# What a backtest keeps of itself, and what the service does in the background whether there is one or not.
DIGEST = "SELECT md5(coalesce(string_agg(t::text, ',' ORDER BY t::text), '')) FROM ? t"
ITS_OWN = {"backtests", "configuration_requests"}


def doubled() -> dict[str, Any]:
    """Two points for every thousand instead of one, silver at half, and redemptions from 400 points."""
    document = deepcopy(RULEBOOK)
    document["earning"]["rules"][0]["effect"]["points"] = 2
    document["tiers"]["levels"][1]["from_points"] = 250
    document["redemption"]["minimum_points"] = 400
    return document


async def ended(shop: Shop, backtest: dict[str, Any]) -> dict[str, Any]:
    """The backtest once nothing more comes of it."""
    for _ in range(600):
        found = await shop.ask("GET", f"{BACKTESTS}/{backtest['id']}", token=shop.manager)
        told: dict[str, Any] = found.json()
        if told["state"] not in {"queued", "running"}:
            return told
        await asyncio.sleep(0.1)
    raise AssertionError(f"still {told['state']} after a minute")


async def asked(shop: Shop, body: dict[str, Any]) -> dict[str, Any]:
    answer = await shop.ask("POST", BACKTESTS, body, token=shop.manager)
    assert answer.status_code == 202, answer.text
    told: dict[str, Any] = answer.json()
    return told


async def contents(url: str) -> dict[str, str]:
    """A digest of every table of the service."""
    database = Database(url, connections=1)
    try:
        async with database.glancing() as reader:
            tables = [
                name
                for (name,) in await reader.rows(
                    "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"
                )
            ]
            return {name: (await reader.row(DIGEST.replace("?", name)))[0] for name in tables if name not in ITS_OWN}
    finally:
        await database.close()


async def test_a_backtest_says_what_would_have_been_and_changes_nothing(
    client: httpx.AsyncClient, database: Urls
) -> None:
    shop = await clocked(client)
    lan, minh = [(await shop.enrol(card=card))["id"] for card in ("1", "2")]
    await shop.buy(lan, 300_000)
    bought = await shop.buy(minh, 60_000, 40_000)
    assert (await shop.ask("POST", "/v1/refunds", {"purchase": bought["id"], "amount": 50_000})).status_code == 201
    assert (await shop.ask("POST", "/v1/redemptions", {"member": lan, "points": 100})).status_code == 201
    await asyncio.sleep(2.5)
    before = await contents(database.owner)
    wanted = {"name": "Double", "document": doubled(), "point_value": {"numerator": 100, "denominator": 1}}
    told = await ended(shop, await asked(shop, wanted))
    assert await contents(database.owner) == before
    assert (told["state"], told["name"], told["failure"]) == ("done", "Double", None)
    assert told["done"] == told["rows"] == 6
    report = told["report"]
    main = report["wallets"][0]
    assert {name: main[name] for name in ("issued", "redeemed", "reversed", "outstanding")} == {
        "issued": {"was": 400, "now": 800},
        "redeemed": {"was": 100, "now": 0},
        "reversed": {"was": 50, "now": 100},
        "outstanding": {"was": 250, "now": 700},
    }
    assert main["cost"]["outstanding_minor"] == {"was": 25_000, "now": 70_000}
    assert report["discounts_minor"] == {"was": 10_000, "now": 0}
    assert report["refused"] == [{"kind": "redemption", "code": "below_minimum", "times": 1, "points": 100}]
    assert report["tiers"] == [
        {"tier": "dong", "was": 2, "now": 1},
        {"tier": "bac", "was": 0, "now": 1},
        {"tier": "vang", "was": 0, "now": 0},
    ]
    assert report["tier_changes"] == [{"from_tier": "dong", "to_tier": "bac", "members": 1}]
    people = report["members_by_difference"]
    assert people["winners"] == [
        {"member": lan, "was": 300, "now": 600, "difference": 300},
        {"member": minh, "was": 50, "now": 100, "difference": 50},
    ]
    assert people["distribution"] == [
        {"from_points": 50, "to_points": 99, "members": 1},
        {"from_points": 200, "to_points": 499, "members": 1},
    ]
    assert report["rules"] == [
        {
            "rule": "base",
            "was": {"purchases": 2, "wanted": 400, "granted": 400},
            "now": {"purchases": 2, "wanted": 800, "granted": 800},
        }
    ]


async def test_a_page_shows_it_and_asks_for_nothing_else(shop: Shop) -> None:
    member = (await shop.enrol(card="1"))["id"]
    await shop.buy(member, 100_000)
    document = doubled() | {"title": {"en": "<b>Bold</b>"}}
    made = await asked(shop, {"name": "<script>alert(1)</script>", "document": document})
    early = await shop.ask("GET", f"{BACKTESTS}/{made['id']}/page", token=shop.manager)
    assert (early.status_code, early.json()["code"]) == (409, "backtest_not_done")
    await ended(shop, made)
    page = await shop.ask("GET", f"{BACKTESTS}/{made['id']}/page", token=shop.manager)
    assert page.headers["content-type"].startswith("text/html")
    assert page.headers["content-security-policy"] == "default-src 'none'; style-src 'unsafe-inline'"
    assert "<script" not in page.text
    assert not any(asking in page.text for asking in ("http://", "https://", "src=", "href=", "@import", "url("))
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page.text
    assert page.text.count("<svg") == 6


async def test_a_backtest_can_be_cancelled_and_stays_cancelled(shop: Shop) -> None:
    made = await asked(shop, {"document": RULEBOOK})
    path = f"{BACKTESTS}/{made['id']}"
    cancelled = await shop.ask("POST", f"{path}/cancel", token=shop.manager)
    assert cancelled.json()["state"] == "cancelled"
    await asyncio.sleep(2)
    again = (await shop.ask("POST", f"{path}/cancel", token=shop.manager)).json()
    assert again == (await shop.ask("GET", path, token=shop.manager)).json()
    assert (again["state"], again["report"]) == ("cancelled", None)


async def test_a_draft_and_a_version_can_be_tried(shop: Shop) -> None:
    draft = {"name": "June", "document": doubled()}
    made = (await shop.ask("POST", "/v1/rulebook-drafts", draft, token=shop.manager)).json()
    told = [
        await ended(shop, await asked(shop, {"draft": made["id"]})),
        await ended(shop, await asked(shop, {"version": 1, "from_date": "2026-01-01"})),
    ]
    assert [(each["state"], each["from_date"]) for each in told] == [("done", None), ("done", "2026-01-01")]
    listed = (await shop.ask("GET", BACKTESTS, token=shop.manager)).json()
    assert [each["id"] for each in listed["data"]] == [each["id"] for each in reversed(told)]
    assert all(each["report"] is None for each in listed["data"])


async def test_what_cannot_be_tried_is_refused(shop: Shop) -> None:
    faulty = deepcopy(RULEBOOK)
    del faulty["earning"]
    for body, status, code in (
        ({}, 422, "invalid_request"),
        ({"document": RULEBOOK, "version": 1}, 422, "invalid_request"),
        ({"document": RULEBOOK, "from_date": "2026-02-30"}, 422, "invalid_request"),
        ({"document": faulty}, 422, "rulebook_invalid"),
        ({"version": 99}, 404, "rulebook_not_found"),
        ({"draft": "drf_00000000000000000000000000"}, 404, "draft_not_found"),
    ):
        answer = await shop.ask("POST", BACKTESTS, body, token=shop.manager)
        assert (answer.status_code, answer.json()["code"]) == (status, code), body
    missing = await shop.ask("GET", f"{BACKTESTS}/btt_00000000000000000000000000", token=shop.manager)
    assert missing.json()["code"] == "backtest_not_found"


async def test_only_so_many_wait_at_a_time_and_a_retry_is_no_second_one(client: httpx.AsyncClient) -> None:
    shop = await opened(client)
    headers = {"idempotency_key": "backtest-key-1"}
    first = await shop.ask("POST", BACKTESTS, {"version": 1}, token=shop.manager, **headers)
    again = await shop.ask("POST", BACKTESTS, {"version": 1}, token=shop.manager, **headers)
    assert (first.json()["id"], again.headers["idempotent-replayed"]) == (again.json()["id"], "true")
    codes = set()
    for _ in range(12):
        answer = await shop.ask("POST", BACKTESTS, {"version": 1}, token=shop.manager)
        codes.add(answer.json().get("code"))
    assert codes == {None, "too_many_backtests"}
