"""A draft in shadow: what was decided is judged again under it, and where the two differ is kept.

It follows the journal at a distance: tills know nothing of it, and nothing live is touched. Purchases and activities
are judged at their own time and at the tier that the member had; what came before them on their days and counters is
what the journal says, taken back to just before them. It compares what they earn, and what refunds leave of that.
"""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from app.commands.identities import new_id
from app.commands.known import People
from app.commands.requests import Request, claim, made_before
from app.commands.shadow_past import before
from app.commands.shadow_rows import Sides, granted_points, unknown
from app.commands.timelines import Timelines
from app.commands.trial import context_at, tried
from app.engine.activity import Activity
from app.engine.commands import Purchase
from app.engine.corrected import Corrected
from app.engine.naming import reverses
from app.engine.outcomes import Purchased, Refunded
from app.engine.played import Acted, ActivityCancelled
from app.engine.rulebook.check import Fault
from app.engine.rulebook.compile import compile_rulebook
from app.engine.rulebook.document import Rulebook
from app.engine.shared_stocks import stocks
from app.engine.state import State
from app.repositories import crowds, details, drafts, journal, ledger, programs, shadows
from app.repositories.database import Database, Reader
from app.repositories.journal import JournalRow
from app.repositories.keys import Caller
from app.repositories.programs import Program
from app.repositories.shadows import ACTIVITY, Difference, Shadow
from app.repositories.stocks import look

ROWS_A_STEP: Final = 200
RUNNING_MAX: Final = 5
UNDOING: Final = (Refunded, Corrected, ActivityCancelled)


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
        earlier = await made_before(writer, request)
        running = await shadows.latest(writer, program.id, draft)
        if earlier is not None and running is not None:
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
        further, changed = await _looked_at(writer, timelines, program, found, rows)
        if changed:
            await shadows.keep(writer, program.id, found.id, changed)
        await shadows.carry_on(writer, program.id, further)
    return True


async def _looked_at(
    reader: Reader, timelines: Timelines, program: Program, found: Shadow, rows: Sequence[JournalRow]
) -> tuple[Shadow, list[Difference]]:
    """How far it is after these rows, and what is to be kept of them."""
    judged = [row for row in rows if _is(row, Purchase, Purchased) or _is(row, Activity, Acted)]
    undone = await _undone(reader, program, found, rows)
    if not judged and not undone:
        return replace(found, number=rows[-1].number), []
    compiled = compile_rulebook(Rulebook.model_validate_json(found.document))
    now_us, versions = await ledger.now(reader, program.id)
    live = await timelines.upto(reader, program.id, versions)
    context = context_at(program, tried(live, compiled, 0), now_us)
    states = await before(reader, program, context, judged, last=rows[-1].number) if judged else {}
    people = People(await details.of(reader, program.id, sorted({row.member for row in judged})))
    names = {name for row in judged for name in stocks(row.command, (), context.timeline, row.decided_us, program.zone)}
    context = replace(context, stocks=tuple((await look(reader, program.id, names)).values()) if names else ())
    numbers = [row.number for row in undone.values()]
    kept = await shadows.of_numbers(reader, program.id, found.id, numbers) if numbers else {}
    step = _Step(Sides(context, people), found, kept)
    for row in rows:
        step.take(row, states.get(row.id), undone.get(row.id))
    return replace(step.shadow, number=rows[-1].number), [step.kept[number] for number in sorted(step.changed)]


def _is(row: JournalRow, command: type, outcome: type) -> bool:
    return isinstance(row.command, command) and isinstance(row.change.outcome, outcome)


async def _undone(
    reader: Reader, program: Program, found: Shadow, rows: Sequence[JournalRow]
) -> dict[UUID, JournalRow]:
    """What was undone or corrected, by the rows that did it, as far as it was recorded since the shadow began."""
    named = {row.id: reverses(row.command) for row in rows if isinstance(row.change.outcome, UNDOING)}
    facts = {fact for fact in named.values() if fact is not None}
    originals = {row.id: row for row in await journal.facts(reader, program.id, sorted(facts))} if facts else {}
    return {
        by: originals[fact]
        for by, fact in named.items()
        if fact in originals and originals[fact].number > found.from_number
    }


class _Step:
    """What a shadow adds up, and what it keeps, row by row."""

    def __init__(self, sides: Sides, shadow: Shadow, kept: dict[int, Difference]) -> None:
        self.shadow = shadow
        self.kept = kept
        self.changed: set[int] = set()
        self._sides = sides

    def take(self, row: JournalRow, state: State | None, original: JournalRow | None) -> None:
        """The next row: its member's state just before it, and what it undoes or corrects."""
        sides = self._sides
        if _is(row, Purchase, Purchased):
            found = sides.bought(row, state)
            self._compared(found, is_known=found.seen is not None)
            if found.differs or not sides.is_as_recorded(row, found):
                self._keep(found)
        elif _is(row, Activity, Acted):
            found = sides.acted(row, state)
            self._compared(found, is_known=state is not None)
            if found.differs or state is None:
                self._keep(found)
        elif original is not None:
            was = self.kept.get(original.number)
            if isinstance(original.change.outcome, Acted):
                found = unknown(original, ACTIVITY)
            else:
                found = sides.undone(original, row, was)
            granted = granted_points(original)
            self._add(
                found.live_points - (granted if was is None else was.live_points),
                found.draft_points - (granted if was is None else was.draft_points),
            )
            self._keep(found)

    def _compared(self, found: Difference, *, is_known: bool) -> None:
        counts = self.shadow
        self.shadow = replace(counts, compared=counts.compared + is_known, unknown=counts.unknown + (not is_known))
        self._add(found.live_points, found.draft_points)

    def _add(self, live: int, draft: int) -> None:
        sums = self.shadow
        self.shadow = replace(sums, live_points=sums.live_points + live, draft_points=sums.draft_points + draft)

    def _keep(self, found: Difference) -> None:
        self.kept[found.number] = found
        self.changed.add(found.number)
