"""Points given or taken by hand, and lots that last longer as goodwill.

What people give is never pending, and is no activity of the member.
"""

from app.engine.calendar import DAY_MAX, day_start_us
from app.engine.change import BALANCE_MAX, Change
from app.engine.commands import MAIN, Adjustment, Extension, Goodwill
from app.engine.context import Context
from app.engine.decisions.crediting import earn
from app.engine.decisions.originals import give_back, own_lot
from app.engine.decisions.reversal import shortage, take_back
from app.engine.ledger.draft import Draft
from app.engine.movements import StockMove
from app.engine.outcomes import Adjusted, AdjustmentCancelled, Extended
from app.engine.refusals import Reason, Refusal, refuse
from app.engine.remains import Reversed
from app.engine.rulebook.wallets import Wallet
from app.engine.settle import expire_until
from app.engine.shared_stocks import goodwill_stock
from app.engine.state import Original


def adjust(command: Adjustment, draft: Draft, context: Context) -> Change | Refusal:
    """Give points, which can be spent at once, or take free ones in spending order.

    Refuses with no_rulebook, unknown_wallet, nothing_to_adjust, approval_needed, expires_too_soon,
    insufficient_points, number_too_large.
    """
    edition = context.timeline.in_force(context.now_us)
    if edition is None:
        return refuse("no_rulebook")
    terms = edition.compiled.wallets.get(command.wallet)
    if terms is None:
        return refuse("unknown_wallet", "/wallet")
    limit = edition.compiled.document.adjustments.approval_over_points
    reasons = _reasons(command, limit, draft, context)
    if reasons:
        return Refusal(reasons=reasons)
    if command.points > 0:
        return _give(command, terms, draft, context)
    draws = draft.draw(-command.points, wallet=command.wallet)
    draft.post("adjustment", command.points, context.now_us, wallet=command.wallet)
    return draft.finish(Adjusted(points=command.points, wallet=command.wallet, lot=None, draws=draws))


def goodwill(command: Goodwill, draft: Draft, context: Context) -> Change | Refusal:
    """A gift of the staff, within what one of them may give at one time and on one local day.

    Refuses with no_rulebook, goodwill_off, nothing_to_adjust, goodwill_too_large, goodwill_used_up, number_too_large.
    """
    edition = context.timeline.in_force(context.now_us)
    if edition is None:
        return refuse("no_rulebook")
    terms = edition.compiled.document.goodwill
    if terms is None:
        return refuse("goodwill_off")
    stock = context.stock(goodwill_stock(command.staff, context.now_us, context.zone))
    left = max(0, terms.points_per_staff_and_day - stock.taken)
    reasons = []
    if command.points < 1:
        reasons.append(_reason("nothing_to_adjust"))
    if command.points > terms.points_max:
        reasons.append(_reason("goodwill_too_large", maximum=terms.points_max, requested=command.points))
    if command.points > left:
        reasons.append(_reason("goodwill_used_up", left=left, requested=command.points))
    if draft.purse(MAIN).balance + command.points > BALANCE_MAX:
        reasons.append(_reason("number_too_large"))
    if reasons:
        return Refusal(reasons=tuple(reasons))
    draft.stock_moves.append(StockMove(name=stock.name, before=stock.taken, taken=command.points, size=stock.size))
    lot = earn(draft, context, "goodwill", command.points, context.now_us, edition.compiled.wallets[MAIN])
    return draft.finish(Adjusted(points=command.points, wallet=MAIN, lot=lot, draws=()))


def cancel_adjustment(original: Original, draft: Draft, context: Context) -> Change | Refusal:
    """Take back what an adjustment gave, as a refund would, or give back what it took.

    What a member of the staff may give on the day of a gift is as if the gift had not been. Refuses with wrong_kind,
    already_reversed, or not_enough_to_reverse where the wallet's debt policy is to refuse.
    """
    if original.change is None or not isinstance(original.change.outcome, Adjusted):
        return refuse("wrong_kind")
    if original.reversed_by:
        return refuse("already_reversed", by=str(original.reversed_by[0]))
    adjusted = original.change.outcome
    reversed_ = Reversed()
    if adjusted.lot is not None:
        lot = own_lot(draft, original, adjusted.lot)
        reversed_ = take_back(draft, context, "reversal", lot, adjusted.points)
        reasons = shortage(context, adjusted.wallet, reversed_)
        if reasons:
            return Refusal(reasons=reasons)
    else:
        give_back(draft, original, adjusted.draws, context.now_us, adjusted.wallet)
    if isinstance(original.command, Goodwill):
        name = goodwill_stock(original.command.staff, original.change.now_us, context.zone)
        stock = context.stock(name)
        draft.stock_moves.append(StockMove(name=name, before=stock.taken, taken=-adjusted.points, size=stock.size))
    expire_until(draft, context.now_us)
    return draft.finish(AdjustmentCancelled(reversed=reversed_, returned=max(0, -adjusted.points)))


def extend_lot(command: Extension, draft: Draft, context: Context) -> Change | Refusal:
    """Let an open lot expire later than it would have; it will be announced again.

    Refuses with unknown_lot, lot_closed, lot_without_date, not_longer, number_too_large.
    """
    if command.lot not in draft.lots.before:
        return refuse("unknown_lot", "/lot")
    lot = draft.lots[command.lot]
    if lot.remaining == 0:
        return refuse("lot_closed", "/lot")
    if lot.expires_us is None:
        return refuse("lot_without_date", "/lot")
    if command.expires_us <= max(lot.expires_us, context.now_us):
        return refuse("not_longer", "/expires_at")
    if command.expires_us > day_start_us(DAY_MAX, context.zone):
        return refuse("number_too_large", "/expires_at")
    draft.redate(lot, command.expires_us)
    return draft.finish(Extended(lot=lot.number, before_us=lot.expires_us, expires_us=command.expires_us))


def _reasons(command: Adjustment, limit: int | None, draft: Draft, context: Context) -> tuple[Reason, ...]:
    """Every reason for which an adjustment of a known wallet is refused."""
    points, purse, reasons = command.points, draft.purse(command.wallet), []
    if points == 0:
        reasons.append(_reason("nothing_to_adjust"))
    alone = command.approver is None or command.approver == command.actor
    if limit is not None and abs(points) > limit and alone:
        reasons.append(_reason("approval_needed", over=limit, requested=abs(points)))
    if -points > purse.free:
        reasons.append(_reason("insufficient_points", available=purse.free, requested=-points))
    if points > BALANCE_MAX or points + purse.balance > BALANCE_MAX:
        reasons.append(_reason("number_too_large"))
    if command.expires_us is not None and points > 0:
        reasons += _reasons_of_date(command.expires_us, context)
    return tuple(reasons)


def _reasons_of_date(expires_us: int, context: Context) -> list[Reason]:
    if expires_us <= context.now_us:
        return [Reason(code="expires_too_soon", pointer="/expires_at")]
    if expires_us > day_start_us(DAY_MAX, context.zone):
        return [Reason(code="number_too_large", pointer="/expires_at")]
    return []


def _give(command: Adjustment, terms: Wallet, draft: Draft, context: Context) -> Change:
    if command.never_expires or command.expires_us is not None:
        expires_us = None if command.never_expires else command.expires_us
        lot = draft.credit(
            "adjustment", command.points, context.fact, context.now_us, expires_us, wallet=command.wallet
        )
    else:
        lot = earn(draft, context, "adjustment", command.points, context.now_us, terms, wallet=command.wallet)
    return draft.finish(Adjusted(points=command.points, wallet=command.wallet, lot=lot, draws=()))


def _reason(code: str, **numbers: int) -> Reason:
    return Reason(code=code, pointer="/points", numbers=tuple(numbers.items()))
