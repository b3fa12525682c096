"""Refunds: a purchase undone in full, with its referral and its points tender."""

from app.engine.change import Change
from app.engine.commands import Move, Refund
from app.engine.context import Context
from app.engine.decisions.reversal import take_back
from app.engine.ledger.draft import Draft
from app.engine.movements import ClawBackReferrer, Referral
from app.engine.outcomes import Purchased, Refunded, Reversed
from app.engine.refusals import Refusal, refuse
from app.engine.settle import expire_until
from app.engine.state import Original


def refund(command: Refund, original: Original, draft: Draft, context: Context) -> Change | Refusal:
    """Give the points paid back first, so that the reversal finds them; then take the award back.

    The tally of the purchase's own day is undone; the tier stays until its review.
    """
    if original.change is None or not isinstance(original.change.outcome, Purchased):
        return refuse("wrong_kind")
    if original.reversed_by:
        return refuse("already_reversed", by=str(original.reversed_by[0]))
    bought = original.change.outcome
    draft.give_back(bought.draws, context.now_us)
    award = take_back(draft, context, "reversal", bought.lot, bought.points)
    referral = Reversed()
    if draft.account.referral_purchase == original.fact:
        referral = _undo_referral(original, bought, draft, context)
    draft.standing.tally(bought.local_day, -bought.points, -bought.total_minor, -1)
    expire_until(draft, context.now_us)
    return draft.finish(
        Refunded(
            award=award,
            referral=referral,
            returned=bought.paid_points,
            returned_minor=bought.paid_minor,
        )
    )


def _undo_referral(original: Original, bought: Purchased, draft: Draft, context: Context) -> Reversed:
    """Both sides lose what the purchase gave; the referral is open again until its deadline."""
    referrer = draft.account.referrer
    assert referrer is not None, "a purchase qualified it"
    draft.referral = Referral(purchase=None)
    draft.effects.append(ClawBackReferrer(referrer=referrer, purchase=original.fact))
    return take_back(draft, context, "referral_reversal", bought.referral_lot, bought.referral_points)


def void(original: Original, draft: Draft, context: Context) -> Change | Refusal:
    """To come."""
    raise NotImplementedError


def move(command: Move, original: Original, draft: Draft, context: Context) -> Change | Refusal:
    """To come."""
    raise NotImplementedError
