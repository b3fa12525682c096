"""What a rulebook gives: every prize for anything, and the rewards of the catalogue among them."""

from collections.abc import Iterator

from app.engine.rulebook.document import Rulebook
from app.engine.rulebook.ladders import Ladder
from app.engine.rulebook.prizes import Prize


def gifts_of(document: Rulebook, ladders: tuple[Ladder, ...]) -> frozenset[str]:
    """The rewards that members are given at no cost."""
    return frozenset({prize.gift for prize in _prizes(document, ladders) if prize.gift is not None})


def _prizes(document: Rulebook, ladders: tuple[Ladder, ...]) -> Iterator[Prize]:
    yield from (challenge.prize for challenge in document.challenges)
    yield from (milestone.prize for streak in document.streaks for milestone in streak.milestones)
    yield from (chance.prize for surprise in document.surprises for chance in surprise.prizes)
    yield from (chance.prize for reward in document.rewards if reward.odds for chance in reward.odds.prizes)
    yield from (level.on_reaching for ladder in ladders for level in ladder.levels if level.on_reaching is not None)
    referral = document.referral
    if referral is not None:
        yield from (prize for prize in (referral.friend_prize, referral.referrer_prize) if prize is not None)
