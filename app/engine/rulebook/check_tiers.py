"""What is wrong with the tiers of a document."""

from collections.abc import Iterator
from typing import Final

from app.engine.rulebook.check_life import faults_of_lot_expiry
from app.engine.rulebook.document import MAIN_WALLET, Pending, Rulebook
from app.engine.rulebook.faults import Fault, Place, fault_at
from app.engine.rulebook.ladders import kept_months_max
from app.engine.rulebook.levels import NEEDS_DEPTH_MAX, NEEDS_NODES_MAX, Level, Need, NeedsCounter, Tiers
from app.engine.rulebook.prizes import Prizes

DAYS_OF_MONTH_MAX: Final = 31


def faults_of_tiers(document: Rulebook) -> Iterator[Fault]:
    """Every set of tiers by itself, and what they may not say together."""
    wallets = {MAIN_WALLET: None} | dict.fromkeys(wallet.id for wallet in document.wallets)
    prizes = Prizes(wallets, {badge.id for badge in document.badges}, {reward.id for reward in document.rewards})
    if document.tiers:
        yield from _tiers(document.tiers, document.pending, prizes, ("tiers",))
    seen: set[str] = set()
    for number, each in enumerate(document.tier_sets):
        place: Place = ("tier_sets", number)
        if each.id in seen:
            yield fault_at("duplicate_id", "Another set of tiers has this id.", *place, "id")
        seen.add(each.id)
        yield from _tiers(each, document.pending, prizes, place)
        for index, level in enumerate(each.levels):
            for name in ("expiry", "multiplier", "discount_percent"):
                if getattr(level, name) is not None:
                    detail = "Only levels of the main tiers have one; rules can ask about this set."
                    yield fault_at("only_for_main_tiers", detail, *place, "levels", index, name)
        if document.tiers and document.tiers.after_refund == "never" and each.after_refund != "never":
            detail = "Must be `never`: by the main tiers, what refunds take away goes on counting."
            yield fault_at("contradiction", detail, *place, "after_refund")


def faults_of_removal(document: Rulebook, previous: Rulebook) -> Iterator[Fault]:
    """Levels and sets that are missing, on which members may stand."""
    levels = {level.id for level in document.tiers.levels} if document.tiers else set()
    for level in previous.tiers.levels if previous.tiers else ():
        if level.id not in levels:
            place: Place = ("tiers", "levels") if document.tiers else ("tiers",)
            yield _removed(f"Level {level.id}", place)
    sets = {each.id: (number, each) for number, each in enumerate(document.tier_sets)}
    for before in previous.tier_sets:
        if before.id not in sets:
            yield _removed(f"The set of tiers {before.id}", ("tier_sets",))
            continue
        number, now = sets[before.id]
        kept = {level.id for level in now.levels}
        for level in before.levels:
            if level.id not in kept:
                yield _removed(f"Level {level.id}", ("tier_sets", number, "levels"))


def _removed(what: str, place: Place) -> Fault:
    return fault_at("tier_removed", f"{what} of the previous version is missing; members may stand on it.", *place)


def _tiers(tiers: Tiers, pending: Pending | None, prizes: Prizes, at: Place) -> Iterator[Fault]:
    yield from _word(tiers, at)
    seen: set[str] = set()
    below = 0 if tiers.levels[0].from_points is None else tiers.levels[0].from_points
    for number, level in enumerate(tiers.levels):
        place: Place = (*at, "levels", number)
        if level.id in seen:
            yield fault_at("duplicate_id", "Another level has this id.", *place, "id")
        seen.add(level.id)
        yield from _asked(level, number, place)
        if number > 0 and level.from_points is not None:
            if level.from_points <= below:
                yield fault_at("not_increasing", "Must be more than the level below asks for.", *place, "from_points")
            below = level.from_points
        if level.on_reaching:
            yield from prizes.faults(level.on_reaching, (*place, "on_reaching"))
        if level.multiplier and level.multiplier.numerator == level.multiplier.denominator:
            yield fault_at("no_effect", "A factor of one changes nothing.", *place, "multiplier")
        if level.expiry:
            yield from faults_of_lot_expiry(level.expiry, pending, (*place, "expiry"))


def _word(tiers: Tiers, at: Place) -> Iterator[Fault]:
    """Word that could never be given."""
    if not tiers.notice_days:
        return
    if tiers.demotion == "never":
        yield fault_at("no_effect", "No review lowers anybody, so no level is ever at risk.", *at, "notice_days")
    elif tiers.notice_days >= DAYS_OF_MONTH_MAX * kept_months_max(tiers):
        detail = "No level is certain for so many days, so word could never be given."
        yield fault_at("no_effect", detail, *at, "notice_days")


def _asked(level: Level, number: int, place: Place) -> Iterator[Fault]:
    """What a level asks for."""
    if number == 0:
        if level.from_points != 0:
            yield fault_at("first_level_not_zero", "The base level starts at 0.", *place, "from_points")
        if level.needs is not None:
            yield fault_at("not_exactly_one", "The base level asks for nothing.", *place, "needs")
        for name in ("forever", "lifetime_after", "on_reaching"):
            if getattr(level, name):
                detail = "Nobody reaches the base level or falls below it."
                yield fault_at("no_effect", detail, *place, name)
        return
    if (level.from_points is None) == (level.needs is None):
        yield fault_at("not_exactly_one", "Say either `from_points` or `needs`.", *place)
    if level.needs is not None:
        yield from _needs(level.needs, (*place, "needs"))
    after = level.lifetime_after
    if after is not None and after.years is None and after.points is None:
        yield fault_at("required", "Say after how many years, or with how many points.", *place, "lifetime_after")


def _needs(need: Need, place: Place) -> Iterator[Fault]:
    depths = list(_depths(need, 1))
    if max(depths) > NEEDS_DEPTH_MAX:
        yield fault_at("too_deep", f"Needs may be nested at most {NEEDS_DEPTH_MAX} deep.", *place)
    if len(depths) > NEEDS_NODES_MAX:
        yield fault_at("too_many_needs", f"A level may have at most {NEEDS_NODES_MAX} needs.", *place)


def _depths(need: Need, depth: int) -> Iterator[int]:
    yield depth
    if not isinstance(need, NeedsCounter):
        for each in need.needs:
            yield from _depths(each, depth + 1)
