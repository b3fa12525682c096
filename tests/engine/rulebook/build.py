"""Rulebooks and facts with dull defaults: a test says only what it is about."""

import re
from datetime import date
from typing import Any

from app.engine.facts import Award, Basket, Facts, Line, Tender
from app.engine.rulebook.check import Fault, check
from app.engine.rulebook.compile import compile_rulebook
from app.engine.rulebook.document import Rulebook
from app.engine.rulebook.evaluate import evaluate, why_not

Json = dict[str, Any]

BASE: Json = {"id": "base", "effect": {"kind": "per_amount", "points": 1, "per_minor": 1000}}
LEVELS: list[Json] = [
    {"id": "dong", "title": {"vi": "Đồng"}, "from_points": 0},
    {"id": "bac", "title": {"vi": "Bạc"}, "from_points": 500},
    {"id": "vang", "title": {"vi": "Vàng"}, "from_points": 2000},
]
# A sentence: it begins with a capital letter, or with what it is about, and it ends.
SENTENCE = re.compile(r"[A-Z`“\d].*[^.]\.", re.DOTALL)
TUESDAY = date(2026, 2, 17).toordinal()


def told(found: object) -> list[tuple[str, str]]:
    """Pointer and code of each fault, all of which are told in sentences; nothing of a document that passed."""
    faults: tuple[Fault, ...] = found if isinstance(found, tuple) else ()
    for fault in faults:
        assert SENTENCE.fullmatch(fault.detail), fault
        assert fault.detail != fault.detail.upper(), fault
    return [(fault.pointer, fault.code) for fault in faults]


def document(*rules: Json, **parts: Any) -> Json:
    """A document with three tiers and these rules."""
    return {"title": {"vi": "Quán"}, "tiers": {"levels": LEVELS}, "earning": {"rules": [*rules]}, **parts}


def rulebook(*rules: Json, **parts: Any) -> Rulebook:
    checked = check(document(*rules, **parts), None)
    assert isinstance(checked, Rulebook), checked
    return checked


def rate(per_minor: int = 1000, points: int = 1, **parts: Any) -> Json:
    """The effect of a base rule."""
    return {"kind": "per_amount", "points": points, "per_minor": per_minor, **parts}


def times(numerator: int, denominator: int = 1) -> Json:
    return {"kind": "multiply", "by": {"numerator": numerator, "denominator": denominator}}


def bonus(points: int) -> Json:
    return {"kind": "bonus", "points": points}


def line(amount_minor: int, category: str = "coffee", sku: str = "latte", **parts: int) -> Line:
    return Line(sku=sku, category=category, amount_minor=amount_minor, **{"quantity_micro": 1_000_000, **parts})


def purchase(
    *lines: Line,
    day: int = TUESDAY,
    at: str = "10:00",
    tier: str | None = None,
    store: str | None = None,
    channel: str | None = None,
    till: str | None = None,
    staff: str | None = None,
    points_paid_minor: int = 0,
    tenders: tuple[Tender, ...] = (),
) -> Facts:
    """A purchase on a Tuesday morning, by default."""
    return Facts(
        basket=Basket(
            currency="VND", lines=lines, store=store, channel=channel, till=till, staff=staff, tenders=tenders
        ),
        local_day=day,
        weekday=(day - 1) % 7,
        minute_of_day=int(at[:2]) * 60 + int(at[3:]),
        tier=tier,
        points_paid_minor=points_paid_minor,
    )


def award(book: Rulebook, facts: Facts) -> Award:
    return evaluate(compile_rulebook(book), facts)


def granted(book: Rulebook, facts: Facts) -> dict[str, int]:
    """What each rule that applied granted."""
    compiled = compile_rulebook(book)
    return {compiled.rules[entry.rule].id: entry.granted for entry in evaluate(compiled, facts).trace}


def reasons(book: Rulebook, facts: Facts) -> dict[str, str]:
    """Why each rule that did not apply did not."""
    compiled = compile_rulebook(book)
    return {compiled.rules[rule].id: reason for rule, reason in why_not(compiled, facts)}
