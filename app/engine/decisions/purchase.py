"""Purchases: earn on a basket at the tier held, pay its points tender, qualify a referral, promote."""

from app.engine.change import Change
from app.engine.commands import Purchase
from app.engine.context import Context
from app.engine.decisions.crediting import earn
from app.engine.decisions.following import follow
from app.engine.decisions.judging import Judged, judge
from app.engine.decisions.limiting import granted_by, take_room
from app.engine.decisions.qualifying import qualify
from app.engine.decisions.reaching import rise
from app.engine.ids import MOVED, part
from app.engine.ledger.draft import Draft
from app.engine.movements import Draw
from app.engine.outcomes import Grant, Purchased, Refunded
from app.engine.refusals import Reason, Refusal
from app.engine.settle import expire_until, touch


def purchase(command: Purchase, draft: Draft, context: Context) -> Change | Refusal:
    """Earn on a basket at the tier held, and redeem its points tender out of what was free before.

    Refuses with not_voided, and with the reasons of `judge`.
    """
    judged = judge(command, draft, context)
    replaced = _not_voided(command, draft, context)
    if isinstance(judged, Refusal):
        return Refusal(reasons=(*judged.reasons, *replaced))
    if replaced:
        return Refusal(reasons=replaced)
    draft.is_confirmable = True
    draws = draft.draw(judged.paid_points)
    draft.post("redemption", -judged.paid_points, judged.occurred_us)
    touch(draft, context, "", judged.occurred_us)
    for wallet in _other_wallets(judged, draft):
        touch(draft, context, wallet, judged.occurred_us)
    bought = _bought(judged, draws, draft, context)
    rise(draft, context)
    expire_until(draft, context.now_us)
    return draft.finish(bought)


def _bought(judged: Judged, draws: tuple[Draw, ...], draft: Draft, context: Context) -> Purchased:
    """Credit what the basket earned, count it, and let all follow that comes with it."""
    facts, occurred_us, edition, award = judged.facts, judged.occurred_us, judged.edition, judged.award
    lot, grants = _grant(judged, draft, context)
    draft.standing.tally(facts.local_day, award.points, judged.total_minor, 1)
    if edition.compiled.rooms:
        granted = granted_by(award.trace, award.points)
        take_room(edition.compiled.rooms, granted, facts.local_day, draft, context)
    referral = qualify(judged, draft, context)
    followed = follow("", facts, award.points, draft, context, occurred_us=occurred_us, edition=edition)
    return Purchased(
        occurred_us=occurred_us,
        local_day=facts.local_day,
        rulebook=edition.version,
        tier=facts.tier,
        points=judged.first.points if judged.first is not None else 0,
        line_points=judged.first.line_points if judged.first is not None else (0,) * len(facts.basket.lines),
        lot=lot,
        total_minor=judged.total_minor,
        paid_points=judged.paid_points,
        paid_minor=facts.points_paid_minor,
        draws=draws,
        referral_points=referral.points,
        referral_lot=referral.lot,
        trace=award.trace,
        warnings=judged.warnings,
        grants=grants,
        played=followed.played,
        readings=facts.readings,
        surprises=followed.surprises,
        referral_wallet=referral.wallet,
        referral_prize=referral.prize,
    )


def _other_wallets(judged: Judged, draft: Draft) -> list[str]:
    """The wallets besides the main one that the member has or gets: to buy is an activity in all of them."""
    if not draft.account.purses and not judged.others:
        return []
    wallets = {purse.wallet for purse in draft.account.purses} | {grant.wallet for grant in judged.others}
    return sorted(wallets - {""})


def _not_voided(command: Purchase, draft: Draft, context: Context) -> tuple[Reason, ...]:
    """Whether the purchase that this one replaces still has its receipt number, or had another one.

    One that was moved has left its number to the purchase that the move itself opened, and to no other.
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
        and (latest.moved_to is None or context.fact == part(original.reversed_by[-1], MOVED))
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
