"""The engine twice, lazy and swept, beside the naive model: asked the same, and compared after every step."""

from collections import Counter
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from msgspec.structs import replace

from app.engine.change import Change
from app.engine.commands import Command, LetTimePass, Purchase
from app.engine.context import Edition, Timeline
from app.engine.refusals import Refusal
from app.engine.rulebook.compile import compile_rulebook
from app.engine.rulebook.document import Rulebook
from app.engine.state import State
from tests.engine.machine_books import RowBooks
from tests.engine.machine_laws import assert_adds_up, assert_again, assert_slices
from tests.engine.naive_books import Books, Person
from tests.engine.naive_world import NaiveWorld
from tests.engine.worlds import World

Shown = dict[str, Mapping[Any, object]]

# What was asked of the engine since this process began, and how it went.
TOLD: Counter[tuple[str, str]] = Counter()


class Twins:
    """One programme in three books."""

    def __init__(self, published: Timeline, zone: str, now_us: int) -> None:
        self.now_us = now_us
        self.lazy = World(published, zone, now_us)
        self.swept = World(published, zone, now_us)
        self.naive = NaiveWorld(zone, published)
        self.journals = (RowBooks(), RowBooks())
        self.steps = 0

    @property
    def books(self) -> Books:
        """What the naive model knows by now."""
        return self.naive.books(self.now_us)

    def next_fact(self) -> UUID:
        return UUID(int=1000 + self.steps)

    def free(self, member: UUID, wallet: str) -> int:
        """What somebody can spend, with what a household would bring."""
        account = self.lazy.settled(member).account
        shared = 0
        if account.household is not None and not wallet:
            shared = self.lazy.settled(account.household).account.free
        return account.purse(wallet).free + shared

    def lots(self, member: UUID) -> list[int]:
        """The lots that will expire, by number; and one that has no date or is not there."""
        lots = self.lazy.settled(member).lots
        return [*(lot.number for lot in lots if lot.remaining and lot.expires_us is not None), len(lots)]

    def holder(self, fact: UUID) -> UUID:
        """The account that a fact is on now."""
        member = next((row.member for row in self.lazy.rows if row.fact == fact), UUID(int=1))
        while (into := self.lazy.state(member).account.merged_into) is not None:
            member = into
        return member

    def ask(self, member: UUID, command: Command, fact: UUID) -> Change | Refusal:
        """Ask all three, and compare."""
        self.steps += 1
        before = len(self.lazy.rows)
        answer = self.lazy.ask(member, command, fact)
        twin = self.swept.ask(member, command, fact)
        refused = self.naive.ask(self.now_us, member, command, fact)
        TOLD[told(command), "accepted" if isinstance(answer, Change) else "refused"] += 1
        if isinstance(answer, Refusal):
            codes = {reason.code for reason in answer.reasons}
            assert refused in codes, (refused, answer)
            assert twin == answer
        else:
            assert refused is None, (refused, answer.outcome)
            assert isinstance(twin, Change)
            assert (twin.outcome, twin.after) == (answer.outcome, answer.after)
        self.enter()
        rows = self.lazy.rows[before:]
        for row in rows:
            assert_again(row)
            if row.fact == fact:
                assert_slices(row, rows, slice_max=1 + self.steps % 3)
        self.check()
        return answer

    def publish(self, document: Rulebook, effective_us: int) -> None:
        """A further version, in force from an instant that lies ahead, and after the one before it."""
        TOLD["(a version is published)", "accepted"] += 1
        editions = self.lazy.timeline.editions
        effective_us = max(effective_us, editions[-1].effective_us + 1)
        edition = Edition(version=len(editions) + 1, effective_us=effective_us, compiled=compile_rulebook(document))
        for book in (self.lazy, self.swept, self.naive):
            book.timeline = Timeline(editions=(*editions, edition))

    def wait(self, span_us: int, sweeps: int) -> None:
        """Time passes, and sweeps the one and not the other."""
        TOLD["(time passes)", "accepted"] += 1
        start_us, self.now_us = self.now_us, self.now_us + span_us
        for number in range(1, sweeps + 1):
            self.swept.now_us = start_us + span_us * number // (sweeps + 1)
            for member in list(self.swept.states):
                self.swept.ask(member, LetTimePass(), UUID(int=10**9 + len(self.swept.rows)))
        self.enter()
        for world in (self.lazy, self.swept):
            world.now_us = self.now_us
        self.check()

    def check(self) -> None:
        """All three agree, and every book balances."""
        books = self.naive.books(self.now_us)
        for member in self.lazy.states:
            now = self.lazy.settled(member)
            assert_same(member, shown(now), expected(books, books.person(member)))
            swept = self.swept.settled(member)
            assert bounded(swept) == bounded(now)
            assert_adds_up(self.lazy.state(member))
            assert_adds_up(now)
        taken = {name: count for name, count in self.lazy.taken().items() if count}
        assert taken == {name: count for name, count in books.stocks.items() if count}

    def enter(self) -> None:
        """Enter the rows that have been decided since, and fold them."""
        for world, journal in zip((self.lazy, self.swept), self.journals, strict=True):
            for row in world.rows[journal.rows :]:
                journal.enter(row)
            journal.assert_same(world.states)


def told(command: Command) -> str:
    """What was asked; of purchases, which kind of one."""
    match command:
        case Purchase(replaces=UUID()):
            return "Purchase that replaces"
        case Purchase(basket=basket) if basket.tenders:
            return "Purchase paid with points"
        case Purchase(occurred_us=int()):
            return "Purchase of another time"
        case _:
            return type(command).__name__


def assert_same(member: UUID, engine: Shown, model: Shown) -> None:
    for name, said in engine.items():
        differ = {key: (said.get(key), model[name].get(key)) for key in {*said, *model[name]}}
        differ = {key: pair for key, pair in differ.items() if pair[0] != pair[1]}
        assert not differ, f"{name} of {member.int}, as the engine and the model say: {differ}"


def bounded(state: State) -> State:
    """Without the bounds, which a sweep may move."""
    return replace(state, account=replace(state.account, due_us=None, oldest_day=0), covered=None, next_due_us=None)


def shown(state: State) -> Shown:
    """What the engine says, in the naive model's words."""
    account = state.account
    pots: Counter[tuple[object, ...]] = Counter()
    # What a closed account had is told by the one that took over.
    for lot in state.lots if account.merged_into is None else ():
        origin = (lot.origin.member, lot.origin.lot) if lot.origin else (account.member, lot.number)
        key = (lot.wallet, lot.earned_us, lot.expires_us, lot.pending, origin)
        pots[(*key, "left")] += lot.remaining
        pots[(*key, "held")] += lot.held
        pots[(*key, "missing")] += lot.uncollected
        pots[(*key, "expired")] += lot.expired
    purses = {
        purse.wallet: (purse.balance, purse.debt, purse.pending, purse.held, purse.free)
        for purse in (account.main, *account.purses)
    }
    return {
        "purses": {wallet: totals for wallet, totals in purses.items() if any(totals)},
        "lots": {key: count for key, count in pots.items() if count},
        "holds": {hold.hold: (hold.wallet, hold.until_us, hold.points) for hold in state.holds},
        "lapses": {
            purse.wallet: purse.lapses_us
            for purse in (account.main, *account.purses)
            if any(lot.lapses and lot.remaining and lot.wallet == purse.wallet for lot in state.lots)
        },
        "tallies": {tally.day: tally.points for tally in state.tallies if tally.points},
        "counters": {(counted.name, counted.day): counted.count for counted in state.counters if counted.count},
        "states": {"blocked": account.blocked, "household": account.household, "merged": account.merged_into},
    }


def expected(books: Books, person: Person) -> Shown:
    """What the naive model says."""
    pots: Counter[tuple[object, ...]] = Counter()
    for pot in person.pots:
        key = (pot.wallet, pot.earned_us, pot.expires_us, pot.waits, pot.origin or (person.member, pot.number))
        pots[(*key, "left")] += pot.left
        pots[(*key, "held")] += person.held_of(pot)
        pots[(*key, "missing")] += pot.missing
        pots[(*key, "expired")] += pot.expired
    purses = {
        wallet: (
            person.balance(wallet),
            person.debts[wallet],
            person.pending(wallet),
            person.held(wallet),
            person.free(wallet),
        )
        for wallet in person.wallets()
    }
    assert books.now_us
    return {
        "purses": {wallet: totals for wallet, totals in purses.items() if any(totals)},
        "lots": {key: count for key, count in pots.items() if count},
        "holds": {
            fact: (hold.wallet, hold.until_us, sum(points for _, points in hold.draws))
            for fact, hold in person.holds.items()
        },
        "lapses": {
            wallet: person.lapses.get(wallet)
            for wallet in {pot.wallet for pot in person.pots if pot.lapses and pot.left}
        },
        "tallies": {day: points for day, points in person.days.items() if points},
        "counters": {(name, 0): count for name, count in person.counts.items() if count},
        "states": {"blocked": person.blocked, "household": person.household, "merged": person.merged_into},
    }
