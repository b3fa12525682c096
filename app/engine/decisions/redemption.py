"""Redemptions: points to money off, and back."""

from app.engine.change import INT64_MAX, Change
from app.engine.commands import Redemption
from app.engine.context import Context, Edition
from app.engine.decisions.drawing import undo
from app.engine.decisions.originals import give_back
from app.engine.decisions.pricing import price
from app.engine.decisions.reversal import shortage
from app.engine.decisions.rewards import ended_as
from app.engine.ledger.draft import Draft
from app.engine.movements import StockMove
from app.engine.odds import odds_of_wheel, wheel_of
from app.engine.outcomes import Cancelled, Redeemed, Taken
from app.engine.played import PrizeTaken, gift_counter
from app.engine.refusals import Refusal, refuse
from app.engine.rulebook.rewards import Reward
from app.engine.settle import expire_until, touch
from app.engine.shared_stocks import reward_stock
from app.engine.state import Original
from app.engine.vouchers import VoucherUsed


def redeem(command: Redemption, draft: Draft, context: Context) -> Change | Refusal:
    """Take points of a wallet in spending order. Refuses with every reason that applies."""
    edition = context.timeline.in_force(context.now_us)
    if edition is None:
        return refuse("no_rulebook")
    value = worth(command.points, edition, command.wallet, draft.purse(command.wallet).free)
    if isinstance(value, Refusal):
        return value
    touch(draft, context, command.wallet, context.now_us)
    draws = draft.draw(command.points, wallet=command.wallet)
    draft.post("redemption", -command.points, context.now_us, wallet=command.wallet)
    return draft.finish(
        Redeemed(points=command.points, value_minor=value, draws=draws, rulebook=edition.version, wallet=command.wallet)
    )


def worth(points: int, edition: Edition, wallet: str, available: int) -> int | Refusal:
    """The money that points of a wallet take off by an edition; refuses like `price`, and with unknown_wallet."""
    terms = edition.compiled.wallets.get(wallet)
    if terms is None:
        return refuse("unknown_wallet", "/wallet")
    value = price(points, terms.redemption, available)
    if not isinstance(value, Refusal) and value > INT64_MAX:
        return refuse("number_too_large", "/points")
    return value


def cancel(original: Original, draft: Draft, context: Context) -> Change | Refusal:
    """Give the points back to their own lots with their own dates, even past ones.

    A reward goes back on the shelf and no longer counts for the member; a code out of a pool does not go back into
    it, because somebody has read it. A voucher that was used cannot be cancelled.
    """
    if original.change is None or not isinstance(original.change.outcome, Redeemed):
        return refuse("wrong_kind")
    ended = ended_as(original)
    if ended is not None:
        code = "voucher_used" if isinstance(ended, VoucherUsed) else "already_reversed"
        return refuse(code, by=str(original.reversed_by[-1]))
    redeemed = original.change.outcome
    wheel = wheel_of(redeemed, context.timeline)
    if wheel is not None and wheel.odds is not None and wheel.odds.cancel == "final":
        return refuse("draw_final")
    give_back(draft, original, redeemed.draws, context.now_us, redeemed.wallet)
    if redeemed.reward is not None:
        _put_back(redeemed.reward, draft, context)
    prize = _turn_back(redeemed, wheel, original, draft, context)
    if isinstance(prize, Refusal):
        return prize
    expire_until(draft, context.now_us)
    return draft.finish(Cancelled(returned=redeemed.points, value_minor=redeemed.value_minor, prize=prize))


def _turn_back(
    redeemed: Redeemed, wheel: Reward | None, original: Original, draft: Draft, context: Context
) -> PrizeTaken | Refusal | None:
    """What a wheel gave goes back with what the turn had cost. Refuses with not_enough_to_reverse."""
    odds = odds_of_wheel(wheel) if wheel is not None else None
    if odds is None or redeemed.drawn is None or redeemed.drawn.prized is None:
        return None
    taken = undo(redeemed.drawn, odds, original, draft, context)
    short = shortage(context, redeemed.drawn.prized.wallet, taken.reversed) if taken is not None else ()
    return Refusal(reasons=short) if short else taken


def _put_back(taken: Taken, draft: Draft, context: Context) -> None:
    name = reward_stock(taken.reward)
    stock = context.stock(name)
    draft.stock_moves.append(StockMove(name=name, before=stock.taken, taken=-taken.quantity, size=stock.size))
    for gift in taken.gifts:
        draft.count(gift_counter(taken.reward), gift.count, gift.day)
    draft.count(name, sum(gift.count for gift in taken.gifts) - taken.quantity)
