"""A programme in memory: several accounts, shared stocks, and one clock that only tests move.

What one ask does to several accounts is decided in one go, as the lanes do it: what a household brings first, the
command, what follows from it, what the household takes back. A refusal of any of it leaves no trace of any of it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from uuid import UUID
from zlib import crc32

from msgspec.structs import replace

from app.engine import ids
from app.engine.change import Change
from app.engine.commands import Command, LetTimePass, Purchase
from app.engine.context import Context, Stock, Timeline, seed_at
from app.engine.decide import decide
from app.engine.household import after, before
from app.engine.ledger.evolve import evolve
from app.engine.naming import companions, reverses, touches
from app.engine.onward import onward
from app.engine.refusals import Refusal
from app.engine.shared_stocks import stocks
from app.engine.state import Account, Ever, Original, State
from tests.engine.builders import CURRENCY, SECRET


@dataclass(frozen=True, kw_only=True)
class Row:
    """One decision as the journal keeps it, with everything that it was decided on."""

    fact: UUID
    member: UUID
    command: Command
    state: State
    context: Context
    change: Change


@dataclass
class Ask:
    """What one ask has decided so far; nothing of it is recorded before all of it is accepted."""

    rows: list[Row] = field(default_factory=list)
    states: dict[UUID, State] = field(default_factory=dict)
    stocks: tuple[str, ...] = ()


class World:
    """All accounts of a programme with the whole of their ledgers."""

    def __init__(self, published: Timeline, zone: str, now_us: int) -> None:
        self.timeline = published
        self.zone = zone
        self.now_us = now_us
        self.rows: list[Row] = []
        self.states: dict[UUID, State] = {}

    def state(self, member: UUID, ask: Ask | None = None) -> State:
        """The account after every row that is about it."""
        found = (ask.states.get(member) if ask else None) or self.states.get(member)
        return found or State(account=Account(member=member), ever=Ever())

    def taken(self, ask: Ask | None = None) -> dict[str, int]:
        """How much of each stock is gone."""
        found: dict[str, int] = {}
        for row in [*self.rows, *(ask.rows if ask else [])]:
            for move in row.change.stock_moves:
                found[move.name] = found.get(move.name, 0) + move.taken
        return found

    def named(self, member: UUID, command: Command, fact: UUID, ask: Ask) -> tuple[Original, ...]:
        """The facts that a command names, as the journal shows them to this account."""
        closed = {each.member for each in self.state(member, ask).account.continued}
        rows = [*self.rows, *ask.rows]
        if not isinstance(command, Purchase):
            # A purchase may replace another member's, as it does after a move; everything else is about one's own.
            rows = [row for row in rows if row.member == member or row.member in closed]
        found = []
        for touched in touches(command, fact):
            row = next((row for row in rows if row.fact == touched), None)
            if row is None:
                found.append(Original(fact=touched))
                continue
            ended = [other for other in [*self.rows, *ask.rows] if reverses(other.command) == touched]
            found.append(
                Original(
                    fact=touched,
                    command=row.command,
                    change=row.change,
                    reversed_by=tuple(other.fact for other in ended),
                    latest=ended[-1].change if ended else None,
                    member=row.member if row.member in closed else None,
                )
            )
        return tuple(found)

    def ask(self, member: UUID, command: Command, fact: UUID) -> Change | Refusal:
        """Decide everything that the command asks for, and record it if all of it is accepted."""
        answer, ask = self.decided(member, command, fact)
        if isinstance(answer, Change):
            self.rows += ask.rows
            self.states |= ask.states
        return answer

    def decided(self, member: UUID, command: Command, fact: UUID) -> tuple[Change | Refusal, Ask]:
        """The answer, and the rows that it would record."""
        ask = Ask()
        # Locked once for everything that follows: what the command itself says has to be enough.
        ask.stocks = self._stocks(command, self.named(member, command, fact, ask))
        numbers = iter(range(1, 1000))
        self._household_brings(member, command, fact, ask, numbers)
        refusal = self._decide(member, command, fact, fact, ask, numbers)
        if refusal is not None:
            return refusal, ask
        answer = next(row.change for row in ask.rows if row.fact == fact)
        for each in (member, *companions(command)):
            # Whoever shares a wallet brings to it what is free, also what somebody else gave.
            back = after(self.state(each, ask).account)
            if refusal is None and back is not None and not isinstance(command, LetTimePass):
                refusal = self._decide(each, back, part(fact, next(numbers)), fact, ask, numbers)
        return refusal or answer, ask

    def _decide(
        self, member: UUID, command: Command, fact: UUID, root: UUID, ask: Ask, numbers: Iterator[int]
    ) -> Refusal | None:
        """One command and, depth first, everything that follows from it."""
        state = replace(self.state(member, ask), originals=self.named(member, command, fact, ask))
        context = self.context(fact, ask)
        change = decide(command, state, context)
        if isinstance(change, Refusal):
            return change
        ask.rows.append(Row(fact=fact, member=member, command=command, state=state, context=context, change=change))
        ask.states[member] = replace(evolve(state, change), originals=())
        for step in onward(command, change, state, fact):
            is_moved = isinstance(step.command, Purchase)
            step_fact = ids.part(root, ids.MOVED) if is_moved else part(root, next(numbers))
            refusal = self._decide(step.member, step.command, step_fact, root, ask, numbers)
            if refusal is not None:
                return refusal
        return None

    def _household_brings(self, member: UUID, command: Command, fact: UUID, ask: Ask, numbers: Iterator[int]) -> None:
        household = self.state(member).account.household
        if household is None or isinstance(command, LetTimePass):
            return
        for each in (member, household):
            self._decide(each, LetTimePass(), part(fact, next(numbers)), fact, ask, numbers)
        account, shared = self.state(member, ask).account, self.state(household, ask).account
        named = self.named(member, command, fact, ask)
        brought = before(command, account, shared, self.timeline, self.now_us, self.zone, named)
        if brought is not None:
            refusal = self._decide(household, brought, part(fact, next(numbers)), fact, ask, numbers)
            assert refusal is None, refusal

    def _stocks(self, command: Command, originals: tuple[Original, ...]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(stocks(command, originals, self.timeline, self.now_us, self.zone)))

    def context(self, fact: UUID, ask: Ask) -> Context:
        """What a decision of this ask may look at besides the account."""
        taken = self.taken(ask)
        return Context(
            fact=fact,
            now_us=self.now_us,
            currency=CURRENCY,
            zone=self.zone,
            timeline=self.timeline,
            stocks=tuple(Stock(name=name, taken=taken.get(name, 0)) for name in ask.stocks),
            seed=seed_at(SECRET, self.timeline, self.now_us, self.zone),
            # Of what is asked about persons, some holds and some does not, by the question and the instant alone.
            known=holding(self.timeline, self.now_us),
        )

    def settled(self, member: UUID) -> State:
        """The account as it is now, with all that time alone has done; nothing is recorded."""
        state = self.state(member)
        fact = UUID(int=0)
        change = decide(LetTimePass(), state, self.context(fact, Ask()))
        assert isinstance(change, Change), change
        return evolve(state, change)


def holding(timeline: Timeline, now_us: int) -> tuple[str, ...]:
    """The personal questions that hold for everybody at an instant."""
    return tuple(each for each in timeline.questions if crc32(f"{each} {now_us}".encode()) % 2)


def part(fact: UUID, number: int) -> UUID:
    """The id of the so-manieth row of an ask besides its main one."""
    return UUID(int=fact.int + (number << 64))
