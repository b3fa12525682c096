"""The naive model's own calendar: days are walked one by one, and midnights are looked for minute by minute.

It shares with the engine the data about zones, and nothing else.
"""

from datetime import UTC, date, datetime, timedelta
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo

from app.engine.rulebook.document import (
    EndOfPeriod,
    Expiry,
    FixedDate,
    Inactivity,
    Pending,
    PendingDays,
    RollingDays,
    RollingMonths,
)

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
ONE_DAY = timedelta(days=1)
MONTHS = {"month": 1, "quarter": 3, "year": 12}


@cache
def zone_of(name: str) -> ZoneInfo:
    with files("tzdata").joinpath("zoneinfo", *name.split("/")).open("rb") as data:
        return ZoneInfo.from_file(data, key=name)


def date_of(at_us: int, zone: str) -> date:
    """The date on a calendar on the wall."""
    return (EPOCH + timedelta(microseconds=at_us)).astimezone(zone_of(zone)).date()


def day_of(at_us: int, zone: str) -> int:
    return date_of(at_us, zone).toordinal()


@cache
def begins_us(day: int, zone: str) -> int:
    """The first minute that is on this date, or on a later one where there was no such date."""
    moment = datetime.combine(date.fromordinal(day), datetime.min.time(), tzinfo=UTC) - timedelta(hours=30)
    while moment.astimezone(zone_of(zone)).toordinal() < day:
        moment += timedelta(minutes=1)
    return (moment - EPOCH) // timedelta(microseconds=1)


def months_later(start: date, months: int) -> date:
    """The same day of a later month, or the last that it has."""
    year, month = start.year, start.month
    for _ in range(months):
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    for day in range(start.day, 27, -1):
        try:
            return date(year, month, day)
        except ValueError:
            continue
    return date(year, month, start.day)


@cache
def goes_us(expiry: Expiry, earned_us: int, zone: str) -> int | None:
    """When points that were earned at an instant are gone: the morning after their last day."""
    earned = date_of(earned_us, zone)
    match expiry:
        case RollingMonths(months=months):
            last = months_later(earned, months)
        case RollingDays(days=days):
            last = earned + days * ONE_DAY
        case EndOfPeriod():
            last = period_ends(expiry, earned)
        case FixedDate(date=fixed):
            last = max(earned, fixed)
            while last != fixed and not comes_round(fixed, last):
                last += ONE_DAY
        case _:
            return None
    return begins_us(last.toordinal() + 1, zone)


def period_ends(expiry: EndOfPeriod, earned: date) -> date:
    """The last day before the calendar has turned over to another period once more than is asked for."""
    last, turns = earned, 0
    while True:
        following = last + ONE_DAY
        turns += period_of(following, MONTHS[expiry.period]) != period_of(last, MONTHS[expiry.period])
        if turns > expiry.periods:
            return last
        last = following


def period_of(day: date, months: int) -> tuple[int, int]:
    return day.year, (day.month - 1) // months


def comes_round(fixed: date, day: date) -> bool:
    """Whether a day is the date of another year; the 29th of February comes on the 28th where there is none."""
    if (fixed.month, fixed.day) == (2, 29) and (day + ONE_DAY).month == 3:
        return day.month == 2
    return (day.month, day.day) == (fixed.month, fixed.day)


@cache
def forgotten_us(expiry: Inactivity, active_us: int, zone: str) -> int:
    """When points go of which nothing has been heard since an instant."""
    day = date_of(active_us, zone)
    last = months_later(day, expiry.months or 0) if expiry.days is None else day + expiry.days * ONE_DAY
    return begins_us(last.toordinal() + 1, zone)


def free_us(pending: Pending | None, earned_us: int, zone: str) -> int | None:
    """From when points can be spent; None: once somebody confirms."""
    if pending is None:
        return earned_us
    return begins_us(day_of(earned_us, zone) + pending.days, zone) if isinstance(pending, PendingDays) else None
