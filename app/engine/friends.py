"""How friends whom a member brought are counted: by the local day of the friend's purchase."""

from datetime import date
from typing import Final

from app.engine.calendar import add_months
from app.engine.rulebook.compile import Compiled
from app.engine.rulebook.gauges import Counted
from app.engine.rulebook.referrals import CapPeriod, Referral

BROUGHT: Final = "brought"
# Purchases that would have qualified, had anybody said who brought the member.
QUALIFIED: Final = "qualified"
# Day 0 of a counter is what is counted for ever, and stands beside its days.
FIRST_DAY: Final = 1
PAST_DAY: Final = date.max.toordinal() + 1


def days_of(per: CapPeriod, day: int) -> tuple[int, int]:
    """The first day of a period that has a day in it, and the first after it."""
    start = date.fromordinal(day)
    month = day - start.day + 1
    match per:
        case "day":
            return day, day + 1
        case "week":
            monday = day - start.weekday()
            return monday, monday + 7
        case "month":
            return month, add_months(month, 1)
        case "year":
            january = add_months(month, 1 - start.month)
            return january, add_months(january, 12)
        case "ever":
            return FIRST_DAY, PAST_DAY


def capped_days(terms: Referral | None, day: int) -> list[tuple[int, int]]:
    """The days that the caps of a referral look at for a purchase of a day."""
    return [days_of(cap.per, day) for cap in terms.caps] if terms is not None else []


def counts_friends(compiled: Compiled) -> bool:
    """Whether anything of a rulebook asks how many friends a member has brought: levels, or conditions."""
    if any("referrals" in ladder.counters for ladder in compiled.ladders):
        return True
    return any(isinstance(gauge, Counted) and gauge.of == "referrals" for gauge in compiled.asking.gauges)
