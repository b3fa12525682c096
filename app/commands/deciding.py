"""One ask, decided over all accounts that it concerns: what comes before it, itself, and what follows from it.

Pure, over the states that were loaded; a batch records what a quote throws away.
"""

from collections.abc import Iterator
from typing import Final
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from app.commands.known import NOBODY, People
from app.engine import household
from app.engine.change import Change
from app.engine.commands import Command, HouseholdJoin, HouseholdLeave, LetTimePass, MergeOut, TransferIn, TransferOut
from app.engine.context import Context, Stock
from app.engine.decide import decide
from app.engine.decisions.transfer import HOUSEHOLD
from app.engine.ids import part
from app.engine.ledger.evolve import evolve
from app.engine.naming import companions, reverses, touches
from app.engine.needs import companion, needs
from app.engine.onward import onward
from app.engine.refusals import Refusal
from app.engine.state import Account, Original, State
from app.engine.wanted import Needs

# The further facts of an ask are numbered from 1; those of its household come before and after under numbers of their
# own, so that the id of a moved purchase does not depend on whether its member has one.
BEFORE: Final = 1000
AFTER: Final = 2000
UNTOLD: Final = (TransferIn, MergeOut, HouseholdLeave)


class Step(Struct, frozen=True, kw_only=True):
    """One accepted command on one account: a journal row to be."""

    fact: UUID
    member: UUID
    command: Command
    change: Change


class Absent(Struct, frozen=True, kw_only=True):
    """An account that the ask concerns does not exist."""

    member: UUID


class Desk:
    """What is known while asks are decided one after the other: all that was accepted, nothing that was refused.

    `context` has the instant, the terms and the rulebooks of all of them, `people` what rulebooks ask about persons.
    """

    __slots__ = ("context", "originals", "people", "states", "stocks")

    def __init__(
        self,
        context: Context,
        states: dict[UUID, State],
        originals: dict[UUID, Original],
        stocks: dict[str, Stock],
        people: People = NOBODY,
    ) -> None:
        self.context = context
        self.people = people
        self.states = states
        self.originals = originals
        self.stocks = stocks

    def take(self, member: UUID, command: Command, fact: UUID) -> tuple[Step, ...] | Refusal | Absent:
        """Decide an ask: its steps in the order of the decisions, of which one has the id `fact`.

        A refusal of any step refuses the whole.
        """
        attempt = _Attempt(self, fact)
        hindrance = attempt.run(member, command)
        if hindrance is not None:
            return hindrance
        self.states |= attempt.states
        self.originals |= attempt.originals
        self.stocks |= attempt.stocks
        return tuple(attempt.steps)


class _Attempt:
    """One ask under way: what it has changed so far, over what its desk knows."""

    __slots__ = ("desk", "fact", "number", "originals", "states", "steps", "stocks")

    def __init__(self, desk: Desk, fact: UUID) -> None:
        self.desk = desk
        self.fact = fact
        self.number = 0
        self.steps: list[Step] = []
        self.states: dict[UUID, State] = {}
        self.originals: dict[UUID, Original] = {}
        self.stocks: dict[str, Stock] = {}

    def run(self, member: UUID, command: Command) -> Refusal | Absent | None:
        """Take every step; returns what stands in the way."""
        state = self._state(member)
        shared = state.account.household if state is not None else None
        hindrance = None
        if shared is not None:
            self.number = BEFORE
            brought = self._brought(member, shared, command)
            hindrance = self._step(shared, brought, self._next()) if brought is not None else None
            self.number = 0
        if hindrance is None:
            hindrance = self._step(member, command, self.fact)
        if hindrance is None and (shared is not None or len(self.states) > 1):
            self.number = AFTER
            hindrance = self._share()
        return hindrance

    def _share(self) -> Refusal | Absent | None:
        """Everybody whose account has changed brings what is free of it to the wallet that they share, if any."""
        for member in tuple(self.states):
            sent = household.after(self.states[member].account)
            hindrance = self._step(member, sent, self._next()) if sent is not None else None
            if hindrance is not None:
                return hindrance
        return None

    def _shared(self, account: Account, command: Command) -> int | None:
        """The points in the wallet that a member shares when the command is done; None where there is none.

        What only passes points on tells nobody of them.
        """
        shared = command.household if isinstance(command, HouseholdJoin) else account.household
        if shared is None or isinstance(command, UNTOLD) or self._state(shared) is None:
            return None
        if isinstance(command, TransferOut) and command.reason == HOUSEHOLD:
            return None
        return self._settled(shared).free

    def _step(self, member: UUID, command: Command, fact: UUID) -> Refusal | Absent | None:
        """Decide one command, then whatever it leads to, depth first."""
        before = self._state(member)
        if before is None:
            return Absent(member=member)
        named = touches(command, fact)
        if named or before.originals:
            before = replace(before, originals=tuple(self._original(each) for each in named))
        change = decide(command, before, self._context(fact, member, command, self._shared(before.account, command)))
        if isinstance(change, Refusal):
            return change
        self.states[member] = evolve(before, change)
        self.steps.append(Step(fact=fact, member=member, command=command, change=change))
        undone = reverses(command) if named else None
        if undone is not None:
            was = self._original(undone)
            self.originals[undone] = replace(was, reversed_by=(*was.reversed_by, fact), latest=change)
        for move in change.stock_moves:
            stock = self.stocks.get(move.name) or self.desk.stocks[move.name]
            self.stocks[move.name] = replace(stock, taken=stock.taken + move.taken)
        for following in onward(command, change, before, fact):
            hindrance = self._step(following.member, following.command, self._next())
            if hindrance is not None:
                return hindrance
        return None

    def _brought(self, member: UUID, shared: UUID, command: Command) -> TransferOut | None:
        """What the household's wallet hands over to the member for this command, as of now."""
        context = self.desk.context
        return household.before(
            command,
            self._settled(member),
            self._settled(shared),
            context.timeline,
            context.now_us,
            context.zone,
            tuple(self._original(each) for each in touches(command, self.fact)),
        )

    def _settled(self, member: UUID) -> Account:
        state = self._known(member)
        change = decide(LetTimePass(), state, self._context(self.fact, member, LetTimePass()))
        assert not isinstance(change, Refusal), "time cannot be refused"
        return evolve(state, change).account

    def _next(self) -> UUID:
        self.number += 1
        return part(self.fact, self.number)

    def _state(self, member: UUID) -> State | None:
        return self.states.get(member) or self.desk.states.get(member)

    def _known(self, member: UUID) -> State:
        state = self._state(member)
        assert state is not None, "a household's account is loaded with its members'"
        return state

    def _original(self, fact: UUID) -> Original:
        return self.originals.get(fact) or self.desk.originals[fact]

    def _context(self, fact: UUID, member: UUID, command: Command, shared: int | None = None) -> Context:
        context, stocks = self.desk.context, self.desk.stocks
        return Context(
            fact=fact,
            now_us=context.now_us,
            currency=context.currency,
            zone=context.zone,
            timeline=context.timeline,
            stocks=tuple((stocks | self.stocks).values()) if stocks else (),
            known=self.desk.people.known(member, command, context),
            seed=context.seed,
            shared=shared,
        )


def slices(
    member: UUID, command: Command, accounts: dict[UUID, Account], originals: tuple[Original, ...], context: Context
) -> Iterator[tuple[UUID, Needs]]:
    """What the steps of this ask will look at, of every account that exists. `originals` are those that it touches."""
    account, now_us, zone, timeline = accounts[member], context.now_us, context.zone, context.timeline
    own = needs(command, account, now_us, zone, timeline, originals)
    if isinstance(command, HouseholdJoin):
        # Whoever joins brings everything along.
        own |= Needs(whole=True)
    if account.household is None:
        yield member, own
    else:
        # What is free afterwards goes to the shared wallet, so all of it must be here.
        yield member, own | Needs(whole=True)
        shared = accounts[account.household]
        wanted = TransferOut(to=member, points=own.draw + account.debt, reason="household")
        yield account.household, needs(wanted, shared, now_us, zone, timeline)
    for other in companions(command):
        if other not in accounts:
            continue
        needed = companion(command, accounts[other], now_us, zone, timeline, originals)
        theirs = accounts[other].household
        if theirs is None:
            yield other, needed
        else:
            # What arrives there goes on to the wallet that they share.
            yield other, needed | Needs(whole=True)
            bring = TransferOut(to=theirs, points=None, reason="household")
            yield theirs, companion(bring, accounts[theirs], now_us, zone, timeline)
