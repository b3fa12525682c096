"""Decide real history again, in memory and under any timeline: the lanes' work without tables.

Feed an `Again` the journal's commands of accounts that have to do with each other, in the order of their numbers.
Facts keep their ids, so what names a fact still finds it. Some rows are not asked for but follow: what a transfer, a
move or a merge leads to, what a household brings and takes, what time does, and what the referral of a friend gives.
Those are left out and made anew, with the numbers that the timeline gives them. A command that it refuses is answered
with its reasons; a purchase that it refuses for the points that were to pay for it is decided again without those
points, because the customer bought all the same.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Final
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from app.commands.deciding import Absent, Desk, Step, slices
from app.commands.effects import CARRYING, SYSTEM_SOURCE, carried
from app.commands.heirs import beside, decided_on
from app.commands.known import NOBODY, People
from app.commands.ledgers import Ledger
from app.engine.birthdays import TellBirthday
from app.engine.commands import (
    Command,
    Enrol,
    Extension,
    LetTimePass,
    MergeIn,
    Purchase,
    TransferIn,
    TransferOut,
)
from app.engine.context import Context, Stock, Timeline, seed_at
from app.engine.ids import fact_id
from app.engine.movements import NewLot
from app.engine.naming import companions, reverses, touches
from app.engine.refusals import Refusal
from app.engine.shared_stocks import stocks
from app.engine.state import Account, Original
from app.engine.wanted import Needs
from app.repositories.programs import Program

# Nobody can name these.
NAMELESS: Final = (Enrol, LetTimePass)


class Asked(Struct, frozen=True, kw_only=True):
    """A row of the journal as far as it says what was asked, of whom and when; `number` gives its place in time."""

    number: int
    fact: UUID
    member: UUID
    now_us: int
    command: Command


class Taken(Struct, frozen=True, kw_only=True):
    """What came of a command. `forgone`: why points did not pay for a purchase that was made without them."""

    asked: Asked
    steps: tuple[Step, ...] = ()
    refusal: Refusal | None = None
    forgone: Refusal | None = None


class OutsideGroup(LookupError):
    """A command concerns an account that is not in the group: a defect of whoever made the groups."""


class Again:
    """Accounts of one programme that have to do with each other, from their first command on.

    `stock` says what there is of a shared stock at a row; what this group takes is for the caller to keep.
    `people` answers the personal questions of the timeline.
    """

    def __init__(
        self,
        program: Program,
        timeline: Timeline,
        members: Iterable[UUID],
        *,
        stock: Callable[[str, int], Stock],
        people: People = NOBODY,
        comes: frozenset[UUID] = frozenset(),
    ) -> None:
        """`comes` are the effects that the history carries over later: they wait for their rows."""
        self.ledgers = {member: Ledger(member) for member in members}
        self.facts: dict[UUID, Step] = {}
        self._program = program
        self._timeline = timeline
        self._stock = stock
        self._people = people
        self._comes = comes
        self._waiting: dict[UUID, tuple[UUID, Command]] = {}
        self._made: set[UUID] = set()
        self._reversed_by: dict[UUID, list[UUID]] = {}
        self._lots: dict[tuple[UUID, int], tuple[UUID, str]] = {}

    def remember(self, member: UUID, opened: Iterable[NewLot]) -> None:
        """Lots that the history opened: only commands that name lots by number ask for them."""
        for lot in opened:
            self._lots[member, lot.number] = (lot.fact, lot.wallet)

    def take(self, asked: Asked) -> list[Taken]:
        """Decide the next row, and what follows from it at once. Nothing where the row follows from another one."""
        command, member = asked.command, asked.member
        match command:
            case TransferIn() | MergeIn() | TransferOut(reason="household") | TellBirthday():
                return []
            case LetTimePass() if self.ledgers[member].account.household is None:
                # Lazy is swept; only what matures for somebody who shares a wallet goes there when time is let pass.
                return []
            case Purchase() if asked.fact in self._made:
                return []
            case Extension(lot=lot):
                command = replace(command, lot=self._lot(member, lot))
            case _ if isinstance(command, CARRYING):
                if asked.fact not in self._waiting:
                    return []
                member, command = self._waiting.pop(asked.fact)
            case _:
                pass
        taken = [self._decide(replace(asked, member=member, command=command))]
        for step in taken[0].steps:
            for effect in step.change.effects:
                ask = carried(self._program.secret, step.fact, effect)
                fact = fact_id(self._program.secret, SYSTEM_SOURCE, ask.key)
                if fact in self._comes:
                    self._waiting[fact] = (ask.member, ask.command)
                else:
                    taken.append(self._decide(replace(asked, fact=fact, member=ask.member, command=ask.command)))
        return taken

    def settle(self, now_us: int) -> list[Taken]:
        """Let time pass on every account."""
        asked = Asked(number=0, fact=UUID(int=0), member=UUID(int=0), now_us=now_us, command=LetTimePass())
        return [self._decide(replace(asked, member=member)) for member in self.ledgers]

    def _decide(self, asked: Asked) -> Taken:
        answer = self._ask(asked)
        if not isinstance(answer, Refusal):
            return Taken(asked=asked, steps=answer)
        command = asked.command
        if isinstance(command, Purchase) and any(tender.points for tender in command.basket.tenders):
            tenders = tuple(tender for tender in command.basket.tenders if not tender.points)
            without = replace(command, basket=replace(command.basket, tenders=tenders))
            again = self._ask(replace(asked, command=without))
            if not isinstance(again, Refusal):
                return Taken(asked=asked, steps=again, forgone=answer)
        return Taken(asked=asked, refusal=answer)

    def _ask(self, asked: Asked) -> tuple[Step, ...] | Refusal:
        command, fact = asked.command, asked.fact
        accounts = self._accounts((asked.member, *companions(command)))
        member = decided_on(asked.member, command, accounts)
        whose = None if isinstance(command, Purchase) else member
        originals = tuple(self._original(each, whose, accounts) for each in touches(command, fact))
        now_us = max(asked.now_us, *(account.now_us for account in accounts.values()))
        context = Context(
            fact=fact,
            now_us=now_us,
            currency=self._program.currency,
            zone=self._program.zone,
            timeline=self._timeline,
            seed=seed_at(self._program.secret, self._timeline, now_us, self._program.zone),
        )
        wanted: dict[UUID, Needs] = {}
        for each, needed in slices(member, command, accounts, originals, context):
            wanted[each] = wanted[each] | needed if each in wanted else needed
        states = {each: self.ledgers[each].state(needed, context.now_us) for each, needed in wanted.items()}
        names = stocks(command, originals, context.timeline, context.now_us, context.zone)
        shared = {name: self._stock(name, asked.number) for name in names} if names else {}
        desk = Desk(context, states, {original.fact: original for original in originals}, shared, self._people)
        steps = desk.take(member, command, fact)
        if isinstance(steps, Absent):
            raise OutsideGroup(f"{steps.member} is not among the accounts of this group")
        if not isinstance(steps, Refusal):
            self._keep(fact, steps, desk)
        return steps

    def _keep(self, fact: UUID, steps: tuple[Step, ...], desk: Desk) -> None:
        for member in {step.member for step in steps} if len(steps) > 1 else (steps[0].member,):
            changes = [step.change for step in steps if step.member == member]
            self.ledgers[member].take(desk.states[member], changes)
        for step in steps:
            if isinstance(step.command, NAMELESS):
                continue
            self.facts[step.fact] = step
            if step.fact != fact and isinstance(step.command, Purchase):
                self._made.add(step.fact)
            undone = reverses(step.command)
            if undone is not None:
                self._reversed_by.setdefault(undone, []).append(step.fact)

    def _accounts(self, members: tuple[UUID, ...]) -> dict[UUID, Account]:
        """The accounts that are named, those of households that share with them, those that took them over."""
        accounts: dict[UUID, Account] = {}
        wanted: Iterable[UUID] = members
        while wanted:
            for member in wanted:
                if member not in self.ledgers:
                    raise OutsideGroup(f"{member} is not among the accounts of this group")
                accounts[member] = self.ledgers[member].account
            wanted = beside(accounts)
        return accounts

    def _original(self, fact: UUID, whose: UUID | None, accounts: Mapping[UUID, Account]) -> Original:
        """A fact with what has ended it; somebody else's, unless their account goes on in this one, is not shown."""
        reversed_by = tuple(self._reversed_by.get(fact, ()))
        step = self.facts.get(fact)
        if step is None:
            return Original(fact=fact, reversed_by=reversed_by)
        foreign = whose is not None and step.member != whose
        if whose is not None and foreign:
            account = accounts.get(whose)
            if account is None or not any(closed.member == step.member for closed in account.continued):
                return Original(fact=fact, reversed_by=reversed_by)
        return Original(
            fact=fact,
            command=step.command,
            change=step.change,
            reversed_by=reversed_by,
            latest=self.facts[reversed_by[-1]].change if reversed_by else None,
            member=step.member if foreign else None,
        )

    def _lot(self, member: UUID, number: int) -> int:
        """The lot that the history knew by this number, by the number that it has now; one that is not there."""
        ledger, named = self.ledgers[member], self._lots.get((member, number))
        found = [lot.number for lot in ledger.lots.values() if (lot.fact, lot.wallet) == named]
        if number in found:
            # What went to and fro left several lots of one fact here.
            return number
        return found[0] if found else ledger.account.lots + 1
