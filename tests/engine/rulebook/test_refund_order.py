"""Publishing warns of rules for which the order of refunds matters."""

import pytest

from app.engine.rulebook.refund_order import order_matters
from tests.engine.rulebook.build import BASE, Json, bonus, rulebook, times

LARGE: Json = {"kind": "amount", "at_least_minor": 100_000}
SMALL: Json = {"kind": "not", "condition": LARGE}
MONDAY: Json = {"kind": "weekday", "any_of": ["mon"]}
WHEN = "/earning/rules/1/when"


def warnings(rule: Json, base: Json = BASE) -> list[tuple[str, str]]:
    """The warnings for a rule that stands behind a base rule."""
    found = order_matters(rulebook(base, {"id": "rule", **rule}))
    assert {fault.code for fault in found} <= {"refund_order"}
    return [(fault.pointer, fault.detail.split(" ", 1)[0]) for fault in found]


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ({"when": SMALL, "effect": times(2)}, [f"{WHEN}/condition"]),
        ({"when": SMALL, "effect": bonus(5)}, [f"{WHEN}/condition"]),
        (
            {
                "when": {"kind": "any", "conditions": [MONDAY, {"kind": "all", "conditions": [SMALL]}]},
                "effect": bonus(5),
            },
            [f"{WHEN}/conditions/1/conditions/0/condition"],
        ),
        ({"when": LARGE, "effect": times(1, 2)}, [WHEN]),
        ({"effect": times(1, 2), "on_refund": "prorate"}, ["/earning/rules/1/on_refund"]),
    ],
)
def test_a_rule_that_gives_more_when_the_basket_shrinks_is_warned_of(rule: Json, expected: list[str]) -> None:
    assert [pointer for pointer, _ in warnings(rule)] == expected


@pytest.mark.parametrize(
    "rule",
    [
        {"when": LARGE, "effect": times(2)},
        {"when": {"kind": "not", "condition": SMALL}, "effect": bonus(5)},
        {"when": {"kind": "not", "condition": MONDAY}, "effect": bonus(5)},
        {"when": SMALL, "effect": times(1, 2)},
        {"when": SMALL, "effect": bonus(5), "on_refund": "keep"},
        {"items": {"categories": ["tobacco"]}, "effect": times(0)},
        {"effect": bonus(5), "on_refund": "prorate"},
    ],
)
def test_other_rules_are_not(rule: Json) -> None:
    assert warnings(rule) == []


def test_points_that_are_kept_and_a_reduction_that_is_not_do_not_go_together() -> None:
    kept = {**BASE, "on_refund": "keep"}
    assert warnings({"effect": times(1, 2)}, kept) == [("/earning/rules/0/on_refund", "A")]
    assert warnings({"effect": times(2)}, kept) == []
