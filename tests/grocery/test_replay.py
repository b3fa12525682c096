"""A sample of the grocery year through a running service, compared with the oracle to the point."""

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import pytest

from app.cli import documents
from app.cli.api import Api
from app.cli.grocery import journey
from app.cli.grocery.opening import RULEBOOK, Programme, open_programme
from app.cli.grocery.policy import END, Policy
from app.cli.grocery.replay import Replay
from app.cli.grocery.totals import totals
from tests import live
from tests.grocery import comparison, oracle

HOUSEHOLDS = 48
# More refunds than by default, so that a sample has its share of them.
POLICY = Policy(refund_every=25, redeem_every=3)


@pytest.fixture(scope="module")
def service() -> Iterator[live.Live]:
    with live.serving() as serving:
        yield serving


def compared(programme: Programme, end: date) -> tuple[dict[int, Any], dict[int, Any]]:
    """What the oracle says of each household at the midnight of a day, and where the service differs."""
    households = list(programme.members)
    told = comparison.expected(
        households, households, refund_every=POLICY.refund_every, redeem_every=POLICY.redeem_every, end=end
    )
    found = {each: comparison.actual(programme.api, programme.members, each) for each in households}
    differ = {each: comparison.differences(told[each], found[each]) for each in households}
    return told, {each: difference for each, difference in differ.items() if difference}


def test_a_sample_of_the_year_and_the_half_year_after_it_are_right_to_the_point(service: live.Live) -> None:
    sample = journey.load(HOUSEHOLDS)
    with Api(service.url, service.secrets["OPERATOR_TOKEN"]) as operator:
        programme = open_programme(operator, service.url, sample, documents.read(RULEBOOK), lambda: None)
    with programme.api:
        replay = Replay(programme, POLICY, lambda _day, _baskets: None)
        replay.run(sample, None)
        year = totals(programme)
        told, wrong = compared(programme, END)
        assert wrong == {}
        assert year.issued == sum(each["accrual"] for each in told.values())
        assert year.outstanding - year.debt == sum(each["points"] - each["debt"] for each in told.values())
        assert replay.counted.purchases == sum(len(each["awards"]) for each in told.values())
        # The sample is worth something: all that can happen did happen.
        assert min(year.redeemed, year.expired, year.reversed, *year.tiers.values()) > 0

        # Nobody buys any more: whatever is left expires, and reviews find less and less.
        much_later = date(2018, 8, 20)
        replay.advance(datetime.combine(much_later, time(), journey.ZONE))
        after = totals(programme)
        assert compared(programme, much_later)[1] == {}
        assert after.outstanding == 0
        assert after.tiers["gold"] < year.tiers["gold"]


@pytest.mark.parametrize("rulebook", ["grocery", "supermarket"])
def test_the_command_prints_a_result_that_adds_up_and_is_audited(service: live.Live, rulebook: str) -> None:
    file = RULEBOOK.with_name(f"{rulebook}.rulebook.json")
    command = [sys.executable, "-m", "app.cli", "demo", "grocery", "--url", service.url, "--json"]
    done = subprocess.run(
        [*command, "--households", "30", "--days", "28", "--rulebook", str(file)],
        env=live.environment(service.home),
        capture_output=True,
        text=True,
        check=True,
    )
    result = json.loads(done.stdout)
    assert result["clock"] == "2017-01-29T05:00:00Z"
    assert result["audit"] == "clean"
    assert result["households"] == 30 == sum(result["tiers"].values())
    assert result["issued"] - result["redeemed"] - result["expired"] - result["reversed"] == result["outstanding"]
    assert_backtested(service, result, file)


def assert_backtested(service: live.Live, result: dict[str, Any], file: Path) -> None:
    """Decided again under the rulebook that was live, everything comes out as it was."""
    command = [sys.executable, "-m", "app.cli", "backtest", str(file), "--program", result["program"], "--json"]
    done = subprocess.run(command, env=live.environment(service.home), capture_output=True, text=True, check=True)
    told = json.loads(done.stdout)
    main = next(wallet for wallet in told["wallets"] if wallet["wallet"] == "points")
    for heading in ("issued", "redeemed", "expired", "reversed", "outstanding"):
        assert main[heading] == {"was": result[heading], "now": result[heading]}
    for wallet in told["wallets"]:
        assert all(found["was"] == found["now"] for found in wallet.values() if isinstance(found, dict))
    people = told["members_by_difference"]
    assert (people["better"], people["worse"], people["same"]) == (0, 0, result["households"])
    assert (told["purchases"], told["refused"], told["tier_changes"]) == (result["purchases"], [], [])
    assert {tier["tier"]: tier["now"] for tier in told["tiers"]} == {
        tier["tier"]: tier["was"] for tier in told["tiers"]
    }


def test_the_year_is_that_of_new_york() -> None:
    """The data's weeks turn at a midnight of the east coast, in winter and in summer, when its timestamps are UTC."""
    days = sorted(oracle.days_of_weeks())
    first = {week: min(day for number, day in days if number == week) for week, _ in days}
    # The year began on a Sunday, and on its last Monday, Christmas, the shops were closed.
    assert [week for week, day in first.items() if day.weekday() != 0] == [1, 53]
    assert (days[0][1], days[-1][1]) == (date(2017, 1, 1), date(2017, 12, 31))


def test_the_journey_is_whole() -> None:
    year = journey.load()
    assert (year.line_count, year.basket_count, len(year.households)) == (1_469_307, 155_848, 2_469)


def test_the_comparison_sees_what_differs() -> None:
    noon = datetime(2017, 3, 1, 17, tzinfo=UTC)
    told = {"points": 10, "tier": "bronze", "awards": [(noon, 7), (noon, 3), (noon, 0)]}
    assert comparison.differences(told, {**told, "awards": [(noon, 3), (noon, 7)]}) == {}
    assert comparison.differences(told, {"points": 9, "tier": "bronze", "awards": [(noon, 7), (noon, 2)]}) == {
        "points": (10, 9),
        f"award of {noon}": (3, None),
        f"entry of {noon}": (None, 2),
    }
