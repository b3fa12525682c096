"""Confirm: the event that pending points wait for has happened."""

from app.engine.change import Change
from app.engine.context import Context
from app.engine.decisions.originals import own_lot
from app.engine.given import given
from app.engine.ledger.draft import Draft
from app.engine.outcomes import Confirmed, Purchased, Refunded
from app.engine.refusals import Refusal, refuse
from app.engine.settle import expire_until
from app.engine.state import Original


def confirm(original: Original, draft: Draft, context: Context) -> Change | Refusal:
    """Let all points that came with a purchase mature that wait for an event; those that wait for a day go on waiting.

    Refuses with wrong_kind, already_reversed and nothing_pending.
    """
    change = original.change
    bought = change.outcome if change is not None else None
    if change is None or not isinstance(bought, Purchased):
        return refuse("wrong_kind")
    latest = original.latest.outcome if original.latest is not None else None
    rest = latest.rest if isinstance(latest, Refunded) else None
    if original.reversed_by and (rest is None or rest.is_nothing):
        return refuse("already_reversed", by=str(original.reversed_by[-1]))
    prizes = (prized.lot for prized in given(change))
    numbers = (bought.lot, *(grant.lot for grant in bought.grants), bought.referral_lot, *prizes)
    lots = [draft.lots[own_lot(draft, original, number)] for number in numbers if number is not None]
    waiting = [lot for lot in lots if lot.pending and lot.available_us is None and lot.remaining]
    if not waiting:
        return refuse("nothing_pending")
    for lot in sorted(waiting, key=lambda lot: lot.spending_order):
        draft.mature(lot.number)
    expire_until(draft, context.now_us)
    return draft.finish(Confirmed(points=sum(lot.remaining for lot in waiting)))
