"""What the member gauges of a rulebook read when an activity is judged."""

from collections.abc import Iterable, Iterator
from typing import Final, assert_never

from app.engine.calendar import local_day
from app.engine.context import Context
from app.engine.ledger.draft import Draft
from app.engine.lookups import counter_name
from app.engine.movements import TallyMove
from app.engine.rulebook.gauges import Counted, DaysOfMembership, DaysSinceLast, Known, MemberGauge, Nth, Rung
from app.engine.rulebook.member_conditions import LOOK_BACK_DAYS_MAX
from app.engine.state import TallyDay

NEVER: Final = -1


def measure(gauges: Iterable[MemberGauge], at_us: int, draft: Draft, context: Context) -> tuple[int, ...]:
    """The readings at an instant, before the activity counts. What came late counts on its own day."""
    return tuple([_read(gauge, at_us, draft, context) for gauge in gauges])


def _read(gauge: MemberGauge, at_us: int, draft: Draft, context: Context) -> int:
    day = local_day(at_us, context.zone)
    match gauge:
        case Nth(every=every):
            number = _visits_ever(draft) + 1
            return number % every if every > 1 else number
        case DaysSinceLast():
            return _days_since_last(day, draft)
        case DaysOfMembership():
            enrolled_us = draft.account.enrolled_us
            assert enrolled_us is not None, "nobody else buys"
            return max(day - local_day(enrolled_us, context.zone), 0)
        case Counted(of=of, days=days):
            return _counted(of, day + 1 - days, day + 1, draft)
        case Known(question=question):
            return int(question in context.known)
        case Rung(ladder=name, levels=levels):
            edition = context.timeline.in_force(at_us)
            ladder = edition.compiled.ladder(name) if edition is not None else None
            assert ladder is not None, "the check knows every set that is asked about"
            return int(ladder.levels[ladder.rank(draft.standing.tier_at(at_us, name))].id in levels)
        case _ as never:
            assert_never(never)


def _visits_ever(draft: Draft) -> int:
    ever = draft.state.ever
    assert ever is not None, "a rulebook that asks for it has it loaded"
    return ever.visits + sum(move.visits for move in draft.standing.tallies)


def _days_since_last(day: int, draft: Draft) -> int:
    """Days with a visit up to this one; a purchase that came late looks back from its own day.

    Of what the member bought before all that was looked at, no more is known than that it was too long ago.
    """
    visits: dict[int, int] = {}
    for tally in _tallies(draft):
        if tally.day >= day - LOOK_BACK_DAYS_MAX:
            visits[tally.day] = visits.get(tally.day, 0) + tally.visits
    last = max((each for each, count in visits.items() if count > 0 and each <= day), default=None)
    if last is not None:
        return day - last
    return LOOK_BACK_DAYS_MAX + 1 if _visits_ever(draft) > sum(visits.values()) else NEVER


def _counted(of: str, first: int, past: int, draft: Draft) -> int:
    name = counter_name(of)
    if name:
        return draft.counted(name, first, past)
    tallies = [tally for tally in _tallies(draft) if first <= tally.day < past]
    match of:
        case "points":
            return sum(tally.points for tally in tallies)
        case "spend":
            return sum(tally.spend_minor for tally in tallies)
        case _:
            return sum(tally.visits for tally in tallies)


def _tallies(draft: Draft) -> Iterator[TallyDay | TallyMove]:
    yield from draft.state.tallies
    yield from draft.standing.tallies
