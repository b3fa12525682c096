"""Balances at other instants, and statements: what was true, what we said, and periods that add up."""

import csv
import io
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from tests.api.clocks import START, ZONE, advance, clocked
from tests.api.conftest import Shop


@pytest.fixture
async def shop(client: httpx.AsyncClient) -> Shop:
    return await clocked(client)


async def balance(shop: Shop, member: str, **query: datetime) -> tuple[int, int]:
    asked = {name: at.isoformat() for name, at in query.items()}
    answer = await shop.client.get(
        f"/v1/members/{member}/balance", params=asked, headers={"authorization": f"Bearer {shop.pos}"}
    )
    assert answer.status_code == 200, answer.text
    return answer.json()["points"], answer.json()["debt"]


async def test_as_of_is_what_was_true_and_known_at_is_what_we_said(shop: Shop) -> None:
    member = (await shop.enrol())["id"]
    await shop.buy(member, 40_000)
    await advance(shop, START + timedelta(days=5))
    await shop.buy(member, 7_000, occurred_at=(START + timedelta(days=1)).isoformat())
    between = START + timedelta(days=2)
    assert await balance(shop, member, as_of=between) == (47, 0)
    assert await balance(shop, member, known_at=between) == (40, 0)
    assert await balance(shop, member, as_of=between, known_at=between) == (40, 0)
    assert await balance(shop, member, as_of=START - timedelta(seconds=1)) == (0, 0)


async def test_the_past_knows_what_expired_although_nothing_was_written(shop: Shop) -> None:
    member = (await shop.enrol())["id"]
    await shop.buy(member, 40_000)
    await advance(shop, datetime(2027, 6, 1, tzinfo=ZONE))
    expiry = datetime(2027, 3, 11, tzinfo=ZONE)
    assert await balance(shop, member, as_of=expiry - timedelta(microseconds=1)) == (40, 0)
    assert await balance(shop, member, as_of=expiry) == (0, 0)
    assert await balance(shop, member, known_at=expiry) == (40, 0)


async def test_a_balance_to_come_is_what_will_be_free_then(shop: Shop) -> None:
    member = (await shop.enrol())["id"]
    await shop.buy(member, 40_000)
    await advance(shop, START + timedelta(days=40))
    await shop.buy(member, 2_000)
    assert await balance(shop, member, as_of=datetime(2027, 3, 10, 23, tzinfo=ZONE)) == (42, 0)
    assert await balance(shop, member, as_of=datetime(2027, 3, 11, tzinfo=ZONE)) == (2, 0)
    assert await balance(shop, member, as_of=datetime(2028, 3, 11, tzinfo=ZONE)) == (0, 0)
    assert await balance(shop, member) == (42, 0)


async def test_a_debt_of_the_past_is_shown_as_debt(shop: Shop) -> None:
    member = (await shop.enrol())["id"]
    bought = await shop.buy(member, 100_000)
    await shop.ask("POST", "/v1/redemptions", {"member": member, "points": 100})
    await advance(shop, START + timedelta(days=1))
    await shop.ask("POST", "/v1/refunds", {"purchase": bought["id"]})
    await advance(shop, START + timedelta(days=2))
    await shop.buy(member, 300_000)
    assert await balance(shop, member, as_of=START + timedelta(days=1)) == (0, 100)
    assert await balance(shop, member) == (200, 0)


async def expiring(shop: Shop, member: str, query: str = "") -> dict[str, Any]:
    answer = await shop.ask("GET", f"/v1/members/{member}/balance{query}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()["expiring_soon"]
    return found


async def test_a_balance_says_what_expires_soon_and_on_which_day_it_is_good_for_the_last_time(shop: Shop) -> None:
    member = (await shop.enrol())["id"]
    await shop.buy(member, 40_000)
    await advance(shop, START + timedelta(days=2))
    await shop.buy(member, 7_000)
    nothing = {"days": 30, "points": 0, "data": []}
    assert await expiring(shop, member) == nothing
    await advance(shop, datetime(2027, 2, 9, 12, tzinfo=ZONE))
    on = {"points": 40, "expires_at": "2027-03-10T17:00:00.000000Z", "last_valid_day": "2027-03-10"}
    assert await expiring(shop, member) == {"days": 30, "points": 40, "data": [on]}
    assert await expiring(shop, member, "?expiring_days=28") == nothing | {"days": 28}
    later = await expiring(shop, member, "?expiring_days=60")
    assert (later["points"], [each["last_valid_day"] for each in later["data"]]) == (47, ["2027-03-10", "2027-03-12"])
    await advance(shop, datetime(2027, 3, 11, tzinfo=ZONE))
    assert (await expiring(shop, member))["points"] == 7
    assert await expiring(shop, member, "?wallet=stars") == nothing


@pytest.mark.parametrize(
    ("query", "parameter", "code"),
    [
        ("as_of=yesterday", "as_of", "not_an_instant"),
        ("as_of=2026-03-10", "as_of", "not_an_instant"),
        ("as_of=2126-03-10T00:00:00Z", "as_of", "out_of_range"),
        ("known_at=2026-12-10T00:00:00Z", "known_at", "out_of_range"),
        ("as_of=2026-12-10T00:00:00Z&known_at=2026-03-01T00:00:00Z", "as_of", "out_of_range"),
        ("wallet=No+Wallet", "wallet", "wrong_format"),
        ("expiring_days=0", "expiring_days", "out_of_range"),
        ("expiring_days=soon", "expiring_days", "not_an_integer"),
    ],
)
async def test_an_instant_that_cannot_be_answered_for_is_refused(
    shop: Shop, query: str, parameter: str, code: str
) -> None:
    member = (await shop.enrol())["id"]
    answer = await shop.ask("GET", f"/v1/members/{member}/balance?{query}")
    assert answer.status_code == 422
    assert [(fault["parameter"], fault["code"]) for fault in answer.json()["errors"]] == [(parameter, code)]


async def test_a_plus_in_an_address_is_the_offset_that_it_was_meant_to_be(shop: Shop) -> None:
    member = (await shop.enrol())["id"]
    answer = await shop.ask("GET", f"/v1/members/{member}/balance?as_of=2026-03-10T00:00:00+07:00")
    assert answer.json()["as_of"] == "2026-03-09T17:00:00.000000Z"


async def lived(shop: Shop) -> str:
    """A member with entries in March and April; one of them late."""
    member = (await shop.enrol())["id"]
    await shop.buy(member, 250_000)
    await advance(shop, datetime(2026, 3, 31, 23, 59, 59, tzinfo=ZONE))
    await shop.ask("POST", "/v1/redemptions", {"member": member, "points": 100})
    await advance(shop, datetime(2026, 4, 1, 0, 0, 0, tzinfo=ZONE))
    await shop.buy(member, 9_000, occurred_at=datetime(2026, 3, 20, tzinfo=ZONE).isoformat())
    bought = await shop.buy(member, 30_000)
    await shop.ask("POST", "/v1/refunds", {"purchase": bought["id"]})
    return str(member)


async def statement(shop: Shop, member: str, query: str) -> dict[str, Any]:
    answer = await shop.ask("GET", f"/v1/members/{member}/statement?{query}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    assert found["opening"] + sum(kind["points"] for kind in found["kinds"]) == found["closing"]
    return found


async def test_opening_and_what_moved_make_the_closing_balance(shop: Shop) -> None:
    member = await lived(shop)
    march = await statement(shop, member, "month=2026-03")
    assert (march["opening"], march["closing"], march["is_closed"]) == (0, 150, False)
    assert [(kind["kind"], kind["points"]) for kind in march["kinds"]] == [("accrual", 250), ("redemption", -100)]
    april = await statement(shop, member, "from=2026-04-01&until=2026-04-30")
    assert (april["opening"], april["closing"], april["is_closed"]) == (150, 159, False)
    assert [(row["kind"], row["points"], row["balance_after"]) for row in april["data"]] == [
        ("accrual", 9, 159),
        ("accrual", 30, 189),
        ("reversal", -30, 159),
    ]
    both = await statement(shop, member, "from=2026-03-01&until=2026-04-01")
    assert (both["opening"], both["closing"], len(both["data"])) == (0, 159, 5)
    before = await statement(shop, member, "month=2026-02")
    assert (before["opening"], before["closing"], before["data"]) == (0, 0, [])


async def test_a_closed_statement_never_changes_when_late_facts_arrive(shop: Shop) -> None:
    member = (await shop.enrol())["id"]
    await shop.buy(member, 250_000)
    await advance(shop, datetime(2026, 4, 2, tzinfo=ZONE))
    closed = await statement(shop, member, "month=2026-03")
    assert closed["is_closed"]
    await shop.buy(member, 9_000, occurred_at=datetime(2026, 3, 20, tzinfo=ZONE).isoformat())
    assert await statement(shop, member, "month=2026-03") == closed


async def test_a_statement_comes_in_pages_and_as_a_table(shop: Shop) -> None:
    member = await lived(shop)
    query = "from=2026-03-01&until=2026-04-01"
    whole = await statement(shop, member, query)
    seen: list[Any] = []
    cursor: str | None = ""
    while cursor is not None:
        page = await statement(shop, member, f"{query}&limit=2{cursor and f'&cursor={cursor}'}")
        seen += page["data"]
        cursor = page["next_cursor"]
    assert seen == whole["data"]
    for path, headers in ((f"{query}&format=csv", {}), (query, {"accept": "text/csv"})):
        answer = await shop.ask("GET", f"/v1/members/{member}/statement?{path}", **headers)
        assert answer.headers["content-type"] == "text/csv; charset=utf-8"
        rows = list(csv.DictReader(io.StringIO(answer.text)))
        assert [row["kind"] for row in rows] == [
            "opening", "accrual", "redemption", "accrual", "accrual", "reversal", "closing",
        ]  # fmt: skip
        assert (rows[0]["balance_after"], rows[-1]["balance_after"]) == ("0", "159")
        assert [row["fact"] for row in rows[1:-1]] == [row["fact"] for row in whole["data"]]
        assert sum(int(row["points"] or 0) for row in rows) == 159


async def test_a_table_of_a_period_without_entries_has_its_opening_and_its_closing_balance(shop: Shop) -> None:
    member = await lived(shop)
    for query, points in (("month=2026-02", "0"), ("month=2026-05", "159"), ("month=2026-03&wallet=stars", "0")):
        answer = await shop.ask("GET", f"/v1/members/{member}/statement?{query}&format=csv")
        assert answer.status_code == 200, answer.text
        rows = list(csv.DictReader(io.StringIO(answer.text)))
        assert [(row["kind"], row["balance_after"]) for row in rows] == [("opening", points), ("closing", points)]


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("from=2026-04-02&until=2026-04-01", "from"),
        ("from=2020-04-02&until=2026-04-01", "until"),
        ("month=2026-13", "month"),
        ("month=2026-03&from=2026-03-01", "month"),
        ("from=2026-02-30", "from"),
        ("until=2026-3-1", "until"),
        ("format=xlsx", "format"),
    ],
)
async def test_a_period_that_is_none_is_refused(shop: Shop, query: str, parameter: str) -> None:
    member = (await shop.enrol())["id"]
    answer = await shop.ask("GET", f"/v1/members/{member}/statement?{query}")
    assert answer.status_code == 422
    assert [fault["parameter"] for fault in answer.json()["errors"]] == [parameter]


async def test_a_statement_of_another_programmes_member_is_not_found(shop: Shop, client: httpx.AsyncClient) -> None:
    other = await clocked(client)
    member = (await other.enrol())["id"]
    assert (await shop.ask("GET", f"/v1/members/{member}/statement")).status_code == 404
    assert (await shop.ask("GET", f"/v1/members/{member}/balance?as_of=2026-01-01T00:00:00Z")).status_code == 404
