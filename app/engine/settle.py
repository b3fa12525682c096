"""Let time pass: what falls due happens at its own instant, under the rulebook in force at that instant."""

from app.engine.calendar import add_months, day_start_us, inactivity_us, local_day
from app.engine.context import Context, Edition
from app.engine.ledger.draft import Draft
from app.engine.ledger.due import ends_us, notice_us
from app.engine.rulebook.compile import Compiled
from app.engine.rulebook.lifetimes import Inactivity
from app.engine.rulebook.tiers import level_for, level_ids, rank


def settle(draft: Draft, context: Context) -> None:
    """Walk the due instants up to now, one by one; then let the tally window begin where today asks.

    Within one instant: maturity, hold end, review, expiry, lapse for want of activity, notices. Settling twice is the
    same as settling once to the later instant.
    """
    while True:
        at_us = min(draft.instants(), default=context.now_us + 1)
        if at_us > context.now_us:
            break
        _date_what_is_held(draft, at_us - 1)
        for lot in draft.open_lots():
            if lot.pending and lot.available_us is not None and lot.available_us <= at_us:
                draft.mature(lot.number)
        for hold in sorted(draft.holds.values(), key=lambda hold: hold.hold):
            if hold.until_us <= at_us:
                draft.end_hold(hold, "lapsed", 0, hold.until_us)
        if draft.standing.review_us is not None and draft.standing.review_us <= at_us:
            _review(draft, context, draft.standing.review_us)
        expire_until(draft, at_us)
        _notify(draft, context, at_us)
    _date_what_is_held(draft, context.now_us)
    edition = context.timeline.in_force(context.now_us)
    if edition is not None:
        slide(draft, edition.compiled, local_day(context.now_us, context.zone))


def expire_until(draft: Draft, at_us: int) -> None:
    """Expire what is loose of every lot whose time has come by `at_us`, also of lots that came back just now.

    What came back was there until `at_us`; a lot that this decision opened with a date in the past never was.
    """
    for lot in draft.open_lots():
        gone_us = ends_us(lot, draft.purse(lot.wallet).lapses_us)
        if gone_us is not None and gone_us <= at_us and lot.loose:
            draft.expire(lot, at_us if lot.number in draft.lots.before else gone_us)


def touch(draft: Draft, context: Context, wallet: str, active_us: int) -> None:
    """The member was active: points that ask for it live on, as the rulebook in force says, and never shorter."""
    edition = context.timeline.in_force(context.now_us)
    terms = edition.compiled.wallets.get(wallet) if edition is not None else None
    if terms is None or not isinstance(terms.expiry, Inactivity):
        return
    purse = draft.purse(wallet)
    lapses_us = inactivity_us(terms.expiry, active_us, context.zone)
    purse.lapses_us = lapses_us if purse.lapses_us is None else max(purse.lapses_us, lapses_us)


def slide(draft: Draft, compiled: Compiled, day: int) -> None:
    """Let the tally window of the tiers end with `day`."""
    tiers = compiled.document.tiers
    if tiers is not None:
        first = add_months(day, -tiers.window_months)
        if first != draft.standing.window_day:
            draft.standing.slide_window(first)


def promote(draft: Draft, context: Context) -> None:
    """Promotion is immediate: the member stands in the highest level that the window reaches."""
    edition = context.timeline.in_force(context.now_us)
    if edition is None or edition.compiled.document.tiers is None:
        return
    reached = level_for(edition.compiled, draft.standing.window_points)
    if reached is None or rank(edition.compiled, reached) <= rank(edition.compiled, draft.standing.tier):
        return
    review_us = _next_review(edition, context, local_day(context.now_us, context.zone))
    draft.standing.move_tier(reached, context.now_us, "promotion", review_us)


def fall(draft: Draft, context: Context, points_before: int) -> None:
    """A refund took points out of the window: the member leaves a level that these points had held, at once.

    `points_before` is what the window summed up to. A level that is only certain until its review stays certain.
    """
    edition = context.timeline.in_force(context.now_us)
    if edition is None or edition.compiled.document.tiers is None:
        return
    compiled = edition.compiled
    reached = level_for(compiled, draft.standing.window_points)
    current = rank(compiled, draft.standing.tier)
    if reached is None or not rank(compiled, reached) < current <= rank(compiled, level_for(compiled, points_before)):
        return
    review_us = draft.standing.review_us if rank(compiled, reached) else None
    draft.standing.move_tier(reached, context.now_us, "refund", review_us)


def _notify(draft: Draft, context: Context, at_us: int) -> None:
    """Say once of each lot that it will expire; what is held is not told."""
    for lot in draft.open_lots():
        told_us = notice_us(lot, draft.account, context)
        if told_us is not None and told_us <= at_us and lot.loose:
            draft.tell(lot, at_us)


def _date_what_is_held(draft: Draft, until_us: int) -> None:
    """A lot of which only what is held outlived a lapse keeps its instant: later activity does not bring it back.

    Before a later instant does anything, so that it is the same whether somebody looked in between or not.
    """
    for purse in (draft.purses.main, *draft.purses.others.values()):
        lapsed_us = purse.lapses_us
        if lapsed_us is None or lapsed_us > until_us:
            continue
        for lot in draft.open_lots(purse.before.wallet):
            if lot.lapses and lot.held and (lot.expires_us is None or lot.expires_us > lapsed_us):
                draft.redate(lot, lapsed_us)


def _review(draft: Draft, context: Context, at_us: int) -> None:
    """Sum the window up to the day of the review, exclusive, and keep or demote."""
    edition = context.timeline.in_force(at_us)
    assert edition is not None, "a review is stamped by a rulebook"
    compiled = edition.compiled
    tiers = compiled.document.tiers
    if tiers is None:
        draft.standing.review_us = None
        return
    today = local_day(at_us, context.zone)
    slide(draft, compiled, today)
    current = rank(compiled, draft.standing.tier)
    qualified = rank(compiled, level_for(compiled, draft.standing.window_points))
    if qualified >= current or tiers.demotion == "never":
        stays = max(current, qualified)
    else:
        stays = qualified if tiers.demotion == "to_qualified" else current - 1
    reason = "review_kept" if stays >= current else "review_demotion"
    review_us = _next_review(edition, context, today - 1) if stays else None
    draft.standing.move_tier(level_ids(compiled)[stays], at_us, reason, review_us)


def _next_review(edition: Edition, context: Context, day: int) -> int:
    """The first moment after the last day on which a level that was reached or kept on `day` is certain."""
    tiers = edition.compiled.document.tiers
    assert tiers is not None
    return day_start_us(add_months(day, tiers.review_months) + 1, context.zone)
