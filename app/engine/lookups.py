"""What member gauges make a decision look at: tally days, counters, and what all days have counted."""

from collections.abc import Iterable
from typing import Final, NamedTuple, assert_never

from app.engine.calendar import local_day
from app.engine.context import Timeline
from app.engine.rulebook.gauges import Counted, DaysOfMembership, DaysSinceLast, Known, MemberGauge, Nth, Rung
from app.engine.rulebook.member_conditions import LOOK_BACK_DAYS_MAX

ACTIVITY: Final = "activity:"


class Lookup(NamedTuple):
    """Tally days and counters of half-open ranges of days."""

    days: tuple[int, int] | None = None
    counters: tuple[tuple[str, int, int], ...] = ()
    has_ever: bool = False


NOWHERE: Final = Lookup()


def lookup_at(at_us: int, now_us: int, zone: str, timeline: Timeline) -> Lookup:
    """What the rulebook in force at an instant wants to know of who does something then."""
    edition = timeline.in_force(at_us)
    gauges = edition.compiled.asking.gauges if edition is not None else ()
    return lookup(gauges, local_day(at_us, zone), local_day(now_us, zone)) if gauges else NOWHERE


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
