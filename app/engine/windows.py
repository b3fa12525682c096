"""The windows of tiers as days: where one opens, and until when a level that was reached in it is kept."""

from datetime import date
from typing import Final, assert_never

from app.engine.calendar import add_months
from app.engine.rulebook.ladders import Ladder
from app.engine.rulebook.levels import (
    PERIOD_MONTHS,
    AnniversaryWindow,
    CalendarWindow,
    LifetimeWindow,
    RollingWindow,
    Window,
)

# Day 0 of a counter is what is counted for ever, and stands beside its days.
FIRST_DAY: Final = 1


def opens(window: Window, past_day: int, enrolled_day: int, *, closed: bool) -> int:
    """The first day that counts in a window of which `past_day` is the first day that does not.

    A rolling window is measured back from `closed` the day on which a review looks, which does not count itself, or
    from the last day that counts.
    """
    last = past_day - 1
    match window:
        case RollingWindow(months=months):
            return add_months(past_day if closed else last, -months)
        case CalendarWindow(period=period):
            return _period_start(last, PERIOD_MONTHS[period])
        case AnniversaryWindow():
            return add_months(enrolled_day, 12 * membership_year(last, enrolled_day))
        case LifetimeWindow():
            return FIRST_DAY
        case _ as never:
            assert_never(never)


def kept_through(ladder: Ladder, day: int, enrolled_day: int) -> int:
    """The last day on which a level is certain that was reached or kept on `day`."""
    match ladder.window:
        case CalendarWindow(period=period, keep_periods=periods):
            months = PERIOD_MONTHS[period]
            return add_months(_period_start(day, months), months * (periods + 1)) - 1
        case AnniversaryWindow(keep_years=years):
            return add_months(enrolled_day, 12 * (membership_year(day, enrolled_day) + years + 1)) - 1
        case RollingWindow() | LifetimeWindow():
            return add_months(day, ladder.tiers.review_months)
        case _ as never:
            assert_never(never)


def membership_year(day: int, enrolled_day: int) -> int:
    """How many whole years lie between enrolment and a day; less than zero before it."""
    years = date.fromordinal(day).year - date.fromordinal(enrolled_day).year
    return years if add_months(enrolled_day, 12 * years) <= day else years - 1


def _period_start(day: int, months: int) -> int:
    start = date.fromordinal(day)
    return add_months(day - start.day + 1, -((start.month - 1) % months))
