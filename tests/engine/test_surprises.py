"""Surprises and wheels: draws with odds, stock, budget and limits, and what goes back of them (semantics 30, 31)."""

from typing import Any
from uuid import UUID

from msgspec.structs import replace

from app.engine.activity import Activity, ActivityCancel
from app.engine.change import Change
from app.engine.commands import Confirm, Move, Purchase, Refund, RefundLine, RewardRedemption
from app.engine.context import Context
from app.engine.decide import decide
from app.engine.draws import message_of, pick, prize_stock, seed_of, value_of
from app.engine.outcomes import Cancelled, Confirmed, Purchased, Redeemed, Refunded
from app.engine.played import Acted, ActivityCancelled, Drawn, Prized, PrizeTaken
from app.engine.remains import Reversed
from tests.engine.builders import SECRET, basket, day, rulebook
from tests.engine.neighbours import Neighbours
from tests.engine.shoppers import Shopper


def chance(**parts: object) -> dict[str, object]:
    """Fifty points."""
    return {"id": "points", "title": {"en": "Points"}, "weight": 1, "prize": {"points": 50}, **parts}


def surprise(**parts: object) -> dict[str, object]:
    """Every purchase wins fifty points."""
    return {"id": "lucky", "title": {"en": "Lucky"}, "prizes": [chance()], "nothing_weight": 0, **parts}


def shopper(**parts: object) -> Shopper:
    return Shopper(rulebook(surprises=[surprise(**parts)]))


def drawn(member: Shopper, fact: UUID) -> tuple[Drawn, ...]:
    outcome = member.outcome(fact)
    assert isinstance(outcome, Purchased)
    return outcome.surprises


PRIZED = Prized(cause="surprise/lucky", points=50, lot=2)
TODAY = day("2026-01-10")


def test_a_surprise_comes_with_a_purchase_and_its_prize_is_a_credit_of_its_own() -> None:
    member = shopper()
    bought = member.buys(100)
    assert drawn(member, bought) == (Drawn(draw="surprise/lucky", number=1, day=TODAY, place=0, prized=PRIZED),)
    assert member.entries() == [("accrual", 100), ("prize", 50)]


def test_draw_n_of_a_member_uses_the_seed_of_its_day_and_n() -> None:
    member = shopper(prizes=[chance(), chance(id="more", weight=2)], nothing_weight=3)
    for number, today in enumerate(("2026-01-10", "2026-01-10", "2026-01-11", "2026-02-01"), start=1):
        member.at(f"{today} 12:00")
        (found,) = drawn(member, member.buys(100))
        value = value_of(seed_of(SECRET, day(today)), message_of(UUID(int=0), "surprise/lucky", number))
        assert (found.number, found.day, found.place) == (number, day(today), pick(value, (1, 2), 3))


def test_neither_basket_nor_key_can_influence_a_draw() -> None:
    places = set()
    for amounts, fact in (((100,), 1), ((1, 2, 3), 2), ((10**6,), 3)):
        member = shopper(prizes=[chance(weight=1 + number, id=f"p{number}") for number in range(9)])
        bought = member.must(Purchase(basket=basket(*amounts)), UUID(int=fact))
        places.add(drawn(member, bought)[0].place)
    assert len(places) == 1


def test_n_moves_only_at_commit_and_a_quote_shows_odds_alone() -> None:
    member = shopper()
    command = Purchase(basket=basket(100))
    context = replace(member.context(UUID(int=5)), seed=None)
    for _ in range(2):
        quoted = decide(command, member.state, context)
        assert isinstance(quoted, Change)
        assert isinstance(quoted.outcome, Purchased)
        assert quoted.outcome.surprises == (Drawn(draw="surprise/lucky", number=1),)
        assert (quoted.counter_moves, quoted.points) == ((), 100)
    assert drawn(member, member.must(command))[0].number == 1
    assert drawn(member, member.must(command))[0].number == 2


def test_a_refund_takes_the_prize_back_and_n_never_goes_back() -> None:
    member = shopper()
    bought = member.buys(100)
    refunded = member.outcome(member.refunds(bought))
    assert isinstance(refunded, Refunded)
    assert refunded.prizes == (PrizeTaken(cause="surprise/lucky", times=1, reversed=Reversed(asked=50, from_lot=50)),)
    assert member.balance == 0
    assert drawn(member, member.buys(100))[0].number == 2


def test_a_sticky_prize_stays() -> None:
    member = shopper(sticky=True)
    member.refunds(member.buys(100))
    assert member.balance == 50


def test_a_prize_stays_while_what_remains_would_have_brought_it() -> None:
    member = shopper(when={"kind": "amount", "at_least_minor": 100})
    bought = member.must(Purchase(basket=basket(60, 50, 40)))
    member.must(Refund(purchase=bought, lines=(RefundLine(line=2),)))
    assert member.balance == 110 + 50
    member.must(Refund(purchase=bought, lines=(RefundLine(line=0),)))
    assert member.balance == 50
    last = member.outcome(member.must(Refund(purchase=bought)))
    assert isinstance(last, Refunded)
    assert (last.prizes, member.balance) == ((), 0)


def test_conditions_items_and_dates_say_with_what_a_surprise_comes() -> None:
    member = shopper(items={"categories": ["food"]}, valid_from="2026-01-11", valid_until="2026-01-11")
    assert drawn(member, member.buys(100)) == ()
    member.at("2026-01-11")
    assert len(drawn(member, member.buys(100))) == 1
    assert drawn(member, member.buys()) == ()
    member.at("2026-01-12")
    assert drawn(member, member.buys(100)) == ()


def test_a_prize_that_is_gone_counts_as_nothing() -> None:
    member = shopper(prizes=[chance(stock=1)])
    first = member.buys(100)
    assert drawn(member, first)[0].cut == ""
    (second,) = drawn(member, member.buys(100))
    assert second == Drawn(draw="surprise/lucky", number=2, day=TODAY, place=0, cut="stock")
    assert member.taken["prize/surprise/lucky/points"] == 1
    member.refunds(first)
    assert member.taken["prize/surprise/lucky/points"] == 0
    assert drawn(member, member.buys(100))[0].cut == ""


def test_a_budget_is_never_passed_and_what_comes_back_serves_others() -> None:
    member = shopper(budget_points=120)
    bought = [member.buys(100) for _ in range(3)]
    assert [drawn(member, each)[0].cut for each in bought] == ["", "", "budget"]
    assert member.taken["surprise/lucky"] == 100
    member.refunds(bought[0])
    assert drawn(member, member.buys(100))[0].cut == ""


def test_a_limit_counts_draws_and_a_refund_does_not_give_one_back() -> None:
    member = shopper(limit={"per": "day", "times": 2})
    member.refunds(member.buys(100))
    assert [len(drawn(member, member.buys(100))) for _ in range(2)] == [1, 0]
    member.at("2026-01-11")
    assert len(drawn(member, member.buys(100))) == 1


def wheel(**parts: object) -> dict[str, Any]:
    return {
        "id": "fortune",
        "title": {"en": "The wheel"},
        "kind": "wheel",
        "cost_points": 10,
        "odds": {"prizes": [chance()], **parts},
    }


def turner(**parts: object) -> Shopper:
    return Shopper(rulebook(rewards=[wheel(**parts)]), points=100)


def turned(member: Shopper, fact: UUID) -> Redeemed:
    outcome = member.outcome(fact)
    assert isinstance(outcome, Redeemed)
    return outcome


def test_a_wheel_is_paid_for_and_turned_in_one() -> None:
    member = turner()
    found = turned(member, member.takes("fortune"))
    prized = Prized(cause="wheel/fortune", points=50, lot=2)
    assert found.drawn == Drawn(draw="wheel/fortune", number=1, day=TODAY, place=0, prized=prized)
    assert member.entries(2) == [("redemption", -10), ("prize", 50)]
    assert member.refused(RewardRedemption(reward="fortune", quantity=2)) == {"quantity_out_of_range": {"maximum": 1}}


def test_nobody_pays_for_a_turn_that_stops_at_a_prize_that_is_gone() -> None:
    member = turner(prizes=[chance(stock=0)])
    found = turned(member, member.takes("fortune"))
    assert (found.points, found.draws) == (0, ())
    assert found.drawn == Drawn(draw="wheel/fortune", number=1, day=TODAY, place=0, cut="stock")
    assert (member.balance, member.taken["reward/fortune"]) == (100, 0)
    assert turned(member, member.takes("fortune")).drawn == replace(found.drawn, number=2)


def test_a_turned_wheel_is_final_unless_the_rulebook_lets_staff_give_it_back() -> None:
    member = turner()
    assert member.refused_for_cancelling(member.takes("fortune")) == {"draw_final": {}}
    member = turner(cancel="give_back", prizes=[chance(stock=1)])
    cancelled = member.outcome(member.cancels(member.takes("fortune")))
    taken = PrizeTaken(cause="wheel/fortune", times=1, reversed=Reversed(asked=50, from_lot=50))
    assert cancelled == Cancelled(returned=10, value_minor=0, prize=taken)
    assert (member.balance, member.taken["prize/wheel/fortune/points"]) == (100, 0)
    assert turned(member, member.takes("fortune")).drawn == Drawn(
        draw="wheel/fortune",
        number=2,
        day=TODAY,
        place=0,
        prized=Prized(cause="wheel/fortune", points=50, lot=3),
    )


def test_a_plain_rulebook_has_no_seed() -> None:
    plain: Context = Shopper(rulebook()).context(UUID(int=1))
    assert plain.seed is None


def test_what_came_with_a_purchase_matures_with_it_and_what_nobody_can_confirm_does_not_wait() -> None:
    """Surprises and what levels gave waited for ever, and so did all that wheels and activities gave."""
    levels = [
        {"id": "basic", "title": {"en": "Basic"}, "from_points": 0},
        {"id": "top", "title": {"en": "Top"}, "from_points": 100, "on_reaching": {"points": 7}},
    ]
    member = Shopper(
        rulebook(
            pending={"kind": "event"},
            tiers={"levels": levels},
            activities=[{"id": "review", "title": {"en": "Review"}}],
            surprises=[surprise(), surprise(id="for-review", on="review")],
            rewards=[wheel(prizes=[chance(prize={"points": 3})], nothing_weight=0)],
        )
    )
    bought = member.buys(100)
    assert (member.balance, member.account.free, member.account.pending) == (157, 0, 157)
    member.must(Activity(kind="review"))
    assert (member.account.free, member.account.pending) == (50, 157)
    member.takes("fortune")
    assert (member.account.free, member.account.pending) == (50 - 10 + 3, 157)
    assert member.outcome(member.must(Confirm(purchase=bought))) == Confirmed(points=157)
    assert (member.account.free, member.account.pending) == (200, 0)


def test_a_surprise_comes_with_the_activities_that_it_is_for_and_goes_with_them() -> None:
    kind = {"id": "review", "title": {"en": "Review"}}
    member = Shopper(rulebook(activities=[kind], surprises=[surprise(on="review", prizes=[chance(stock=1)])]))
    assert drawn(member, member.buys(100)) == ()
    fact = member.must(Activity(kind="review"))
    acted = member.outcome(fact)
    assert isinstance(acted, Acted)
    assert acted.surprises == (Drawn(draw="surprise/lucky", number=1, day=TODAY, place=0, prized=PRIZED),)
    undone = member.outcome(member.must(ActivityCancel(activity=fact)))
    assert isinstance(undone, ActivityCancelled)
    assert undone.prizes == (PrizeTaken(cause="surprise/lucky", times=1, reversed=Reversed(asked=50, from_lot=50)),)
    assert (member.balance, member.taken["prize/surprise/lucky/points"]) == (100, 0)


def latest(world: Neighbours) -> tuple[Drawn, ...]:
    """The draws of the purchase that was decided last."""
    outcome = world.rows[-1].change.outcome
    assert isinstance(outcome, Purchased)
    return outcome.surprises


def test_a_moved_purchase_draws_with_the_numbers_and_the_limit_of_whoever_it_was() -> None:
    world = Neighbours(rulebook(surprises=[surprise(limit={"per": "day", "times": 2})]))
    wrong, right = world.enrols(), world.enrols()
    world.buys(right, 100)
    for numbers in ([2], []):
        world.must(wrong, Move(purchase=world.buys(wrong, 100), to=right))
        assert [each.number for each in latest(world)] == numbers


def test_a_moved_purchase_may_win_from_a_stock_that_its_first_draw_left_alone() -> None:
    prizes = [chance(id="rare", stock=20), chance(id="common")]
    world = Neighbours(rulebook(surprises=[surprise(prizes=prizes)]))
    wrong, right = world.enrols(), world.enrols()
    places = []
    for _ in range(20):
        bought = world.buys(wrong, 100)
        (first,) = latest(world)
        world.must(wrong, Move(purchase=bought, to=right))
        (again,) = latest(world)
        places.append((first.place, again.place))
    assert (1, 0) in places
    assert world.taken()[prize_stock("surprise/lucky", "rare")] == [again for _, again in places].count(0)
