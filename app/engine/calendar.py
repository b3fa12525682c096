"""Instants and local days: what day it is in a programme's zone, when a day begins, when points expire.

Instants are microseconds since the epoch, days are proleptic ordinals. Zone data comes from the tzdata
wheel alone, never from the machine, so that two installations of one release answer alike. Every
function is total: an instant or day beyond the years 2 to 9998 counts as the nearest one inside.
"""

from calendar import monthrange
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from importlib.resources import files
from typing import Final, assert_never
from zoneinfo import ZoneInfo

from app.engine.rulebook.document import (
    EndOfPeriod,
    Expiry,
    FixedDate,
    Inactivity,
    NeverExpires,
    Pending,
    PendingDays,
    PendingEvent,
    RollingDays,
    RollingMonths,
)

SECOND_US: Final = 1_000_000
DAY_S: Final = 86_400
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)

# A margin of a year keeps every shift by an offset inside what a datetime can hold.
DAY_MIN: Final = date(2, 1, 1).toordinal()
DAY_MAX: Final = date(9998, 12, 31).toordinal()
EPOCH_DAY: Final = date(1970, 1, 1).toordinal()
SECOND_MIN: Final = (DAY_MIN - EPOCH_DAY) * DAY_S
SECOND_MAX: Final = (DAY_MAX - EPOCH_DAY) * DAY_S

PERIOD_MONTHS: Final = {"month": 1, "quarter": 3, "year": 12}


@lru_cache(maxsize=1)
def zone_names() -> frozenset[str]:
    """Every IANA zone that a programme may name."""
    return frozenset(files("tzdata").joinpath("zones").read_text(encoding="ascii").split())


@lru_cache(maxsize=1024)
def _zone(name: str) -> ZoneInfo:
    if name not in zone_names():
        raise LookupError(f"no such zone: {name!r}")
    with files("tzdata").joinpath("zoneinfo", *name.split("/")).open("rb") as data:
        return ZoneInfo.from_file(data, key=name)


def _local(at_us: int, zone: str) -> datetime:
    seconds = at_us // SECOND_US
    return datetime.fromtimestamp(min(max(seconds, SECOND_MIN), SECOND_MAX), _zone(zone))


# A batch of commands asks again and again about the same instant and the same days.
@lru_cache(maxsize=1024)
def local_day(at_us: int, zone: str) -> int:
    """The local date of an instant."""
    return _local(at_us, zone).toordinal()


@lru_cache(maxsize=1024)
def local_moment(at_us: int, zone: str) -> tuple[int, int, int]:
    """The local date of an instant, its weekday (0 is Monday) and the minute of the day (0 to 1439)."""
    local = _local(at_us, zone)
    day = local.toordinal()
    return day, (day - 1) % 7, local.hour * 60 + local.minute


@lru_cache(maxsize=4096)
def day_start_us(day: int, zone: str) -> int:
    """The first instant whose local date is `day`, or later where the zone skipped that date."""
    inside = date.fromordinal(min(max(day, DAY_MIN), DAY_MAX))
    midnight = datetime(inside.year, inside.month, inside.day, tzinfo=_zone(zone))
    start_s = (midnight - EPOCH) // timedelta(seconds=1)
    if datetime.fromtimestamp(start_s, midnight.tzinfo).replace(tzinfo=None) == midnight.replace(tzinfo=None):
        return start_s * SECOND_US
    # The clock jumped over midnight. The jump itself is the first moment: look for it between an
    # instant of an earlier date and one that is past the jump.
    before_s, after_s = start_s - 2 * DAY_S, start_s
    while after_s - before_s > 1:
        middle_s = (before_s + after_s) // 2
        if local_day(middle_s * SECOND_US, zone) < inside.toordinal():
            before_s = middle_s
        else:
            after_s = middle_s
    return after_s * SECOND_US


@lru_cache(maxsize=4096)
def add_months(day: int, months: int) -> int:
    """The same day of the month so many months later (or earlier), or the last day of a shorter month."""
    start = date.fromordinal(min(max(day, DAY_MIN), DAY_MAX))
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    if year < 2:
        return DAY_MIN
    if year > 9998:
        return DAY_MAX
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1])).toordinal()


def expiry_us(expiry: Expiry, earned_us: int, zone: str) -> int | None:
    """When points earned at an instant expire: the first moment after their last valid day; None: on no date."""
    match expiry:
        case NeverExpires() | Inactivity():
            return None
        case RollingMonths(months=months):
            last_day = add_months(local_day(earned_us, zone), months)
        case RollingDays(days=days):
            last_day = local_day(earned_us, zone) + days
        case EndOfPeriod():
            last_day = _period_end(expiry, local_day(earned_us, zone))
        case FixedDate():
            last_day = _next_anniversary(expiry.date, local_day(earned_us, zone))
        case _ as never:
            assert_never(never)
    return day_start_us(last_day + 1, zone)


def _period_end(expiry: EndOfPeriod, day: int) -> int:
    """The last day of the period that lies so many periods after the one of `day`."""
    length = PERIOD_MONTHS[expiry.period]
    start = date.fromordinal(day)
    first_of_month = day - start.day + 1
    return add_months(first_of_month, length * (expiry.periods + 1) - (start.month - 1) % length) - 1


def _next_anniversary(fixed: date, day: int) -> int:
    """The date itself, or from the day after it the same day and month of the next year that lies ahead."""
    if day <= fixed.toordinal():
        return fixed.toordinal()
    years = date.fromordinal(day).year - fixed.year
    this_year = add_months(fixed.toordinal(), 12 * years)
    return this_year if day <= this_year else add_months(fixed.toordinal(), 12 * (years + 1))


def inactivity_us(expiry: Inactivity, active_us: int, zone: str) -> int:
    """When all points of a wallet expire if nothing happens after an activity: the first moment after the last day."""
    day = local_day(active_us, zone)
    last_day = day + expiry.days if expiry.days is not None else add_months(day, expiry.months or 0)
    return day_start_us(last_day + 1, zone)


def matures_us(pending: Pending | None, earned_us: int, zone: str) -> int | None:
    """From when points earned at an instant can be spent: that instant, or the first moment of a later day.

    None: not before somebody confirms.
    """
    match pending:
        case None:
            return earned_us
        case PendingDays(days=days):
            return day_start_us(local_day(earned_us, zone) + days, zone)
        case PendingEvent():
            return None
        case _ as never:
            assert_never(never)


def last_valid_day(expires_us: int, zone: str) -> int:
    """The last local date on which points that expire at an instant can be spent."""
    return local_day(expires_us - 1, zone)
