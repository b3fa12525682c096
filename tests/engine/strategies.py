"""Hypothesis strategies: rulebooks that pass the check, baskets, and the facts of a purchase."""

from datetime import date
from functools import cache
from itertools import combinations, product
from typing import Any

from hypothesis import strategies as st

from app.engine.facts import Basket, Facts, Line, Tender
from app.engine.rulebook.check import check
from app.engine.rulebook.conditions import WEEKDAYS
from app.engine.rulebook.document import Rulebook

# Few values of each kind, so that rules and baskets meet.
STORES = ("D1", "D3", "TD")
CHANNELS = ("app", "till")
TILLS = ("K1", "K2")
STAFF = ("an", "binh")
CATEGORIES = ("cake", "coffee", "tea")
SKUS = ("latte", "mocha", "flan", "oolong")
LEVELS = ("dong", "bac", "vang", "kim-cuong")
DAYS = (date(2024, 2, 28), date(2024, 2, 29), date(2024, 3, 1), date(2024, 3, 2))

Json = dict[str, Any]


def _choices(values: tuple[str, ...]) -> st.SearchStrategy[list[str]]:
    """Some of the values, at least one. A single draw is far cheaper than a list of draws."""
    sizes = range(1, len(values) + 1)
    return st.sampled_from([list(chosen) for size in sizes for chosen in combinations(values, size)])


def _any_of(kind: str, values: tuple[str, ...]) -> st.SearchStrategy[Json]:
    return _choices(values).map(lambda chosen: {"kind": kind, "any_of": chosen})


def _goods() -> st.SearchStrategy[Json]:
    return st.fixed_dictionaries(
        {
            "kind": st.just("has_items"),
            "items": st.none() | st.sampled_from(({"categories": ["cake"]}, {"except_skus": ["latte"]})),
            "at_least_units": st.none() | st.integers(1, 4),
            "at_least_lines": st.none() | st.integers(1, 3),
            "items_at_least_minor": st.none() | st.integers(0, 3000),
        }
    )


@cache
def _leaves(levels: tuple[str, ...]) -> st.SearchStrategy[Json]:
    times = ("00:00", "09:30", "14:00", "17:00", "23:59")
    windows = [(first, past) for first, past in product(times, times) if first != past]
    leaves = [
        _any_of("store", STORES),
        _any_of("channel", CHANNELS),
        _any_of("weekday", WEEKDAYS),
        st.sampled_from(windows).map(lambda window: {"kind": "time_of_day", "from": window[0], "until": window[1]}),
        st.integers(0, 3000).map(lambda least: {"kind": "amount", "at_least_minor": least}),
        st.integers(0, 3000).map(lambda most: {"kind": "amount", "at_most_minor": most}),
        _any_of("tender", ("cash", "card", "gift_card")),
        _any_of("till", TILLS),
        _any_of("staff", STAFF),
        st.sampled_from([*combinations(DAYS, 2)]).map(
            lambda days: {"kind": "dates", "from": days[0].isoformat(), "until": days[1].isoformat()}
        ),
        st.sampled_from(([2], [3], [1, 2])).map(lambda months: {"kind": "month", "any_of": months}),
        st.sampled_from(([28, 29], [1], [2, 29])).map(lambda days: {"kind": "day_of_month", "any_of": days}),
        _goods(),
    ]
    if levels:
        leaves.append(_any_of("tier", levels))
    return st.one_of(leaves)


@cache
def conditions(levels: tuple[str, ...] = LEVELS) -> st.SearchStrategy[Json]:
    """Trees of conditions, as JSON."""
    return st.recursive(
        _leaves(levels),
        lambda inner: st.one_of(
            st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"kind": "all", "conditions": parts}),
            st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"kind": "any", "conditions": parts}),
            inner.map(lambda part: {"kind": "not", "condition": part}),
        ),
        max_leaves=6,
    )


def _filter_parts(codes: tuple[str, ...]) -> list[tuple[list[str] | None, list[str] | None]]:
    """Each way to name at most two codes as in and two others as out."""
    sets: list[list[str]] = [list(chosen) for size in range(3) for chosen in combinations(codes, size)]
    return [(inside or None, out or None) for inside, out in product(sets, sets) if not set(inside) & set(out)]


_FILTERS = [
    {"categories": categories, "skus": skus, "except_categories": except_categories, "except_skus": except_skus}
    for (categories, except_categories), (skus, except_skus) in product(_filter_parts(CATEGORIES), _filter_parts(SKUS))
    if categories or skus or except_categories or except_skus
]
_BASES = [
    {"discounts": discounts, "tax": tax, "points_paid": points_paid, "gift_cards": gift_cards}
    for discounts, tax, points_paid, gift_cards in product(
        ("after", "before"), ("with", "without"), ("without", "with"), ("with", "without")
    )
]
_ROUNDINGS = [
    {"mode": mode, "scope": scope}
    for mode, scope in product(("down", "half_up", "half_even", "up"), ("basket", "line"))
]
_FACTORS = [
    {"numerator": times, "denominator": over} for times, over in product(range(8), range(1, 5)) if times != over
]


@cache
def _effects() -> st.SearchStrategy[Json]:
    return st.one_of(
        st.fixed_dictionaries(
            {
                "kind": st.just("per_amount"),
                "points": st.integers(1, 30),
                "per_minor": st.integers(1, 1000),
                "basis": st.sampled_from(_BASES),
                "rounding": st.sampled_from(_ROUNDINGS),
            }
        ),
        st.sampled_from(_FACTORS).map(lambda factor: {"kind": "multiply", "by": factor}),
        st.integers(1, 50).map(lambda points: {"kind": "bonus", "points": points}),
    )


@cache
def rules(levels: tuple[str, ...] = LEVELS) -> st.SearchStrategy[Json]:
    """One rule without its id, as JSON. Some can never apply, which the check refuses."""
    periods = [
        (first and first.isoformat(), last and last.isoformat())
        for first, last in product((None, *DAYS), (None, *DAYS))
        if first is None or last is None or first <= last
    ]
    return st.fixed_dictionaries(
        {
            "when": st.none() | conditions(levels),
            "items": st.none() | st.sampled_from(_FILTERS),
            "period": st.just((None, None)) | st.sampled_from(periods),
            "priority": st.integers(-2, 2),
            "effect": _effects(),
        }
    ).map(_dated)


def _dated(drawn: Json) -> Json:
    rule = dict(drawn)
    rule["valid_from"], rule["valid_until"] = rule.pop("period")
    return rule


@cache
def _tiers(levels: tuple[str, ...]) -> st.SearchStrategy[Json | None]:
    if not levels:
        return st.none()
    steps = st.lists(st.integers(1, 500), min_size=len(levels) - 1, max_size=len(levels) - 1)
    return st.fixed_dictionaries(
        {
            "window_months": st.integers(1, 24),
            "review_months": st.integers(1, 24),
            "demotion": st.sampled_from(("to_qualified", "one_step", "never")),
            "levels": steps.map(
                lambda widths: [
                    {"id": level, "title": {"vi": level}, "from_points": sum(widths[:rank])}
                    for rank, level in enumerate(levels)
                ]
            ),
        }
    )


@cache
def _redemptions() -> st.SearchStrategy[Json | None]:
    sizes = st.tuples(st.integers(1, 100), st.integers(1, 100), st.integers(1, 5), st.integers(1, 5))
    limits = st.tuples(st.none() | st.integers(0, 500), st.none() | st.integers(1, 100))
    return st.none() | st.tuples(sizes, limits).map(
        lambda drawn: {
            "points": drawn[0][0],
            "value_minor": drawn[0][1],
            "step_points": drawn[0][0] * drawn[0][2],
            "minimum_points": drawn[0][0] * drawn[0][2] * drawn[0][3],
            "maximum_points": None if drawn[1][0] is None else drawn[0][0] * drawn[0][2] * drawn[0][3] + drawn[1][0],
            "maximum_percent": drawn[1][1],
        }
    )


@cache
def _expiries() -> st.SearchStrategy[Json]:
    return st.one_of(
        st.just({"kind": "never"}),
        st.integers(1, 24).map(lambda months: {"kind": "rolling", "months": months}),
        st.integers(1, 400).map(lambda days: {"kind": "rolling_days", "days": days}),
    )


@cache
def _referrals() -> st.SearchStrategy[Json | None]:
    return st.none() | st.fixed_dictionaries(
        {
            "referrer_points": st.integers(1, 100),
            "friend_points": st.integers(0, 100),
            "minimum_minor": st.integers(0, 3000),
            "within_days": st.integers(1, 60),
        }
    )


@cache
def _terms(levels: tuple[str, ...]) -> st.SearchStrategy[Json]:
    return st.fixed_dictionaries(
        {
            "title": st.just({"vi": "Quán"}),
            "tiers": _tiers(levels),
            "expiry": _expiries(),
            "redemption": _redemptions(),
            "referral": _referrals(),
            "debt": st.fixed_dictionaries({"floor_points": st.none() | st.integers(-1000, 0)}),
        }
    )


@cache
def _documents(levels: tuple[str, ...]) -> st.SearchStrategy[Json]:
    many = st.lists(rules(levels), min_size=4, max_size=8)
    return st.tuples(_terms(levels), st.lists(rules(levels), max_size=3) | many).map(_checked)


def _checked(drawn: tuple[Json, list[Json]]) -> Json:
    """The document with those of the rules that the check lets pass."""
    terms, rules = drawn
    named = [{"id": f"rule-{number}", **rule} for number, rule in enumerate(rules)]
    found = check({**terms, "earning": {"rules": named}}, None)
    if not isinstance(found, Rulebook):
        faulty = {int(fault.pointer.split("/")[3]) for fault in found}
        named = [rule for number, rule in enumerate(named) if number not in faulty]
    return {**terms, "earning": {"rules": named}}


def documents() -> st.SearchStrategy[Json]:
    """Documents as a merchant may send them, as JSON; all of them pass the check."""
    return st.sampled_from([LEVELS[:count] for count in range(len(LEVELS) + 1)]).flatmap(_documents)


def rulebooks() -> st.SearchStrategy[Rulebook]:
    """Checked rulebooks, with any number of rules, tiers, and any terms."""
    return documents().map(Rulebook.model_validate)


@st.composite
def lines(draw: st.DrawFn) -> Line:
    """One line; zero quantities and amounts are legal and frequent."""
    amount = draw(st.sampled_from((0, 0, 1)) | st.integers(0, 5000))
    return Line(
        sku=draw(st.sampled_from((*SKUS, "other"))),
        category=draw(st.sampled_from((*CATEGORIES, "other"))),
        quantity_micro=draw(st.integers(0, 3_000_000)),
        amount_minor=amount,
        discount_minor=draw(st.sampled_from((0, 0, 100))),
        tax_minor=draw(st.integers(0, amount)),
    )


@st.composite
def baskets(draw: st.DrawFn, *, currency: str = "VND", least_lines: int = 0) -> Basket:
    """Baskets of few lines, perhaps partly paid with gift cards; without a points tender."""
    return Basket(
        currency=currency,
        lines=tuple(draw(st.lists(lines(), min_size=least_lines, max_size=5))),
        tenders=tuple(
            Tender(kind=kind, amount_minor=amount)
            for kind, amount in draw(
                st.lists(st.tuples(st.sampled_from(("cash", "card", "gift_card")), st.integers(0, 3000)), max_size=2)
            )
        ),
        store=draw(st.sampled_from((None, *STORES, "other"))),
        channel=draw(st.sampled_from((None, *CHANNELS, "other"))),
        till=draw(st.sampled_from((None, *TILLS, "other"))),
        staff=draw(st.sampled_from((None, *STAFF))),
    )


@st.composite
def facts(draw: st.DrawFn) -> Facts:
    """The facts of one purchase on one of a few days."""
    basket = draw(baskets())
    day = draw(st.sampled_from(DAYS)).toordinal()
    total_minor = sum(line.amount_minor for line in basket.lines)
    return Facts(
        basket=basket,
        local_day=day,
        weekday=(day - 1) % 7,
        minute_of_day=draw(st.sampled_from((0, 569, 570, 839, 840, 1019, 1020, 1438, 1439))),
        tier=draw(st.sampled_from((None, *LEVELS, "gone"))),
        points_paid_minor=draw(st.just(0) | st.integers(0, total_minor)),
    )
