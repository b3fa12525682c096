"""Looks at where a member stands, or would: time passes in memory, and nothing else happens."""

from typing import Final
from uuid import UUID

from app.engine.calendar import local_day
from app.engine.climbing import slide
from app.engine.context import Context, Edition, Timeline
from app.engine.heights import climb, reach
from app.engine.ledger.draft import Draft
from app.engine.ledger.evolve import evolve
from app.engine.movements import Climb
from app.engine.outcomes import TimePassed
from app.engine.rulebook.compile import Compiled
from app.engine.settle import settle
from app.engine.state import Account, State

NO_FACT: Final = UUID(int=0)


def looked(state: State, context: Context) -> tuple[Account, tuple[Climb, ...]]:
    """The account as it is now, and where it stands in every set of tiers. `state` is what `needs.look` names."""
    draft = Draft(state, context)
    settle(draft, context)
    edition = context.timeline.in_force(context.now_us)
    ladders = edition.compiled.ladders if edition is not None else ()
    climbs = tuple(climb(draft, ladder, context) for ladder in ladders)
    return evolve(state, draft.finish(TimePassed())).account, climbs


def tier_under(compiled: Compiled, state: State, now_us: int, zone: str) -> dict[str, tuple[str | None, str]]:
    """By set of tiers the level of a member, and the one that what they have done reaches under another rulebook.

    Nobody moves by that: a new version ends no tier early. `state` holds every day and counter that its windows want.
    """
    context = Context(
        fact=NO_FACT,
        now_us=now_us,
        currency="",
        zone=zone,
        timeline=Timeline(editions=(Edition(version=1, effective_us=0, compiled=compiled),)),
    )
    found = {}
    for ladder in compiled.ladders:
        draft = Draft(state, context)
        if ladder.is_plain:
            slide(draft, ladder, local_day(now_us, zone))
        reached = ladder.levels[reach(draft, ladder, context)].id
        found[ladder.id] = (draft.standing.rung(ladder.id).tier, reached)
    return found
