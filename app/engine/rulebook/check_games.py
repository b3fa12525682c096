"""What is wrong with activities, badges, challenges and streaks: what they name, and what can never be reached."""

from collections.abc import Iterator
from itertools import pairwise

from app.engine.rulebook.activities import ActivityField, ActivityKind
from app.engine.rulebook.asking import Asking
from app.engine.rulebook.challenges import Challenge, DatesWindow, Goal, PeriodWindow
from app.engine.rulebook.check_conditions import faults_of_condition, faults_of_items
from app.engine.rulebook.document import MAIN_WALLET, Bonus, Rule, Rulebook
from app.engine.rulebook.faults import Fault, Place, fault_at
from app.engine.rulebook.measures import PURCHASES, DistinctOf, Measure, SumOf
from app.engine.rulebook.prizes import Prizes, faults_of_badges
from app.engine.rulebook.streaks import PERIODS_MAX, Streak


def faults_of_games(document: Rulebook, asking: Asking) -> Iterator[Fault]:
    """Everything that is wrong with what members may do besides buying, and with what that gives."""
    prizes = Prizes(
        {MAIN_WALLET: None, **{wallet.id: None for wallet in document.wallets}},
        {badge.id for badge in document.badges},
        {reward.id for reward in document.rewards},
    )
    kinds = {PURCHASES, *(kind.id for kind in document.activities)}
    yield from _activities(document.activities)
    yield from faults_of_badges(document.badges)
    seen: set[str] = set()
    for number, challenge in enumerate(document.challenges):
        place: Place = ("challenges", number)
        if challenge.id in seen:
            yield fault_at("duplicate_id", "Another challenge has this id.", *place, "id")
        seen.add(challenge.id)
        yield from _challenge(challenge, kinds, asking, place)
        yield from prizes.faults(challenge.prize, (*place, "prize"))
    seen = set()
    for number, streak in enumerate(document.streaks):
        place = ("streaks", number)
        if streak.id in seen:
            yield fault_at("duplicate_id", "Another streak has this id.", *place, "id")
        seen.add(streak.id)
        yield from _streak(streak, prizes, place)
        yield from faults_of_measure(streak.measure, kinds, asking, (*place, "measure"))


def faults_of_kind(rule: Rule, document: Rulebook, place: Place) -> Iterator[Fault]:
    """A rule about activities that are no purchases: they have no lines and no price."""
    if rule.on == PURCHASES:
        return
    if rule.on not in {kind.id for kind in document.activities}:
        yield fault_at("unknown_activity", "No kind of activity has this id.", *place, "on")
    if not isinstance(rule.effect, Bonus):
        yield fault_at("not_for_activities", "An activity has no price: only a bonus is given.", *place, "effect")
    if rule.items is not None:
        yield fault_at("not_for_activities", "An activity has no lines.", *place, "items")


def _activities(kinds: tuple[ActivityKind, ...]) -> Iterator[Fault]:
    seen: set[str] = set()
    for number, kind in enumerate(kinds):
        place: Place = ("activities", number)
        if kind.id == PURCHASES:
            yield fault_at("reserved_id", "Purchases have this id.", *place, "id")
        if kind.id in seen:
            yield fault_at("duplicate_id", "Another kind of activity has this id.", *place, "id")
        seen.add(kind.id)
        names = [field.id for field in kind.fields]
        for index, field in enumerate(kind.fields):
            if field.id in names[:index]:
                yield fault_at("duplicate_id", "Another field has this id.", *place, "fields", index, "id")
            yield from _field(field, (*place, "fields", index))
        spans = [limit.per for limit in kind.limits]
        for index, span in enumerate(spans):
            if span in spans[:index]:
                yield fault_at("duplicate_id", "There is a limit for this already.", *place, "limits", index, "per")


def _field(field: ActivityField, place: Place) -> Iterator[Fault]:
    if field.kind == "choice" and field.choices is None:
        yield fault_at("required", "A field of this kind needs it.", *place, "choices")
    if field.kind != "choice" and field.choices is not None:
        yield fault_at("not_for_this_kind", "A field of this kind has none.", *place, "choices")
    for name in ("minimum", "maximum"):
        if field.kind != "number" and getattr(field, name) is not None:
            yield fault_at("not_for_this_kind", "A field of this kind has none.", *place, name)
    if field.minimum is not None and field.maximum is not None and field.maximum < field.minimum:
        yield fault_at("empty_range", "Must not be less than `minimum`.", *place, "maximum")


def _challenge(challenge: Challenge, kinds: set[str], asking: Asking, place: Place) -> Iterator[Fault]:
    names = [goal.id for goal in challenge.goals]
    for index, goal in enumerate(challenge.goals):
        where: Place = (*place, "goals", index)
        if goal.id in names[:index]:
            yield fault_at("duplicate_id", "Another goal has this id.", *where, "id")
        yield from faults_of_measure(goal.measure, kinds, asking, (*where, "measure"))
        yield from _target(goal, challenge, where)
    if challenge.need_goals is not None and challenge.need_goals > len(challenge.goals):
        yield fault_at("never_reached", "There are not so many goals.", *place, "need_goals")
    if challenge.order == "in_order":
        if challenge.need == "any" or challenge.need_goals is not None:
            yield fault_at("needs_all_goals", "A journey is complete with its last goal.", *place, "order")
        if challenge.repeat == "unlimited":
            yield fault_at("once_in_order", "A journey ends with its last goal.", *place, "repeat")
    yield from _window(challenge, place)


def _window(challenge: Challenge, place: Place) -> Iterator[Fault]:
    window = challenge.window
    if isinstance(window, DatesWindow):
        if window.until_date < window.from_date:
            yield fault_at("empty_period", "Must not lie before `from`.", *place, "window", "until")
        if challenge.deadline is not None and challenge.deadline < window.from_date:
            yield fault_at("empty_period", "Must not lie before the window.", *place, "deadline")
    if challenge.repeat == "each_window" and not isinstance(window, PeriodWindow):
        yield fault_at("one_window_only", "Only calendar periods come again.", *place, "repeat")


def _target(goal: Goal, challenge: Challenge, place: Place) -> Iterator[Fault]:
    own = goal.own_average
    if (goal.target is None) == (own is None):
        yield fault_at("not_exactly_one", "Say either `target` or `own_average`.", *place)
    if own is None:
        return
    if not isinstance(challenge.window, PeriodWindow):
        yield fault_at("needs_periods", "An average is one of calendar periods.", *place, "own_average")
    if own.at_most is not None and own.at_most < own.at_least:
        yield fault_at("empty_range", "Must not be less than `at_least`.", *place, "own_average", "at_most")


def faults_of_measure(measure: Measure, kinds: set[str], asking: Asking, place: Place) -> Iterator[Fault]:
    """What is wrong with what counts. `kinds` are the activities that there are."""
    if measure.of not in kinds:
        yield fault_at("unknown_activity", "No kind of activity has this id.", *place, "of")
    if measure.when is not None:
        yield from faults_of_condition(measure.when, asking, (*place, "when"))
    if measure.items is not None:
        yield from faults_of_items(measure.items, (*place, "items"))
    if measure.of == PURCHASES:
        return
    if measure.items is not None:
        yield fault_at("not_for_activities", "An activity has no lines.", *place, "items")
    of_lines = {"amount", "quantity", "skus", "categories"}
    if isinstance(measure, SumOf | DistinctOf) and measure.what in of_lines:
        yield fault_at("not_for_activities", "An activity has no lines.", *place, "what")


def _streak(streak: Streak, prizes: Prizes, place: Place) -> Iterator[Fault]:
    for index, milestone in enumerate(streak.milestones):
        where: Place = (*place, "milestones", index)
        if milestone.periods > PERIODS_MAX[streak.period]:
            detail = f"A streak of this kind is counted up to {PERIODS_MAX[streak.period]} periods."
            yield fault_at("too_large", detail, *where, "periods")
        yield from prizes.faults(milestone.prize, (*where, "prize"))
    for index, (before, after) in enumerate(pairwise(streak.milestones), start=1):
        if after.periods <= before.periods:
            detail = "Must be more than the milestone before asks for."
            yield fault_at("not_increasing", detail, *place, "milestones", index, "periods")
