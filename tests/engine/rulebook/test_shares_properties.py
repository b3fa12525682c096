"""What holds for every rulebook with wallets, lives and limits."""

from hypothesis import given

from app.engine.facts import Facts
from app.engine.rulebook.compile import compile_rulebook
from app.engine.rulebook.document import Rulebook
from app.engine.rulebook.evaluate import evaluate
from app.engine.rulebook.gains import gains_of
from app.engine.rulebook.shares import award_of, shares_of
from tests.engine.rulebook import oracle
from tests.engine.rulebook.drawing import detailed_rulebooks, purchases
from tests.engine.strategies import facts, rulebooks


@given(rulebooks(), facts())
def test_the_short_way_of_simple_rulebooks_comes_to_the_same(document: Rulebook, found: Facts) -> None:
    compiled = compile_rulebook(document)
    assert compiled.is_plain
    shares = shares_of(compiled, found, gains_of(compiled, found))
    assert award_of(shares, len(found.basket.lines)) == evaluate(compiled, found)


@given(detailed_rulebooks(caps=False), purchases())
def test_every_wallet_and_life_agrees_with_a_slow_and_literal_evaluation(document: Rulebook, found: Facts) -> None:
    compiled = compile_rulebook(document)
    award = evaluate(compiled, found)
    assert {(grant.wallet, grant.expiry): list(grant.line_points) for grant in award.grants} == oracle.grants(
        document, found
    )
    line_points, granted = oracle.award(document, found)
    assert list(award.line_points) == line_points
    assert {compiled.rules[entry.rule].id: entry.granted for entry in award.trace} == granted


@given(detailed_rulebooks(), purchases())
def test_grants_and_trace_always_add_up(document: Rulebook, found: Facts) -> None:
    award = evaluate(compile_rulebook(document), found)
    main = [grant for grant in award.grants if not grant.wallet]
    assert award.points == sum(award.line_points) == sum(grant.points for grant in main)
    assert sum(grant.points for grant in award.grants) == sum(entry.granted for entry in award.trace)
    assert list(award.grants[: len(main)]) == main
    assert len({(grant.wallet, grant.expiry) for grant in award.grants}) == len(award.grants)
    for grant in award.grants:
        assert grant.points == sum(grant.line_points) > 0
        assert all(points >= 0 for points in grant.line_points)


@given(detailed_rulebooks(), purchases())
def test_no_limit_is_ever_passed_and_what_bound_is_named(document: Rulebook, found: Facts) -> None:
    compiled = compile_rulebook(document)
    shares = shares_of(compiled, found, gains_of(compiled, found))
    award = award_of(shares, len(found.basket.lines))
    if compiled.cap is not None:
        assert award.points <= compiled.cap
    for source in shares.sources:
        (rule, *_) = source.given
        assert 0 <= source.points <= compiled.caps.get(rule, source.points)
    for entry in award.trace:
        assert entry.granted <= compiled.caps.get(entry.rule, entry.granted)
        assert (entry.bound == "") == (entry.granted == entry.wanted)
