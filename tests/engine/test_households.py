"""Households: members share the main wallet, and each keeps the own tier (semantics 6, 7, 10, 12, 22)."""

from uuid import UUID

from app.engine.commands import (
    Adjustment,
    Block,
    HoldRelease,
    HouseholdJoin,
    HouseholdLeave,
    MergeOut,
    Move,
    Purchase,
    Redemption,
    TransferOut,
    Unblock,
    Void,
)
from tests.engine.builders import basket, instant, rulebook, tiers
from tests.engine.neighbours import Neighbours

YEARLY = {"kind": "rolling", "months": 12}
MONTHLY_ACTIVE = {"kind": "inactivity", "days": 30}


def family(town: Neighbours) -> tuple[UUID, UUID, UUID]:
    """The shared wallet, and two members."""
    home, lan, mai = town.enrols(), town.enrols(), town.enrols()
    town.joins(lan, home)
    town.joins(mai, home)
    return home, lan, mai


def test_what_one_earns_another_spends() -> None:
    town = Neighbours()
    home, lan, mai = family(town)
    town.buys(lan, 100)
    assert town.balances(home, lan, mai) == [100, 0, 0]
    town.redeems(mai, 60)
    assert town.balances(home, lan, mai) == [40, 0, 0]
    assert town.refused(lan, Redemption(points=41)) == {"insufficient_points": {"available": 40, "requested": 41}}
    town.buys(lan, 30, points=25)
    assert town.balances(home, lan, mai) == [20, 0, 0]


def test_whoever_joins_brings_what_is_free_and_whoever_leaves_leaves_it() -> None:
    town = Neighbours()
    home, lan, mai = town.enrols(), town.enrols(points=30), town.enrols(points=40)
    town.holds(lan, 10)
    town.joins(lan, home)
    town.joins(mai, home)
    assert town.balances(home, lan, mai) == [60, 10, 0]
    town.must(mai, HouseholdLeave())
    town.buys(mai, 5)
    assert town.balances(home, lan, mai) == [60, 10, 5]
    assert (town.account(lan).household, town.account(mai).household) == (home, None)


def test_whoever_has_nothing_free_brings_nothing() -> None:
    town = Neighbours()
    home, lan = town.enrols(), town.enrols(points=30)
    town.holds(lan, 30)
    joined = town.joins(lan, home)
    assert town.rows[-1].fact == joined


def test_shared_points_are_spent_soonest_expiry_first_whoever_earned_them() -> None:
    town = Neighbours(rulebook(expiry=YEARLY))
    home, lan, mai = family(town)
    town.buys(lan, 50)
    town.at("2026-02-10 09:00")
    town.buys(mai, 50)
    town.redeems(mai, 60)
    assert town.left(home) == [(40, instant("2027-02-11"))]


def test_a_receipt_that_is_rung_up_again_brings_nothing_out_of_the_shared_wallet() -> None:
    town = Neighbours()
    home, lan, mai = family(town)
    town.buys(mai, 50)
    bought = town.buys(lan, 100)
    town.must(lan, Void(purchase=bought))
    town.must(lan, Purchase(basket=basket(70), replaces=bought))
    assert town.balances(home, lan, mai) == [120, 0, 0]
    assert town.entries(lan)[-2:] == [("accrual", 70), ("transfer_out", -70)]
    assert town.entries(home)[-2:] == [("transfer_out", -100), ("transfer_in", 70)]


def test_a_refund_takes_from_the_shared_wallet() -> None:
    town = Neighbours()
    home, lan, mai = family(town)
    bought = town.buys(lan, 100)
    town.buys(mai, 50)
    town.redeems(mai, 60)
    town.refunds(lan, bought)
    assert (town.balances(home, lan, mai), town.account(lan).debt) == ([0, -10, 0], 10)


def test_a_single_point_is_brought_where_a_single_point_is_wanted() -> None:
    town = Neighbours()
    home, lan, mai = family(town)
    town.buys(lan, 100)
    town.redeems(mai, 1)
    assert town.balances(home, lan, mai) == [99, 0, 0]


def test_what_a_member_owes_is_paid_from_the_shared_wallet_when_the_member_comes_back() -> None:
    town = Neighbours()
    home, lan, mai = family(town)
    bought = town.buys(lan, 100)
    town.redeems(mai, 100)
    town.refunds(lan, bought)
    town.buys(mai, 70)
    assert town.balances(home, lan, mai) == [70, -100, 0]
    town.buys(lan, 40)
    assert town.balances(home, lan, mai) == [10, 0, 0]


def test_points_paid_come_back_to_all() -> None:
    town = Neighbours(rulebook(expiry=YEARLY))
    home, lan, mai = family(town)
    town.buys(lan, 100)
    town.at("2026-02-10 09:00")
    redeemed = town.redeems(mai, 60)
    town.cancels(mai, redeemed)
    assert town.left(home) == [(40, instant("2027-01-11")), (60, instant("2027-01-11"))]
    assert town.balances(home, lan, mai) == [100, 0, 0]


def test_a_hold_of_a_member_keeps_shared_points_aside() -> None:
    town = Neighbours()
    home, lan, mai = family(town)
    town.buys(lan, 100)
    hold = town.holds(mai, 80)
    assert town.balances(home, lan, mai) == [20, 0, 80]
    assert town.refused(lan, Redemption(points=21)) == {"insufficient_points": {"available": 20, "requested": 21}}
    town.must(mai, HoldRelease(hold=hold))
    assert town.balances(home, lan, mai) == [100, 0, 0]


def test_pending_points_are_the_members_until_they_mature() -> None:
    town = Neighbours(rulebook(pending={"kind": "after_days", "days": 7}))
    home, lan, mai = family(town)
    town.buys(lan, 100)
    assert town.balances(home, lan, mai) == [0, 100, 0]
    town.at("2026-01-20 09:00")
    town.buys(lan, 1)
    assert town.balances(home, lan, mai) == [100, 1, 0]


def test_each_member_keeps_the_own_tier() -> None:
    town = Neighbours(rulebook(tiers=tiers(100)))
    home, lan, mai = family(town)
    town.buys(lan, 100)
    town.redeems(mai, 100)
    assert [town.account(member).tier for member in (home, lan, mai)] == [None, "silver", None]


def test_a_member_who_shares_gives_from_the_shared_wallet() -> None:
    town = Neighbours()
    home, lan, mai = family(town)
    guest = town.enrols()
    town.buys(lan, 100)
    town.gives(mai, guest, 30)
    assert town.balances(home, lan, mai, guest) == [70, 0, 0, 30]


def test_passing_points_within_a_household_knows_no_limits() -> None:
    town = Neighbours(rulebook(transfers={"minimum_points": 50, "per_day_points": 50}))
    home, lan, mai = family(town)
    guest = town.enrols()
    town.buys(lan, 20)
    town.redeems(mai, 10)
    town.buys(lan, 90)
    town.gives(lan, guest, 50)
    assert town.balances(home, guest) == [50, 50]


def test_the_wallet_lives_as_long_as_somebody_is_active() -> None:
    town = Neighbours(rulebook(expiry=MONTHLY_ACTIVE))
    home, lan, mai = family(town)
    town.buys(lan, 100)
    assert town.account(home).lapses_us == instant("2026-02-10")
    town.at("2026-02-01 09:00")
    town.redeems(mai, 10)
    assert town.account(home).lapses_us == instant("2026-03-04")
    town.at("2026-03-02 09:00")
    town.buys(lan, 1)
    assert town.account(home).lapses_us == instant("2026-04-02")
    town.waits("2026-04-02 00:00")
    assert town.balances(home, lan, mai) == [0, 0, 0]


def test_what_comes_back_is_no_activity_of_anybody() -> None:
    town = Neighbours(rulebook(expiry=MONTHLY_ACTIVE))
    home, lan, mai = family(town)
    town.buys(lan, 100)
    redeemed = town.redeems(mai, 10)
    town.at("2026-02-01 09:00")
    town.cancels(mai, redeemed)
    assert (town.balances(home), town.account(home).lapses_us) == ([100], instant("2026-02-10"))
    again = town.redeems(mai, 10)
    town.at("2026-02-05 09:00")
    town.redeems(lan, 5)
    town.cancels(mai, again)
    assert town.account(home).lapses_us == instant("2026-03-08")


def test_a_member_spends_the_own_free_points_first() -> None:
    town = Neighbours(rulebook(pending={"kind": "after_days", "days": 5}))
    home, lan, mai = family(town)
    town.must(mai, Adjustment(points=50, reason="moving-house"))
    town.buys(lan, 30)
    town.at("2026-01-20 09:00")
    town.redeems(lan, 20)
    assert town.entries(home) == [("transfer_in", 50), ("transfer_in", 10)]


def test_what_others_give_to_a_member_goes_on_to_the_shared_wallet_at_once() -> None:
    town = Neighbours()
    home, lan, mai = family(town)
    guest = town.enrols(points=90)
    old, receipt = town.enrols(points=7), town.enrols(points=5)
    wrong = town.buys(guest, 20)
    town.gives(guest, lan, 30)
    town.must(guest, Move(purchase=wrong, to=lan))
    town.merges(old, lan)
    town.must(receipt, MergeOut(into=mai, claimed=True))
    assert town.balances(home, lan, mai, guest, old, receipt) == [62, 0, 0, 60, 0, 0]
    town.redeems(mai, 62)


def test_whoever_is_blocked_brings_nothing_and_spends_nothing() -> None:
    town = Neighbours()
    home, lan, mai = family(town)
    town.buys(mai, 50)
    redeemed = town.redeems(lan, 20)
    town.must(lan, Block(reason="fraud"))
    assert town.refused(lan, Redemption(points=10)) == {"member_blocked": {}}
    town.cancels(lan, redeemed)
    assert town.balances(home, lan, mai) == [30, 20, 0]
    town.must(lan, Unblock())
    assert town.balances(home, lan, mai) == [50, 0, 0]


def test_joining_twice_or_oneself_and_leaving_nothing_are_refused() -> None:
    town = Neighbours()
    home, lan, other = town.enrols(), town.enrols(), town.enrols()
    assert town.refused(lan, HouseholdLeave()) == {"in_no_household": {}}
    assert town.refused(lan, HouseholdJoin(household=lan)) == {"same_member": {}}
    town.joins(lan, home)
    assert town.refused(lan, HouseholdJoin(household=other)) == {"already_in_a_household": {"household": str(home)}}
    assert town.refused(lan, HouseholdLeave(household=other)) == {"in_no_household": {}}
    town.must(lan, HouseholdLeave(household=home))


def test_whoever_is_blocked_cannot_hide_points_in_a_household() -> None:
    town = Neighbours()
    home, lan = town.enrols(), town.enrols(points=30)
    town.must(lan, Block(reason="fraud"))
    assert town.refused(lan, HouseholdJoin(household=home)) == {"member_blocked": {}}


def test_whoever_shares_cannot_be_merged_away() -> None:
    town = Neighbours()
    home, lan, mai = family(town)
    assert town.refused(lan, MergeOut(into=mai)) == {"in_a_household": {"household": str(home)}}


def test_nothing_free_is_nothing_to_pass_on() -> None:
    town = Neighbours()
    home, lan = town.enrols(), town.enrols()
    town.must(lan, TransferOut(to=home, points=None, reason="household"))
    assert (town.entries(home), town.entries(lan)) == ([], [])
