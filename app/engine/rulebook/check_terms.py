"""What is wrong with the terms of a document: tiers, wallets, rewards, and what staff and members may do."""

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from typing import Final

from app.engine.rulebook.document import (
    MAIN_WALLET,
    Debt,
    Expiry,
    Inactivity,
    Pending,
    PendingDays,
    Redemption,
    Referral,
    Reward,
    RollingDays,
    Rulebook,
    Tiers,
    Wallet,
)
from app.engine.rulebook.faults import Fault, Place, fault_at

# What only some kinds of rewards have, and of those, which kinds cannot be without it.
ONLY_FOR: Final = {
    "pool": frozenset({"code_pool"}),
    "cause": frozenset({"donation"}),
    "voucher_days": frozenset({"voucher", "code_pool"}),
}
REQUIRED: Final = frozenset({"pool", "cause"})


def faults_of_terms(document: Rulebook, previous: Rulebook | None) -> Iterator[Fault]:
    """Everything that is wrong besides the rules, and what a version after `previous` may not leave out."""
    levels = {level.id for level in document.tiers.levels} if document.tiers else set()
    if document.tiers:
        yield from _tiers(document.tiers, document.pending)
    yield from _wallet(document, ())
    if document.referral:
        yield from _referral(document.referral)
    yield from _wallets(document.wallets)
    if previous:
        yield from _removed(document, previous, levels)
    yield from _rewards(document, levels)
    yield from _limits(document)


def faults_of_lot_expiry(expiry: Expiry, pending: Pending | None, place: Place) -> Iterator[Fault]:
    """What a rule or a level says of the points that it gives into a wallet that is shared with others."""
    if isinstance(expiry, Inactivity):
        detail = "A member is active or not as a whole: only a wallet can expire by inactivity."
        yield fault_at("only_for_wallets", detail, *place, "kind")
    yield from _maturing(expiry, pending, place)


def _tiers(tiers: Tiers, pending: Pending | None) -> Iterator[Fault]:
    seen: set[str] = set()
    for number, level in enumerate(tiers.levels):
        place: Place = ("tiers", "levels", number)
        if level.id in seen:
            yield fault_at("duplicate_id", "Another level has this id.", *place, "id")
        seen.add(level.id)
        if number == 0 and level.from_points != 0:
            yield fault_at("first_level_not_zero", "The base level starts at 0.", *place, "from_points")
        if number > 0 and level.from_points <= tiers.levels[number - 1].from_points:
            yield fault_at("not_increasing", "Must be more than the level below asks for.", *place, "from_points")
        if level.expiry:
            yield from faults_of_lot_expiry(level.expiry, pending, (*place, "expiry"))


def _wallets(wallets: Sequence[Wallet]) -> Iterator[Fault]:
    seen: set[str] = set()
    for number, wallet in enumerate(wallets):
        place: Place = ("wallets", number)
        if wallet.id == MAIN_WALLET:
            yield fault_at("reserved_id", "The main wallet has this id.", *place, "id")
        if wallet.id in seen:
            yield fault_at("duplicate_id", "Another wallet has this id.", *place, "id")
        seen.add(wallet.id)
        yield from _wallet(wallet, place)


def _wallet(terms: Rulebook | Wallet, place: Place) -> Iterator[Fault]:
    """The terms of a wallet; those of the main one stand at the top of the document."""
    if isinstance(terms.expiry, Inactivity) and (terms.expiry.months is None) == (terms.expiry.days is None):
        yield fault_at("not_exactly_one", "Say either months or days.", *place, "expiry")
    yield from _maturing(terms.expiry, terms.pending, (*place, "expiry"))
    if terms.redemption:
        yield from _redemption(terms.redemption, (*place, "redemption"))
    yield from _debt(terms.debt, (*place, "debt"))


def _maturing(expiry: Expiry, pending: Pending | None, place: Place) -> Iterator[Fault]:
    if isinstance(pending, PendingDays) and isinstance(expiry, RollingDays) and expiry.days < pending.days:
        yield fault_at("never_spendable", "Points would expire before they can be spent.", *place, "days")


def _debt(debt: Debt, place: Place) -> Iterator[Fault]:
    if debt.floor_points is not None and debt.policy != "allow_negative":
        yield fault_at("floor_without_debt", "Only `allow_negative` lets members owe points.", *place, "floor_points")


def _redemption(terms: Redemption, place: Place) -> Iterator[Fault]:
    if terms.step_points * terms.value_minor % terms.points:
        yield fault_at("step_not_exact", "A step must be worth whole minor units.", *place, "step_points")
    if terms.minimum_points % terms.step_points:
        yield fault_at("not_a_multiple", "Must be a multiple of `step_points`.", *place, "minimum_points")
    if terms.maximum_points is not None and terms.maximum_points < terms.minimum_points:
        yield fault_at("empty_range", "Must not be less than `minimum_points`.", *place, "maximum_points")


def _referral(terms: Referral) -> Iterator[Fault]:
    if not terms.referrer_points and not terms.friend_points:
        yield fault_at("no_effect", "One of the two must get points.", "referral")


def _removed(document: Rulebook, previous: Rulebook, levels: AbstractSet[str]) -> Iterator[Fault]:
    for level in previous.tiers.levels if previous.tiers else ():
        if level.id not in levels:
            detail = f"Level {level.id} of the previous version is missing; members may stand on it."
            yield fault_at("tier_removed", detail, *(("tiers", "levels") if document.tiers else ("tiers",)))
    wallets = {wallet.id for wallet in document.wallets}
    for wallet in previous.wallets:
        if wallet.id not in wallets:
            detail = f"Wallet {wallet.id} of the previous version is missing; members may have points in it."
            yield fault_at("wallet_removed", detail, "wallets")


def _rewards(document: Rulebook, levels: AbstractSet[str]) -> Iterator[Fault]:
    wallets = {MAIN_WALLET, *(wallet.id for wallet in document.wallets)}
    seen: set[str] = set()
    for number, reward in enumerate(document.rewards):
        place: Place = ("rewards", number)
        if reward.id in seen:
            yield fault_at("duplicate_id", "Another reward has this id.", *place, "id")
        seen.add(reward.id)
        for level in reward.tier_costs:
            if level not in levels:
                yield fault_at("unknown_tier", "No level has this id.", *place, "tier_costs", level)
        if reward.wallet not in wallets:
            yield fault_at("unknown_wallet", "No wallet has this id.", *place, "wallet")
        if reward.valid_from and reward.valid_until and reward.valid_until < reward.valid_from:
            yield fault_at("empty_period", "Must not lie before `valid_from`.", *place, "valid_until")
        for index, level in enumerate(reward.tiers or ()):
            if level not in levels:
                yield fault_at("unknown_tier", "No level has this id.", *place, "tiers", index)
        yield from _kind_of_reward(reward, place)


def _kind_of_reward(reward: Reward, place: Place) -> Iterator[Fault]:
    for name, kinds in ONLY_FOR.items():
        is_given = getattr(reward, name) is not None
        if is_given and reward.kind not in kinds:
            yield fault_at("not_for_this_kind", "A reward of this kind has none.", *place, name)
        if not is_given and name in REQUIRED and reward.kind in kinds:
            yield fault_at("required", "A reward of this kind needs it.", *place, name)


def _limits(document: Rulebook) -> Iterator[Fault]:
    """Limits that exclude each other."""
    holds, transfers, goodwill = document.holds, document.transfers, document.goodwill
    if holds.minutes > holds.life_minutes_max:
        yield fault_at("contradiction", "Must be at most `life_minutes_max`.", "holds", "minutes")
    if transfers:
        for name in ("maximum_points", "per_day_points"):
            most = getattr(transfers, name)
            if most is not None and most < transfers.minimum_points:
                yield fault_at("contradiction", "Must be at least `minimum_points`.", "transfers", name)
    if goodwill and goodwill.points_max > goodwill.points_per_staff_and_day:
        detail = "Must be at most `points_per_staff_and_day`."
        yield fault_at("contradiction", detail, "goodwill", "points_max")
