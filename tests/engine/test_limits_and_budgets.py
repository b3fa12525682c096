"""Limits per member and time, budgets of all members, and what refunds give back to them."""

import pytest

from app.engine.commands import Refund
from tests.engine.regulars import Json, Regular, book, gift


def traced(member: Regular, *amounts: int, rule: str = "gift") -> tuple[int, int, str] | None:
    """What a rule wanted, granted, and what bound it, of a purchase of these amounts."""
    bought = member.bought(member.buys(*amounts))
    rules = member.timeline.editions[0].compiled.rules
    entries = [entry for entry in bought.trace if rules[entry.rule].id == rule]
    return (entries[0].wanted, entries[0].granted, entries[0].bound) if entries else None


def test_a_member_gets_so_many_points_of_a_rule_a_month() -> None:
    member = Regular(book(gift(points=40, limits=[{"per": "month", "points": 100}])), start="2026-01-10 09:00")
    found = [traced(member, 1) for _ in range(4)]
    assert found == [(40, 40, ""), (40, 40, ""), (40, 20, "member_limit"), None]
    assert traced(member.at("2026-02-01 00:00"), 1) == (40, 40, "")


@pytest.mark.parametrize(
    ("per", "again", "too_soon"),
    [
        ("day", "2026-01-16", "2026-01-15 23:59"),
        ("week", "2026-01-19", "2026-01-18"),
        ("month", "2026-02-01", "2026-01-31"),
        ("quarter", "2026-04-01", "2026-03-31"),
        ("year", "2027-01-01", "2026-12-31"),
    ],
)
def test_a_limit_begins_anew_with_its_time(per: str, again: str, too_soon: str) -> None:
    member = Regular(book(gift(limits=[{"per": per, "times": 1}])), start="2026-01-15 09:00")
    assert [member.gets(1), member.gets(1)] == [1001, 1]
    assert member.at(too_soon).gets(1) == 1
    assert member.at(again).gets(1) == 1001


def test_a_limit_for_ever_stays() -> None:
    member = Regular(book(gift(limits=[{"per": "ever", "times": 2}])), start="2026-01-15 09:00")
    assert [member.gets(1), member.gets(1), member.at("2027-01-01").gets(1)] == [1001, 1001, 1]


def test_a_rule_that_rejects_gives_nothing_where_it_cannot_give_all() -> None:
    member = Regular(book(gift(points=40, limits=[{"per": "day", "points": 70, "over": "reject"}])))
    assert [traced(member, 1), traced(member, 1)] == [(40, 40, ""), (40, 0, "member_limit")]


def test_the_tightest_of_several_limits_binds() -> None:
    limits = [{"per": "day", "points": 50}, {"per": "week", "points": 60}, {"per": "ever", "times": 3}]
    member = Regular(book(gift(points=40, limits=limits)), start="2026-01-12 09:00")
    assert [traced(member, 1), traced(member, 1)] == [(40, 40, ""), (40, 10, "member_limit")]
    assert traced(member.at("2026-01-13"), 1) == (40, 10, "member_limit")
    assert traced(member.at("2026-01-19"), 1) is None


def test_a_base_rule_is_limited_before_multipliers_and_a_multiplier_in_what_it_adds() -> None:
    limited = [{"per": "day", "points": 100}]
    document = book(
        {"id": "double", "effect": {"kind": "multiply", "by": {"numerator": 2, "denominator": 1}}, "limits": limited}
    )
    member = Regular(document)
    assert [traced(member, 70, rule="double"), traced(member, 70, rule="double")] == [
        (70, 70, ""),
        (70, 30, "member_limit"),
    ]


def test_all_rules_together_have_a_limit_too() -> None:
    member = Regular(book(gift(points=50), earning={"limits": [{"per": "day", "points": 120}]}))
    assert [member.gets(40), member.gets(40), member.gets(40)] == [90, 30, 0]


def test_a_late_purchase_takes_from_the_room_of_its_own_day() -> None:
    member = Regular(book(gift(limits=[{"per": "day", "times": 1}])), start="2026-01-10 09:00").at("2026-01-12")
    assert member.gets(1) == 1001
    assert [member.gets(1, occurred="2026-01-11 10:00") for _ in range(2)] == [1001, 1]


def test_a_refund_gives_room_back_and_freed_room_serves_later_purchases_only() -> None:
    member = Regular(book(gift(points=60, limits=[{"per": "day", "points": 100}])), start="2026-01-10 09:00")
    first, second = member.buys(1), member.buys(1)
    assert member.bought(second).points == 41
    member.refunds(first)
    assert member.balance == 41
    assert traced(member, 1) == (60, 60, "")
    assert traced(member, 1) is None


def test_a_part_that_goes_back_gives_its_part_of_the_room_back() -> None:
    rule: Json = {
        "id": "gift",
        "effect": {"kind": "bonus", "points": 100},
        "on_refund": "prorate",
        "limits": [{"per": "day", "points": 100}],
    }
    member = Regular(book(rule))
    bought = member.buys(75, 25)
    member.must(Refund(purchase=bought, amount_minor=25))
    member.must(Refund(purchase=bought, amount_minor=25))
    assert traced(member, 1) == (100, 50, "member_limit")


def test_a_refund_of_everything_leaves_no_trace_of_limits() -> None:
    limits = [{"per": "day", "points": 100, "times": 2}, {"per": "ever", "points": 500}]
    member = Regular(book(gift(points=60, limits=limits, budget={"points": 70}), earning={"limits": limits[1:]}))
    before = {(each.name, each.day): each.count for each in member.state.counters if each.count}
    for fact in [member.buys(30, 20), member.buys(10)]:
        member.must(Refund(purchase=fact, amount_minor=3))
        member.refunds(fact)
    assert {(each.name, each.day): each.count for each in member.state.counters if each.count} == before
    assert set(member.shelf.values()) == {0}
    assert member.balance == 0


def test_a_sticky_rule_keeps_what_it_took() -> None:
    rule = gift(limits=[{"per": "ever", "times": 1}], sticky=True, budget={"points": 1500})
    member = Regular(book(rule))
    member.refunds(member.buys(1))
    assert member.gets(1) == 1
    assert member.shelf == {"budget/gift": 1000}


def test_a_budget_is_shared_and_never_oversold() -> None:
    document = book(gift(points=40, budget={"points": 100}))
    one, other = Regular(document), Regular(document)
    other.shelf = one.shelf
    assert [traced(one, 1), traced(other, 1), traced(one, 1), traced(other, 1)] == [
        (40, 40, ""),
        (40, 40, ""),
        (40, 20, "budget"),
        None,
    ]
    assert one.shelf == {"budget/gift": 100}


def test_a_refund_gives_the_budget_back() -> None:
    member = Regular(book(gift(points=60, budget={"points": 100})))
    first = member.buys(1)
    member.buys(1)
    member.refunds(first)
    assert member.shelf == {"budget/gift": 40}
    assert traced(member, 1) == (60, 60, "")


def test_a_budget_of_a_rule_that_is_not_there_is_not_looked_at() -> None:
    rule = gift(budget={"points": 5000}, valid_from="2026-02-01")
    member = Regular(book(rule), start="2026-01-10 09:00")
    assert member.gets(1) == 1
    assert member.shelf == {}


def test_a_budget_is_there_on_the_first_and_the_last_day_of_its_rule() -> None:
    rule = gift(budget={"points": 5000}, valid_from="2026-01-10", valid_until="2026-01-11")
    member = Regular(book(rule), start="2026-01-10 09:00")
    assert [member.gets(1), member.at("2026-01-11 23:59").gets(1), member.at("2026-01-12").gets(1)] == [1001, 1001, 1]
    assert member.shelf == {"budget/gift": 2000}
