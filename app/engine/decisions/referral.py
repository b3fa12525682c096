"""The referrer's side of a referral: a reward that cannot be refused, and its claw-back."""

from app.engine.calendar import expiry_us
from app.engine.change import BALANCE_MAX, Change
from app.engine.commands import ReferralReward
from app.engine.context import Context
from app.engine.decisions.originals import own_lot
from app.engine.decisions.reversal import take_back
from app.engine.ledger.draft import Draft
from app.engine.outcomes import ClawedBack, Reversed, Rewarded
from app.engine.rulebook.lifetimes import Inactivity
from app.engine.settle import start_clock
from app.engine.state import Original


def reward(command: ReferralReward, own: Original, draft: Draft, context: Context) -> Change:
    """Credit the referrer; what is impossible is recorded as nothing, with the reason."""
    edition = context.timeline.in_force(context.now_us)
    reason = "paid"
    if own.reversed_by:
        reason = "voided"
    elif draft.account.enrolled_us is None:
        reason = "not_enrolled"
    elif draft.account.merged_into is not None:
        reason = "member_merged"
    elif edition is None:
        reason = "no_rulebook"
    elif draft.purse("").balance + draft.purse("").debt + command.points > BALANCE_MAX:
        reason = "number_too_large"
    if reason != "paid" or edition is None:
        return draft.finish(Rewarded(points=0, lot=None, rulebook=0, reason=reason))
    expiry = edition.compiled.document.expiry
    expires_us, lapses = expiry_us(expiry, context.now_us, context.zone), isinstance(expiry, Inactivity)
    # A friend's purchase is no activity of whoever brought the friend.
    start_clock(draft, context, "", context.now_us)
    lot = draft.credit("referral", command.points, context.fact, context.now_us, expires_us, lapses=lapses)
    return draft.finish(Rewarded(points=command.points, lot=lot, rulebook=edition.version, reason=reason))


def claw_back(original: Original, draft: Draft, context: Context) -> Change:
    """Void a reward. One that has not arrived yet is voided by this very row.

    A closed account has nothing to take: what it had is elsewhere.
    """
    given = original.change.outcome if original.change is not None else None
    if not isinstance(given, Rewarded) or original.reversed_by or draft.account.merged_into is not None:
        return draft.finish(ClawedBack(reward=Reversed()))
    lot = None if given.lot is None else own_lot(draft, original, given.lot)
    reversed_ = take_back(draft, context, "referral_reversal", lot, given.points)
    return draft.finish(ClawedBack(reward=reversed_))
