"""Who would stand in another tier had a draft been in force since its shadow began."""

from typing import Final
from uuid import UUID

from msgspec.structs import replace

from app.commands.outlooks import Move, moved, tallied
from app.commands.reading import Reading
from app.commands.trial import context_at, tried
from app.engine.calendar import local_day
from app.engine.outlook import outlook, places
from app.engine.rulebook.compile import compile_rulebook
from app.engine.rulebook.document import Rulebook
from app.engine.state import State, TallyDay
from app.repositories import ledger, shadows
from app.repositories.database import Reader
from app.repositories.programs import Program
from app.repositories.shadows import Shadow

MEMBERS_MAX: Final = 2000


async def moving(reader: Reader, reading: Reading, program: Program, shadow: Shadow) -> dict[Move, list[UUID]]:
    """Of the members whose points differ most: from which tier to which, and who."""
    counted = await shadows.counted(reader, program.id, shadow.id, limit=MEMBERS_MAX)
    if not counted:
        return {}
    now_us, versions = await ledger.now(reader, program.id)
    live = await reading.timeline(program, versions)
    compiled = compile_rulebook(Rulebook.model_validate_json(shadow.document))
    usual = context_at(program, live, now_us)
    context = context_at(program, tried(live, compiled, 0), now_us)
    found: dict[Move, list[UUID]] = {}
    for state in await tallied(reader, program, list(counted), context):
        member, later_us = state.account.member, max(now_us, state.account.now_us)
        today = places(state, replace(usual, now_us=later_us))
        more = _with(state, counted[member], local_day(later_us, program.zone))
        for move in moved(today, *outlook(more, replace(context, now_us=later_us))):
            found.setdefault(move, []).append(member)
    return found


def _with(state: State, points: int, day: int) -> State:
    """The state with so many more points on a day."""
    days = {tally.day: tally for tally in state.tallies}
    was = days.get(day, TallyDay(day=day, points=0, spend_minor=0, visits=0))
    days[day] = replace(was, points=was.points + points)
    account = replace(state.account, window_points=state.account.window_points + points)
    ever = state.ever if state.ever is None else replace(state.ever, points=state.ever.points + points)
    return replace(state, account=account, tallies=tuple(days[each] for each in sorted(days)), ever=ever)
