"""Streaks while a decision is taken: a period gets enough in it, or has no longer enough."""

from collections.abc import Callable, Sequence

from app.engine.ledger.counts import Counting
from app.engine.periods import period_start
from app.engine.played import Advanced
from app.engine.rulebook.counting import Tick
from app.engine.rulebook.games import reached_counter, streak_counter
from app.engine.rulebook.prizes import Prize
from app.engine.rulebook.streaking import Around, Kept, around, kept_of
from app.engine.rulebook.streaks import Milestone, Streak

Settled = Callable[[Prize, str, int, int], None]


def advance(streak: Streak, local_day: int, ticks: Sequence[Tick], book: Counting, won: Settled) -> Advanced:
    """Count in the period of a local day; a milestone is reached once in a streak."""
    at = period_start(local_day, streak.period)
    before = book.between(streak_counter(streak), at, at + 1)
    _count(streak, ticks, book)
    kept = kept_of(streak, book.days)
    found = around(streak, kept, at)
    if before < streak.at_least <= kept.counts.get(at, 0):
        whole = len(found.left) + 1 + len(found.right)
        for milestone in streak.milestones:
            if found.without < milestone.periods <= whole and not _marks(kept, milestone, found, at):
                book.count(reached_counter(streak, milestone.periods), at, 1)
                won(milestone.prize, cause(streak, milestone), 1, at)
    length = len(found.left) + 1 if kept.counts.get(at, 0) >= streak.at_least else 0
    ahead = [milestone.periods for milestone in streak.milestones if milestone.periods > length]
    return Advanced(game=streak.id, goal="", day=at, count=length, target=min(ahead, default=0))


def retreat(streak: Streak, local_day: int, fewer: Sequence[Tick], book: Counting, lost: Settled) -> None:
    """Count down in the period of a local day; a milestone goes where no part of what is left reaches it.

    Where another part than the one in which it was reached does, it counts as reached there.
    """
    at = period_start(local_day, streak.period)
    before = book.between(streak_counter(streak), at, at + 1)
    _count(streak, fewer, book)
    kept = kept_of(streak, book.days)
    if not kept.counts.get(at, 0) < streak.at_least <= before:
        return
    found = around(streak, kept, at)
    for milestone in streak.milestones:
        name = reached_counter(streak, milestone.periods)
        for day in _marks(kept, milestone, found, at):
            home = _home(found, milestone.periods, day, at)
            if home == day or (home is None and streak.sticky):
                continue
            book.count(name, day, -1)
            if home is None:
                lost(milestone.prize, cause(streak, milestone), 1, day)
            else:
                book.count(name, home, 1)


def cause(streak: Streak, milestone: Milestone) -> str:
    """Why a prize of a streak was given."""
    return f"streak/{streak.id}/{milestone.periods}"


def _marks(kept: Kept, milestone: Milestone, found: Around, at: int) -> list[int]:
    """The periods of a streak in which a milestone was reached."""
    first = at if found.first is None else found.first
    last = at if found.last is None else found.last
    return [day for day in kept.reached[milestone.periods] if first <= day <= last]


def _home(found: Around, periods: int, day: int, at: int) -> int | None:
    """The period in which a milestone counts as reached when the one of `at` is gone; None: in none."""
    if found.without < periods:
        return None
    left, right = len(found.left) >= periods, len(found.right) >= periods
    if day < at and (left or found.joined):
        return day
    if day > at and (right or found.joined):
        return day
    return found.left[0] if left or (found.joined and found.left) else found.right[0]


def _count(streak: Streak, ticks: Sequence[Tick], book: Counting) -> None:
    book.count_ticks([tick for tick in ticks if tick.track.name == streak_counter(streak)])
