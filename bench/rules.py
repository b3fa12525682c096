"""What judging costs by itself: a rulebook of fifty rules on baskets of ten lines, without anything around it."""

import random
import time
from typing import Any, Final

from app.engine.facts import Basket, Facts, Line
from app.engine.rulebook.check import check
from app.engine.rulebook.compile import Compiled, compile_rulebook
from app.engine.rulebook.document import Rulebook
from app.engine.rulebook.evaluate import evaluate
from bench.samples import Sample

RULES: Final = 50
LINES: Final = 10
BASKETS: Final = 400
CATEGORIES: Final = tuple(f"department-{number}" for number in range(24))
STORES: Final = tuple(f"D{number}" for number in range(12))
WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY: Final = 739_500


def fifty_rules() -> Compiled:
    """A base rule, multipliers and bonuses by department, store, weekday, hour, channel, tier and amount."""
    rules = [{"id": "base", "effect": {"kind": "per_amount", "points": 1, "per_minor": 1000}}]
    rules += [_rule(number) for number in range(RULES - 1)]
    levels: list[dict[str, Any]] = [
        {"id": name, "title": {"en": name}, "from_points": points}
        for name, points in (("base", 0), ("silver", 500), ("gold", 2000))
    ]
    document = {"title": {"en": "Fifty rules"}, "earning": {"rules": rules}, "tiers": {"levels": levels}}
    checked = check(document, None)
    assert isinstance(checked, Rulebook), checked
    return compile_rulebook(checked)


def _rule(number: int) -> dict[str, Any]:
    """One of seven kinds of conditions; half of the rules look at a department only."""
    conditions: tuple[dict[str, Any], ...] = (
        {"kind": "weekday", "any_of": [WEEKDAYS[number % 7]]},
        {"kind": "store", "any_of": [STORES[number % 12]]},
        {"kind": "time_of_day", "from": f"{number % 20:02}:00", "until": f"{number % 20 + 3:02}:00"},
        {"kind": "channel", "any_of": ["app"]},
        {"kind": "tier", "any_of": ["gold"]},
        {"kind": "amount", "at_least_minor": 50_000 * (1 + number % 6)},
        {
            "kind": "any",
            "conditions": [{"kind": "weekday", "any_of": ["sat", "sun"]}, {"kind": "tier", "any_of": ["silver"]}],
        },
    )
    factor = {"numerator": 11 + number % 5, "denominator": 10}
    effect = {"kind": "bonus", "points": 1 + number} if number % 3 else {"kind": "multiply", "by": factor}
    rule: dict[str, Any] = {"id": f"rule-{number}", "when": conditions[number % 7], "effect": effect}
    return rule | ({"items": {"categories": [CATEGORIES[number % 24]]}} if number % 2 else {})


def baskets(rng: random.Random) -> list[Facts]:
    """What a day's tills see."""
    return [_facts(rng) for _ in range(BASKETS)]


def _facts(rng: random.Random) -> Facts:
    lines = tuple(
        Line(sku="s", category=rng.choice(CATEGORIES), quantity_micro=10**6, amount_minor=rng.randrange(1000, 60_000))
        for _ in range(LINES)
    )
    basket = Basket(currency="VND", lines=lines, store=rng.choice(STORES), channel=rng.choice(("app", "till")))
    day = DAY + rng.randrange(7)
    return Facts(
        basket=basket,
        local_day=day,
        weekday=(day + 6) % 7,
        minute_of_day=rng.randrange(1440),
        tier=rng.choice((None, "silver", "gold")),
        points_paid_minor=0,
    )


def sample_rules(seconds: float, rng: random.Random) -> Sample:
    """Judge for so long. All of its CPU is the judging; there is no request and nothing is written."""
    compiled, judged, done = fifty_rules(), baskets(rng), 0
    started, cpu = time.perf_counter(), time.process_time()
    while (elapsed := time.perf_counter() - started) < seconds:
        for facts in judged:
            evaluate(compiled, facts)
        done += len(judged)
    spent = time.process_time() - cpu
    each_ms = elapsed / done * 1000
    return Sample(
        operations=done,
        per_s=done / elapsed,
        p50_ms=each_ms,
        p99_ms=each_ms,
        service_cpu_us=spent / done * 1e6,
        postgres_cpu_us=0,
        client_cpu_us=0,
        wal_bytes=0,
        disk_bytes=0,
    )
