"""Corrections: a purchase that was decided under a faulty version has earned what the right one gives.

What remains of it after its refunds counts, as it was recorded: tier, readings, what points paid. Limits, challenges
and the like stay as they were; only points move, and the tally of the purchase's own day with them.
"""

from msgspec.structs import replace

from app.engine.change import BALANCE_MAX, Change
from app.engine.climbing import reaches
from app.engine.context import Context
from app.engine.corrected import Corrected, Correction
from app.engine.decisions.crediting import earn
from app.engine.decisions.credits import Credit, credits_of, earned_by, lot_now
from app.engine.decisions.reaching import rise, sink
from app.engine.decisions.refund import Undone, remaining
from app.engine.decisions.reversal import shortage, take_back
from app.engine.heights import keep_counting
from app.engine.ledger.draft import Draft
from app.engine.refusals import Reason, Refusal, refuse
from app.engine.remains import Added, Reversed
from app.engine.rulebook.lifetimes import PendingEvent
from app.engine.settle import expire_until
from app.engine.state import Lot, Original


def correct(command: Correction, original: Original, draft: Draft, context: Context) -> Change | Refusal:
    """Give what is missing, or ask back what was too much, as a refund would.

    Refuses with wrong_kind, already_reversed, rulebook_not_found, facts_not_recorded, nothing_to_correct,
    approval_needed, number_too_large, and not_enough_to_reverse where a wallet's debt policy is to refuse.
    """
    found = remaining(original)
    if isinstance(found, Refusal):
        return found
    if all(edition.version != command.under for edition in context.timeline.editions):
        return refuse("rulebook_not_found")
    paid_minor = found.bought.paid_minor - found.rest.returned_minor
    wanted = earned_by(command.under, found.bought, found.basket, found.rest.lines, paid_minor, context)
    if isinstance(wanted, Refusal):
        return wanted
    missing = _missing(found, wanted)
    refusal = _refused(command, missing, draft, context)
    if refusal is not None:
        return refusal
    taken = _take(found, missing, draft, context)
    wallets = [credit.wallet for credit in credits_of(found.bought, found.rest)]
    short = [reason for wallet, each in zip(wallets, taken, strict=True) for reason in shortage(context, wallet, each)]
    if short:
        return Refusal(reasons=tuple(short))
    given = _give(command, found, missing, draft, context)
    _tally(found, missing.get("", 0), draft, context)
    expire_until(draft, context.now_us)
    nothing = (0,) * len(given)
    rest = replace(
        found.rest,
        asked=tuple(so_far + now.asked for so_far, now in zip(found.rest.asked, taken, strict=True)) + nothing,
        forgiven=tuple(so_far + now.expired for so_far, now in zip(found.rest.forgiven, taken, strict=True)) + nothing,
        under=command.under,
        added=(*found.rest.added, *given),
    )
    return draft.finish(
        Corrected(
            purchase=command.purchase,
            correction=command.correction,
            rulebook=command.under,
            points=sum(missing.values()),
            taken=taken,
            given=given,
            rest=rest,
        )
    )


def _missing(found: Undone, wanted: dict[str, int]) -> dict[str, int]:
    """What each wallet lacks; below zero where it had too much."""
    missing = dict(wanted)
    for credit, asked in zip(credits_of(found.bought, found.rest), found.rest.asked, strict=True):
        missing[credit.wallet] = missing.get(credit.wallet, 0) - (credit.points - asked)
    return {wallet: points for wallet, points in sorted(missing.items()) if points}


def _refused(command: Correction, missing: dict[str, int], draft: Draft, context: Context) -> Refusal | None:
    if not missing:
        return refuse("nothing_to_correct")
    edition = context.timeline.in_force(context.now_us)
    limit = edition.compiled.document.adjustments.approval_over_points if edition is not None else None
    largest = max(abs(points) for points in missing.values())
    if limit is not None and largest > limit and command.approver in (None, command.actor):
        return Refusal(reasons=(Reason(code="approval_needed", numbers=(("over", limit), ("requested", largest))),))
    if any(points + draft.purse(wallet).balance > BALANCE_MAX for wallet, points in missing.items()):
        return refuse("number_too_large")
    return None


def _take(found: Undone, missing: dict[str, int], draft: Draft, context: Context) -> tuple[Reversed, ...]:
    """Ask back what was too much: first of what corrections added last, and so on back to the purchase's first lot."""
    brought, asked = credits_of(found.bought, found.rest), found.rest.asked
    too_much = {wallet: -points for wallet, points in missing.items() if points < 0}
    wanted: dict[int, int] = {}
    for place in reversed(range(len(brought))):
        wallet = brought[place].wallet
        wanted[place] = min(too_much.get(wallet, 0), brought[place].points - asked[place])
        too_much[wallet] = too_much.get(wallet, 0) - wanted[place]
    return tuple(
        _taken(found, credit, wanted[place], found.rest.forgiven[place], draft, context)
        for place, credit in enumerate(brought)
    )


def _taken(found: Undone, credit: Credit, points: int, forgiven: int, draft: Draft, context: Context) -> Reversed:
    if not points:
        return Reversed()
    number = lot_now(draft, found.original, credit)
    return take_back(draft, context, "adjustment", number, points, forgiven=forgiven)


def _give(
    command: Correction, found: Undone, missing: dict[str, int], draft: Draft, context: Context
) -> tuple[Added, ...]:
    """Points that were missing live from now on as if they were earned now: the member could not use them before.

    They wait as long as what the purchase itself brought into the wallet still does: it may go back until then.
    """
    given = []
    editions = (context.timeline.in_force(context.now_us), context.timeline.edition(command.under))
    for wallet, points in missing.items():
        if points < 0:
            continue
        terms = next(
            each.compiled.wallets[wallet] for each in editions if each is not None and wallet in each.compiled.wallets
        )
        first = _waiting(found, wallet, draft)
        lot = earn(
            draft,
            context,
            "adjustment",
            points,
            context.now_us,
            terms,
            wallet=wallet,
            pending=PendingEvent(kind="event") if first is not None and first.available_us is None else None,
            available_us=None if first is None else first.available_us,
        )
        assert lot is not None, "there are points"
        given.append(Added(member=draft.account.member, wallet=wallet, lot=lot, points=points))
    return tuple(given)


def _waiting(found: Undone, wallet: str, draft: Draft) -> Lot | None:
    """The first lot that a purchase brought into a wallet, if it cannot be spent yet."""
    numbers = (
        lot_now(draft, found.original, credit)
        for credit in credits_of(found.bought, found.rest)
        if credit.wallet == wallet
    )
    lots = (draft.lots[number] for number in numbers if number is not None)
    return next((lot for lot in lots if lot.pending), None)


def _tally(found: Undone, points: int, draft: Draft, context: Context) -> None:
    """What counts towards tiers counts on the purchase's own day. A level is lost only as refunds lose it."""
    if not points:
        return
    edition = context.timeline.in_force(context.now_us)
    tiers = edition.compiled.document.tiers if edition is not None else None
    day = found.bought.local_day
    if points < 0 and tiers is not None and tiers.after_refund == "never":
        points = 0
    before = reaches(draft, context)
    if points:
        draft.standing.tally(day, points, 0, 0)
    if points < 0:
        keep_counting(draft, context, day, (-points, 0, 0))
        sink(draft, context, before)
    else:
        rise(draft, context)
