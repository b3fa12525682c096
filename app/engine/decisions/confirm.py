"""Confirm: the event that pending points wait for has happened."""

from app.engine.change import Change
from app.engine.context import Context
from app.engine.decisions.credits import credits_of, lot_now
from app.engine.decisions.originals import own_lot
from app.engine.decisions.refund import remaining
from app.engine.given import given
from app.engine.ledger.draft import Draft
from app.engine.outcomes import Confirmed
from app.engine.refusals import Refusal, refuse
from app.engine.settle import expire_until
from app.engine.state import Original


def confirm(original: Original, draft: Draft, context: Context) -> Change | Refusal:
    """Let all points that came with a purchase mature that wait for an event; those that wait for a day go on waiting.

    Refuses with wrong_kind, already_reversed and nothing_pending.
    """
    found = remaining(original)
    if isinstance(found, Refusal):
        return found
    assert original.change is not None, "something remains of it"
    earned = [lot_now(draft, original, credit) for credit in credits_of(found.bought, found.rest)]
    prizes = (found.bought.referral_lot, *(prized.lot for prized in given(original.change)))
    came_along = [own_lot(draft, original, number) for number in prizes if number is not None]
    lots = [draft.lots[number] for number in (*earned, *came_along) if number is not None]
    waiting = [lot for lot in lots if lot.pending and lot.available_us is None and lot.remaining]
    if not waiting:
        return refuse("nothing_pending")
    for lot in sorted(waiting, key=lambda lot: lot.spending_order):
        draft.mature(lot.number)
    expire_until(draft, context.now_us)
    return draft.finish(Confirmed(points=sum(lot.remaining for lot in waiting)))
