"""What member gauges make a decision look at: tally days, counters, and what all days have counted."""

from collections.abc import Iterable
from typing import Final, NamedTuple, assert_never, get_args

from app.engine.calendar import local_day
from app.engine.context import Timeline
from app.engine.outcomes import Purchased
from app.engine.periods import Period, period_start, shifted
from app.engine.rulebook.gauges import Counted, DaysOfMembership, DaysSinceLast, Known, MemberGauge, Nth, Rung
from app.engine.rulebook.member_conditions import LOOK_BACK_DAYS_MAX

ACTIVITY: Final = "activity:"
PERIODS: Final[dict[str, Period]] = {per: per for per in get_args(Period)}


class Lookup(NamedTuple):
    """Tally days and counters of half-open ranges of days."""

    days: tuple[int, int] | None = None
    counters: tuple[tuple[str, int, int], ...] = ()
    has_ever: bool = False


NOWHERE: Final = Lookup()


def lookup_at(at_us: int, now_us: int, zone: str, timeline: Timeline) -> Lookup:
    """What the rulebook in force at an instant wants to know of who does something then."""
    edition = timeline.in_force(at_us)
    if edition is None or not edition.compiled.is_measured:
        return NOWHERE
    day = local_day(at_us, zone)
    seen = lookup(edition.compiled.asking.gauges, day, local_day(now_us, zone))
    rooms = [room for room in edition.compiled.rooms if room.per != "all_members" and room.is_open(day)]
    return seen._replace(counters=(*seen.counters, *((room.name, *room_days(room.per, day)) for room in rooms)))


def gate_lookup(reward: str, now_us: int, zone: str, timeline: Timeline) -> Lookup:
    """What the gate of a reward wants to know of the member."""
    edition = timeline.in_force(now_us)
    gate = edition.compiled.gates.get(reward) if edition is not None else None
    if gate is None or not gate.asking.gauges:
        return NOWHERE
    day = local_day(now_us, zone)
    return lookup(gate.asking.gauges, day, day)


def room_days(per: str, day: int) -> tuple[int, int]:
    """The half-open range of days on which a limit counts; day 0 is for what is counted for ever."""
    if per == "ever":
        return 0, 1
    assert per in PERIODS, "a budget counts no days"
    start = period_start(day, PERIODS[per])
    return start, shifted(start, PERIODS[per], 1)


def budgets(at_us: int, zone: str, timeline: Timeline) -> list[str]:
    """The stocks of the budgets that a purchase of an instant may take from."""
    edition = timeline.in_force(at_us)
    if edition is None or not edition.compiled.rooms:
        return []
    day = local_day(at_us, zone)
    return [room.name for room in edition.compiled.rooms if room.per == "all_members" and room.is_open(day)]


def budgets_of(bought: Purchased, timeline: Timeline) -> list[str]:
    """The stocks of the budgets that a purchase took from."""
    rooms = timeline.edition(bought.rulebook).compiled.rooms
    granted = {entry.rule for entry in bought.trace if entry.granted > 0} if rooms else set()
    return [room.name for room in rooms if room.per == "all_members" and room.rule in granted]


def lookup(gauges: Iterable[MemberGauge], day: int, today: int) -> Lookup:
    """What has to be loaded to read gauges on a local day, of an activity that is recorded `today`."""
    days: list[int] = []
    past = day + 1
    counters: set[tuple[str, int, int]] = set()
    has_ever = False
    for gauge in gauges:
        match gauge:
            case Nth():
                has_ever = True
            case DaysSinceLast():
                has_ever = True
                days.append(LOOK_BACK_DAYS_MAX)
                past = max(past, today + 1)
            case Counted(of=of, days=back):
                name = counter_name(of)
                if name:
                    counters.add((name, day + 1 - back, day + 1))
                else:
                    days.append(back - 1)
            case DaysOfMembership() | Known() | Rung():
                pass
            case _ as never:
                assert_never(never)
    return Lookup((day - max(days), past) if days else None, tuple(sorted(counters)), has_ever)


def counter_name(of: str) -> str:
    """The name under which something is counted of a member; empty of what the tallies have."""
    if of.startswith(ACTIVITY):
        return f"act/{of.removeprefix(ACTIVITY)}"
    return "brought" if of == "referrals" else ""
