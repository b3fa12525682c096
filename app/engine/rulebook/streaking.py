"""How long a streak is: a walk over its periods, which is never longer than its last milestone asks for.

Periods with enough in them belong together when no more lie between them than freezes forgive; a streak that repeats
ends with its last milestone. So every period belongs to one streak, whatever is looked at first, and what belongs
together is seen as a whole wherever it is still too short for some milestone.
"""

from collections.abc import Callable, Collection, Iterator, Mapping

from msgspec import Struct

from app.engine.periods import period_start, shifted
from app.engine.rulebook.games import reached_counter, streak_counter
from app.engine.rulebook.goals import Days
from app.engine.rulebook.streaks import Streak


class Kept(Struct, frozen=True, kw_only=True):
    """What each period of a streak has counted, by its first day, and in which milestones were given, by length."""

    counts: Mapping[int, int]
    reached: Mapping[int, Collection[int]]


class Around(Struct, frozen=True, kw_only=True):
    """The periods of a streak before and after one of them, nearest first; `joined` if they hold without it, too."""

    left: tuple[int, ...]
    right: tuple[int, ...]
    joined: bool

    @property
    def without(self) -> int:
        """The most periods in a row without the one in the middle."""
        left, right = len(self.left), len(self.right)
        return left + right if self.joined else max(left, right)

    @property
    def first(self) -> int | None:
        """The first period before the one in the middle."""
        return self.left[-1] if self.left else None

    @property
    def last(self) -> int | None:
        """The last period after it."""
        return self.right[-1] if self.right else None


class Length(Struct, frozen=True, kw_only=True):
    """How long a streak is today, and the last day by which it has to go on (None: there is none)."""

    periods: int
    until_day: int | None
    is_done_today: bool


def last_milestone(streak: Streak) -> int:
    """The most periods that a milestone asks for."""
    return streak.milestones[-1].periods


def days_of_streak(streak: Streak, local_day: int) -> tuple[Days, ...]:
    """What has to be known of a streak in which something counts on a local day."""
    at = period_start(local_day, streak.period)
    periods = (last_milestone(streak) + 1) * (streak.freezes + 1)
    days = shifted(at, streak.period, -periods), shifted(at, streak.period, periods) + 1
    marks = [(reached_counter(streak, milestone.periods), *days) for milestone in streak.milestones]
    return ((streak_counter(streak), *days), *marks)


def kept_of(streak: Streak, days: Callable[[str], Mapping[int, int]]) -> Kept:
    """A streak as far as its counters are known, each by its days."""
    return Kept(
        counts=dict(days(streak_counter(streak))),
        reached={
            milestone.periods: tuple(
                day for day, count in sorted(days(reached_counter(streak, milestone.periods)).items()) if count > 0
            )
            for milestone in streak.milestones
        },
    )


def around(streak: Streak, kept: Kept, at: int) -> Around:
    """The periods that belong to one streak with the one that begins on `at`, as far as milestones look."""
    left = tuple(_walk(streak, kept, at, -1))
    right = () if at in _closed(streak, kept) else tuple(_walk(streak, kept, at, 1))
    joined = bool(left and right) and right[0] <= shifted(left[0], streak.period, streak.freezes + 1)
    return Around(left=left, right=right, joined=joined and left[0] not in _closed(streak, kept))


def length_now(streak: Streak, kept: Kept, local_day: int) -> Length:
    """How long the streak is today. It lasts while the freezes since its latest period forgive."""
    today = period_start(local_day, streak.period)
    closed = _closed(streak, kept)
    for back in range(streak.freezes + 2):
        at = shifted(today, streak.period, -back)
        if kept.counts.get(at, 0) < streak.at_least:
            continue
        if at in closed and back:
            break
        until_day = shifted(at, streak.period, streak.freezes + 2) - 1
        periods = len(around(streak, kept, at).left) + 1
        return Length(periods=periods, until_day=until_day, is_done_today=not back)
    return Length(periods=0, until_day=None, is_done_today=False)


def _walk(streak: Streak, kept: Kept, at: int, step: int) -> Iterator[int]:
    """The periods with enough in them from the next one on, until there are more than milestones ask for."""
    closed = _closed(streak, kept)
    found = missed = 0
    while found <= last_milestone(streak) and missed <= streak.freezes:
        at = shifted(at, streak.period, step)
        if step < 0 and at in closed:
            return
        if kept.counts.get(at, 0) >= streak.at_least:
            found, missed = found + 1, 0
            yield at
        else:
            missed += 1
        if at in closed:
            return


def _closed(streak: Streak, kept: Kept) -> Collection[int]:
    """The periods with which a streak that repeats has ended."""
    return kept.reached.get(last_milestone(streak), ()) if streak.repeat else ()
