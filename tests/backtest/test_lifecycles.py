"""Random lives of programmes, decided again from their commands alone: every ledger comes out as it is."""

from typing import Any
from uuid import UUID

from hypothesis import HealthCheck, settings
from msgspec.structs import replace

from app.commands.again import Again, Asked
from app.engine.change import Change
from app.engine.commands import Command, LetTimePass, Purchase
from app.engine.context import Context, Stock
from app.engine.decide import decide
from app.engine.ids import part
from app.engine.ledger.evolve import evolve
from app.engine.state import State
from app.repositories.programs import Program
from tests.backtest.test_again import plain
from tests.engine.builders import CURRENCY
from tests.engine.machine import Machine
from tests.engine.worlds import Ask, World

# The model of the tests numbers what follows from an ask in the upper half of its id.
FOLLOWING = 1 << 64


def root(fact: UUID) -> UUID:
    """The ask of which a row is a part."""
    return UUID(int=fact.int % FOLLOWING)


def named(command: Command, names: dict[UUID, UUID]) -> Command:
    """The command with facts as they are called here."""
    values: dict[str, Any] = {name: getattr(command, name) for name in command.__struct_fields__}
    changed = {name: names[each] for name, each in values.items() if isinstance(each, UUID) and each in names}
    return replace(command, **changed)


def again(world: World) -> tuple[Again, dict[UUID, UUID]]:
    """All accounts of the world, from the commands that were asked; and the facts that have another id here."""
    program = Program(
        id=UUID(int=1), name="", currency=CURRENCY, zone=world.zone, locale="en", sandbox=True, secret=b"secret"
    )
    taken: dict[str, int] = {}
    found = Again(
        program, world.timeline, world.states, stock=lambda name, _: Stock(name=name, taken=taken.get(name, 0))
    )
    names: dict[UUID, UUID] = {}
    for number, row in enumerate(world.rows, start=1):
        found.remember(row.member, row.change.new_lots)
        if isinstance(row.command, LetTimePass):
            continue
        if isinstance(row.command, Purchase) and row.fact.int >= FOLLOWING:
            # A purchase that was moved is the first thing to follow from the move.
            names[row.fact] = part(root(row.fact), 1)
        asked = Asked(
            number=number,
            fact=names.get(row.fact, row.fact),
            member=row.member,
            now_us=row.context.now_us,
            command=named(row.command, names),
        )
        for each in found.take(asked):
            assert each.refusal is None, (row.command, each.refusal)
            for step in each.steps:
                for move in step.change.stock_moves:
                    taken[move.name] = taken.get(move.name, 0) + move.taken
    return found, names


def called(state: State, names: dict[UUID, UUID]) -> State:
    """The state with the facts of its lots as they are called here."""
    return replace(state, lots=tuple(replace(lot, fact=names.get(lot.fact, lot.fact)) for lot in state.lots))


def settled(state: State, context: Context) -> State:
    """With all that time alone has done."""
    change = decide(LetTimePass(), state, context)
    assert isinstance(change, Change), change
    return plain(evolve(state, change))


class Histories(Machine):
    """The machine's programmes, which have lived before they are looked at."""

    def teardown(self) -> None:
        if hasattr(self, "twins"):
            world = self.twins.lazy
            found, names = again(world)
            context = world.context(UUID(int=0), Ask())
            for member, state in world.states.items():
                now, was = settled(found.ledgers[member].whole(), context), settled(called(state, names), context)
                assert now == was, member


TestHistories = Histories.TestCase
TestHistories.settings = settings(
    max_examples=8, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck)
)
