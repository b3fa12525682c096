"""Activities that arrive late, early or in another order than they happened (semantics 29)."""

from app.engine.commands import Purchase
from app.engine.outcomes import Purchased
from app.engine.state import TallyDay
from tests.engine.builders import HOUR_US, Member, basket, day, instant, rulebook, tiers, timeline

TIERED = [
    {"id": "base", "effect": {"kind": "per_amount", "points": 1, "per_minor": 1}},
    {"id": "silver", "when": {"kind": "tier", "any_of": ["silver"]}, "effect": {"kind": "bonus", "points": 1000}},
]


def bought(member: Member) -> Purchased:
    outcome = member.changes[-1].outcome
    assert isinstance(outcome, Purchased)
    return outcome


def test_late_purchase_is_judged_by_the_rulebook_of_its_own_instant() -> None:
    double = [{"id": "base", "effect": {"kind": "per_amount", "points": 2, "per_minor": 1}}]
    member = Member(
        published=timeline(
            (instant("2026-01-01"), rulebook()), (instant("2026-02-01"), rulebook(earning={"rules": double}))
        )
    )
    member.at("2026-02-02 09:00").buys(10, occurred="2026-01-31 09:00")
    assert (bought(member).points, bought(member).rulebook) == (10, 1)
    member.buys(10)
    assert (bought(member).points, bought(member).rulebook) == (20, 2)


def test_late_purchase_is_judged_by_the_tier_of_its_own_instant() -> None:
    member = Member(rulebook(tiers=tiers(100), earning={"rules": TIERED}))
    member.at("2026-01-12 09:00").buys(100)
    member.buys(10, occurred="2026-01-11 09:00")
    assert (bought(member).tier, bought(member).points) == (None, 10)
    member.buys(10, occurred="2026-01-12 10:00")
    assert (bought(member).tier, bought(member).points) == ("silver", 1010)


def test_late_purchase_moves_no_bonus_of_another() -> None:
    member = Member(rulebook(tiers=tiers(100), earning={"rules": TIERED}))
    member.at("2026-01-12 09:00").buys(60)
    member.at("2026-01-13 09:00").buys(10)
    first = member.changes[-1]
    member.buys(60, occurred="2026-01-11 09:00")
    assert member.changes[-2] == first
    assert member.account.tier == "silver"


def test_late_purchase_counts_on_its_own_day_and_promotes_at_once() -> None:
    member = Member(rulebook(tiers=tiers(100)))
    member.at("2026-01-20 09:00").buys(100, occurred="2026-01-12 09:00")
    assert member.state.tallies == (TallyDay(day=day("2026-01-12"), points=100, spend_minor=100, visits=1),)
    assert [(move.tier, move.at_us) for move in member.state.tier_moves] == [("silver", instant("2026-01-20 09:00"))]


def test_late_lot_is_dated_from_when_it_happened_and_may_expire_at_once() -> None:
    member = Member(rulebook(expiry={"kind": "rolling_days", "days": 3}))
    member.at("2026-01-20 09:00").buys(10, occurred="2026-01-12 09:00")
    assert member.entries() == [("accrual", 10), ("expiry", -10)]
    assert [entry.effective_us for entry in member.changes[-1].entries] == [
        instant("2026-01-12 09:00"),
        instant("2026-01-16"),
    ]
    assert member.balance == 0


def test_late_purchase_brings_no_expired_point_back() -> None:
    member = Member(rulebook(expiry={"kind": "rolling_days", "days": 3}))
    member.buys(50)
    member.waits("2026-01-14 00:00")
    member.buys(10, occurred="2026-01-13 09:00")
    assert (member.balance, member.lots[1].expired) == (10, 50)


def test_a_purchase_is_too_old_after_thirty_days() -> None:
    member = Member(start="2026-01-10 09:00")
    member.at("2026-02-20 09:00")
    member.buys(1, occurred="2026-01-21 09:00")
    older = Purchase(basket=basket(1), occurred_us=instant("2026-01-21 09:00") - 1)
    assert member.refused(older) == {"too_old": {"days_max": 30}}


def test_a_purchase_from_the_future_is_judged_now_with_a_warning() -> None:
    member = Member()
    member.must(Purchase(basket=basket(10), occurred_us=member.now_us + 7 * HOUR_US))
    assert (bought(member).occurred_us, bought(member).warnings) == (member.now_us, ("clock_skew",))


def test_a_till_that_is_seconds_ahead_is_not_warned_about() -> None:
    member = Member()
    member.must(Purchase(basket=basket(10), occurred_us=member.now_us + 30_000_000))
    assert (bought(member).occurred_us, bought(member).warnings) == (member.now_us, ())


def test_a_purchase_before_the_first_rulebook_is_refused() -> None:
    member = Member(published=timeline((instant("2026-01-15"), rulebook())))
    member.at("2026-01-20 09:00")
    assert set(member.refused(Purchase(basket=basket(1), occurred_us=instant("2026-01-14")))) == {"no_rulebook"}
    member.buys(1, occurred="2026-01-15 00:00")
    assert member.balance == 1


def test_the_rulebook_says_how_old_a_purchase_may_be_unless_an_operator_records_it() -> None:
    member = Member(rulebook(late={"days_max": 2}))
    member.at("2026-01-20 09:00")
    older = Purchase(basket=basket(10), occurred_us=instant("2026-01-18 09:00") - 1)
    assert member.refused(older) == {"too_old": {"days_max": 2}}
    member.must(Purchase(basket=basket(10), occurred_us=instant("2026-01-18 09:00") - 1, any_age=True))
    assert (bought(member).points, bought(member).warnings) == (10, ("late",))


def test_a_rulebook_may_refuse_a_purchase_from_the_future() -> None:
    member = Member(rulebook(late={"clock_skew": "refuse"}))
    ahead = Purchase(basket=basket(10), occurred_us=member.now_us + 7 * HOUR_US)
    assert member.refused(ahead) == {"clock_skew": {"seconds_ahead": 25200, "seconds_max": 60}}
    member.must(Purchase(basket=basket(10), occurred_us=member.now_us + 60_000_000))


def test_a_purchase_is_late_after_a_day() -> None:
    member = Member(start="2026-01-10 09:00")
    member.at("2026-01-12 09:00").buys(1, occurred="2026-01-11 09:00")
    assert bought(member).warnings == ()
    member.must(Purchase(basket=basket(10), occurred_us=instant("2026-01-11 09:00") - 1))
    assert bought(member).warnings == ("late",)


def test_a_purchase_that_is_refused_says_every_reason() -> None:
    member = Member()
    member.at("2026-03-20 09:00")
    wrong = Purchase(basket=basket(10, points=5, currency="EUR"), occurred_us=instant("2026-01-10 09:00"))
    assert set(member.refused(wrong)) == {"too_old", "currency_mismatch", "insufficient_points"}


NEW_TIER = {**tiers(100), "promotion_earns": "new"}


def test_the_purchase_that_crosses_the_line_may_earn_at_the_new_tier() -> None:
    member = Member(rulebook(tiers=NEW_TIER, earning={"rules": TIERED}))
    member.buys(99)
    assert (bought(member).tier, bought(member).points) == (None, 99)
    member.buys(1)
    assert (bought(member).tier, bought(member).points, member.account.tier) == ("silver", 1001, "silver")


def test_a_late_purchase_earns_at_the_tier_of_its_time_though_it_crosses_the_line() -> None:
    member = Member(rulebook(tiers={**tiers(100, 200), "promotion_earns": "new"}, earning={"rules": TIERED}))
    member.at("2026-01-12 09:00").buys(50)
    member.at("2026-01-13 09:00").buys(50)
    member.at("2026-01-14 09:00").buys(100, occurred="2026-01-12 10:00")
    assert (bought(member).tier, bought(member).points, member.account.tier) == (None, 100, "gold")


def test_a_tier_that_the_purchase_would_not_reach_by_its_own_rules_is_not_reached() -> None:
    less = [
        {"id": "bronze", "when": {"kind": "tier", "any_of": ["bronze"]}, "effect": TIERED[0]["effect"]},
        {"id": "silver", "when": {"kind": "tier", "any_of": ["silver"]}, "effect": {"kind": "bonus", "points": 1}},
    ]
    member = Member(rulebook(tiers=NEW_TIER, earning={"rules": less}))
    member.buys(100)
    assert (bought(member).tier, bought(member).points, member.account.tier) == (None, 100, "silver")


def test_a_purchase_of_before_the_window_reaches_no_new_tier() -> None:
    member = Member(rulebook(tiers={**tiers(100, window=1), "promotion_earns": "new"}, earning={"rules": TIERED}))
    member.at("2026-03-20 09:00")
    member.must(Purchase(basket=basket(100), occurred_us=instant("2026-01-12 09:00"), any_age=True))
    assert (bought(member).tier, bought(member).points, member.account.tier) == (None, 100, None)
