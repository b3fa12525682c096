"""One batch: lock, read, decide and record as many commands as waited, in one transaction."""

import asyncio
import time
from collections.abc import Sequence
from typing import Final
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from app.commands.asks import Answered, Ask, Conflict, Nothing, Recorded, Unknown
from app.commands.timelines import Timelines
from app.engine.change import Change
from app.engine.commands import LetTimePass, Purchase
from app.engine.context import Context, Timeline
from app.engine.decide import decide
from app.engine.ids import external_key, fact_id
from app.engine.ledger.evolve import evolve
from app.engine.naming import touches
from app.engine.needs import Needs, needs
from app.engine.refusals import Refusal
from app.engine.release import ENGINE_RELEASE
from app.engine.state import Account, Original, State
from app.repositories import journal, ledger, slices
from app.repositories.database import Reader, Writer
from app.repositories.journal import JournalRow
from app.repositories.ledger import Opened
from app.repositories.programs import Program
from app.repositories.recording import Batch, kind_of, rearm, record

YIELD_S: Final = 0.002


class Entrant(Struct, frozen=True, kw_only=True):
    """An ask on its way through a batch, under the ids that it will have."""

    source: int
    ask: Ask
    fact: UUID
    external: UUID | None


class Later(Struct, frozen=True, kw_only=True):
    """To be taken up again in the next batch: it depends on a fact of this one."""


def entrant(program: Program, source: int, ask: Ask) -> Entrant:
    """The ids follow from who asks and under which key."""
    own = ask.external_id
    return Entrant(
        source=source,
        ask=ask,
        fact=fact_id(program.secret, source, ask.key),
        external=(external_key(program.secret, source, kind_of(ask.command), own) if own else None),
    )


async def run(
    writer: Writer, program: Program, timelines: Timelines, entrants: Sequence[Entrant]
) -> list[Answered | Later]:
    """Answers in the order of the entrants; they are true once the caller has committed."""
    answers: list[Answered | Later | None] = [None] * len(entrants)
    _postpone_twins(entrants, answers)
    opened = await ledger.open_batch(
        writer,
        program.id,
        (e.ask.member for e in entrants),
        [e.fact for e in entrants],
        [e.external for e in entrants if e.external is not None],
    )
    await _replay(writer, program, opened, entrants, answers)
    for index, each in enumerate(entrants):
        if answers[index] is None and each.ask.member not in opened.accounts:
            answers[index] = Unknown(what="member")
    fresh = [index for index, answer in enumerate(answers) if answer is None]
    if fresh:
        timeline = await timelines.upto(writer, program.id, opened.rulebooks)
        now_us = max(opened.now_us, *(account.now_us for account in opened.accounts.values()))
        work = _Work(program=program, timeline=timeline, now_us=now_us, rulebooks=opened.rulebooks)
        waiting = [entrants[index] for index in fresh]
        states, originals = await _load(writer, work, opened.accounts, waiting)
        decided = await _decide(work, states, originals, waiting)
        recorded = await _record(writer, program.id, states, decided)
        for index, answer in zip(fresh, recorded, strict=True):
            answers[index] = answer
    return [answer for answer in answers if answer is not None]


class _Work(Struct, frozen=True, kw_only=True):
    program: Program
    timeline: Timeline
    now_us: int
    rulebooks: int

    def context(self, fact: UUID) -> Context:
        return Context(
            fact=fact,
            now_us=self.now_us,
            currency=self.program.currency,
            zone=self.program.zone,
            timeline=self.timeline,
        )


class _Decided(Struct, frozen=True, kw_only=True):
    """What became of the fresh entrants: answers (rows still unnumbered), and the states after them."""

    answers: list[Recorded | Refusal | Later | Nothing]
    states: dict[UUID, State]
    due: dict[UUID, int | None]


def _postpone_twins(entrants: Sequence[Entrant], answers: list[Answered | Later | None]) -> None:
    """A twin of an earlier entrant waits for it, and so does whoever names its fact or the fact that it names.

    So every fact is named at most once in a batch, and what the batch loaded of it stays true.
    """
    seen: set[UUID] = set()
    for index, each in enumerate(entrants):
        concerned = {each.fact, *touches(each.ask.command, each.fact)}
        if each.external is not None:
            concerned.add(each.external)
        if not seen.isdisjoint(concerned):
            answers[index] = Later()
        seen |= concerned


async def _replay(
    reader: Reader,
    program: Program,
    opened: Opened,
    entrants: Sequence[Entrant],
    answers: list[Answered | Later | None],
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
        same = (row.member, row.command, metadata) == (
            each.ask.member,
            each.ask.command,
            dict(each.ask.metadata),
        )
        answers[index] = (
            Recorded(row=row, replayed=True, metadata=metadata) if same else Conflict(code=code, existing=row.id)
        )


async def _load(
    reader: Reader, work: _Work, accounts: dict[UUID, Account], entrants: Sequence[Entrant]
) -> tuple[dict[UUID, State], dict[UUID, Original]]:
    """The slices of the members concerned: what all their commands together need."""
    named = {fact: each.ask.member for each in entrants for fact in touches(each.ask.command, each.fact)}
    found = await journal.originals(reader, work.program.id, named) if named else {}
    wanted: dict[UUID, Needs] = {}
    for each in entrants:
        ask = each.ask
        needed = needs(
            ask.command,
            accounts[ask.member],
            work.now_us,
            work.program.zone,
            work.timeline,
            tuple(found[fact] for fact in touches(ask.command, each.fact)),
        )
        wanted[ask.member] = wanted[ask.member] | needed if ask.member in wanted else needed
    states = await slices.load_states(reader, work.program.id, accounts, wanted, work.now_us, originals={})
    return states, found


async def _decide(
    work: _Work,
    states: dict[UUID, State],
    originals: dict[UUID, Original],
    entrants: Sequence[Entrant],
) -> _Decided:
    """Decide in order, in memory; two commands of one member see each other."""
    decided = _Decided(answers=[], states=dict(states), due={})
    started = time.perf_counter()
    for each in entrants:
        member, command = each.ask.member, each.ask.command
        named = tuple(originals[fact] for fact in touches(command, each.fact))
        state = replace(decided.states[member], originals=named)
        change = decide(command, state, work.context(each.fact))
        if isinstance(change, Refusal):
            decided.answers.append(change)
        elif isinstance(command, LetTimePass) and not change.entries and not change.tier_moves:
            decided.due[member] = change.due_us
            decided.answers.append(Nothing())
        else:
            decided.states[member] = evolve(state, change)
            row = _row(work, each, change)
            decided.answers.append(Recorded(row=row, replayed=False, metadata=each.ask.metadata))
        if time.perf_counter() - started > YIELD_S:
            await asyncio.sleep(0)
            started = time.perf_counter()
    return decided


def _row(work: _Work, each: Entrant, change: Change) -> JournalRow:
    command = each.ask.command
    happened_us = work.now_us
    if isinstance(command, Purchase) and command.occurred_us is not None:
        happened_us = min(command.occurred_us, work.now_us)
    return JournalRow(
        number=0,
        id=each.fact,
        external_key=each.external,
        member=each.ask.member,
        source=each.source,
        happened_us=happened_us,
        decided_us=work.now_us,
        rulebooks_known=work.rulebooks,
        engine=ENGINE_RELEASE,
        command=command,
        change=change,
    )


async def _record(
    writer: Writer, program_id: UUID, before: dict[UUID, State], decided: _Decided
) -> list[Recorded | Refusal | Later | Nothing]:
    accepted = [answer for answer in decided.answers if isinstance(answer, Recorded)]
    concerned = {answer.row.member for answer in accepted}
    due = {member: at for member, at in decided.due.items() if member not in concerned}
    if due:
        await rearm(writer, program_id, due)
    if not accepted:
        return decided.answers
    batch = Batch(
        rows=[answer.row for answer in accepted],
        before=before,
        after={member: decided.states[member] for member in concerned},
        metadata={answer.row.id: answer.metadata for answer in accepted if answer.metadata},
    )
    numbered = iter(await record(writer, program_id, batch))
    return [
        replace(answer, row=next(numbered)) if isinstance(answer, Recorded) else answer for answer in decided.answers
    ]
