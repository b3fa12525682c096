"""Instants and days as the engine counts them, and as PostgreSQL stores them."""

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Final, overload

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)


@overload
def at(instant_us: int) -> datetime: ...
@overload
def at(instant_us: int | None) -> datetime | None: ...
def at(instant_us: int | None) -> datetime | None:
    """The timestamp of an instant in microseconds since the epoch."""
    return None if instant_us is None else _timestamp(instant_us)


# The rows of a batch share its instant, and the lots of a day their expiry.
@lru_cache(maxsize=4096)
def _timestamp(instant_us: int) -> datetime:
    return EPOCH + timedelta(microseconds=instant_us)


@overload
def us(timestamp: datetime) -> int: ...
@overload
def us(timestamp: datetime | None) -> int | None: ...
def us(timestamp: datetime | None) -> int | None:
    """Microseconds since the epoch, exactly."""
    return None if timestamp is None else (timestamp - EPOCH) // _MICROSECOND


def on(day: int) -> date:
    """The date of a proleptic ordinal; day 0, before all days, is the first date."""
    return date.fromordinal(max(1, day))
