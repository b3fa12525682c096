"""Let time pass: what falls due happens at its own instant, under the rulebook in force at that instant."""

from app.engine.calendar import inactivity_us, local_day
from app.engine.climbing import review, slide
from app.engine.context import Context
from app.engine.ledger.draft import Draft
from app.engine.ledger.due import ends_us, lapse_notice_us, notice_us
from app.engine.ledger.purses import Running
from app.engine.movements import Notice
from app.engine.rulebook.lifetimes import Inactivity
from app.engine.warning import warn


def settle(draft: Draft, context: Context) -> None:
    """Walk the due instants up to now, one by one; then let the tally window begin where today asks.

    Settling twice is the same as settling once to the later instant.
    """
    # Where nothing is due nothing is looked for: not all is here by which it is told when something will be.
    due_us = draft.account.due_us
    while due_us is not None and due_us <= context.now_us:
        at_us = min(draft.instants(), default=context.now_us + 1)
        if at_us > context.now_us:
            break
        _settle_at(draft, context, at_us)
    draft.heard_us = context.now_us
    _date_what_is_held(draft, context.now_us)
    edition = context.timeline.in_force(context.now_us)
    main = edition.compiled.ladder("") if edition is not None else None
    if main is not None and main.is_plain:
        slide(draft, main, local_day(context.now_us, context.zone))


def _settle_at(draft: Draft, context: Context, at_us: int) -> None:
    """Within one instant: maturity, hold end, review, expiry, lapse for want of activity, notices."""
    _date_what_is_held(draft, at_us - 1)
    for lot in draft.open_lots():
        if lot.pending and lot.available_us is not None and lot.available_us <= at_us:
            draft.mature(lot.number)
    for hold in sorted(draft.holds.values(), key=lambda hold: hold.hold):
        if hold.until_us <= at_us:
            draft.end_hold(hold, "lapsed", 0, hold.until_us)
    for review_us, ladder in draft.standing.reviews():
        if review_us <= at_us:
            review(draft, context, ladder, review_us)
    expire_until(draft, at_us)
    _notify(draft, context, at_us)
    draft.heard_us = max(draft.heard_us, at_us)


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


def _notify(draft: Draft, context: Context, at_us: int) -> None:
    """Say once of each lot that it will expire, what is held is not told; then whatever else there is to say."""
    for lot in draft.open_lots():
        told_us = notice_us(lot, context, draft.heard_us)
        if told_us is not None and told_us <= at_us and lot.loose:
            draft.tell(lot, at_us)
    for purse in (draft.purses.main, *draft.purses.others.values()):
        _tell_of_lapse(draft, context, purse, at_us)
    warn(draft, context, at_us)


def _tell_of_lapse(draft: Draft, context: Context, purse: Running, at_us: int) -> None:
    """Say at this very instant what a wallet will lose, unless the member does something before."""
    wallet, lapses_us = purse.before.wallet, purse.lapses_us
    lots = draft.open_lots(wallet) if lapses_us is not None else ()
    points = sum(lot.loose for lot in lots if lapse_notice_us(lot, lapses_us, context) == at_us)
    if points and lapses_us is not None:
        told = Notice(kind="expiring_soon", at_us=at_us, wallet=wallet, points=points, on_us=lapses_us)
        draft.notices.append(told)


def _date_what_is_held(draft: Draft, until_us: int) -> None:
    """A lot of which only what is held outlived a lapse keeps its instant: later activity does not bring it back.

    Before a later instant does anything, so that it is the same whether somebody looked in between or not.
    """
    for purse in (draft.purses.main, *draft.purses.others.values()):
        lapsed_us = purse.lapses_us
        if lapsed_us is None or lapsed_us > until_us:
            continue
        for lot in draft.open_lots(purse.before.wallet):
            if lot.lapses and lot.held and lot.expires_us is None:
                draft.redate(lot, lapsed_us)
