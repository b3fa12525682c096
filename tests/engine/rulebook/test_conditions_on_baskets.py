"""What rules ask about a basket besides where, when and for how much: goods, tenders, tills, staff, dates."""

from datetime import date

import pytest

from app.engine.facts import Facts, Tender
from app.engine.rulebook.compile import compile_rulebook
from tests.engine.rulebook.build import BASE, Json, bonus, granted, line, purchase, reasons, rulebook

CARD = (Tender(kind="card", amount_minor=1),)
CAKES: Json = {"categories": ["cake"]}


def asks(when: Json, facts: Facts) -> bool:
    """Whether a rule with this condition applies; where it does not, the reason is the condition's kind."""
    book = rulebook({"id": "asked", "when": when, "effect": bonus(1)})
    found = granted(book, facts)
    if not found:
        assert reasons(book, facts) == {"asked": when["kind"]}
    return found == {"asked": 1}


@pytest.mark.parametrize(
    ("when", "yes", "no"),
    [
        ({"kind": "tender", "any_of": ["card"]}, purchase(line(1), tenders=CARD), purchase(line(1))),
        ({"kind": "till", "any_of": ["K1"]}, purchase(line(1), till="K1"), purchase(line(1))),
        ({"kind": "staff", "any_of": ["an"]}, purchase(line(1), staff="an"), purchase(line(1), staff="binh")),
        ({"kind": "amount", "at_most_minor": 100}, purchase(line(100)), purchase(line(101))),
    ],
)
def test_a_rule_asks_how_it_was_paid_where_and_who_served(when: Json, yes: Facts, no: Facts) -> None:
    assert asks(when, yes)
    assert not asks(when, no)


@pytest.mark.parametrize(
    ("when", "first", "last"),
    [
        ({"kind": "dates", "from": "2026-02-17", "until": "2026-02-23"}, "2026-02-17", "2026-02-23"),
        ({"kind": "month", "any_of": [2]}, "2026-02-01", "2026-02-28"),
        ({"kind": "day_of_month", "any_of": [15]}, "2026-03-15", "2026-03-15"),
    ],
)
def test_a_rule_asks_for_dates_months_and_days_of_the_month(when: Json, first: str, last: str) -> None:
    days = date.fromisoformat(first).toordinal() - 1, date.fromisoformat(last).toordinal() + 1
    found = [day for day in range(days[0], days[1] + 1) if asks(when, purchase(line(1), day=day))]
    assert found == list(range(days[0] + 1, days[1]))


def test_a_rule_asks_whether_the_basket_holds_enough_of_some_goods() -> None:
    two = purchase(line(500, "cake", quantity_micro=1_500_000), line(300, "cake", quantity_micro=500_000), line(9))
    for when in (
        {"items": CAKES},
        {"items": CAKES, "at_least_units": 2},
        {"items": CAKES, "at_least_lines": 2},
        {"items": CAKES, "items_at_least_minor": 800},
        {"at_least_lines": 3},
    ):
        assert asks({"kind": "has_items", **when}, two), when
    for when in (
        {"items": {"categories": ["tea"]}},
        {"items": CAKES, "at_least_units": 3},
        {"items": CAKES, "at_least_lines": 3},
        {"items": CAKES, "items_at_least_minor": 801},
    ):
        assert not asks({"kind": "has_items", **when}, two), when


def test_goods_in_the_basket_and_lines_of_the_rule_are_two_things() -> None:
    beans: Json = {"kind": "has_items", "items": {"categories": ["beans"]}}
    book = rulebook({"id": "cake", "when": beans, "items": CAKES, "effect": bonus(5)})
    assert granted(book, purchase(line(100, "cake"), line(100, "beans"))) == {"cake": 5}
    assert reasons(book, purchase(line(100, "cake"))) == {"cake": "has_items"}
    assert reasons(book, purchase(line(100, "beans"))) == {"cake": "no_matching_line"}


def test_a_rulebook_that_asks_nothing_more_measures_nothing() -> None:
    assert not compile_rulebook(rulebook(BASE)).is_gauged
