"""Activities that are no purchases: what they earn, count towards and tell; their limits; how they are undone."""

from typing import Any

import pytest

from app.engine.activity import Activity, ActivityCancel, Told
from app.engine.outcomes import Purchased
from app.engine.played import Acted, ActivityCancelled
from tests.engine.builders import day, instant
from tests.engine.players import Json, Player, book, challenge, goal
from tests.engine.test_streaks import streak

REVIEW: Json = {"id": "review", "title": {"en": "Review"}}
BONUS: Json = {"id": "thanks", "on": "review", "effect": {"kind": "bonus", "points": 20}}
BASE: Json = {"id": "base", "effect": {"kind": "per_amount", "points": 1, "per_minor": 1}}


def player(kind: Json | None = None, *rules: Json, **parts: Any) -> Player:
    """A member of a shop that gives twenty points for a review."""
    earning = {"rules": [BASE, BONUS, *rules]}
    return Player(book(activities=[REVIEW | (kind or {})], earning=earning, **parts), start="2026-03-02 09:00")


def acted(member: Player, **more: Any) -> Acted:
    found = member.change(member.must(Activity(kind="review", **more))).outcome
    assert isinstance(found, Acted)
    return found


def test_an_activity_earns_by_the_rules_about_its_kind_and_a_purchase_by_the_others() -> None:
    member = player()
    found = acted(member)
    assert (found.points, found.counted, member.balance) == (20, True, 20)
    bought = member.change(member.buys(10)).outcome
    assert isinstance(bought, Purchased)
    assert bought.points == 10
    assert member.counted() == {("act/review", day("2026-03-02")): 1}
    assert [(each.points, each.visits) for each in member.state.tallies] == [(30, 1)]


def test_undoing_an_activity_leaves_no_trace() -> None:
    goals = [goal("reviews", {"kind": "count", "of": "review"}, 1)]
    steps = streak((1, 5), measure={"kind": "count", "of": "review"})
    member = player(challenges=[challenge(goals=goals, prize={"points": 50, "badge": "early"})], streaks=[steps])
    fact = member.must(Activity(kind="review"))
    assert member.balance == 75
    assert member.counted()["badge/early", 0] == 1
    undone = member.change(member.must(ActivityCancel(activity=fact))).outcome
    assert isinstance(undone, ActivityCancelled)
    assert [taken.cause for taken in undone.prizes] == ["challenge/visits", "streak/daily/1"]
    assert (member.balance, member.counted()) == (0, {})
    assert member.refused(ActivityCancel(activity=fact)).keys() == {"already_reversed"}
    assert member.refused(ActivityCancel(activity=member.buys(10))).keys() == {"wrong_kind"}


def test_a_goal_of_purchases_and_one_of_activities_make_one_challenge() -> None:
    goals = [goal("reviews", {"kind": "count", "of": "review"}), goal("visits", {"kind": "count"})]
    member = player(challenges=[challenge(goals=goals)])
    bought = member.buys(10)
    assert member.prizes(bought) == []
    found = acted(member)
    assert found.played is not None
    assert [prized.cause for prized in found.played.prizes] == ["challenge/visits"]
    member.refunds(bought)
    assert member.balance == 20


def test_one_over_the_limit_is_recorded_and_counts_for_nothing() -> None:
    member = player({"limits": [{"per": "day", "times": 1}, {"per": "month", "times": 2}]})
    first = member.must(Activity(kind="review"))
    over = member.must(Activity(kind="review"))
    found = member.change(over).outcome
    assert isinstance(found, Acted)
    assert (found.counted, found.warnings, member.balance) == (False, ("activity_limit",), 20)
    member.at("2026-03-03 09:00")
    assert acted(member).counted
    member.at("2026-03-04 09:00")
    assert not acted(member).counted
    member.must(ActivityCancel(activity=over))
    assert member.balance == 40
    member.must(ActivityCancel(activity=first))
    assert acted(member).counted


def test_a_kind_may_refuse_what_is_over_its_limit() -> None:
    member = player({"limits": [{"per": "ever", "times": 1}], "over_limit": "refuse"})
    acted(member)
    assert member.refused(Activity(kind="review")) == {"activity_limit": {"per": "ever", "times": 1}}


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ((), "activity_field_required"),
        ((Told(name="stars", number=6),), "activity_field_invalid"),
        ((Told(name="stars", code="five"),), "activity_field_invalid"),
        ((Told(name="stars", number=5), Told(name="where", code="elsewhere")), "activity_field_invalid"),
        ((Told(name="stars", number=5), Told(name="again", number=2)), "activity_field_invalid"),
        ((Told(name="stars", number=5), Told(name="words", code="nice")), "activity_field_invalid"),
        ((Told(name="stars", number=5), Told(name="moons", number=1)), "activity_field_unknown"),
    ],
)
def test_what_is_told_of_an_activity_must_be_what_its_kind_says(told: tuple[Told, ...], code: str) -> None:
    fields = [
        {"id": "stars", "kind": "number", "required": True, "minimum": 1, "maximum": 5},
        {"id": "where", "kind": "choice", "choices": ["web", "app"]},
        {"id": "again", "kind": "yes_no"},
        {"id": "words", "kind": "text"},
    ]
    member = player({"fields": fields})
    assert member.refused(Activity(kind="review", told=told)).keys() == {code}
    right = (Told(name="stars", number=5), Told(name="where", code="app"), Told(name="again", number=1))
    assert acted(member, told=(*right, Told(name="words"))).counted


def test_a_kind_that_is_not_declared_is_refused() -> None:
    assert player().refused(Activity(kind="share")) == {"unknown_activity": {}}


def test_an_activity_of_long_ago_is_judged_on_its_own_day_or_not_at_all() -> None:
    member = player({"limits": [{"per": "day", "times": 1}]})
    member.at("2026-03-20 09:00")
    acted(member)
    late = acted(member, occurred_us=instant("2026-03-05 09:00"))
    assert (late.counted, late.local_day, late.warnings) == (True, day("2026-03-05"), ("late",))
    assert member.refused(Activity(kind="review", occurred_us=instant("2026-01-20 09:00"))) == {
        "too_old": {"days_max": 30}
    }


def test_conditions_ask_where_an_activity_was() -> None:
    there = BONUS | {"id": "there", "when": {"kind": "store", "any_of": ["D1"]}}
    member = player(None, there)
    assert (acted(member).points, acted(member, store="D1").points) == (20, 40)
