"""Refunds, voids and moves: a purchase undone in parts or as a whole, with its referral and its points tender."""

from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from app.engine.change import Change
from app.engine.climbing import reaches
from app.engine.commands import Move, Purchase, Refund
from app.engine.context import Context
from app.engine.decisions.boarding import unboard
from app.engine.decisions.credits import credits_of, earned_by, lot_now, shared_out
from app.engine.decisions.limiting import give_room, granted_by
from app.engine.decisions.originals import give_back
from app.engine.decisions.playing import taken_so_far
from app.engine.decisions.qualifying import end_referral
from app.engine.decisions.reaching import sink
from app.engine.decisions.resting import (
    NOTHING,
    asked_back,
    facts_left,
    last_drawn_first,
    lines_after,
    rest_now,
    still_earned,
    still_granted,
    tender_after,
    unnamed_after,
)
from app.engine.decisions.reversal import shortage, take_back
from app.engine.decisions.surprising import unsurprise
from app.engine.decisions.unplaying import lefts, take_from_games
from app.engine.facts import Basket
from app.engine.heights import keep_counting
from app.engine.ledger.draft import Draft
from app.engine.outcomes import Purchased, Refunded
from app.engine.played import PrizeTaken
from app.engine.refusals import Reason, Refusal, refuse
from app.engine.remains import Rest, RestLine, Reversed, is_nothing
from app.engine.settle import expire_until
from app.engine.state import Original


class Undone(Struct, frozen=True, kw_only=True):
    """A purchase of which something remains: what was bought, what came of it, what is left."""

    original: Original
    basket: Basket
    bought: Purchased
    rest: Rest


def refund(command: Refund, original: Original, draft: Draft, context: Context) -> Change | Refusal:
    """Undo the lines or the money that are named, or else all that remains.

    Refuses with wrong_kind, already_reversed, not_enough_to_reverse, and the reasons of `lines_after`.
    """
    found = remaining(original)
    if isinstance(found, Refusal):
        return found
    lines = lines_after(command, found.rest)
    if isinstance(lines, Refusal):
        return lines
    return _undo(found, lines, draft, context, unnamed=unnamed_after(command, found.rest, lines))


def void(original: Original, draft: Draft, context: Context) -> Change | Refusal:
    """Undo all that remains, and free the receipt number for one purchase that names this one."""
    found = remaining(original)
    if isinstance(found, Refusal):
        return found
    return _undo(found, (NOTHING,) * len(found.rest.lines), draft, context, voided=True)


def move(command: Move, original: Original, draft: Draft, context: Context) -> Change | Refusal:
    """Void a purchase of which nothing has gone back, so that it can be decided again for another member.

    Refuses, besides like `void`, with same_member, with partly_reversed, and with paid_with_points: the points
    that paid were this member's.
    """
    found = remaining(original)
    if isinstance(found, Refusal):
        return found
    reasons = []
    if command.to == draft.account.member:
        reasons.append(Reason(code="same_member", pointer="/member"))
    if original.reversed_by:
        reasons.append(Reason(code="partly_reversed", numbers=(("by", str(original.reversed_by[-1])),)))
    if found.bought.paid_points:
        reasons.append(Reason(code="paid_with_points", numbers=(("points", found.bought.paid_points),)))
    if reasons:
        return Refusal(reasons=tuple(reasons))
    return _undo(found, (NOTHING,) * len(found.rest.lines), draft, context, voided=True, moved_to=command.to)


def remaining(original: Original) -> Undone | Refusal:
    """The purchase and what remains of it. Refuses with wrong_kind and already_reversed."""
    change, command = original.change, original.command
    bought = change.outcome if change is not None else None
    if change is None or not isinstance(bought, Purchased) or not isinstance(command, Purchase):
        return refuse("wrong_kind")
    basket = command.basket
    rest = rest_now(original, basket, bought)
    if rest is None:
        return refuse("already_reversed", by=str(original.reversed_by[-1]))
    return Undone(original=original, basket=basket, bought=bought, rest=rest)


def _undo(
    found: Undone,
    lines: tuple[RestLine, ...],
    draft: Draft,
    context: Context,
    *,
    unnamed: tuple[int, ...] = (),
    voided: bool = False,
    moved_to: UUID | None = None,
) -> Change | Refusal:
    """Give the points paid back first, so that the reversal finds them; then ask back what the rest does not earn."""
    bought, before = found.bought, found.rest
    returned, returned_minor = tender_after(bought, lines)
    draws = last_drawn_first(bought.draws, before.returned, returned)
    give_back(draft, found.original, draws, context.now_us)
    paid_minor = bought.paid_minor - returned_minor
    reversals, asked = _take_awards(found, lines, paid_minor, draft, context)
    referral = end_referral(found.original, bought, found.basket, before, lines, paid_minor, draft, context)
    refusal = _refused(found, (*reversals, referral.reversed if referral else Reversed()), context)
    prizes, won = _take_prizes(found, lines, asked, paid_minor, draft, context)
    refusal = refusal or _short_of_prizes((*prizes, *won), context)
    if refusal is not None:
        return refusal
    rest = Rest(
        lines=lines,
        asked=asked,
        returned=returned,
        returned_minor=returned_minor,
        referral_undone=before.referral_undone or referral is not None,
        forgiven=tuple(so_far + now.expired for so_far, now in zip(before.forgiven, reversals, strict=True)),
        prizes=taken_so_far(bought.played, before.prizes, won) if bought.played is not None else (),
        surprises_undone=(*before.surprises_undone, *(prize.cause for prize in prizes)),
        under=before.under,
        added=before.added,
        freed=_give_room(found, lines, asked, paid_minor, draft, context),
        unnamed=unnamed,
    )
    _count_down(found, reversals, rest, draft, context)
    expire_until(draft, context.now_us)
    prizes = (*prizes, *won, *(referral.prizes if referral else ()))
    undone = _refunded(before, rest, reversals, referral.reversed if referral else Reversed(), prizes)
    return draft.finish(replace(undone, voided=voided, moved_to=moved_to))


def _refunded(
    before: Rest, rest: Rest, reversals: tuple[Reversed, ...], referral: Reversed, prizes: tuple[PrizeTaken, ...]
) -> Refunded:
    """What came of it: the difference between what remained and what remains."""
    return Refunded(
        award=reversals[0],
        referral=referral,
        returned=rest.returned - before.returned,
        returned_minor=rest.returned_minor - before.returned_minor,
        grants=reversals[1:],
        rest=rest,
        amount_minor=before.amount_minor - rest.amount_minor,
        prizes=prizes,
    )


def _give_room(
    found: Undone,
    lines: tuple[RestLine, ...],
    asked: tuple[int, ...],
    paid_minor: int,
    draft: Draft,
    context: Context,
) -> tuple[int, ...]:
    """What the rest does not take goes back to limits and budgets; all rules together have what was asked back."""
    bought = found.bought
    rooms = context.timeline.edition(bought.rulebook).compiled.rooms
    if not rooms:
        return ()
    wallets = ("", *(grant.wallet for grant in bought.grants))
    main = [
        (points, back)
        for points, back, wallet in zip(
            (bought.points, *(grant.points for grant in bought.grants)), asked, wallets, strict=False
        )
        if not wallet
    ]
    points = sum(point for point, _ in main)
    left = granted_by(still_granted(bought, found.basket, lines, paid_minor, context), points - sum(b for _, b in main))
    granted = granted_by(bought.trace, points)
    return give_room(rooms, granted, left, found.rest.freed, bought.local_day, draft, context)


def _take_prizes(
    found: Undone,
    lines: tuple[RestLine, ...],
    asked: tuple[int, ...],
    paid_minor: int,
    draft: Draft,
    context: Context,
) -> tuple[tuple[PrizeTaken, ...], tuple[PrizeTaken, ...]]:
    """Take back what draws, and what games, gave for more than the rest; leaderboards count down, too."""
    original, bought, basket, before = found.original, found.bought, found.basket, found.rest
    edition = context.timeline.edition(bought.rulebook)
    surprises: tuple[PrizeTaken, ...] = ()
    if bought.surprises:
        rest = None if is_nothing(lines) else facts_left(bought, basket, lines, paid_minor, context)
        gone = before.surprises_undone
        surprises = unsurprise(edition, bought.surprises, rest, gone, original, draft, context)
    if edition.compiled.boards:
        unboard(edition.compiled, "", *lefts(bought, basket, before, lines, asked, paid_minor, context), draft)
    return surprises, take_from_games(original, bought, basket, before, lines, asked, paid_minor, draft, context)


def _short_of_prizes(prizes: tuple[PrizeTaken, ...], context: Context) -> Refusal | None:
    """Whether a wallet refuses to give back what draws and challenges gave."""
    reasons = [reason for prize in prizes for reason in shortage(context, prize.wallet, prize.reversed)]
    return Refusal(reasons=tuple(reasons)) if reasons else None


def _take_awards(
    found: Undone, lines: tuple[RestLine, ...], paid_minor: int, draft: Draft, context: Context
) -> tuple[tuple[Reversed, ...], tuple[int, ...]]:
    """Ask back what the rest does not earn, credit by credit: never less than before, never more than was granted.

    Returns what came of it, and all that has been asked so far.
    """
    bought, before = found.bought, found.rest
    brought = credits_of(bought, before)
    earned = _earned(found, lines, paid_minor, context)
    reversals, asked = [], []
    for credit, left, so_far, forgiven in zip(brought, earned, before.asked, before.forgiven, strict=True):
        total = asked_back(credit.points, left, so_far)
        own = lot_now(draft, found.original, credit)
        reversals.append(take_back(draft, context, "reversal", own, total - so_far, forgiven=forgiven))
        asked.append(total)
    return tuple(reversals), tuple(asked)


def _earned(found: Undone, lines: tuple[RestLine, ...], paid_minor: int, context: Context) -> tuple[int, ...]:
    """What the rest leaves of each credit: by the version that judged it, or by the one that it was corrected to."""
    bought, before = found.bought, found.rest
    if not before.under:
        return still_earned(bought, found.basket, lines, paid_minor, context)
    earned = earned_by(before.under, bought, found.basket, lines, paid_minor, context)
    assert not isinstance(earned, Refusal), "the correction was accepted"
    return shared_out(credits_of(bought, before), earned)


def _refused(found: Undone, reversals: tuple[Reversed, ...], context: Context) -> Refusal | None:
    """Whether a wallet refuses: `reversals` are those of each credit, and of the referral reward."""
    wallets = (*(credit.wallet for credit in credits_of(found.bought, found.rest)), found.bought.referral_wallet)
    short = [shortage(context, wallet, each) for wallet, each in zip(wallets, reversals, strict=True)]
    reasons = tuple(reason for each in short for reason in each)
    return Refusal(reasons=reasons) if reasons else None


def _count_down(found: Undone, reversals: tuple[Reversed, ...], rest: Rest, draft: Draft, context: Context) -> None:
    """Undo what the tally of the purchase's own day counted, and the level that it held where the rulebook says so."""
    edition = context.timeline.in_force(context.now_us)
    tiers = edition.compiled.document.tiers if edition is not None else None
    brought = credits_of(found.bought, found.rest)
    points = sum(each.asked for each, credit in zip(reversals, brought, strict=True) if not credit.wallet)
    if tiers is not None and tiers.after_refund == "never":
        points = 0
    spend_minor, visits = found.rest.amount_minor - rest.amount_minor, int(rest.is_nothing)
    before = reaches(draft, context)
    if points or spend_minor or visits:
        draft.standing.tally(found.bought.local_day, -points, -spend_minor, -visits)
    keep_counting(draft, context, found.bought.local_day, (points, spend_minor, visits))
    sink(draft, context, before)
