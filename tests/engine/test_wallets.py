"""Wallets, each with its own life and debt; points that wait for a day or an event (semantics 6 to 8, 11)."""

from uuid import UUID

from msgspec.structs import replace

from app.engine.change import BALANCE_MAX
from app.engine.commands import Confirm, Purchase, Refund
from app.engine.outcomes import Confirmed, Grant, Purchased, Refunded
from app.engine.remains import Reversed
from app.engine.rulebook.document import Rulebook
from tests.engine.builders import REFERRER, Member, basket, instant, referral, rulebook, tiers, timeline

BASE = {"id": "base", "effect": {"kind": "per_amount", "points": 1, "per_minor": 1}}
STAMP = {"id": "stamp", "effect": {"kind": "bonus", "points": 3}, "wallet": "stamps"}
AFTER_DAYS = {"kind": "after_days", "days": 14}
EVENT = {"kind": "event"}


def with_stamps(base: dict[str, object] | None = None, **terms: object) -> Rulebook:
    """A point for every minor unit, and three stamps a purchase."""
    stamps = {"id": "stamps", "title": {"en": "Stamps"}, **terms}
    return rulebook(earning={"rules": [base or BASE, STAMP]}, wallets=[stamps])


def bought(member: Member) -> Purchased:
    found = member.changes[-1].outcome
    assert isinstance(found, Purchased)
    return found


def refunded(member: Member) -> Refunded:
    found = member.changes[-1].outcome
    assert isinstance(found, Refunded)
    return found


def test_a_purchase_grants_into_each_wallet_by_its_own_terms() -> None:
    member = Member(with_stamps(expiry={"kind": "rolling_days", "days": 30}))
    member.buys(40, 60)
    assert (bought(member).points, bought(member).lot, bought(member).line_points) == (100, 1, (40, 60))
    assert bought(member).grants == (Grant(wallet="stamps", lot=2, points=3, line_points=(1, 2)),)
    assert [(e.wallet, e.number, e.points, e.balance_after) for e in member.changes[-1].entries] == [
        ("", 1, 100, 100),
        ("stamps", 1, 3, 3),
    ]
    assert member.lots[1].expires_us is None
    assert member.lots[2].expires_us == instant("2026-02-10")
    assert member.account.purse("stamps").free == 3


def test_a_purchase_that_earns_in_another_wallet_only_opens_no_first_lot() -> None:
    member = Member(with_stamps())
    member.buys(0)
    assert (bought(member).points, bought(member).lot, bought(member).line_points) == (0, None, (0,))
    assert bought(member).grants == (Grant(wallet="stamps", lot=1, points=3, line_points=(3,)),)


def test_the_life_of_points_is_the_rules_before_the_tiers_before_the_wallets() -> None:
    ladder = tiers(100)
    ladder["levels"][1]["expiry"] = {"kind": "rolling_days", "days": 60}  # type: ignore[index]
    short = {"id": "short", "effect": {"kind": "bonus", "points": 5}, "expiry": {"kind": "rolling_days", "days": 1}}
    member = Member(
        rulebook(tiers=ladder, earning={"rules": [BASE, short]}, expiry={"kind": "rolling_days", "days": 30})
    )
    member.buys(100)
    assert [member.lots[number].expires_us for number in (1, 2)] == [instant("2026-02-10"), instant("2026-01-12")]
    member.buys(10)
    assert (bought(member).tier, bought(member).points) == ("silver", 10)
    assert [member.lots[number].expires_us for number in (3, 4)] == [instant("2026-03-12"), instant("2026-01-12")]
    assert member.state.tallies[0].points == 120


def test_no_wallet_holds_more_than_can_be_counted() -> None:
    member = Member()
    account = replace(member.account, balance=BALANCE_MAX - 10)
    member.state = replace(member.state, account=account)
    assert member.refused(Purchase(basket=basket(11))) == {"number_too_large": {}}
    member.buys(10)
    assert member.balance == BALANCE_MAX


def test_a_refund_takes_each_credit_from_its_own_wallet() -> None:
    member = Member(with_stamps(debt={"policy": "clamp"}))
    fact = member.buys(40, 60)
    member.buys(0)
    member.must(Refund(purchase=fact, amount_minor=50))
    assert (refunded(member).award, refunded(member).grants) == (Reversed(asked=50, from_lot=50), (Reversed(),))
    member.refunds(fact)
    assert refunded(member).grants == (Reversed(asked=3, from_lot=3),)
    assert (member.balance, member.account.purse("stamps").balance) == (0, 3)
    assert member.state.tallies[0].points == 0


def test_each_grant_of_one_wallet_is_asked_back_by_itself() -> None:
    short = {
        "id": "short",
        "effect": {"kind": "bonus", "points": 10},
        "expiry": {"kind": "rolling_days", "days": 1},
        "on_refund": "prorate",
    }
    member = Member(rulebook(earning={"rules": [BASE, short]}))
    fact = member.buys(100)
    member.must(Refund(purchase=fact, amount_minor=30))
    assert (refunded(member).award.asked, [each.asked for each in refunded(member).grants]) == (30, [3])
    assert member.remaining() == {1: 70, 2: 7}
    member.at("2026-02-01 09:00").refunds(fact)
    assert refunded(member).award == Reversed(asked=70, from_lot=70)
    assert refunded(member).grants == (Reversed(asked=7, expired=7),)


def test_a_floor_is_that_of_the_wallet() -> None:
    member = Member(rulebook(earning={"rules": [BASE, STAMP]}, wallets=[{"id": "stamps", "title": {"en": "Stamps"}}]))
    fact = member.buys(10)
    member.redeems(10)
    member.refunds(fact)
    assert (member.account.debt, member.account.purse("stamps").debt) == (10, 0)


def test_points_that_wait_for_days_are_not_free_before() -> None:
    member = Member(rulebook(pending=AFTER_DAYS))
    member.buys(100)
    assert (member.balance, member.account.free, member.account.pending) == (100, 0, 100)
    member.waits("2026-01-23 23:59")
    assert member.account.free == 0
    member.waits("2026-01-24 00:00")
    assert (member.account.free, member.account.pending) == (100, 0)


def test_a_late_purchase_may_mature_at_once() -> None:
    member = Member(rulebook(pending=AFTER_DAYS))
    member.at("2026-02-01 09:00").buys(100, occurred="2026-01-12 09:00")
    assert (member.account.free, bought(member).warnings) == (100, ("late",))


def test_a_reversal_takes_pending_points_of_the_purchase_first() -> None:
    member = Member(rulebook(pending=AFTER_DAYS))
    first = member.buys(100)
    member.buys(50)
    member.must(Refund(purchase=first, amount_minor=60))
    assert refunded(member).award == Reversed(asked=60, from_lot=60)
    assert (member.remaining(), member.account.pending) == ({1: 40, 2: 50}, 90)


def test_pending_points_of_others_do_not_pay_for_a_reversal() -> None:
    member = Member(rulebook(pending=AFTER_DAYS))
    first = member.buys(100)
    member.at("2026-01-24 09:00").redeems(100)
    member.buys(50)
    member.refunds(first)
    assert refunded(member).award == Reversed(asked=100, from_debt=100)
    assert (member.balance, member.account.pending, member.account.debt) == (-50, 50, 100)
    member.waits("2026-02-07")
    assert (member.balance, member.account.pending, member.account.debt) == (-50, 0, 50)


def test_points_that_wait_for_an_event_mature_when_it_is_confirmed() -> None:
    member = Member(rulebook(pending=EVENT))
    fact = member.buys(100)
    member.waits("2026-12-31")
    assert member.account.free == 0
    member.must(Confirm(purchase=fact))
    assert member.changes[-1].outcome == Confirmed(points=100)
    assert (member.account.free, member.account.pending) == (100, 0)
    assert member.refused(Confirm(purchase=fact)) == {"nothing_pending": {}}


def test_a_confirmation_matures_what_a_refund_left_and_pays_debt_first() -> None:
    member = Member(rulebook(pending=EVENT))
    first, second = member.buys(100), member.buys(40)
    member.must(Confirm(purchase=second))
    member.redeems(40)
    member.refunds(second)
    member.must(Refund(purchase=first, amount_minor=30))
    member.must(Confirm(purchase=first))
    assert member.changes[-1].outcome == Confirmed(points=70)
    assert (member.balance, member.account.debt, member.remaining()) == (30, 0, {1: 30})


def test_what_is_confirmed_pays_debt_in_spending_order() -> None:
    short = {"id": "short", "effect": {"kind": "bonus", "points": 10}, "expiry": {"kind": "rolling_days", "days": 90}}
    member = Member(rulebook(pending=EVENT, earning={"rules": [BASE, short]}))
    first = member.buys(0)
    member.must(Confirm(purchase=first))
    member.redeems(4)
    second = member.buys(100)
    member.refunds(first)
    assert member.account.debt == 4
    member.must(Confirm(purchase=second))
    assert member.remaining() == {2: 100, 3: 6}


def test_what_matures_at_one_instant_pays_debt_in_spending_order() -> None:
    """Found by a long soak: the model let the first lot pay, the engine the one that expires first, which is right."""
    short = {"id": "short", "effect": {"kind": "bonus", "points": 10}, "expiry": {"kind": "rolling_days", "days": 90}}
    member = Member(rulebook(pending=AFTER_DAYS, earning={"rules": [BASE, short]}))
    first = member.buys(0)
    member.at("2026-01-25 09:00").redeems(4)
    member.buys(100)
    member.refunds(first)
    assert member.account.debt == 4
    member.waits("2026-02-09")
    assert (member.account.debt, member.remaining()) == (0, {2: 100, 3: 6})


def test_the_reward_of_a_friend_waits_with_the_purchase_and_that_of_the_referrer_for_days_only() -> None:
    friend = Member(rulebook(pending=EVENT, referral=referral()), referrer=REFERRER)
    fact = friend.buys(100)
    assert (friend.account.free, friend.account.pending) == (0, 150)
    friend.must(Confirm(purchase=fact))
    assert friend.account.free == 150
    for pending, free in ((EVENT, 50), (AFTER_DAYS, 0)):
        member = Member(rulebook(pending=pending, referral=referral()))
        member.is_rewarded(50)
        assert (member.balance, member.account.free) == (50, free)


def test_nothing_is_confirmed_of_a_purchase_that_went_back() -> None:
    member = Member(rulebook(pending=EVENT))
    fact = member.buys(100)
    undone = member.refunds(fact)
    assert member.refused(Confirm(purchase=fact)) == {"already_reversed": {"by": str(undone)}}


def test_points_that_wait_for_days_are_not_confirmed() -> None:
    member = Member(rulebook(pending=AFTER_DAYS))
    fact = member.buys(100)
    assert member.refused(Confirm(purchase=fact)) == {"nothing_pending": {}}
    assert member.refused(Confirm(purchase=UUID(int=404))) == {"wrong_kind": {}}


def test_pending_points_expire_on_their_date() -> None:
    member = Member(rulebook(pending=EVENT, expiry={"kind": "rolling_days", "days": 7}))
    member.buys(100)
    member.waits("2026-02-01")
    assert (member.balance, member.account.pending, member.lots[1].expired) == (0, 0, 100)


def test_points_that_ask_for_activity_go_when_a_member_stays_away() -> None:
    member = Member(rulebook(expiry={"kind": "inactivity", "days": 30}))
    member.buys(10)
    assert (member.lots[1].expires_us, member.account.lapses_us) == (None, instant("2026-02-10"))
    member.at("2026-02-09 09:00").buys(5)
    assert member.account.lapses_us == instant("2026-03-12")
    member.waits("2026-03-12")
    assert (member.balance, member.lots[1].expired, member.lots[2].expired) == (0, 10, 5)


def test_a_late_purchase_makes_no_point_go_sooner() -> None:
    member = Member(rulebook(expiry={"kind": "inactivity", "days": 30}))
    member.at("2026-01-20 09:00").buys(10)
    member.at("2026-01-25 09:00").buys(5, occurred="2026-01-12 09:00")
    assert member.account.lapses_us == instant("2026-02-20")


AWAY = rulebook(expiry={"kind": "inactivity", "days": 30})


def test_points_of_a_replaced_rulebook_go_as_it_had_said() -> None:
    published = timeline((instant("2026-01-01"), AWAY), (instant("2026-01-15"), rulebook()))
    member = Member(published=published)
    member.at("2026-01-20 09:00").buys(10, occurred="2026-01-14 09:00")
    assert (member.lots[1].lapses, member.account.lapses_us) == (True, instant("2026-02-14"))
    member.buys(5)
    member.waits("2026-02-14")
    assert member.remaining() == {2: 5}


def test_points_that_come_after_a_lapse_have_a_time_of_their_own() -> None:
    member = Member(published=timeline((instant("2026-01-01"), AWAY), (instant("2026-02-15"), rulebook())))
    member.buys(10)
    member.at("2026-02-20 09:00").buys(5, occurred="2026-02-14 09:00")
    assert (member.remaining(), member.account.lapses_us) == ({2: 5}, instant("2026-03-17"))


def test_a_purchase_is_an_activity_in_every_wallet() -> None:
    member = Member(with_stamps(expiry={"kind": "inactivity", "days": 30}))
    member.buys(10)
    assert member.account.purse("stamps").lapses_us == instant("2026-02-10")
    member.at("2026-01-20 09:00").must(Purchase(basket=basket(10)))
    assert (member.account.lapses_us, member.account.purse("stamps").lapses_us) == (None, instant("2026-02-20"))
