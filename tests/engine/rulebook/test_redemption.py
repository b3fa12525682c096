"""What points are worth, and how many may be redeemed."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.engine.rulebook.document import Redemption
from app.engine.rulebook.redemption import most_points, payable_minor, value_minor
from tests.engine.strategies import documents

TERMS = Redemption(points=100, value_minor=5000, step_points=50, minimum_points=200)


@pytest.mark.parametrize(
    ("balance", "total_minor", "points"),
    [
        (1000, 100_000, 1000),
        (1049, 100_000, 1000),
        (1050, 100_000, 1050),
        (1000, 12_499, 200),
        (1000, 12_500, 250),
        (199, 100_000, 0),
        (200, 100_000, 200),
        (1000, 9_999, 0),
        (1000, 0, 0),
        (-500, 100_000, 0),
    ],
)
def test_the_most_points_are_whole_steps_within_balance_and_total(balance: int, total_minor: int, points: int) -> None:
    assert most_points(TERMS, balance, total_minor) == points


@given(documents(), st.integers(-100, 10**6), st.integers(0, 10**6))
def test_the_most_points_are_permitted_and_one_step_more_is_not(
    document: dict[str, Any], balance: int, total_minor: int
) -> None:
    if document["redemption"] is None:
        return
    terms = Redemption.model_validate(document["redemption"])

    def permitted(points: int) -> bool:
        most = balance if terms.maximum_points is None else min(balance, terms.maximum_points)
        return terms.minimum_points <= points <= most and value_minor(terms, points) <= payable_minor(
            terms, total_minor
        )

    found = most_points(terms, balance, total_minor)
    assert found % terms.step_points == 0
    assert permitted(found) or found == 0
    assert not permitted(max(found + terms.step_points, terms.minimum_points))
    assert value_minor(terms, found) * terms.points == found * terms.value_minor


def test_a_redemption_has_a_most_and_a_largest_share_of_the_basket() -> None:
    terms = Redemption(
        points=1, value_minor=1, step_points=10, minimum_points=10, maximum_points=400, maximum_percent=50
    )
    assert most_points(terms, 1000, 10_000) == 400
    assert most_points(terms, 1000, 500) == 250
    assert most_points(terms, 1000, 500, 199) == 190
    assert most_points(terms, 1000, 19) == 0
