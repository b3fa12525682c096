"""What is wrong with the terms of a document: tiers, wallets, rewards, and what staff and members may do."""

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from typing import Final

from app.engine.rulebook.check_life import faults_of_maturing
from app.engine.rulebook.check_people import faults_of_attributes, faults_of_referral
from app.engine.rulebook.check_tiers import faults_of_removal, faults_of_tiers
from app.engine.rulebook.document import (
    MAIN_WALLET,
    Debt,
    Inactivity,
    Redemption,
    Reward,
    Rulebook,
    Wallet,
)
from app.engine.rulebook.faults import Fault, Place, fault_at
from app.engine.rulebook.prizes import Prizes

# What only some kinds of rewards have, and of those, which kinds cannot be without it.
ONLY_FOR: Final = {
    "pool": frozenset({"code_pool"}),
    "cause": frozenset({"donation"}),
    "voucher_days": frozenset({"voucher", "code_pool"}),
    "odds": frozenset({"wheel"}),
}
REQUIRED: Final = frozenset({"pool", "cause", "odds"})


def faults_of_terms(document: Rulebook, previous: Rulebook | None) -> Iterator[Fault]:
    """Everything that is wrong besides the rules, and what a version after `previous` may not leave out."""
    levels = {level.id for level in document.tiers.levels} if document.tiers else set()
    yield from faults_of_tiers(document)
    yield from _wallet(document, ())
    if document.referral:
        yield from faults_of_referral(document.referral, *_named(document))
    yield from _wallets(document.wallets)
    if previous:
        yield from _removed(document, previous)
    yield from _rewards(document, levels)
    yield from faults_of_attributes(document.attributes)
    yield from _limits(document)


def _named(document: Rulebook) -> tuple[AbstractSet[str], Prizes]:
    """The wallets that terms may name, and what prizes may."""
    wallets = {MAIN_WALLET, *(wallet.id for wallet in document.wallets)}
    badges = [badge.id for badge in document.badges]
    return wallets, Prizes(dict.fromkeys(wallets), badges, [reward.id for reward in document.rewards])


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
    yield from faults_of_maturing(terms.expiry, terms.pending, (*place, "expiry"))
    if terms.redemption:
        yield from _redemption(terms.redemption, (*place, "redemption"))
    yield from _debt(terms.debt, (*place, "debt"))


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


def _removed(document: Rulebook, previous: Rulebook) -> Iterator[Fault]:
    yield from faults_of_removal(document, previous)
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
        yield from _levels_of_reward(reward, levels, place)
        if reward.wallet not in wallets:
            yield fault_at("unknown_wallet", "No wallet has this id.", *place, "wallet")
        if reward.valid_from and reward.valid_until and reward.valid_until < reward.valid_from:
            yield fault_at("empty_period", "Must not lie before `valid_from`.", *place, "valid_until")
        yield from _kind_of_reward(reward, place)


def _levels_of_reward(reward: Reward, levels: AbstractSet[str], place: Place) -> Iterator[Fault]:
    for name, named in (("tier_costs", reward.tier_costs), ("early_access", reward.early_access)):
        for level in named:
            if level not in levels:
                yield fault_at("unknown_tier", "No level has this id.", *place, name, level)
    for index, level in enumerate(reward.tiers or ()):
        if level not in levels:
            yield fault_at("unknown_tier", "No level has this id.", *place, "tiers", index)
    if reward.early_access and reward.valid_from is None:
        yield fault_at("required", "Early access comes before this date.", *place, "valid_from")


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
