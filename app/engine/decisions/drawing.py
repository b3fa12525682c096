"""Draws of chance: the member's number moves on, today's seed says where it stops, stock and budget may cut it."""

from msgspec.structs import replace

from app.engine.calendar import local_day
from app.engine.context import Context, Edition
from app.engine.decisions.prizing import give, take_prize
from app.engine.draws import draw_counter, message_of, pick, value_of
from app.engine.ledger.draft import Draft
from app.engine.movements import StockMove
from app.engine.odds import Odds, shares_of
from app.engine.played import Drawn, PrizeTaken
from app.engine.rulebook.chances import Chance, weights_of
from app.engine.state import Original


def stop(odds: Odds, draft: Draft, context: Context) -> Drawn:
    """Where the next draw of the member stops. Without a seed nothing is drawn: a quote knows the odds alone."""
    name = draw_counter(odds.draw)
    drawn = Drawn(draw=odds.draw, number=draft.counted(name) + 1)
    if context.seed is None:
        return drawn
    draft.count(name, 1)
    value = value_of(context.seed, message_of(draft.account.member, odds.draw, drawn.number))
    place = pick(value, weights_of(odds.prizes), odds.nothing_weight)
    cut = "" if place is None else _cut(odds, odds.prizes[place], draft, context)
    return replace(drawn, day=local_day(context.now_us, context.zone), place=place, cut=cut)


def award(drawn: Drawn, odds: Odds, draft: Draft, context: Context, *, occurred_us: int, edition: Edition) -> Drawn:
    """Give what a draw stopped at, unless it was cut."""
    if drawn.place is None or drawn.cut:
        return drawn
    chance = odds.prizes[drawn.place]
    for share in shares_of(odds, chance):
        _move(share.name, share.taken, draft, context)
    prized = give(chance.prize, odds.draw, draft, context, occurred_us=occurred_us, edition=edition)
    return replace(drawn, prized=prized)


def undo(drawn: Drawn, odds: Odds, original: Original, draft: Draft, context: Context) -> PrizeTaken | None:
    """Take back what a draw gave, and let others have what it held of stock and budget. Its number stays used.

    `odds` are those of the version by which it was drawn. None where nothing had been given.
    """
    if drawn.prized is None or drawn.place is None:
        return None
    for share in shares_of(odds, odds.prizes[drawn.place]):
        _move(share.name, -share.taken, draft, context)
    return take_prize(drawn.prized, original, draft, context)


def _cut(odds: Odds, chance: Chance, draft: Draft, context: Context) -> str:
    """Why a prize cannot be given: too little is left. What was seen is put on record, as a move of nothing."""
    for share in shares_of(odds, chance):
        seen = context.stock(share.name).taken
        moved = sum(move.taken for move in draft.stock_moves if move.name == share.name)
        if seen + moved + share.taken > share.size:
            _move(share.name, 0, draft, context)
            return share.reason
    return ""


def _move(name: str, taken: int, draft: Draft, context: Context) -> None:
    stock = context.stock(name)
    draft.stock_moves.append(StockMove(name=name, before=stock.taken, taken=taken, size=stock.size))
