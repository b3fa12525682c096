"""Calendar periods as days: where one begins, and the one so many periods on."""

from datetime import date
from typing import Final, Literal

from app.engine.calendar import add_months

Period = Literal["day", "week", "month", "quarter", "year"]
PERIOD_MONTHS: Final = {"month": 1, "quarter": 3, "year": 12}


def period_start(day: int, period: Period) -> int:
    """The first day of the period in which a day lies; weeks begin on Monday."""
    if period == "day":
        return day
    if period == "week":
        return day - (day - 1) % 7
    start = date.fromordinal(day)
    return add_months(day - start.day + 1, -((start.month - 1) % PERIOD_MONTHS[period]))


def shifted(start: int, period: Period, periods: int) -> int:
    """The first day of the period that lies so many periods after the one that begins on `start`, or before it."""
    if period == "day":
        return start + periods
    if period == "week":
        return start + 7 * periods
    return add_months(start, PERIOD_MONTHS[period] * periods)
