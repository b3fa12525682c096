"""What holds for every rulebook when a part of a purchase, or all of it, goes back."""

from hypothesis import given
from hypothesis import strategies as st

from app.engine.facts import Award, Facts
from app.engine.rulebook.compile import compile_rulebook
from app.engine.rulebook.document import Rulebook
from app.engine.rulebook.evaluate import evaluate
from app.engine.rulebook.refund_order import order_matters
from app.engine.rulebook.rest import earn_rest, points_like, rest_of
from tests.engine.rulebook.drawing import detailed_rulebooks, purchases, rests


@given(detailed_rulebooks(), purchases())
def test_nothing_earns_nothing_whatever_the_mode(document: Rulebook, found: Facts) -> None:
    compiled = compile_rulebook(document)
    trace = evaluate(compiled, found).trace
    assert earn_rest(compiled, found, rest_of(found, (), 0), trace) == Award(points=0, line_points=(), trace=())


@given(detailed_rulebooks(), purchases())
def test_the_whole_purchase_earns_what_it_was_granted(document: Rulebook, found: Facts) -> None:
    compiled = compile_rulebook(document)
    award = evaluate(compiled, found)
    whole = rest_of(found, found.basket.lines, found.points_paid_minor)
    assert whole == found
    again = earn_rest(compiled, found, whole, award.trace)
    assert points_like(again, award.grants) == tuple(grant.points for grant in award.grants)
    assert again.points == award.points
    assert again.line_points == award.line_points
    assert [(entry.rule, entry.granted) for entry in again.trace] == [
        (entry.rule, entry.granted) for entry in award.trace
    ] or not found.basket.lines


@given(detailed_rulebooks(modes=("prorate", "keep", "all_or_nothing")), purchases(), st.data())
def test_a_rule_that_is_not_evaluated_again_never_has_more_than_it_was_granted(
    document: Rulebook, found: Facts, data: st.DataObject
) -> None:
    compiled = compile_rulebook(document)
    award = evaluate(compiled, found)
    left = earn_rest(compiled, found, data.draw(rests(found)), award.trace)
    granted = {entry.rule: entry.granted for entry in award.trace}
    for entry in left.trace:
        assert abs(entry.granted) <= abs(granted[entry.rule])
    kept = {(grant.wallet, grant.expiry) for grant in left.grants}
    assert kept <= {(grant.wallet, grant.expiry) for grant in award.grants} or any(
        entry.granted < 0 for entry in award.trace
    )


@given(detailed_rulebooks(), purchases(), st.data())
def test_what_is_left_adds_up_and_is_never_less_than_nothing(
    document: Rulebook, found: Facts, data: st.DataObject
) -> None:
    compiled = compile_rulebook(document)
    rest = data.draw(rests(found))
    left = earn_rest(compiled, found, rest, evaluate(compiled, found).trace)
    assert len(left.line_points) == len(rest.basket.lines)
    assert left.points == sum(left.line_points) == sum(grant.points for grant in left.grants if not grant.wallet)
    assert sum(grant.points for grant in left.grants) == sum(entry.granted for entry in left.trace)
    for grant in left.grants:
        assert grant.points == sum(grant.line_points) > 0
        assert all(points >= 0 for points in grant.line_points)


@given(detailed_rulebooks(modes=("reevaluate",)), purchases(), st.data())
def test_rules_that_are_evaluated_again_earn_what_the_rest_earns_by_itself(
    document: Rulebook, found: Facts, data: st.DataObject
) -> None:
    compiled = compile_rulebook(document)
    rest = data.draw(rests(found))
    left = earn_rest(compiled, found, rest, evaluate(compiled, found).trace)
    expected = evaluate(compiled, rest)
    assert left == expected or not rest.basket.lines


@given(detailed_rulebooks(caps=False), purchases(), st.data())
def test_without_a_warning_returning_more_never_leaves_more(
    document: Rulebook, found: Facts, data: st.DataObject
) -> None:
    if order_matters(document):
        return
    compiled = compile_rulebook(document)
    award = evaluate(compiled, found)
    more = data.draw(rests(found))
    less = data.draw(rests(more))
    left = points_like(earn_rest(compiled, found, more, award.trace), award.grants)
    then = points_like(earn_rest(compiled, found, less, award.trace), award.grants)
    granted = tuple(grant.points for grant in award.grants)
    assert all(first >= second for first, second in zip(granted, left, strict=True))
    assert all(first >= second for first, second in zip(left, then, strict=True))
