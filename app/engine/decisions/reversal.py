"""Taking a credit back: its own lot first, then other free lots, then debt down to the floor."""

from app.engine.change import BALANCE_MAX
from app.engine.context import Context
from app.engine.ledger.draft import Draft
from app.engine.outcomes import Reversed


def take_back(draft: Draft, context: Context, kind: str, number: int | None, asked: int) -> Reversed:
    """Reverse `asked` points that lot `number` was credited with, and post one entry of `kind`.

    What expired unused is gone and is not taken again. The floor is that of the rulebook in force now.
    """
    if number is None or asked == 0:
        return Reversed()
    expired = min(asked, draft.lots[number].expired)
    from_lot = draft.take_back(number, asked - expired)
    rest = asked - expired - from_lot
    draws = draft.draw(min(rest, max(0, draft.free - from_lot)), cause="reversed")
    from_others = sum(drawn.points for drawn in draws)
    rest -= from_others
    from_debt = min(rest, _room(draft, context))
    draft.owe(from_debt)
    draft.leave_uncollected(number, rest - from_debt)
    reversed_ = Reversed(
        asked=asked,
        from_lot=from_lot,
        from_others=from_others,
        from_debt=from_debt,
        expired=expired,
        uncollected=rest - from_debt,
    )
    draft.post(kind, -reversed_.collected, context.now_us, number)
    return reversed_


def _room(draft: Draft, context: Context) -> int:
    """How much more the member may owe before the balance reaches the floor (zero or less; None: no floor)."""
    edition = context.timeline.in_force(context.now_us)
    floor = edition.compiled.document.debt.floor_points if edition is not None else None
    if floor is None:
        return BALANCE_MAX - draft.purse("").debt
    return max(0, -floor - draft.purse("").debt)
