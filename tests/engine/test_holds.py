"""Holds: authorise, then capture or release, once (semantics 6, 9, 10)."""

from uuid import UUID

import pytest

from app.engine.change import Change
from app.engine.commands import Capture, Command, HoldExtend, HoldPlace, HoldRelease, LetTimePass
from app.engine.decide import decide
from app.engine.movements import Draw
from app.engine.outcomes import Held, HeldLonger, Redeemed, Released
from tests.engine.builders import instant, rulebook, timeline
from tests.engine.shoppers import Shopper

STEPS = {"points": 100, "value_minor": 5000, "step_points": 50, "minimum_points": 100}
WEEKLY = {"kind": "rolling_days", "days": 7}
MONTHLY_ACTIVE = {"kind": "inactivity", "days": 30}
STAMPS = {
    "id": "stamps",
    "title": {"en": "Stamps"},
    "redemption": {"points": 10, "value_minor": 45, "step_points": 10, "minimum_points": 10},
}
LONG = {"minutes": 15, "life_minutes_max": 60 * 24 * 300}
NOBODY = UUID(int=1)


def test_a_hold_sets_points_aside_and_takes_none() -> None:
    member = Shopper(rulebook(), points=100)
    hold = member.holds(60)
    assert member.outcome(hold) == Held(
        wallet="",
        points=60,
        value_minor=60,
        draws=(Draw(lot=1, points=60),),
        until_us=instant("2026-01-10 09:15"),
        life_until_us=instant("2026-01-11 09:00"),
        rulebook=1,
    )
    assert (member.balance, member.free, member.account.held) == (100, 40, 60)
    assert member.entries(2) == []
    assert member.refused_for_redeeming(41) == {"insufficient_points": {"available": 40, "requested": 41}}


def test_a_capture_redeems_what_was_held() -> None:
    member = Shopper(rulebook(), points=100)
    hold = member.holds(60)
    capture = member.captures(hold)
    assert member.outcome(capture) == Redeemed(
        points=60, value_minor=60, draws=(Draw(lot=1, points=60),), rulebook=1, hold=hold
    )
    assert member.entries(2) == [("redemption", -60)]
    assert (member.balance, member.free, member.account.held, member.active) == (40, 40, 0, ())


def test_of_a_partial_capture_the_rest_is_released() -> None:
    member = Shopper(rulebook())
    member.buys(30)
    member.buys(50)
    hold = member.holds(70)
    capture = member.captures(hold, 40)
    outcome = member.outcome(capture)
    assert isinstance(outcome, Redeemed)
    assert (outcome.points, outcome.released) == (40, 30)
    assert outcome.draws == (Draw(lot=1, points=30), Draw(lot=2, points=10))
    assert (member.balance, member.free, member.remaining()) == (40, 40, {2: 40})


def test_a_release_frees_everything() -> None:
    member = Shopper(rulebook(), points=100)
    released = member.releases(member.holds(60))
    assert member.outcome(released) == Released(points=60)
    assert (member.balance, member.free, member.account.held) == (100, 100, 0)


@pytest.mark.parametrize("first", [Capture, HoldRelease])
@pytest.mark.parametrize("second", [Capture, HoldRelease])
def test_a_hold_ends_exactly_once(first: type[Capture | HoldRelease], second: type[Capture | HoldRelease]) -> None:
    member = Shopper(rulebook(), points=100)
    hold = member.holds(60)
    member.must(first(hold=hold))
    assert member.refused(second(hold=hold)) == {"hold_ended": {}}
    assert member.refused(HoldExtend(hold=hold, minutes=1)) == {"hold_ended": {}}


@pytest.mark.parametrize(
    "command", [Capture(hold=NOBODY), HoldRelease(hold=NOBODY), HoldExtend(hold=NOBODY, minutes=1)]
)
def test_what_was_never_held_cannot_be_ended(command: Command) -> None:
    assert Shopper(rulebook(), points=100).refused(command) == {"hold_ended": {}}


def test_a_hold_lapses_when_its_time_is_over() -> None:
    member = Shopper(rulebook(), points=100)
    hold = member.holds(60, minutes=30)
    assert member.account.due_us == instant("2026-01-10 09:30")
    member.waits("2026-01-10 09:29")
    assert member.free == 40
    change = member.waits("2026-01-10 09:30")
    assert [(move.hold, move.ended) for move in change.hold_moves] == [(hold, "lapsed")]
    assert (member.free, member.account.held, member.account.holds) == (100, 0, 0)
    assert member.refused(Capture(hold=hold)) == {"hold_ended": {}}


def test_an_extension_counts_from_now_and_never_shortens() -> None:
    member = Shopper(rulebook(), points=100)
    hold = member.holds(60, minutes=30)
    member.at("2026-01-10 09:20")
    member.must(HoldExtend(hold=hold, minutes=5))
    assert member.changes[-1].outcome == HeldLonger(until_us=instant("2026-01-10 09:30"))
    member.must(HoldExtend(hold=hold, minutes=45))
    assert member.changes[-1].outcome == HeldLonger(until_us=instant("2026-01-10 10:05"))
    assert member.active[0].until_us == instant("2026-01-10 10:05")


def test_no_extension_goes_beyond_the_whole_life() -> None:
    member = Shopper(rulebook(holds={"minutes": 15, "life_minutes_max": 60}), points=100)
    hold = member.holds(60, minutes=60)
    member.at("2026-01-10 09:40")
    assert member.refused(HoldExtend(hold=hold, minutes=21)) == {"hold_life_exceeded": {"maximum": 20, "requested": 21}}
    assert member.refused(HoldExtend(hold=hold, minutes=0)) == {"hold_too_short": {"minimum": 1}}
    member.must(HoldExtend(hold=hold, minutes=20))


def test_every_reason_against_a_hold_is_given() -> None:
    member = Shopper(rulebook(redemption=STEPS), points=60)
    assert member.refused(HoldPlace(points=75, minutes=1441)) == {
        "below_minimum": {"minimum": 100, "requested": 75},
        "not_a_step": {"step": 50, "requested": 75},
        "insufficient_points": {"available": 60, "requested": 75},
        "hold_life_exceeded": {"maximum": 1440, "requested": 1441},
    }
    assert member.refused(HoldPlace(points=100, minutes=-1))["hold_too_short"] == {"minimum": 1}
    assert member.refused(HoldPlace(points=100, wallet="stamps")) == {"unknown_wallet": {}}


def test_a_hold_that_nobody_gave_a_life_fits_into_the_whole_one() -> None:
    member = Shopper(rulebook(holds={"minutes": 15, "life_minutes_max": 10}), points=100)
    member.holds(60)
    assert member.active[0].until_us == member.active[0].life_until_us == instant("2026-01-10 09:10")


@pytest.mark.parametrize("points", [0, -50, 201])
def test_no_more_is_captured_than_was_held(points: int) -> None:
    member = Shopper(rulebook(redemption=STEPS), points=1000)
    hold = member.holds(200)
    assert member.refused(Capture(hold=hold, points=points)) == {"exceeds_hold": {"held": 200, "requested": points}}


def test_a_part_is_captured_in_whole_steps_and_may_be_less_than_the_minimum() -> None:
    member = Shopper(rulebook(redemption=STEPS), points=1000)
    hold = member.holds(200)
    assert member.refused(Capture(hold=hold, points=75)) == {"not_a_step": {"step": 50, "requested": 75}}
    outcome = member.outcome(member.captures(hold, 50))
    assert isinstance(outcome, Redeemed)
    assert (outcome.points, outcome.value_minor) == (50, 2500)


def test_points_are_worth_what_they_were_when_they_were_held() -> None:
    member = Shopper(rulebook(redemption=STEPS), points=1000)
    hold = member.holds(200)
    cheaper = {**STEPS, "value_minor": 1000, "step_points": 100}
    member.timeline = timeline((0, rulebook(redemption=STEPS)), (member.now_us, rulebook(redemption=cheaper)))
    outcome = member.outcome(member.captures(hold, 150))
    assert isinstance(outcome, Redeemed)
    assert (outcome.value_minor, outcome.rulebook) == (7500, 1)
    member.redeems(100)
    outcome = member.changes[-1].outcome
    assert isinstance(outcome, Redeemed)
    assert (outcome.value_minor, outcome.rulebook) == (1000, 2)


def test_only_the_held_part_of_a_lot_outlives_its_expiry() -> None:
    member = Shopper(rulebook(expiry=WEEKLY, holds=LONG), points=100)
    hold = member.holds(60, minutes=60 * 24 * 30)
    member.waits("2026-01-20 09:00")
    assert member.entries(2) == [("expiry", -40)]
    assert (member.balance, member.free, member.account.held) == (60, 0, 60)
    member.captures(hold, 50)
    assert member.entries(2) == [("expiry", -40), ("redemption", -50), ("expiry", -10)]
    assert (member.balance, member.remaining()) == (0, {})


def test_what_is_released_after_its_expiry_expires_at_once() -> None:
    member = Shopper(rulebook(expiry=WEEKLY, holds=LONG), points=100)
    hold = member.holds(60, minutes=60 * 24 * 30)
    member.waits("2026-01-20 09:00")
    change = member.change(member.releases(hold))
    assert [(entry.kind, entry.points, entry.effective_us) for entry in change.entries] == [
        ("expiry", -60, instant("2026-01-20 09:00"))
    ]
    assert (member.balance, member.account.held) == (0, 0)


def test_what_was_held_through_a_lapse_does_not_live_on_because_the_member_is_active_again() -> None:
    member = Shopper(rulebook(expiry=MONTHLY_ACTIVE, holds=LONG), points=100)
    hold = member.holds(60, minutes=60 * 24 * 60)
    member.at("2026-02-20 09:00").buys(5)
    assert member.entries(2) == [("expiry", -40), ("accrual", 5)]
    member.releases(hold)
    assert member.entries(2) == [("expiry", -40), ("accrual", 5), ("expiry", -60)]
    assert (member.balance, member.free) == (5, 5)


def test_a_capture_does_not_save_what_it_releases_from_a_lapse_that_is_over() -> None:
    member = Shopper(rulebook(expiry=MONTHLY_ACTIVE, holds=LONG), points=100)
    hold = member.holds(60, minutes=60 * 24 * 60)
    member.at("2026-02-20 09:00")
    member.captures(hold, 10)
    assert member.entries(2) == [("expiry", -40), ("redemption", -10), ("expiry", -50)]


def test_holding_and_capturing_are_activities_and_releasing_is_none() -> None:
    member = Shopper(rulebook(expiry=MONTHLY_ACTIVE), points=100)
    member.at("2026-02-01 23:50")
    captured, released = member.holds(10), member.holds(10)
    assert member.account.lapses_us == instant("2026-03-04")
    member.at("2026-02-02 00:00")
    member.releases(released)
    assert member.account.lapses_us == instant("2026-03-04")
    member.captures(captured)
    assert member.account.lapses_us == instant("2026-03-05")


def test_reversals_never_touch_held_points() -> None:
    member = Shopper(rulebook())
    bought = member.buys(100)
    hold = member.holds(60)
    member.refunds(bought)
    assert (member.balance, member.account.debt, member.account.held) == (0, 60, 60)
    member.captures(hold)
    assert (member.balance, member.account.debt) == (-60, 60)


def test_released_points_pay_what_is_owed_before_they_are_free() -> None:
    member = Shopper(rulebook())
    bought = member.buys(100)
    member.buys(20)
    hold = member.holds(90)
    member.refunds(bought)
    assert (member.balance, member.account.debt, member.free) == (20, 70, 0)
    member.releases(hold)
    assert (member.balance, member.account.debt, member.free) == (20, 0, 20)


def test_another_wallet_can_be_held() -> None:
    member = Shopper(rulebook(wallets=[STAMPS]), points=7)
    member.gets(30, wallet="stamps")
    hold = member.holds(20, wallet="stamps")
    assert member.account.purse("stamps").held == 20
    outcome = member.outcome(member.captures(hold, 10))
    assert isinstance(outcome, Redeemed)
    assert (outcome.wallet, outcome.value_minor, outcome.released) == ("stamps", 45, 10)
    purse = member.account.purse("stamps")
    assert (purse.balance, purse.free, purse.held, member.balance) == (20, 20, 0, 7)


def test_a_hold_settles_the_same_late_as_in_time() -> None:
    member = Shopper(rulebook(expiry=WEEKLY, holds=LONG), points=100)
    member.holds(60, minutes=60 * 24 * 10)
    lazy = member.state
    member.waits("2026-01-18 09:00")
    member.waits("2026-01-25 09:00")
    change = decide(LetTimePass(), lazy, member.context(UUID(int=9)))
    assert isinstance(change, Change)
    assert [(e.kind, e.points, e.effective_us) for e in change.entries] == [
        ("expiry", -40, instant("2026-01-18")),
        ("expiry", -60, instant("2026-01-20 09:00")),
    ]
    assert [(kind, points) for kind, points in member.entries(2)] == [("expiry", -40), ("expiry", -60)]
