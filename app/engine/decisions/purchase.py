"""Purchases: earn on a basket at the tier held, pay its points tender, qualify a referral, promote."""

from typing import Final

from msgspec import Struct

from app.engine.calendar import expiry_us, local_moment
from app.engine.change import BALANCE_MAX, Change
from app.engine.commands import Purchase
from app.engine.context import Context, Edition
from app.engine.decisions.pricing import tender_price
from app.engine.facts import Award, Basket, Facts
from app.engine.ledger.draft import Draft
from app.engine.movements import Referral, RewardReferrer
from app.engine.outcomes import Purchased
from app.engine.refusals import Refusal, refuse
from app.engine.rulebook.evaluate import evaluate
from app.engine.settle import expire_until, promote

DAY_US: Final = 86_400_000_000
LATE_DAYS_MAX: Final = 30
SKEW_US_MAX: Final = 60_000_000
# Nine thousand of the largest baskets a day still add up within 64 bits.
TOTAL_MINOR_MAX: Final = 10**15


class Judged(Struct, frozen=True, kw_only=True):
    """A basket that may be accepted: by which rulebook, what it earns, and what its points tender pays."""

    edition: Edition
    facts: Facts
    award: Award
    occurred_us: int
    total_minor: int
    paid_points: int
    warnings: tuple[str, ...]


def purchase(command: Purchase, draft: Draft, context: Context) -> Change | Refusal:
    """Earn on a basket at the tier held, and redeem its points tender.

    Refuses with too_old, no_rulebook, currency_mismatch, number_too_large, or a reason of its tenders.
    """
    judged = _judge(command, draft, context)
    if isinstance(judged, Refusal):
        return judged
    award, facts, occurred_us = judged.award, judged.facts, judged.occurred_us
    draws = draft.draw(judged.paid_points)
    draft.post("redemption", -judged.paid_points, occurred_us)
    expires_us = expiry_us(judged.edition.compiled.document.expiry, occurred_us, context.zone)
    lot = draft.credit("accrual", award.points, context.fact, occurred_us, expires_us)
    draft.standing.tally(facts.local_day, award.points, judged.total_minor, 1)
    referral_points, referral_lot = _qualify(judged, draft, context, expires_us)
    promote(draft, context)
    expire_until(draft, context.now_us)
    return draft.finish(
        Purchased(
            occurred_us=occurred_us,
            local_day=facts.local_day,
            rulebook=judged.edition.version,
            tier=facts.tier,
            points=award.points,
            line_points=award.line_points,
            lot=lot,
            total_minor=judged.total_minor,
            paid_points=judged.paid_points,
            paid_minor=facts.points_paid_minor,
            draws=draws,
            referral_points=referral_points,
            referral_lot=referral_lot,
            trace=award.trace,
            warnings=judged.warnings,
        )
    )


def _judge(command: Purchase, draft: Draft, context: Context) -> Judged | Refusal:
    """Judge the basket by the rulebook and the tier of its own instant; a future one by those of now."""
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
    if total_minor > TOTAL_MINOR_MAX:
        return refuse("number_too_large", "/lines")
    priced = tender_price(basket, total_minor, edition.compiled.document.redemption, draft.free)
    if isinstance(priced, Refusal):
        return priced
    paid_points, paid_minor = priced
    facts = _facts(basket, occurred_us, context.zone, draft.standing.tier_at(occurred_us), paid_minor)
    award = evaluate(edition.compiled, facts)
    if award.points > TOTAL_MINOR_MAX or award.points + draft.free > BALANCE_MAX:
        return refuse("number_too_large", "/lines")
    return Judged(
        edition=edition,
        facts=facts,
        award=award,
        occurred_us=occurred_us,
        total_minor=total_minor,
        paid_points=paid_points,
        warnings=("clock_skew",) if asked_us - context.now_us > SKEW_US_MAX else (),
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


def _qualify(judged: Judged, draft: Draft, context: Context, expires_us: int | None) -> tuple[int, int | None]:
    """The friend's own reward, and word for the referrer; at most once while it stands."""
    account, terms = draft.account, judged.edition.compiled.document.referral
    if account.referrer is None or account.referral_until_us is None or terms is None:
        return 0, None
    if account.referral_purchase is not None or judged.occurred_us >= account.referral_until_us:
        return 0, None
    if judged.total_minor - judged.facts.points_paid_minor < terms.minimum_minor:
        return 0, None
    draft.referral = Referral(purchase=context.fact)
    if terms.referrer_points:
        draft.effects.append(RewardReferrer(referrer=account.referrer, points=terms.referrer_points))
    lot = draft.credit("referral", terms.friend_points, context.fact, judged.occurred_us, expires_us)
    return terms.friend_points, lot
