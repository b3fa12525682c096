"""Challenges and streaks made ready for counting: which of them an activity may count towards, and on which day."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from app.engine.periods import Period, period_start
from app.engine.rulebook.asking import Asking
from app.engine.rulebook.challenges import Challenge, DatesWindow, EnrolledWindow, Goal, PeriodWindow, Window
from app.engine.rulebook.document import Rulebook
from app.engine.rulebook.judging import tests_of_condition
from app.engine.rulebook.matching import LineIndex, PurchaseIndex, index_lines, index_purchases
from app.engine.rulebook.measures import PURCHASES, Measure
from app.engine.rulebook.streaks import Streak


@dataclass(frozen=True, slots=True, kw_only=True)
class Track:
    """Something that activities count towards, under the counter `name`, by the days of a window or of periods."""

    name: str
    measure: Measure
    window: Window | None = None
    period: Period | None = None
    past_day: int | None = None

    def day(self, local_day: int, enrolled_day: int) -> int | None:
        """The counter's day for an activity on a local day, 0 where all days are one; None: it does not count."""
        if self.past_day is not None and local_day >= self.past_day:
            return None
        if self.period is not None:
            return period_start(local_day, self.period)
        match self.window:
            case None:
                return 0
            case DatesWindow(from_date=first, until_date=last):
                return first.toordinal() if first.toordinal() <= local_day <= last.toordinal() else None
            case EnrolledWindow(days=days):
                return local_day if local_day < enrolled_day + days else None
            case PeriodWindow(period=period):
                return period_start(local_day, period)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tracks:
    """What activities of one kind may count towards, and indexes of which do.

    `everything` are all of them as a set of bits, `unfiltered` those that ask for no line.
    """

    tracks: tuple[Track, ...]
    activities: PurchaseIndex
    lines: LineIndex
    everything: int
    unfiltered: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Games:
    """The challenges and streaks of a rulebook. `kinds` are their tracks by the kind of activity, "" for purchases."""

    challenges: tuple[Challenge, ...]
    streaks: tuple[Streak, ...]
    kinds: Mapping[str, Tracks]

    def played_by(self, kind: str) -> Iterator[Challenge]:
        """The challenges of which some goal counts activities of a kind."""
        return (each for each in self.challenges if any(kind_of(goal.measure) == kind for goal in each.goals))

    def kept_by(self, kind: str) -> Iterator[Streak]:
        """The streaks that count activities of a kind."""
        return (each for each in self.streaks if kind_of(each.measure) == kind)


def kind_of(measure: Measure) -> str:
    """The kind of activity that a measure counts; purchases have no name."""
    return "" if measure.of == PURCHASES else measure.of


def goal_counter(challenge: Challenge, goal: Goal) -> str:
    """The name under which it is counted what members did for a goal."""
    return f"goal/{challenge.id}/{goal.id}"


def value_counter(name: str, value: str) -> str:
    """The name under which one of the different things is counted that count under `name`."""
    return f"{name}/{value}"


def thing_of(name: str) -> str:
    """The name under which different things are counted, of the name of one of them; empty of every other name."""
    parts = name.split("/")
    length = {"goal": 3, "streak": 2}.get(parts[0], len(parts))
    return "/".join(parts[:length]) if len(parts) > length else ""


def done_counter(challenge: Challenge) -> str:
    """The name under which it is counted how often a member was given the prize of a challenge."""
    return f"done/{challenge.id}"


def streak_counter(streak: Streak) -> str:
    """The name under which it is counted what members did in each period of a streak."""
    return f"streak/{streak.id}"


def reached_counter(streak: Streak, periods: int) -> str:
    """The name under which it is counted when a member was given the prize of a milestone."""
    return f"reached/{streak.id}/{periods}"


def games_of(document: Rulebook, asking: Asking) -> Games | None:
    """The games of a checked document; None where it has none."""
    if not document.challenges and not document.streaks:
        return None
    tracks = [*_of_challenges(document.challenges), *_of_streaks(document.streaks)]
    kinds = dict.fromkeys(kind_of(track.measure) for track in tracks)
    return Games(
        challenges=document.challenges,
        streaks=document.streaks,
        kinds={kind: tracks_of([each for each in tracks if kind_of(each.measure) == kind], asking) for kind in kinds},
    )


def _of_challenges(challenges: Sequence[Challenge]) -> Iterator[Track]:
    for challenge in challenges:
        for goal in challenge.goals:
            yield Track(
                name=goal_counter(challenge, goal),
                measure=goal.measure,
                window=challenge.window,
                past_day=challenge.deadline.toordinal() + 1 if challenge.deadline is not None else None,
            )


def _of_streaks(streaks: Sequence[Streak]) -> Iterator[Track]:
    for streak in streaks:
        yield Track(name=streak_counter(streak), measure=streak.measure, period=streak.period)


def tracks_of(tracks: Sequence[Track], asking: Asking) -> Tracks:
    """Tracks of one kind of activity, indexed by what counts for them."""
    measures = [track.measure for track in tracks]
    tests = [tuple(tests_of_condition(each.when, asking)) if each.when is not None else () for each in measures]
    return Tracks(
        tracks=tuple(tracks),
        activities=index_purchases(tests, asking),
        lines=index_lines([each.items for each in measures]),
        everything=(1 << len(tracks)) - 1,
        unfiltered=sum(1 << number for number, each in enumerate(measures) if each.items is None),
    )
