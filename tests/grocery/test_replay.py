"""A sample of the grocery year through a running service, compared with the oracle to the point."""

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest

from app.cli.api import Api
from app.cli.grocery import journey
from app.cli.grocery.opening import open_programme
from app.cli.grocery.policy import Policy
from app.cli.grocery.replay import Replay
from app.cli.grocery.totals import totals
from app.cli.home import PROJECT
from tests import live
from tests.grocery import comparison, oracle

HOUSEHOLDS = 48
# More refunds than by default, so that a sample has its share of them.
POLICY = Policy(refund_every=25, redeem_every=3)


@pytest.fixture(scope="module")
def service() -> Iterator[live.Live]:
    with live.serving() as serving:
        yield serving


def test_a_sample_of_the_year_is_right_to_the_point(service: live.Live) -> None:
    sample = journey.load(HOUSEHOLDS)
    with Api(service.url, service.secrets["OPERATOR_TOKEN"]) as operator:
        programme = open_programme(operator, service.url, sample.households, lambda: None)
    replay = Replay(programme, POLICY, lambda _day, _baskets: None)
    replay.run(sample, None)
    told = comparison.expected(sample.households, sample.households, refund_every=25, redeem_every=3)
    wrong = {
        household: found
        for household in sample.households
        if (
            found := comparison.differences(
                told[household], comparison.actual(programme.api, programme.members, household)
            )
        )
    }
    assert wrong == {}
    everything = totals(programme)
    assert everything.issued == sum(each["accrual"] for each in told.values())
    assert everything.outstanding - everything.debt == sum(each["points"] - each["debt"] for each in told.values())
    # The sample is worth something: all that can happen did happen.
    assert min(everything.redeemed, everything.expired, everything.reversed, *everything.tiers.values()) > 0
    assert replay.counted.purchases == sum(len(each["awards"]) for each in told.values())
    programme.api.close()


def test_the_command_prints_a_result_that_adds_up(service: live.Live) -> None:
    command = [sys.executable, "-m", "app.cli", "demo", "grocery", "--url", service.url, "--json"]
    environment = {"RUNG_OPERATOR_TOKEN": service.secrets["OPERATOR_TOKEN"], "PYTHONPATH": str(PROJECT)}
    done = subprocess.run(
        [*command, "--households", "30", "--days", "28", "--no-audit"],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    result = json.loads(done.stdout)
    assert result["clock"] == "2017-01-29T05:00:00Z"
    assert result["households"] == 30 == sum(result["tiers"].values())
    assert result["issued"] - result["redeemed"] - result["expired"] - result["reversed"] == result["outstanding"]


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
