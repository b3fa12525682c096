"""Below which a member does not fall: what was given by hand, what was promised, what is for life."""

from typing import Final, NamedTuple

from app.engine.calendar import add_months, local_day
from app.engine.context import Context
from app.engine.ledger.draft import Draft
from app.engine.ledger.standing import Standing
from app.engine.movements import TierMove
from app.engine.rulebook.ladders import Ladder

# Why somebody stands where they stand by what was given, and by nothing of their own.
GIVEN: Final = frozenset({"granted", "review_granted"})
# Moves that say nothing about what members have come to themselves.
BY_HAND: Final = GIVEN | {"floor_set", "floor_ended"}


class Floor(NamedTuple):
    """The rank that was given by hand, 0 for none, and until when (None: without end)."""

    rank: int
    until_us: int | None


class Stay(NamedTuple):
    """A rank, and when it is reviewed (None: it is certain)."""

    rank: int
    review_us: int | None


NO_FLOOR: Final = Floor(0, None)


def floor_at(standing: Standing, ladder: Ladder, at_us: int) -> Floor:
    """What was given by hand and holds at an instant."""
    for move in reversed(standing.history(ladder.id)):
        if move.floor is not None:
            is_over = not move.floor or (move.floor_us is not None and move.floor_us <= at_us)
            return NO_FLOOR if is_over else Floor(ladder.rank(move.floor), move.floor_us)
    return NO_FLOOR


def without_gift(draft: Draft, ladder: Ladder, at_us: int, qualified: Stay) -> Stay:
    """Of what is qualified for and what had been promised before something was given, the better."""
    earned = [move for move in draft.standing.history(ladder.id) if move.reason not in BY_HAND]
    if earned and (earned[-1].review_us or 0) > at_us:
        promised = Stay(ladder.rank(earned[-1].tier), earned[-1].review_us)
        if promised.rank >= qualified.rank:
            return promised
    return qualified if qualified.rank else Stay(0, None)


def latest_move(draft: Draft, ladder: Ladder) -> TierMove | None:
    """The latest move in a set of tiers, as far as the slice has it."""
    return next(reversed(draft.standing.history(ladder.id)), None)


def lifelong_by_rule(ladder: Ladder, rank: int) -> int:
    """The highest level up to a rank that is never lost once it has been reached."""
    if not ladder.has_forever:
        return 0
    return max((place for place in range(rank + 1) if ladder.levels[place].forever), default=0)


def lifelong(draft: Draft, ladder: Ladder, context: Context, at_us: int) -> int:
    """The rank below which the member never falls any more: what was promised so far, and what is found now."""
    history = draft.standing.history(ladder.id)
    found = [ladder.rank(move.forever) for move in history if move.forever is not None]
    today, above = local_day(at_us, context.zone), len(ladder.levels)
    for move in reversed([move for move in history if move.at_us <= at_us] if ladder.has_lifetime else []):
        above = min(above, ladder.rank(move.tier))
        since = local_day(move.at_us, context.zone)
        found += [rank for rank in range(1, above + 1) if _is_for_life(draft, ladder, rank, since, today)]
    return max(found, default=0)


def _is_for_life(draft: Draft, ladder: Ladder, rank: int, since: int, today: int) -> bool:
    """Whether a level is for life of whoever has had it from a day on until today."""
    after = ladder.levels[rank].lifetime_after
    if after is None:
        return False
    if after.years is not None and add_months(since, 12 * after.years) <= today:
        return True
    ever = draft.state.ever
    if after.points is None or ever is None:
        return False
    return ever.points + sum(move.points for move in draft.standing.tallies) >= after.points
