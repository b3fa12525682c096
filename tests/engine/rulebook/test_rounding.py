"""Whole points out of exact ones, and whole parts out of a whole."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.engine.rulebook.document import RoundingMode
from app.engine.rulebook.rounding import allocate, rounded, spread


@pytest.mark.parametrize(
    ("mode", "halves"),
    [
        ("down", [0, 0, 1, 1, 2, 2]),
        ("half_up", [0, 1, 1, 2, 2, 3]),
        ("half_even", [0, 0, 1, 2, 2, 2]),
        ("up", [0, 1, 1, 2, 2, 3]),
    ],
)
def test_halves(mode: RoundingMode, halves: list[int]) -> None:
    assert [rounded(numerator, 2, mode) for numerator in range(6)] == halves
    assert [rounded(numerator * 3, 6, mode) for numerator in range(6)] == halves


@given(st.integers(0, 10**30), st.integers(1, 10**12), st.sampled_from(("down", "half_up", "half_even", "up")))
def test_a_rounded_number_is_less_than_one_away(numerator: int, denominator: int, mode: RoundingMode) -> None:
    exact = Fraction(numerator, denominator)
    found = rounded(numerator, denominator, mode)
    assert abs(found - exact) < 1
    if mode.startswith("half"):
        assert abs(found - exact) <= Fraction(1, 2)


@given(
    st.lists(st.integers(0, 10**12), min_size=1),
    st.integers(1, 10**9),
    st.sampled_from(("down", "half_up", "half_even", "up")),
)
def test_the_parts_of_a_rounded_sum_add_up_to_it(numerators: list[int], denominator: int, mode: RoundingMode) -> None:
    total = rounded(sum(numerators), denominator, mode)
    parts = allocate(total, numerators, denominator)
    assert sum(parts) == total
    assert all(
        abs(part - Fraction(numerator, denominator)) < 1 for part, numerator in zip(parts, numerators, strict=True)
    )


@given(st.integers(0, 10**12), st.lists(st.integers(0, 10**9)))
def test_what_is_spread_adds_up(total: int, weights: list[int]) -> None:
    parts = spread(total, weights)
    assert len(parts) == len(weights)
    assert sum(parts) == (total if weights else 0)
    if any(weights):
        assert all(part == 0 for part, weight in zip(parts, weights, strict=True) if not weight)


def test_ties_go_to_the_first() -> None:
    assert spread(2, [1, 1, 1]) == [1, 1, 0]
    assert spread(5, [0, 0]) == [5, 0]
