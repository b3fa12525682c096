"""Merging: one account closes and another takes over everything, as if there had never been two."""

from typing import NamedTuple
from uuid import UUID

from msgspec.structs import replace

from app.engine.change import BALANCE_MAX, Change
from app.engine.commands import MergeIn, MergeOut
from app.engine.context import Context
from app.engine.decisions.playing import count_once
from app.engine.decisions.reaching import rise
from app.engine.decisions.reversal import take_back
from app.engine.decisions.union import come_down, keep_higher
from app.engine.estate import Continued, Estate
from app.engine.ledger.draft import Draft
from app.engine.ledger.estates import inherit, surrender
from app.engine.movements import ClawBackReferrer, Referral
from app.engine.outcomes import Merged, MergedAway
from app.engine.refusals import Reason, Refusal, refuse
from app.engine.remains import Reversed


class Brought(NamedTuple):
    """Who brought a member, until when that may be rewarded, the purchase that was, and the lot of the own reward."""

    referrer: UUID | None
    until_us: int | None
    purchase: UUID | None
    lot: int | None


NOBODY = Brought(None, None, None, None)


def hand_over(command: MergeOut, draft: Draft, context: Context) -> Change | Refusal:
    """Close the account. Refuses with same_member, and with in_a_household: its wallet is shared with others.

    What is claimed was no membership: its age is nobody's. A claim of a blocked account is refused (member_blocked).
    """
    account = draft.account
    reasons = [Reason(code="same_member", pointer="/from")] if command.into == account.member else []
    if account.household is not None:
        reasons.append(Reason(code="in_a_household", numbers=(("household", str(account.household)),)))
    if command.claimed and account.blocked:
        reasons.append(Reason(code="member_blocked"))
    if reasons:
        return Refusal(reasons=tuple(reasons))
    heights = come_down(draft, context)
    estate = replace(surrender(draft), heights=heights)
    if command.claimed:
        estate = replace(estate, enrolled_us=None)
    return draft.finish(MergedAway(into=command.into, estate=estate))


def take_over(command: MergeIn, draft: Draft, context: Context) -> Change | Refusal:
    """Let the other account go on in this one: tallies add up, and the higher tier is kept.

    Refuses with number_too_large, and with member_blocked: to claim is to earn.
    """
    estate, account = command.estate, draft.account
    if estate.enrolled_us is None and account.blocked:
        return refuse("member_blocked")
    if _is_too_much(estate, draft):
        return refuse("number_too_large")
    balance = draft.purse("").balance
    count_once(estate, draft)
    shift = inherit(draft, command.member, estate)
    points = draft.purse("").balance - balance
    own = Brought(account.referrer, account.referral_until_us, account.referral_purchase, account.referral_lot)
    theirs = Brought(
        estate.referrer,
        estate.referral_until_us,
        estate.referral_purchase,
        None if estate.referral_lot is None else estate.referral_lot + shift,
    )
    kin = {account.member, command.member, *(c.member for c in (*account.continued, *estate.continued))}
    undone = [_undo(each, draft, context) for each in (own, theirs) if each.referrer in kin]
    is_older = estate.enrolled_us is None or (account.enrolled_us or 0) <= estate.enrolled_us
    kept = _kept([each for each in ((own, theirs) if is_older else (theirs, own)) if each.referrer not in kin])
    if (kept.purchase, kept.lot) != (own.purchase, own.lot):
        draft.referral = Referral(purchase=kept.purchase, lot=kept.lot)
    draft.standing.enrolled_us = min(us for us in (account.enrolled_us, estate.enrolled_us) if us is not None)
    keep_higher(estate, draft, context)
    rise(draft, context)
    return draft.finish(
        Merged(
            member=command.member,
            points=points,
            continued=(
                Continued(member=command.member, shift=shift),
                *(Continued(member=c.member, shift=c.shift + shift) for c in estate.continued),
            ),
            referral=next((each for each in undone if each.asked), Reversed()),
            referrer=kept.referrer,
            referral_until_us=kept.until_us,
            enrolled_us=draft.standing.enrolled_us,
            blocked=account.blocked or estate.blocked,
            claimed=estate.enrolled_us is None,
        )
    )


def _is_too_much(estate: Estate, draft: Draft) -> bool:
    """Whether the points of both would be more than an account can have or owe."""
    for owed in estate.owed:
        purse = draft.purse(owed.wallet)
        has = purse.balance + purse.debt + sum(lot.remaining for lot in estate.lots if lot.wallet == owed.wallet)
        if has > BALANCE_MAX or purse.debt + owed.debt > BALANCE_MAX:
            return True
    return False


def _undo(brought: Brought, draft: Draft, context: Context) -> Reversed:
    """Nobody brings themselves: both sides lose what it gave. The referrer's may be anywhere, and is asked back."""
    if brought.purchase is None or brought.referrer is None:
        return Reversed()
    draft.effects.append(ClawBackReferrer(referrer=brought.referrer, purchase=brought.purchase))
    if brought.lot is None:
        return Reversed()
    return take_back(draft, context, "referral_reversal", brought.lot, draft.lots[brought.lot].granted)


def _kept(either: list[Brought]) -> Brought:
    """The one that was rewarded, or else that of the older account; the younger one was opened by a member.

    `either` has the older account's first, unless one of the two had brought the other.
    """
    rewarded = [each for each in either if each.purchase is not None]
    return next(iter(rewarded or either), NOBODY)
