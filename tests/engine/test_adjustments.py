"""Points given and taken by hand, goodwill within its limits, lots that last longer (semantics 7, 10, 11)."""

from uuid import UUID

import pytest

from app.engine.change import BALANCE_MAX
from app.engine.commands import Adjustment, AdjustmentCancel, Extension, Goodwill
from app.engine.movements import Draw, LotMove, StockMove
from app.engine.outcomes import Adjusted, AdjustmentCancelled, Extended
from app.engine.remains import Reversed
from tests.engine.builders import day, instant, rulebook
from tests.engine.shoppers import Shopper

WEEKLY = {"kind": "rolling_days", "days": 7}
ACTIVE = {"kind": "inactivity", "days": 30}
STAMPS = {"id": "stamps", "title": {"en": "Stamps"}, "expiry": WEEKLY}
KIND = {"points_per_staff_and_day": 100, "points_max": 60}
ONE, OTHER = UUID(int=1), UUID(int=2)


def adjustment(points: int, **parts: object) -> Adjustment:
    return Adjustment(points=points, reason="complaint", **parts)  # type: ignore[arg-type]


def gift(points: int, staff: str = "linh") -> Goodwill:
    return Goodwill(points=points, staff=staff, reason="cold_coffee")


def test_points_given_by_hand_live_as_long_as_others_of_their_wallet_and_are_never_pending() -> None:
    member = Shopper(rulebook(wallets=[{**STAMPS, "pending": {"kind": "after_days", "days": 14}}]))
    given = member.must(adjustment(30, wallet="stamps"))
    assert member.outcome(given) == Adjusted(points=30, wallet="stamps", lot=1, draws=())
    assert [(e.kind, e.points, e.wallet) for e in member.change(given).entries] == [("adjustment", 30, "stamps")]
    assert (member.lots[1].expires_us, member.lots[1].pending) == (instant("2026-01-18"), False)
    assert member.account.purse("stamps").free == 30


def test_points_given_by_hand_may_have_a_date_of_their_own_or_none() -> None:
    member = Shopper(rulebook(expiry=WEEKLY))
    member.must(adjustment(10, expires_us=instant("2026-03-01")))
    member.must(adjustment(20, never_expires=True))
    assert [member.lots[number].expires_us for number in (1, 2)] == [instant("2026-03-01"), None]
    assert member.refused(adjustment(1, expires_us=member.now_us)) == {"expires_too_soon": {}}
    assert member.refused(adjustment(1, expires_us=2**62)) == {"number_too_large": {}}


def test_points_given_by_hand_pay_what_is_owed_first() -> None:
    member = Shopper(rulebook(), points=50)
    bought = next(iter(fact for fact in member.commands if fact != UUID(int=1000)))
    member.redeems(40)
    member.refunds(bought)
    assert member.balance == -40
    member.must(adjustment(60))
    assert (member.balance, member.account.debt, member.remaining()) == (20, 0, {2: 20})


def test_points_are_taken_in_spending_order_and_only_free_ones() -> None:
    member = Shopper(rulebook())
    member.buys(30)
    member.buys(50)
    taken = member.must(adjustment(-40))
    assert member.outcome(taken) == Adjusted(
        points=-40, wallet="", lot=None, draws=(Draw(lot=1, points=30), Draw(lot=2, points=10))
    )
    assert member.entries(3) == [("adjustment", -40)]
    member.holds(25)
    assert member.refused(adjustment(-16)) == {"insufficient_points": {"available": 15, "requested": 16}}


def test_large_adjustments_need_a_second_person() -> None:
    member = Shopper(rulebook(adjustments={"approval_over_points": 100}), points=500)
    member.must(adjustment(100, actor=ONE))
    for points in (101, -101):
        needed = {"approval_needed": {"over": 100, "requested": 101}}
        assert member.refused(adjustment(points, actor=ONE)) == needed
        assert member.refused(adjustment(points, actor=ONE, approver=ONE)) == needed
        member.must(adjustment(points, actor=ONE, approver=OTHER))
    assert member.balance == 600


@pytest.mark.parametrize(
    ("command", "reasons"),
    [
        (adjustment(0), {"nothing_to_adjust": {}}),
        (adjustment(5, wallet="miles"), {"unknown_wallet": {}}),
        (adjustment(BALANCE_MAX), {"number_too_large": {}}),
        (adjustment(-(2**63)), {"insufficient_points": {"available": 1, "requested": 2**63}}),
    ],
)
def test_adjustments_that_cannot_be_are_refused(command: Adjustment, reasons: dict[str, dict[str, int]]) -> None:
    assert Shopper(rulebook(), points=1).refused(command) == reasons


def test_a_cancelled_gift_is_taken_back_as_a_refund_would() -> None:
    member = Shopper(rulebook())
    given = member.must(adjustment(50))
    member.redeems(30)
    cancelled = member.must(AdjustmentCancel(adjustment=given))
    assert member.outcome(cancelled) == AdjustmentCancelled(
        reversed=Reversed(asked=50, from_lot=20, from_debt=30), returned=0
    )
    assert (member.balance, member.account.debt) == (-30, 30)
    assert member.refused(AdjustmentCancel(adjustment=given)) == {"already_reversed": {"by": str(cancelled)}}


def test_a_cancelled_gift_is_taken_out_of_its_own_wallet_as_far_as_its_debt_policy_goes() -> None:
    redemption = {"points": 1, "value_minor": 1, "step_points": 1, "minimum_points": 1}
    strict = {**STAMPS, "id": "strict", "debt": {"policy": "refuse"}, "redemption": redemption}
    clamped = {**STAMPS, "id": "clamped", "debt": {"policy": "clamp"}, "redemption": redemption}
    member = Shopper(rulebook(wallets=[strict, clamped]), points=100)
    for wallet in ("strict", "clamped"):
        given = member.must(adjustment(50, wallet=wallet))
        spent = member.redeems(30, wallet=wallet)
        command = AdjustmentCancel(adjustment=given)
        if wallet == "strict":
            shortage = {"wallet": "strict", "asked": 50, "available": 20}
            assert member.refused(command) == {"not_enough_to_reverse": shortage}
            member.cancels(spent)
        member.must(command)
        assert (member.account.purse(wallet).balance, member.account.purse(wallet).debt) == (0, 0)
    assert member.changes[-1].outcome == AdjustmentCancelled(
        reversed=Reversed(asked=50, from_lot=20, uncollected=30), returned=0
    )
    assert member.balance == 100


def test_a_cancelled_deduction_comes_back_to_its_own_lots_with_their_own_dates() -> None:
    member = Shopper(rulebook(expiry=WEEKLY), points=50)
    taken = member.must(adjustment(-40))
    member.at("2026-01-15 09:00").must(AdjustmentCancel(adjustment=taken))
    assert member.changes[-1].outcome == AdjustmentCancelled(reversed=Reversed(), returned=40)
    assert (member.remaining(), member.lots[1].expires_us) == ({1: 50}, instant("2026-01-18"))


def test_a_deduction_that_is_cancelled_after_its_expiry_is_gone() -> None:
    member = Shopper(rulebook(expiry=WEEKLY), points=50)
    taken = member.must(adjustment(-40))
    member.at("2026-02-15 09:00").must(AdjustmentCancel(adjustment=taken))
    assert member.entries(3) == [("expiry", -10), ("return", 40), ("expiry", -40)]
    assert member.balance == 0


def test_only_adjustments_are_cancelled_as_such() -> None:
    member = Shopper(rulebook(), points=50)
    assert member.refused(AdjustmentCancel(adjustment=member.redeems(1))) == {"wrong_kind": {}}


def test_points_by_hand_are_no_activity_but_start_the_clock() -> None:
    member = Shopper(rulebook(expiry=ACTIVE))
    member.must(adjustment(50))
    assert member.account.lapses_us == instant("2026-02-10")
    member.at("2026-02-01 09:00").must(adjustment(10))
    assert member.account.lapses_us == instant("2026-02-10")
    member.at("2026-02-20 09:00").must(adjustment(7))
    assert member.entries(3) == [("expiry", -50), ("expiry", -10), ("adjustment", 7)]
    assert (member.balance, member.account.lapses_us) == (7, instant("2026-03-23"))


def test_goodwill_is_bounded_at_one_time_and_by_staff_and_day() -> None:
    member = Shopper(rulebook(goodwill=KIND))
    assert member.refused(gift(61)) == {"goodwill_too_large": {"maximum": 60, "requested": 61}}
    given = member.must(gift(60))
    assert member.outcome(given) == Adjusted(points=60, wallet="", lot=1, draws=())
    stock = f"goodwill/{day('2026-01-10')}/linh"
    assert member.change(given).stock_moves == (StockMove(name=stock, before=0, taken=60),)
    assert member.refused(gift(41)) == {"goodwill_used_up": {"left": 40, "requested": 41}}
    member.must(gift(41, staff="arman"))
    member.at("2026-01-11 00:00").must(gift(60))
    assert member.entries(1) == [("goodwill", 60), ("goodwill", 41), ("goodwill", 60)]


def test_goodwill_lives_as_long_as_points_that_are_earned_now_and_comes_back_under_the_name_of_a_reversal() -> None:
    member = Shopper(rulebook(goodwill=KIND, expiry=WEEKLY))
    given = member.must(gift(20))
    assert (member.lots[1].earned_us, member.lots[1].expires_us) == (member.now_us, instant("2026-01-18"))
    member.must(AdjustmentCancel(adjustment=given))
    assert member.entries(1) == [("goodwill", 20), ("reversal", -20)]


def test_nobody_gives_goodwill_unless_the_rulebook_says_how_much() -> None:
    assert Shopper(rulebook()).refused(gift(1)) == {"goodwill_off": {}}
    member = Shopper(rulebook(goodwill=KIND))
    for points in (0, -5):
        assert member.refused(gift(points)) == {"nothing_to_adjust": {}}


def test_cancelled_goodwill_may_be_given_again_that_day() -> None:
    member = Shopper(rulebook(goodwill=KIND))
    given = member.must(gift(60))
    member.at("2026-01-12 09:00").must(AdjustmentCancel(adjustment=given))
    assert member.taken == {f"goodwill/{day('2026-01-10')}/linh": 0}
    assert member.balance == 0


def test_a_goodwill_extension_is_explicit_and_on_record() -> None:
    member = Shopper(rulebook(expiry=WEEKLY), points=50)
    before_us, later_us = instant("2026-01-18"), instant("2026-02-01")
    extended = member.must(Extension(lot=1, expires_us=later_us, reason="closed_store"))
    assert member.outcome(extended) == Extended(lot=1, before_us=before_us, expires_us=later_us)
    assert member.change(extended).lot_moves == (LotMove(number=1, expires_us=later_us),)
    assert member.change(extended).entries == ()
    member.waits("2026-01-31 23:59")
    assert member.balance == 50
    member.waits("2026-02-01")
    assert member.balance == 0


def test_an_extended_lot_is_announced_again() -> None:
    member = Shopper(rulebook(expiry=WEEKLY, expiry_notice_days=2), points=50)
    assert [notice.on_us for notice in member.waits("2026-01-16").notices] == [instant("2026-01-18")]
    member.must(Extension(lot=1, expires_us=instant("2026-02-01"), reason="closed_store"))
    assert member.changes[-1].notices == ()
    assert not member.lots[1].noticed
    assert [notice.on_us for notice in member.waits("2026-01-31").notices] == [instant("2026-02-01")]


def test_an_extension_only_ever_lengthens_an_open_lot_that_has_a_date() -> None:
    member = Shopper(rulebook(expiry=WEEKLY), points=50)
    member.must(adjustment(10, never_expires=True))
    soon, later = instant("2026-01-18"), instant("2026-02-01")
    assert member.refused(Extension(lot=1, expires_us=soon, reason="r")) == {"not_longer": {}}
    assert member.refused(Extension(lot=1, expires_us=2**62, reason="r")) == {"number_too_large": {}}
    assert member.refused(Extension(lot=2, expires_us=later, reason="r")) == {"lot_without_date": {}}
    assert member.refused(Extension(lot=3, expires_us=later, reason="r")) == {"unknown_lot": {}}
    member.redeems(50)
    assert member.refused(Extension(lot=1, expires_us=later, reason="r")) == {"lot_closed": {}}


def test_what_is_held_of_an_expired_lot_can_be_given_longer() -> None:
    member = Shopper(rulebook(expiry=WEEKLY, holds={"minutes": 15, "life_minutes_max": 500_000}), points=50)
    hold = member.holds(20, minutes=60 * 24 * 30)
    member.at("2026-01-20 09:00")
    assert member.refused(Extension(lot=1, expires_us=instant("2026-01-19"), reason="r")) == {"not_longer": {}}
    member.must(Extension(lot=1, expires_us=instant("2026-03-01"), reason="r"))
    member.releases(hold)
    assert (member.balance, member.free, member.lots[1].expires_us) == (20, 20, instant("2026-03-01"))


def test_what_was_held_through_a_lapse_and_given_longer_keeps_the_date_that_it_was_given() -> None:
    """Found by a soak: the lapse that was over took the extension back as soon as somebody looked."""
    member = Shopper(rulebook(expiry=ACTIVE, holds={"minutes": 15, "life_minutes_max": 500_000}), points=50)
    hold = member.holds(20, minutes=60 * 24 * 60)
    member.at("2026-02-15 09:00")
    member.must(Extension(lot=1, expires_us=instant("2026-06-01"), reason="r"))
    assert (member.balance, member.lots[1].expires_us) == (20, instant("2026-06-01"))
    member.releases(hold)
    member.waits("2026-05-31")
    assert (member.balance, member.free) == (20, 20)
    member.waits("2026-06-01")
    assert member.balance == 0
