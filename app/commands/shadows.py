"""A draft in shadow: every purchase that was decided is judged again under it, and where the two differ is kept.

It follows the journal at a distance: tills know nothing of it, and nothing live is touched. A purchase is judged at its
own time and at the tier that the member had; what came before it on their days and counters is what the journal says,
taken back to just before it. Refunds are not looked at: it compares what purchases earn.
"""

from collections.abc import Iterable, Sequence
from typing import Final
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from app.commands.identities import new_id
from app.commands.known import People
from app.commands.requests import Request, claim, made_before
from app.commands.timelines import Timelines
from app.commands.trial import context_at, tried
from app.engine.change import Change
from app.engine.commands import Purchase
from app.engine.context import Context
from app.engine.decisions.credits import by_wallet
from app.engine.decisions.judging import Judged, judge
from app.engine.ledger.draft import Draft
from app.engine.needs import needs
from app.engine.outcomes import Purchased
from app.engine.rulebook.check import Fault
from app.engine.rulebook.compile import Compiled, compile_rulebook
from app.engine.rulebook.document import Rulebook
from app.engine.shared_stocks import stocks
from app.engine.state import Ever, State
from app.engine.wanted import Needs
from app.repositories import crowds, details, drafts, journal, ledger, programs, shadows
from app.repositories.database import Database, Reader, Writer
from app.repositories.journal import JournalRow
from app.repositories.keys import Caller
from app.repositories.programs import Program
from app.repositories.shadows import Difference, Shadow, Why
from app.repositories.slices import load_states
from app.repositories.stocks import look

ROWS_A_STEP: Final = 200
RUNNING_MAX: Final = 5


class Made(Struct, frozen=True, kw_only=True):
    """A shadow, and whether the same request had begun it before."""

    shadow: Shadow
    replayed: bool


class Refused(Exception):
    """Nothing was done: draft_not_found, rulebook_invalid with its faults, shadow_running or too_many_shadows."""

    def __init__(self, code: str, faults: tuple[Fault, ...] = ()) -> None:
        super().__init__(code)
        self.code = code
        self.faults = faults


async def start(database: Database, caller: Caller, request: Request, draft: UUID, checked: object) -> Made:
    """Let a draft be decided beside the rulebook in force from now on, as it is now. Raises KeyReused and Refused.

    `checked` is what publishing would say of it.
    """
    program = caller.program
    async with database.transaction() as writer:
        await programs.lock(writer, program.id)
        before = await made_before(writer, request)
        running = await shadows.latest(writer, program.id, draft)
        if before is not None and running is not None:
            return Made(shadow=running, replayed=True)
        found = await drafts.lock(writer, program.id, draft)
        if found is None:
            raise Refused("draft_not_found")
        if not isinstance(checked, Rulebook):
            assert isinstance(checked, tuple), "a rulebook, or its faults"
            raise Refused("rulebook_invalid", checked)
        if running is not None and running.state == "running":
            raise Refused("shadow_running")
        if await shadows.count_running(writer, program.id) >= RUNNING_MAX:
            raise Refused("too_many_shadows")
        now, head = await programs.clock(writer), await crowds.head(writer, program.id)
        shadow = Shadow(
            id=new_id(now),
            draft=draft,
            revision=found.revision,
            document=checked.model_dump_json(by_alias=True),
            state="running",
            from_number=head,
            number=head,
            started_at=now,
            started_by=caller.key,
        )
        await shadows.insert(writer, program.id, shadow)
        await claim(writer, request, str(shadow.id), now)
    return Made(shadow=shadow, replayed=False)


async def stop(database: Database, caller: Caller, draft: UUID) -> Shadow | None:
    """It runs no more; what it found is kept. None where it never ran."""
    program = caller.program
    async with database.transaction() as writer:
        found = await shadows.latest(writer, program.id, draft)
        if found is None or found.state != "running":
            return found
        now = await programs.clock(writer)
        await shadows.stop(writer, program.id, found.id, at=now, by=caller.key)
    return replace(found, state="stopped", stopped_at=now, stopped_by=caller.key)


async def follow(database: Database, timelines: Timelines, program: Program, shadow: UUID) -> bool:
    """Look at the next rows; False when there are none. Position and differences are one transaction, one snapshot."""
    async with database.transaction_of_one_snapshot() as writer:
        found = await shadows.lock(writer, program.id, shadow)
        if found is None or found.state != "running":
            return False
        rows = await journal.after(writer, program.id, found.number, ROWS_A_STEP)
        if not rows:
            return False
        compiled = compile_rulebook(Rulebook.model_validate_json(found.document))
        await _compare(writer, timelines, program, found, rows, compiled)
    return True


async def _compare(
    writer: Writer,
    timelines: Timelines,
    program: Program,
    found: Shadow,
    rows: Sequence[JournalRow],
    compiled: Compiled,
) -> None:
    bought = [row for row in rows if isinstance(row.change.outcome, Purchased) and isinstance(row.command, Purchase)]
    differing: list[Difference] = []
    live_points = draft_points = unknown = 0
    if bought:
        now_us, versions = await ledger.now(writer, program.id)
        live = await timelines.upto(writer, program.id, versions)
        context = context_at(program, tried(live, compiled, 0), now_us)
        before = await _before(writer, program, context, bought, last=rows[-1].number)
        people = People(await details.of(writer, program.id, sorted({row.member for row in bought})))
        names = {
            name for row in bought for name in stocks(row.command, (), context.timeline, row.decided_us, program.zone)
        }
        context = replace(context, stocks=tuple((await look(writer, program.id, names)).values()) if names else ())
        for row in bought:
            was = row.change.outcome
            assert isinstance(was, Purchased), "only purchases were chosen"
            state = before.get(row.id)
            judged = None if state is None else _judged(row, was, state, people, context)
            if judged is None:
                unknown += 1
                continue
            difference, differs = _difference(row, was, judged, live.edition(was.rulebook).compiled, compiled)
            live_points += difference.live_points
            draft_points += difference.draft_points
            if differs:
                differing.append(difference)
    if differing:
        await shadows.add(writer, program.id, found.id, differing)
    further = replace(
        found,
        number=rows[-1].number,
        compared=found.compared + len(bought) - unknown,
        unknown=found.unknown + unknown,
        live_points=found.live_points + live_points,
        draft_points=found.draft_points + draft_points,
    )
    await shadows.carry_on(writer, program.id, further)


async def _before(
    reader: Reader, program: Program, context: Context, bought: Sequence[JournalRow], *, last: int
) -> dict[UUID, State]:
    """What there was of each purchase's member just before it: what there is, less all that was counted since.

    Members whose account was merged, or took over another one since, have no such state.
    """
    members = sorted({row.member for row in bought})
    glances = await ledger.glance(reader, program.id, members)
    accounts = {each: glance.account for each, glance in glances.items() if glance.account.merged_into is None}
    wanted: dict[UUID, Needs] = {}
    for row in bought:
        if row.member in accounts:
            needed = needs(row.command, accounts[row.member], row.decided_us, program.zone, context.timeline)
            wanted[row.member] = wanted[row.member] | needed if row.member in wanted else needed
    states = await load_states(reader, program.id, accounts, wanted, context.now_us, originals={})
    head = await crowds.head(reader, program.id)
    first = min(row.number for row in bought) - 1
    since = await journal.of_members(reader, program.id, list(accounts), after=first, until=max(head, last))
    chosen, before = {row.id for row in bought}, {}
    for row in reversed(since):
        state = states.get(row.member)
        if state is None:
            continue
        states[row.member] = state = _without(state, row.change)
        if row.id in chosen:
            before[row.id] = state
    return before


def _without(state: State, change: Change) -> State:
    """The tallies and counters of a member without what one change counted."""
    if change.tallies:
        days = {tally.day: tally for tally in state.tallies}
        ever = state.ever
        for move in change.tallies:
            if move.day in days:
                was = days[move.day]
                days[move.day] = replace(
                    was,
                    points=was.points - move.points,
                    spend_minor=was.spend_minor - move.spend_minor,
                    visits=was.visits - move.visits,
                )
            if ever is not None:
                ever = Ever(
                    points=ever.points - move.points,
                    spend_minor=ever.spend_minor - move.spend_minor,
                    visits=ever.visits - move.visits,
                )
        state = replace(state, tallies=tuple(days[day] for day in sorted(days)), ever=ever)
    if change.counter_moves:
        counts = {(counted.name, counted.day): counted for counted in state.counters}
        for counter in change.counter_moves:
            key = (counter.name, counter.day)
            if key in counts:
                counts[key] = replace(counts[key], count=counts[key].count - counter.count)
        state = replace(state, counters=tuple(counts[key] for key in sorted(counts)))
    return state


def _judged(row: JournalRow, was: Purchased, state: State, people: People, context: Context) -> Judged | None:
    """The purchase under the draft, at its own time, by a member of the tier of then who can pay as they did."""
    command = row.command
    assert isinstance(command, Purchase), "only purchases were chosen"
    account = replace(
        state.account,
        balance=was.paid_points,
        debt=0,
        pending=0,
        held=0,
        tier=was.tier,
        tier_since_us=0,
        now_us=min(state.account.now_us, row.decided_us),
    )
    at = replace(context, fact=row.id, now_us=row.decided_us)
    known = people.known(row.member, command, at)
    again = replace(command, occurred_us=was.occurred_us, any_age=True)
    judged = judge(again, Draft(replace(state, account=account), at), replace(at, known=known))
    return judged if isinstance(judged, Judged) else None


def _difference(
    row: JournalRow, was: Purchased, judged: Judged, live: Compiled, draft: Compiled
) -> tuple[Difference, bool]:
    """What both give, and whether any wallet gets more or less."""
    granted = {"": was.points}
    for grant in was.grants:
        granted[grant.wallet] = granted.get(grant.wallet, 0) + grant.points
    drafted = by_wallet(judged.award.grants)
    differs = any(granted.get(wallet, 0) != drafted.get(wallet, 0) for wallet in granted.keys() | drafted.keys())
    difference = Difference(
        number=row.number,
        fact=row.id,
        member=row.member,
        live_points=sum(granted.values()),
        draft_points=sum(drafted.values()),
        counts=drafted.get("", 0) - granted[""],
        why=Why(
            live=_by_rule(((entry.rule, entry.granted) for entry in was.trace), live),
            draft=_by_rule(((entry.rule, entry.granted) for entry in judged.award.trace), draft),
        ),
    )
    return difference, differs


def _by_rule(granted: Iterable[tuple[int, int]], compiled: Compiled) -> dict[str, int]:
    return {compiled.rules[rule].id: points for rule, points in granted if points}
