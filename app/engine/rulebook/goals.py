"""Where a member stands in a challenge: what was counted, what is asked for, and how often that is complete."""

from collections.abc import Callable
from typing import Final

from msgspec import Struct

from app.engine.calendar import DAY_MAX
from app.engine.periods import period_start, shifted
from app.engine.rulebook.challenges import Challenge, DatesWindow, EnrolledWindow, Goal, OwnAverage, PeriodWindow
from app.engine.rulebook.games import done_counter, goal_counter
from app.engine.rulebook.measures import unit

# A name and days half-open. Day 0 is what all days together have counted.
Days = tuple[str, int, int]
# What was counted under a name on some days.
Counts = Callable[[str, int, int], int]

FOR_EVER: Final = (0, 1)


class Stand(Struct, frozen=True, kw_only=True):
    """Goal by goal what was counted in a window and what is asked for, in the goal's smallest unit.

    `times` is how often the challenge is complete, `given` how often its prize was given for this window. `is_over`:
    it was given in another window, and is given only once.
    """

    counts: tuple[int, ...]
    targets: tuple[int, ...]
    times: int
    given: int
    is_over: bool = False

    @property
    def missing(self) -> tuple[int, ...]:
        """What each goal lacks until it is reached (again)."""
        return tuple(
            max(0, target * (self.given + 1) - count) for count, target in zip(self.counts, self.targets, strict=True)
        )


def window_key(challenge: Challenge, local_day: int) -> int:
    """The day that names the window in which a local day lies: its first, or 0 where there is only one."""
    match challenge.window:
        case None | EnrolledWindow():
            return 0
        case DatesWindow(from_date=first):
            return first.toordinal()
        case PeriodWindow(period=period):
            return period_start(local_day, period)


def stand(challenge: Challenge, key: int, enrolled_day: int, counts: Counts) -> Stand:
    """Where a member stands in the window that `key` names."""
    days = _days(challenge, key, enrolled_day)
    found = tuple(counts(goal_counter(challenge, goal), *days) for goal in challenge.goals)
    targets = tuple(_target(challenge, goal, key, counts) for goal in challenge.goals)
    each = sorted((count // target for count, target in zip(found, targets, strict=True)), reverse=True)
    needed = challenge.need_goals or (1 if challenge.need == "any" else len(each))
    given = counts(done_counter(challenge), key, key + 1)
    times = max(0, each[needed - 1])
    if challenge.repeat != "unlimited":
        times = min(times, 1)
    is_over = challenge.repeat == "once" and counts(done_counter(challenge), 0, DAY_MAX + 1) > given
    return Stand(counts=found, targets=targets, times=0 if is_over else times, given=given, is_over=is_over)


def is_open(challenge: Challenge, place: int, key: int, enrolled_day: int, counts: Counts) -> bool:
    """Whether a goal of a journey counts already: all goals before it are reached."""
    days = _days(challenge, key, enrolled_day)
    return all(
        counts(goal_counter(challenge, goal), *days) >= _target(challenge, goal, key, counts)
        for goal in challenge.goals[:place]
    )


def days_of(challenge: Challenge, key: int, enrolled_day: int) -> tuple[Days, ...]:
    """What `stand` looks at."""
    days = _days(challenge, key, enrolled_day)
    found: list[Days] = []
    for goal in challenge.goals:
        first = _first_of_past(challenge, goal.own_average, key) if goal.own_average is not None else days[0]
        found.append((goal_counter(challenge, goal), first, days[1]))
    done = (0, DAY_MAX + 1) if challenge.repeat == "once" else (key, key + 1)
    return (*found, (done_counter(challenge), *done))


def _days(challenge: Challenge, key: int, enrolled_day: int) -> tuple[int, int]:
    if isinstance(challenge.window, EnrolledWindow):
        return enrolled_day, enrolled_day + challenge.window.days
    return (key, key + 1) if key else FOR_EVER


def _target(challenge: Challenge, goal: Goal, key: int, counts: Counts) -> int:
    own = goal.own_average
    if own is None:
        return (goal.target or 1) * unit(goal.measure)
    one = unit(goal.measure)
    before = counts(goal_counter(challenge, goal), _first_of_past(challenge, own, key), key)
    target = max(before // (own.periods * one) + own.plus, own.at_least)
    return (target if own.at_most is None else min(target, own.at_most)) * one


def _first_of_past(challenge: Challenge, own: OwnAverage, key: int) -> int:
    """The first day of the periods whose average is a member's own."""
    assert isinstance(challenge.window, PeriodWindow), "averages are of calendar periods"
    return shifted(key, challenge.window.period, -own.periods)
