"""One batch: lock, read, decide and record as many commands as waited, in one transaction."""

import asyncio
import time
from collections.abc import Sequence
from typing import Final
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from app.commands import known
from app.commands.asks import Answered, Ask, Conflict, Nothing, Recorded, Unknown, receipt
from app.commands.deciding import Absent, Desk, Step, slices
from app.commands.heirs import beside, decided_on, is_theirs
from app.commands.timelines import Timelines
from app.commands.vouchers import vouchers
from app.engine.activity import Activity
from app.engine.commands import HouseholdJoin, HouseholdLeave, LetTimePass, MergeOut, Purchase
from app.engine.context import Context, seed_at
from app.engine.ids import fact_id
from app.engine.naming import companions, touches
from app.engine.refusals import Refusal, refuse
from app.engine.release import ENGINE_RELEASE
from app.engine.shared_stocks import stocks
from app.engine.state import State
from app.engine.wanted import Needs
from app.repositories import cancellations, journal, ledger
from app.repositories import stocks as stocks_in_store
from app.repositories.database import Reader, Writer
from app.repositories.journal import JournalRow
from app.repositories.ledger import Opened
from app.repositories.originals import originals
from app.repositories.programs import Program
from app.repositories.recording import Batch, rearm, record
from app.repositories.slices import load_states

YIELD_S: Final = 0.002
# After one of these, whose account and facts are whose is another question.
REGROUPING: Final = (HouseholdJoin, HouseholdLeave, MergeOut)


class Entrant(Struct, frozen=True, kw_only=True):
    """An ask on its way through a batch, under the ids that it will have."""

    source: int
    ask: Ask
    fact: UUID
    external: UUID | None
    # The facts and the other accounts that it names.
    touched: tuple[UUID, ...]
    companions: tuple[UUID, ...]


class Later(Struct, frozen=True, kw_only=True):
    """To be taken up again in the next batch: it depends on a fact of this one."""


Answers = list[Answered | Later | None]


def entrant(program: Program, source: int, ask: Ask) -> Entrant:
    """The ids follow from who asks and under which key."""
    fact = fact_id(program.secret, source, ask.key)
    return Entrant(
        source=source,
        ask=ask,
        fact=fact,
        external=receipt(program.secret, source, ask.command),
        touched=touches(ask.command, fact),
        companions=companions(ask.command),
    )


async def run(
    writer: Writer, program: Program, timelines: Timelines, entrants: Sequence[Entrant], *, some_cancelled: bool = False
) -> list[Answered | Later]:
    """Answers in the order of the entrants; they are true once the caller has committed.

    `some_cancelled` after a Cancelled: keys that were refused in advance are looked for.
    """
    answers: Answers = [None] * len(entrants)
    _postpone(entrants, answers)
    opened = await _open(writer, program, entrants)
    entrants = [_led_on(each, opened) for each in entrants]
    await _replay(writer, program, opened, entrants, answers)
    if some_cancelled:
        await _refuse_cancelled(writer, program, entrants, answers)
    for index, each in enumerate(entrants):
        if answers[index] is None and each.ask.member not in opened.accounts:
            answers[index] = Unknown(what="member")
    fresh = [index for index, answer in enumerate(answers) if answer is None]
    if fresh:
        now_us = max(opened.now_us, *(account.now_us for account in opened.accounts.values()))
        timeline = await timelines.upto(writer, program.id, opened.rulebooks)
        context = Context(
            fact=UUID(int=0),
            now_us=now_us,
            currency=program.currency,
            zone=program.zone,
            timeline=timeline,
            seed=seed_at(program.secret, timeline, now_us, program.zone),
        )
        waiting = [entrants[index] for index in fresh]
        desk = await _load(writer, program, context, opened, waiting)
        before = dict(desk.states)
        decided = await _decide(program, desk, waiting, opened.rulebooks)
        recorded = await _record(writer, program, before, desk.states, decided)
        for index, answer in zip(fresh, recorded, strict=True):
            answers[index] = answer
    return [answer for answer in answers if answer is not None]


class _Accepted(Struct, frozen=True, kw_only=True):
    """An ask that was accepted: its rows, still unnumbered, and which of them answers it."""

    rows: tuple[JournalRow, ...]
    main: int
    ask: Ask


class _Decided(Struct, frozen=True, kw_only=True):
    """What became of the fresh entrants, and of accounts on which time alone has passed."""

    answers: list[_Accepted | Refusal | Nothing | Unknown]
    due: dict[UUID, int | None]


def _postpone(entrants: Sequence[Entrant], answers: Answers) -> None:
    """A twin of an earlier entrant waits for it, and so does whoever names its fact or the fact that it names.

    So every fact is named at most once in a batch, and what the batch loaded of it stays true. Whoever comes to an
    account that this batch merges, or takes into or out of a household, waits as well.
    """
    seen: set[UUID] = set()
    regrouped: set[UUID] = set()
    for index, each in enumerate(entrants):
        concerned = (each.fact, *each.touched) if each.external is None else (each.fact, each.external, *each.touched)
        if not seen.isdisjoint(concerned) or (regrouped and not regrouped.isdisjoint(_accounts(each))):
            answers[index] = Later()
        seen.update(concerned)
        if isinstance(each.ask.command, REGROUPING):
            regrouped.update(_accounts(each))


def _accounts(each: Entrant) -> tuple[UUID, ...]:
    return (each.ask.member, *each.companions)


async def _open(writer: Writer, program: Program, entrants: Sequence[Entrant]) -> Opened:
    """Lock the accounts that are named, then those of households that share with them, or that took them over."""
    members = {e.ask.member for e in entrants}
    for each in entrants:
        members.update(each.companions)
    facts = [e.fact for e in entrants]
    externals = [e.external for e in entrants if e.external is not None]
    opened = await ledger.open_batch(writer, program.id, members, facts, externals)
    while others := beside(opened.accounts):
        further = await ledger.open_batch(writer, program.id, others, facts, externals)
        opened = replace(further, accounts=opened.accounts | further.accounts)
    return opened


def _led_on(each: Entrant, opened: Opened) -> Entrant:
    """Whoever names a closed account means the one that goes on with it."""
    member = decided_on(each.ask.member, each.ask.command, opened.accounts)
    return each if member is each.ask.member else replace(each, ask=replace(each.ask, member=member))


async def _replay(
    reader: Reader, program: Program, opened: Opened, entrants: Sequence[Entrant], answers: Answers
) -> None:
    """Answer those whose key or own id is used: with the first answer if they ask the same."""
    if not opened.taken and not opened.external_taken:
        return
    rows = await journal.facts(reader, program.id, sorted(opened.taken))
    rows += await journal.externals(reader, program.id, sorted(opened.external_taken))
    kept = await journal.purchase_metadata(reader, program.id, [row.id for row in rows])
    by_fact = {row.id: row for row in rows}
    by_external = {row.external_key: row for row in rows if row.external_key is not None}
    for index, each in enumerate(entrants):
        if answers[index] is not None:
            continue
        row, code = by_fact.get(each.fact), "idempotency_key_reused"
        if row is None and each.external is not None:
            row, code = by_external.get(each.external), "external_id_reused"
        if row is None:
            continue
        metadata = kept.get(row.id, {})
        same = is_theirs(row.member, each.ask.member, opened.accounts) and (row.command, metadata) == (
            each.ask.command,
            dict(each.ask.metadata),
        )
        answers[index] = (
            Recorded(row=row, replayed=True, metadata=metadata) if same else Conflict(code=code, existing=row.id)
        )


async def _refuse_cancelled(reader: Reader, program: Program, entrants: Sequence[Entrant], answers: Answers) -> None:
    refused = await cancellations.among(reader, program.id, [each.fact for each in entrants])
    for index, each in enumerate(entrants):
        if answers[index] is None and each.fact in refused:
            answers[index] = refuse("cancelled")


async def _load(
    writer: Writer, program: Program, context: Context, opened: Opened, entrants: Sequence[Entrant]
) -> Desk:
    """The slices of the accounts concerned, the facts that are named, and the stocks, locked."""
    named: dict[UUID, UUID | None] = {}
    for each in entrants:
        if each.touched:
            # A purchase may take over the receipt of one that was another member's.
            whose = None if isinstance(each.ask.command, Purchase) else each.ask.member
            named |= dict.fromkeys(each.touched, whose)
    found = await originals(writer, program.id, named, opened.accounts) if named else {}
    wanted: dict[UUID, Needs] = {}
    shared: set[str] = set()
    for each in entrants:
        command = each.ask.command
        concerned = tuple(found[fact] for fact in each.touched)
        for member, needed in slices(each.ask.member, command, opened.accounts, concerned, context):
            wanted[member] = wanted[member] | needed if member in wanted else needed
        shared.update(stocks(command, concerned, context.timeline, context.now_us, context.zone))
    return Desk(
        context,
        await load_states(writer, program.id, opened.accounts, wanted, context.now_us, originals={}),
        found,
        await stocks_in_store.lock(writer, program.id, shared) if shared else {},
        await known.people(writer, program.id, context, [(each.ask.member, each.ask.command) for each in entrants])
        if context.timeline.questions
        else known.NOBODY,
    )


async def _decide(program: Program, desk: Desk, entrants: Sequence[Entrant], rulebooks: int) -> _Decided:
    """Decide in order, in memory; two commands of one member see each other."""
    decided = _Decided(answers=[], due={})
    started = time.perf_counter()
    for each in entrants:
        ask = each.ask
        taken = desk.take(ask.member, ask.command, each.fact)
        if isinstance(taken, Refusal):
            decided.answers.append(taken)
        elif isinstance(taken, Absent):
            decided.answers.append(Unknown(what="member"))
        elif isinstance(ask.command, LetTimePass) and len(taken) == 1 and taken[0].change.is_idle:
            decided.due[ask.member] = taken[0].change.due_us
            decided.answers.append(Nothing())
        else:
            rows = tuple([_row(program, desk.context, each, step, rulebooks) for step in taken])
            # The step that has the ask's own id is that very object.
            main = next(place for place, step in enumerate(taken) if step.fact is each.fact) if len(taken) > 1 else 0
            decided.answers.append(_Accepted(rows=rows, main=main, ask=ask))
        if time.perf_counter() - started > YIELD_S:
            await asyncio.sleep(0)
            started = time.perf_counter()
    return decided


def _row(program: Program, context: Context, each: Entrant, step: Step, rulebooks: int) -> JournalRow:
    command = step.command
    happened_us = context.now_us
    if isinstance(command, Purchase | Activity) and command.occurred_us is not None:
        happened_us = min(command.occurred_us, context.now_us)
    return JournalRow(
        number=0,
        id=step.fact,
        external_key=each.external if step.fact is each.fact else receipt(program.secret, each.source, command),
        member=step.member,
        source=each.source,
        happened_us=happened_us,
        decided_us=context.now_us,
        rulebooks_known=rulebooks,
        engine=ENGINE_RELEASE,
        command=command,
        change=step.change,
    )


async def _record(
    writer: Writer, program: Program, before: dict[UUID, State], after: dict[UUID, State], decided: _Decided
) -> list[Recorded | Refusal | Nothing | Unknown]:
    accepted = [answer for answer in decided.answers if isinstance(answer, _Accepted)]
    rows = [row for answer in accepted for row in answer.rows]
    concerned = {row.member for row in rows}
    due = {member: at for member, at in decided.due.items() if member not in concerned}
    if due:
        await rearm(writer, program.id, due)
    numbered: list[JournalRow] = []
    if rows:
        batch = Batch(
            rows=rows,
            before=before,
            after={member: after[member] for member in concerned},
            metadata={answer.rows[answer.main].id: answer.ask.metadata for answer in accepted if answer.ask.metadata},
            vouchers=[voucher for row in rows for voucher in vouchers(program.secret, row.id, row.member, row.change)],
        )
        numbered = await record(writer, program.id, batch)
    answers: list[Recorded | Refusal | Nothing | Unknown] = []
    place = 0
    for answer in decided.answers:
        if isinstance(answer, _Accepted):
            row = numbered[place + answer.main]
            place += len(answer.rows)
            answers.append(Recorded(row=row, replayed=False, metadata=answer.ask.metadata))
        else:
            answers.append(answer)
    return answers
