"""What members have come to: the window of a set of tiers in numbers, and the level that these reach."""

from collections.abc import Callable, Iterator, Mapping
from operator import attrgetter
from typing import Final

from app.engine.calendar import day_start_us, local_day
from app.engine.context import Context
from app.engine.floors import floor_at
from app.engine.ledger.draft import Draft
from app.engine.movements import Climb, TallyMove
from app.engine.rulebook.ladders import Ladder
from app.engine.sights import KEPT, counter_name
from app.engine.state import Ever, TallyDay
from app.engine.windows import kept_through, opens

REFERRALS: Final = "referrals"
# Where amounts that are named together, a tally, and the sum of all tallies have what is counted.
COLUMNS: Final = {"points": 0, "spend": 1, "visits": 2}
READ: Final[Mapping[str, Callable[[Ever | TallyDay | TallyMove], int]]] = {
    "points": attrgetter("points"),
    "spend": attrgetter("spend_minor"),
    "visits": attrgetter("visits"),
}


def reach(draft: Draft, ladder: Ladder, context: Context) -> int:
    """The rank that the window of today reaches."""
    if ladder.is_plain:
        return ladder.reached_by(draft.standing.window_points)
    past_day = local_day(context.now_us, context.zone) + 1
    first = opens(ladder.window, past_day, enrolled_day(draft, context), closed=False)
    return ladder.reached(amounts(draft, ladder, first, past_day))


def reach_with(draft: Draft, ladder: Ladder, context: Context, day: int, more: tuple[int, int, int]) -> int:
    """The rank that the window of today would reach with points, spend and visits that a day may get."""
    if ladder.is_plain:
        counts = more[0] if day >= draft.standing.window_day else 0
        return ladder.reached_by(draft.standing.window_points + counts)
    past_day = local_day(context.now_us, context.zone) + 1
    first = opens(ladder.window, past_day, enrolled_day(draft, context), closed=False)
    found = amounts(draft, ladder, first, past_day)
    for counter, place in COLUMNS.items() if first <= day < past_day else ():
        if counter in found:
            found[counter] += more[place]
    return ladder.reached(found)


def amounts(draft: Draft, ladder: Ladder, first_day: int, past_day: int) -> dict[str, int]:
    """What each counter that a set of tiers asks about has come to in the days from the first up to the last."""
    found = {}
    for counter in ladder.counters:
        name = counter_name(counter)
        if name:
            amount = draft.counted(name, first_day, past_day)
        else:
            amount = _tallied(draft, ladder, counter, first_day, past_day)
        if ladder.keeps_refunds:
            amount += draft.counted(f"{KEPT}{counter}", first_day, past_day)
        found[counter] = amount
    return found


def keep_counting(draft: Draft, context: Context, day: int, taken: tuple[int, int, int]) -> None:
    """Let points, spend and visits that a tally has lost go on counting in sets of tiers that refunds never lower."""
    edition = context.timeline.in_force(context.now_us)
    keeping = {
        counter
        for ladder in (edition.compiled.ladders if edition is not None else ())
        if ladder.keeps_refunds and not ladder.is_plain
        for counter in ladder.counters
    }
    for counter, place in COLUMNS.items() if keeping else ():
        if counter in keeping:
            draft.count(f"{KEPT}{counter}", taken[place], day)


def keep_counting_friends(draft: Draft, context: Context, day: int, taken: int) -> None:
    """The same of a friend whose purchase went back."""
    edition = context.timeline.in_force(context.now_us)
    ladders = edition.compiled.ladders if edition is not None else ()
    if any(ladder.keeps_refunds and REFERRALS in ladder.counters for ladder in ladders):
        draft.count(f"{KEPT}{REFERRALS}", taken, day)


def next_review(draft: Draft, ladder: Ladder, context: Context, day: int) -> int:
    """The first moment after the last day on which a level that was reached or kept on `day` is certain."""
    return day_start_us(kept_through(ladder, day, enrolled_day(draft, context)) + 1, context.zone)


def enrolled_day(draft: Draft, context: Context) -> int:
    """The local day of enrolment, or today's while it is under way."""
    enrolled_us = draft.standing.enrolled_us
    return local_day(context.now_us if enrolled_us is None else enrolled_us, context.zone)


def climbs(draft: Draft, context: Context) -> Iterator[Climb]:
    """Where the member stands in each set whose counters an account does not keep."""
    edition = context.timeline.in_force(context.now_us)
    for ladder in edition.compiled.ladders if edition is not None else ():
        if not ladder.is_plain:
            yield climb(draft, ladder, context)


def climb(draft: Draft, ladder: Ladder, context: Context) -> Climb:
    """Where the member stands in a set of tiers, and what its counters have come to."""
    past_day = local_day(context.now_us, context.zone) + 1
    first = opens(ladder.window, past_day, enrolled_day(draft, context), closed=False)
    found = {"points": draft.standing.window_points} if ladder.is_plain else amounts(draft, ladder, first, past_day)
    rung, floor = draft.standing.rung(ladder.id), floor_at(draft.standing, ladder, context.now_us)
    return Climb(
        ladder=ladder.id,
        tier=ladder.levels[ladder.rank(rung.tier)].id,
        review_us=rung.review_us,
        amounts=tuple(found[counter] for counter in ladder.counters),
        floor=ladder.levels[floor.rank].id if floor.rank else None,
        floor_us=floor.until_us,
    )


def _tallied(draft: Draft, ladder: Ladder, counter: str, first_day: int, past_day: int) -> int:
    read, moves = READ[counter], draft.standing.tallies
    if ladder.is_lifetime:
        ever = draft.state.ever
        assert ever is not None, "a set of tiers that counts everything asks for it"
        return read(ever) + sum([read(move) for move in moves])
    days = draft.state.tallies
    return sum([read(each) for several in (days, moves) for each in several if first_day <= each.day < past_day])
