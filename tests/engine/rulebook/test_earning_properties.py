"""What holds for every rulebook with groups, exclusive rules, limits and all effects, and for every basket."""

from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st
from msgspec.structs import replace

from app.engine.facts import Award, Facts
from app.engine.rulebook.check import check
from app.engine.rulebook.compile import Compiled, compile_rulebook
from app.engine.rulebook.document import Rulebook
from app.engine.rulebook.evaluate import evaluate, why_not
from tests.engine.rulebook.build import Json
from tests.engine.strategies import conditions, facts

GOODS: list[Json | None] = [None, {"categories": ["cake"]}, {"except_categories": ["coffee"]}]
EFFECTS: list[Json] = [
    {"kind": "per_amount", "points": 1, "per_minor": 100},
    {"kind": "per_amount", "points": 3, "per_minor": 70, "rounding": {"mode": "half_up", "scope": "line"}},
    {"kind": "per_unit", "points": 7, "units": 2},
    {"kind": "per_unit", "points": 5, "units": 3, "counts": "exactly"},
    {"kind": "multiply", "by": {"numerator": 2, "denominator": 1}},
    {"kind": "multiply", "by": {"numerator": 3, "denominator": 2}},
    {"kind": "bonus", "points": 9},
    {"kind": "step_table", "steps": [{"at_least": 500, "points": 5}, {"at_least": 3000, "points": 20}]},
    {"kind": "step_table", "measures": "units", "steps": [{"at_least": 2, "points": 8}]},
    {"kind": "buy_get", "points": 6, "buy": 1, "get": 1, "get_items": {"categories": ["cake", "tea"]}},
]
LIMITS: list[list[Json]] = [
    [],
    [],
    [{"per": "day", "points": 20}],
    [{"per": "month", "points": 25, "over": "reject"}, {"per": "ever", "times": 2}],
]
NEVER: Json = {
    "id": "never",
    "when": {"kind": "all", "conditions": [{"kind": "store", "any_of": ["nowhere"]}]},
    "effect": {"kind": "bonus", "points": 50},
    "exclusive": True,
    "priority": -900,
}
GROUPS: list[Json] = [{"id": "best", "take": "best"}, {"id": "first", "take": "first"}, {"id": "all", "take": "all"}]


@st.composite
def rich_documents(draw: st.DrawFn) -> Json:
    """Documents whose rules stack in every way, as far as the check lets them."""
    rules: list[Json] = []
    for number, effect in enumerate(draw(st.lists(st.sampled_from(EFFECTS), min_size=2, max_size=7))):
        is_base = effect["kind"].startswith("per_")
        rules.append(
            {
                "id": f"rule-{number}",
                "effect": effect,
                "when": draw(st.none() | conditions(())),
                "items": draw(st.sampled_from(GOODS)),
                "priority": draw(st.integers(-2, 2)),
                "group": None if is_base else draw(st.sampled_from((None, "best", "first", "all"))),
                "exclusive": not is_base and draw(st.integers(0, 4)) == 0,
                "limits": draw(st.sampled_from(LIMITS)),
                "budget": draw(st.sampled_from((None, None, {"points": 30}))),
            }
        )
    earning = {"rules": rules, "groups": GROUPS, "limits": draw(st.sampled_from(([], [{"per": "day", "points": 60}])))}
    raw = {"title": {"en": "Rich"}, "earning": earning}
    found = check(raw, None)
    for fault in () if isinstance(found, Rulebook) else found:
        place = fault.pointer.split("/")
        if place[2] == "rules":
            rules[int(place[3])] = {"id": f"rule-{place[3]}", "effect": EFFECTS[0]}
    assume(isinstance(check(raw, None), Rulebook))
    return raw


def compiled_of(raw: Json) -> Compiled:
    return compile_rulebook(Rulebook.model_validate(raw))


def measured(compiled: Compiled, found: Facts, left: int) -> Facts:
    """The facts with so much room under every limit."""
    return replace(found, readings=(0,) * len(compiled.asking.gauges) + tuple(left for _ in compiled.rooms))


def told(compiled: Compiled, award: Award) -> tuple[int, tuple[int, ...], list[tuple[str, str, int, int, str]]]:
    trace = [(compiled.rules[e.rule].id, e.reason, e.wanted, e.granted, e.bound) for e in award.trace]
    return award.points, award.line_points, trace


ROOM = st.integers(0, 30)


@given(rich_documents(), facts(), ROOM, st.randoms(use_true_random=False))
def test_however_rules_stack_their_order_in_the_document_never_matters(
    raw: Json, found: Facts, left: int, chance: Any
) -> None:
    rules, groups = list(raw["earning"]["rules"]), list(raw["earning"]["groups"])
    chance.shuffle(rules)
    chance.shuffle(groups)
    one = compiled_of(raw)
    other = compiled_of({**raw, "earning": {**raw["earning"], "rules": rules, "groups": groups}})
    assert told(one, evaluate(one, measured(one, found, left))) == told(
        other, evaluate(other, measured(other, found, left))
    )


@given(rich_documents(), facts(), ROOM)
def test_a_rule_with_a_false_condition_changes_nothing(raw: Json, found: Facts, left: int) -> None:
    one = compiled_of(raw)
    for group in (None, "best", "first"):
        rules = [*raw["earning"]["rules"], {**NEVER, "group": group}]
        other = compiled_of({**raw, "earning": {**raw["earning"], "rules": rules}})
        assert told(one, evaluate(one, measured(one, found, left))) == told(
            other, evaluate(other, measured(other, found, left))
        )


@given(rich_documents(), facts(), ROOM)
def test_limits_bound_and_every_number_adds_up(raw: Json, found: Facts, left: int) -> None:
    compiled = compiled_of(raw)
    award = evaluate(compiled, measured(compiled, found, left))
    limited = {room.rule for room in compiled.rooms if room.of == "points"}
    for entry in award.trace:
        assert entry.granted <= entry.wanted
        assert bool(entry.bound) == (entry.granted < entry.wanted)
        assert entry.rule not in limited or entry.granted <= left
    assert None not in limited or award.points <= left
    assert award.points == sum(award.line_points) == sum(entry.granted for entry in award.trace)
    assert all(points >= 0 for points in award.line_points)


@given(rich_documents(), facts(), ROOM)
def test_every_rule_is_traced_or_says_why_not_however_they_stack(raw: Json, found: Facts, left: int) -> None:
    compiled = compiled_of(raw)
    seen = measured(compiled, found, left)
    traced = [entry.rule for entry in evaluate(compiled, seen).trace]
    excused = [rule for rule, _ in why_not(compiled, seen)]
    assert sorted(traced + excused) == list(range(len(compiled.rules)))


@given(rich_documents(), facts(), ROOM)
def test_of_exclusive_rules_and_of_groups_one_does_its_work(raw: Json, found: Facts, left: int) -> None:
    compiled = compiled_of(raw)
    trace = evaluate(compiled, measured(compiled, found, left)).trace
    working = [compiled.rules[entry.rule] for entry in trace]
    above = [rule for rule in working if not rule.effect.kind.startswith("per_")]
    assert len(above) <= 1 or not any(rule.exclusive for rule in above)
    for group in ("best", "first"):
        assert sum(rule.group == group for rule in working) <= 1
