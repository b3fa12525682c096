"""Small cases that the machine found, or that nobody would think of looking for."""

from app.engine.commands import HoldPlace, LetTimePass, Refund
from tests.engine.builders import Member, rulebook

LAPSING = {"kind": "inactivity", "days": 10}
MONTHS = {"minutes": 15, "life_minutes_max": 60_000}


def held_through_a_lapse(*looks: str) -> Member:
    """All points are held for twenty days, and lapse after ten; `looks` are when somebody looks in between."""
    member = Member(rulebook(expiry=LAPSING, holds=MONTHS))
    member.buys(50)
    member.must(HoldPlace(points=50, minutes=20 * 1440))
    for look in looks:
        member.waits(look)
    member.waits("2026-02-20 09:00")
    return member


def test_what_is_held_through_a_lapse_has_the_same_date_however_late_somebody_looks() -> None:
    late, swept = held_through_a_lapse(), held_through_a_lapse("2026-01-25 09:00")
    assert late.lots == swept.lots
    assert late.entries() == swept.entries() == [("accrual", 50), ("expiry", -50)]
    assert late.ask(LetTimePass()) == swept.ask(LetTimePass())


def test_points_that_paid_and_come_back_after_a_lapse_are_gone_with_the_others() -> None:
    member = Member(rulebook(expiry=LAPSING))
    member.buys(40)
    bought = member.buys(100, points=30)
    member.at("2026-01-25 09:00").must(Refund(purchase=bought, amount_minor=50))
    assert (member.balance, member.account.debt) == (0, 0)
    assert member.entries(2)[-3:] == [("expiry", -70), ("return", 15), ("expiry", -15)]


def test_a_late_credit_pays_what_is_owed_before_it_expires_at_once() -> None:
    member = Member(rulebook(expiry={"kind": "rolling_days", "days": 7}))
    bought = member.buys(50)
    member.redeems(50)
    member.refunds(bought)
    assert member.account.debt == 50
    member.at("2026-02-01 09:00").buys(80, occurred="2026-01-20 09:00")
    assert (member.balance, member.account.debt) == (0, 0)
    assert member.lots[2].expired == 30


def test_points_of_the_leap_day_are_good_through_the_last_of_february() -> None:
    member = Member(rulebook(expiry={"kind": "rolling", "months": 12}), start="2024-02-29 12:00")
    member.buys(10)
    assert member.waits("2025-02-28 23:59").after.balance == 10
    assert member.waits("2025-03-01 00:00").after.balance == 0


def test_points_outlive_the_day_on_which_almaty_set_its_clocks_back() -> None:
    """The clocks went from the midnight of 1 March 2024 back to eleven, so 29 February had twenty-five hours."""
    weekly = rulebook(expiry={"kind": "rolling_days", "days": 7})
    member = Member(weekly, zone="Asia/Almaty", start="2024-02-23 12:00")
    member.buys(10)
    assert member.waits("2024-03-01 23:59").after.balance == 10
    assert member.waits("2024-03-02 00:00").after.balance == 0


def test_points_mature_with_the_first_moment_of_a_day_that_has_no_midnight() -> None:
    """In Beirut 31 March 2024 began at one: the clocks went forward at midnight."""
    waiting = rulebook(pending={"kind": "after_days", "days": 2})
    member = Member(waiting, zone="Asia/Beirut", start="2024-03-29 12:00")
    member.buys(10)
    assert member.account.free == 0
    member.waits("2024-03-30 23:59")
    assert (member.account.free, member.account.pending) == (0, 10)
    member.waits("2024-03-31 01:00")
    assert (member.account.free, member.account.pending) == (10, 0)
