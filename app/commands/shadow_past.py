"""What there was of members just before something that they did: what there is, less all that was counted since."""

from collections.abc import Sequence
from uuid import UUID

from msgspec.structs import replace

from app.engine.change import Change
from app.engine.context import Context
from app.engine.needs import needs
from app.engine.state import Ever, State
from app.engine.wanted import Needs
from app.repositories import crowds, journal, ledger
from app.repositories.database import Reader
from app.repositories.journal import JournalRow
from app.repositories.programs import Program
from app.repositories.slices import load_states


async def before(
    reader: Reader, program: Program, context: Context, rows: Sequence[JournalRow], *, last: int
) -> dict[UUID, State]:
    """The state of each row's member just before it, by the row's id; the journal was read up to `last`.

    Members whose account was merged, or took over another one since, have no such state.
    """
    members = sorted({row.member for row in rows})
    glances = await ledger.glance(reader, program.id, members)
    accounts = {each: glance.account for each, glance in glances.items() if glance.account.merged_into is None}
    wanted: dict[UUID, Needs] = {}
    for row in rows:
        if row.member in accounts:
            needed = needs(row.command, accounts[row.member], row.decided_us, program.zone, context.timeline)
            wanted[row.member] = wanted[row.member] | needed if row.member in wanted else needed
    states = await load_states(reader, program.id, accounts, wanted, context.now_us, originals={})
    head = await crowds.head(reader, program.id)
    first = min(row.number for row in rows) - 1
    since = await journal.of_members(reader, program.id, list(accounts), after=first, until=max(head, last))
    chosen, found = {row.id for row in rows}, {}
    for row in reversed(since):
        state = states.get(row.member)
        if state is None:
            continue
        states[row.member] = state = _without(state, row.change)
        if row.id in chosen:
            found[row.id] = state
    return found


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
