"""A purchase that was decided under a faulty version has earned what the right one gives, for good."""

from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.engine.commands import Confirm, Refund, RefundLine, Void
from app.engine.corrected import Corrected, Correction
from app.engine.needs import needs
from app.engine.outcomes import Refunded
from app.engine.remains import Added, Reversed
from tests.engine.builders import Member, instant, rulebook, tiers, timeline

UNDERTAKING = UUID(int=4711)
ONE = {"id": "base", "effect": {"kind": "per_amount", "points": 1, "per_minor": 10}}
TEN = {"id": "base", "effect": {"kind": "per_amount", "points": 10, "per_minor": 10}}


def shop(faulty: dict[str, Any] = ONE, right: dict[str, Any] = TEN, **more: Any) -> Member:
    """A member of a shop whose first version was faulty; the second is in force from February on."""
    published = timeline(
        (0, rulebook(earning={"rules": [faulty]}, **more)),
        (instant("2026-02-01"), rulebook(earning={"rules": [right]}, **more)),
    )
    return Member(published=published)


def correct(purchase: UUID, under: int = 2, **more: Any) -> Correction:
    return Correction(purchase=purchase, correction=UNDERTAKING, under=under, **more)


def test_what_was_missing_is_given_and_a_second_run_finds_nothing() -> None:
    member = shop()
    bought = member.buys(1000)
    member.at("2026-02-10 09:00")
    corrected = member.must(correct(bought))
    account = member.state.account
    assert (account.balance, account.debt) == (1000, 0)
    outcome = member.change(corrected).outcome
    assert isinstance(outcome, Corrected)
    assert (outcome.purchase, outcome.correction, outcome.rulebook, outcome.points) == (bought, UNDERTAKING, 2, 900)
    assert outcome.given == (Added(member=account.member, wallet="", lot=2, points=900),)
    assert [(entry.kind, entry.points) for entry in member.change(corrected).entries] == [("adjustment", 900)]
    assert member.refused(correct(bought)) == {"nothing_to_correct": {}}


def test_what_was_too_much_is_asked_back_and_owed_where_it_was_spent() -> None:
    member = shop(TEN, ONE)
    bought = member.buys(1000)
    member.redeems(950)
    member.at("2026-02-10 09:00")
    corrected = member.must(correct(bought))
    account = member.state.account
    assert (account.balance, account.debt) == (-850, 850)
    outcome = member.change(corrected).outcome
    assert isinstance(outcome, Corrected)
    assert outcome.taken == (Reversed(asked=900, from_lot=50, from_debt=850),)
    assert member.refused(correct(bought)) == {"nothing_to_correct": {}}


def test_what_is_asked_back_never_goes_below_the_floor_of_debts() -> None:
    floor = {"policy": "allow_negative", "floor_points": -100}
    member = shop(TEN, ONE, debt=floor)
    bought = member.buys(1000)
    member.redeems(1000)
    member.at("2026-02-10 09:00")
    member.must(correct(bought))
    assert (member.state.account.balance, member.state.account.debt) == (-100, 100)
    refusing = shop(TEN, ONE, debt={"policy": "refuse"})
    bought = refusing.buys(1000)
    refusing.redeems(1000)
    refusing.at("2026-02-10 09:00")
    assert refusing.refused(correct(bought)) == {
        "not_enough_to_reverse": {"wallet": "points", "asked": 900, "available": 0}
    }


def test_only_what_was_not_given_back_is_decided_again() -> None:
    member = shop()
    bought = member.buys(600, 400)
    member.must(Refund(purchase=bought, lines=(RefundLine(line=0),)))
    member.at("2026-02-10 09:00")
    member.must(correct(bought))
    assert member.state.account.balance == 400
    gone = member.buys(1000)
    member.refunds(gone)
    assert set(member.refused(correct(gone))) == {"already_reversed"}


def test_what_is_left_is_decided_again_by_what_was_read_then() -> None:
    welcome = {
        "id": "welcome",
        "when": {"kind": "purchase_number", "at_most": 1},
        "effect": {"kind": "bonus", "points": 50},
    }
    one, ten = ({"earning": {"rules": [base, welcome]}} for base in (ONE, TEN))
    member = Member(published=timeline((0, rulebook(**one)), (instant("2026-02-01"), rulebook(**ten))))
    bought = member.buys(600, 400)
    member.buys(1000)
    member.must(Refund(purchase=bought, lines=(RefundLine(line=0),)))
    member.at("2026-02-10 09:00")
    before = member.state.account.balance
    member.must(correct(bought))
    assert member.state.account.balance - before == 400 - 40


def test_a_refund_after_a_correction_takes_everything_back() -> None:
    member = shop()
    bought = member.buys(600, 400)
    member.at("2026-02-10 09:00")
    member.must(correct(bought))
    asked = Refund(purchase=bought, lines=(RefundLine(line=1),))
    originals = member.named(asked, member.next_fact())
    # A slice has the lot of the purchase and the one that the correction opened.
    assert needs(asked, member.account, member.now_us, member.zone, member.timeline, originals).lots == (1, 2)
    part = member.must(asked)
    outcome = member.change(part).outcome
    assert isinstance(outcome, Refunded)
    assert [each.asked for each in (outcome.award, *outcome.grants)] == [0, 400]
    assert member.state.account.balance == 600
    member.must(Void(purchase=bought))
    assert (member.state.account.balance, member.state.account.debt) == (0, 0)


def test_what_a_correction_adds_waits_for_the_confirmation_of_its_purchase() -> None:
    member = shop(pending={"kind": "event"})
    bought, other = member.buys(600, 400), member.buys(1000)
    member.at("2026-02-10 09:00")
    member.must(correct(bought))
    member.must(correct(other))
    account = member.state.account
    assert (account.balance, account.main.pending, account.free) == (2000, 2000, 0)
    member.must(Refund(purchase=bought, lines=(RefundLine(line=1),)))
    member.must(Confirm(purchase=bought))
    # The rest, 600 for 600, and nothing of what still waits.
    assert (member.state.account.balance, member.state.account.free) == (1600, 600)
    assert set(member.refused(Confirm(purchase=bought))) == {"nothing_pending"}
    member.must(Confirm(purchase=other))
    assert member.state.account.free == 1600


def test_what_a_correction_adds_waits_as_long_as_the_points_of_its_purchase() -> None:
    member = shop(pending={"kind": "after_days", "days": 14})
    early = member.buys(1000)
    member.at("2026-01-31 09:00")
    late = member.buys(1000)
    member.at("2026-02-10 09:00")
    # The points of the first have matured, those of the second wait until the 14th.
    member.must(correct(early))
    member.must(correct(late))
    account = member.state.account
    assert (account.free, account.pending) == (1000, 1000)
    assert [(lot.granted, lot.available_us) for lot in member.state.lots if lot.pending] == [
        (100, instant("2026-02-14")),
        (900, instant("2026-02-14")),
    ]


def test_a_correction_counts_towards_tiers_on_the_day_of_the_purchase() -> None:
    member = shop(tiers=tiers(500))
    bought = member.buys(1000)
    before = member.state.account.tier
    member.at("2026-02-10 09:00")
    member.must(correct(bought))
    assert (before, member.state.account.tier) == (None, "silver")
    assert {tally.points for tally in member.state.tallies} == {1000}
    assert len(member.state.tallies) == 1


def test_large_corrections_need_a_second_person() -> None:
    member = shop(adjustments={"approval_over_points": 500})
    bought = member.buys(1000)
    member.at("2026-02-10 09:00")
    first, second = UUID(int=1), UUID(int=2)
    needed = {"approval_needed": {"over": 500, "requested": 900}}
    assert member.refused(correct(bought, actor=first)) == needed
    assert member.refused(correct(bought, actor=first, approver=first)) == needed
    member.must(correct(bought, actor=first, approver=second))
    assert member.state.account.balance == 1000


def test_what_was_not_recorded_is_not_guessed() -> None:
    nth = {
        "id": "third",
        "when": {"kind": "purchase_number", "every": 3},
        "effect": {"kind": "per_amount", "points": 10, "per_minor": 10},
    }
    member = shop(ONE, nth)
    bought = member.buys(1000)
    member.at("2026-02-10 09:00")
    assert member.refused(correct(bought)) == {"facts_not_recorded": {}}


def test_only_purchases_are_decided_again_and_only_under_what_was_published() -> None:
    member = shop()
    bought = member.buys(1000)
    taken = member.redeems(10)
    assert set(member.refused(correct(taken))) == {"wrong_kind"}
    assert set(member.refused(correct(bought, under=9))) == {"rulebook_not_found"}


@pytest.mark.parametrize("under", [1, 2])
@given(data=st.data())
def test_whatever_happens_a_void_leaves_nothing(under: int, data: st.DataObject) -> None:
    member = shop(*((ONE, TEN) if under == 2 else (TEN, ONE)))
    bought = member.buys(600, 400)
    member.at("2026-02-10 09:00")
    for _ in range(data.draw(st.integers(0, 4))):
        what = data.draw(st.sampled_from(["correct", "back", "part"]))
        match what:
            case "correct":
                member.ask(correct(bought))
            case "back":
                member.ask(correct(bought, under=1))
            case _:
                member.ask(Refund(purchase=bought, amount_minor=data.draw(st.integers(1, 999))))
        lots = sum(lot.remaining for lot in member.state.lots)
        assert member.state.account.balance == lots - member.state.account.debt
    member.ask(Void(purchase=bought))
    assert (member.state.account.balance, member.state.account.debt) == (0, 0)
