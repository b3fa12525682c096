"""What is wrong with what is left to chance: what it names, when it comes, and what it can never give."""

from collections.abc import Iterator

from app.engine.rulebook.asking import Asking
from app.engine.rulebook.chances import faults_of_chances
from app.engine.rulebook.check_conditions import faults_of_condition, faults_of_items
from app.engine.rulebook.document import MAIN_WALLET, Rulebook, Surprise
from app.engine.rulebook.faults import Fault, Place, fault_at
from app.engine.rulebook.measures import PURCHASES
from app.engine.rulebook.prizes import Prizes


def faults_of_draws(document: Rulebook, asking: Asking) -> Iterator[Fault]:
    """Everything that is wrong with surprises and wheels."""
    nameable = Prizes(
        {MAIN_WALLET: None, **{wallet.id: None for wallet in document.wallets}},
        {badge.id for badge in document.badges},
        {reward.id for reward in document.rewards},
    )
    kinds = {PURCHASES, *(kind.id for kind in document.activities)}
    seen: set[str] = set()
    for number, surprise in enumerate(document.surprises):
        place: Place = ("surprises", number)
        if surprise.id in seen:
            yield fault_at("duplicate_id", "Another surprise has this id.", *place, "id")
        seen.add(surprise.id)
        if surprise.on not in kinds:
            yield fault_at("unknown_activity", "No kind of activity has this id.", *place, "on")
        yield from _when(surprise, asking, place)
        yield from faults_of_chances(surprise.prizes, nameable, (*place, "prizes"))
        most = max(chance.prize.points or 0 for chance in surprise.prizes)
        if surprise.budget_points is not None and surprise.budget_points < most:
            yield fault_at("cap_too_low", "Must be enough for the largest prize.", *place, "budget_points")
    for number, reward in enumerate(document.rewards):
        if reward.odds is not None:
            place = ("rewards", number, "odds", "prizes")
            yield from faults_of_chances(reward.odds.prizes, nameable, place)


def _when(surprise: Surprise, asking: Asking, place: Place) -> Iterator[Fault]:
    """The conditions under which a draw comes."""
    if surprise.valid_from and surprise.valid_until and surprise.valid_until < surprise.valid_from:
        yield fault_at("empty_period", "Must not lie before `valid_from`.", *place, "valid_until")
    if surprise.when is not None:
        yield from faults_of_condition(surprise.when, asking, (*place, "when"))
    if surprise.items is not None:
        if surprise.on != PURCHASES:
            yield fault_at("not_for_activities", "An activity has no lines.", *place, "items")
        yield from faults_of_items(surprise.items, (*place, "items"))
