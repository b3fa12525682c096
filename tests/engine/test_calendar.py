"""Local days, when they begin, and when points expire."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.engine.calendar import (
    DAY_MAX,
    DAY_MIN,
    add_months,
    day_start_us,
    expiry_us,
    inactivity_us,
    last_valid_day,
    local_day,
    local_moment,
    matures_us,
    zone_names,
)
from app.engine.rulebook.document import (
    EndOfPeriod,
    Expiry,
    FixedDate,
    Inactivity,
    NeverExpires,
    PendingDays,
    PendingEvent,
    RollingDays,
    RollingMonths,
)

SAIGON = "Asia/Ho_Chi_Minh"
DAY_US = 86_400_000_000
ODD_ZONES = (
    SAIGON,
    "UTC",
    "Africa/Cairo",
    "America/Havana",
    "America/Santiago",
    "America/Sao_Paulo",
    "Asia/Almaty",
    "Asia/Beirut",
    "Asia/Kathmandu",
    "Asia/Tehran",
    "Atlantic/Azores",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "Pacific/Chatham",
)


def us(text: str) -> int:
    """The microseconds of an instant of UTC."""
    return (datetime.fromisoformat(text).replace(tzinfo=UTC) - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(
        microseconds=1
    )


def day(text: str) -> int:
    return date.fromisoformat(text).toordinal()


def last_day(expiry: Expiry, earned: str) -> str:
    """The last valid day of points earned at an instant, in Saigon."""
    expires_us = expiry_us(expiry, us(earned), SAIGON)
    assert expires_us is not None
    return date.fromordinal(last_valid_day(expires_us, SAIGON)).isoformat()


def test_a_moment_is_local() -> None:
    assert local_moment(us("2026-02-16T17:00:00"), SAIGON) == (day("2026-02-17"), 1, 0)
    assert local_moment(us("2026-02-16T16:59:59.999999"), SAIGON) == (day("2026-02-16"), 0, 1439)
    assert local_day(us("2026-02-16T16:59:59.999999"), SAIGON) == day("2026-02-16")


def test_a_moment_before_the_epoch_is_local_too() -> None:
    assert local_moment(us("1969-12-31T23:59:59.5"), "UTC") == (day("1969-12-31"), 2, 1439)


def test_almaty_has_been_an_hour_earlier_since_march_2024() -> None:
    assert local_moment(us("2024-02-29T17:59:00"), "Asia/Almaty") == (day("2024-02-29"), 3, 1439)
    assert local_moment(us("2024-02-29T18:00:00"), "Asia/Almaty") == (day("2024-02-29"), 3, 1380)
    assert day_start_us(day("2024-03-01"), "Asia/Almaty") == us("2024-02-29T19:00:00")
    assert day_start_us(day("2024-02-29"), "Asia/Almaty") == us("2024-02-28T18:00:00")


@pytest.mark.parametrize(
    ("zone", "local_date", "start"),
    [
        ("America/Sao_Paulo", "2018-11-04", "2018-11-04T03:00:00"),  # 00:00 became 01:00
        ("America/Sao_Paulo", "2018-02-18", "2018-02-18T03:00:00"),  # 24:00 became 23:00
        ("Asia/Beirut", "2023-03-26", "2023-03-25T22:00:00"),
        ("Asia/Beirut", "2022-03-27", "2022-03-26T22:00:00"),
        ("America/Havana", "2022-11-06", "2022-11-06T04:00:00"),  # 01:00 became 00:00: midnight came twice
        ("America/Toronto", "1919-03-31", "1919-03-31T04:30:00"),  # 23:30 became 00:30
        ("Pacific/Apia", "2011-12-30", "2011-12-30T10:00:00"),  # the date was skipped
        ("Pacific/Apia", "2011-12-31", "2011-12-30T10:00:00"),
        (SAIGON, "2026-02-17", "2026-02-16T17:00:00"),
    ],
)
def test_a_day_begins_with_its_first_moment(zone: str, local_date: str, start: str) -> None:
    assert day_start_us(day(local_date), zone) == us(start)


@given(st.sampled_from(ODD_ZONES), st.integers(day("1900-01-01"), day("2100-01-01")))
def test_no_earlier_moment_belongs_to_a_day(zone: str, wanted: int) -> None:
    start = day_start_us(wanted, zone)
    assert local_day(start, zone) >= wanted
    assert local_day(start - 1, zone) < wanted


@given(st.sampled_from(ODD_ZONES), st.integers(us("1900-01-01"), us("2100-01-01")))
def test_every_moment_lies_in_its_day(zone: str, at_us: int) -> None:
    found, weekday, minute = local_moment(at_us, zone)
    assert found == local_day(at_us, zone)
    assert weekday == date.fromordinal(found).weekday()
    assert 0 <= minute < 1440
    assert day_start_us(found, zone) <= at_us


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        ("2026-01-31", 1, "2026-02-28"),
        ("2024-01-31", 1, "2024-02-29"),
        ("2024-02-29", 12, "2025-02-28"),
        ("2024-02-29", 48, "2028-02-29"),
        ("2026-11-30", 3, "2027-02-28"),
        ("2026-03-31", -1, "2026-02-28"),
        ("2026-01-15", -12, "2025-01-15"),
        ("2026-05-31", 0, "2026-05-31"),
    ],
)
def test_month_ends_clamp(start: str, months: int, end: str) -> None:
    assert add_months(day(start), months) == day(end)


def test_points_of_the_last_of_january_are_good_through_the_last_of_february() -> None:
    monthly = RollingMonths(kind="rolling", months=1)
    assert last_day(monthly, "2026-01-31T05:00:00") == "2026-02-28"
    assert last_day(monthly, "2024-01-31T05:00:00") == "2024-02-29"
    assert expiry_us(monthly, us("2026-01-31T05:00:00"), SAIGON) == us("2026-02-28T17:00:00")


def test_points_of_the_leap_day_are_good_through_february_a_year_later() -> None:
    assert last_day(RollingMonths(kind="rolling", months=12), "2024-02-29T05:00:00") == "2025-02-28"


def test_days_are_counted_from_the_local_date() -> None:
    assert last_day(RollingDays(kind="rolling_days", days=30), "2026-01-31T16:59:00") == "2026-03-02"
    assert last_day(RollingDays(kind="rolling_days", days=30), "2026-01-31T17:00:00") == "2026-03-03"


def test_points_that_never_expire_have_no_instant() -> None:
    assert expiry_us(NeverExpires(kind="never"), us("2026-01-31T05:00:00"), SAIGON) is None


@pytest.mark.parametrize(
    ("period", "periods", "earned", "end"),
    [
        ("month", 0, "2026-02-01T05:00:00", "2026-02-28"),
        ("month", 0, "2024-02-29T05:00:00", "2024-02-29"),
        ("month", 1, "2026-01-31T05:00:00", "2026-02-28"),
        ("month", 11, "2026-01-31T05:00:00", "2026-12-31"),
        ("month", 0, "2026-01-31T17:00:00", "2026-02-28"),  # already February in Saigon
        ("quarter", 0, "2026-01-01T05:00:00", "2026-03-31"),
        ("quarter", 0, "2026-03-31T05:00:00", "2026-03-31"),
        ("quarter", 1, "2026-11-15T05:00:00", "2027-03-31"),
        ("quarter", 4, "2026-05-15T05:00:00", "2027-06-30"),
        ("year", 0, "2026-12-31T05:00:00", "2026-12-31"),
        ("year", 1, "2026-01-01T05:00:00", "2027-12-31"),
    ],
)
def test_points_are_good_until_a_period_of_the_calendar_ends(period: Any, periods: int, earned: str, end: str) -> None:
    assert last_day(EndOfPeriod(kind="end_of_period", period=period, periods=periods), earned) == end


@pytest.mark.parametrize(
    ("fixed", "earned", "end"),
    [
        ("2026-03-31", "2026-01-15T05:00:00", "2026-03-31"),
        ("2026-03-31", "2024-01-15T05:00:00", "2026-03-31"),
        ("2026-03-31", "2026-03-31T16:59:00", "2026-03-31"),
        ("2026-03-31", "2026-03-31T17:00:00", "2027-03-31"),  # already the first of April in Saigon
        ("2026-03-31", "2029-02-15T05:00:00", "2029-03-31"),
        ("2024-02-29", "2024-03-01T05:00:00", "2025-02-28"),
        ("2024-02-29", "2025-02-28T05:00:00", "2025-02-28"),
        ("2024-02-29", "2027-03-01T05:00:00", "2028-02-29"),
    ],
)
def test_points_are_good_until_a_date_and_later_ones_until_it_comes_round_again(
    fixed: str, earned: str, end: str
) -> None:
    assert last_day(FixedDate(kind="fixed_date", date=date.fromisoformat(fixed)), earned) == end


def test_an_expiry_by_date_is_the_first_moment_after_the_last_day_whatever_clocks_do() -> None:
    leap_day = FixedDate(kind="fixed_date", date=date(2024, 2, 29))
    earned = us("2024-02-01T05:00:00")
    # The last day of February had 25 hours in Almaty.
    assert expiry_us(leap_day, earned, "Asia/Almaty") == us("2024-02-29T19:00:00")
    monthly = EndOfPeriod(kind="end_of_period", period="month", periods=0)
    assert expiry_us(monthly, earned, "Asia/Almaty") == us("2024-02-29T19:00:00")
    # In Beirut the day after it began at one o'clock.
    assert expiry_us(
        FixedDate(kind="fixed_date", date=date(2022, 3, 26)), us("2022-03-01T05:00:00"), "Asia/Beirut"
    ) == us("2022-03-26T22:00:00")


def test_points_that_expire_by_inactivity_have_no_date_of_their_own() -> None:
    expiry = Inactivity(kind="inactivity", months=1)
    assert expiry_us(expiry, us("2026-01-31T05:00:00"), SAIGON) is None
    assert inactivity_us(expiry, us("2026-01-31T05:00:00"), SAIGON) == us("2026-02-28T17:00:00")
    assert inactivity_us(Inactivity(kind="inactivity", days=30), us("2024-02-15T05:00:00"), "Asia/Almaty") == us(
        "2024-03-16T19:00:00"
    )


def test_points_mature_with_the_first_moment_of_a_later_day() -> None:
    fortnight = PendingDays(kind="after_days", days=14)
    assert matures_us(fortnight, us("2026-02-16T16:59:00"), SAIGON) == us("2026-03-01T17:00:00")
    assert matures_us(fortnight, us("2026-02-16T17:00:00"), SAIGON) == us("2026-03-02T17:00:00")
    # Almaty's clocks went back meanwhile.
    assert matures_us(fortnight, us("2024-02-20T05:00:00"), "Asia/Almaty") == us("2024-03-04T19:00:00")
    assert matures_us(PendingEvent(kind="event"), us("2026-02-16T17:00:00"), SAIGON) is None
    assert matures_us(None, us("2026-02-16T17:00:00"), SAIGON) == us("2026-02-16T17:00:00")


DATED = st.one_of(
    st.integers(1, 60).map(lambda months: RollingMonths(kind="rolling", months=months)),
    st.integers(1, 1000).map(lambda days: RollingDays(kind="rolling_days", days=days)),
    st.builds(
        EndOfPeriod,
        kind=st.just("end_of_period"),
        period=st.sampled_from(("month", "quarter", "year")),
        periods=st.integers(0, 120),
    ),
    st.builds(FixedDate, kind=st.just("fixed_date"), date=st.dates(date(1990, 1, 1), date(2100, 1, 1))),
)


@given(st.sampled_from(ODD_ZONES), st.integers(us("1990-01-01"), us("2100-01-01")), DATED)
def test_points_expire_at_the_beginning_of_a_later_day(zone: str, earned_us: int, expiry: Expiry) -> None:
    expires_us = expiry_us(expiry, earned_us, zone)
    assert expires_us is not None
    assert expires_us > earned_us
    assert day_start_us(local_day(expires_us, zone), zone) == expires_us
    assert last_valid_day(expires_us, zone) < local_day(expires_us, zone)


@given(st.sampled_from(ODD_ZONES), st.integers(-(10**30), 10**30), st.integers(-(10**9), 10**9))
def test_every_instant_and_day_has_an_answer(zone: str, at: int, months: int) -> None:
    assert DAY_MIN - 1 <= local_moment(at, zone)[0] <= DAY_MAX + 1
    assert day_start_us(at, zone) == day_start_us(min(max(at, DAY_MIN), DAY_MAX), zone)
    assert DAY_MIN <= add_months(at, months) <= DAY_MAX
    assert expiry_us(RollingDays(kind="rolling_days", days=36500), at, zone) is not None
    assert expiry_us(EndOfPeriod(kind="end_of_period", period="year", periods=120), at, zone) is not None
    assert expiry_us(FixedDate(kind="fixed_date", date=date(1, 1, 1)), at, zone) is not None
    assert inactivity_us(Inactivity(kind="inactivity", months=1200), at, zone) is not None
    assert matures_us(PendingDays(kind="after_days", days=36500), at, zone) is not None


@pytest.mark.parametrize("name", ["Mars/Olympus", "../zones", "", "Asia", "asia/ho_chi_minh"])
def test_only_zones_of_the_data_are_read(name: str) -> None:
    assert name not in zone_names()
    with pytest.raises(LookupError):
        local_day(0, name)


def test_every_zone_can_be_read() -> None:
    starts = {name: day_start_us(day("2026-02-17"), name) for name in sorted(zone_names())}
    assert len(starts) > 400
    assert all(abs(start - us("2026-02-17")) <= DAY_US for start in starts.values())
