"""Merges: two accounts of one person become one, to the point and to the lot (semantics 5, 10, 12, 22, 38)."""

from uuid import UUID

from msgspec.structs import replace

from app.engine.change import BALANCE_MAX
from app.engine.commands import Block, Capture, Confirm, HouseholdJoin, MergeIn, MergeOut, Purchase, ReferralReward
from app.engine.estate import Continued, Counted, Origin
from app.engine.movements import ClawBackReferrer, Draw, HoldMove
from app.engine.outcomes import ClawedBack, Merged, MergedAway, Rewarded
from app.engine.remains import Reversed
from app.engine.state import Hold, Lot, TallyDay
from tests.engine.builders import basket, day, instant, referral, rulebook, tiers
from tests.engine.neighbours import Neighbours

YEARLY = {"kind": "rolling", "months": 12}
MONTHLY_ACTIVE = {"kind": "inactivity", "days": 30}
STAMPS = {"id": "stamps", "title": {"en": "Stamps"}}


def test_merge_closes_one_and_opens_on_the_other_a_command_with_its_state() -> None:
    town = Neighbours()
    new, old = town.enrols(points=50), town.enrols(points=30)
    merge = town.merges(old, new)
    closing, opening = town.rows[-2:]
    assert isinstance(closing.change.outcome, MergedAway)
    assert opening.command == MergeIn(member=old, merge=merge, estate=closing.change.outcome.estate)
    assert opening.change.outcome == Merged(
        member=old,
        points=30,
        continued=(Continued(member=old, shift=1),),
        referral=Reversed(),
        referrer=None,
        referral_until_us=None,
        enrolled_us=town.now_us,
        blocked=False,
    )
    assert town.balances(old, new) == [0, 80]
    assert (town.entries(old)[-1:], town.entries(new)[-1:]) == ([("merge_out", -30)], [("merge_in", 30)])
    assert town.account(old).merged_into == new
    assert town.refused(old, Purchase(basket=basket(1))) == {"member_merged": {"into": str(new)}}


def test_every_lot_keeps_its_origin_and_its_dates() -> None:
    town = Neighbours(rulebook(expiry=YEARLY, transfers={}))
    new, old, friend = town.enrols(points=50), town.enrols(points=30), town.enrols(points=9)
    town.gives(friend, old, 4)
    town.redeems(old, 10)
    was = town.lots(old)
    town.at("2026-02-10 09:00")
    town.merges(old, new)
    lots = town.lots(new)
    assert lots[2] == Lot(
        number=2,
        fact=was[1].fact,
        earned_us=was[1].earned_us,
        expires_us=was[1].expires_us,
        granted=30,
        remaining=20,
        used=10,
        origin=Origin(member=old, lot=1),
    )
    assert lots[3].origin == Origin(member=friend, lot=1)
    assert [lot.moved for lot in town.lots(old).values()] == [20, 4]


def test_what_was_spent_before_comes_back_to_its_own_lot_with_its_own_date() -> None:
    town = Neighbours(rulebook(expiry=YEARLY))
    new, old = town.enrols(), town.enrols(points=30)
    redeemed = town.redeems(old, 30)
    town.at("2026-02-10 09:00")
    town.buys(new, 5)
    town.merges(old, new)
    town.cancels(new, redeemed)
    assert town.left(new) == [(30, instant("2027-01-11")), (5, instant("2027-02-11"))]


def test_what_comes_back_after_its_time_expires_at_once() -> None:
    town = Neighbours(rulebook(expiry={"kind": "rolling_days", "days": 7}))
    new, old = town.enrols(), town.enrols(points=30)
    redeemed = town.redeems(old, 30)
    town.merges(old, new)
    town.at("2026-02-10 09:00")
    town.cancels(new, redeemed)
    assert town.entries(new) == [("return", 30), ("expiry", -30)]


def test_a_purchase_of_the_closed_account_is_refunded_on_the_other_from_its_own_lot() -> None:
    town = Neighbours(rulebook(tiers=tiers(1000)))
    new, old = town.enrols(points=50), town.enrols()
    bought = town.buys(old, 30)
    town.redeems(old, 10)
    town.merges(old, new)
    town.refunds(new, bought)
    assert {number: lot.remaining for number, lot in town.lots(new).items()} == {1: 40, 2: 0}
    assert (town.balances(new), town.account(new).window_points) == ([40], 50)


def test_what_had_expired_unused_before_is_not_taken_again() -> None:
    town = Neighbours(rulebook(expiry={"kind": "rolling_days", "days": 7}))
    new, old = town.enrols(), town.enrols()
    bought = town.buys(old, 30)
    town.waits("2026-02-01 09:00")
    town.buys(new, 50)
    town.merges(old, new)
    town.refunds(new, bought)
    assert town.balances(new) == [50]


def test_what_a_reversal_could_not_take_is_paid_first_after_a_merge_too() -> None:
    town = Neighbours(rulebook(debt={"policy": "allow_negative", "floor_points": 0}))
    new, old = town.enrols(), town.enrols()
    bought = town.buys(old, 30)
    redeemed = town.redeems(old, 30)
    town.refunds(old, bought)
    assert town.lots(old)[1].uncollected == 30
    town.merges(old, new)
    assert (town.lots(old)[1].uncollected, town.lots(new)[1].uncollected) == (0, 30)
    town.cancels(new, redeemed)
    assert town.balances(new) == [0]


def test_free_points_of_either_pay_what_the_other_owed() -> None:
    town = Neighbours()
    new, old = town.enrols(), town.enrols(points=70)
    bought = town.buys(new, 50)
    town.redeems(new, 50)
    town.refunds(new, bought)
    town.merges(old, new)
    assert (town.balances(new, old), town.account(new).debt) == ([20, 0], 0)
    town.merges(new, third := town.enrols())
    bought = town.buys(third, 50)
    town.redeems(third, 70)
    town.refunds(third, bought)
    rich = town.enrols(points=90)
    town.merges(third, rich)
    assert (town.balances(rich, third), town.account(third).debt) == ([40, 0], 0)
    assert town.entries(third)[-1] == ("merge_out", 50)
    assert town.entries(rich)[-1] == ("merge_in", -50)


def test_holds_move_and_are_captured_on_the_other() -> None:
    town = Neighbours()
    new, old = town.enrols(points=50), town.enrols(points=30)
    hold = town.holds(old, 20)
    was = town.state(old).holds[0]
    town.merges(old, new)
    assert town.rows[-2].change.hold_moves == (HoldMove(hold=hold, ended="merged"),)
    assert town.state(old).holds == ()
    (moved,) = town.state(new).holds
    assert moved == Hold(
        hold=hold,
        wallet="",
        until_us=was.until_us,
        life_until_us=was.life_until_us,
        rulebook=1,
        draws=(Draw(lot=2, points=20),),
    )
    assert (town.account(new).held, town.account(new).free) == (20, 60)
    captured = town.must(new, Capture(hold=hold))
    assert town.balances(new) == [60]
    town.cancels(new, captured)
    assert town.balances(new) == [80]


def test_pending_points_go_on_waiting() -> None:
    town = Neighbours(rulebook(pending={"kind": "event"}))
    new, old = town.enrols(), town.enrols()
    bought = town.buys(old, 30)
    town.merges(old, new)
    assert (town.account(old).pending, town.account(new).pending, town.account(new).free) == (0, 30, 0)
    town.must(new, Confirm(purchase=bought))
    assert (town.account(new).pending, town.account(new).free) == (0, 30)


def test_what_was_confirmed_is_handed_over_as_what_never_waited() -> None:
    town = Neighbours(rulebook(pending={"kind": "event"}))
    new, old = town.enrols(), town.enrols()
    town.must(old, Confirm(purchase=town.buys(old, 30)))
    town.merges(old, new)
    merged = town.rows[-2].change.outcome
    assert isinstance(merged, MergedAway)
    assert [(lot.pending, lot.available_us) for lot in merged.estate.lots] == [(False, 0)]


def test_tallies_add_up_and_promote_at_once() -> None:
    town = Neighbours(rulebook(tiers=tiers(80)))
    new, old = town.enrols(points=50), town.enrols(points=30)
    town.merges(old, new)
    today = TallyDay(day=day("2026-01-10"), points=80, spend_minor=80, visits=2)
    assert town.state(new).tallies == (today,)
    assert town.state(old).tallies == (TallyDay(day=today.day, points=0, spend_minor=0, visits=0),)
    assert (town.account(new).tier, town.account(new).tier_moves) == ("silver", 1)
    assert town.account(old).review_us is None


def test_the_higher_tier_is_kept_for_as_long_as_it_was_promised() -> None:
    town = Neighbours(rulebook(tiers=tiers(80, window=1, review=12)))
    new, old = town.enrols(), town.enrols(points=80)
    review_us = town.account(old).review_us
    town.at("2026-06-10 09:00")
    town.merges(old, new)
    (move,) = town.rows[-1].change.tier_moves
    assert (move.tier, move.reason, move.at_us, move.review_us) == ("silver", "merge", town.now_us, review_us)
    later = town.enrols(points=80)
    town.merges(new, later)
    assert (town.account(later).review_us, town.account(new).review_us) == (instant("2027-06-11"), None)
    latest = town.enrols()
    town.merges(later, latest)
    assert (town.account(latest).tier, town.account(latest).review_us) == ("silver", instant("2027-06-11"))


def test_the_same_tier_lasts_as_long_as_the_longer_promise() -> None:
    town = Neighbours(rulebook(tiers=tiers(80, window=1, review=12)))
    new = town.enrols(points=80)
    town.at("2026-06-10 09:00")
    old = town.enrols(points=80)
    town.merges(old, new)
    assert (town.account(new).tier, town.account(new).review_us) == ("silver", instant("2027-06-11"))


def test_what_was_counted_goes_on_counting() -> None:
    town = Neighbours(rulebook(transfers={"per_day_points": 100}))
    new, old, friend = town.enrols(points=50), town.enrols(points=90), town.enrols()
    town.gives(new, friend, 30)
    town.gives(old, friend, 60)
    town.merges(old, new)
    (counted,) = town.state(new).counters
    assert counted == Counted(name=f"transferred/{day('2026-01-10')}", count=90)
    assert [each.count for each in town.state(old).counters] == [0]


def test_a_merged_account_that_had_taken_over_another_brings_both() -> None:
    town = Neighbours()
    first, second, third = town.enrols(points=10), town.enrols(points=20), town.enrols(points=30)
    redeemed = town.redeems(first, 10)
    town.merges(first, second)
    bought = town.buys(second, 40)
    town.merges(second, third)
    assert town.account(third).continued == (Continued(member=second, shift=1), Continued(member=first, shift=2))
    town.cancels(third, redeemed)
    town.refunds(third, bought)
    assert {number: lot.remaining for number, lot in town.lots(third).items()} == {1: 30, 2: 20, 3: 10, 4: 0}


def test_other_wallets_are_taken_over_too() -> None:
    town = Neighbours(rulebook(wallets=[STAMPS]))
    new, old = town.enrols(), town.enrols()
    town.adjusts(new, 3, wallet="stamps")
    town.adjusts(old, 5, wallet="stamps")
    town.merges(old, new)
    assert [town.account(member).purse("stamps").balance for member in (new, old)] == [8, 0]


def test_points_that_ask_for_activity_go_when_the_more_active_of_both_would_lose_them() -> None:
    town = Neighbours(rulebook(expiry=MONTHLY_ACTIVE))
    new, old, idle = town.enrols(points=50), town.enrols(points=30), town.enrols(points=20)
    town.at("2026-02-01 09:00")
    town.buys(old, 1)
    town.merges(old, new)
    assert (town.account(new).lapses_us, town.account(old).lapses_us) == (instant("2026-03-04"), None)
    town.merges(idle, new)
    assert town.account(new).lapses_us == instant("2026-03-04")


def test_an_instant_that_has_passed_takes_nothing_that_is_taken_over() -> None:
    town = Neighbours(rulebook(expiry=MONTHLY_ACTIVE))
    new, old = town.enrols(points=50), town.enrols()
    town.waits("2026-02-15 09:00")
    town.buys(old, 30)
    town.merges(old, new)
    assert (town.balances(new), town.account(new).lapses_us) == ([30], instant("2026-03-18"))


def test_a_block_and_the_earlier_enrolment_are_kept() -> None:
    town = Neighbours()
    old = town.enrols()
    enrolled_us = town.now_us
    town.at("2026-02-10 09:00")
    new = town.enrols()
    town.must(old, Block(reason="fraud"))
    town.merges(old, new)
    assert (town.account(new).blocked, town.account(new).enrolled_us) == (True, enrolled_us)


def test_merging_with_oneself_or_with_nobody_is_refused() -> None:
    town = Neighbours()
    new, old, home = town.enrols(), town.enrols(), town.enrols()
    assert town.refused(old, MergeOut(into=old)) == {"same_member": {}}
    town.merges(old, new)
    assert town.refused(home, MergeOut(into=old)) == {"member_merged": {"into": str(new)}}
    assert town.refused(old, HouseholdJoin(household=home)) == {"member_merged": {"into": str(new)}}


def test_a_referral_between_them_is_clawed_back_on_both_sides() -> None:
    town = Neighbours(rulebook(referral=referral()))
    lan = town.enrols()
    friend = town.enrols(referrer=lan)
    bought = town.buys(friend, 30)
    reward = town.follow(bought)
    assert town.balances(lan, friend) == [50, 80]
    merge = town.merges(friend, lan)
    assert town.effects(merge) == [ClawBackReferrer(referrer=lan, purchase=bought)]
    assert town.balances(lan) == [80]
    town.claw_back(lan, reward)
    assert (town.balances(lan), town.account(lan).referral_purchase) == ([30], None)
    town.refunds(lan, bought)
    assert town.balances(lan) == [0]


def test_a_referral_between_them_is_clawed_back_whichever_is_closed() -> None:
    town = Neighbours(rulebook(referral=referral()))
    lan = town.enrols()
    friend = town.enrols(referrer=lan)
    bought = town.buys(friend, 30)
    reward = town.follow(bought)
    merge = town.merges(lan, friend)
    assert town.effects(merge) == [ClawBackReferrer(referrer=lan, purchase=bought)]
    taken = town.rows[-1].change.outcome
    assert isinstance(taken, Merged)
    assert taken.referral == Reversed(asked=50, from_lot=50)
    town.claw_back(friend, reward)
    assert (town.balances(friend), town.account(friend).referrer) == ([30], None)


def test_a_referral_by_an_account_that_was_taken_over_before_is_between_them_too() -> None:
    town = Neighbours(rulebook(referral=referral()))
    lan, same = town.enrols(), town.enrols()
    friend = town.enrols(referrer=lan)
    bought = town.buys(friend, 30)
    town.merges(lan, same)
    merge = town.merges(friend, same)
    assert town.effects(merge) == [ClawBackReferrer(referrer=lan, purchase=bought)]
    assert (town.balances(same), town.account(same).referrer) == ([30], None)


def test_a_closed_account_is_neither_rewarded_nor_asked_back() -> None:
    town = Neighbours(rulebook(referral=referral()))
    lan, same = town.enrols(), town.enrols()
    friend = town.enrols(referrer=lan)
    first = town.follow(town.buys(friend, 30))
    late = UUID(int=5)
    town.merges(lan, same)
    town.claw_back(lan, first)
    town.must(lan, ReferralReward(purchase=late, points=50))
    assert [row.change.outcome for row in town.rows[-2:]] == [
        ClawedBack(reward=Reversed()),
        Rewarded(points=0, lot=None, rulebook=0, reason="member_merged"),
    ]
    assert town.balances(lan, same) == [0, 50]


def test_word_that_points_will_expire_is_not_given_twice() -> None:
    town = Neighbours(rulebook(expiry={"kind": "rolling_days", "days": 7}, expiry_notice_days=3))
    new, old = town.enrols(), town.enrols(points=30)
    town.waits("2026-01-15 09:00")
    town.merges(old, new)
    town.waits("2026-01-16 09:00")
    told = [notice for row in town.rows for notice in row.change.notices]
    assert [(notice.points, notice.wallet) for notice in told] == [(30, "")]


def test_more_than_an_account_can_hold_cannot_be_taken_over() -> None:
    town = Neighbours()
    new, old = town.enrols(points=1), town.enrols()
    town.adjusts(old, BALANCE_MAX)
    assert town.refused(old, MergeOut(into=new)) == {"number_too_large": {}}


def test_a_friend_who_was_rewarded_is_not_rewarded_again_after_a_merge() -> None:
    town = Neighbours(rulebook(referral=referral()))
    lan, mai = town.enrols(), town.enrols()
    one, two = town.enrols(referrer=lan), town.enrols(referrer=mai)
    bought = town.buys(two, 30)
    town.follow(bought)
    town.merges(two, one)
    account = town.account(one)
    assert (account.referrer, account.referral_purchase, account.referral_lot) == (mai, bought, 2)
    town.buys(one, 100)
    assert town.balances(one) == [180]
    town.refunds(one, bought)
    assert town.balances(one) == [100]


def test_the_younger_account_was_opened_by_a_member() -> None:
    town = Neighbours(rulebook(referral=referral()))
    lan = town.enrols()
    old = town.enrols()
    town.at("2026-01-12 09:00")
    new = town.enrols(referrer=lan)
    town.merges(old, new)
    assert town.account(new).referrer is None
    town.buys(new, 100)
    assert town.balances(new) == [100]


def test_the_order_in_which_holds_are_known_changes_nothing() -> None:
    """Tables know them by their ids, a batch and the audit as they were placed; ids do not follow that order."""
    closings = []
    for order in (1, -1):
        town = Neighbours()
        new, old = town.enrols(), town.enrols(points=30)
        for points in (3, 4, 5):
            town.holds(old, points)
        town.states[old] = replace(town.states[old], holds=town.states[old].holds[::order])
        town.merges(old, new)
        closings.append(town.rows[-2].change)
    assert closings[0] == closings[1]
