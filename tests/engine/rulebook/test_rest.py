"""Policy by example: what is left of an award when a part of the purchase goes back."""

import pytest

from app.engine.facts import Facts, Tender
from app.engine.rulebook.compile import compile_rulebook
from app.engine.rulebook.document import Rulebook
from app.engine.rulebook.evaluate import evaluate
from app.engine.rulebook.rest import earn_rest, points_like, rest_of
from tests.engine.rulebook.build import BASE, Json, bonus, line, purchase, rulebook, times

CAKE, COFFEE = line(30_000, "cake"), line(45_000)
BOUGHT = purchase(CAKE, COFFEE)
BOUGHT_ON_A_DAY_OUT = purchase(CAKE, COFFEE, store="D1", tier="vang")


def left(book: Rulebook, bought: Facts, rest: Facts) -> tuple[int, ...]:
    """The points that are left of each grant of the purchase."""
    compiled = compile_rulebook(book)
    award = evaluate(compiled, bought)
    return points_like(earn_rest(compiled, bought, rest, award.trace), award.grants)


def only(*lines: int) -> Facts:
    """The purchase of cake and coffee when these lines of it are left."""
    return rest_of(BOUGHT, tuple(BOUGHT.basket.lines[place] for place in lines), 0)


def part(amount_minor: int, of: str = "coffee") -> Facts:
    """The purchase of which only so much of one line is left."""
    return rest_of(BOUGHT, (line(amount_minor, of),), 0)


@pytest.mark.parametrize(
    ("mode", "cake_is_left", "coffee_is_left", "a_third_of_the_cake_is_left"),
    [
        ("reevaluate", 31, 0, 31),
        ("prorate", 31, 0, 10),
        ("keep", 31, 0, 31),
        ("all_or_nothing", 31, 0, 0),
    ],
)
def test_a_bonus_on_a_partial_refund_follows_the_mode_of_its_rule(
    mode: str, cake_is_left: int, coffee_is_left: int, a_third_of_the_cake_is_left: int
) -> None:
    book = rulebook({"id": "cake", "items": {"categories": ["cake"]}, "effect": bonus(31), "on_refund": mode})
    assert left(book, BOUGHT, BOUGHT) == (31,)
    assert left(book, BOUGHT, only(0)) == (cake_is_left,)
    assert left(book, BOUGHT, only(1)) == (coffee_is_left,)
    assert left(book, BOUGHT, part(10_000, "cake")) == (a_third_of_the_cake_is_left,)
    assert left(book, BOUGHT, only()) == (0,)


def test_a_bonus_that_needed_the_amount_is_gone_unless_its_mode_keeps_it() -> None:
    reward: Json = {"id": "big", "when": {"kind": "amount", "at_least_minor": 70_000}, "effect": bonus(50)}
    for mode, points in (("reevaluate", 0), ("prorate", 30), ("keep", 50), ("all_or_nothing", 0)):
        assert left(rulebook({**reward, "on_refund": mode}), BOUGHT, only(1)) == (points,), mode


def test_a_prorated_bonus_of_free_lines_counts_them_one_by_one() -> None:
    free = purchase(line(0, "cake"), line(0, "cake"), line(9_000))
    book = rulebook({"id": "cake", "items": {"categories": ["cake"]}, "effect": bonus(9), "on_refund": "prorate"})
    rest = rest_of(free, free.basket.lines[1:], 0)
    assert left(book, free, rest) == (4,)


def test_each_grant_keeps_its_own_part() -> None:
    stamp = {"id": "stamp", "effect": bonus(2), "wallet": "stamps", "on_refund": "keep"}
    month = {"id": "week", "effect": bonus(10), "expiry": {"kind": "rolling_days", "days": 30}, "on_refund": "prorate"}
    book = rulebook(BASE, stamp, month, wallets=[{"id": "stamps", "title": {"vi": "Tem"}}])
    assert left(book, BOUGHT, BOUGHT) == (75, 10, 2)
    assert left(book, BOUGHT, only(1)) == (45, 6, 2)
    assert left(book, BOUGHT, only()) == (0, 0, 0)


def test_a_multiplier_that_is_kept_keeps_what_it_gave_to_each_grant() -> None:
    cake = {
        "id": "cake",
        "items": {"categories": ["cake"]},
        "effect": {"kind": "per_amount", "points": 1, "per_minor": 1000},
        "expiry": {"kind": "rolling_days", "days": 30},
    }
    double = {"id": "double", "effect": times(2), "on_refund": "keep"}
    book = rulebook({**BASE, "items": {"categories": ["coffee"]}}, cake, double)
    assert left(book, BOUGHT, BOUGHT) == (90, 60)
    assert left(book, BOUGHT, only(1)) == (90, 30)


def test_a_reduction_that_is_kept_takes_no_more_than_there_is() -> None:
    half = {"id": "half", "effect": times(1, 2), "on_refund": "keep"}
    assert left(rulebook(BASE, half), BOUGHT, BOUGHT) == (37,)
    assert left(rulebook(BASE, half), BOUGHT, part(20_000)) == (0,)


def test_what_was_granted_is_never_computed_again() -> None:
    """The recorded trace counts, also where evaluating the purchase today would grant something else."""
    book = rulebook({"id": "welcome", "effect": bonus(50), "on_refund": "keep"})
    compiled = compile_rulebook(book)
    (entry,) = evaluate(compiled, BOUGHT).trace
    recorded = (type(entry)(rule=0, reason="applied", wanted=40, granted=40),)
    found = earn_rest(compiled, BOUGHT, only(1), recorded)
    assert (found.points, found.line_points) == (40, (40,))
    assert [(row.reason, row.wanted, row.granted) for row in found.trace] == [("keep", 40, 40)]


def test_the_part_that_was_paid_with_points_and_gift_cards_goes_back_in_proportion() -> None:
    paid = purchase(
        CAKE,
        COFFEE,
        points_paid_minor=25_000,
        tenders=(Tender(kind="gift_card", amount_minor=15_000), Tender(kind="cash", amount_minor=35_000)),
    )
    rest = rest_of(paid, (COFFEE,), 15_000)
    assert rest.points_paid_minor == 15_000
    assert rest.basket.lines == (COFFEE,)
    assert rest.basket.tenders == (
        Tender(kind="gift_card", amount_minor=9_000),
        Tender(kind="cash", amount_minor=35_000),
    )
    rate = {"kind": "per_amount", "points": 1, "per_minor": 1000, "basis": {"gift_cards": "without"}}
    book = rulebook({"id": "base", "effect": rate})
    assert left(book, paid, paid) == (35,)
    assert left(book, paid, rest) == (21,)
    assert rest_of(paid, paid.basket.lines, 25_000) == paid


def test_what_gift_cards_paid_of_the_rest_is_rounded_down_over_all_of_them() -> None:
    cards = (Tender(kind="gift_card", amount_minor=5_001), Tender(kind="gift_card", amount_minor=7))
    rest = rest_of(purchase(CAKE, COFFEE, tenders=cards), (COFFEE,), 0)
    assert [tender.amount_minor for tender in rest.basket.tenders] == [3_000, 4]


def test_the_rest_is_judged_at_the_tier_and_place_of_the_purchase() -> None:
    gold = {
        "id": "gold",
        "when": {
            "kind": "all",
            "conditions": [{"kind": "tier", "any_of": ["vang"]}, {"kind": "store", "any_of": ["D1"]}],
        },
        "effect": times(2),
    }
    rest = rest_of(BOUGHT_ON_A_DAY_OUT, (COFFEE,), 0)
    assert left(rulebook(BASE, gold), BOUGHT_ON_A_DAY_OUT, rest) == (90,)
