"""Any document at all: publishing refuses it with pointers, or the engine never raises under it."""

import json
import random
from collections import Counter
from typing import Any, Final
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.cli.home import PROJECT
from app.commands.effects import SYSTEM_SOURCE, carried
from app.engine.commands import Command, Enrol, Goodwill, Move, Void
from app.engine.ids import fact_id
from app.engine.outcomes import ClawedBack, Purchased, Redeemed, Rewarded
from app.engine.played import Acted, ActivityCancelled
from app.engine.rulebook.check import check
from app.engine.rulebook.document import Rulebook
from tests.engine.builders import DAY_US, HOUR_US, PLAIN_REDEMPTION, PLAIN_RULES, SECRET, ZONE, instant, timeline
from tests.engine.fuzzing import Maker
from tests.engine.machine_laws import assert_adds_up, assert_again, assert_slices
from tests.engine.players import LATTE, challenge
from tests.engine.wishes import Wishes
from tests.engine.worlds import World

FILES: Final = sorted((PROJECT / "examples").glob("*.rulebook.json"))
EXAMPLES: Final = tuple(json.loads(path.read_text()) for path in FILES)
PEOPLE: Final = (UUID(int=7), UUID(int=8))
# Every purchase is good for a latte.
GENEROUS: Final = {
    "title": {"en": "Generous"},
    "earning": {"rules": PLAIN_RULES},
    "redemption": PLAIN_REDEMPTION,
    "rewards": [LATTE],
    "challenges": [challenge(1, repeat="unlimited", prize={"gift": "latte"})],
}
# Before, at and after the days that documents speak of.
STARTS: Final = ("2025-12-30 22:00", "2026-01-10 09:00", "2026-01-31 23:30", "2026-06-29 14:00", "2027-12-30 09:30")
STEPS: Final = 16
FUZZING: Final = settings(max_examples=500, deadline=None, suppress_health_check=list(HealthCheck))
SEEDS: Final = st.integers(0, 2**32)


@FUZZING
@given(seed=SEEDS)
def test_a_made_up_document_is_refused_with_pointers_or_lived_under(seed: int) -> None:
    lived_under(Maker(seed).document(), seed)


@FUZZING
@given(seed=SEEDS)
def test_an_example_with_parts_made_anew_is_refused_with_pointers_or_lived_under(seed: int) -> None:
    lived_under(Maker(seed).varied(EXAMPLES[seed % len(EXAMPLES)]), seed)


def test_some_documents_pass_and_some_do_not() -> None:
    """Without both the other two would test nothing."""
    varied = Counter(isinstance(check(Maker(seed).varied(EXAMPLES[0]), None), Rulebook) for seed in range(60))
    assert varied[True] > 10
    assert varied[False] > 10


def test_lives_have_activities_that_are_undone_and_gifts_that_are_taken() -> None:
    """Without them the laws would not be asked about them."""
    lives = [lived_under(example, seed) for example in (*EXAMPLES, GENEROUS) for seed in range(15)]
    rows = [row for world in lives if world is not None for row in world.rows]
    outcomes = [row.change.outcome for row in rows]
    assert {1, 2} <= {outcome.rulebook for outcome in outcomes if isinstance(outcome, Purchased)}
    assert {Acted, ActivityCancelled, ClawedBack, Rewarded} <= {type(outcome) for outcome in outcomes}
    assert {Goodwill, Move, Void} <= {type(row.command) for row in rows}
    assert any(isinstance(outcome, Redeemed) and outcome.reward and outcome.reward.gifts for outcome in outcomes)
    assert any(isinstance(outcome, Purchased) and outcome.surprises for outcome in outcomes)


@pytest.mark.parametrize("example", EXAMPLES, ids=[path.name for path in FILES])
def test_every_example_is_lived_under(example: Any) -> None:
    assert isinstance(check(example, None), Rulebook)
    for seed in range(5):
        lived_under(example, seed)


def lived_under(document: Any, seed: int) -> World | None:
    """Refused with faults that point into it, or lived under: nothing raises, and the laws hold of all that is done.

    In the middle of the life another version of it is published, where one passes that is made anew in parts.
    """
    checked = accepted(document, None)
    if checked is None:
        return None
    rng = random.Random(seed)  # noqa: S311 - chance, no secret
    world = World(timeline((0, checked)), ZONE, instant(rng.choice(STARTS), ZONE))
    wishes = Wishes(rng, world, checked, PEOPLE)
    world.ask(PEOPLE[0], Enrol(), UUID(int=1))
    world.ask(PEOPLE[1], Enrol(referrer=PEOPLE[0]), UUID(int=2))
    for number in range(STEPS):
        if number == STEPS // 2:
            published(world, wishes, document, checked, seed)
        world.now_us += rng.choice((0, HOUR_US, DAY_US, 40 * DAY_US))
        member = rng.choice(PEOPLE)
        asked(world, member, wishes.next(member), UUID(int=100 + number))
    return world


def accepted(document: Any, previous: Rulebook | None) -> Rulebook | None:
    """The rulebook that may follow another one; None with faults that point into the document."""
    checked = check(document, previous)
    if isinstance(checked, Rulebook):
        return checked
    assert checked, "a refusal says why"
    for fault in checked:
        assert fault.code
        assert fault.detail.endswith("."), fault
        found_at(document, fault.pointer)
    return None


def published(world: World, wishes: Wishes, document: Any, first: Rulebook, seed: int) -> None:
    """Another version, in force at once or soon; what is wished for is what it has, or what the first one had."""
    rng = random.Random(seed + 1)  # noqa: S311 - chance, no secret
    sources = [document, document, EXAMPLES[rng.randrange(len(EXAMPLES))]]
    for number, source in enumerate(sources, start=1):
        second = accepted(Maker(seed + number).varied(source), first)
        if second is not None:
            # Never at an instant at which something was decided already.
            effective_us = world.now_us + rng.choice((1, 1, HOUR_US, 40 * DAY_US))
            world.timeline = timeline((0, first), (effective_us, second))
            wishes.document = rng.choice((first, second, second))
            return


def asked(world: World, member: UUID, command: Command, fact: UUID) -> None:
    """Ask, and hold what comes of it to the laws: read back it is equal, again is equal, and a slice is the whole.

    What others must hear of is carried to them at once.
    """
    before = len(world.rows)
    world.ask(member, command, fact)
    rows = world.rows[before:]
    for row in rows:
        assert_again(row)
        assert_adds_up(world.state(row.member))
        if row.fact == fact:
            assert_slices(row, rows, slice_max=1 + fact.int % 3)
    for row in rows:
        for effect in row.change.effects:
            told = carried(SECRET, row.fact, effect)
            asked(world, told.member, told.command, fact_id(SECRET, SYSTEM_SOURCE, told.key))


def found_at(document: Any, pointer: str) -> None:
    """A pointer leads to a part of the document, or to one that should be there. Raises LookupError past that."""
    steps = [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:]]
    for step in steps[:-1]:
        document = document[int(step)] if isinstance(document, list) else document[step]
