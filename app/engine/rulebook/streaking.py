"""How long a streak is: a walk over its periods, which is never longer than its last milestone asks for."""

from collections.abc import Collection, Mapping

from msgspec import Struct

from app.engine.periods import period_start, shifted
from app.engine.rulebook.games import reached_counter, streak_counter
from app.engine.rulebook.goals import Days
from app.engine.rulebook.streaks import Streak


class Kept(Struct, frozen=True, kw_only=True):
    """What each period of a streak has counted, by its first day, and in which milestones were given, by length."""

    counts: Mapping[int, int]
    reached: Mapping[int, Collection[int]]


def last_milestone(streak: Streak) -> int:
    """The most periods that a milestone asks for."""
    return streak.milestones[-1].periods


def reach(streak: Streak) -> int:
    """How many periods in either direction of one may belong to the same streak as far as milestones look."""
    return last_milestone(streak) + 1 + streak.freezes


def days_of_streak(streak: Streak, local_day: int) -> tuple[Days, ...]:
    """What has to be known of a streak in which something counts on a local day."""
    at = period_start(local_day, streak.period)
    days = shifted(at, streak.period, -reach(streak)), shifted(at, streak.period, reach(streak)) + 1
    marks = [(reached_counter(streak, milestone.periods), *days) for milestone in streak.milestones]
    return ((streak_counter(streak), *days), *marks)


def run(streak: Streak, kept: Kept, end: int) -> tuple[int, ...]:
    """The periods with enough in them that end with the one of `end`, newest first; a few more than milestones need.

    Periods without are forgiven as far as freezes go. A streak that repeats begins after its last milestone.
    """
    found: list[int] = []
    missed, at = 0, end
    closed = kept.reached.get(last_milestone(streak), ()) if streak.repeat else ()
    while len(found) <= last_milestone(streak):
        if at in closed and at != end:
            break
        if kept.counts.get(at, 0) >= streak.at_least:
            found.append(at)
        else:
            missed += 1
            if missed > streak.freezes:
                break
        at = shifted(at, streak.period, -1)
    return tuple(found)


def end_of(streak: Streak, kept: Kept, start: int) -> int:
    """The last period with enough in it that follows on `start`, which has enough, in one streak with it."""
    closed = kept.reached.get(last_milestone(streak), ()) if streak.repeat else ()
    end = at = start
    missed = 0
    for _ in range(reach(streak)):
        if at in closed:
            break
        at = shifted(at, streak.period, 1)
        if kept.counts.get(at, 0) >= streak.at_least:
            end, missed = at, 0
        else:
            missed += 1
            if missed > streak.freezes:
                break
    return end


def length_now(streak: Streak, kept: Kept, local_day: int) -> tuple[int, bool]:
    """How long the streak is today, and whether the period of today still lacks something."""
    at = period_start(local_day, streak.period)
    if kept.counts.get(at, 0) >= streak.at_least:
        return len(run(streak, kept, at)), False
    before = shifted(at, streak.period, -1)
    if streak.repeat and before in kept.reached.get(last_milestone(streak), ()):
        return 0, True
    return len(run(streak, kept, before)), True
