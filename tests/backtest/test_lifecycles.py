"""Random lives of programmes, decided again from their commands alone: every ledger comes out as it is."""

from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, settings

from app.commands.again import Again, Asked
from app.commands.known import People
from app.engine.change import Change
from app.engine.commands import Command, LetTimePass
from app.engine.context import Context, Stock
from app.engine.decide import decide
from app.engine.ledger.evolve import evolve
from app.engine.state import State
from app.repositories.programs import Program
from tests.backtest.test_again import plain
from tests.engine.builders import CURRENCY, SECRET
from tests.engine.machine import Machine
from tests.engine.test_fuzzed_rulebooks import EXAMPLES, lived_under
from tests.engine.worlds import Ask, World, holding


class Told(People):
    """What the world holds of persons."""

    __slots__ = ()

    def known(self, member: UUID, command: Command, context: Context) -> tuple[str, ...]:  # noqa: ARG002 - as of People
        """The same for everybody and everything at an instant."""
        return holding(context.timeline, context.now_us)


def again(world: World) -> Again:
    """All accounts of the world, from the commands that were asked."""
    program = Program(
        id=UUID(int=1), name="", currency=CURRENCY, zone=world.zone, locale="en", sandbox=True, secret=SECRET
    )
    taken: dict[str, int] = {}
    found = Again(
        program,
        world.timeline,
        world.states,
        stock=lambda name, _: Stock(name=name, taken=taken.get(name, 0)),
        people=Told({}),
    )
    for number, row in enumerate(world.rows, start=1):
        found.remember(row.member, row.change.new_lots)
        if isinstance(row.command, LetTimePass):
            continue
        asked = Asked(number=number, fact=row.fact, member=row.member, now_us=row.context.now_us, command=row.command)
        for each in found.take(asked):
            assert each.refusal is None, (row.command, each.refusal)
            for step in each.steps:
                for move in step.change.stock_moves:
                    taken[move.name] = taken.get(move.name, 0) + move.taken
    return found


def settled(state: State, context: Context) -> State:
    """With all that time alone has done."""
    change = decide(LetTimePass(), state, context)
    assert isinstance(change, Change), change
    return plain(evolve(state, change))


def assert_comes_out_as_it_is(world: World) -> None:
    """Every account of the world, decided again."""
    found = again(world)
    context = world.context(UUID(int=0), Ask())
    for member, state in world.states.items():
        now, was = settled(found.ledgers[member].whole(), context), settled(state, context)
        assert now == was, member


class Histories(Machine):
    """The machine's programmes, which have lived before they are looked at."""

    def teardown(self) -> None:
        if hasattr(self, "twins"):
            assert_comes_out_as_it_is(self.twins.lazy)


TestHistories = Histories.TestCase
TestHistories.settings = settings(
    max_examples=8, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck)
)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example["title"]["en"])
def test_lives_under_the_examples_come_out_as_they_are(example: Any) -> None:
    """Challenges, streaks, draws, gifts, several sets of tiers, activities and friends, under two versions."""
    lives = [lived_under(example, seed) for seed in range(40, 48)]
    for world in lives:
        assert world is not None
        assert_comes_out_as_it_is(world)
