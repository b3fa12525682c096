"""Slices out of the database: the same as slices cut from the whole ledger in memory."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from app.commands.asks import Recorded
from app.engine.commands import Command, HoldPlace, HoldRelease, Purchase, Redemption, RewardRedemption
from app.engine.ledger.evolve import evolve
from app.engine.state import Account, State
from app.engine.wanted import Needs, Span
from app.repositories import journal, ledger, slices
from app.repositories.slices import DRAW_LOTS_MAX
from tests.commands.lives import everything
from tests.commands.shops import Shop, opened, process
from tests.engine.builders import basket, day, rulebook, tiers
from tests.engine.slices import Shelf

START = datetime(2026, 1, 10, 2, tzinfo=UTC)
LOTS = DRAW_LOTS_MAX + 20


async def recorded(shop: Shop) -> Shelf:
    """The whole ledger of the shop's member, folded from the journal."""
    async with shop.process.database.glancing() as reader:
        rows = await reader.rows(
            "SELECT id FROM journal WHERE program_id = $1 AND member_id = $2 ORDER BY number",
            shop.program.id,
            shop.members[0],
        )
        facts = await journal.facts(reader, shop.program.id, [fact for (fact,) in rows])
    whole = State(account=Account(member=shop.members[0]))
    counters: dict[tuple[str, int], int] = {}
    for row in facts:
        whole = evolve(whole, row.change)
        for move in row.change.counter_moves:
            key = (move.name, move.day)
            counters[key] = counters.get(key, 0) + move.count
    return Shelf(
        draw_lots_max=DRAW_LOTS_MAX,
        account=whole.account,
        lots={lot.number: lot for lot in whole.lots},
        tallies={tally.day: tally for tally in whole.tallies},
        tier_moves=list(whole.tier_moves),
        holds={hold.hold: hold for hold in sorted(whole.holds, key=lambda hold: hold.hold)},
        counters=counters,
    )


async def bought(shop: Shop, *amounts: int) -> None:
    answers = await shop.together(*((shop.members[0], Purchase(basket=basket(amount))) for amount in amounts))
    assert all(isinstance(answer, Recorded) for answer in answers)


@pytest.fixture
async def shop(app_url: str) -> AsyncIterator[Shop]:
    """A member with more lots than one look for a draw reads, of several dates and tiers."""
    async with process(app_url) as worker:
        book = rulebook(expiry={"kind": "rolling", "months": 1}, tiers=tiers(100, 300, window=1, review=1))
        shop = await opened(worker, book, test_now=START)
        await bought(shop, *range(1, LOTS // 2))
        await shop.must(shop.members[0], Redemption(points=100))
        await shop.clock(START + timedelta(days=12))
        await bought(shop, *range(1, LOTS // 2))
        await shop.clock(START + timedelta(days=33))
        await bought(shop, 1, 2, 3)
        yield shop


NEEDS = {
    "nothing": Needs(),
    "due": Needs(due=True),
    "a small draw": Needs(draw=10),
    "a draw beyond the first look": Needs(draw=800),
    "more than there is": Needs(draw=10**6),
    "lots by number": Needs(lots=(1, 3, LOTS, 10**6)),
    "days": Needs(tally_days=(day("2026-01-01"), day("2026-01-22"))),
    "an early tier": Needs(tier_at_us=int((START + timedelta(days=1)).timestamp()) * 1_000_000),
    "a tier before the first": Needs(tier_at_us=1),
    "what all days counted": Needs(ever=True),
    "everything": Needs(due=True, draw=300, lots=(2,), tally_days=(0, day("2027-01-01")), tier_at_us=1),
}


async def test_slice_of_the_database_is_the_slice_of_memory(shop: Shop) -> None:
    member, shelf = shop.members[0], await recorded(shop)
    async with shop.process.database.transaction() as writer:
        accounts = (await ledger.open_batch(writer, shop.program.id, [member], [], [])).accounts
        assert accounts == {member: shelf.account}
        for name, wanted in NEEDS.items():
            for days in (33, 45, 90):
                now_us = int((START + timedelta(days=days)).timestamp()) * 1_000_000
                states = await slices.load_states(
                    writer, shop.program.id, accounts, {member: wanted}, now_us, originals={}
                )
                assert states[member] == shelf.cut(wanted, now_us), (name, days)


async def test_a_draw_past_the_first_look_takes_every_lot_in_order(shop: Shop) -> None:
    member = shop.members[0]
    standing = await shop.process.reading.standing(shop.program, member)
    assert standing is not None
    command: Command = Redemption(points=standing.account.balance)
    await shop.must(member, command)
    assert await shop.balance(member) == 0


RARE_NEEDS = {
    "due": Needs(due=True),
    "due, and word to be given": Needs(due=True, soon_us=int((START + timedelta(days=80)).timestamp()) * 1_000_000),
    "a draw past what is pending or held": Needs(draw=40),
    "holds": Needs(holds=True),
    "another wallet": Needs(wallets=("stamps",)),
    "two other wallets": Needs(wallets=("miles", "stamps", "nothing")),
    "every open lot": Needs(whole=True, draw=10),
    "an estate": Needs(estate=True, counters=(Span("reward/badge"),)),
    "a counter": Needs(counters=(Span("reward/badge"), Span("reward/latte"))),
    "what all days counted": Needs(ever=True),
    "everything": Needs(
        due=True, draw=5, lots=(1, 2), holds=True, wallets=("miles",), counters=(Span("reward/badge"),)
    ),
}


@pytest.fixture
async def rare(app_url: str) -> AsyncIterator[Shop]:
    """A member with pending lots, held points, other wallets and a counter."""
    async with process(app_url) as worker:
        shop = await opened(worker, everything(), test_now=START)
        await bought(shop, 100, 20, 30)
        await shop.clock(START + timedelta(days=3))
        for points in (20, 110):
            await shop.must(shop.members[0], HoldPlace(points=points))
        released = await shop.must(shop.members[0], HoldPlace(points=5))
        await shop.must(shop.members[0], HoldRelease(hold=released.row.id))
        await shop.must(shop.members[0], RewardRedemption(reward="badge"))
        await bought(shop, 200, 40)
        yield shop


async def test_rare_parts_of_a_ledger_come_out_of_the_database_as_they_are_in_memory(rare: Shop) -> None:
    member, shelf = rare.members[0], await recorded(rare)
    assert len(shelf.holds) == 2
    assert {purse.wallet for purse in shelf.account.purses} == {"stamps", "miles"}
    async with rare.process.database.transaction() as writer:
        accounts = (await ledger.open_batch(writer, rare.program.id, [member], [], [])).accounts
        assert accounts == {member: shelf.account}
        glances = await ledger.glance(writer, rare.program.id, [member])
        assert glances[member].account == shelf.account
        for name, wanted in RARE_NEEDS.items():
            for days in (3, 6, 45, 120):
                now_us = int((START + timedelta(days=days)).timestamp()) * 1_000_000
                states = await slices.load_states(
                    writer, rare.program.id, accounts, {member: wanted}, now_us, originals={}
                )
                assert states[member] == shelf.cut(wanted, now_us), (name, days)
