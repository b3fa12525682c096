"""Points that are earned: how long they are good, and from when they can be spent, by the terms of their wallet."""

from app.engine.calendar import expiry_us, inactivity_us, matures_us
from app.engine.context import Context
from app.engine.ledger.draft import Draft
from app.engine.rulebook.document import Expiry, Inactivity, Pending, Wallet
from app.engine.rulebook.lifetimes import PendingEvent


def awaited(pending: Pending | None, draft: Draft) -> Pending | None:
    """What the points wait for that a decision gives besides those of rules, by the terms of their wallet."""
    return None if isinstance(pending, PendingEvent) and not draft.is_confirmable else pending


def earn(
    draft: Draft,
    context: Context,
    kind: str,
    points: int,
    at_us: int,
    terms: Wallet,
    *,
    wallet: str = "",
    life: Expiry | None = None,
    pending: Pending | None = None,
    available_us: int | None = None,
) -> int | None:
    """Credit points that were earned at an instant; returns the lot's number, None for no points.

    `life` is what a rule or a level says instead of the wallet's terms, `pending` what they wait for, or
    `available_us` until when. To earn is an
    activity only where the caller says so with `touch`; here a clock starts that the points ask for and none runs.
    """
    if points == 0:
        return None
    life = terms.expiry if life is None else life
    if isinstance(life, Inactivity):
        purse = draft.purse(wallet)
        if purse.lapses_us is None or purse.lapses_us <= context.now_us:
            purse.lapses_us = max(purse.lapses_us or 0, inactivity_us(life, at_us, context.zone))
    return draft.credit(
        kind,
        points,
        context.fact,
        at_us,
        expiry_us(life, at_us, context.zone),
        wallet=wallet,
        available_us=matures_us(pending, at_us, context.zone) if available_us is None else available_us,
        lapses=isinstance(life, Inactivity),
    )
