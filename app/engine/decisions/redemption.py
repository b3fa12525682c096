"""Redemptions: points to money off, and back."""

from app.engine.change import Change
from app.engine.commands import Redemption
from app.engine.context import Context
from app.engine.decisions.pricing import price
from app.engine.ledger.draft import Draft
from app.engine.outcomes import Cancelled, Redeemed
from app.engine.refusals import Refusal, refuse
from app.engine.settle import expire_until
from app.engine.state import Original


def redeem(command: Redemption, draft: Draft, context: Context) -> Change | Refusal:
    """Take points in spending order. Refuses with every reason that applies."""
    edition = context.timeline.in_force(context.now_us)
    if edition is None:
        return refuse("no_rulebook")
    value = price(command.points, edition.compiled.document.redemption, draft.free)
    if isinstance(value, Refusal):
        return value
    draws = draft.draw(command.points)
    draft.post("redemption", -command.points, context.now_us)
    return draft.finish(Redeemed(points=command.points, value_minor=value, draws=draws, rulebook=edition.version))


def cancel(original: Original, draft: Draft, context: Context) -> Change | Refusal:
    """Give the points back to their own lots with their own dates, even past ones."""
    if original.change is None or not isinstance(original.change.outcome, Redeemed):
        return refuse("wrong_kind")
    if original.reversed_by:
        return refuse("already_reversed", by=str(original.reversed_by[0]))
    redeemed = original.change.outcome
    draft.give_back(redeemed.draws, context.now_us)
    expire_until(draft, context.now_us)
    return draft.finish(Cancelled(returned=redeemed.points, value_minor=redeemed.value_minor))
