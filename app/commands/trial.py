"""A rulebook on trial: what it would do, decided in memory by the same judgement, with nothing recorded."""

from collections.abc import Iterable, Sequence
from typing import Final
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from app.commands.deciding import Absent, Desk, Step
from app.commands.heirs import beside, decided_on
from app.commands.known import People
from app.engine.commands import Command, Enrol
from app.engine.context import Context, Edition, Stock, Timeline
from app.engine.ids import part
from app.engine.movements import TierMove
from app.engine.needs import DAY_US
from app.engine.refusals import Refusal
from app.engine.rulebook.compile import Compiled
from app.engine.shared_stocks import stocks
from app.engine.state import Account, Ever, Original, State
from app.engine.wanted import Needs
from app.repositories import details, ledger
from app.repositories.database import Reader
from app.repositories.details import Details
from app.repositories.programs import Program
from app.repositories.slices import load_states
from app.repositories.stocks import POOL, look

NO_FACT: Final = UUID(int=0)
SOMEBODY: Final = UUID(int=1)
# Somebody who is made up finds every pool full.
CODES: Final = 1_000_000
EVERYTHING: Final = Needs(estate=True, holds=True, ever=True, tier_at_us=0)


class Invented(Struct, frozen=True, kw_only=True):
    """A member who is made up: the level that they stand in, for how long they have been one, what they told."""

    tier: str | None = None
    days: int = 0
    details: Details = Details()


class Planned(Struct, frozen=True, kw_only=True):
    """A step of a journey."""

    command: Command
    at_us: int


class Stepped(Struct, frozen=True, kw_only=True):
    """What came of a step: what it did, first of all `main`, or why not; and how the account stands after it."""

    now_us: int
    main: Step | None
    refusal: Refusal | None
    account: Account


class Journey:
    """A member who lives on in memory, step by step."""

    def __init__(self, program: Program, timeline: Timeline, member: UUID, desk: Desk) -> None:
        self.timeline = timeline
        self._program = program
        self._member = member
        self._desk = desk
        self._taken = 0

    def take(self, planned: Planned) -> Stepped:
        """Decide the next step. Time never runs back: an earlier instant stands for the one that was reached."""
        desk, command = self._desk, planned.command
        now_us = max(planned.at_us, *(state.account.now_us for state in desk.states.values()))
        desk.context = replace(desk.context, now_us=now_us)
        fact = step_fact(self._taken)
        self._taken += 1
        taken = desk.take(self._member, command, fact)
        assert not isinstance(taken, Absent), "a journey names nobody else"
        account = desk.states[self._member].account
        if isinstance(taken, Refusal):
            return Stepped(now_us=now_us, main=None, refusal=taken, account=account)
        for step in taken:
            desk.originals[step.fact] = Original(fact=step.fact, command=step.command, change=step.change)
        main = next(step for step in taken if step.fact == fact)
        return Stepped(now_us=now_us, main=main, refusal=None, account=account)

    def could(self, planned: Planned) -> bool:
        """Whether a step would be accepted; it is not taken."""
        desk = self._desk
        before = (desk.context, dict(desk.states), dict(desk.originals), dict(desk.stocks), self._taken)
        accepted = self.take(planned).refusal is None
        desk.context, desk.states, desk.originals, desk.stocks, self._taken = before
        return accepted


def step_fact(place: int) -> UUID:
    """The id of the fact of a step, by its place from 0."""
    return part(NO_FACT, place + 1)


def tried(timeline: Timeline, compiled: Compiled, from_us: int) -> Timeline:
    """The timeline with one more version, which is in force from an instant whatever else is planned."""
    version = len(timeline.editions) + 1
    return Timeline(editions=(*timeline.editions, Edition(version=version, effective_us=from_us, compiled=compiled)))


def invented(
    program: Program, timeline: Timeline, member: Invented, steps: Sequence[Planned], *, start_us: int
) -> Journey:
    """The journey of somebody who is made up. A level that they are given they keep, until they rise above it."""
    account = Account(member=SOMEBODY)
    context = context_at(program, timeline, max(0, start_us - member.days * DAY_US))
    people = People({SOMEBODY: member.details})
    sizes = {name: CODES if name.startswith(POOL) else None for name in _names(steps, context)}
    shared = {name: Stock(name=name, taken=0, size=size) for name, size in sizes.items()}
    desk = Desk(context, {SOMEBODY: State(account=account, covered=None, ever=Ever())}, {}, shared, people)
    opened = desk.take(SOMEBODY, Enrol(), part(NO_FACT, 0))
    assert not isinstance(opened, Refusal | Absent), "to enrol is never refused"
    state = desk.states[SOMEBODY]
    if member.tier is not None:
        at_us = desk.context.now_us
        move = TierMove(number=1, tier=member.tier, at_us=at_us, reason="promotion", review_us=None)
        stands = replace(state.account, tier=member.tier, tier_since_us=at_us, tier_moves=1)
        desk.states[SOMEBODY] = replace(state, account=stands, tier_moves=(move,))
    return Journey(program, timeline, SOMEBODY, desk)


async def real(
    reader: Reader, program: Program, timeline: Timeline, member: UUID, steps: Sequence[Planned]
) -> Journey | None:
    """The journey of a member from where they stand now, in one snapshot; None for an unknown one."""
    found = await states(reader, program, [member])
    accounts = {each: state.account for each, state in found.items()}
    if member not in accounts:
        return None
    own = decided_on(member, Enrol(), accounts)
    now_us, _ = await ledger.now(reader, program.id)
    context = context_at(program, timeline, now_us)
    people = People(await details.of(reader, program.id, sorted(accounts)))
    names = _names(steps, context)
    shared = await look(reader, program.id, names) if names else {}
    return Journey(program, timeline, own, Desk(context, found, {}, shared, people))


async def states(reader: Reader, program: Program, members: Iterable[UUID]) -> dict[UUID, State]:
    """All that is on record of members, of the households that they share with, and of who took them over."""
    seen = await ledger.glance(reader, program.id, list(members))
    accounts = {each: glance.account for each, glance in seen.items()}
    while others := beside(accounts):
        further = await ledger.glance(reader, program.id, list(others))
        if not further:
            break
        accounts |= {each: glance.account for each, glance in further.items()}
    wanted = dict.fromkeys(accounts, EVERYTHING)
    found = await load_states(reader, program.id, accounts, wanted, 0, originals={})
    return {member: replace(state, covered=None) for member, state in found.items()}


def context_at(program: Program, timeline: Timeline, now_us: int) -> Context:
    return Context(fact=NO_FACT, now_us=now_us, currency=program.currency, zone=program.zone, timeline=timeline)


def _names(steps: Sequence[Planned], context: Context) -> set[str]:
    """The shared stocks that some step may look at."""
    return {name for step in steps for name in stocks(step.command, (), context.timeline, step.at_us, context.zone)}
