"""Streaks while a decision is taken: a period gets enough in it, or has no longer enough."""

from collections.abc import Callable, Sequence

from app.engine.ledger.counts import Book
from app.engine.periods import period_start
from app.engine.played import Advanced
from app.engine.rulebook.counting import Tick
from app.engine.rulebook.games import reached_counter, streak_counter
from app.engine.rulebook.prizes import Prize
from app.engine.rulebook.streaking import Kept, end_of, run
from app.engine.rulebook.streaks import Streak

Settled = Callable[[Prize, str, int, int], None]


def advance(streak: Streak, local_day: int, ticks: Sequence[Tick], book: Book, won: Settled) -> Advanced:
    """Count in the period of a local day; a milestone is reached once in a streak."""
    at = period_start(local_day, streak.period)
    before = kept_of(streak, book)
    _count(streak, ticks, book)
    after = kept_of(streak, book)
    if before.counts.get(at, 0) < streak.at_least <= after.counts.get(at, 0):
        end = end_of(streak, after, at)
        covered = run(streak, after, end)
        longest = max(len(run(streak, after, at)) - 1, len(run(streak, before, end)) if end != at else 0)
        for milestone in streak.milestones:
            periods = milestone.periods
            marks = [day for day in after.reached[periods] if covered and covered[-1] <= day <= end]
            if longest < periods <= len(covered) and not marks:
                book.count(reached_counter(streak, periods), at, 1)
                won(milestone.prize, cause(streak, periods), 1, at)
    length = len(run(streak, kept_of(streak, book), at))
    ahead = [milestone.periods for milestone in streak.milestones if milestone.periods > length]
    return Advanced(game=streak.id, goal="", day=at, count=length, target=min(ahead, default=0))


def retreat(streak: Streak, local_day: int, fewer: Sequence[Tick], book: Book, lost: Settled) -> None:
    """Count down in the period of a local day; milestones go that neither part of a broken streak reaches."""
    at = period_start(local_day, streak.period)
    before = kept_of(streak, book)
    _count(streak, fewer, book)
    after = kept_of(streak, book)
    if streak.sticky or not after.counts.get(at, 0) < streak.at_least <= before.counts.get(at, 0):
        return
    end = end_of(streak, before, at)
    covered = run(streak, before, end)
    longest = max(len(run(streak, before, at)) - 1, len(run(streak, after, end)) if end != at else 0)
    for milestone in streak.milestones:
        periods = milestone.periods
        marks = [day for day in before.reached[periods] if covered and covered[-1] <= day <= end]
        if marks and longest < periods <= len(covered):
            day = at if at in marks else max(marks)
            book.count(reached_counter(streak, periods), day, -1)
            lost(milestone.prize, cause(streak, periods), 1, day)


def cause(streak: Streak, periods: int) -> str:
    """Why a prize of a streak was given."""
    return f"streak/{streak.id}/{periods}"


def kept_of(streak: Streak, book: Book) -> Kept:
    """A streak as far as it is in the slice."""
    return Kept(
        counts=dict(book.days(streak_counter(streak))),
        reached={
            milestone.periods: frozenset(
                day for day, count in book.days(reached_counter(streak, milestone.periods)).items() if count > 0
            )
            for milestone in streak.milestones
        },
    )


def _count(streak: Streak, ticks: Sequence[Tick], book: Book) -> None:
    book.count_ticks([tick for tick in ticks if tick.track.name == streak_counter(streak)])
