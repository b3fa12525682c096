"""Hypothesis strategies: rulebooks whose rules have wallets, lives, limits and modes; and parts of a purchase."""

from hypothesis import strategies as st

from app.engine.facts import Facts, Line
from app.engine.rulebook.check import check
from app.engine.rulebook.document import Rulebook
from app.engine.rulebook.rest import rest_of
from tests.engine.rulebook.build import LEVELS, Json, document, line, purchase

WALLETS: list[Json] = [
    {"id": "stamps", "title": {"vi": "Tem"}},
    {"id": "cashback", "title": {"vi": "Hoàn tiền"}, "rounding": {"mode": "half_even", "scope": "line"}},
]
LIVES: list[Json] = [
    {"kind": "rolling_days", "days": 30},
    {"kind": "end_of_period", "period": "year", "periods": 1},
]
MODES = ("reevaluate", "prorate", "keep", "all_or_nothing")


AMOUNT: Json = {"kind": "amount", "at_least_minor": 1500}
SMALL: Json = {"kind": "not", "condition": AMOUNT}
CONDITIONS: list[Json | None] = [
    None,
    None,
    AMOUNT,
    SMALL,
    {"kind": "any", "conditions": [{"kind": "tier", "any_of": ["vang"]}, AMOUNT]},
    {"kind": "all", "conditions": [{"kind": "tier", "any_of": ["dong", "vang"]}, SMALL]},
]
FILTERS: list[Json | None] = [None, None, {"categories": ["cake"]}, {"except_categories": ["cake"]}]
FACTORS = ((0, 1), (1, 2), (3, 2), (2, 1), (5, 1))
ROUNDINGS: list[Json | None] = [None, {"mode": "up", "scope": "line"}, {"mode": "half_up", "scope": "basket"}]


def _effects() -> st.SearchStrategy[Json]:
    rates = st.tuples(st.integers(1, 10), st.integers(10, 300), st.sampled_from(ROUNDINGS))
    return st.one_of(
        rates.map(lambda rate: _rate(*rate)),
        st.sampled_from(FACTORS).map(_factor),
        st.integers(1, 50).map(lambda points: {"kind": "bonus", "points": points}),
    )


def _rate(points: int, per_minor: int, rounding: Json | None) -> Json:
    return {"kind": "per_amount", "points": points, "per_minor": per_minor, "rounding": rounding}


def _factor(by: tuple[int, int]) -> Json:
    return {"kind": "multiply", "by": {"numerator": by[0], "denominator": by[1]}}


@st.composite
def detailed_rulebooks(draw: st.DrawFn, *, caps: bool = True, modes: tuple[str, ...] = MODES) -> Rulebook:
    """Checked rulebooks whose rules mostly apply, and say where points go, for how long, how many, and on refunds."""
    lives = st.none() | st.sampled_from(LIVES)
    rules = []
    # The first rule earns, so that there is something to multiply, to limit and to return.
    for number, effect in enumerate([_rate(1, 10, None), *draw(st.lists(_effects(), min_size=1, max_size=5))]):
        rule: Json = {
            "id": f"rule-{number}",
            "effect": effect,
            "when": draw(st.sampled_from(CONDITIONS)) if number else None,
            "items": draw(st.sampled_from(FILTERS)),
            "priority": draw(st.integers(-1, 1)),
            "on_refund": draw(st.sampled_from(modes)),
        }
        if effect["kind"] != "multiply":
            rule["wallet"] = draw(st.sampled_from((None, None, "points", "stamps", "cashback")))
            rule["expiry"] = draw(lives)
        if caps:
            rule["cap"] = draw(st.none() | st.integers(0, 60).map(_cap))
        rules.append(rule)
    levels = [{**level, "expiry": draw(lives)} for level in LEVELS]
    limit = draw(st.none() | st.integers(50, 120).map(_limit)) if caps else None
    return _checked(document(wallets=WALLETS, tiers={"levels": levels}, earning={"rules": rules, "cap": limit}))


@st.composite
def purchases(draw: st.DrawFn) -> Facts:
    """A purchase of a few lines, some of them free."""
    found = [
        line(draw(st.sampled_from((0, 1)) | st.integers(1, 2000)), draw(st.sampled_from(("cake", "coffee"))))
        for _ in range(draw(st.integers(1, 4)))
    ]
    return purchase(*found, tier=draw(st.sampled_from((None, "bac", "vang"))))


def _cap(above: int) -> Json:
    return {"points": 1 + above, "per": "transaction"}


def _limit(points: int) -> Json:
    return {"points": points}


def _checked(raw: Json) -> Rulebook:
    """The document without those limits that the check refuses."""
    found = check(raw, None)
    if isinstance(found, Rulebook):
        return found
    assert {fault.pointer.rsplit("/cap")[-1] for fault in found} <= {"", "/points"}, found
    for fault in found:
        place = fault.pointer.split("/")
        if place[2] == "cap":
            raw["earning"]["cap"] = None
        else:
            raw["earning"]["rules"][int(place[3])]["cap"] = None
    return _checked(raw)


@st.composite
def rests(draw: st.DrawFn, facts: Facts) -> Facts:
    """What is left of a purchase after some of it went back."""
    lines = []
    for bought in facts.basket.lines:
        quarters = draw(st.sampled_from((0, 1, 3, 4, 4)))
        if quarters:
            lines.append(_part(bought, quarters))
    total_minor = sum(part.amount_minor for part in facts.basket.lines)
    left_minor = sum(part.amount_minor for part in lines)
    paid_minor = facts.points_paid_minor * left_minor // total_minor if total_minor else facts.points_paid_minor
    return rest_of(facts, tuple(lines), paid_minor)


def _part(bought: Line, quarters: int) -> Line:
    quantity_micro, amount_minor = bought.quantity_micro * quarters // 4, bought.amount_minor * quarters // 4
    return line(amount_minor, bought.category, quantity_micro=quantity_micro)
