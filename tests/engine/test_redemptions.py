"""Redeeming points, alone and as a tender of a purchase (semantics 3, 4, 19, 20)."""

import pytest

from app.engine.commands import Adjustment, Command, Purchase, Redemption
from app.engine.facts import Tender
from app.engine.outcomes import Purchased, Redeemed
from app.engine.refusals import Refusal
from tests.engine.builders import Member, basket, instant, rulebook

STEPS = {"points": 100, "value_minor": 5000, "step_points": 50, "minimum_points": 100}


def rich(points: int = 1000) -> Member:
    member = Member(rulebook(redemption=STEPS))
    member.buys(points)
    return member


def test_points_are_worth_their_rate() -> None:
    member = rich()
    member.redeems(150)
    outcome = member.changes[-1].outcome
    assert isinstance(outcome, Redeemed)
    assert (outcome.points, outcome.value_minor, outcome.rulebook) == (150, 7500, 1)
    assert member.balance == 850


def test_every_reason_is_given_with_its_numbers() -> None:
    member = rich(60)
    assert member.refused(Redemption(points=75)) == {
        "below_minimum": {"minimum": 100, "requested": 75},
        "not_a_step": {"step": 50, "requested": 75},
        "insufficient_points": {"available": 60, "requested": 75},
    }
    assert member.balance == 60


def test_a_programme_may_not_redeem_at_all() -> None:
    member = Member(rulebook(redemption=None))
    member.buys(100)
    assert member.refused(Redemption(points=1)) == {"not_redeemable": {}}


def test_what_is_paid_with_points_earns_nothing() -> None:
    member = rich()
    member.must(Purchase(basket=basket(20000, 10000, points=200)))
    outcome = member.changes[-1].outcome
    assert isinstance(outcome, Purchased)
    assert (outcome.paid_points, outcome.paid_minor, outcome.total_minor) == (200, 10000, 30000)
    assert outcome.points == 20000
    assert member.entries(2) == [("redemption", -200), ("accrual", 20000)]


def test_the_value_of_a_points_tender_is_spread_over_the_lines_and_sums_exactly() -> None:
    member = rich()
    member.must(Purchase(basket=basket(3333, 3333, 3334, points=100)))
    outcome = member.changes[-1].outcome
    assert isinstance(outcome, Purchased)
    assert outcome.line_points == (1666, 1667, 1667)
    assert sum(outcome.line_points) == 10000 - 5000


@pytest.mark.parametrize(
    ("tenders", "amount", "reasons"),
    [
        ((Tender(kind="points", points=200),), 9999, {"exceeds_basket": {"most_points": 150, "requested": 200}}),
        ((Tender(kind="points", points=100, amount_minor=4999),), 9999, {"tender_value_mismatch": {"expected": 5000}}),
        (
            (Tender(kind="cash", amount_minor=5000), Tender(kind="points", points=100)),
            9999,
            {"tenders_exceed_total": {"total": 9999}},
        ),
        ((Tender(kind="card", amount_minor=10000),), 9999, {"tenders_exceed_total": {"total": 9999}}),
        (
            (Tender(kind="points", points=100), Tender(kind="points", points=100)),
            99999,
            {"more_than_one_points_tender": {}},
        ),
        ((Tender(kind="points", points=5000),), 10**6, {"insufficient_points": {"available": 1000, "requested": 5000}}),
    ],
)
def test_tenders_that_cannot_be_are_refused(
    tenders: tuple[Tender, ...], amount: int, reasons: dict[str, dict[str, int]]
) -> None:
    member = rich()
    assert member.refused(Purchase(basket=basket(amount, tenders=tenders))) == reasons
    assert member.balance == 1000


def test_a_points_tender_may_state_its_value() -> None:
    member = rich()
    tenders = (Tender(kind="points", points=100, amount_minor=5000), Tender(kind="cash", amount_minor=1000))
    member.must(Purchase(basket=basket(6000, tenders=tenders)))
    assert member.balance == 1000 - 100 + 1000


def test_zero_amounts_and_empty_baskets_are_legal() -> None:
    member = Member()
    member.buys()
    member.buys(0, 0)
    assert member.balance == 0
    assert member.state.tallies[0].visits == 2


def test_another_currency_is_refused() -> None:
    assert Member().refused(Purchase(basket=basket(1, currency="KZT"))) == {"currency_mismatch": {"expected": "VND"}}


def pointers(member: Member, command: Command) -> list[tuple[str, str]]:
    refusal = member.ask(command)
    assert isinstance(refusal, Refusal)
    return [(reason.code, reason.pointer) for reason in refusal.reasons]


def test_a_refusal_points_at_what_is_wrong() -> None:
    member = Member(rulebook(redemption={"points": 10, "value_minor": 1, "step_points": 10, "minimum_points": 10}))
    member.buys(100)
    assert pointers(member, Redemption(points=15)) == [("not_a_step", "/points")]
    assert pointers(member, Purchase(basket=basket(10, currency="KZT"))) == [("currency_mismatch", "/currency")]
    cash = basket(10, tenders=[Tender(kind="cash", amount_minor=11)])
    assert pointers(member, Purchase(basket=cash)) == [("tenders_exceed_total", "/tenders")]


def test_numbers_that_do_not_fit_are_refused() -> None:
    generous = {"rules": [{"id": "base", "effect": {"kind": "per_amount", "points": 10**9, "per_minor": 1}}]}
    member = Member(rulebook(earning=generous))
    assert set(member.refused(Purchase(basket=basket(10**12)))) == {"number_too_large"}
    assert set(member.refused(Purchase(basket=basket(2**63 - 1, 2**63 - 1)))) == {"number_too_large"}
    member.must(Purchase(basket=basket(1)))
    assert member.balance == 10**9


STAMPS = {"id": "stamps", "title": {"en": "Stamps"}, "redemption": STEPS}


def test_points_of_another_wallet_are_redeemed_by_its_own_terms() -> None:
    member = Member(rulebook(wallets=[STAMPS, {"id": "badges", "title": {"en": "Badges"}}]))
    member.buys(1000)
    member.must(Adjustment(points=200, wallet="stamps", reason="gift"))
    redeemed = member.must(Redemption(points=150, wallet="stamps"))
    outcome = member.changes[-1].outcome
    assert isinstance(outcome, Redeemed)
    assert (outcome.wallet, outcome.points, outcome.value_minor) == ("stamps", 150, 7500)
    assert [(e.wallet, e.kind, e.points) for e in member.changes[-1].entries] == [("stamps", "redemption", -150)]
    assert (member.balance, member.account.purse("stamps").free) == (1000, 50)
    assert member.refused(Redemption(points=100, wallet="stamps")) == {
        "insufficient_points": {"available": 50, "requested": 100}
    }
    member.cancels(redeemed)
    assert (member.balance, member.account.purse("stamps").free) == (1000, 200)


def test_a_wallet_that_is_worth_no_money_or_does_not_exist_is_not_redeemed() -> None:
    member = Member(rulebook(wallets=[{"id": "badges", "title": {"en": "Badges"}}]))
    assert member.refused(Redemption(points=1, wallet="badges")) == {"not_redeemable": {}}
    assert member.refused(Redemption(points=1, wallet="miles")) == {"unknown_wallet": {}}


def test_a_value_that_does_not_fit_is_refused() -> None:
    dear = {"points": 1, "value_minor": 10**12, "step_points": 1, "minimum_points": 1}
    member = Member(rulebook(redemption=dear))
    member.buys(10**9)
    assert member.refused(Redemption(points=10**8)) == {"number_too_large": {}}


def test_redeeming_is_an_activity() -> None:
    member = Member(rulebook(expiry={"kind": "inactivity", "days": 30}))
    member.buys(10)
    member.at("2026-02-01 09:00").redeems(1)
    assert member.account.lapses_us == instant("2026-03-04")


def test_points_pay_at_most_so_many_and_at_most_their_share_of_a_basket() -> None:
    terms = {"points": 1, "value_minor": 1, "step_points": 1, "minimum_points": 1, "maximum_points": 400}
    member = Member(rulebook(redemption=terms | {"maximum_percent": 50}))
    member.buys(1000)
    assert member.refused_for_redeeming(401) == {"above_maximum": {"maximum": 400, "requested": 401}}
    assert member.refused(Purchase(basket=basket(501, points=251))) == {
        "exceeds_basket": {"most_points": 250, "requested": 251}
    }
    member.buys(501, points=250)
    member.redeems(400)
    assert member.balance == 1000 - 250 + 251 - 400
