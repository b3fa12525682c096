"""What a decision needs to see: named before anything is loaded, so that a long history costs nothing."""

from typing import Final

from app.engine.activity import Activity, ActivityCancel
from app.engine.calendar import DAY_MAX, local_day
from app.engine.change import Change
from app.engine.commands import (
    Adjustment,
    Capture,
    Command,
    Extension,
    HoldExtend,
    HoldPlace,
    HoldRelease,
    Introduce,
    LetTimePass,
    MergeIn,
    MergeOut,
    Move,
    Purchase,
    Redemption,
    ReferralClawback,
    ReferralReward,
    Refund,
    RewardRedemption,
    TierGrant,
    TierGrantEnd,
    TransferOut,
    Void,
)
from app.engine.context import Timeline
from app.engine.corrected import Corrected, Correction
from app.engine.friends import BROUGHT, QUALIFIED, capped_days
from app.engine.ledger.words import visited_days
from app.engine.lookups import NOWHERE, Lookup, gate_lookup, lookup_at
from app.engine.luck import NO_LUCK, luck_of
from app.engine.movements import Draw
from app.engine.outcomes import Adjusted, Purchased, Redeemed, Refunded, Rewarded
from app.engine.played import gift_counter
from app.engine.playspans import Plays, plays_again, plays_of
from app.engine.rulebook.prizes import wallet_of
from app.engine.rulebook.wallets import MAIN_WALLET
from app.engine.shared_stocks import given_away, reward_named, reward_stock
from app.engine.sights import UNSEEN, giving, reached_counter, sight
from app.engine.state import Account, Original
from app.engine.wanted import EVERY_COUNTER, NOTHING, Needs, Span

DAY_US: Final = 86_400_000_000
# What takes a visit back.
UNDOING: Final = (Refund, Void, Move)
# What changes tiers by hand, by undoing what counted, or by passing them on.
ABOUT_TIERS: Final = (
    TierGrant,
    TierGrantEnd,
    Refund,
    Void,
    Move,
    MergeOut,
    MergeIn,
    Correction,
    ActivityCancel,
    ReferralClawback,
)


def needs(
    command: Command,
    account: Account,
    now_us: int,
    zone: str,
    timeline: Timeline,
    originals: tuple[Original, ...] = (),
) -> Needs:
    """The slice that `decide` will look at for this command on this account at this instant."""
    wanted = _time(account, now_us, zone, timeline) | _tiers(command, account, now_us, zone, timeline)
    wanted |= _visits(command, account, now_us, zone, timeline)
    wanted |= _spending(command, account, now_us, zone, timeline)
    if isinstance(command, Purchase | Activity):
        wanted |= _measured(command.occurred_us, now_us, zone, timeline)
    wanted |= _chance(command, account, now_us, zone, timeline, originals)
    for plays, undone in plays_of(command, account, now_us, zone, timeline, originals):
        wanted |= _playing(plays, account, undone)
    match command:
        case HoldExtend() | Capture() | HoldRelease():
            wanted |= Needs(holds=True)
        case MergeOut():
            wanted |= Needs(estate=True)
        case MergeIn():
            wanted |= _taking_over(account, timeline)
        case Extension(lot=lot):
            wanted |= Needs(lots=(lot,))
        case Purchase():
            # The void has undone what it replaces.
            pass
        case _:
            for original in originals:
                if original.change is not None:
                    wanted |= _undoing(account, original, original.change) | _added(account, original)
    return wanted


def look(account: Account, now_us: int, zone: str, timeline: Timeline) -> Needs:
    """What is looked at to tell where a member stands in every set of tiers, now."""
    return _time(account, now_us, zone, timeline) | _tiers(None, account, now_us, zone, timeline)


def companion(
    command: Command,
    account: Account,
    now_us: int,
    zone: str,
    timeline: Timeline,
    originals: tuple[Original, ...] = (),
) -> Needs:
    """What will be looked at on another account that a command concerns, before anything of it is decided."""
    wanted = _time(account, now_us, zone, timeline) | _tiers(command, account, now_us, zone, timeline)
    match command:
        case MergeOut():
            wanted |= _taking_over(account, timeline)
        case Move():
            bought = [original.change.outcome for original in originals if original.change is not None]
            instants = [outcome.occurred_us for outcome in bought if isinstance(outcome, Purchased)]
            wanted |= Needs(tier_at_us=min((us for us in instants if us < account.tier_since_us), default=None))
            for instant in instants:
                wanted |= _measured(instant, now_us, zone, timeline)
            for plays in plays_again(account, now_us, zone, timeline, originals):
                wanted |= _playing(plays, account, None)
            luck = luck_of(command, originals, timeline, now_us, zone)
            wanted |= Needs(counters=tuple([Span(*span) for span in luck.counters]))
        case _:
            pass
    return wanted


def _taking_over(account: Account, timeline: Timeline) -> Needs:
    """Everything that may pay what another account owed, and the reward that one of the two may have had for it.

    Where different things count, also every counter: what both had counted is counted once.
    """
    plays = any(edition.compiled.games is not None for edition in timeline.editions)
    lots = () if account.referral_lot is None else (account.referral_lot,)
    return Needs(whole=True, lots=lots, counters=(EVERY_COUNTER,) if plays else ())


def _spending(command: Command, account: Account, now_us: int, zone: str, timeline: Timeline) -> Needs:
    """What pays for a command that takes points."""
    match command:
        case Purchase(basket=basket, occurred_us=occurred_us):
            earlier = occurred_us is not None and occurred_us < account.tier_since_us
            if not basket.tenders and not earlier:
                return NOTHING
            draw = sum([tender.points for tender in basket.tenders])
            return Needs(draw=draw, tier_at_us=occurred_us if earlier else None)
        case Activity(occurred_us=occurred_us) if occurred_us is not None and occurred_us < account.tier_since_us:
            return Needs(tier_at_us=occurred_us)
        case Redemption(points=points, wallet=wallet) | HoldPlace(points=points, wallet=wallet):
            return _drawing(wallet, points)
        case Adjustment(points=points, wallet=wallet):
            return _drawing(wallet, -points)
        case TransferOut(points=points, wallet=wallet, reason=reason):
            given = Needs() if reason == "household" else Needs(counters=(Span(given_away(now_us, zone)),))
            return given | (Needs(whole=True) if points is None else _drawing(wallet, points))
        case RewardRedemption():
            return _taking(command, now_us, zone, timeline)
        case Introduce():
            return Needs(counters=(Span(QUALIFIED),))
        case ReferralReward(rulebook=version) if version:
            terms, day = timeline.edition(version).compiled.document.referral, local_day(command.occurred_us, zone)
            return Needs(counters=tuple(Span(BROUGHT, *days) for days in capped_days(terms, day)))
        case _:
            return NOTHING


def _time(account: Account, now_us: int, zone: str, timeline: Timeline) -> Needs:
    """What settling needs. A wallet that lapses may take every lot with it, which is told before.

    The last visit may have been long ago.
    """
    if account.due_us is None or account.due_us > now_us:
        return NOTHING
    overdue, notice = timeline.overdue_days_max, timeline.notice_days_max
    soon_us = now_us + (notice + 2) * DAY_US if notice else None
    purses = (account.main, *account.purses)
    return Needs(
        due=True,
        soon_us=soon_us,
        whole=any(p.lapses_us is not None and account.now_us <= p.lapses_us <= (soon_us or now_us) for p in purses),
        tally_days=visited_days(account, now_us, overdue, zone) if overdue else None,
    )


def _visits(command: Command, account: Account, now_us: int, zone: str, timeline: Timeline) -> Needs:
    """The visits of late, where the last may be undone: then the one before it says when the next is overdue."""
    overdue = timeline.overdue_days_max if isinstance(command, UNDOING) else 0
    return Needs(tally_days=visited_days(account, now_us, overdue, zone)) if overdue else NOTHING


def _measured(occurred_us: int | None, now_us: int, zone: str, timeline: Timeline) -> Needs:
    """What the rulebook that judges an activity wants to know of the member; usually nothing."""
    seen = lookup_at(now_us if occurred_us is None else min(occurred_us, now_us), now_us, zone, timeline)
    return _looking(seen)


def _looking(seen: Lookup) -> Needs:
    if seen is NOWHERE:
        return NOTHING
    return Needs(tally_days=seen.days, counters=tuple([Span(*span) for span in seen.counters]), ever=seen.has_ever)


def _tiers(command: Command | None, account: Account, now_us: int, zone: str, timeline: Timeline) -> Needs:
    """What the tiers of a member look at; without a command, whatever can be told of them."""
    seen = sight(
        account,
        now_us,
        zone,
        timeline,
        looks=not isinstance(command, LetTimePass),
        is_about_tiers=command is None or isinstance(command, ABOUT_TIERS),
    )
    if seen == UNSEEN:
        return NOTHING
    wanted = Needs(
        tally_days=seen.days,
        counters=tuple(Span(*span) for span in seen.counters),
        tier_at_us=0 if seen.has_history else None,
        ever=seen.has_ever,
    )
    if not isinstance(command, LetTimePass):
        for ladder, level, prize in giving(timeline.ladders):
            wanted |= Needs(counters=(Span(reached_counter(ladder, level)),))
            # What refunds take with a level is taken from whatever is free.
            if isinstance(command, ABOUT_TIERS):
                gift = () if prize.gift is None else (Span(gift_counter(prize.gift), 0, DAY_MAX + 1),)
                wanted |= _drawing(wallet_of(prize), prize.points or 0) | Needs(counters=gift)
    return wanted


def _drawing(wallet: str, points: int) -> Needs:
    return Needs(wallets=(wallet,)) if wallet else Needs(draw=max(0, points))


def _taking(command: RewardRedemption, now_us: int, zone: str, timeline: Timeline) -> Needs:
    reward = reward_named(command.reward, timeline, now_us)
    if reward is None:
        return Needs()
    cost = max(reward.cost_points, *reward.tier_costs.values(), 0) * command.quantity
    drawn = _drawing("" if reward.wallet == MAIN_WALLET else reward.wallet, cost)
    gifts = Span(gift_counter(reward.id), 0, DAY_MAX + 1)
    admitted = _looking(gate_lookup(reward.id, now_us, zone, timeline))
    return drawn | Needs(counters=(Span(reward_stock(reward.id)), gifts)) | admitted


def _chance(
    command: Command, account: Account, now_us: int, zone: str, timeline: Timeline, originals: tuple[Original, ...]
) -> Needs:
    """What draws look at, and the prizes of those that may be undone."""
    luck = luck_of(command, originals, timeline, now_us, zone)
    if luck is NO_LUCK:
        return NOTHING
    wanted = Needs(counters=tuple(Span(*span) for span in luck.counters))
    for original, prized in luck.prizes:
        wanted |= _drawing(prized.wallet, prized.points) | _named(account, original, (prized.lot,), ())
    return wanted


def _playing(plays: Plays, account: Account, undone: Original | None) -> Needs:
    """What an activity counts towards, and what may be taken back with it when it is undone."""
    wanted = Needs(counters=tuple([Span(*days) for days in plays.counters]))
    for wallet, points in plays.back:
        wanted |= _drawing(wallet, points)
    return wanted if undone is None or not plays.lots else wanted | _named(account, undone, plays.lots, ())


def _undoing(account: Account, original: Original, change: Change) -> Needs:
    """The lots of what is undone, and others in its wallets to take what these no longer have."""
    match change.outcome:
        case Purchased() as bought:
            wallets = tuple({bought.referral_wallet, *(grant.wallet for grant in bought.grants)} - {""})
            main = sum(grant.points for grant in bought.grants if not grant.wallet)
            reached = (prized.lot for prized in change.reached)
            lots = (bought.lot, bought.referral_lot, *(grant.lot for grant in bought.grants), *reached)
            drawn = Needs(draw=bought.points + bought.referral_points + main, wallets=wallets)
            return drawn | _named(account, original, lots, bought.draws)
        case Redeemed(draws=draws):
            return _named(account, original, (), draws)
        case Rewarded(points=points, lot=lot, wallet=wallet):
            return _drawing(wallet, points) | _named(account, original, (lot,), ())
        case Adjusted(points=points, wallet=wallet, lot=lot, draws=draws):
            return _drawing(wallet, points) | _named(account, original, (lot,), draws)
        case _:
            return Needs()


def _added(account: Account, original: Original) -> Needs:
    """The lots that corrections of a purchase opened, and others in their wallets."""
    latest = original.latest.outcome if original.latest is not None else None
    rest = latest.rest if isinstance(latest, Refunded | Corrected) else None
    if rest is None or not rest.added:
        return NOTHING
    own = account.member
    return Needs(
        draw=sum(each.points for each in rest.added if not each.wallet),
        wallets=tuple({each.wallet for each in rest.added} - {""}),
        lots=tuple(each.lot + account.shift(None if each.member == own else each.member) for each in rest.added),
    )


def _named(account: Account, original: Original, lots: tuple[int | None, ...], draws: tuple[Draw, ...]) -> Needs:
    """Lots by the numbers that they have here; a fact of an account that was merged knew them by others."""
    shift = account.shift(original.member)
    numbers = {*(lot for lot in lots if lot is not None), *(draw.lot for draw in draws)}
    return Needs(lots=tuple(sorted(number + shift for number in numbers)))
