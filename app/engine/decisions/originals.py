"""Where the credits that a fact names live now: on this account, or on the one that took it over in a merge."""

from app.engine.ledger.draft import Draft
from app.engine.ledger.due import ends_us
from app.engine.movements import Draw
from app.engine.state import Lot, Original


def own_lots(draft: Draft, original: Original, number: int) -> tuple[int, ...]:
    """The lots of this account that hold what lot `number` of the fact's account held, in spending order.

    That lot itself, as a rule. After a merge it is those that came from the same credit; none where nothing of it was
    left to bring, and several where points of it had been given away before, or have come back since.
    """
    if original.member is None:
        return (number,)
    return tuple(lot.number for lot in draft.lots.of_origin(original.origin(number)))


def expired_before(original: Original, number: int) -> int:
    """What had expired unused of a lot when its account was merged; nothing of a lot that stayed where it was."""
    return 0 if original.member is None else original.lot(number).expired


def give_back(draft: Draft, original: Original, draws: tuple[Draw, ...], effective_us: int, wallet: str = "") -> None:
    """Points that a fact took come back: to what their reversal could not take, to debt, to their own lots.

    The lots of an account that was merged are closed for ever. What comes back to one is a new lot of this account
    with the dates of the old one, even past ones.
    """
    if original.member is None:
        draft.give_back(draws, effective_us, wallet=wallet)
        return
    for drawn in draws:
        closed = original.lot(drawn.lot)
        points = drawn.points - _pay_missing(draft, original, drawn, effective_us, wallet)
        number = draft.credit(
            "return",
            points,
            closed.fact,
            closed.earned_us,
            closed.expires_us,
            wallet=wallet,
            lapses=closed.lapses,
            origin=original.origin(drawn.lot),
            effective_us=effective_us,
        )
        if number is not None:
            _expire_at_once(draft, draft.lots[number], effective_us)


def _pay_missing(draft: Draft, original: Original, drawn: Draw, effective_us: int, wallet: str) -> int:
    """Pay what a reversal of the same credit could not take. Returns how many points that took."""
    paid = 0
    for number in own_lots(draft, original, drawn.lot):
        owed = min(drawn.points - paid, draft.lots[number].uncollected)
        if owed:
            draft.lots.move(number, uncollected=-owed)
            draft.post("return", owed, effective_us, number, wallet)
            draft.post("reversal", -owed, effective_us, number, wallet)
            paid += owed
    return paid


def _expire_at_once(draft: Draft, lot: Lot, at_us: int) -> None:
    """What came back after its time was there until now, and goes now: not on its date, before it came."""
    gone_us = ends_us(lot, draft.purse(lot.wallet).lapses_us)
    if gone_us is not None and gone_us <= at_us and lot.loose:
        draft.expire(lot, at_us)
