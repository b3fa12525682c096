"""What changes between two rulebooks: every change is told, with both numbers, and nothing that is none."""

import json
from collections.abc import Iterator
from contextlib import suppress
from copy import deepcopy
from itertools import chain, islice
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from app.cli.home import PROJECT
from app.commands.plainly.compare import Change, Detail, compare
from app.commands.plainly.voice import Voice
from app.commands.tongues import FALLBACKS
from app.engine.rulebook.check import check
from app.engine.rulebook.document import Rulebook
from tests.engine.examples import examples
from tests.engine.strategies import documents

Json = dict[str, Any]
Path = tuple[str | int, ...]
ENGLISH = Voice(language="en", currency="KZT")


def whole() -> Json:
    """The marketplace with every condition and term that it has not."""
    found: Json = json.loads((PROJECT / "examples" / "marketplace.rulebook.json").read_text(encoding="utf-8"))
    rules = found["earning"]["rules"]
    rules[2] |= {"priority": 3, "cap": {"points": 300, "per": "transaction"}, "valid_until": "2028-03-24"}
    rules[3]["items"] = {
        "categories": ["books"],
        "skus": ["atlas"],
        "except_categories": ["manga"],
        "except_skus": ["diary"],
    }
    conditions = [
        {"kind": "any", "conditions": [{"kind": "store", "any_of": ["D1"]}, {"kind": "channel", "any_of": ["web"]}]},
        {"kind": "not", "condition": {"kind": "weekday", "any_of": ["sun"]}},
        {"kind": "time_of_day", "from": "09:00", "until": "21:00"},
        {"kind": "tier", "any_of": ["gold"]},
        {"kind": "amount", "at_least_minor": 1000, "at_most_minor": 90000},
        {"kind": "tender", "any_of": ["card"]},
        {"kind": "till", "any_of": ["K1"]},
        {"kind": "staff", "any_of": ["an"]},
        {"kind": "dates", "from": "2026-02-17", "until": "2029-02-23"},
        {"kind": "month", "any_of": [6, 7]},
        {"kind": "day_of_month", "any_of": [15]},
        {
            "kind": "has_items",
            "items": {
                "categories": ["tea"],
                "skus": ["pot"],
                "except_categories": ["green"],
                "except_skus": ["cup"],
            },
            "at_least_units": 2,
            "at_least_lines": 3,
            "items_at_least_minor": 4000,
        },
        {"kind": "purchase_number", "every": 10, "at_least": 2, "at_most": 500},
        {"kind": "days_since_last", "at_least": 30, "at_most": 60},
        {"kind": "membership_days", "at_least": 3, "at_most": 365},
        {"kind": "recent", "of": "visits", "days": 30, "at_least": 2, "at_most": 50},
        {"kind": "birthday", "days_before": 3, "days_after": 4},
        {"kind": "attribute", "name": "plan", "any_of": ["gold"], "is_set": True},
        {"kind": "segment", "any_of": ["regulars"]},
    ]
    rules[2] |= {"group": "offers"}
    found["earning"]["limits"] = [{"per": "month", "points": 90_000}]
    found["earning"]["groups"] = [
        {"id": "offers", "title": {"en": "Offers"}, "take": "best"},
        {"id": "others", "take": "first"},
    ]
    rules += [
        {"id": "unit", "effect": {"kind": "per_unit", "points": 2, "units": 3}},
        {"id": "steps", "effect": {"kind": "step_table", "steps": [{"at_least": 100, "points": 5}]}},
        {
            "id": "together",
            "items": {"skus": ["cup"]},
            "effect": {"kind": "buy_get", "points": 4, "buy": 2, "get": 3, "get_items": {"skus": ["pot"]}},
        },
        {"id": "alone", "exclusive": True, "effect": {"kind": "bonus", "points": 50}},
        {
            "id": "limited",
            "effect": {"kind": "bonus", "points": 50},
            "limits": [{"per": "day", "points": 500, "times": 3}],
            "budget": {"points": 9000},
            "sticky": True,
        },
    ]
    rules[4]["when"] = {"kind": "all", "conditions": conditions}
    found["tier_sets"] = [
        {
            "id": "wine",
            "title": {"en": "Wine"},
            "window": {"kind": "calendar", "period": "year", "keep_periods": 2},
            "grace_days": 30,
            "notice_days": 20,
            "levels": [
                {"id": "guest", "title": {"en": "Guest"}, "from_points": 0},
                {
                    "id": "gold",
                    "title": {"en": "Gold"},
                    "needs": {
                        "kind": "all",
                        "needs": [
                            {"kind": "enough", "counter": "points", "at_least": 9},
                            {"kind": "enough", "counter": "spend", "at_least": 9},
                        ],
                    },
                    "lifetime_after": {"years": 5, "points": 900},
                },
            ],
        }
    ]
    found["tiers"]["levels"][1]["multiplier"] = {"numerator": 3, "denominator": 2}
    found["tiers"]["levels"][1]["expiry"] = {"kind": "end_of_period", "period": "year", "periods": 1}
    found["redemption"] |= {"maximum_points": 5000, "maximum_percent": 50}
    attribute = {"id": "plan", "title": {"en": "Plan"}, "kind": "choice", "choices": ["basic", "gold"]}
    seats = {"id": "seats", "title": {"en": "Seats"}, "kind": "number"}
    found["attributes"] = [*found.get("attributes", []), attribute, seats]
    regular = {"kind": "recent", "of": "spend", "days": 30, "at_least": 2}
    found["segments"] = [{"id": "regulars", "title": {"en": "Regulars"}, "when": regular}]
    gift = {"points": 5, "wallet": "cashback", "gift": found["rewards"][0]["id"], "gift_days": 7}
    prizes = [
        {"id": "gift", "title": {"en": "A gift"}, "weight": 2, "prize": gift, "stock": 3},
        {"id": "points", "title": {"en": "Points"}, "weight": 5, "prize": {"points": 9, "gift": gift["gift"]}},
    ]
    found["surprises"] = [
        {
            "id": "lucky",
            "title": {"en": "Lucky"},
            "prizes": prizes,
            "nothing_weight": 9,
            "budget_points": 500,
            "limit": {"per": "day", "times": 2},
        }
    ]
    wheel = {"prizes": prizes[:1], "nothing_weight": 1}
    found["rewards"].append(
        {"id": "wheel", "title": {"en": "Wheel"}, "kind": "wheel", "cost_points": 40, "odds": wheel}
    )
    board = {"id": "top", "title": {"en": "Top"}, "measure": {"kind": "sum", "what": "quantity"}, "period": "week"}
    found |= {"visit_overdue_days": 45, "birthday_notice_days": 7}
    found["leaderboards"] = [board | {"group": "team", "team": "plan"}]
    document = check(found, None)
    assert isinstance(document, Rulebook), document
    return json.loads(document.model_dump_json(by_alias=True))  # type: ignore[no-any-return]


WHOLE = whole()
# What stands where nothing stood, or where the type alone does not say what might.
INSTEAD: dict[str, tuple[Any, ...]] = {
    "window": ({"kind": "lifetime"}, {"kind": "anniversary"}),
    "counter": ("visits", "referrals", "activity:review"),
    "needs": ({"kind": "enough", "counter": "visits", "at_least": 3},),
    "multiplier": ({"numerator": 2, "denominator": 1},),
    "on_reaching": ({"points": 77},),
    "forever": (True, False),
    "lifetime_after": ({"years": 3},),
    "set": ("wine",),
    "when": ({"kind": "weekday", "any_of": ["mon"]},),
    "items": ({"skus": ["mug"]},),
    "cap": ({"points": 9_999, "per": "transaction"},),
    "wallet": ("stamps", "cashback"),
    "tiers": (["gold"],),
    "expiry": ({"kind": "rolling", "months": 7},),
    "pending": ({"kind": "after_days", "days": 7},),
    "redemption": ({"points": 1, "value_minor": 1, "step_points": 1, "minimum_points": 1},),
    "rounding": ({"mode": "up", "scope": "line"},),
    "floor_points": (-7,),
    "description": ({"en": "More of it"},),
    "cause": ({"en": "Trees"},),
    "title": ({"en": "A name"},),
    "group": ("others", "offers", "store"),
    "team": ("seats",),
    "what": ("amount", "points"),
    "cancel": ("give_back", "final"),
    "odds": ({"prizes": [{"id": "a", "title": {"en": "A"}, "weight": 1, "prize": {"points": 1}}]},),
    "exclusive": (True, False),
    "segments": (["regulars"],),
    "take": ("all", "first"),
    "over": ("reject", "trim"),
    "sticky": (True, False),
    "budget": ({"points": 80_000},),
    "times": (5, 6),
    "counts": ("exactly", "whole_sets"),
    "measures": ("units",),
    "get_items": ({"skus": ["mug"]},),
    "of": ("points", "referrals"),
    "name": ("seats",),
    "is_yes": (True, False),
    "is_set": (False, None),
    "personal": (True, False),
    "referrer_expiry": ({"kind": "rolling", "months": 7},),
    "friend_expiry": ({"kind": "rolling", "months": 7},),
    "referrer_prize": ({"gift": WHOLE["rewards"][0]["id"]},),
    "friend_prize": ({"gift": WHOLE["rewards"][0]["id"]},),
    "stores": (["D1"],),
    "categories": (["books"],),
    "afterwards": (True, False),
}
# A value of every other type, and two of every closed set.
WORDS = "before without with half_up down line basket prorate keep to_qualified one_step at_review immediate old new"
ANY = (7, "2027-03-20", "08:30", "a-code", "fri", *f"{WORDS} year month clamp refuse accept item voucher".split())


def changes(old: Json, new: Json, voice: Voice = ENGLISH) -> tuple[Change, ...]:
    return compare(Rulebook.model_validate(old), Rulebook.model_validate(new), voice)


def leaves(node: Any, at: Path = ()) -> Iterator[tuple[Path, Any]]:
    parts = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else None
    if parts is None:
        yield at, node
    else:
        yield from chain.from_iterable(leaves(part, (*at, step)) for step, part in parts)


def put(path: Path, value: Any) -> Json:
    changed = deepcopy(WHOLE)
    node: Any = changed
    for step in path[:-1]:
        node = node[step]
    node[path[-1]] = value
    return changed


def others(path: Path, value: Any) -> Iterator[Json]:
    """The document with something else at this place, whatever fits its type."""
    candidates = (value + 1, value - 1) if type(value) is int else INSTEAD.get(str(path[-1]), ANY)
    if value == "gold":
        candidates = ("base",)
    if path[-2:-1] in {("items",), ("get_items",)} and value is None:
        candidates = (["a-code"],)
    for candidate in candidates:
        changed = put(path, candidate)
        with suppress(ValidationError):
            Rulebook.model_validate(changed)
            if candidate != value:
                yield changed


def is_changeable(path: Path) -> bool:
    """Another id makes it another thing, and another kind of a node has other fields."""
    if path[-1] == "kind":
        return path[0] == "rewards"
    if path == ("attributes", 1, "choices"):
        # A number has no choices.
        return False
    # Multipliers pay nowhere themselves; members stay away for months or for days, never both.
    # A window of the calendar says itself how long; a level asks for points or for other needs.
    if path[0] == "tier_sets" and path[-1] in {"window_months", "review_months", "from_points"}:
        return False
    return path[-1] not in {"id", "per"} and path not in {("expiry", "days"), ("earning", "rules", 1, "wallet")}


LEAVES = [(path, value) for path, value in leaves(WHOLE) if is_changeable(path)]


@pytest.mark.parametrize(("path", "value"), LEAVES, ids=["/".join(map(str, path)) for path, _ in LEAVES])
def test_a_change_anywhere_is_told(path: Path, value: Any) -> None:
    found = list(islice(others(path, value), 2))
    assert found
    for changed in found:
        told = changes(WHOLE, changed)
        assert told
        assert all(detail.before != detail.after for change in told for detail in change.details)


def test_numbers_are_told_before_and_after() -> None:
    assert changes(WHOLE, put(("earning", "rules", 1, "effect", "by", "numerator"), 3)) == (
        Change(
            kind="changed",
            section="earning",
            id="app",
            text="Rule “Double points in the app, at most 500 more” (app): changed.",
            details=(
                Detail(
                    aspect="effect",
                    before="It multiplies the points for money by 2.",
                    after="It multiplies the points for money by 3.",
                ),
            ),
        ),
    )


def test_what_comes_and_goes_is_told_whole() -> None:
    new = deepcopy(WHOLE)
    gone = new["rewards"].pop(2)
    new["rewards"].append({"id": "tea", "title": {"en": "A tea", "ru": "Чай"}, "cost_points": 50, "kind": "item"})
    new["transfers"] = None
    told = changes(WHOLE, new)
    assert [(change.kind, change.section, change.id) for change in told] == [
        ("added", "rewards", "tea"),
        ("changed", "transfers", None),
        ("removed", "rewards", gone["id"]),
    ]
    assert list(told[0].lines(ENGLISH)) == [
        "It costs 50 points.",
        "It is paid out of the main wallet.",
        "The member gets the thing itself.",
    ]
    assert list(told[1].lines(ENGLISH)) == [
        "Before: Members may give points to each other.",
        "Now: Members may not give points to each other.",
        "No longer: At least, at one time: 100 points.",
        "No longer: At most, at one time: 5,000 points.",
        "No longer: At most, on one day: 10,000 points.",
    ]
    assert next(iter(told[2].lines(ENGLISH))) == "It costs 200 points."
    back = changes(new, WHOLE)
    assert next(iter(back[1].lines(ENGLISH))) == "Before: Members may not give points to each other."
    assert list(back[1].lines(ENGLISH))[2] == "New: At least, at one time: 100 points."


def test_another_name_of_a_level_is_no_change_of_the_rules_that_mention_it() -> None:
    told = changes(WHOLE, put(("tiers", "levels", 1, "title", "ru"), "Золотой"))
    assert [(change.section, change.id, list(change.lines(ENGLISH))) for change in told] == [
        ("tiers", "gold", ["Before: Its name (ru): “Золото”.", "Now: Its name (ru): “Золотой”."])
    ]


def test_a_first_wallet_changes_no_rule() -> None:
    old = {**WHOLE, "wallets": [], "rewards": [], "surprises": []}
    old["earning"] = {"rules": [rule for rule in WHOLE["earning"]["rules"] if rule["wallet"] is None]}
    new = {**old, "wallets": WHOLE["wallets"][:1]}
    assert [(change.kind, change.section, change.id) for change in changes(old, new)] == [
        ("added", "wallets", "cashback")
    ]


@examples(15)
@given(document=documents(), data=st.data())
def test_the_order_of_lists_is_no_change(document: Json, data: st.DataObject) -> None:
    shuffled = deepcopy(document)
    shuffled["earning"]["rules"] = data.draw(st.permutations(document["earning"]["rules"]))
    for rule in shuffled["earning"]["rules"]:
        when = rule.get("when")
        if when and "any_of" in when:
            when["any_of"] = when["any_of"][::-1]
        if when and "conditions" in when:
            when["conditions"] = when["conditions"][::-1]
    assert changes(document, shuffled) == ()


@pytest.mark.parametrize("language", FALLBACKS)
@examples(5)
@given(old=documents(), new=documents())
def test_going_back_swaps_what_is_told(language: str, old: Json, new: Json) -> None:
    voice = Voice(language=language)
    there = {
        (change.section, change.id, detail.aspect): (detail.before, detail.after)
        for change in changes(old, new, voice)
        for detail in change.details
    }
    back = {
        (change.section, change.id, detail.aspect): (detail.after, detail.before)
        for change in changes(new, old, voice)
        for detail in change.details
    }
    assert there == back
