"""Looks at where a member stands, or would: time passes in memory, and nothing else happens."""

from typing import Final
from uuid import UUID

from app.engine.context import Context
from app.engine.heights import climb
from app.engine.ledger.draft import Draft
from app.engine.ledger.evolve import evolve
from app.engine.movements import Climb
from app.engine.outcomes import TimePassed
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
