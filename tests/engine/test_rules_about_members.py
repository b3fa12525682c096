"""Rules about members: n-th purchases, win-back, new members, what was counted lately, who they are."""

import pytest

from app.engine.commands import MergeOut, Refund, RewardRedemption
from app.engine.outcomes import Redeemed
from app.engine.rulebook.compile import compile_rulebook
from tests.engine.neighbours import Neighbours
from tests.engine.regulars import Json, Regular, book, gift


def test_the_first_purchase_is_the_first() -> None:
    member = Regular(book(gift({"kind": "purchase_number", "at_most": 1})))
    assert [member.gets(1), member.gets(1)] == [1001, 1]


def test_the_n_th_purchase_counts_once() -> None:
    member = Regular(book(gift({"kind": "purchase_number", "at_least": 3, "at_most": 3})))
    assert [member.gets(1) for _ in range(4)] == [1, 1, 1001, 1]


def test_every_n_th_purchase_counts() -> None:
    member = Regular(book(gift({"kind": "purchase_number", "every": 3})))
    assert [member.gets(1) for _ in range(7)] == [1, 1, 1001, 1, 1, 1001, 1]


def test_purchases_count_in_the_order_in_which_they_are_recorded() -> None:
    member = Regular(book(gift({"kind": "purchase_number", "at_most": 1})), start="2026-01-10 09:00").at("2026-01-20")
    assert member.gets(1) == 1001
    assert member.gets(1, occurred="2026-01-15") == 1


def test_whoever_had_a_first_purchase_has_no_other_after_a_merge() -> None:
    town = Neighbours(book(gift({"kind": "purchase_number", "at_most": 1})))
    new, old, receipt = town.enrols(), town.enrols(), town.enrols()
    town.buys(old, 1)
    town.merges(old, new)
    town.buys(new, 1)
    assert town.balances(new) == [1002]
    guest = town.enrols()
    town.buys(receipt, 1)
    town.must(receipt, MergeOut(into=guest, claimed=True))
    town.buys(guest, 1)
    assert town.balances(guest) == [1002]


def test_a_purchase_that_was_undone_is_none() -> None:
    member = Regular(book(gift({"kind": "purchase_number", "at_most": 1})))
    member.refunds(member.buys(5))
    assert member.gets(1) == 1001


@pytest.mark.parametrize(
    ("again", "points"), [("2026-01-10", 1), ("2026-02-08", 1), ("2026-02-09", 1001), ("2027-12-31", 1001)]
)
def test_who_comes_back_after_a_while_is_welcome(again: str, points: int) -> None:
    member = Regular(book(gift({"kind": "days_since_last", "at_least": 30})), start="2026-01-10 09:00")
    assert member.gets(1) == 1
    assert member.at(f"{again} 10:00").gets(1) == points


def test_a_late_purchase_looks_back_from_its_own_day() -> None:
    member = Regular(book(gift({"kind": "days_since_last", "at_least": 5})), start="2026-01-01 09:00")
    member.buys(1)
    member.at("2026-01-20").buys(1)
    assert member.gets(1, occurred="2026-01-04") == 1
    assert member.gets(1, occurred="2026-01-12") == 1001


def test_who_has_bought_only_later_has_not_come_back() -> None:
    member = Regular(book(gift({"kind": "days_since_last", "at_least": 5})), start="2026-01-01 09:00").at("2026-01-20")
    member.buys(1)
    assert member.gets(1, occurred="2026-01-10") == 1


def test_new_members_are_new_for_so_many_days() -> None:
    member = Regular(book(gift({"kind": "membership_days", "at_most": 2})), start="2026-01-10 23:00")
    found = [member.at(f"2026-01-{day} 23:30").gets(1) for day in (10, 11, 12, 13)]
    assert found == [1001, 1001, 1001, 1]


@pytest.mark.parametrize(
    ("of", "least", "expected"),
    [("visits", 2, [1, 1, 1001, 1]), ("spend", 3, [1, 1, 1, 1]), ("points", 2, [1, 1, 1001, 1])],
)
def test_what_was_counted_lately_counts(of: str, least: int, expected: list[int]) -> None:
    rule = gift({"kind": "recent", "of": of, "days": 3, "at_least": least})
    member = Regular(book(rule), start="2026-01-01 09:00")
    assert [member.at(f"2026-01-0{day} 10:00").gets(1) for day in (1, 2, 3, 9)] == expected


def test_a_late_purchase_is_judged_by_what_its_own_days_have_counted() -> None:
    member = Regular(book(gift({"kind": "recent", "of": "visits", "days": 2, "at_least": 1})), start="2026-01-01 09:00")
    member.at("2026-01-10").buys(1)
    assert member.gets(1, occurred="2026-01-08 10:00") == 1
    assert member.gets(1, occurred="2026-01-09 10:00") == 1001


ATTRIBUTES: list[Json] = [
    {"id": "plan", "title": {"en": "Plan"}, "kind": "choice", "choices": ["basic", "gold"]},
    {"id": "children", "title": {"en": "Children"}, "kind": "number"},
    {"id": "student", "title": {"en": "Student"}, "kind": "yes_no"},
]


@pytest.mark.parametrize(
    ("when", "question"),
    [
        ({"kind": "birthday", "days_before": 3, "days_after": 1}, "birthday/3/1"),
        ({"kind": "attribute", "name": "plan", "any_of": ["gold", "basic"]}, 'attribute/plan/in/["basic","gold"]'),
        ({"kind": "attribute", "name": "children", "at_least": 2}, "attribute/children/ge/2"),
        ({"kind": "attribute", "name": "children", "at_most": 2}, "attribute/children/le/2"),
        ({"kind": "attribute", "name": "student", "is_yes": True}, "attribute/student/eq/true"),
        ({"kind": "attribute", "name": "plan", "is_set": True}, "attribute/plan/is_set/true"),
    ],
)
def test_personal_questions_are_asked_and_answered_by_yes_or_no(when: Json, question: str) -> None:
    document = book(gift(when), attributes=ATTRIBUTES)
    assert compile_rulebook(document).questions == (question,)
    assert Regular(document).gets(1) == 1
    assert Regular(document, known=(question,)).gets(1) == 1001


def test_what_is_not_known_can_be_asked_for() -> None:
    document = book(gift({"kind": "attribute", "name": "plan", "is_set": False}), attributes=ATTRIBUTES)
    assert Regular(document).gets(1) == 1001
    assert Regular(document, known=("attribute/plan/is_set/true",)).gets(1) == 1


SEGMENTS: list[Json] = [
    {
        "id": "regulars",
        "title": {"en": "Regulars"},
        "when": {"kind": "recent", "of": "visits", "days": 30, "at_least": 2},
    },
    {"id": "children", "title": {"en": "Born today"}, "when": {"kind": "birthday"}},
]


def test_segments_are_found_out_whenever_they_matter() -> None:
    document = book(gift({"kind": "segment", "any_of": ["regulars", "children"]}), segments=SEGMENTS)
    assert compile_rulebook(document).questions == ("birthday/0/0",)
    member = Regular(document)
    assert [member.gets(1) for _ in range(3)] == [1, 1, 1001]
    assert Regular(document, known=("birthday/0/0",)).gets(1) == 1001


def test_a_refund_judges_the_rest_by_what_was_read_then() -> None:
    document = book(
        gift({"kind": "all", "conditions": [{"kind": "birthday"}, {"kind": "purchase_number", "every": 2}]})
    )
    member = Regular(document, known=("birthday/0/0",))
    member.buys(1)
    bought = member.buys(60, 40)
    assert member.bought(bought).readings == (1, 0)
    member.known = ()
    member.must(Refund(purchase=bought, amount_minor=40))
    assert member.balance == 1 + 60 + 1000
    member.refunds(bought)
    assert member.balance == 1


def test_a_rulebook_that_asks_nothing_of_members_records_no_readings() -> None:
    member = Regular(book())
    assert member.bought(member.buys(1)).readings == ()


PEN: Json = {
    "id": "pen",
    "title": {"en": "A pen"},
    "cost_points": 1,
    "kind": "item",
    "segments": ["regulars", "children"],
}


def test_a_reward_for_segments_is_for_them_alone() -> None:
    document = book(segments=SEGMENTS, rewards=[PEN])
    assert compile_rulebook(document).questions == ("birthday/0/0",)
    member = Regular(document)
    member.buys(5)
    assert member.refused(RewardRedemption(reward="pen")) == {"wrong_segment": {"segments": "regulars, children"}}
    member.buys(5)
    member.must(RewardRedemption(reward="pen"))
    assert member.balance == 9
    born = Regular(document, known=("birthday/0/0",))
    born.buys(1)
    given = born.change(born.must(RewardRedemption(reward="pen"))).outcome
    assert isinstance(given, Redeemed)
    assert given.readings == (1, 1)


def test_a_rulebook_whose_rewards_ask_measures_nothing_at_purchases() -> None:
    member = Regular(book(segments=SEGMENTS, rewards=[PEN]), known=("birthday/0/0",))
    assert member.bought(member.buys(1)).readings == ()
