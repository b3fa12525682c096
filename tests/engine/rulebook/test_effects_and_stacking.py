"""Points for units, by steps and for goods bought together; and which rules stack."""

import pytest

from app.engine.facts import Line
from tests.engine.rulebook.build import (
    BASE,
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

UNIT = 1_000_000


def cups(count: float, category: str = "coffee", amount: int = 1000) -> Line:
    return line(amount, category, quantity_micro=int(count * UNIT))


def per_unit(points: int = 10, units: int = 3, **parts: object) -> Json:
    return {
        "id": "units",
        "items": {"categories": ["coffee"]},
        "effect": {"kind": "per_unit", "points": points, "units": units, **parts},
    }


@pytest.mark.parametrize(("count", "points"), [(2, 0), (3, 10), (5, 10), (6.5, 20)])
def test_whole_sets_give_points_and_parts_of_one_nothing(count: float, points: int) -> None:
    assert award(rulebook(per_unit()), purchase(cups(count))).points == points


def test_a_set_may_stand_on_several_lines_unless_each_line_is_rounded_by_itself() -> None:
    basket = purchase(cups(2), cups(4), cups(9, "tea"))
    assert award(rulebook(per_unit()), basket).line_points == (7, 13, 0)
    assert award(rulebook(per_unit(rounding={"scope": "line"})), basket).line_points == (0, 10, 0)


def test_exact_units_give_every_part_its_share() -> None:
    book = rulebook(per_unit(counts="exactly"))
    assert award(book, purchase(cups(4))).points == 13
    assert award(book, purchase(cups(0))).points == 0


def test_multipliers_raise_points_for_units() -> None:
    book = rulebook(per_unit(), {"id": "double", "effect": times(2)})
    assert granted(book, purchase(cups(4))) == {"units": 10, "double": 10}


def steps(measures: str, *table: tuple[int, int], **parts: object) -> Json:
    effect = {
        "kind": "step_table",
        "measures": measures,
        "steps": [{"at_least": least, "points": points} for least, points in table],
        **parts,
    }
    return {"id": "steps", "effect": effect}


@pytest.mark.parametrize(("amount", "points"), [(99, None), (100, 5), (299, 5), (300, 20)])
def test_the_highest_step_that_is_reached_counts(amount: int, points: int | None) -> None:
    book = rulebook(steps("amount", (100, 5), (300, 20)))
    found = purchase(line(amount))
    if points is None:
        assert (granted(book, found), reasons(book, found)) == ({}, {"steps": "too_little"})
    else:
        assert granted(book, found) == {"steps": points}


def test_steps_measure_what_counts() -> None:
    book = rulebook(steps("amount", (100, 5), basis={"tax": "without"}))
    assert award(book, purchase(line(105, tax_minor=10))).points == 0
    assert award(book, purchase(line(110, tax_minor=10))).points == 5
    assert award(rulebook(steps("units", (2, 5))), purchase(cups(1), cups(1))).points == 5
    assert award(rulebook(steps("amount", (100, 5))), purchase(line(120), points_paid_minor=30)).points == 0


def together(buy: int, get: int, **parts: object) -> Json:
    effect = {"kind": "buy_get", "points": 10, "buy": buy, "get": get, **parts}
    return {"id": "set", "items": {"categories": ["coffee"]}, "effect": effect}


@pytest.mark.parametrize(
    ("coffees", "cakes", "sets"), [(2, 1, 1), (4, 1, 1), (4, 2, 2), (1, 1, 0), (5, 9, 2), (2, 0, 0)]
)
def test_goods_that_are_bought_together_give_points_a_set(coffees: int, cakes: int, sets: int) -> None:
    book = rulebook(together(2, 1, get_items={"categories": ["cake"]}))
    found = purchase(cups(coffees), cups(cakes, "cake"))
    assert granted(book, found) == ({"set": 10 * sets} if sets else {})
    assert sets or reasons(book, found) == {"set": "too_little"}


def test_no_unit_counts_twice() -> None:
    same = rulebook(together(2, 1))
    assert [award(same, purchase(cups(count))).points for count in (2, 3, 5, 6)] == [0, 10, 10, 20]
    overlapping = rulebook(together(2, 1, get_items={"categories": ["coffee", "cake"]}))
    assert award(overlapping, purchase(cups(3))).points == 10
    assert award(overlapping, purchase(cups(4), cups(1, "cake"))).points == 10
    assert award(overlapping, purchase(cups(4), cups(2, "cake"))).points == 20


DOUBLE: Json = {"id": "double", "group": "offers", "effect": times(2)}
FIFTY: Json = {"id": "fifty", "group": "offers", "effect": bonus(50)}


def grouped(take: str, *rules: Json) -> Json:
    return {"earning": {"rules": [BASE, *rules], "groups": [{"id": "offers", "take": take}]}}


def test_of_a_group_the_best_rule_does_its_work() -> None:
    book = rulebook(**grouped("best", DOUBLE, FIFTY))
    assert granted(book, purchase(line(40_000))) == {"base": 40, "fifty": 50}
    assert granted(book, purchase(line(60_000))) == {"base": 60, "double": 60}
    assert reasons(book, purchase(line(60_000))) == {"fifty": "group_lost"}


def test_of_equals_the_first_does_its_work() -> None:
    assert granted(rulebook(**grouped("best", DOUBLE, FIFTY)), purchase(line(50_000))) == {"base": 50, "double": 50}


def test_of_a_group_the_first_rule_that_applies_does_its_work() -> None:
    first = {
        "id": "ten",
        "group": "offers",
        "priority": -1,
        "when": {"kind": "store", "any_of": ["D1"]},
        "effect": bonus(10),
    }
    book = rulebook(**grouped("first", first, FIFTY))
    assert granted(book, purchase(line(1000), store="D1")) == {"base": 1, "ten": 10}
    assert granted(book, purchase(line(1000))) == {"base": 1, "fifty": 50}


def test_of_a_group_that_takes_all_everything_stacks() -> None:
    assert granted(rulebook(**grouped("all", DOUBLE, FIFTY)), purchase(line(60_000))) == {
        "base": 60,
        "double": 60,
        "fifty": 50,
    }


def test_base_rules_may_compete_too() -> None:
    rules = [{"id": name, "group": "offers", "effect": rate(per)} for name, per in (("a", 2000), ("b", 500))]
    book = rulebook(earning={"rules": rules, "groups": [{"id": "offers", "take": "best"}]})
    assert granted(book, purchase(line(10_000))) == {"b": 20}


def test_an_exclusive_rule_leaves_base_rules_alone_and_no_other() -> None:
    alone = {"id": "alone", "exclusive": True, "when": {"kind": "store", "any_of": ["D1"]}, "effect": bonus(7)}
    book = rulebook(BASE, {"id": "double", "effect": times(2)}, {"id": "five", "effect": bonus(5)}, alone)
    assert granted(book, purchase(line(1000), store="D1")) == {"base": 1, "alone": 7}
    assert reasons(book, purchase(line(1000), store="D1")) == {"double": "exclusive", "five": "exclusive"}
    assert granted(book, purchase(line(1000))) == {"base": 1, "double": 1, "five": 5}


def test_of_exclusive_rules_the_one_with_the_lowest_priority_stands() -> None:
    rules = [
        {"id": name, "exclusive": True, "priority": priority, "effect": effect}
        for name, priority, effect in (("a", 2, times(2)), ("b", 1, bonus(9)))
    ]
    assert granted(rulebook(BASE, *rules), purchase(line(1000))) == {"base": 1, "b": 9}


def test_a_rule_on_top_that_would_give_nothing_excludes_nobody() -> None:
    alone = {**steps("amount", (5000, 7)), "exclusive": True}
    assert granted(rulebook(BASE, {"id": "five", "effect": bonus(5)}, alone), purchase(line(1000))) == {
        "base": 1,
        "five": 5,
    }
