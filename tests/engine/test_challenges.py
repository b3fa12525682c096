"""Challenges: goals, windows, repeats, journeys; and what refunds and late purchases do to them."""

from uuid import UUID

import pytest

from app.engine.commands import MergeIn, MergeOut, Refund, RefundLine, RewardRedemption
from app.engine.outcomes import MergedAway, Redeemed, Refunded
from app.engine.played import Prized
from tests.engine.builders import day, line
from tests.engine.players import LATTE, Json, Player, book, challenge, goal

CLOSED, KEPT = UUID(int=5), UUID(int=6)


def player(*challenges: Json, start: str = "2026-03-02 09:00", **parts: object) -> Player:
    return Player(book(challenges=list(challenges), **parts), start=start)


def test_a_challenge_is_complete_with_its_last_count_and_gives_its_prize_once() -> None:
    member = player(challenge(3))
    facts = [member.buys(10) for _ in range(4)]
    assert [member.prizes(fact) for fact in facts] == [[], [], [("challenge/visits", 1)], []]
    assert [member.stands(fact)["visits/visits"] for fact in facts] == [(1, 3), (2, 3), (3, 3), (4, 3)]
    assert member.entries()[-3:] == [("accrual", 10), ("prize", 50), ("accrual", 10)]
    assert member.balance == 90


def test_a_stamp_card_is_a_challenge_without_end_whose_prize_is_a_gift() -> None:
    coffees = goal("coffees", {"kind": "sum", "what": "quantity", "items": {"categories": ["coffee"]}}, 10)
    card = challenge(goals=[coffees], repeat="unlimited", prize={"gift": "latte", "gift_days": 30})
    member = player(card)
    latte = line(45, category="coffee")
    fact = member.fetches(*[latte] * 9, line(20, category="cake"))
    assert member.stands(fact) == {"visits/coffees": (9_000_000, 10_000_000)}
    fact = member.fetches(*[latte] * 12)
    assert member.played(fact).prizes == (
        Prized(cause="challenge/visits", times=2, gift="latte", gift_day=day("2026-03-02") + 30),
    )
    for _ in range(2):
        taken = member.change(member.must(RewardRedemption(reward="latte"))).outcome
        assert isinstance(taken, Redeemed)
        assert taken.points == 0
    before = member.balance
    third = member.change(member.must(RewardRedemption(reward="latte"))).outcome
    assert isinstance(third, Redeemed)
    assert (third.points, before - member.balance) == (300, 300)


def test_a_gift_is_good_until_its_last_day_and_comes_back_with_a_cancelled_redemption() -> None:
    member = player(challenge(1, prize={"gift": "latte", "gift_days": 30}))
    member.buys(10)
    member.at("2026-04-01 23:59")
    for _ in range(2):
        member.cancels(member.must(RewardRedemption(reward="latte")))
    member.at("2026-04-02 00:00")
    assert member.refused(RewardRedemption(reward="latte")) == {
        "insufficient_points": {"available": 10, "requested": 300}
    }


def test_a_gift_passes_gates_of_tiers_and_limits_but_not_an_empty_shelf() -> None:
    levels = [{"id": name, "title": {"en": name}, "from_points": points} for name, points in (("a", 0), ("b", 9999))]
    latte = LATTE | {"stock": 2, "per_member": 1, "tiers": ["b"]}
    card = challenge(1, repeat="unlimited", prize={"gift": "latte"})
    member = player(card, rewards=[latte], tiers={"levels": levels})
    for _ in range(3):
        member.buys(10)
    for _ in range(2):
        member.must(RewardRedemption(reward="latte"))
    assert member.refused(RewardRedemption(reward="latte")) == {"out_of_stock": {"left": 0, "requested": 1}}


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
def test_refunds_of_everything_leave_no_trace_in_whatever_order(order: tuple[int, ...]) -> None:
    member = player(challenge(2, prize={"points": 50, "badge": "early", "gift": "latte"}))
    facts = [member.buys(10) for _ in range(3)]
    assert member.counted()["badge/early", 0] == 1
    for place in order:
        member.refunds(facts[place])
    assert member.counted() == {}
    assert (member.balance, member.account.debt) == (0, 0)


def test_a_refund_of_what_completed_it_takes_the_prize_and_the_next_one_gives_it_again() -> None:
    member = player(challenge(2))
    first, second = member.buys(10), member.buys(10)
    undone = member.change(member.refunds(second)).outcome
    assert isinstance(undone, Refunded)
    assert [(taken.cause, taken.times, taken.reversed.from_lot) for taken in undone.prizes] == [
        ("challenge/visits", 1, 50)
    ]
    assert member.balance == 10
    third = member.buys(10)
    assert member.prizes(third) == [("challenge/visits", 1)]
    member.refunds(first)
    assert member.balance == 10


def test_a_prize_stays_while_what_is_left_is_enough_for_it() -> None:
    member = player(challenge(2))
    facts = [member.buys(10) for _ in range(3)]
    member.refunds(facts[1])
    assert member.balance == 70
    member.refunds(facts[2])
    assert member.balance == 10
    assert member.prizes(member.buys(10)) == [("challenge/visits", 1)]


def test_a_sticky_prize_stays_and_is_not_given_twice() -> None:
    member = player(challenge(2, sticky=True))
    member.buys(10)
    second = member.buys(10)
    member.refunds(second)
    assert member.balance == 60
    assert member.prizes(member.buys(10)) == []


def test_a_visit_goes_with_the_last_of_its_lines() -> None:
    member = player(challenge(1))
    fact = member.buys(10, 20)
    member.must(Refund(purchase=fact, lines=(RefundLine(line=0),)))
    assert member.balance == 70
    member.must(Refund(purchase=fact, lines=(RefundLine(line=1),)))
    assert member.balance == 0
    assert member.counted() == {}


def test_amounts_and_points_count_what_is_left_of_them() -> None:
    goals = [
        goal("spent", {"kind": "sum", "what": "amount"}, 100),
        goal("earned", {"kind": "sum", "what": "points"}, 90),
    ]
    member = player(challenge(goals=goals))
    fact = member.buys(60, 40)
    assert member.stands(fact) == {"visits/spent": (100, 100), "visits/earned": (100, 90)}
    member.must(Refund(purchase=fact, amount_minor=15))
    assert member.counted() == {("goal/visits/spent", 0): 85, ("goal/visits/earned", 0): 85}
    assert member.balance == 85


def test_different_things_count_once_and_are_forgotten_with_the_last_of_them() -> None:
    member = player(challenge(goals=[goal("stores", {"kind": "distinct", "what": "stores"}, 2)]))
    again = [member.fetches(line(10), store="D1") for _ in range(2)]
    assert member.counted()["goal/visits/stores", 0] == 1
    member.refunds(again[0])
    assert member.counted()["goal/visits/stores", 0] == 1
    fact = member.fetches(line(10), store="D3")
    assert member.prizes(fact) == [("challenge/visits", 1)]
    member.refunds(again[1])
    assert member.counted() == {("goal/visits/stores", 0): 1, ("goal/visits/stores/D3", 0): 1}
    assert member.balance == 10


def test_days_count_once_each() -> None:
    member = player(challenge(goals=[goal("days", {"kind": "distinct", "what": "days"}, 2)]))
    member.buys(10)
    assert member.prizes(member.buys(10)) == []
    member.at("2026-03-03 09:00")
    assert member.prizes(member.buys(10)) == [("challenge/visits", 1)]


def test_a_challenge_needs_all_goals_any_or_some_of_them() -> None:
    goals = [goal(name, {"kind": "count", "when": {"kind": "store", "any_of": [name]}}) for name in ("d1", "d2", "d3")]
    for need, stores_until in (({}, 3), ({"need": "any"}, 1), ({"need_goals": 2}, 2)):
        member = player(challenge(goals=goals, **need))
        prizes = [member.prizes(member.fetches(line(10), store=store)) for store in ("d1", "d2", "d3")]
        assert [bool(prize) for prize in prizes].index(True) == stores_until - 1
        assert sum(bool(prize) for prize in prizes) == 1


def test_a_journey_counts_a_step_when_those_before_it_are_done() -> None:
    goals = [
        goal("cake", {"kind": "count", "items": {"categories": ["cake"]}}),
        goal("tea", {"kind": "count", "items": {"categories": ["tea"]}}),
    ]
    member = player(challenge(goals=goals, order="in_order", window={"kind": "enrolled", "days": 30}))
    early = member.fetches(line(10, category="tea"))
    assert member.played(early).shut == ("goal/visits/tea",)
    member.fetches(line(10, category="cake"))
    last = member.fetches(line(10, category="tea"))
    assert member.prizes(last) == [("challenge/visits", 1)]
    member.refunds(early)
    assert member.balance == 70
    member.refunds(last)
    assert member.balance == 10


def test_the_first_days_of_a_membership_end() -> None:
    member = player(challenge(2, window={"kind": "enrolled", "days": 30}))
    member.buys(10)
    member.at("2026-03-31 23:00")
    assert member.prizes(member.buys(10)) == [("challenge/visits", 1)]
    other = player(challenge(2, window={"kind": "enrolled", "days": 30}))
    other.buys(10)
    other.at("2026-04-01 00:00")
    assert other.played(other.buys(10)).advanced == ()


def test_each_month_begins_from_nothing_and_gives_its_prize_again() -> None:
    member = player(challenge(2, window={"kind": "calendar", "period": "month"}, repeat="each_window"))
    member.buys(10)
    member.at("2026-04-01 09:00")
    assert member.prizes(member.buys(10)) == []
    assert member.prizes(member.buys(10)) == [("challenge/visits", 1)]
    assert member.prizes(member.buys(10)) == []
    member.at("2026-05-01 09:00")
    member.buys(10)
    assert member.prizes(member.buys(10)) == [("challenge/visits", 1)]


def test_once_is_once_in_all_windows() -> None:
    member = player(challenge(1, window={"kind": "calendar", "period": "week"}))
    assert member.prizes(member.buys(10)) == [("challenge/visits", 1)]
    member.at("2026-03-09 09:00")
    assert member.prizes(member.buys(10)) == []


def test_dates_and_deadlines_end_what_counts() -> None:
    dates = {"kind": "dates", "from": "2026-03-03", "until": "2026-03-10"}
    member = player(challenge(1, window=dates, deadline="2026-03-05"))
    assert member.played(member.buys(10)).advanced == ()
    member.at("2026-03-06 09:00")
    assert member.played(member.buys(10)).advanced == ()
    assert member.prizes(member.buys(10, occurred="2026-03-05 09:00")) == [("challenge/visits", 1)]


def test_a_late_purchase_counts_on_its_own_day_and_moves_no_prize() -> None:
    member = player(challenge(2, window={"kind": "calendar", "period": "month"}, repeat="each_window"))
    member.at("2026-03-31 09:00")
    march = member.buys(10)
    member.at("2026-04-01 09:00")
    april = [member.buys(10), member.buys(10)]
    late = member.buys(10, occurred="2026-03-31 20:00")
    assert [member.prizes(fact) for fact in (march, *april, late)] == [
        [],
        [],
        [("challenge/visits", 1)],
        [("challenge/visits", 1)],
    ]


def test_a_personal_goal_asks_for_more_than_the_own_average() -> None:
    own = {"periods": 2, "plus": 2, "at_least": 3, "at_most": 6}
    goals = [{"id": "visits", "measure": {"kind": "count"}, "own_average": own}]
    member = player(challenge(goals=goals, window={"kind": "calendar", "period": "month"}, repeat="each_window"))
    assert member.stands(member.buys(10)) == {"visits/visits": (1, 3)}
    for _ in range(6):
        member.buys(10)
    member.at("2026-04-01 09:00")
    # Seven in March and none in February: three on average, and two more.
    assert member.stands(member.buys(10)) == {"visits/visits": (1, 5)}
    for _ in range(9):
        member.buys(10)
    member.at("2026-05-01 09:00")
    assert member.stands(member.buys(10)) == {"visits/visits": (1, 6)}


def test_prizes_that_have_been_spent_are_owed() -> None:
    member = player(challenge(2))
    member.buys(10)
    second = member.buys(10)
    member.redeems(70)
    member.refunds(second)
    assert (member.balance, member.account.debt) == (-60, 60)


def test_points_of_a_prize_go_where_it_says_for_as_long_as_it_says() -> None:
    prize = {"points": 5, "wallet": "stamps", "expiry": {"kind": "rolling_days", "days": 7}}
    member = player(challenge(1, prize=prize), wallets=[{"id": "stamps", "title": {"en": "Stamps"}}])
    fact = member.buys(10)
    (prized,) = member.played(fact).prizes
    assert prized == Prized(cause="challenge/visits", points=5, wallet="stamps", lot=2)
    assert member.account.purse("stamps").balance == 5
    member.waits("2026-03-10 00:00")
    assert member.account.purse("stamps").balance == 0


def test_a_merge_adds_up_what_both_counted_and_things_that_both_had_once() -> None:
    goals = [goal("stores", {"kind": "distinct", "what": "stores"}, 3), goal("visits", {"kind": "count"}, 4)]
    document = book(challenges=[challenge(goals=goals)])
    closed, kept = Player(document, start="2026-03-02 09:00"), Player(document, start="2026-03-02 09:00")
    for store in ("D1", "D2"):
        closed.fetches(line(10), store=store)
        kept.fetches(line(10), store="D2")
    merge = closed.must(MergeOut(into=KEPT))
    handed = closed.change(merge).outcome
    assert isinstance(handed, MergedAway)
    kept.must(MergeIn(member=CLOSED, merge=merge, estate=handed.estate))
    assert kept.counted()["goal/visits/stores", 0] == 2
    assert kept.counted()["goal/visits/visits", 0] == 4
    assert kept.prizes(kept.fetches(line(10), store="D3")) == [("challenge/visits", 1)]
