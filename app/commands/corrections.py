"""Corrections: purchases decided under a faulty version are decided again under the right one.

First everything is decided in memory and only told; nothing is booked before somebody says so. Then each purchase is a
command of its own, under a key that follows from the correction and the purchase: whatever breaks off in between is
taken up again, and nothing is booked twice. What the command finds when its turn comes is what counts.
"""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from app.commands.asks import Ask, Recorded, Unavailable
from app.commands.deciding import Absent, Desk, slices
from app.commands.heirs import beside, decided_on
from app.commands.identities import new_id
from app.commands.lanes import Lanes
from app.commands.reading import Reading
from app.commands.requests import Request, claim, made_before
from app.commands.timelines import Timelines
from app.commands.trial import context_at
from app.engine import corrected
from app.engine.change import Change
from app.engine.context import Context
from app.engine.corrected import Corrected
from app.engine.outcomes import Purchased
from app.engine.refusals import Refusal
from app.engine.state import Account, Original
from app.engine.wanted import Needs
from app.repositories import corrections, crowds, ledger, programs
from app.repositories.corrections import Correction, Line
from app.repositories.database import Database, Reader, Writer
from app.repositories.keys import Caller
from app.repositories.originals import originals
from app.repositories.programs import Program
from app.repositories.slices import load_states

SYSTEM_SOURCE: Final = 0
ROWS_A_STEP: Final = 500
FACTS_A_STEP: Final = 200
LINES_A_STEP: Final = 64
# Nobody's key: a trial needs no second person.
ANYBODY: Final = UUID(int=0)
# What leaves a purchase as it is, because nothing of it is wrong, or nothing is left of it.
NOTHING_TO_DO: Final = frozenset({"nothing_to_correct", "already_reversed"})


class Wanted(Struct, frozen=True, kw_only=True):
    """Which purchases: those of a list, or of versions and a period; under which version, and why."""

    under: int
    reason: str
    versions: tuple[int, ...] | None = None
    from_at: datetime | None = None
    until_at: datetime | None = None
    facts: tuple[UUID, ...] | None = None


class Made(Struct, frozen=True, kw_only=True):
    """A correction, and whether the same request had made it before."""

    correction: Correction
    replayed: bool


class Refused(Exception):
    """Nothing was done: rulebook_not_found, correction_not_found, correction_not_ready or second_person_needed."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


async def ask_for(database: Database, caller: Caller, request: Request, wanted: Wanted) -> Made:
    """Begin to look for purchases that differ. Raises KeyReused, and Refused with rulebook_not_found."""
    program = caller.program
    async with database.transaction() as writer:
        standing = await programs.lock(writer, program.id)
        before = await made_before(writer, request)
        if before is not None:
            known = await corrections.by_id(writer, program.id, UUID(before))
            assert known is not None, "corrections are never removed"
            return Made(correction=known, replayed=True)
        named = (wanted.under, *(wanted.versions or ()))
        if not all(1 <= version <= standing.rulebook_version for version in named):
            raise Refused("rulebook_not_found")
        now = await programs.clock(writer)
        made = Correction(
            id=new_id(now),
            state="checking",
            under=wanted.under,
            versions=wanted.versions,
            from_at=wanted.from_at,
            until_at=wanted.until_at,
            facts=wanted.facts,
            reason=wanted.reason,
            asked_by=caller.key,
            asked_at=now,
            until_number=await crowds.head(writer, program.id),
        )
        await corrections.insert(writer, program.id, made)
        await claim(writer, request, str(made.id), now)
    return Made(correction=made, replayed=False)


def begun(found: Correction) -> Correction:
    """A correction as it was when it was asked for."""
    return replace(found, state="checking", position=0, checked=0, approved_by=None, approved_at=None)


async def check(database: Database, timelines: Timelines, program: Program, correction: UUID) -> bool:
    """Look at the next purchases; False when there are no more. Position and lines are one transaction."""
    async with database.transaction() as writer:
        found = await corrections.lock(writer, program.id, correction)
        if found is None or found.state != "checking":
            return False
        named, position, is_last = await _next(writer, program, found)
        differing, meant = await _tried(writer, timelines, program, found, named)
        if differing:
            await corrections.add_lines(writer, program.id, correction, differing)
        state = "ready" if is_last else "checking"
        further = replace(found, state=state, position=position, checked=found.checked + meant)
        await corrections.carry_on(writer, program.id, further)
    return not is_last


async def _next(reader: Reader, program: Program, found: Correction) -> tuple[list[tuple[UUID, UUID]], int, bool]:
    """The next purchases with their members, how far that is, and whether they are the last."""
    if found.facts is None:
        named, position = await corrections.purchases(reader, program.id, found, limit=ROWS_A_STEP)
        return named, position, position >= found.until_number
    few = found.facts[found.position : found.position + FACTS_A_STEP]
    position = found.position + len(few)
    return await corrections.owners(reader, program.id, few), position, position >= len(found.facts)


async def _tried(
    reader: Reader, timelines: Timelines, program: Program, found: Correction, named: Sequence[tuple[UUID, UUID]]
) -> tuple[list[Line], int]:
    """Decide these purchases again and throw it away: those that differ, and how many were meant."""
    if not named:
        return [], 0
    accounts = await _accounts(reader, program, [member for _, member in named])
    now_us, versions = await ledger.now(reader, program.id)
    now_us = max(now_us, *(account.now_us for account in accounts.values()))
    context = context_at(program, await timelines.upto(reader, program.id, versions), now_us)
    whose = {
        fact: decided_on(member, corrected.Correction(purchase=fact, correction=found.id, under=found.under), accounts)
        for fact, member in named
    }
    originals_found = await originals(reader, program.id, whose, accounts)
    meant = {}
    for fact, member in whose.items():
        change = originals_found[fact].change
        bought = change.outcome if change is not None else None
        if isinstance(bought, Purchased) and (found.versions is None or bought.rulebook in found.versions):
            meant[fact] = member
    desk = await _desk(reader, program, context, accounts, found, meant, originals_found)
    lines = [line for fact, member in meant.items() if (line := _line(desk, found, fact, member)) is not None]
    return lines, len(meant)


async def _accounts(reader: Reader, program: Program, members: Sequence[UUID]) -> dict[UUID, Account]:
    glances = await ledger.glance(reader, program.id, list(set(members)))
    accounts = {member: glance.account for member, glance in glances.items()}
    while others := beside(accounts):
        further = await ledger.glance(reader, program.id, list(others))
        if not further:
            break
        accounts |= {member: glance.account for member, glance in further.items()}
    return accounts


async def _desk(
    reader: Reader,
    program: Program,
    context: Context,
    accounts: dict[UUID, Account],
    found: Correction,
    meant: dict[UUID, UUID],
    concerned: dict[UUID, Original],
) -> Desk:
    wanted: dict[UUID, Needs] = {}
    for fact, member in meant.items():
        command = _command(found, fact, ANYBODY)
        for each, needed in slices(member, command, accounts, (concerned[fact],), context):
            wanted[each] = wanted[each] | needed if each in wanted else needed
    states = await load_states(reader, program.id, accounts, wanted, context.now_us, originals={})
    return Desk(context, states, concerned, {})


def _command(found: Correction, fact: UUID, approver: UUID | None) -> corrected.Correction:
    return corrected.Correction(
        purchase=fact, correction=found.id, under=found.under, actor=found.asked_by, approver=approver
    )


def _line(desk: Desk, found: Correction, fact: UUID, member: UUID) -> Line | None:
    """What would become of a purchase; None where it stays as it is."""
    taken = desk.take(member, _command(found, fact, ANYBODY), fact)
    assert not isinstance(taken, Absent), "the accounts of purchases are there"
    if isinstance(taken, Refusal):
        code = taken.reasons[0].code
        if code in NOTHING_TO_DO:
            return None
        state = "unknown" if code == "facts_not_recorded" else "refused"
        return Line(fact=fact, member=member, state=state, up=0, down=0, code=code)
    up, down = _moved(next(step.change for step in taken if step.fact == fact))
    return Line(fact=fact, member=member, state="open", up=up, down=down)


def _moved(change: Change) -> tuple[int, int]:
    """The points that were given, and those that were asked back."""
    outcome = change.outcome
    assert isinstance(outcome, Corrected), "a correction was decided"
    return sum(each.points for each in outcome.given), sum(each.asked for each in outcome.taken)


async def approve(database: Database, reading: Reading, caller: Caller, correction: UUID) -> Correction:
    """Let it be booked; one that is under way or done stays as it is.

    Raises Refused with correction_not_found, correction_not_ready, or second_person_needed where a purchase has more
    points than the rulebook in force lets one person adjust.
    """
    program = caller.program
    async with database.transaction() as writer:
        found = await corrections.lock(writer, program.id, correction)
        if found is None:
            raise Refused("correction_not_found")
        if found.state in {"applying", "applied"}:
            return found
        if found.state != "ready":
            raise Refused("correction_not_ready")
        if found.asked_by == caller.key and await _is_large(writer, reading, program, found):
            raise Refused("second_person_needed")
        approved = replace(found, state="applying", approved_by=caller.key, approved_at=await programs.clock(writer))
        await corrections.carry_on(writer, program.id, approved)
    return approved


async def _is_large(writer: Writer, reading: Reading, program: Program, found: Correction) -> bool:
    now_us, versions = await ledger.now(writer, program.id)
    edition = (await reading.timeline(program, versions)).in_force(now_us)
    limit = edition.compiled.document.adjustments.approval_over_points if edition is not None else None
    planned = (await corrections.sums(writer, program.id, found.id)).get("open")
    return limit is not None and planned is not None and planned.largest > limit


async def apply(database: Database, lanes: Lanes, program: Program, correction: UUID) -> bool:
    """Book the next purchases; False when there are no more, or the lanes are busy."""
    async with database.glancing() as reader:
        found = await corrections.by_id(reader, program.id, correction)
        if found is None or found.state != "applying":
            return False
        waiting = await corrections.lines(reader, program.id, correction, after=None, limit=LINES_A_STEP, state="open")
    booked = await asyncio.gather(*(_book(lanes, program, found, line) for line in waiting))
    settled = [line for line in booked if line.state != "open"]
    async with database.transaction() as writer:
        if settled:
            await corrections.settle(writer, program.id, correction, settled)
        if not waiting:
            await corrections.carry_on(writer, program.id, replace(found, state="applied"))
    return bool(settled)


async def _book(lanes: Lanes, program: Program, found: Correction, line: Line) -> Line:
    ask = Ask(
        member=line.member,
        command=_command(found, line.fact, found.approved_by),
        key=f"correction:{found.id}:{line.fact}",
    )
    answer = await lanes.ask(program, SYSTEM_SOURCE, ask)
    match answer:
        case Recorded(row=row):
            up, down = _moved(row.change)
            return replace(line, state="done", up=up, down=down, booked_as=row.id)
        case Refusal(reasons=reasons):
            state = "nothing" if reasons[0].code in NOTHING_TO_DO else "refused"
            return replace(line, state=state, up=0, down=0, code=reasons[0].code)
        case Unavailable():
            return line
        case _:
            return replace(line, state="refused", up=0, down=0, code="not_found")
