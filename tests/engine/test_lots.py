"""Lots: how they are spent, when they expire, and where points go that come back (semantics 5 to 7, 10)."""

import pytest

from app.engine.outcomes import Cancelled, Redeemed
from app.engine.rulebook.document import Rulebook
from tests.engine.builders import Member, instant, rulebook, timeline

MONTHLY = {"kind": "rolling", "months": 1}
WEEKLY = {"kind": "rolling_days", "days": 7}


def versions(*editions: tuple[str, Rulebook]) -> Member:
    """A member under rulebooks that follow each other."""
    return Member(
        published=timeline(*((instant(since), document) for since, document in editions)), start="2026-01-10 09:00"
    )


def draws(member: Member) -> list[tuple[int, int]]:
    outcome = member.changes[-1].outcome
    assert isinstance(outcome, Redeemed)
    return [(draw.lot, draw.points) for draw in outcome.draws]


def test_each_credit_is_a_lot() -> None:
    member = Member(rulebook(expiry=MONTHLY))
    bought = member.buys(30)
    lot = member.lots[1]
    assert (lot.fact, lot.granted, lot.remaining) == (bought, 30, 30)
    assert (lot.earned_us, lot.expires_us) == (instant("2026-01-10 09:00"), instant("2026-02-11"))
    assert member.entries() == [("accrual", 30)]


def test_a_purchase_that_earns_nothing_opens_no_lot() -> None:
    member = Member()
    member.buys(0)
    assert (member.lots, member.entries(), member.balance) == ({}, [], 0)


def test_soonest_expiry_is_spent_first() -> None:
    member = versions(
        ("2026-01-01", rulebook(expiry=MONTHLY)),
        ("2026-01-15", rulebook(expiry=WEEKLY)),
    )
    member.buys(50)
    member.at("2026-01-20 09:00").buys(50)
    member.redeems(60)
    assert draws(member) == [(2, 50), (1, 10)]


def test_points_that_never_expire_are_spent_last() -> None:
    member = versions(("2026-01-01", rulebook()), ("2026-01-15", rulebook(expiry=MONTHLY)))
    member.buys(50)
    member.at("2026-01-20 09:00").buys(50)
    member.redeems(60)
    assert draws(member) == [(2, 50), (1, 10)]


def test_of_equal_expiry_the_older_credit_is_spent_first() -> None:
    member = Member(rulebook(expiry=WEEKLY))
    member.at("2026-01-20 15:00").buys(50)
    member.buys(50, occurred="2026-01-20 08:00")
    assert member.lots[1].expires_us == member.lots[2].expires_us
    member.redeems(60)
    assert draws(member) == [(2, 50), (1, 10)]


def test_of_equal_credits_the_lower_number_is_spent_first() -> None:
    member = Member()
    member.buys(50)
    member.buys(50)
    member.redeems(60)
    assert draws(member) == [(1, 50), (2, 10)]


def test_expired_points_are_not_there() -> None:
    member = Member(rulebook(expiry=WEEKLY))
    member.buys(50)
    member.at("2026-01-18 00:00")
    assert member.refused_for_redeeming(10) == {"insufficient_points": {"available": 0, "requested": 10}}


def test_points_are_good_until_the_last_moment_of_their_last_day() -> None:
    member = Member(rulebook(expiry=WEEKLY))
    member.buys(50)
    member.at("2026-01-17 23:59")
    member.redeems(50)
    assert member.balance == 0


def test_points_expire_at_their_own_instant_however_late_somebody_looks() -> None:
    member = Member(rulebook(expiry=WEEKLY))
    member.buys(50)
    change = member.waits("2026-06-01")
    assert [(entry.kind, entry.points, entry.effective_us) for entry in change.entries] == [
        ("expiry", -50, instant("2026-01-18"))
    ]
    assert member.lots[1].expired == 50


def test_lots_that_are_due_together_expire_one_by_one_in_order() -> None:
    member = Member(rulebook(expiry=WEEKLY))
    member.buys(10)
    member.at("2026-01-11 09:00").buys(20)
    member.redeems(5)
    change = member.waits("2026-03-01")
    assert [(entry.lot, entry.points, entry.effective_us) for entry in change.entries] == [
        (1, -5, instant("2026-01-18")),
        (2, -20, instant("2026-01-19")),
    ]


def test_dates_are_stamped_when_a_lot_is_made() -> None:
    member = versions(("2026-01-01", rulebook(expiry=MONTHLY)), ("2026-01-15", rulebook(expiry=WEEKLY)))
    member.buys(50)
    member.waits("2026-02-10 09:00")
    assert member.balance == 50
    member.waits("2026-02-11 00:00")
    assert member.balance == 0


def test_a_lot_knows_what_became_of_it() -> None:
    member = Member(rulebook(expiry=WEEKLY))
    member.buys(50)
    member.redeems(20)
    member.waits("2026-02-01")
    lot = member.lots[1]
    assert (lot.granted, lot.remaining, lot.used, lot.expired, lot.reversed) == (50, 0, 20, 30, 0)


def test_points_that_come_back_go_to_their_own_lot_with_its_own_date() -> None:
    member = Member(rulebook(expiry=MONTHLY))
    member.buys(50)
    redeemed = member.redeems(30)
    member.at("2026-02-01 09:00").buys(50)
    member.cancels(redeemed)
    assert member.remaining() == {1: 50, 2: 50}
    assert member.lots[1].expires_us == instant("2026-02-11")


def test_points_that_come_back_to_an_expired_lot_expire_at_once() -> None:
    member = Member(rulebook(expiry=WEEKLY))
    member.buys(50)
    redeemed = member.redeems(30)
    member.at("2026-02-01 09:00")
    before = len(member.changes)
    member.cancels(redeemed)
    assert member.entries(before) == [("expiry", -20), ("return", 30), ("expiry", -30)]
    assert [entry.effective_us for entry in member.changes[-1].entries] == [
        instant("2026-01-18"),
        instant("2026-02-01 09:00"),
        instant("2026-02-01 09:00"),
    ]
    assert member.balance == 0


def test_points_that_come_back_pay_what_the_reversal_of_their_lot_could_not_take() -> None:
    member = Member(rulebook(debt={"floor_points": 0}))
    bought = member.buys(50)
    redeemed = member.redeems(50)
    member.refunds(bought)
    assert (member.balance, member.lots[1].uncollected) == (0, 50)
    before = len(member.changes)
    member.cancels(redeemed)
    assert member.entries(before) == [("return", 50), ("reversal", -50)]
    assert (member.balance, member.lots[1].uncollected, member.lots[1].reversed) == (0, 0, 50)


def test_points_that_come_back_pay_debt_before_they_are_free() -> None:
    member = Member()
    member.buys(50)
    redeemed = member.redeems(50)
    spent = member.buys(30)
    member.redeems(30)
    member.refunds(spent)
    assert (member.balance, member.account.debt) == (-30, 30)
    member.cancels(redeemed)
    assert (member.balance, member.account.debt) == (20, 0)
    assert member.remaining() == {1: 20}


def test_a_redemption_is_cancelled_once() -> None:
    member = Member()
    member.buys(50)
    redeemed = member.redeems(30)
    cancelled = member.cancels(redeemed)
    outcome = member.change(cancelled).outcome
    assert outcome == Cancelled(returned=30, value_minor=30)
    assert member.refused_for_cancelling(redeemed) == {"already_reversed": {"by": str(cancelled)}}


def test_only_a_redemption_can_be_cancelled() -> None:
    member = Member()
    bought = member.buys(50)
    assert set(member.refused_for_cancelling(bought)) == {"wrong_kind"}


def test_entries_are_numbered_and_carry_the_balance_after_them() -> None:
    member = Member()
    member.buys(50)
    member.redeems(20)
    member.buys(5)
    entries = [entry for change in member.changes for entry in change.entries]
    assert [(entry.number, entry.points, entry.balance_after) for entry in entries] == [
        (1, 50, 50),
        (2, -20, 30),
        (3, 5, 35),
    ]


@pytest.mark.parametrize(
    ("earned", "expires"),
    [("2026-01-31 23:00", "2026-03-01"), ("2024-01-31 00:00", "2024-03-01"), ("2026-04-30 12:00", "2026-05-31")],
)
def test_the_end_of_a_month_clamps(earned: str, expires: str) -> None:
    member = Member(rulebook(expiry=MONTHLY), start=earned)
    member.buys(1)
    assert member.lots[1].expires_us == instant(expires)


def test_a_day_begins_when_the_clocks_say_so() -> None:
    """In São Paulo the clocks of 4 November 2018 went from 23:59:59 to 01:00."""
    member = Member(rulebook(expiry=WEEKLY), start="2018-10-27 12:00", zone="America/Sao_Paulo")
    member.buys(1)
    assert member.lots[1].expires_us == instant("2018-11-04 01:00", "America/Sao_Paulo")
