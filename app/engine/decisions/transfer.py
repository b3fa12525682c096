"""Transfers: points leave an account and arrive on another, each lot as it was.

A member gives to another within the limits of the rulebook. What a household's members and their shared wallet pass
between them belongs to all of them, and knows no limits.
"""

from typing import Final

from app.engine.change import BALANCE_MAX, Change
from app.engine.commands import TransferIn, TransferOut
from app.engine.context import Context
from app.engine.estate import Origin, Parcel
from app.engine.ledger.draft import Draft
from app.engine.movements import Draw
from app.engine.outcomes import Received, Sent
from app.engine.refusals import Reason, Refusal
from app.engine.settle import touch
from app.engine.shared_stocks import given_away

HOUSEHOLD: Final = "household"


def send(command: TransferOut, draft: Draft, context: Context) -> Change | Refusal:
    """Let free points go, in spending order. Giving is an activity of the member.

    Refuses with all that apply of same_member, insufficient_points, and, outside of a household, no_rulebook,
    unknown_wallet, member_blocked, transfers_off, below_minimum, above_maximum, daily_limit and number_too_large.
    """
    wallet, free = command.wallet, draft.purse(command.wallet).free
    points = free if command.points is None else command.points
    is_shared = command.reason == HOUSEHOLD
    reasons = [Reason(code="same_member", pointer="/to")] if command.to == draft.account.member else []
    reasons += [] if is_shared else _limits(wallet, points, draft, context)
    if points > free or points < 0:
        reasons.append(_reason("insufficient_points", points, available=free))
    if reasons:
        return Refusal(reasons=tuple(reasons))
    # A member brings what is free to the shared wallet whatever happened; whoever takes from it means to spend.
    if draft.account.household is None or not is_shared:
        touch(draft, context, wallet, context.now_us)
    parcels = tuple(_parcel(drawn, draft) for drawn in draft.draw(points, wallet=wallet, cause="moved"))
    draft.post("transfer_out", -points, context.now_us, wallet=wallet)
    if not is_shared:
        draft.count(given_away(context.now_us, context.zone), points)
    return draft.finish(Sent(to=command.to, points=points, wallet=wallet, parcels=parcels))


def receive(command: TransferIn, draft: Draft, context: Context) -> Change | Refusal:
    """Open a lot for each parcel, with the dates and the origin that it had: moving points makes none younger.

    To receive is no activity. Where nothing has told yet when points go for want of it, they go when the sender's would
    have; the wallet of a household lives as long as the most active of its members.
    Refuses with member_blocked and number_too_large.
    """
    points = sum(parcel.points for parcel in command.parcels)
    purse = draft.purse(command.wallet)
    is_shared = command.reason == HOUSEHOLD
    reasons = []
    if draft.account.blocked and not is_shared:
        reasons.append(Reason(code="member_blocked", pointer="/to"))
    if purse.balance + purse.debt + points > BALANCE_MAX:
        reasons.append(Reason(code="number_too_large", pointer="/points"))
    if reasons:
        return Refusal(reasons=tuple(reasons))
    runs = purse.lapses_us is not None and purse.lapses_us > context.now_us
    starts = not runs and any(parcel.lapses for parcel in command.parcels)
    if command.lapses_us is not None and (is_shared or starts):
        purse.lapses_us = max(purse.lapses_us or command.lapses_us, command.lapses_us)
    lots = [
        draft.credit(
            "transfer_in",
            parcel.points,
            parcel.fact,
            parcel.earned_us,
            parcel.expires_us,
            wallet=command.wallet,
            lapses=parcel.lapses,
            origin=parcel.origin,
            effective_us=context.now_us,
        )
        for parcel in command.parcels
    ]
    return draft.finish(
        Received(
            sender=command.sender,
            points=points,
            wallet=command.wallet,
            lots=tuple(lot for lot in lots if lot is not None),
        )
    )


def _limits(wallet: str, points: int, draft: Draft, context: Context) -> list[Reason]:
    """What the rulebook has against a gift."""
    reasons = [Reason(code="member_blocked")] if draft.account.blocked else []
    edition = context.timeline.in_force(context.now_us)
    if edition is None:
        return [*reasons, Reason(code="no_rulebook")]
    if wallet not in edition.compiled.wallets:
        reasons.append(Reason(code="unknown_wallet", pointer="/wallet"))
    terms = edition.compiled.document.transfers
    if terms is None:
        return [*reasons, Reason(code="transfers_off")]
    if points < terms.minimum_points:
        reasons.append(_reason("below_minimum", points, minimum=terms.minimum_points))
    if terms.maximum_points is not None and points > terms.maximum_points:
        reasons.append(_reason("above_maximum", points, maximum=terms.maximum_points))
    today = given_away(context.now_us, context.zone)
    given = draft.counted(today)
    limit = terms.per_day_points
    if limit is not None and given + points > limit:
        reasons.append(_reason("daily_limit", points, limit=limit, left=max(0, limit - given)))
    if given + points > BALANCE_MAX:
        reasons.append(Reason(code="number_too_large", pointer="/points"))
    return reasons


def _parcel(drawn: Draw, draft: Draft) -> Parcel:
    lot = draft.lots[drawn.lot]
    return Parcel(
        source=lot.number,
        origin=lot.origin or Origin(member=draft.account.member, lot=lot.number),
        fact=lot.fact,
        points=drawn.points,
        earned_us=lot.earned_us,
        expires_us=lot.expires_us,
        lapses=lot.lapses,
    )


def _reason(code: str, requested: int, **numbers: int) -> Reason:
    return Reason(code=code, pointer="/points", numbers=(*numbers.items(), ("requested", requested)))
