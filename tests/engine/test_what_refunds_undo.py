"""What else a refund undoes: levels as the rulebook says, referrals that no longer qualify (semantics 15, 23, 32)."""

from typing import Any

from app.engine.commands import Refund
from app.engine.movements import ClawBackReferrer, Referral
from app.engine.outcomes import Refunded
from app.engine.remains import Reversed
from app.engine.state import TallyDay
from tests.engine.builders import REFERRER, Member, day, instant, referral, rulebook, tiers
from tests.engine.neighbours import Neighbours


def after_refund(choice: str, *thresholds: int, **terms: Any) -> Member:
    return Member(rulebook(tiers={**tiers(*thresholds, **terms), "after_refund": choice}))


def outcome(member: Member) -> Refunded:
    found = member.changes[-1].outcome
    assert isinstance(found, Refunded)
    return found


def moves(member: Member) -> list[tuple[str, str]]:
    return [(move.tier, move.reason) for move in member.state.tier_moves]


def test_after_a_refund_a_level_is_kept_until_its_review() -> None:
    member = after_refund("at_review", 100)
    bought = member.buys(100)
    member.refunds(bought)
    assert member.account.tier == "silver"
    member.waits("2027-01-11")
    assert moves(member) == [("silver", "promotion"), ("bronze", "review_demotion")]


def test_a_refund_may_end_a_level_at_once() -> None:
    member = after_refund("immediate", 100, 200)
    member.buys(100)
    review_us = member.account.review_us
    bought = member.buys(100)
    gold_us = member.account.review_us
    member.at("2026-02-01 09:00").must(Refund(purchase=bought, amount_minor=1))
    assert moves(member) == [("silver", "promotion"), ("gold", "promotion"), ("silver", "refund")]
    # The level below is certain for as long as the one above was.
    assert (member.account.tier, member.account.review_us) == ("silver", gold_us)
    assert review_us == gold_us
    assert member.state.tier_moves[-1].at_us == instant("2026-02-01 09:00")


def test_who_falls_to_the_base_level_is_not_reviewed() -> None:
    member = after_refund("immediate", 100)
    member.refunds(member.buys(100))
    assert (member.account.tier, member.account.review_us) == ("bronze", None)


def test_a_level_that_other_points_hold_is_not_left() -> None:
    member = after_refund("immediate", 100)
    member.buys(100)
    member.refunds(member.buys(50))
    assert moves(member) == [("silver", "promotion")]


def test_a_level_that_is_certain_though_its_points_have_left_the_window_is_not_left() -> None:
    member = after_refund("immediate", 100, window=3)
    member.buys(100)
    member.at("2026-06-01 09:00")
    member.refunds(member.buys(10))
    assert member.account.tier == "silver"


def test_a_refund_may_never_lower_a_level() -> None:
    member = after_refund("never", 100, review=6)
    member.refunds(member.buys(100))
    assert (member.balance, member.account.tier) == (0, "silver")
    assert member.state.tallies == (TallyDay(day=day("2026-01-10"), points=100, spend_minor=0, visits=0),)
    member.waits("2026-07-11")
    assert moves(member) == [("silver", "promotion"), ("silver", "review_kept")]


def friend(**terms: int) -> Member:
    return Member(rulebook(referral=referral(**terms)), referrer=REFERRER)


def test_a_refund_that_leaves_enough_leaves_the_referral() -> None:
    member = friend(minimum_minor=60)
    bought = member.buys(100)
    member.must(Refund(purchase=bought, amount_minor=40))
    assert (outcome(member).referral, member.account.referral_purchase) == (Reversed(), bought)
    assert member.balance == 110


def test_a_referral_whose_purchase_no_longer_qualifies_is_clawed_back_on_both_sides_once() -> None:
    member = friend(minimum_minor=60)
    bought = member.buys(100)
    member.must(Refund(purchase=bought, amount_minor=41))
    assert outcome(member).referral == Reversed(asked=50, from_lot=50)
    assert member.changes[-1].effects == (ClawBackReferrer(referrer=REFERRER, purchase=bought),)
    assert member.changes[-1].referral == Referral(purchase=None)
    assert (member.account.referral_purchase, member.balance) == (None, 59)
    member.refunds(bought)
    assert (outcome(member).referral, member.balance) == (Reversed(), 0)
    assert not member.changes[-1].effects


def test_what_was_paid_with_points_does_not_count_for_a_referral() -> None:
    member = friend(minimum_minor=60)
    member.buys(50)
    bought = member.buys(100, points=40)
    assert member.account.referral_purchase == bought
    member.must(Refund(purchase=bought, amount_minor=5))
    # 95 remain, of which 38 are still paid with points: 57 are paid in money.
    assert member.account.referral_purchase is None


def test_a_referral_opens_again_for_the_purchase_that_counts() -> None:
    member = friend(minimum_minor=60)
    member.must(Refund(purchase=member.buys(100), amount_minor=50))
    again = member.buys(60)
    assert member.account.referral_purchase == again


def test_after_a_merge_each_purchase_claws_back_its_own_referral() -> None:
    world = Neighbours(rulebook(referral=referral()))
    first, second = world.enrols(), world.enrols()
    one, other = world.enrols(referrer=first), world.enrols(referrer=second)
    of_one, of_other = world.buys(one, 10), world.buys(other, 10)
    world.merges(other, one)
    world.must(one, Refund(purchase=of_other))
    assert world.rows[-1].change.effects == (ClawBackReferrer(referrer=second, purchase=of_other),)
    world.must(one, Refund(purchase=of_one))
    assert world.rows[-1].change.effects == (ClawBackReferrer(referrer=first, purchase=of_one),)
    assert world.state(one).account.balance == 0
