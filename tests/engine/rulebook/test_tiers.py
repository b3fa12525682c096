"""The ladder of tiers."""

import pytest

from app.engine.rulebook.compile import compile_rulebook
from app.engine.rulebook.tiers import level_ids, rank
from tests.engine.rulebook.build import BASE, rulebook

TIERED = compile_rulebook(rulebook(BASE))
FLAT = compile_rulebook(rulebook(BASE, tiers=None))


@pytest.mark.parametrize(
    ("points", "level"),
    [(-5, "dong"), (0, "dong"), (499, "dong"), (500, "bac"), (1999, "bac"), (2000, "vang"), (10**12, "vang")],
)
def test_points_reach_the_highest_level_that_asks_for_no_more(points: int, level: str) -> None:
    ladder = TIERED.ladder("")
    assert ladder is not None
    assert ladder.levels[ladder.reached({"points": points})].id == level


def test_no_tier_and_an_unknown_tier_stand_at_the_base_level() -> None:
    assert [rank(TIERED, tier) for tier in (None, "gone", "dong", "bac", "vang")] == [0, 0, 0, 1, 2]


def test_a_rulebook_without_tiers_has_no_levels() -> None:
    assert level_ids(FLAT) == ()
    assert (FLAT.ladder(""), rank(FLAT, "vang")) == (None, 0)


def test_levels_go_upwards() -> None:
    assert level_ids(TIERED) == ("dong", "bac", "vang")
