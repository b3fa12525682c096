"""Gifts: whatever may give a member a reward at no cost is known before anybody looks for it."""

from typing import Any

import pytest

from app.engine.rulebook.document import Rulebook
from tests.engine.builders import referral, rulebook, timeline

LATTE = {"id": "latte", "title": {"en": "A latte"}, "cost_points": 100, "kind": "item"}
MUG = {"id": "mug", "title": {"en": "A mug"}, "cost_points": 100, "kind": "item"}
PRIZE = {"gift": "latte"}
CHANCE = {"id": "free", "title": {"en": "Free"}, "weight": 1, "prize": PRIZE}
COUNT = {"kind": "count"}
TITLE = {"en": "Title"}
LEVELS = [
    {"id": "bronze", "title": TITLE, "from_points": 0},
    {"id": "silver", "title": TITLE, "from_points": 9, "on_reaching": PRIZE},
]
GIVING: dict[str, dict[str, Any]] = {
    "challenge": {
        "challenges": [
            {"id": "c", "title": TITLE, "goals": [{"id": "g", "measure": COUNT, "target": 2}], "prize": PRIZE}
        ]
    },
    "streak": {
        "streaks": [
            {
                "id": "s",
                "title": TITLE,
                "measure": COUNT,
                "period": "day",
                "milestones": [{"periods": 2, "prize": PRIZE}],
            }
        ]
    },
    "surprise": {"surprises": [{"id": "u", "title": TITLE, "prizes": [CHANCE], "nothing_weight": 1}]},
    "wheel": {
        "rewards": [
            LATTE,
            MUG,
            {"id": "w", "title": TITLE, "cost_points": 1, "kind": "wheel", "odds": {"prizes": [CHANCE]}},
        ]
    },
    "level": {"tiers": {"levels": LEVELS}},
    "level of another set": {"tier_sets": [{"id": "wine", "title": TITLE, "levels": LEVELS}]},
    "friend": {"referral": {**referral(), "friend_prize": PRIZE}},
    "referrer": {"referral": {**referral(), "referrer_prize": PRIZE}},
}


def giving(name: str) -> Rulebook:
    return rulebook(**{"rewards": [LATTE, MUG], **GIVING[name]})


@pytest.mark.parametrize("name", GIVING)
def test_whatever_gives_a_reward_is_known_and_no_other_is_looked_for(name: str) -> None:
    assert timeline((0, giving(name))).gifts == {"latte"}


def test_a_rulebook_that_gives_nothing_has_none_looked_for() -> None:
    assert timeline((0, rulebook(rewards=[LATTE, MUG]))).gifts == timeline().gifts == frozenset()


def test_what_an_earlier_version_gave_is_looked_for() -> None:
    assert timeline((0, giving("challenge")), (9, rulebook(rewards=[LATTE, MUG]))).gifts == {"latte"}
