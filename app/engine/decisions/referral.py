"""The referrer's side of a referral: a reward that cannot be refused, and its claw-back."""

from app.engine.change import BALANCE_MAX, Change
from app.engine.commands import ReferralReward
from app.engine.context import Context
from app.engine.decisions.crediting import earn
from app.engine.decisions.originals import own_lot
from app.engine.decisions.reversal import take_back
from app.engine.ledger.draft import Draft
from app.engine.outcomes import ClawedBack, Rewarded
from app.engine.remains import Reversed
from app.engine.rulebook.document import PendingDays
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
    main = edition.compiled.wallets[""]
    # Nobody confirms a reward, so it waits for days only: those in which the friend may return what was bought.
    waits = main.pending if isinstance(main.pending, PendingDays) else None
    lot = earn(draft, context, "referral", command.points, context.now_us, main, pending=waits)
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
