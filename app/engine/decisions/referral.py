"""The referrer's side of a referral: a reward that cannot be refused, its claw-back, and who says so later."""

from typing import Final

from app.engine.calendar import local_day
from app.engine.change import BALANCE_MAX, Change
from app.engine.climbing import reaches
from app.engine.commands import Introduce, ReferralReward
from app.engine.context import Context, Edition
from app.engine.decisions.crediting import awaited, earn
from app.engine.decisions.originals import own_lot
from app.engine.decisions.prizing import give, take_prize
from app.engine.decisions.qualifying import CAUSE, deadline_us, held_until_us, wallet_of
from app.engine.decisions.reaching import rise, sink
from app.engine.decisions.reversal import take_back
from app.engine.friends import BROUGHT, QUALIFIED, days_of
from app.engine.heights import keep_counting_friends
from app.engine.ledger.draft import Draft
from app.engine.movements import ClawBackReferrer, RewardReferrer
from app.engine.outcomes import ClawedBack, Introduced, Rewarded
from app.engine.refusals import Reason, Refusal
from app.engine.remains import Reversed
from app.engine.rulebook.referrals import Referral
from app.engine.state import Original

PAID: Final = "paid"
CAPPED: Final = "capped"


def reward(command: ReferralReward, own: Original, draft: Draft, context: Context) -> Change:
    """Credit the referrer; what is impossible is recorded as nothing, with the reason."""
    edition = context.timeline.in_force(context.now_us)
    terms = _terms(command, context)
    wallet = wallet_of(terms.referrer_wallet) if terms is not None and command.level == 1 else ""
    reason = PAID
    if own.reversed_by:
        reason = "voided"
    elif draft.account.enrolled_us is None:
        reason = "not_enrolled"
    elif draft.account.merged_into is not None:
        reason = "member_merged"
    elif edition is None:
        reason = "no_rulebook"
    elif draft.purse(wallet).balance + draft.purse(wallet).debt + command.points > BALANCE_MAX:
        reason = "number_too_large"
    bound = _bound(command, terms, draft, context) if reason == PAID and terms is not None else ""
    if bound:
        reason = CAPPED
    if reason != PAID or edition is None:
        return draft.finish(Rewarded(points=0, lot=None, rulebook=0, reason=reason, bound=bound))
    if terms is None:
        return draft.finish(_paid(command, edition, draft, context))
    return draft.finish(_paid_by(terms, command, wallet, edition, draft, context))


def _terms(command: ReferralReward, context: Context) -> Referral | None:
    """The referral of the version by which the friend's purchase qualified; None where it says nothing but points."""
    if not command.rulebook:
        return None
    return context.timeline.edition(command.rulebook).compiled.document.referral


def _bound(command: ReferralReward, terms: Referral, draft: Draft, context: Context) -> str:
    """The period of the cap that has been reached, if one has. Caps are about friends whom the member brought."""
    day = local_day(command.occurred_us, context.zone)
    for cap in terms.caps if command.level == 1 else ():
        if draft.counted(BROUGHT, *days_of(cap.per, day)) >= cap.friends:
            return cap.per
    return ""


def _paid(command: ReferralReward, edition: Edition, draft: Draft, context: Context) -> Rewarded:
    """A reward of points, and nothing else to say of it."""
    main = edition.compiled.wallets[""]
    # Nobody confirms a reward, so it waits for days only: those in which the friend may return what was bought.
    waits = awaited(main.pending, draft)
    lot = earn(draft, context, "referral", command.points, context.now_us, main, pending=waits)
    return Rewarded(points=command.points, lot=lot, rulebook=edition.version, reason=PAID)


def _paid_by(
    terms: Referral, command: ReferralReward, wallet: str, edition: Edition, draft: Draft, context: Context
) -> Rewarded:
    """A reward by everything that the referral says, and word for the level above."""
    prize = None
    if command.level == 1:
        draft.count(BROUGHT, 1, local_day(command.occurred_us, context.zone))
        if terms.referrer_prize is not None:
            prize = give(terms.referrer_prize, CAUSE, draft, context, occurred_us=context.now_us, edition=edition)
    lot = _credit(terms, command, wallet, edition, draft, context)
    rise(draft, context)
    above = terms.upline_points[command.level - 1 : command.level]
    if above and draft.account.referrer is not None and draft.account.referral_purchase is not None:
        draft.effects.append(
            RewardReferrer(
                referrer=draft.account.referrer,
                points=above[0],
                rulebook=command.rulebook,
                level=command.level + 1,
                occurred_us=command.occurred_us,
            )
        )
    return Rewarded(points=command.points, lot=lot, rulebook=edition.version, reason=PAID, wallet=wallet, prize=prize)


def _credit(
    terms: Referral, command: ReferralReward, wallet: str, edition: Edition, draft: Draft, context: Context
) -> int | None:
    """The points, which wait until the friend may return nothing any more, however late the word of it came."""
    of_wallet = edition.compiled.wallets[wallet]
    waits = awaited(of_wallet.pending, draft)
    life = terms.referrer_expiry if command.level == 1 else None
    return earn(
        draft,
        context,
        "referral",
        command.points,
        context.now_us,
        of_wallet,
        wallet=wallet,
        life=life,
        pending=waits,
        available_us=held_until_us(terms, command.occurred_us, context),
    )


def claw_back(original: Original, draft: Draft, context: Context) -> Change:
    """Void a reward. One that has not arrived yet is voided by this very row.

    A closed account has nothing to take: what it had is elsewhere. Whoever was rewarded above loses that as well.
    """
    given = original.change.outcome if original.change is not None else None
    if not isinstance(given, Rewarded) or original.reversed_by or draft.account.merged_into is not None:
        return draft.finish(ClawedBack(reward=Reversed()))
    assert original.change is not None, "it has an outcome"
    moves = [move for move in original.change.counter_moves if move.name == BROUGHT]
    before = reaches(draft, context) if moves else {}
    for move in moves:
        draft.count(BROUGHT, -move.count, move.day)
        keep_counting_friends(draft, context, move.day, move.count)
    if moves:
        sink(draft, context, before)
    for effect in original.change.effects:
        if isinstance(effect, RewardReferrer):
            draft.effects.append(ClawBackReferrer(referrer=effect.referrer, purchase=original.fact))
    lot = None if given.lot is None else own_lot(draft, original, given.lot)
    reversed_ = take_back(draft, context, "referral_reversal", lot, given.points)
    prize = None if given.prize is None else take_prize(given.prize, original, draft, context)
    return draft.finish(ClawedBack(reward=reversed_, prize=prize))


def introduce(command: Introduce, draft: Draft, context: Context) -> Change | Refusal:
    """Let a member who is enrolled say who brought them.

    Refuses with all that apply of referral_not_offered, referral_already, referral_existing_member, referral_too_late
    and referral_self.
    """
    account, edition = draft.account, context.timeline.in_force(context.now_us)
    terms = edition.compiled.document.referral if edition is not None else None
    enrolled_us = account.enrolled_us
    reasons = []
    if terms is None or not terms.afterwards:
        reasons.append(Reason(code="referral_not_offered"))
    if account.referrer is not None:
        reasons.append(Reason(code="referral_already"))
    if account.referral_purchase is not None or draft.counted(QUALIFIED) > 0:
        reasons.append(Reason(code="referral_existing_member"))
    until_us = None
    if terms is not None and enrolled_us is not None:
        until_us = deadline_us(terms, enrolled_us, context.zone)
        if until_us <= context.now_us:
            reasons.append(Reason(code="referral_too_late", numbers=(("days", terms.within_days),)))
    if command.referrer in {account.member, *(closed.member for closed in account.continued)}:
        reasons.append(Reason(code="referral_self"))
    if reasons or until_us is None:
        return Refusal(reasons=tuple(reasons))
    return draft.finish(Introduced(referrer=command.referrer, referral_until_us=until_us))
