"""Tiers of a member: promotion, reviews, the window they count, and what refunds do to them (semantics 22 to 24)."""

import pytest

from app.engine.outcomes import Purchased
from app.engine.state import TallyDay
from tests.engine.builders import Member, day, instant, rulebook, tiers, timeline

LADDER = tiers(100, 300)


def tier_of_last_purchase(member: Member) -> str | None:
    outcome = member.changes[-1].outcome
    assert isinstance(outcome, Purchased)
    return outcome.tier


def moves(member: Member) -> list[tuple[str, str, int]]:
    return [(move.tier, move.reason, move.at_us) for move in member.state.tier_moves]


def silver(**terms: int | str) -> Member:
    """A member who reached silver on 10 January 2026, with a window and a review of two months."""
    member = Member(rulebook(tiers=tiers(100, 300, window=2, review=2, **terms)))  # type: ignore[arg-type]
    member.buys(100)
    assert member.account.tier == "silver"
    return member


def test_nobody_has_a_tier_before_the_first_promotion() -> None:
    member = Member(rulebook(tiers=LADDER))
    member.buys(99)
    assert (member.account.tier, member.account.review_us, moves(member)) == (None, None, [])


def test_promotion_is_immediate() -> None:
    member = Member(rulebook(tiers=LADDER))
    member.buys(99)
    member.buys(1)
    assert moves(member) == [("silver", "promotion", instant("2026-01-10 09:00"))]


def test_a_purchase_that_crosses_the_line_earns_at_the_old_tier() -> None:
    member = Member(rulebook(tiers=LADDER))
    member.buys(100)
    assert tier_of_last_purchase(member) is None
    member.buys(1)
    assert tier_of_last_purchase(member) == "silver"


def test_a_large_purchase_skips_levels() -> None:
    member = Member(rulebook(tiers=LADDER))
    member.buys(300)
    assert [move[0] for move in moves(member)] == ["gold"]


def test_a_promotion_is_kept_for_so_many_months() -> None:
    member = silver()
    assert member.account.review_us == instant("2026-03-11")


def test_the_tally_counts_points_spend_and_visits_of_the_local_day() -> None:
    member = Member(rulebook(tiers=LADDER), start="2026-01-10 23:30")
    member.buys(10, 5)
    member.at("2026-01-11 00:30").buys(7)
    assert member.state.tallies == (
        TallyDay(day=day("2026-01-10"), points=15, spend_minor=15, visits=1),
        TallyDay(day=day("2026-01-11"), points=7, spend_minor=7, visits=1),
    )


def test_a_review_keeps_who_still_qualifies() -> None:
    member = silver()
    member.at("2026-02-10 09:00").buys(100)
    change = member.waits("2026-03-11 00:00")
    assert [(move.tier, move.reason, move.review_us) for move in change.tier_moves] == [
        ("silver", "review_kept", instant("2026-05-11"))
    ]


def test_the_purchase_that_earned_the_tier_does_not_count_at_its_review() -> None:
    change = silver().waits("2026-03-11 00:00")
    assert [(move.tier, move.reason, move.review_us) for move in change.tier_moves] == [
        ("bronze", "review_demotion", None)
    ]


def test_a_purchase_of_the_day_after_counts_at_the_review() -> None:
    member = silver()
    member.at("2026-01-11 00:00").buys(100)
    assert member.waits("2026-03-11 00:00").tier_moves[0].reason == "review_kept"


def test_whoever_buys_the_same_on_the_last_certain_day_keeps_the_tier() -> None:
    member = silver()
    member.at("2026-03-10 23:59").buys(100)
    assert member.waits("2026-03-11 00:00").tier_moves[0].reason == "review_kept"


def test_a_review_happens_at_its_own_instant_however_late_somebody_looks() -> None:
    member = silver()
    member.at("2026-02-10 09:00").buys(100)
    change = member.waits("2027-01-01 12:00")
    assert [(move.tier, move.at_us) for move in change.tier_moves] == [
        ("silver", instant("2026-03-11")),
        ("bronze", instant("2026-05-11")),
    ]


def test_a_review_sums_up_to_its_day_exclusive() -> None:
    member = silver()
    member.at("2026-03-11 00:00").buys(100)
    assert moves(member)[-2:] == [
        ("bronze", "review_demotion", instant("2026-03-11")),
        ("silver", "promotion", instant("2026-03-11")),
    ]


@pytest.mark.parametrize(
    ("demotion", "expected"), [("to_qualified", "bronze"), ("one_step", "silver"), ("never", "gold")]
)
def test_demotion_follows_its_policy(demotion: str, expected: str) -> None:
    member = Member(rulebook(tiers=tiers(100, 300, window=1, review=3, demotion=demotion)))
    member.buys(300)
    member.waits("2026-04-11 00:00")
    assert member.account.tier == expected


def test_spending_points_never_lowers_a_tier() -> None:
    member = silver()
    member.redeems(100)
    assert (member.account.tier, member.account.window_points) == ("silver", 100)


def test_expiry_takes_nothing_from_a_tally() -> None:
    member = Member(rulebook(tiers=LADDER, expiry={"kind": "rolling_days", "days": 1}))
    member.buys(60)
    member.at("2026-02-01 09:00").buys(40)
    assert member.account.tier == "silver"


def test_a_refund_subtracts_on_the_purchases_own_day() -> None:
    member = Member(rulebook(tiers=LADDER))
    bought = member.buys(60)
    member.at("2026-01-20 09:00").refunds(bought)
    assert member.state.tallies == (TallyDay(day=day("2026-01-10"), points=0, spend_minor=0, visits=0),)


def test_a_refund_leaves_the_tier_until_its_review() -> None:
    member = Member(rulebook(tiers=tiers(100, 300, window=2, review=2)))
    bought = member.buys(100)
    member.refunds(bought)
    assert (member.account.tier, member.account.window_points) == ("silver", 0)
    member.waits("2026-03-11 00:00")
    assert member.account.tier == "bronze"


def test_points_that_leave_the_window_do_not_count_for_a_promotion() -> None:
    member = Member(rulebook(tiers=tiers(100, window=1)))
    member.buys(60)
    member.at("2026-02-11 09:00").buys(60)
    assert (member.account.tier, member.account.window_points) == (None, 60)


def test_points_of_the_first_day_of_the_window_count() -> None:
    member = Member(rulebook(tiers=tiers(100, window=1)))
    member.buys(60)
    member.at("2026-02-10 23:00").buys(60)
    assert member.account.tier == "silver"


def test_a_new_rulebook_ends_no_tier_early() -> None:
    stricter = rulebook(tiers=tiers(500, 900, window=2, review=2))
    member = Member(
        published=timeline(
            (instant("2026-01-01"), rulebook(tiers=tiers(100, 300, window=2, review=2))),
            (instant("2026-02-01"), stricter),
        )
    )
    member.buys(100)
    member.at("2026-02-10 09:00").buys(400)
    member.waits("2026-03-10 23:59")
    assert member.account.tier == "silver"
    member.waits("2026-03-11 00:00")
    assert member.account.tier == "bronze"


def test_a_longer_window_finds_what_an_earlier_one_had_left_behind() -> None:
    member = Member(
        published=timeline(
            (instant("2026-01-01"), rulebook(tiers=tiers(100, window=1))),
            (instant("2026-04-01"), rulebook(tiers=tiers(100, window=6))),
        )
    )
    member.buys(60)
    member.at("2026-03-20 09:00").buys(1)
    member.at("2026-04-02 09:00").buys(39)
    assert (member.account.tier, member.account.window_points) == ("silver", 100)


def test_answers_say_where_the_member_stands() -> None:
    change = silver().changes[-1]
    assert (change.after.tier, change.after.window_points, change.after.review_us) == (
        "silver",
        100,
        instant("2026-03-11"),
    )
