"""Policy by example: where points go, how long they are good, and how many there are at most."""

from app.engine.facts import Award, AwardGrant
from app.engine.rulebook.document import EndOfPeriod, Expiry, RollingDays, Rulebook
from tests.engine.rulebook.build import BASE, LEVELS, Json, award, bonus, line, purchase, rate, rulebook, times

STAMPS: Json = {"id": "stamps", "title": {"vi": "Tem"}}
MONTH: Json = {"kind": "rolling_days", "days": 30}
YEAR_END: Json = {"kind": "end_of_period", "period": "year", "periods": 0}


def grants(found: Award) -> list[tuple[str, Expiry | None, int, tuple[int, ...]]]:
    return [(grant.wallet, grant.expiry, grant.points, grant.line_points) for grant in found.grants]


def rows(book: Rulebook, found: Award) -> list[tuple[str, int, int, str]]:
    """What each rule wanted and was granted, and what bound it; the rules of these tests are named in order."""
    ids = sorted(rule.id for rule in book.earning.rules)
    return [(ids[entry.rule], entry.wanted, entry.granted, entry.bound) for entry in found.trace]


def capped(points: int) -> Json:
    return {"points": points, "per": "transaction"}


def test_a_rule_pays_into_the_wallet_that_it_names() -> None:
    stamp = {"id": "stamp", "items": {"categories": ["coffee"]}, "effect": bonus(1), "wallet": "stamps"}
    found = award(rulebook(BASE, stamp, wallets=[STAMPS]), purchase(line(30_000, "cake"), line(45_000)))
    assert (found.points, found.line_points) == (75, (30, 45))
    assert grants(found) == [("", None, 75, (30, 45)), ("stamps", None, 1, (0, 1))]


def test_the_main_wallet_has_a_name_for_people_only() -> None:
    found = award(rulebook({**BASE, "wallet": "points"}), purchase(line(30_000)))
    assert found.grants == (AwardGrant(wallet="", expiry=None, points=30, line_points=(30,)),)


def test_a_rule_says_first_how_long_its_points_are_good_then_the_level_then_the_wallet() -> None:
    levels = [LEVELS[0], {**LEVELS[1], "expiry": YEAR_END}, LEVELS[2]]
    week = {"id": "week", "effect": bonus(5), "expiry": MONTH}
    stamp = {"id": "stamp", "effect": bonus(1), "wallet": "stamps"}
    book = rulebook(BASE, week, stamp, tiers={"levels": levels}, wallets=[STAMPS])
    silver = award(book, purchase(line(30_000), tier="bac"))
    month, year_end = (
        RollingDays(kind="rolling_days", days=30),
        EndOfPeriod(kind="end_of_period", period="year", periods=0),
    )
    assert grants(silver) == [
        ("", year_end, 30, (30,)),
        ("", month, 5, (5,)),
        ("stamps", None, 1, (1,)),
    ]
    assert silver.points == 35
    gold = award(book, purchase(line(30_000), tier="vang"))
    assert grants(gold) == [("", None, 30, (30,)), ("", month, 5, (5,)), ("stamps", None, 1, (1,))]


def test_a_level_says_how_long_points_are_good_also_where_rules_say_nothing_at_all() -> None:
    book = rulebook(BASE, tiers={"levels": [{**LEVELS[0], "expiry": MONTH}]})
    assert grants(award(book, purchase(line(30_000)))) == [("", RollingDays(kind="rolling_days", days=30), 30, (30,))]


def test_points_of_one_wallet_and_life_are_one_grant_whichever_rule_gave_them() -> None:
    first = {"id": "first", "effect": bonus(5), "expiry": MONTH}
    second = {"id": "second", "effect": bonus(7), "expiry": MONTH}
    found = award(rulebook(first, second), purchase(line(30_000), line(30_000)))
    assert grants(found) == [("", RollingDays(kind="rolling_days", days=30), 12, (7, 5))]


def test_multipliers_raise_the_main_wallet_only() -> None:
    back = {"id": "back", "effect": rate(100), "wallet": "stamps"}
    double = {"id": "double", "effect": times(2)}
    book = rulebook(BASE, back, double, wallets=[STAMPS])
    assert grants(award(book, purchase(line(10_000)))) == [("", None, 20, (20,)), ("stamps", None, 100, (100,))]


def test_a_rate_is_rounded_as_its_wallet_says_unless_it_says_so_itself() -> None:
    up = {"mode": "up", "scope": "line"}
    back = {"id": "back", "effect": rate(), "wallet": "stamps"}
    own = {"id": "own", "effect": rate(rounding={"mode": "down", "scope": "basket"}), "wallet": "stamps"}
    facts = purchase(line(1_500), line(1_500))
    assert award(rulebook(BASE), facts).points == 3
    assert award(rulebook(BASE, rounding=up), facts).points == 4
    wallets = [{**STAMPS, "rounding": up}]
    assert grants(award(rulebook(back, wallets=wallets), facts)) == [("stamps", None, 4, (2, 2))]
    assert grants(award(rulebook(own, wallets=wallets), facts)) == [("stamps", None, 3, (2, 1))]


def test_the_limit_of_a_base_rule_holds_with_what_multipliers_make_of_it() -> None:
    base = {"id": "a-base", "effect": rate(), "cap": capped(100)}
    double = {"id": "b-double", "effect": times(2)}
    book = rulebook(base, double)
    small, large = award(book, purchase(line(60_000))), award(book, purchase(line(300_000), line(100_000)))
    assert rows(book, small) == [("a-base", 60, 60, ""), ("b-double", 60, 40, "rule_cap")]
    assert rows(book, large) == [("a-base", 400, 100, "rule_cap"), ("b-double", 400, 0, "rule_cap")]
    assert (large.points, large.line_points) == (100, (75, 25))


def test_the_limit_of_a_multiplier_is_the_most_that_it_adds_and_later_ones_multiply_what_is_left() -> None:
    double = {"id": "b-double", "effect": times(2), "cap": capped(100), "priority": 1}
    half_more = {"id": "c-half-more", "effect": times(3, 2), "priority": 2}
    book = rulebook({**BASE, "id": "a-base"}, double, half_more)
    found = award(book, purchase(line(500_000)))
    assert rows(book, found) == [
        ("a-base", 500, 500, ""),
        ("b-double", 500, 100, "rule_cap"),
        ("c-half-more", 500, 300, "rule_cap"),
    ]
    assert found.points == 900


def test_the_limit_of_a_purchase_cuts_what_came_last() -> None:
    first, second = {"id": "b-first", "effect": bonus(60)}, {"id": "c-second", "effect": bonus(30)}
    earning = {"rules": [{**BASE, "id": "a-base"}, first, second], "cap": {"points": 100}}
    book = rulebook(earning=earning)
    assert rows(book, award(book, purchase(line(10_000)))) == [
        ("a-base", 10, 10, ""),
        ("b-first", 60, 60, ""),
        ("c-second", 30, 30, ""),
    ]
    assert rows(book, award(book, purchase(line(70_000)))) == [
        ("a-base", 70, 70, ""),
        ("b-first", 60, 30, "transaction_cap"),
        ("c-second", 30, 0, "transaction_cap"),
    ]
    assert award(book, purchase(line(500_000))).points == 100


def test_the_limit_of_a_purchase_cuts_what_multipliers_added_before_what_they_raised() -> None:
    earning = {"rules": [{**BASE, "id": "a-base"}, {"id": "b-double", "effect": times(2)}], "cap": {"points": 100}}
    book = rulebook(earning=earning)
    found = award(book, purchase(line(60_000), line(20_000)))
    assert rows(book, found) == [("a-base", 80, 80, ""), ("b-double", 80, 20, "transaction_cap")]
    assert (found.points, found.line_points) == (100, (75, 25))


def test_the_limit_of_a_purchase_is_about_the_main_wallet() -> None:
    stamp = {"id": "b-stamp", "effect": bonus(70), "wallet": "stamps"}
    book = rulebook(earning={"rules": [BASE, stamp], "cap": {"points": 50}}, wallets=[STAMPS])
    assert grants(award(book, purchase(line(80_000)))) == [("", None, 50, (50,)), ("stamps", None, 70, (70,))]


def test_a_reduction_after_a_limit_never_takes_more_than_there_is() -> None:
    base = {"id": "a-base", "effect": rate(), "cap": capped(20)}
    half = {"id": "b-half", "effect": times(1, 2)}
    book = rulebook(base, half)
    found = award(book, purchase(line(100_000)))
    assert rows(book, found) == [("a-base", 100, 20, "rule_cap"), ("b-half", -50, -10, "rule_cap")]
    nothing = rulebook(base, {"id": "b-none", "effect": times(0)})
    assert award(nothing, purchase(line(100_000))).points == 0
