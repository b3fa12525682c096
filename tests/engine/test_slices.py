"""Slices: what is loaded is enough, also for the second command of a batch and for what a review does on the way."""

from msgspec.structs import replace

from app.engine.change import Change
from app.engine.commands import Purchase, Redemption, RedemptionCancel
from app.engine.decide import decide
from app.engine.ledger.evolve import evolve
from app.engine.needs import needs
from app.engine.outcomes import Purchased, Redeemed
from app.engine.refusals import Refusal
from tests.engine.builders import ZONE, Member, basket, instant, rulebook, tiers
from tests.engine.slices import Shelf


def shelf_of(member: Member, draw_lots_max: int = 1) -> Shelf:
    shelf = Shelf(draw_lots_max=draw_lots_max, account=member.account, lots=member.lots)
    shelf.tier_moves = list(member.state.tier_moves)
    shelf.tallies = {tally.day: tally for tally in member.state.tallies}
    return shelf


def decided(member: Member, *commands: Purchase | Redemption | RedemptionCancel) -> list[Change | Refusal]:
    """The answers to one batch, decided on one slice, without touching the member."""
    fact = member.next_fact()
    originals = [member.named(command, fact) for command in commands]
    wanted = [
        needs(command, member.account, member.now_us, ZONE, member.timeline, named)
        for command, named in zip(commands, originals, strict=True)
    ]
    together = wanted[0]
    for more in wanted[1:]:
        together |= more
    state = shelf_of(member).cut(together, member.now_us)
    answers = []
    for command, named in zip(commands, originals, strict=True):
        answer = decide(command, replace(state, originals=named), member.context(fact))
        answers.append(answer)
        state = evolve(state, answer) if isinstance(answer, Change) else state
    return answers


def test_late_purchase_after_a_review_nobody_waited_for_earns_at_its_own_tier() -> None:
    member = Member(rulebook(tiers=tiers(100, window=6)), start="2026-01-10 09:00")
    member.buys(100)
    member.at("2027-01-15 09:00")
    late = Purchase(basket=basket(10), occurred_us=instant("2027-01-09 09:00"))
    (answer,) = decided(member, late)
    assert isinstance(answer, Change)
    assert isinstance(answer.outcome, Purchased)
    assert answer.outcome.tier == "silver"
    assert answer.after.tier == "bronze"


def test_late_purchase_behind_a_promotion_in_the_same_batch_earns_at_its_own_tier() -> None:
    member = Member(rulebook(tiers=tiers(100, 200)), start="2026-01-10 09:00")
    member.buys(100)
    member.at("2026-02-10 09:00")
    crossing = Purchase(basket=basket(100))
    late = Purchase(basket=basket(10), occurred_us=instant("2026-02-01 09:00"))
    first, second = decided(member, crossing, late)
    assert isinstance(first, Change)
    assert isinstance(second, Change)
    assert isinstance(second.outcome, Purchased)
    assert (first.after.tier, second.outcome.tier) == ("gold", "silver")


def test_points_that_come_back_leave_the_slice_as_wide_as_it_was() -> None:
    member = Member(rulebook(debt={"floor_points": 0}))
    bought = member.buys(100)
    redeemed = member.redeems(100)
    member.refunds(bought)
    assert member.lots[1].uncollected == 100
    member.buys(50)
    member.buys(50)
    cancelled, spent = decided(member, RedemptionCancel(redemption=redeemed), Redemption(points=50))
    assert isinstance(cancelled, Change)
    assert isinstance(spent, Change)
    assert isinstance(spent.outcome, Redeemed)
    assert [(draw.lot, draw.points) for draw in spent.outcome.draws] == [(2, 50)]
