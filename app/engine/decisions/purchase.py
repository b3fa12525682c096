"""Purchases: earn on a basket at the tier held, pay its points tender, qualify a referral, promote."""

from app.engine.change import Change
from app.engine.climbing import promote
from app.engine.commands import Purchase
from app.engine.context import Context
from app.engine.decisions.crediting import earn
from app.engine.decisions.judging import Judged, judge
from app.engine.decisions.surprising import surprise
from app.engine.ledger.draft import Draft
from app.engine.movements import Referral, RewardReferrer
from app.engine.outcomes import Grant, Purchased, Refunded
from app.engine.refusals import Reason, Refusal
from app.engine.settle import expire_until, touch


def purchase(command: Purchase, draft: Draft, context: Context) -> Change | Refusal:
    """Earn on a basket at the tier held, and redeem its points tender out of what was free before.

    Refuses with not_voided, and with the reasons of `judge`.
    """
    judged = judge(command, draft, context)
    replaced = _not_voided(command, draft)
    if isinstance(judged, Refusal):
        return Refusal(reasons=(*judged.reasons, *replaced))
    if replaced:
        return Refusal(reasons=replaced)
    facts, occurred_us, lines = judged.facts, judged.occurred_us, len(command.basket.lines)
    draws = draft.draw(judged.paid_points)
    draft.post("redemption", -judged.paid_points, occurred_us)
    touch(draft, context, "", occurred_us)
    for wallet in _other_wallets(judged, draft):
        touch(draft, context, wallet, occurred_us)
    lot, grants = _grant(judged, draft, context)
    draft.standing.tally(facts.local_day, judged.award.points, judged.total_minor, 1)
    referral_points, referral_lot = _qualify(judged, draft, context)
    surprises = surprise(facts, occurred_us, judged.edition, draft, context)
    promote(draft, context)
    expire_until(draft, context.now_us)
    return draft.finish(
        Purchased(
            occurred_us=occurred_us,
            local_day=facts.local_day,
            rulebook=judged.edition.version,
            tier=facts.tier,
            points=judged.first.points if judged.first is not None else 0,
            line_points=judged.first.line_points if judged.first is not None else (0,) * lines,
            lot=lot,
            total_minor=judged.total_minor,
            paid_points=judged.paid_points,
            paid_minor=facts.points_paid_minor,
            draws=draws,
            referral_points=referral_points,
            referral_lot=referral_lot,
            trace=judged.award.trace,
            warnings=judged.warnings,
            grants=grants,
            readings=facts.readings,
            surprises=surprises,
        )
    )


def _other_wallets(judged: Judged, draft: Draft) -> list[str]:
    """The wallets besides the main one that the member has or gets: to buy is an activity in all of them."""
    if not draft.account.purses and not judged.others:
        return []
    wallets = {purse.wallet for purse in draft.account.purses} | {grant.wallet for grant in judged.others}
    return sorted(wallets - {""})


def _not_voided(command: Purchase, draft: Draft) -> tuple[Reason, ...]:
    """Whether the purchase that this one replaces still has its receipt number, or had another one.

    One that was moved has left its number to the member whom it was moved to.
    """
    if command.replaces is None:
        return ()
    original = draft.state.original(command.replaces)
    latest = original.latest.outcome if original.latest is not None else None
    if (
        isinstance(original.command, Purchase)
        and original.command.external_id == command.external_id
        and isinstance(latest, Refunded)
        and latest.voided
        and latest.moved_to in (None, draft.account.member)
    ):
        return ()
    return (Reason(code="not_voided", pointer="/replaces"),)


def _grant(judged: Judged, draft: Draft, context: Context) -> tuple[int | None, tuple[Grant, ...]]:
    """Credit the award: the first lot, and one for each other wallet or life."""
    wallets, occurred_us = judged.edition.compiled.wallets, judged.occurred_us
    lots: list[int | None] = []
    for grant in (judged.first, *judged.others):
        if grant is None:
            lots.append(None)
            continue
        terms = wallets[grant.wallet]
        lots.append(
            earn(
                draft,
                context,
                "accrual",
                grant.points,
                occurred_us,
                terms,
                wallet=grant.wallet,
                life=grant.expiry,
                pending=terms.pending,
            )
        )
    return lots[0], tuple(
        Grant(wallet=grant.wallet, lot=lot, points=grant.points, line_points=grant.line_points)
        for grant, lot in zip(judged.others, lots[1:], strict=True)
        if lot is not None
    )


def _qualify(judged: Judged, draft: Draft, context: Context) -> tuple[int, int | None]:
    """The friend's own reward, and word for the referrer; at most once while it stands.

    The friend's reward waits for what the purchase's own points wait for.
    """
    account, compiled = draft.account, judged.edition.compiled
    terms = compiled.document.referral
    if account.referrer is None or account.referral_until_us is None or terms is None:
        return 0, None
    if account.referral_purchase is not None or judged.occurred_us >= account.referral_until_us:
        return 0, None
    if judged.total_minor - judged.facts.points_paid_minor < terms.minimum_minor:
        return 0, None
    if terms.referrer_points:
        draft.effects.append(RewardReferrer(referrer=account.referrer, points=terms.referrer_points))
    main = compiled.wallets[""]
    lot = earn(draft, context, "referral", terms.friend_points, judged.occurred_us, main, pending=main.pending)
    draft.referral = Referral(purchase=context.fact, lot=lot)
    return terms.friend_points, lot
