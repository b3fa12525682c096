"""History decided again under the rulebooks that were in force: every account comes out as it is."""

from collections.abc import AsyncIterator, Iterable
from uuid import UUID

import pytest
from msgspec.structs import replace

from app.commands.again import Again, Asked
from app.commands.programs import Programs
from app.commands.timelines import Timelines
from app.engine.context import Stock
from app.engine.state import State
from app.engine.wanted import Needs
from app.repositories import journal, ledger
from app.repositories.journal import JournalRow
from app.repositories.slices import load_states
from app.workers.follower import follow
from tests.commands.lives import START, everything, live
from tests.commands.shops import Process, Shop, opened, process


@pytest.fixture
async def worker(app_url: str) -> AsyncIterator[Process]:
    async with process(app_url) as running:
        yield running


async def rows_of(shop: Shop) -> list[JournalRow]:
    async with shop.process.database.glancing() as reader:
        return await journal.after(reader, shop.program.id, 0, 10_000)


class Shelf:
    """Stocks as one group takes from them."""

    def __init__(self, sizes: dict[str, int]) -> None:
        self.sizes = sizes
        self.taken: dict[str, int] = {}

    def stock(self, name: str, number: int) -> Stock:
        assert number
        return Stock(name=name, taken=self.taken.get(name, 0), size=self.sizes.get(name))


async def again(shop: Shop, sizes: dict[str, int]) -> Again:
    """The whole programme as one group, under its own rulebooks."""
    rows = await rows_of(shop)
    async with shop.process.database.glancing() as reader:
        (versions,) = await reader.row("SELECT rulebook_version FROM programs WHERE id = $1", shop.program.id)
        timeline = await Timelines().upto(reader, shop.program.id, versions)
    shelf = Shelf(sizes)
    found = Again(
        shop.program,
        timeline,
        {row.member for row in rows},
        stock=shelf.stock,
        comes=frozenset(row.id for row in rows),
    )
    for row in rows:
        found.remember(row.member, row.change.new_lots)
        asked = Asked(number=row.number, fact=row.id, member=row.member, now_us=row.decided_us, command=row.command)
        for taken in found.take(asked):
            assert taken.refusal is None, (row.command, taken.refusal)
            for step in taken.steps:
                for move in step.change.stock_moves:
                    shelf.taken[move.name] = shelf.taken.get(move.name, 0) + move.taken
    return found


async def in_tables(shop: Shop, members: Iterable[UUID]) -> dict[UUID, State]:
    """Every account with all that the tables hold of it."""
    wanted = dict.fromkeys(members, Needs(estate=True, ever=True, tier_at_us=1))
    async with shop.process.database.reading() as reader:
        glances = await ledger.glance(reader, shop.program.id, list(wanted))
        accounts = {member: glance.account for member, glance in glances.items()}
        return await load_states(reader, shop.program.id, accounts, wanted, 0, {})


def plain(state: State) -> State:
    """Without bounds, and without what letting time pass for nothing does."""
    return replace(
        state,
        account=replace(state.account, due_us=None, oldest_day=0, window_day=0, now_us=0),
        # When a lot that is not pending was to mature means nothing any more.
        lots=tuple(lot if lot.pending else replace(lot, available_us=0) for lot in state.lots),
        tier_moves=state.tier_moves[-1:],
        counters=tuple(each for each in state.counters if each.count),
        holds=tuple(sorted(state.holds, key=lambda hold: hold.hold)),
        covered=None,
        next_due_us=None,
    )


async def test_a_life_of_everything_comes_out_as_it_is(worker: Process) -> None:
    shop = await opened(worker, everything(), test_now=START)
    await live(shop)
    await follow(shop.process.database, shop.process.lanes, Programs(shop.process.database))
    found = await again(shop, {"pool/cinema": 3})
    were = await in_tables(shop, found.ledgers)
    found.settle(max(state.account.now_us for state in were.values()))
    assert {m: plain(ledger.whole()) for m, ledger in found.ledgers.items()} == {m: plain(s) for m, s in were.items()}
    assert sum(state.account.entries for state in were.values()) >= 70
