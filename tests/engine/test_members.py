"""Enrolment and referrals, seen from either side (semantics 32, 37)."""

from uuid import UUID

from app.engine.commands import Enrol, LetTimePass, Purchase, Redemption
from app.engine.movements import ClawBackReferrer, RewardReferrer
from app.engine.outcomes import ClawedBack, Enrolled, Refunded, Rewarded
from app.engine.refusals import Refusal
from app.engine.remains import Reversed
from tests.engine.builders import REFERRER, Member, basket, instant, referral, rulebook, timeline


def friend(**terms: int) -> Member:
    return Member(rulebook(referral=referral(**terms)), referrer=REFERRER)


def test_an_account_opens_once() -> None:
    member = Member()
    assert member.change(member.must(Enrol())).outcome == Enrolled(created=False)
    assert member.account.enrolled_us == instant("2026-01-10 09:00")


def test_nothing_is_asked_of_an_account_that_is_not_open() -> None:
    member = Member(enrolled=False)
    for command in (Purchase(basket=basket(1)), Redemption(points=1)):
        assert set(member.refused(command)) == {"not_enrolled"}
    assert not isinstance(member.ask(LetTimePass()), Refusal)


def test_who_enrols_again_brings_no_referrer() -> None:
    member = Member(rulebook(referral=referral()))
    member.must(Enrol(referrer=REFERRER))
    assert member.account.referrer is None


def test_the_deadline_of_a_referral_is_stamped_at_enrolment() -> None:
    assert friend().account.referral_until_us == instant("2026-02-10")


def test_a_qualifying_purchase_rewards_both_sides() -> None:
    member = friend()
    change = member.change(member.buys(10))
    assert [(entry.kind, entry.points) for entry in change.entries] == [("accrual", 10), ("referral", 50)]
    assert change.effects == (RewardReferrer(referrer=REFERRER, points=50),)


def test_a_referral_qualifies_once() -> None:
    member = friend()
    member.buys(10)
    change = member.change(member.buys(10))
    assert (change.effects, change.points) == ((), 10)


def test_a_purchase_below_the_minimum_does_not_qualify() -> None:
    member = friend(minimum_minor=100)
    assert member.change(member.buys(99)).effects == ()
    assert member.change(member.buys(100)).effects != ()


def test_what_is_paid_with_points_does_not_qualify() -> None:
    member = friend(minimum_minor=100)
    member.buys(50)
    assert member.change(member.buys(120, points=30)).effects == ()


def test_a_referral_ends_with_its_last_day() -> None:
    member = friend()
    member.at("2026-02-10 00:00")
    assert member.change(member.buys(10)).effects == ()
    assert member.change(member.buys(10, occurred="2026-02-09 23:59")).effects != ()


def test_referral_points_do_not_qualify_for_a_tier() -> None:
    member = friend()
    member.buys(10)
    assert member.state.tallies[0].points == 10


def test_refund_of_the_qualifying_purchase_takes_both_sides_back() -> None:
    member = friend()
    bought = member.buys(10)
    change = member.change(member.refunds(bought))
    assert [(entry.kind, entry.points) for entry in change.entries] == [("reversal", -10), ("referral_reversal", -50)]
    assert change.effects == (ClawBackReferrer(referrer=REFERRER, purchase=bought),)
    assert isinstance(change.outcome, Refunded)
    assert change.outcome.referral == Reversed(asked=50, from_lot=50)
    assert member.balance == 0


def test_after_a_refund_the_referral_is_open_again_until_its_deadline() -> None:
    member = friend()
    member.refunds(member.buys(10))
    assert member.change(member.buys(10)).effects != ()
    member.refunds(UUID(int=member.next_fact().int - 1))
    member.at("2026-02-10 09:00")
    assert member.change(member.buys(10)).effects == ()


def test_refund_of_another_purchase_leaves_the_referral_alone() -> None:
    member = friend()
    member.buys(10)
    other = member.buys(10)
    change = member.change(member.refunds(other))
    assert (change.effects, member.balance) == ((), 60)


def test_the_referrer_is_rewarded_now() -> None:
    member = Member(rulebook(expiry={"kind": "rolling_days", "days": 7}))
    change = member.change(member.is_rewarded(50))
    assert change.outcome == Rewarded(points=50, lot=1, rulebook=1, reason="paid")
    assert member.lots[1].expires_us == instant("2026-01-18")


def test_a_claw_back_takes_the_reward_as_a_refund_would() -> None:
    member = Member()
    reward = member.is_rewarded(50)
    member.redeems(30)
    change = member.change(member.is_clawed_back(reward))
    assert change.outcome == ClawedBack(reward=Reversed(asked=50, from_lot=20, from_debt=30))
    assert member.balance == -30


def test_claw_back_that_arrives_before_its_reward_voids_it() -> None:
    member = Member()
    reward = UUID(int=4711)
    assert member.change(member.is_clawed_back(reward)).outcome == ClawedBack(reward=Reversed())
    member.is_rewarded(50, fact=reward)
    assert member.change(reward).outcome == Rewarded(points=0, lot=None, rulebook=0, reason="voided")
    assert member.balance == 0


def test_a_reward_is_clawed_back_once() -> None:
    member = Member()
    reward = member.is_rewarded(50)
    member.is_clawed_back(reward)
    assert member.change(member.is_clawed_back(reward)).outcome == ClawedBack(reward=Reversed())
    assert member.balance == 0


def test_a_reward_that_cannot_be_paid_is_recorded_as_nothing() -> None:
    member = Member(published=timeline((instant("2027-01-01"), rulebook())))
    change = member.change(member.is_rewarded(50))
    assert change.outcome == Rewarded(points=0, lot=None, rulebook=0, reason="no_rulebook")


def test_a_reward_repays_debt_first() -> None:
    member = Member()
    bought = member.buys(40)
    member.redeems(40)
    member.refunds(bought)
    member.is_rewarded(50)
    assert (member.balance, member.account.debt, member.remaining()) == (10, 0, {2: 10})
