"""Where the credits that a fact names live now: on this account, or on the one that took it over in a merge."""

from app.engine.ledger.draft import Draft
from app.engine.movements import Draw
from app.engine.state import Original


def own_lot(draft: Draft, original: Original, number: int) -> int:
    """The lot of this account that lot `number` of the fact's account is: that very one, or its continuation."""
    return number + draft.account.shift(original.member)


def own_draws(draft: Draft, original: Original, draws: tuple[Draw, ...]) -> tuple[Draw, ...]:
    """What a fact took, by the lots of this account."""
    shift = draft.account.shift(original.member)
    return tuple(Draw(lot=drawn.lot + shift, points=drawn.points) for drawn in draws) if shift else draws


def give_back(draft: Draft, original: Original, draws: tuple[Draw, ...], effective_us: int, wallet: str = "") -> None:
    """Points that a fact took come back: to what their reversal could not take, to debt, to their own lots."""
    draft.give_back(own_draws(draft, original, draws), effective_us, wallet=wallet)
