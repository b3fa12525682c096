"""Let time pass: what falls due happens at its own instant, under the rulebook in force at that instant."""

from app.engine.calendar import add_months, day_start_us, local_day
from app.engine.context import Context, Edition
from app.engine.ledger.draft import Draft
from app.engine.rulebook.compile import Compiled
from app.engine.rulebook.tiers import level_for, level_ids, rank


def settle(draft: Draft, context: Context) -> None:
    """Walk the due instants up to now, one by one; then let the tally window begin where today asks.

    Within one instant: review, then expiry. Settling twice is the same as settling once to the later
    instant.
    """
    while True:
        instants = [lot.expires_us for lot in draft.open_lots() if lot.expires_us is not None]
        if draft.review_us is not None:
            instants.append(draft.review_us)
        at_us = min(instants, default=context.now_us + 1)
        if at_us > context.now_us:
            break
        if draft.review_us == at_us:
            _review(draft, context, at_us)
        expire_until(draft, at_us)
    edition = context.timeline.in_force(context.now_us)
    if edition is not None:
        slide(draft, edition.compiled, local_day(context.now_us, context.zone))


def expire_until(draft: Draft, at_us: int) -> None:
    """Expire what is left of every lot whose date has come, also of lots that this decision reopened."""
    for lot in draft.open_lots():
        if lot.expires_us is not None and lot.expires_us <= at_us:
            draft.expire(lot)


def slide(draft: Draft, compiled: Compiled, day: int) -> None:
    """Let the tally window of the tiers end with `day`."""
    tiers = compiled.document.tiers
    if tiers is not None:
        first = add_months(day, -tiers.window_months)
        if first != draft.window_day:
            draft.slide_window(first)


def promote(draft: Draft, context: Context) -> None:
    """Promotion is immediate: the member stands in the highest level that the window reaches."""
    edition = context.timeline.in_force(context.now_us)
    if edition is None or edition.compiled.document.tiers is None:
        return
    reached = level_for(edition.compiled, draft.window_points)
    if reached is None or rank(edition.compiled, reached) <= rank(edition.compiled, draft.tier):
        return
    review_us = _next_review(edition, context, local_day(context.now_us, context.zone))
    draft.move_tier(reached, context.now_us, "promotion", review_us)


def _review(draft: Draft, context: Context, at_us: int) -> None:
    """Sum the window up to the day of the review, exclusive, and keep or demote."""
    edition = context.timeline.in_force(at_us)
    assert edition is not None, "a review is stamped by a rulebook"
    compiled = edition.compiled
    tiers = compiled.document.tiers
    if tiers is None:
        draft.review_us = None
        return
    today = local_day(at_us, context.zone)
    slide(draft, compiled, today)
    current = rank(compiled, draft.tier)
    qualified = rank(compiled, level_for(compiled, draft.window_points))
    if qualified >= current or tiers.demotion == "never":
        stays = max(current, qualified)
    else:
        stays = qualified if tiers.demotion == "to_qualified" else current - 1
    reason = "review_kept" if stays >= current else "review_demotion"
    review_us = _next_review(edition, context, today - 1) if stays else None
    draft.move_tier(level_ids(compiled)[stays], at_us, reason, review_us)


def _next_review(edition: Edition, context: Context, day: int) -> int:
    """The first moment after the last day on which a level that was reached or kept on `day` is certain."""
    tiers = edition.compiled.document.tiers
    assert tiers is not None
    return day_start_us(add_months(day, tiers.review_months) + 1, context.zone)
