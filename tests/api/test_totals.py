"""Totals, valuations and the liability: what accountants read is equal to the ledger to the point."""

import csv
import io
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from tests.api.clocks import START, ZONE, advance, clocked
from tests.api.conftest import RULEBOOK, Shop

SUMS = ("issued", "redeemed", "expired", "reversed", "adjusted", "transferred", "outstanding")


@pytest.fixture
async def shop(client: httpx.AsyncClient) -> Shop:
    return await clocked(client)


async def totals(shop: Shop, query: str = "") -> dict[str, Any]:
    answer = await shop.ask("GET", f"/v1/totals?{query}", token=shop.manager)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    parts = found["issued"] - found["redeemed"] - found["expired"] - found["reversed"]
    assert found["opening"] + parts + found["adjusted"] + found["transferred"] == found["outstanding"]
    return found


async def lived(shop: Shop) -> list[str]:
    """Two members from March to April: earned in D1 and D2, spent in D2 and D3, refunded, cancelled, and late."""
    members = [(await shop.enrol())["id"] for _ in range(2)]
    first = await shop.buy(members[0], 150_000, store="D1")
    await shop.buy(members[0], 200_000, store="D2")
    await shop.buy(members[1], 600_000, store="D2")
    await advance(shop, datetime(2026, 3, 31, 12, tzinfo=ZONE))
    await shop.buy(members[0], 100_000, store="D3", tenders=[{"kind": "points", "points": 200}])
    await shop.ask("POST", "/v1/redemptions", {"member": members[1], "points": 100})
    await advance(shop, datetime(2026, 4, 2, 12, tzinfo=ZONE))
    await shop.ask("POST", "/v1/refunds", {"purchase": first["id"]})
    redeemed = await shop.ask("POST", "/v1/redemptions", {"member": members[1], "points": 300})
    await shop.ask("POST", f"/v1/redemptions/{redeemed.json()['id']}/cancel")
    await shop.buy(members[1], 9_000, store="D1", occurred_at=datetime(2026, 3, 20, tzinfo=ZONE).isoformat())
    return members


def lines(found: dict[str, Any], *names: str) -> dict[tuple[str, ...], tuple[int, ...]]:
    """Issued, redeemed, reversed and outstanding by the groups that are named."""
    return {
        tuple(line[name] for name in names): tuple(
            line[name] for name in ("issued", "redeemed", "reversed", "outstanding")
        )
        for line in found["data"]
    }


async def test_totals_by_month_are_equal_to_the_balances(shop: Shop) -> None:
    members = await lived(shop)
    found = await totals(shop, "group_by=month")
    assert lines(found, "month") == {
        ("2026-03",): (150 + 200 + 600 + 80, 300, 0, 730),
        ("2026-04",): (9, 0, 150, 589),
    }
    balances = [(await shop.ask("GET", f"/v1/members/{member}/balance")).json() for member in members]
    assert found["outstanding"] == sum(each["points"] - each["debt"] for each in balances) == 589


async def test_late_facts_go_to_the_month_in_which_they_were_booked(shop: Shop) -> None:
    member = (await shop.enrol())["id"]
    await shop.buy(member, 50_000)
    await advance(shop, datetime(2026, 4, 2, tzinfo=ZONE))
    march = "from=2026-03-01&until=2026-03-31"
    closed = await totals(shop, march)
    await shop.buy(member, 9_000, occurred_at=datetime(2026, 3, 20, tzinfo=ZONE).isoformat())
    again = await totals(shop, march)
    assert again | {"journal_number": 0} == closed | {"journal_number": 0}
    assert (await totals(shop, "from=2026-04-01&until=2026-04-30"))["issued"] == 9
    effective = f"{march}&basis=effective"
    assert (await totals(shop, effective))["issued"] == 59
    assert (await totals(shop, f"{effective}&known_at=2026-04-01"))["issued"] == 50


async def test_totals_tell_stores_of_issue_and_of_redemption_apart(shop: Shop) -> None:
    await lived(shop)
    found = await totals(shop, "group_by=issue_store,redemption_store")
    assert {key: value[1] for key, value in lines(found, "issue_store", "redemption_store").items() if value[1]} == {
        ("D1", "D3"): 150,
        ("D2", "D3"): 50,
        ("D2", ""): 100,
    }
    by_issue = lines(await totals(shop, "group_by=issue_store"), "issue_store")
    assert by_issue == {
        ("D1",): (159, 150, 150, -141),
        ("D2",): (800, 150, 0, 650),
        ("D3",): (80, 0, 0, 80),
    }
    assert sum(value[3] for value in by_issue.values()) == 589


async def test_totals_tell_kinds_tiers_days_and_wallets_apart(shop: Shop) -> None:
    await lived(shop)
    by_kind = {line["kind"]: line["outstanding"] for line in (await totals(shop, "group_by=kind"))["data"]}
    assert by_kind == {"accrual": 1039, "redemption": -600, "return": 300, "reversal": -150}
    by_tier = {line["tier"]: line["issued"] for line in (await totals(shop, "group_by=tier"))["data"]}
    assert by_tier == {"": 150 + 200 + 600 + 80, "bac": 9}
    assert [line["wallet"] for line in (await totals(shop, "group_by=wallet"))["data"]] == ["points"]
    days = (await totals(shop, "group_by=day&from=2026-03-11&until=2026-04-30"))["data"]
    assert [(line["day"], line["outstanding"]) for line in days] == [("2026-03-31", 730), ("2026-04-02", 589)]


async def test_what_expired_is_counted_when_its_time_was_let_pass(shop: Shop) -> None:
    member = (await shop.enrol())["id"]
    await shop.buy(member, 50_000, store="D1")
    await advance(shop, datetime(2027, 4, 1, tzinfo=ZONE))
    await shop.buy(member, 1_000)
    found = await totals(shop, "group_by=issue_store&basis=effective&from=2027-03-01&until=2027-03-31")
    assert [(line["issue_store"], line["expired"], line["outstanding"]) for line in found["data"]] == [("D1", 50, 0)]
    assert (found["opening"], found["outstanding"]) == (50, 0)


async def test_totals_come_as_a_table_that_no_spreadsheet_takes_for_a_formula(shop: Shop) -> None:
    member = (await shop.enrol())["id"]
    await shop.buy(member, 50_000, store="=1+1")
    answer = await shop.ask("GET", "/v1/totals?group_by=issue_store&format=csv", token=shop.manager)
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    (row,) = csv.DictReader(io.StringIO(answer.text))
    assert row == {"issue_store": "'=1+1"} | dict.fromkeys(SUMS, "0") | {"issued": "50", "outstanding": "50"}
    whole = await shop.ask("GET", "/v1/totals", token=shop.manager, accept="text/csv")
    (row,) = csv.DictReader(io.StringIO(whole.text))
    assert (row["issued"], set(row)) == ("50", set(SUMS))


async def test_a_table_with_letters_of_a_country_is_read_as_such_by_spreadsheets(shop: Shop) -> None:
    member = (await shop.enrol())["id"]
    await shop.buy(member, 50_000, store="Quận 1")
    answer = await shop.ask("GET", "/v1/totals?group_by=issue_store&format=csv", token=shop.manager)
    assert answer.content.startswith(b"\xef\xbb\xbfissue_store,")
    (row,) = csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")))
    assert (row["issue_store"], row["issued"]) == ("Quận 1", "50")
    plain = await shop.ask("GET", "/v1/totals?format=csv", token=shop.manager)
    assert plain.content.startswith(b"issued,")


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("group_by=month,colour", "group_by"),
        ("group_by=month,month", "group_by"),
        ("group_by=month,day,wallet,kind,tier", "group_by"),
        ("basis=guessed", "basis"),
        ("from=2026-05-01&until=2026-04-01", "from"),
        ("known_at=soon", "known_at"),
    ],
)
async def test_totals_that_nobody_offers_are_refused(shop: Shop, query: str, parameter: str) -> None:
    answer = await shop.ask("GET", f"/v1/totals?{query}", token=shop.manager)
    assert answer.status_code == 422
    assert [fault["parameter"] for fault in answer.json()["errors"]] == [parameter]


async def test_totals_are_of_one_programme(shop: Shop, client: httpx.AsyncClient) -> None:
    other = await clocked(client)
    await other.buy((await other.enrol())["id"], 50_000)
    assert (await totals(shop, "group_by=kind"))["data"] == []


async def valued(shop: Shop, day: str, **body: int) -> httpx.Response:
    answer: httpx.Response = await shop.ask("PUT", f"/v1/valuations/{day}", body, token=shop.manager)
    return answer


async def test_the_liability_is_outstanding_times_value_less_breakage_rounded_once(shop: Shop) -> None:
    member = (await shop.enrol())["id"]
    await shop.buy(member, 335_000)
    assert (await valued(shop, "2026-01-01", numerator=1, denominator=2, breakage_ppm=100_000)).status_code == 200
    await advance(shop, START + timedelta(days=30))
    await valued(shop, "2026-04-09", numerator=1, denominator=2)
    await shop.buy(member, 2_000)
    for day, minor in (("2026-03-09", 0), ("2026-03-31", 151), ("2026-04-09", 168)):
        answer = (await shop.ask("GET", f"/v1/liability?as_of={day}", token=shop.manager)).json()
        assert answer["rounding"] == "half_even"
        (wallet,) = answer["data"]
        assert (wallet["wallet"], wallet["value"]) == ("points", {"amount": minor, "currency": "VND"})
    assert wallet["outstanding"] == 337
    table = await shop.ask("GET", "/v1/liability?as_of=2026-04-09&format=csv", token=shop.manager)
    (row,) = csv.DictReader(io.StringIO(table.text))
    assert (row["wallet"], row["outstanding"], row["value_minor"], row["currency"]) == ("points", "337", "168", "VND")
    assert (wallet["valuation"]["from_date"], wallet["valuation"]["breakage_ppm"]) == ("2026-04-09", 0)


async def test_the_liability_of_a_closed_day_is_not_changed_by_late_facts(shop: Shop) -> None:
    member = (await shop.enrol())["id"]
    await shop.buy(member, 100_000)
    await advance(shop, datetime(2026, 4, 2, tzinfo=ZONE))
    await shop.buy(member, 9_000, occurred_at=datetime(2026, 3, 20, tzinfo=ZONE).isoformat())

    async def owed(query: str) -> int:
        answer = (await shop.ask("GET", f"/v1/liability?{query}", token=shop.manager)).json()
        assert answer["data"][0]["value"] is None
        return int(answer["data"][0]["outstanding"])

    assert await owed("as_of=2026-03-31") == 100
    assert await owed("as_of=2026-03-31&known_at=2026-04-02") == 109
    assert await owed("") == 109


async def test_a_value_that_was_in_force_never_changes(shop: Shop) -> None:
    first = await valued(shop, "2026-02-01", numerator=1, denominator=2)
    again = await valued(shop, "2026-02-01", numerator=1, denominator=2)
    assert (first.status_code, again.json()) == (200, first.json())
    other = await valued(shop, "2026-02-01", numerator=1, denominator=3)
    assert (other.status_code, other.json()["code"]) == (409, "valuation_exists")
    earlier = await valued(shop, "2026-01-31", numerator=1, denominator=2)
    assert (earlier.status_code, earlier.json()["code"]) == (409, "valuation_not_later")
    await valued(shop, "2026-03-10", numerator=2, denominator=3)
    page = (await shop.ask("GET", "/v1/valuations?limit=1", token=shop.manager)).json()
    assert ([row["from_date"] for row in page["data"]], page["has_more"]) == (["2026-03-10"], True)
    rest = await shop.ask("GET", f"/v1/valuations?cursor={page['next_cursor']}", token=shop.manager)
    assert rest.json()["data"] == [first.json()]
    assert (await valued(shop, "2026-02-30", numerator=1, denominator=2)).status_code == 404
    other_wallet = await shop.ask("GET", "/v1/valuations?wallet=stars", token=shop.manager)
    assert other_wallet.json()["data"] == []


async def test_the_liability_of_a_day_that_is_over_is_not_changed_by_a_later_valuation(shop: Shop) -> None:
    member = (await shop.enrol())["id"]
    await shop.buy(member, 100_000)
    assert (await valued(shop, "2026-01-01", numerator=3, denominator=1)).status_code == 200
    await advance(shop, datetime(2026, 4, 2, tzinfo=ZONE))
    march = "/v1/liability?as_of=2026-03-31"
    closed = (await shop.ask("GET", march, token=shop.manager)).json()
    assert closed["data"][0]["value"] == {"amount": 300, "currency": "VND"}
    for day in ("2026-03-15", "2026-03-31", "2026-04-01"):
        back = await valued(shop, day, numerator=1, denominator=1)
        assert (back.status_code, back.json()["code"]) == (409, "valuation_past")
    assert (await valued(shop, "2026-04-02", numerator=1, denominator=1)).status_code == 200
    assert (await shop.ask("GET", march, token=shop.manager)).json() == closed
    now = (await shop.ask("GET", "/v1/liability", token=shop.manager)).json()
    assert (now["as_of"], now["data"][0]["value"]["amount"]) == ("2026-04-02", 100)


@pytest.mark.parametrize(
    ("path", "parameter"),
    [
        ("liability?as_of=2026-03-11", "as_of"),
        ("liability?as_of=2026-03-09&known_at=2026-03-11", "known_at"),
        ("totals?known_at=2026-03-11", "known_at"),
    ],
)
async def test_what_is_not_over_yet_is_not_answered_for(shop: Shop, path: str, parameter: str) -> None:
    answer = await shop.ask("GET", f"/v1/{path}", token=shop.manager)
    assert answer.status_code == 422
    assert [(fault["parameter"], fault["code"]) for fault in answer.json()["errors"]] == [(parameter, "out_of_range")]


async def test_points_of_a_returned_tender_are_charged_to_the_lots_that_had_paid(shop: Shop) -> None:
    await shop.publish(RULEBOOK | {"title": {"en": "Again"}})
    member = (await shop.enrol())["id"]
    await shop.buy(member, 150_000, store="D1")
    await shop.buy(member, 150_000, store="D2")
    bought = await shop.buy(member, 100_000, store="D3", tenders=[{"kind": "points", "points": 200}])
    await shop.ask("POST", "/v1/refunds", {"purchase": bought["id"]})
    found = await totals(shop, "group_by=issue_store,redemption_store")
    assert {key: value[1] for key, value in lines(found, "issue_store", "redemption_store").items() if value[1]} == {}
    assert found["outstanding"] == 300
