"""Policy by example: what a purchase earns, line by line and rule by rule."""

import pytest

from app.engine.facts import Tender
from tests.engine.rulebook.build import (
    BASE,
    TUESDAY,
    Json,
    award,
    bonus,
    granted,
    line,
    purchase,
    rate,
    reasons,
    rulebook,
    times,
)


def test_a_point_for_every_thousand_rounded_down_once() -> None:
    found = award(rulebook(BASE), purchase(line(45_500), line(30_700)))
    assert found.points == 76
    assert found.line_points == (45, 31)


def test_the_point_that_rounding_leaves_goes_to_the_largest_remainder_then_to_the_first_line() -> None:
    third = line(1_300)
    assert award(rulebook(BASE), purchase(third, line(1_400), third)).line_points == (1, 2, 1)
    half = line(1_500)
    assert award(rulebook(BASE), purchase(half, half)).line_points == (2, 1)


@pytest.mark.parametrize(
    ("mode", "scope", "line_points"),
    [
        ("down", "basket", (3, 2)),
        ("down", "line", (2, 2)),
        ("half_up", "line", (3, 3)),
        ("half_even", "line", (2, 2)),
        ("half_even", "basket", (3, 2)),
        ("up", "line", (3, 3)),
        ("up", "basket", (3, 2)),
    ],
)
def test_rounding_has_a_name_and_a_scope(mode: str, scope: str, line_points: tuple[int, ...]) -> None:
    book = rulebook({"id": "base", "effect": rate(rounding={"mode": mode, "scope": scope})})
    assert award(book, purchase(line(2_500), line(2_500))).line_points == line_points


def test_zero_amounts_earn_nothing_and_harm_nothing() -> None:
    found = award(rulebook(BASE), purchase(line(0), line(5_000), line(0)))
    assert found.line_points == (0, 5, 0)
    free = award(rulebook(BASE), purchase(line(0)))
    assert (free.points, [entry.reason for entry in free.trace]) == (0, ["nothing_eligible"])


def test_too_little_for_a_point_says_so() -> None:
    found = award(rulebook(BASE), purchase(line(999)))
    assert [(entry.reason, entry.granted) for entry in found.trace] == [("rounded_to_nothing", 0)]


@pytest.mark.parametrize(
    ("basis", "points"),
    [
        ({}, 85),
        ({"discounts": "before"}, 105),
        ({"tax": "without"}, 75),
        ({"points_paid": "with"}, 100),
        ({"gift_cards": "without"}, 60),
        ({"discounts": "before", "tax": "without", "points_paid": "with", "gift_cards": "without"}, 85),
    ],
)
def test_the_earning_base_is_explicit(basis: Json, points: int) -> None:
    book = rulebook({"id": "base", "effect": rate(basis=basis)})
    paid = (Tender(kind="gift_card", amount_minor=25_000), Tender(kind="cash", amount_minor=60_000))
    facts = purchase(
        line(60_000, discount_minor=20_000, tax_minor=10_000), line(40_000), points_paid_minor=15_000, tenders=paid
    )
    assert award(book, facts).points == points


def test_what_points_paid_is_spread_over_the_lines_exactly() -> None:
    book = rulebook({"id": "base", "effect": rate(per_minor=1)})
    found = award(book, purchase(line(1_000), line(1_000), line(1_000), points_paid_minor=1_000))
    assert found.line_points == (666, 667, 667)


def test_a_basket_that_points_paid_in_full_earns_nothing() -> None:
    assert award(rulebook(BASE), purchase(line(30_000), line(20_001), points_paid_minor=50_001)).points == 0


def test_the_base_of_a_line_is_never_negative() -> None:
    book = rulebook({"id": "base", "effect": rate(basis={"tax": "without"}, rounding={"scope": "line"})})
    found = award(book, purchase(line(1_000, tax_minor=1_000), line(9_000), points_paid_minor=5_000))
    assert found.line_points == (0, 4)


def test_multipliers_multiply_before_the_one_rounding() -> None:
    book = rulebook(
        BASE,
        {"id": "double", "effect": times(2)},
        {"id": "half-more", "effect": times(3, 2)},
    )
    assert granted(book, purchase(line(1_700))) == {"base": 1, "double": 2, "half-more": 2}


def test_a_multiplier_multiplies_its_own_lines_only() -> None:
    book = rulebook(BASE, {"id": "double-tea", "items": {"categories": ["tea"]}, "effect": times(2)})
    found = award(book, purchase(line(10_000, "coffee"), line(10_000, "tea")))
    assert found.line_points == (10, 20)


def test_a_multiplier_never_touches_a_bonus() -> None:
    book = rulebook(BASE, {"id": "double", "effect": times(2)}, {"id": "gift", "effect": bonus(5)})
    assert granted(book, purchase(line(10_000))) == {"base": 10, "double": 10, "gift": 5}


def test_a_multiplier_of_nothing_takes_the_points_away_and_says_so() -> None:
    book = rulebook(BASE, {"id": "no-tobacco", "items": {"categories": ["tobacco"]}, "effect": times(0)})
    assert granted(book, purchase(line(10_000), line(7_000, "tobacco"))) == {"base": 17, "no-tobacco": -7}


def test_the_trace_follows_stage_priority_and_id() -> None:
    book = rulebook(
        {"id": "z", "effect": bonus(1)},
        {"id": "b", "effect": times(3)},
        {"id": "c", "priority": -1, "effect": times(2)},
        {"id": "a", "effect": times(5)},
        {"id": "y", "effect": rate()},
    )
    facts = purchase(line(1_000))
    assert list(granted(book, facts).items()) == [("y", 1), ("c", 1), ("a", 8), ("b", 20), ("z", 1)]


def test_base_rules_are_rounded_each_by_itself() -> None:
    book = rulebook({"id": "one", "effect": rate(per_minor=1000)}, {"id": "two", "effect": rate(per_minor=2000)})
    assert granted(book, purchase(line(1_999))) == {"one": 1, "two": 0}


def test_a_bonus_comes_once_and_is_spread_over_its_lines_by_amount() -> None:
    book = rulebook({"id": "cake", "items": {"categories": ["cake"]}, "effect": bonus(10)})
    found = award(book, purchase(line(30_000, "cake"), line(99_000), line(15_000, "cake")))
    assert found.line_points == (7, 0, 3)


def test_a_bonus_on_free_lines_goes_to_the_first_of_them() -> None:
    book = rulebook({"id": "cake", "items": {"categories": ["cake"]}, "effect": bonus(10)})
    assert award(book, purchase(line(30_000), line(0, "cake"), line(0, "cake"))).line_points == (0, 10, 0)


def test_a_rule_without_a_matching_line_does_not_apply() -> None:
    book = rulebook({"id": "cake", "items": {"categories": ["cake"]}, "effect": bonus(10)})
    assert award(book, purchase(line(30_000))).trace == ()
    assert reasons(book, purchase(line(30_000))) == {"cake": "no_matching_line"}
    assert reasons(book, purchase()) == {"cake": "no_matching_line"}


@pytest.mark.parametrize(
    ("items", "line_points"),
    [
        ({"categories": ["coffee"]}, (1, 1, 0, 0)),
        ({"skus": ["oolong"]}, (0, 0, 1, 0)),
        ({"categories": ["coffee"], "skus": ["oolong"]}, (1, 1, 1, 0)),
        ({"categories": ["coffee"], "except_skus": ["mocha"]}, (1, 0, 0, 0)),
        ({"except_categories": ["coffee"]}, (0, 0, 1, 1)),
        ({"except_categories": ["cake"], "except_skus": ["latte"]}, (0, 1, 1, 0)),
        ({"skus": ["mocha"], "except_categories": ["coffee"]}, (0, 0, 0, 0)),
    ],
)
def test_a_filter_takes_what_it_names_less_what_it_excepts(items: Json, line_points: tuple[int, ...]) -> None:
    book = rulebook({"id": "base", "items": items, "effect": rate()})
    lines = (
        line(1_000, "coffee", "latte"),
        line(1_000, "coffee", "mocha"),
        line(1_000, "tea", "oolong"),
        line(1_000, "cake", "flan"),
    )
    assert award(book, purchase(*lines)).line_points == line_points


@pytest.mark.parametrize(
    ("first", "past", "inside", "outside"),
    [
        ("14:00", "17:00", ("14:00", "16:59"), ("13:59", "17:00")),
        ("22:00", "02:00", ("22:00", "23:59", "00:00", "01:59"), ("02:00", "21:59")),
        ("22:00", "00:00", ("22:00", "23:59"), ("00:00", "21:59")),
        ("00:00", "06:00", ("00:00", "05:59"), ("06:00", "23:59")),
    ],
)
def test_a_window_of_the_day_may_pass_midnight(
    first: str, past: str, inside: tuple[str, ...], outside: tuple[str, ...]
) -> None:
    when = {"kind": "time_of_day", "from": first, "until": past}
    book = rulebook({"id": "happy", "when": when, "effect": bonus(1)})
    assert {at for at in (*inside, *outside) if award(book, purchase(line(1), at=at)).points} == set(inside)


def test_a_rule_counts_on_its_first_and_on_its_last_day() -> None:
    book = rulebook({"id": "tet", "valid_from": "2026-02-17", "valid_until": "2026-02-18", "effect": bonus(1)})
    points = [award(book, purchase(line(1), day=TUESDAY + offset)).points for offset in range(-1, 3)]
    assert points == [0, 1, 1, 0]


def test_no_tier_and_an_unknown_tier_are_the_base_level() -> None:
    book = rulebook({"id": "bronze", "when": {"kind": "tier", "any_of": ["dong"]}, "effect": bonus(1)})
    points = {tier: award(book, purchase(line(1), tier=tier)).points for tier in (None, "dong", "gone", "vang")}
    assert points == {None: 1, "dong": 1, "gone": 1, "vang": 0}


def test_the_amount_is_the_total_after_discounts() -> None:
    book = rulebook({"id": "big", "when": {"kind": "amount", "at_least_minor": 100}, "effect": bonus(1)})
    assert award(book, purchase(line(60, discount_minor=30), line(40))).points == 1
    assert award(book, purchase(line(60, discount_minor=30), line(39))).points == 0


def test_a_purchase_without_a_store_is_in_no_store() -> None:
    here = {"kind": "store", "any_of": ["D1"]}
    book = rulebook(
        {"id": "here", "when": here, "effect": bonus(1)},
        {"id": "elsewhere", "when": {"kind": "not", "condition": here}, "effect": bonus(10)},
    )
    points = {store: award(book, purchase(line(1), store=store)).points for store in (None, "D1", "D3")}
    assert points == {None: 10, "D1": 1, "D3": 10}


def test_why_not_names_the_first_thing_that_failed() -> None:
    mixed = {
        "kind": "any",
        "conditions": [{"kind": "store", "any_of": ["D1"]}, {"kind": "weekday", "any_of": ["sun"]}],
    }
    book = rulebook(
        {"id": "over", "valid_until": "2026-02-16", "effect": bonus(1)},
        {"id": "sunday", "when": {"kind": "weekday", "any_of": ["sun"]}, "effect": bonus(1)},
        {"id": "happy", "when": {"kind": "time_of_day", "from": "14:00", "until": "17:00"}, "effect": bonus(1)},
        {"id": "d1", "when": {"kind": "store", "any_of": ["D1"]}, "effect": bonus(1)},
        {"id": "app", "when": {"kind": "channel", "any_of": ["app"]}, "effect": bonus(1)},
        {"id": "gold", "when": {"kind": "tier", "any_of": ["vang"]}, "effect": bonus(1)},
        {"id": "big", "when": {"kind": "amount", "at_least_minor": 100}, "effect": bonus(1)},
        {"id": "mixed", "when": mixed, "effect": bonus(1)},
        {"id": "cake", "items": {"categories": ["cake"]}, "effect": bonus(1)},
        {"id": "always", "effect": bonus(1)},
    )
    assert reasons(book, purchase(line(1))) == {
        "over": "dates",
        "sunday": "weekday",
        "happy": "time_of_day",
        "d1": "store",
        "app": "channel",
        "gold": "tier",
        "big": "amount",
        "mixed": "condition",
        "cake": "no_matching_line",
    }


def test_numbers_beyond_int64_are_still_exact() -> None:
    book = rulebook({"id": "base", "effect": rate(per_minor=1, points=10**9)}, {"id": "more", "effect": times(10**6)})
    assert award(book, purchase(line(2**63 - 1))).points == (2**63 - 1) * 10**15
