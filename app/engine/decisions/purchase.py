"""Purchases: earn on a basket at the tier held, pay its points tender, qualify a referral, promote."""

from typing import Final

from app.engine.calendar import expiry_us, local_moment
from app.engine.change import INT64_MAX, Change, Draw, Purchased, Referral, RewardReferrer
from app.engine.commands import Purchase
from app.engine.context import Context, Edition
from app.engine.decisions.pricing import tender_price
from app.engine.facts import Award, Basket, Facts
from app.engine.ledger.draft import Draft
from app.engine.refusals import Refusal, refuse
from app.engine.rulebook.evaluate import evaluate
from app.engine.settle import expire_until, promote

DAY_US: Final = 86_400_000_000
LATE_DAYS_MAX: Final = 30
SKEW_US_MAX: Final = 60_000_000


def purchase(command: Purchase, draft: Draft, context: Context) -> Change | Refusal:
    """Judge the basket by the rulebook and the tier of its own instant.

    Refuses with too_old, no_rulebook, currency_mismatch, number_too_large, or a reason of its tenders.
    """
    asked_us = context.now_us if command.occurred_us is None else command.occurred_us
    occurred_us = min(asked_us, context.now_us)
    if context.now_us - occurred_us > LATE_DAYS_MAX * DAY_US:
        return refuse("too_old", "/occurred_at", days_max=LATE_DAYS_MAX)
    edition = context.timeline.in_force(occurred_us)
    if edition is None:
        return refuse("no_rulebook")
    basket = command.basket
    if basket.currency != context.currency:
        return refuse("currency_mismatch", "/currency", expected=context.currency)
    total_minor = sum(line.amount_minor for line in basket.lines)
    if total_minor > INT64_MAX:
        return refuse("number_too_large", "/lines")
    priced = tender_price(basket, total_minor, edition.compiled.document.redemption, draft.free)
    if isinstance(priced, Refusal):
        return priced
    paid_points, paid_minor = priced
    tier = draft.tier_at(occurred_us)
    facts = _facts(basket, occurred_us, context.zone, tier, paid_minor)
    award = evaluate(edition.compiled, facts)
    if award.points + draft.balance > INT64_MAX:
        return refuse("number_too_large", "/lines")
    draws = draft.draw(paid_points)
    draft.post("redemption", -paid_points, occurred_us)
    lot = _earn(draft, context, edition, award, occurred_us)
    draft.tally(facts.local_day, award.points, total_minor, 1)
    referral_points, referral_lot = _qualify(
        draft, context, edition, occurred_us, total_minor - paid_minor
    )
    promote(draft, context)
    expire_until(draft, context.now_us)
    warnings = ("clock_skew",) if asked_us - context.now_us > SKEW_US_MAX else ()
    return draft.finish(
        _purchased(
            facts,
            award,
            occurred_us=occurred_us,
            rulebook=edition.version,
            lot=lot,
            total_minor=total_minor,
            paid_points=paid_points,
            draws=draws,
            referral=(referral_points, referral_lot),
            warnings=warnings,
        )
    )


def _facts(basket: Basket, occurred_us: int, zone: str, tier: str | None, paid_minor: int) -> Facts:
    day, weekday, minute = local_moment(occurred_us, zone)
    return Facts(
        basket=basket,
        local_day=day,
        weekday=weekday,
        minute_of_day=minute,
        tier=tier,
        points_paid_minor=paid_minor,
    )


def _earn(
    draft: Draft, context: Context, edition: Edition, award: Award, occurred_us: int
) -> int | None:
    expires_us = expiry_us(edition.compiled.document.expiry, occurred_us, context.zone)
    return draft.credit("accrual", award.points, context.fact, occurred_us, expires_us)


def _qualify(
    draft: Draft, context: Context, edition: Edition, occurred_us: int, paid_minor: int
) -> tuple[int, int | None]:
    """The friend's own reward, and word for the referrer; at most once while it stands."""
    account, terms = draft.account, edition.compiled.document.referral
    if account.referrer is None or account.referral_until_us is None or terms is None:
        return 0, None
    if account.referral_purchase is not None or occurred_us >= account.referral_until_us:
        return 0, None
    if paid_minor < terms.minimum_minor:
        return 0, None
    draft.referral = Referral(purchase=context.fact)
    if terms.referrer_points:
        draft.effects.append(
            RewardReferrer(referrer=account.referrer, points=terms.referrer_points)
        )
    expires_us = expiry_us(edition.compiled.document.expiry, occurred_us, context.zone)
    lot = draft.credit("referral", terms.friend_points, context.fact, occurred_us, expires_us)
    return terms.friend_points, lot


def _purchased(
    facts: Facts,
    award: Award,
    *,
    occurred_us: int,
    rulebook: int,
    lot: int | None,
    total_minor: int,
    paid_points: int,
    draws: tuple[Draw, ...],
    referral: tuple[int, int | None],
    warnings: tuple[str, ...],
) -> Purchased:
    return Purchased(
        occurred_us=occurred_us,
        local_day=facts.local_day,
        rulebook=rulebook,
        tier=facts.tier,
        points=award.points,
        line_points=award.line_points,
        lot=lot,
        total_minor=total_minor,
        paid_points=paid_points,
        paid_minor=facts.points_paid_minor,
        draws=draws,
        referral_points=referral[0],
        referral_lot=referral[1],
        trace=award.trace,
        warnings=warnings,
    )
