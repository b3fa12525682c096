"""Streaks: periods in a row, freezes, milestones; and what refunds and late purchases do to them."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.engine.played import Advanced
from app.engine.rulebook.streaking import Kept, Length, length_now
from app.engine.rulebook.streaks import Streak
from tests.engine.builders import day
from tests.engine.players import Json, Player, book


def streak(*milestones: tuple[int, int], period: str = "day", **more: object) -> Json:
    """So many periods in a row give so many points."""
    return {
        "id": "daily",
        "title": {"en": "Daily"},
        "measure": {"kind": "count"},
        "period": period,
        "milestones": [{"periods": periods, "prize": {"points": points}} for periods, points in milestones],
        **more,
    }


def player(*milestones: tuple[int, int], period: str = "day", **more: object) -> Player:
    return Player(book(streaks=[streak(*milestones, period=period, **more)]), start="2026-03-02 09:00")


def buys_on(member: Player, *days: int) -> list[list[tuple[str, int]]]:
    """A purchase on each of these days of March; the prizes of each."""
    found = []
    for number in days:
        member.at(f"2026-03-{number:02} 09:00")
        found.append(member.prizes(member.buys(1)))
    return found


def test_days_in_a_row_reach_each_milestone_once() -> None:
    member = player((2, 5), (4, 10))
    prizes = buys_on(member, 2, 3, 3, 4, 5, 6, 7, 8)
    assert prizes == [[], [("streak/daily/2", 1)], [], [], [("streak/daily/4", 1)], [], [], []]


def test_a_missed_day_breaks_a_streak_and_the_next_reaches_its_milestones_again() -> None:
    member = player((2, 5))
    assert buys_on(member, 2, 3, 5, 6) == [[], [("streak/daily/2", 1)], [], [("streak/daily/2", 1)]]


def test_a_freeze_forgives_a_missed_day_that_does_not_count() -> None:
    member = player((3, 5), freezes=1)
    assert buys_on(member, 2, 4, 5) == [[], [], [("streak/daily/3", 1)]]
    assert buys_on(player((3, 5), freezes=1), 2, 5, 6) == [[], [], []]


def test_a_streak_that_repeats_begins_again_after_its_last_milestone() -> None:
    member = player((2, 5), repeat=True)
    won = [("streak/daily/2", 1)]
    assert buys_on(member, 2, 3, 4, 5, 6) == [[], won, [], won, []]


def test_a_period_needs_enough_in_it() -> None:
    member = player((2, 5), at_least=2)
    assert buys_on(member, 2, 2, 3, 3) == [[], [], [], [("streak/daily/2", 1)]]


def test_weeks_begin_on_monday_and_months_on_their_first() -> None:
    assert buys_on(player((2, 5), period="week"), 8, 9) == [[], [("streak/daily/2", 1)]]
    member = player((2, 5), period="month")
    member.at("2026-03-31 09:00").buys(1)
    assert member.prizes(member.at("2026-04-01 09:00").buys(1)) == [("streak/daily/2", 1)]


def test_a_refund_that_breaks_a_streak_takes_its_prize_whichever_day_it_was() -> None:
    member = player((3, 5))
    facts = [member.at(f"2026-03-0{number} 09:00").buys(1) for number in (2, 3, 4)]
    assert member.balance == 8
    member.refunds(facts[1])
    assert member.balance == 2
    assert member.prizes(member.buys(1, occurred="2026-03-03 12:00")) == [("streak/daily/3", 1)]
    assert member.balance == 8


def test_a_second_purchase_of_the_day_holds_a_streak_up() -> None:
    member = player((2, 5))
    first = member.buys(1)
    second = member.buys(1)
    member.at("2026-03-03 09:00").buys(1)
    member.refunds(first)
    assert member.balance == 7
    member.refunds(second)
    assert member.balance == 1


def test_a_late_purchase_that_joins_two_streaks_reaches_what_neither_had() -> None:
    member = player((2, 5), (5, 50))
    buys_on(member, 2, 3, 5, 6)
    late = member.buys(1, occurred="2026-03-04 12:00")
    assert member.prizes(late) == [("streak/daily/5", 1)]
    member.refunds(late)
    assert member.balance == 4 + 10


def test_an_answer_says_how_long_the_streak_is_and_what_comes_next() -> None:
    member = player((2, 5), (4, 10))
    member.buys(1)
    fact = member.at("2026-03-03 09:00").buys(1)
    assert member.played(fact).advanced == (Advanced(game="daily", goal="", day=day("2026-03-03"), count=2, target=4),)


@given(st.sets(st.integers(0, 20), max_size=21), st.integers(0, 3), st.permutations(range(21)))
@settings(max_examples=60, deadline=None)
def test_refunds_of_everything_leave_no_trace_in_whatever_order(days: set[int], freezes: int, order: list[int]) -> None:
    member = player((2, 5), (5, 50), freezes=freezes)
    facts = {}
    for number in sorted(days):
        member.at(f"{date(2026, 3, 2) + timedelta(number)} 09:00")
        facts[number] = member.buys(1)
    for number in order:
        if number in facts:
            member.refunds(facts[number])
    assert member.counted() == {}
    assert member.balance == 0


@pytest.mark.parametrize(
    ("today", "found"),
    [
        ("2026-03-05", Length(periods=3, until_day=day("2026-03-06"), is_done_today=True)),
        ("2026-03-06", Length(periods=3, until_day=day("2026-03-06"), is_done_today=False)),
        ("2026-03-07", Length(periods=0, until_day=None, is_done_today=False)),
    ],
)
def test_a_streak_says_until_when_it_has_to_go_on(today: str, found: Length) -> None:
    asked = Streak.model_validate(streak((7, 5)))
    kept = Kept(counts={day(f"2026-03-0{number}"): 1 for number in (3, 4, 5)}, reached={})
    assert length_now(asked, kept, day(today)) == found
