"""What holds for every rulebook and every basket."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from app.engine.facts import Award, Basket, Facts
from app.engine.rulebook.check import check
from app.engine.rulebook.compile import Compiled, compile_rulebook
from app.engine.rulebook.document import Rulebook
from app.engine.rulebook.evaluate import evaluate, why_not
from tests.engine.rulebook import oracle
from tests.engine.strategies import documents, facts, rulebooks


def told(compiled: Compiled, award: Award) -> tuple[int, tuple[int, ...], list[tuple[str, str, int]]]:
    """An award with the ids of its rules, which mean the same in every rulebook."""
    trace = [(compiled.rules[entry.rule].id, entry.reason, entry.granted) for entry in award.trace]
    return award.points, award.line_points, trace


@given(rulebooks(), facts())
def test_it_agrees_with_a_slow_and_literal_evaluation(document: Rulebook, found: Facts) -> None:
    compiled = compile_rulebook(document)
    award = evaluate(compiled, found)
    line_points, granted = oracle.award(document, found)
    assert list(award.line_points) == line_points
    assert {compiled.rules[entry.rule].id: entry.granted for entry in award.trace} == granted


@given(rulebooks(), facts())
def test_points_are_the_sum_of_the_lines_and_of_the_trace(document: Rulebook, found: Facts) -> None:
    award = evaluate(compile_rulebook(document), found)
    assert award.points == sum(award.line_points) == sum(entry.granted for entry in award.trace)
    assert len(award.line_points) == len(found.basket.lines)
    assert all(points >= 0 for points in award.line_points)


@given(documents(), facts(), st.randoms(use_true_random=False))
def test_the_order_of_rules_in_the_document_never_matters(document: dict[str, Any], found: Facts, chance: Any) -> None:
    rules = list(document["earning"]["rules"])
    compiled = compile_rulebook(Rulebook.model_validate(document))
    chance.shuffle(rules)
    shuffled = compile_rulebook(Rulebook.model_validate({**document, "earning": {"rules": rules}}))
    assert told(shuffled, evaluate(shuffled, found)) == told(compiled, evaluate(compiled, found))


@given(documents(), facts())
def test_a_rule_that_does_not_apply_changes_nothing(document: dict[str, Any], found: Facts) -> None:
    compiled = compile_rulebook(Rulebook.model_validate(document))
    award = evaluate(compiled, found)
    traced = {compiled.rules[entry.rule].id for entry in award.trace}
    rules = [rule for rule in document["earning"]["rules"] if rule["id"] in traced]
    without = compile_rulebook(Rulebook.model_validate({**document, "earning": {"rules": rules}}))
    assert told(without, evaluate(without, found)) == told(compiled, award)


@given(rulebooks(), facts())
def test_every_rule_is_either_traced_or_has_a_reason_why_not(document: Rulebook, found: Facts) -> None:
    compiled = compile_rulebook(document)
    traced = [entry.rule for entry in evaluate(compiled, found).trace]
    excused = [rule for rule, _ in why_not(compiled, found)]
    assert traced == sorted(traced)
    assert sorted(traced + excused) == list(range(len(compiled.rules)))


@given(rulebooks(), facts())
def test_nothing_earns_nothing(document: Rulebook, found: Facts) -> None:
    nothing = Facts(
        basket=Basket(currency="VND", lines=(), store=found.basket.store, channel=found.basket.channel),
        local_day=found.local_day,
        weekday=found.weekday,
        minute_of_day=found.minute_of_day,
        tier=found.tier,
        points_paid_minor=0,
    )
    assert evaluate(compile_rulebook(document), nothing) == Award(points=0, line_points=(), trace=())


@given(documents())
def test_a_document_survives_its_own_json(document: dict[str, Any]) -> None:
    checked = check(document, None)
    assert isinstance(checked, Rulebook)
    assert Rulebook.model_validate_json(checked.model_dump_json()) == checked
    assert check(checked.model_dump(mode="json"), checked) == checked
