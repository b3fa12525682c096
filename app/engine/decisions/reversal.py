"""Taking a credit back: its own lot first, then other free lots, then debt as the wallet's policy allows."""

from app.engine.change import BALANCE_MAX
from app.engine.context import Context
from app.engine.ledger.draft import Draft
from app.engine.refusals import Reason
from app.engine.remains import Reversed
from app.engine.rulebook.document import MAIN_WALLET, Debt


def take_back(
    draft: Draft, context: Context, kind: str, number: int | None, asked: int, *, forgiven: int = 0
) -> Reversed:
    """Reverse `asked` points that lot `number` was credited with, and post one entry of `kind`.

    What expired unused is gone and is not taken again; `forgiven` of it was left alone by reversals before. Points on
    hold stay. The debt policy is that of the rulebook in force now; what it refuses to ask is uncollected, too:
    `shortage` tells it from what was only out of reach.
    """
    if number is None or asked == 0:
        return Reversed()
    wallet = draft.lots[number].wallet
    expired = min(asked, max(0, draft.lots[number].expired - forgiven))
    from_lot = draft.take_back(number, asked - expired)
    rest = asked - expired - from_lot
    # The entry is not posted yet, so the wallet still counts what was taken from the lot.
    draws = draft.draw(min(rest, max(0, draft.purse(wallet).free - from_lot)), wallet=wallet, cause="reversed")
    from_others = sum(drawn.points for drawn in draws)
    rest -= from_others
    from_debt = min(rest, _room(draft, context, wallet))
    draft.owe(from_debt, wallet)
    draft.leave_uncollected(number, rest - from_debt)
    reversed_ = Reversed(
        asked=asked,
        from_lot=from_lot,
        from_others=from_others,
        from_debt=from_debt,
        expired=expired,
        uncollected=rest - from_debt,
    )
    draft.post(kind, -reversed_.collected, context.now_us, number, wallet)
    return reversed_


def take_free(draft: Draft, context: Context, kind: str, wallet: str, asked: int) -> Reversed:
    """Reverse points whose own lot is not known: out of what is free, then as debt, and post one entry of `kind`."""
    draws = draft.draw(min(asked, max(0, draft.purse(wallet).free)), wallet=wallet, cause="reversed")
    from_others = sum(drawn.points for drawn in draws)
    from_debt = min(asked - from_others, _room(draft, context, wallet))
    draft.owe(from_debt, wallet)
    reversed_ = Reversed(
        asked=asked,
        from_others=from_others,
        from_debt=from_debt,
        uncollected=asked - from_others - from_debt,
    )
    draft.post(kind, -reversed_.collected, context.now_us, wallet=wallet)
    return reversed_


def shortage(context: Context, wallet: str, reversed_: Reversed) -> tuple[Reason, ...]:
    """Why a reversal is refused that found too little in a wallet whose policy is to refuse; nothing otherwise."""
    if not reversed_.uncollected or _debt(context, wallet).policy != "refuse":
        return ()
    numbers = (
        ("wallet", wallet or MAIN_WALLET),
        ("asked", reversed_.asked),
        ("available", reversed_.asked - reversed_.uncollected),
    )
    return (Reason(code="not_enough_to_reverse", numbers=numbers),)


def _room(draft: Draft, context: Context, wallet: str) -> int:
    """How much more the member may owe before the balance reaches the floor (zero or less; None: no floor)."""
    terms, debt = _debt(context, wallet), draft.purse(wallet).debt
    if terms.policy != "allow_negative":
        return 0
    return BALANCE_MAX - debt if terms.floor_points is None else max(0, -terms.floor_points - debt)


def _debt(context: Context, wallet: str) -> Debt:
    edition = context.timeline.in_force(context.now_us)
    terms = edition.compiled.wallets.get(wallet) if edition is not None else None
    return terms.debt if terms is not None else Debt()
