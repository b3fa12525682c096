"""Windows, needs, grace, levels for life and tiers by hand, by example (semantics 22, 23 and 25)."""

from typing import Any

import pytest

from app.engine.commands import MergeOut, TierGrant, TierGrantEnd
from tests.engine.builders import Member, instant, rulebook, timeline
from tests.engine.neighbours import Neighbours


def enough(counter: str, least: int) -> dict[str, Any]:
    return {"kind": "enough", "counter": counter, "at_least": least}


def ladder(*needs: Any, **terms: Any) -> dict[str, Any]:
    """Bronze, then silver and gold by these needs, or by points."""
    levels: list[dict[str, Any]] = [{"id": "bronze", "title": {"en": "Bronze"}, "from_points": 0}]
    for name, need in zip(("silver", "gold"), needs, strict=False):
        more = {"from_points": need} if isinstance(need, int) else {"needs": need} if "kind" in need else need
        levels.append({"id": name, "title": {"en": name}, **more})
    return {"levels": levels, **terms}


def held(member: Member, name: str = "") -> list[tuple[str, str, int]]:
    """The moves in a set of tiers: the level, why, and when."""
    return [(move.tier, move.reason, move.at_us) for move in member.state.tier_moves if move.ladder == name]


@pytest.mark.parametrize(
    ("period", "until"),
    [("year", "2028-01-01"), ("half_year", "2027-01-01"), ("quarter", "2026-07-01"), ("month", "2026-03-01")],
)
def test_a_calendar_window_counts_its_period_and_keeps_through_the_next(period: str, until: str) -> None:
    member = Member(rulebook(tiers=ladder(100, window={"kind": "calendar", "period": period})))
    member.buys(60)
    member.at("2026-01-31 23:59").buys(40)
    assert member.account.review_us == instant(until)
    member.waits(until)
    assert held(member)[-1] == ("bronze", "review_demotion", instant(until))


def test_what_was_done_in_the_period_before_does_not_count() -> None:
    member = Member(rulebook(tiers=ladder(100, window={"kind": "calendar", "period": "month"})))
    member.buys(60)
    member.at("2026-02-01 00:00").buys(40)
    assert held(member) == []


def test_the_review_of_a_calendar_window_looks_at_the_period_that_has_just_ended() -> None:
    member = Member(rulebook(tiers=ladder(100, window={"kind": "calendar", "period": "month"})))
    member.buys(100)
    member.at("2026-02-28 12:00").buys(100)
    member.waits("2026-03-01 00:00")
    assert held(member)[-1] == ("silver", "review_kept", instant("2026-03-01"))
    assert member.account.review_us == instant("2026-04-01")


def test_an_anniversary_window_begins_with_the_day_of_enrolment() -> None:
    member = Member(rulebook(tiers=ladder(100, window={"kind": "anniversary"})), start="2024-02-29 09:00")
    member.buys(60)
    member.at("2025-02-27 23:59").buys(30)
    member.at("2025-02-28 00:00").buys(40)
    assert held(member) == []
    member.buys(60)
    assert held(member) == [("silver", "promotion", instant("2025-02-28"))]
    assert member.account.review_us == instant("2027-02-28")


def test_a_lifetime_window_counts_everything() -> None:
    member = Member(rulebook(tiers=ladder(100, window={"kind": "lifetime"}, review_months=1)))
    member.buys(60)
    member.at("2031-05-01 09:00").buys(40)
    member.waits("2039-01-01")
    assert {reason for _, reason, _ in held(member)} == {"promotion", "review_kept"}


def test_needs_are_met_all_together_or_any_of_them() -> None:
    both = {"kind": "all", "needs": [enough("visits", 2), enough("spend", 100)]}
    either = {"kind": "any", "needs": [both, enough("points", 300)]}
    member = Member(rulebook(tiers=ladder(either)))
    member.buys(99)
    member.buys(1)
    assert member.account.tier == "silver"
    other = Member(rulebook(tiers=ladder(either)))
    other.buys(299)
    assert other.account.tier is None
    other = Member(rulebook(tiers=ladder(either)))
    other.buys(300)
    assert other.account.tier == "silver"


def test_grace_keeps_a_level_and_its_window_open() -> None:
    terms = {"window": {"kind": "calendar", "period": "month"}, "grace_days": 10}
    member = Member(rulebook(tiers=ladder(100, **terms)))
    member.buys(100)
    member.at("2026-02-10 09:00").buys(60)
    member.waits("2026-03-01 00:00")
    assert (member.account.tier, member.account.review_us) == ("silver", instant("2026-03-11"))
    member.at("2026-03-10 23:59").buys(40)
    member.waits("2026-03-11 00:00")
    assert [reason for _, reason, _ in held(member)] == ["promotion", "grace", "review_kept"]
    assert member.account.review_us == instant("2026-04-01")


def test_grace_ends() -> None:
    member = Member(rulebook(tiers=ladder(100, window_months=1, review_months=1, grace_days=10)))
    member.buys(100)
    member.waits("2026-02-20 23:59")
    assert member.account.tier == "silver"
    member.waits("2026-02-21 00:00")
    assert held(member)[-1] == ("bronze", "review_demotion", instant("2026-02-21"))


def test_a_level_for_ever_is_never_lost() -> None:
    silver = {"from_points": 100, "forever": True}
    member = Member(rulebook(tiers=ladder(silver, 300, window_months=1, review_months=1, after_refund="immediate")))
    bought = member.buys(100)
    assert member.account.review_us is None
    member.refunds(bought)
    member.buys(300)
    member.waits("2026-02-11 00:00")
    assert [tier for tier, _, _ in held(member)] == ["silver", "gold", "silver"]
    member.waits("2030-01-01")
    assert member.account.tier == "silver"


@pytest.mark.parametrize(
    ("after", "stays"),
    [({"years": 3}, "silver"), ({"years": 4}, "bronze"), ({"points": 300}, "silver"), ({"points": 301}, "bronze")],
)
def test_a_level_is_for_life_after_years_or_with_points_ever_earned(after: dict[str, int], stays: str) -> None:
    silver = {"from_points": 100, "lifetime_after": after}
    member = Member(rulebook(tiers=ladder(silver)))
    member.buys(100)
    member.at("2027-01-10 09:00").buys(100)
    member.at("2028-01-10 09:00").buys(99)
    member.buys(1, occurred="2027-12-31 09:00")
    member.waits("2031-01-01")
    assert member.account.tier == stays


def test_refunds_that_never_lower_a_level_go_on_counting_in_every_metric() -> None:
    terms = {"window_months": 1, "review_months": 1, "after_refund": "never"}
    wine = {"id": "wine", "title": {"en": "Wine"}, **ladder(enough("spend", 100), enough("visits", 2), **terms)}
    member = Member(rulebook(tier_sets=[wine]))
    for day in ("2026-02-01 09:00", "2026-02-10 09:00"):
        member.at(day)
        for _ in range(2):
            member.refunds(member.buys(50))
        member.buys(0)
        assert held(member, "wine")[-1][0] == "gold"
    member.waits("2026-03-02 00:00")
    assert held(member, "wine")[-1][1] == "review_kept"


def test_a_refund_is_felt_at_once_in_every_metric() -> None:
    member = Member(rulebook(tiers=ladder(enough("visits", 2), after_refund="immediate")))
    bought = member.buys(1)
    member.buys(1)
    member.refunds(bought)
    assert [(tier, reason) for tier, reason, _ in held(member)] == [("silver", "promotion"), ("bronze", "refund")]


def test_late_purchases_count_on_their_own_day_and_spending_lowers_nothing() -> None:
    member = Member(rulebook(tiers=ladder(100, window={"kind": "calendar", "period": "month"})))
    member.at("2026-02-03 09:00")
    member.buys(100, occurred="2026-01-31 09:00")
    assert member.account.tier is None
    member.buys(100)
    member.redeems(150)
    assert member.account.tier == "silver"


def test_what_was_given_ends_where_a_promise_of_before_goes_on() -> None:
    member = Member(rulebook(tiers=ladder(100, 300, window_months=1)))
    member.buys(100)
    member.must(TierGrant(tier="gold", reason="vip", until_us=instant("2026-06-01")))
    member.waits("2026-06-01")
    assert (member.account.tier, member.account.review_us) == ("silver", instant("2027-01-11"))


def test_what_is_given_replaces_what_was_given_before() -> None:
    member = Member(rulebook(tiers=ladder(100, 300)))
    member.must(TierGrant(tier="gold", reason="vip"))
    member.must(TierGrant(tier="silver", reason="mistake", until_us=instant("2026-02-01")))
    assert (member.account.tier, member.account.review_us) == ("silver", instant("2026-02-01"))
    member.must(TierGrantEnd(reason="over"))
    assert member.account.tier == "bronze"
    assert member.refused(TierGrantEnd(reason="over")) == {"nothing_granted": {}}


def test_every_set_of_tiers_goes_its_own_way() -> None:
    wine = {"id": "wine", "title": {"en": "Wine"}, **ladder(enough("visits", 1), review_months=1, window_months=1)}
    member = Member(rulebook(tiers=ladder(100), tier_sets=[wine]))
    member.buys(100)
    member.waits("2026-02-11")
    assert [tier for tier, _, _ in held(member)] == ["silver"]
    assert [tier for tier, _, _ in held(member, "wine")] == ["silver", "bronze"]


def test_merging_keeps_the_better_of_both_in_every_set() -> None:
    wine = {"id": "wine", "title": {"en": "Wine"}, **ladder(enough("visits", 2), enough("visits", 3))}
    town = Neighbours(rulebook(tier_sets=[wine], tiers=ladder(100)))
    one, other = town.enrols(), town.enrols()
    town.buys(other, 1)
    town.buys(other, 1)
    town.buys(one, 1)
    town.must(other, TierGrant(tier="silver", reason="vip", until_us=instant("2026-06-01")))
    town.must(other, MergeOut(into=one))
    moves = [(m.ladder, m.tier, m.reason) for m in town.states[one].tier_moves]
    assert moves[:2] == [("", "silver", "granted"), ("wine", "silver", "merge")]
    assert moves[2:] == [("wine", "gold", "promotion")]


def test_a_new_version_ends_no_tier_early_and_its_own_terms_begin_with_the_next_review() -> None:
    strict = rulebook(tiers=ladder(200, review_months=1))
    published = timeline((0, rulebook(tiers=ladder(100))), (instant("2026-02-01"), strict))
    member = Member(published=published)
    member.buys(100)
    member.waits("2027-01-10 23:59")
    assert member.account.tier == "silver"
    member.waits("2027-01-11 00:00")
    assert held(member)[-1] == ("bronze", "review_demotion", instant("2027-01-11"))


def gifts(member: Member) -> list[tuple[str, int]]:
    """Every prize of a level, by what it was for."""
    return [(prized.cause, prized.points) for change in member.changes for prized in change.reached]


def test_a_level_gives_something_to_whoever_reaches_it_for_the_first_time() -> None:
    silver = {"from_points": 100, "on_reaching": {"points": 10, "badge": "star"}}
    gold = {"from_points": 300, "on_reaching": {"points": 20}}
    terms = ladder(silver, gold, window_months=1, review_months=1)
    member = Member(rulebook(tiers=terms, badges=[{"id": "star", "title": {"en": "Star"}}]))
    member.buys(300)
    assert (gifts(member), member.balance) == ([("tier/silver", 10), ("tier/gold", 20)], 330)
    member.at("2026-06-01 09:00").buys(300)
    assert (len(gifts(member)), member.account.tier) == (2, "gold")


def test_a_refund_that_takes_a_level_takes_what_it_gave() -> None:
    silver = {"from_points": 100, "on_reaching": {"points": 10}}
    member = Member(rulebook(tiers=ladder(silver, after_refund="immediate")))
    bought = member.buys(100)
    member.refunds(bought)
    assert (member.account.tier, member.balance) == ("bronze", 0)
    member.buys(100)
    assert (gifts(member), member.balance) == ([("tier/silver", 10)] * 2, 110)
