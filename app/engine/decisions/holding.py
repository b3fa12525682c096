"""Holds: points set aside, then captured or released. A hold ends exactly once."""

from typing import Final

from app.engine.change import Change
from app.engine.commands import Capture, HoldExtend, HoldPlace, HoldRelease
from app.engine.context import Context
from app.engine.decisions.redemption import worth
from app.engine.ledger.draft import Draft
from app.engine.movements import HoldOpened
from app.engine.outcomes import Held, HeldLonger, Redeemed, Released
from app.engine.refusals import Refusal, refuse
from app.engine.rulebook.redemption import value_minor
from app.engine.rulebook.wallets import Redemption as Terms
from app.engine.settle import expire_until, touch
from app.engine.state import Hold

MINUTE_US: Final = 60_000_000


def place(command: HoldPlace, draft: Draft, context: Context) -> Change | Refusal:
    """Set free points aside, at the worth that they have now, for a while that the rulebook bounds.

    Refuses like a redemption, and with hold_too_short and hold_life_exceeded.
    """
    edition = context.timeline.in_force(context.now_us)
    if edition is None:
        return refuse("no_rulebook")
    terms = edition.compiled.document.holds
    # An edition may shorten the whole life and forget the usual one.
    minutes = min(terms.minutes, terms.life_minutes_max) if command.minutes is None else command.minutes
    value = worth(command.points, edition, command.wallet, draft.purse(command.wallet).free)
    reasons = value.reasons if isinstance(value, Refusal) else ()
    span = _span(minutes, terms.life_minutes_max)
    if span is not None:
        reasons += span.reasons
    if isinstance(value, Refusal) or reasons:
        return Refusal(reasons=reasons)
    touch(draft, context, command.wallet, context.now_us)
    held = Held(
        wallet=command.wallet,
        points=command.points,
        value_minor=value,
        draws=draft.draw(command.points, wallet=command.wallet, cause="held"),
        until_us=context.now_us + minutes * MINUTE_US,
        life_until_us=context.now_us + terms.life_minutes_max * MINUTE_US,
        rulebook=edition.version,
    )
    draft.hold(
        HoldOpened(
            hold=context.fact,
            wallet=held.wallet,
            until_us=held.until_us,
            life_until_us=held.life_until_us,
            rulebook=held.rulebook,
            draws=held.draws,
        )
    )
    return draft.finish(held)


def extend(command: HoldExtend, draft: Draft, context: Context) -> Change | Refusal:
    """Let a hold last so many minutes from now, never shorter than it did, and never past its whole life.

    Refuses with hold_ended, hold_too_short, or hold_life_exceeded with the minutes that are left.
    """
    hold = draft.holds.get(command.hold)
    if hold is None:
        return refuse("hold_ended")
    refusal = _span(command.minutes, (hold.life_until_us - context.now_us) // MINUTE_US)
    if refusal is not None:
        return refusal
    until_us = max(hold.until_us, context.now_us + command.minutes * MINUTE_US)
    if until_us > hold.until_us:
        draft.hold_until(hold, until_us)
    return draft.finish(HeldLonger(until_us=until_us))


def capture(command: Capture, draft: Draft, context: Context) -> Change | Refusal:
    """Redeem held points at the worth that they had when they were set aside; the rest is released.

    Refuses with hold_ended, exceeds_hold, or not_a_step. No minimum: that was asked when the hold was placed.
    """
    hold = draft.holds.get(command.hold)
    if hold is None:
        return refuse("hold_ended")
    terms = _terms(hold, context)
    points = hold.points if command.points is None else command.points
    if not 1 <= points <= hold.points:
        return refuse("exceeds_hold", "/points", held=hold.points, requested=points)
    if points % terms.step_points and points != hold.points:
        return refuse("not_a_step", "/points", step=terms.step_points, requested=points)
    touch(draft, context, hold.wallet, context.now_us)
    draws = draft.end_hold(hold, "captured", points, context.now_us)
    draft.post("redemption", -points, context.now_us, wallet=hold.wallet)
    expire_until(draft, context.now_us)
    return draft.finish(
        Redeemed(
            points=points,
            value_minor=value_minor(terms, points),
            draws=draws,
            rulebook=hold.rulebook,
            wallet=hold.wallet,
            hold=hold.hold,
            released=hold.points - points,
        )
    )


def release(command: HoldRelease, draft: Draft, context: Context) -> Change | Refusal:
    """Let held points go; what has expired meanwhile expires at once. Refuses with hold_ended."""
    hold = draft.holds.get(command.hold)
    if hold is None:
        return refuse("hold_ended")
    draft.end_hold(hold, "released", 0, context.now_us)
    expire_until(draft, context.now_us)
    return draft.finish(Released(points=hold.points))


def _span(minutes: int, minutes_max: int) -> Refusal | None:
    if minutes < 1:
        return refuse("hold_too_short", "/minutes", minimum=1)
    if minutes > minutes_max:
        return refuse("hold_life_exceeded", "/minutes", maximum=minutes_max, requested=minutes)
    return None


def _terms(hold: Hold, context: Context) -> Terms:
    """What points were worth when they were set aside."""
    terms = context.timeline.edition(hold.rulebook).compiled.wallets[hold.wallet].redemption
    assert terms is not None, "a hold was priced"
    return terms
