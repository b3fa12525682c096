"""Refunds and debt: nothing is taken twice, nothing is minted, nothing is hidden (semantics 6, 11 to 16)."""

from uuid import UUID

from app.engine.change import Change
from app.engine.commands import Redemption, Refund
from app.engine.outcomes import Refunded
from app.engine.remains import Reversed
from tests.engine.builders import Member, instant, rulebook, timeline

WEEKLY = {"kind": "rolling_days", "days": 7}


def award(member: Member) -> Reversed:
    outcome = member.changes[-1].outcome
    assert isinstance(outcome, Refunded)
    return outcome.award


def test_a_refund_takes_the_purchases_own_lot_first() -> None:
    member = Member()
    member.buys(40)
    bought = member.buys(60)
    member.refunds(bought)
    assert member.remaining() == {1: 40}
    assert award(member) == Reversed(asked=60, from_lot=60)
    assert member.entries(3) == [("reversal", -60)]


def test_what_was_used_is_taken_from_other_free_lots_in_spending_order() -> None:
    member = Member(rulebook(expiry=WEEKLY))
    bought = member.buys(50)
    member.redeems(50)
    member.at("2026-01-11 09:00").buys(30)
    member.at("2026-01-12 09:00").buys(30)
    member.refunds(bought)
    assert award(member) == Reversed(asked=50, from_others=50)
    assert member.remaining() == {3: 10}


def test_what_nobody_has_becomes_debt() -> None:
    member = Member()
    bought = member.buys(50)
    member.redeems(40)
    member.refunds(bought)
    assert award(member) == Reversed(asked=50, from_lot=10, from_debt=40)
    assert (member.balance, member.account.debt, member.account.free) == (-40, 40, 0)


def test_debt_stops_at_the_floor_and_the_rest_is_on_record() -> None:
    member = Member(rulebook(debt={"floor_points": -15}))
    bought = member.buys(50)
    member.redeems(50)
    member.refunds(bought)
    assert award(member) == Reversed(asked=50, from_debt=15, uncollected=35)
    assert (member.balance, member.account.debt, member.lots[1].uncollected) == (-15, 15, 35)
    assert member.changes[-1].points == -15


def test_a_floor_of_zero_clamps() -> None:
    member = Member(rulebook(debt={"floor_points": 0}))
    bought = member.buys(50)
    member.redeems(50)
    member.refunds(bought)
    assert award(member) == Reversed(asked=50, uncollected=50)
    assert (member.balance, member.entries(3)) == (0, [])


def test_the_floor_is_one_for_all_refunds_together() -> None:
    member = Member(rulebook(debt={"floor_points": -15}))
    first, second = member.buys(10), member.buys(10)
    member.redeems(20)
    member.refunds(first)
    member.refunds(second)
    assert award(member) == Reversed(asked=10, from_debt=5, uncollected=5)
    assert member.balance == -15


def test_every_credit_repays_debt_before_it_is_free() -> None:
    member = Member()
    bought = member.buys(50)
    member.redeems(50)
    member.refunds(bought)
    member.buys(30)
    assert (member.balance, member.account.debt, member.remaining()) == (-20, 20, {})
    member.buys(30)
    assert (member.balance, member.account.debt, member.remaining()) == (10, 0, {3: 10})


def test_nobody_spends_while_in_debt() -> None:
    member = Member()
    bought = member.buys(50)
    member.redeems(50)
    member.refunds(bought)
    assert member.refused(Redemption(points=1)) == {"insufficient_points": {"available": 0, "requested": 1}}


def test_debt_does_not_expire() -> None:
    member = Member(rulebook(expiry=WEEKLY))
    bought = member.buys(50)
    member.redeems(50)
    member.refunds(bought)
    member.waits("2027-01-01")
    assert member.account.debt == 50


def test_what_expired_unused_is_gone_and_is_not_taken_again() -> None:
    member = Member(rulebook(expiry=WEEKLY))
    bought = member.buys(50)
    member.redeems(20)
    member.at("2026-02-01 09:00").buys(100)
    member.refunds(bought)
    assert award(member) == Reversed(asked=50, from_others=20, expired=30)
    assert member.remaining() == {2: 80}


def test_points_paid_come_back_before_the_award_is_taken() -> None:
    member = Member()
    member.buys(100)
    bought = member.buys(150, points=100)
    assert member.remaining() == {2: 50}
    before = len(member.changes)
    member.refunds(bought)
    assert member.entries(before) == [("return", 100), ("reversal", -50)]
    outcome = member.changes[-1].outcome
    assert isinstance(outcome, Refunded)
    assert (outcome.returned, outcome.returned_minor, outcome.award.from_lot) == (100, 100, 50)
    assert member.remaining() == {1: 100}


def test_points_paid_come_back_to_an_expired_lot_and_expire() -> None:
    member = Member(rulebook(expiry=WEEKLY))
    member.buys(100)
    member.at("2026-01-12 09:00")
    bought = member.buys(100, points=100)
    member.at("2026-01-18 09:00").refunds(bought)
    assert member.balance == 0
    assert member.lots[1].expired == 100


def test_a_refund_reverses_what_was_granted_whatever_the_rules_say_today() -> None:
    generous = [{"id": "base", "effect": {"kind": "per_amount", "points": 9, "per_minor": 1}}]
    member = Member(
        published=timeline(
            (instant("2026-01-01"), rulebook()), (instant("2026-02-01"), rulebook(earning={"rules": generous}))
        )
    )
    bought = member.buys(10)
    member.at("2026-02-02 09:00").refunds(bought)
    assert award(member).asked == 10
    assert member.balance == 0


def test_a_refund_never_credits() -> None:
    member = Member()
    bought = member.buys(0)
    member.refunds(bought)
    assert (award(member), member.entries()) == (Reversed(), [])


def test_a_purchase_is_refunded_once() -> None:
    member = Member()
    bought = member.buys(50)
    refunded = member.refunds(bought)
    assert member.refused(Refund(purchase=bought)) == {"already_reversed": {"by": str(refunded)}}
    assert member.balance == 0


def test_a_refund_of_what_is_no_purchase_is_refused() -> None:
    member = Member()
    member.buys(50)
    redeemed = member.redeems(10)
    assert set(member.refused(Refund(purchase=redeemed))) == {"wrong_kind"}
    assert set(member.refused(Refund(purchase=UUID(int=404)))) == {"wrong_kind"}


def test_a_refund_does_not_count_for_a_lot_twice() -> None:
    member = Member()
    bought = member.buys(50)
    member.refunds(bought)
    lot = member.lots[1]
    assert (lot.granted, lot.remaining, lot.reversed) == (50, 0, 50)


def test_the_change_of_a_refund_balances_by_construction() -> None:
    member = Member()
    bought = member.buys(50)
    member.redeems(20)
    change = member.change(member.refunds(bought))
    assert isinstance(change, Change)
    assert change.points == -sum(move.taken for move in change.lot_moves) - (change.debt_after - change.debt_before)
