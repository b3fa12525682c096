"""Prizes given and taken back: points into a lot, badges and gifts as counters of the member."""

from typing import Final

from app.engine.calendar import local_day
from app.engine.change import BALANCE_MAX
from app.engine.context import Context, Edition
from app.engine.decisions.crediting import awaited, earn
from app.engine.decisions.originals import own_lot
from app.engine.decisions.reversal import take_back, take_free
from app.engine.ledger.draft import Draft
from app.engine.played import Gift, Prized, PrizeTaken, badge_counter, gift_counter, usable
from app.engine.remains import Reversed
from app.engine.rulebook.prizes import Prize, wallet_of
from app.engine.state import Original

# How the points of prizes stand in the ledger.
GIVEN: Final = "prize"
TAKEN: Final = "prize_reversal"


def give(
    prize: Prize,
    cause: str,
    draft: Draft,
    context: Context,
    *,
    occurred_us: int,
    edition: Edition,
    times: int = 1,
    day: int = 0,
) -> Prized:
    """Give a prize, earned at an instant; its points wait for what all points of their wallet wait for that can happen.

    Points that the account could not hold are not given.
    """
    wallet = wallet_of(prize)
    points, purse = (prize.points or 0) * times, draft.purse(wallet)
    if purse.balance + purse.debt + points > BALANCE_MAX:
        points = 0
    terms = edition.compiled.wallets[wallet]
    waits = awaited(terms.pending, draft)
    lot = earn(draft, context, GIVEN, points, occurred_us, terms, wallet=wallet, life=prize.expiry, pending=waits)
    if prize.badge is not None:
        draft.count(badge_counter(prize.badge), times)
    gift_day = 0
    if prize.gift is not None:
        gift_day = local_day(context.now_us, context.zone) + prize.gift_days if prize.gift_days is not None else 0
        draft.count(gift_counter(prize.gift), times, gift_day)
    return Prized(
        cause=cause,
        day=day,
        times=times,
        points=points,
        wallet=wallet,
        lot=lot,
        badge=prize.badge,
        gift=prize.gift,
        gift_day=gift_day,
    )


def take_prize(
    prized: Prized, original: Original, draft: Draft, context: Context, times: int | None = None
) -> PrizeTaken:
    """Take a prize of a fact back, all of it or so many times: its points as any reversal does.

    A badge goes. A gift that was taken already is taken from the next one of the same reward, while both are good.
    """
    taken = prized.times if times is None else times
    reversed_ = Reversed()
    if prized.lot is not None:
        points = prized.points // prized.times * taken
        reversed_ = take_back(draft, context, TAKEN, own_lot(draft, original, prized.lot), points)
    return _without(prized, taken, reversed_, draft)


def take_another(prize: Prize, cause: str, draft: Draft, context: Context, times: int) -> PrizeTaken:
    """Take a prize back that another fact had given: its points out of whatever is free, the rest is owed."""
    wallet = wallet_of(prize)
    points = (prize.points or 0) * times
    reversed_ = take_free(draft, context, TAKEN, wallet, points) if points else Reversed()
    named = Prized(
        cause=cause, wallet=wallet, badge=prize.badge, gift=prize.gift, gift_day=_last_gift_day(prize, draft)
    )
    return _without(named, times, reversed_, draft)


def gifts_of(draft: Draft, reward: str, today: int) -> tuple[Gift, ...]:
    """The gifts of a reward that can be taken now, soonest ending first; none where one is owed instead."""
    return usable(draft.counters.days(gift_counter(reward)), today)


def _without(prized: Prized, times: int, reversed_: Reversed, draft: Draft) -> PrizeTaken:
    if prized.badge is not None:
        draft.count(badge_counter(prized.badge), -times)
    if prized.gift is not None:
        draft.count(gift_counter(prized.gift), -times, prized.gift_day)
    return PrizeTaken(
        cause=prized.cause, times=times, reversed=reversed_, badge=prized.badge, gift=prized.gift, wallet=prized.wallet
    )


def _last_gift_day(prize: Prize, draft: Draft) -> int:
    """The latest day under which such a gift of the member is counted; that of one without an end is 0."""
    if prize.gift is None or prize.gift_days is None:
        return 0
    name = gift_counter(prize.gift)
    days = [each.day for each in draft.state.counters if each.name == name and each.count > 0]
    return max(days, default=0)
