"""The referrer's side of a referral: a reward that cannot be refused, and its claw-back."""

from app.engine.calendar import expiry_us
from app.engine.change import BALANCE_MAX, Change
from app.engine.commands import ReferralReward
from app.engine.context import Context
from app.engine.decisions.reversal import take_back
from app.engine.ledger.draft import Draft
from app.engine.outcomes import ClawedBack, Reversed, Rewarded
from app.engine.state import Original


def reward(command: ReferralReward, own: Original, draft: Draft, context: Context) -> Change:
    """Credit the referrer; what is impossible is recorded as nothing, with the reason."""
    edition = context.timeline.in_force(context.now_us)
    reason = "paid"
    if own.reversed_by:
        reason = "voided"
    elif draft.account.enrolled_us is None:
        reason = "not_enrolled"
    elif edition is None:
        reason = "no_rulebook"
    elif draft.purse("").balance + command.points > BALANCE_MAX:
        reason = "number_too_large"
    if reason != "paid" or edition is None:
        return draft.finish(Rewarded(points=0, lot=None, rulebook=0, reason=reason))
    expires_us = expiry_us(edition.compiled.document.expiry, context.now_us, context.zone)
    lot = draft.credit("referral", command.points, context.fact, context.now_us, expires_us)
    return draft.finish(Rewarded(points=command.points, lot=lot, rulebook=edition.version, reason=reason))


def claw_back(original: Original, draft: Draft, context: Context) -> Change:
    """Void a reward. One that has not arrived yet is voided by this very row."""
    given = original.change.outcome if original.change is not None else None
    if not isinstance(given, Rewarded) or original.reversed_by:
        return draft.finish(ClawedBack(reward=Reversed()))
    reversed_ = take_back(draft, context, "referral_reversal", given.lot, given.points)
    return draft.finish(ClawedBack(reward=reversed_))
