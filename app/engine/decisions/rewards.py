"""Rewards of the catalogue, and the vouchers that some of them are."""

from datetime import date
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from app.engine.calendar import day_start_us, last_valid_day, local_day
from app.engine.change import Change
from app.engine.commands import RewardRedemption
from app.engine.context import Context, Edition
from app.engine.decisions.drawing import award, stop
from app.engine.decisions.measuring import measure
from app.engine.decisions.prizing import gifts_of
from app.engine.ledger.draft import Draft
from app.engine.movements import StockMove
from app.engine.odds import odds_of_wheel
from app.engine.outcomes import Outcome, Redeemed, Taken
from app.engine.played import Gift, gift_counter
from app.engine.refusals import Reason, Refusal, refuse
from app.engine.rulebook.rewards import Reward
from app.engine.rulebook.tiers import cost_at, first_day_at, level_ids, rank
from app.engine.rulebook.wallets import MAIN_WALLET
from app.engine.settle import touch
from app.engine.shared_stocks import pool_stock, reward_named, reward_stock
from app.engine.state import Original
from app.engine.vouchers import VoucherRestore, VoucherRestored, VoucherUse, VoucherUsed

QUANTITY_MAX: Final = 100
# Each of these is a code with a life of its own, and a code is one piece; or a turn of a wheel.
SINGLE: Final = ("voucher", "code_pool", "wheel")


class Wanted(Struct, frozen=True, kw_only=True):
    """So many pieces of a reward, for this member now: what they cost, and what of them is gone.

    `gifts` of them cost nothing, whatever the member's tier is and however many they had.
    """

    reward: Reward
    quantity: int
    tier: str | None
    today: int
    cost_points: int
    first_day: int | None
    wallet: str
    available: int
    taken: int
    taken_of_pool: int
    size_of_pool: int
    had: int
    readings: tuple[int, ...]
    is_admitted: bool
    gifts: tuple[Gift, ...] = ()

    @property
    def paid(self) -> int:
        """How many of the pieces are no gifts."""
        return self.quantity - sum(gift.count for gift in self.gifts)


def take(command: RewardRedemption, draft: Draft, context: Context) -> Change | Refusal:
    """Take a reward for points. Refuses with every reason that applies, each with its numbers."""
    edition = context.timeline.in_force(context.now_us)
    if edition is None:
        return refuse("no_rulebook")
    reward = reward_named(command.reward, context.timeline, context.now_us)
    if reward is None:
        return refuse("unknown_reward", "/reward")
    wanted = _wanted(reward, command.quantity, edition, draft, context)
    reasons = reasons_against(wanted)
    if reasons:
        return Refusal(reasons=reasons)
    odds = odds_of_wheel(reward)
    drawn = stop(odds, draft, context) if odds is not None else None
    if drawn is not None and drawn.cut:
        # Nobody pays for a turn that could not win what the odds said.
        wanted = replace(wanted, quantity=0, cost_points=0, gifts=())
    touch(draft, context, wanted.wallet, context.now_us)
    draws = draft.draw(wanted.cost_points, wallet=wanted.wallet)
    draft.post("redemption", -wanted.cost_points, context.now_us, wallet=wanted.wallet)
    _off_the_shelf(wanted, draft, context)
    if drawn is not None and odds is not None:
        drawn = award(drawn, odds, draft, context, occurred_us=context.now_us, edition=edition)
    return draft.finish(
        Redeemed(
            points=wanted.cost_points,
            value_minor=(reward.value_minor or 0) * wanted.quantity,
            draws=draws,
            rulebook=edition.version,
            wallet=wanted.wallet,
            reward=_taken(wanted, context),
            drawn=drawn,
            readings=wanted.readings,
        )
    )


def reasons_against(wanted: Wanted) -> tuple[Reason, ...]:
    """Every reason for which a member cannot have a reward now; nothing if they can."""
    reward = wanted.reward
    found = [*_reasons_of_member(wanted), *_reasons_of_shelf(wanted)]
    most = 1 if reward.kind in SINGLE else QUANTITY_MAX
    if not 1 <= wanted.quantity <= most:
        found.append(Reason(code="quantity_out_of_range", pointer="/quantity", numbers=(("maximum", most),)))
    if wanted.first_day is not None and wanted.today < wanted.first_day:
        found.append(_reason("not_yet_available", valid_from=date.fromordinal(wanted.first_day).isoformat()))
    if reward.valid_until is not None and wanted.today > reward.valid_until.toordinal():
        found.append(_reason("no_longer_available", valid_until=reward.valid_until.isoformat()))
    return tuple(found)


def change_voucher(
    command: VoucherUse | VoucherRestore, original: Original, draft: Draft, context: Context
) -> Change | Refusal:
    """The life of a voucher after it was issued, but for its cancellation."""
    if isinstance(command, VoucherUse):
        return use_voucher(original, draft, context)
    return restore_voucher(original, draft)


def use_voucher(original: Original, draft: Draft, context: Context) -> Change | Refusal:
    """A voucher works once, until its last valid day has ended.

    Refuses with wrong_kind, voucher_used, voucher_cancelled or voucher_expired. Codes out of a pool are used where
    they came from.
    """
    voucher = _voucher(original)
    if voucher is None:
        return refuse("wrong_kind")
    ended = ended_as(original)
    if ended is not None:
        code = "voucher_used" if isinstance(ended, VoucherUsed) else "voucher_cancelled"
        return refuse(code, by=str(original.reversed_by[-1]))
    if voucher.expires_us is not None and voucher.expires_us <= context.now_us:
        last_day = date.fromordinal(last_valid_day(voucher.expires_us, context.zone))
        return refuse("voucher_expired", last_day=last_day.isoformat())
    return draft.finish(VoucherUsed(reward=voucher.reward))


def restore_voucher(original: Original, draft: Draft) -> Change | Refusal:
    """The last use of a voucher was none: it works again, unless its last valid day has ended meanwhile.

    Refuses with wrong_kind, and with already_reversed where it is not used.
    """
    used = ended_as(original)
    if isinstance(used, VoucherUsed):
        return draft.finish(VoucherRestored(reward=used.reward))
    if _voucher(original) is None or not original.reversed_by:
        return refuse("wrong_kind")
    return refuse("already_reversed", by=str(original.reversed_by[-1]))


def _voucher(original: Original) -> Taken | None:
    redeemed = original.change.outcome if original.change is not None else None
    if not isinstance(redeemed, Redeemed) or redeemed.reward is None or redeemed.reward.kind != "voucher":
        return None
    return redeemed.reward


def ended_as(original: Original) -> Outcome | None:
    """How a redemption has ended: its voucher was used, or it was cancelled; None if neither, or no longer."""
    if not original.reversed_by or original.latest is None:
        return None
    latest = original.latest.outcome
    return None if isinstance(latest, VoucherRestored) else latest


def _wanted(reward: Reward, quantity: int, edition: Edition, draft: Draft, context: Context) -> Wanted:
    compiled = edition.compiled
    gifts = _used(gifts_of(draft, reward.id, local_day(context.now_us, context.zone)), quantity)
    paid = quantity - sum(gift.count for gift in gifts)
    tier = level_ids(compiled)[rank(compiled, draft.standing.tier)] if compiled.levels else None
    wallet = "" if reward.wallet == MAIN_WALLET else reward.wallet
    name = reward_stock(reward.id)
    pool = context.stock(pool_stock(reward.pool)) if reward.pool is not None else None
    gate = compiled.gates.get(reward.id)
    readings = () if gate is None else measure(gate.asking.gauges, context.now_us, draft, context)
    return Wanted(
        reward=reward,
        quantity=quantity,
        tier=tier,
        today=local_day(context.now_us, context.zone),
        cost_points=cost_at(compiled, reward, tier) * paid,
        first_day=first_day_at(compiled, reward, tier),
        wallet=wallet,
        available=draft.purse(wallet).free,
        taken=context.stock(name).taken,
        taken_of_pool=pool.taken if pool is not None else 0,
        size_of_pool=(pool.size or 0) if pool is not None else 0,
        had=draft.counted(name),
        readings=readings,
        is_admitted=gate is None or gate.is_open(rank(compiled, draft.standing.tier), readings),
        gifts=gifts,
    )


def _used(gifts: tuple[Gift, ...], quantity: int) -> tuple[Gift, ...]:
    """The gifts that so many pieces take."""
    used = []
    for gift in gifts:
        count = min(gift.count, quantity)
        quantity -= count
        if count:
            used.append(Gift(day=gift.day, count=count))
    return tuple(used)


def _reasons_of_member(wanted: Wanted) -> list[Reason]:
    reward, found = wanted.reward, []
    if wanted.cost_points > wanted.available:
        numbers = {"available": wanted.available, "requested": wanted.cost_points}
        found.append(_reason("insufficient_points", **numbers))
    if reward.tiers is not None and wanted.paid and wanted.tier not in reward.tiers:
        found.append(_reason("wrong_tier", tiers=", ".join(reward.tiers), tier=wanted.tier or ""))
    if not wanted.is_admitted and wanted.paid:
        found.append(_reason("wrong_segment", segments=", ".join(reward.segments or ())))
    if reward.per_member is not None and wanted.paid and wanted.had + wanted.paid > reward.per_member:
        numbers = {"limit": reward.per_member, "taken": wanted.had, "requested": wanted.paid}
        found.append(_reason("reward_limit", **numbers))
    return found


def _reasons_of_shelf(wanted: Wanted) -> list[Reason]:
    """Out of stock: the fewer of what the rulebook puts on the shelf and of the codes that were imported."""
    left = []
    if wanted.reward.stock is not None:
        left.append(wanted.reward.stock - wanted.taken)
    if wanted.reward.pool is not None:
        left.append(wanted.size_of_pool - wanted.taken_of_pool)
    if not left or wanted.quantity <= min(left):
        return []
    return [_reason("out_of_stock", left=max(0, min(left)), requested=wanted.quantity)]


def _off_the_shelf(wanted: Wanted, draft: Draft, context: Context) -> None:
    name = reward_stock(wanted.reward.id)
    names = [name] if wanted.reward.pool is None else [name, pool_stock(wanted.reward.pool)]
    for each in names:
        stock = context.stock(each)
        draft.stock_moves.append(StockMove(name=each, before=stock.taken, taken=wanted.quantity, size=stock.size))
    for gift in wanted.gifts:
        draft.count(gift_counter(wanted.reward.id), -gift.count, gift.day)
    draft.count(name, wanted.paid)


def _taken(wanted: Wanted, context: Context) -> Taken:
    reward = wanted.reward
    until_us = None
    if reward.voucher_days is not None:
        until_us = day_start_us(wanted.today + reward.voucher_days + 1, context.zone)
    return Taken(
        reward=reward.id,
        kind=reward.kind,
        quantity=wanted.quantity,
        expires_us=until_us,
        pool=reward.pool,
        place=wanted.taken_of_pool if reward.pool is not None else None,
        gifts=wanted.gifts,
    )


def _reason(code: str, **numbers: int | str) -> Reason:
    return Reason(code=code, pointer="/reward", numbers=tuple(numbers.items()))
