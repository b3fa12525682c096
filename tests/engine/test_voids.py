"""Voids and moves: everything goes back, and the receipt number is free for one replacement (semantics 17)."""

from uuid import UUID

from app.engine.commands import Move, Purchase, Refund, Void
from app.engine.outcomes import Purchased, Refunded
from app.engine.remains import Reversed
from tests.engine.builders import Member, basket, instant, rulebook
from tests.engine.neighbours import Neighbours

RECEIPT = "R-1"


def outcome(member: Member) -> Refunded:
    found = member.changes[-1].outcome
    assert isinstance(found, Refunded)
    return found


def test_a_void_reverses_everything() -> None:
    member = Member()
    member.buys(100)
    bought = member.buys(150, points=100)
    member.must(Void(purchase=bought))
    assert member.remaining() == {1: 100}
    assert (outcome(member).voided, outcome(member).returned, outcome(member).award.asked) == (True, 100, 50)


def test_a_void_of_a_purchase_of_which_a_part_went_back_reverses_the_rest() -> None:
    member = Member()
    bought = member.buys(50)
    member.must(Refund(purchase=bought, amount_minor=20))
    member.must(Void(purchase=bought))
    assert (outcome(member).award, outcome(member).amount_minor) == (Reversed(asked=30, from_lot=30), 30)
    assert member.balance == 0


def test_a_purchase_is_voided_once() -> None:
    member = Member()
    bought = member.buys(50)
    voided = member.must(Void(purchase=bought))
    assert member.refused(Void(purchase=bought)) == {"already_reversed": {"by": str(voided)}}
    assert member.refused(Refund(purchase=bought)) == {"already_reversed": {"by": str(voided)}}


def test_a_replacement_names_the_purchase_that_was_voided() -> None:
    member = Member()
    bought = member.buys(50, external_id=RECEIPT)
    member.must(Void(purchase=bought))
    member.must(Purchase(basket=basket(60), external_id=RECEIPT, replaces=bought))
    assert member.balance == 60


def test_what_was_not_voided_is_not_replaced() -> None:
    member = Member()
    bought = member.buys(50, external_id=RECEIPT)
    replacement = Purchase(basket=basket(60), external_id=RECEIPT, replaces=bought)
    assert member.refused(replacement) == {"not_voided": {}}
    member.refunds(bought)
    assert member.refused(replacement) == {"not_voided": {}}
    assert member.refused(Purchase(basket=basket(60), replaces=UUID(int=404))) == {"not_voided": {}}


def test_a_replacement_has_the_receipt_number_of_what_it_replaces() -> None:
    member = Member()
    bought = member.buys(50, external_id=RECEIPT)
    member.must(Void(purchase=bought))
    assert member.refused(Purchase(basket=basket(60), external_id="R-2", replaces=bought)) == {"not_voided": {}}


def test_a_move_decides_a_purchase_again_for_another_member_at_its_own_time() -> None:
    world = Neighbours(rulebook(expiry={"kind": "rolling_days", "days": 90}))
    wrong, right = world.enrols(), world.enrols()
    bought = world.must(wrong, Purchase(basket=basket(50), external_id=RECEIPT))
    world.at("2026-03-10 09:00")
    world.must(wrong, Move(purchase=bought, to=right))
    assert (world.state(wrong).account.balance, world.state(right).account.balance) == (0, 50)
    moved, again = (row.change.outcome for row in world.rows[-2:])
    assert isinstance(moved, Refunded)
    assert (moved.voided, moved.moved_to) == (True, right)
    assert isinstance(again, Purchased)
    assert (again.occurred_us, again.points, again.warnings) == (instant("2026-01-10 09:00"), 50, ("late",))
    assert [lot.expires_us for lot in world.state(right).lots] == [instant("2026-04-11")]


def test_the_receipt_number_of_a_moved_purchase_is_left_to_whom_it_was_moved() -> None:
    world = Neighbours(rulebook())
    wrong, right = world.enrols(), world.enrols()
    bought = world.must(wrong, Purchase(basket=basket(50), external_id=RECEIPT))
    world.must(wrong, Move(purchase=bought, to=right))
    again = Purchase(basket=basket(50), external_id=RECEIPT, replaces=bought)
    assert [world.refused(each, again) for each in (wrong, right)] == [{"not_voided": {}}] * 2


def test_a_purchase_that_was_paid_with_points_is_not_moved() -> None:
    member = Member()
    member.buys(50)
    bought = member.buys(50, points=20)
    assert member.refused(Move(purchase=bought, to=UUID(int=5))) == {"paid_with_points": {"points": 20}}


def test_a_purchase_of_which_a_part_went_back_is_not_moved() -> None:
    member = Member()
    bought = member.buys(50)
    part = member.must(Refund(purchase=bought, amount_minor=20))
    assert member.refused(Move(purchase=bought, to=UUID(int=5))) == {"partly_reversed": {"by": str(part)}}


def test_a_purchase_is_not_moved_to_the_member_who_has_it() -> None:
    member = Member()
    bought = member.buys(50)
    assert set(member.refused(Move(purchase=bought, to=member.account.member))) == {"same_member"}
