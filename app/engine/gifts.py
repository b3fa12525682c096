"""Gifts: which rewards of the catalogue a rulebook gives to members at no cost."""

from collections.abc import Iterator

from app.engine.context import Timeline
from app.engine.rulebook.compile import Compiled
from app.engine.rulebook.prizes import Prize
from app.engine.sights import giving


def gifts_of(timeline: Timeline, compiled: Compiled) -> frozenset[str]:
    """The rewards of a rulebook that a member may have been given, by it or by any version of a timeline."""
    rewards = {reward.id for reward in compiled.document.rewards}
    if not rewards:
        return frozenset()
    prizes = (prize for edition in timeline.editions for prize in prizes_of(edition.compiled))
    return frozenset({prize.gift for prize in prizes if prize.gift is not None} & rewards)


def prizes_of(compiled: Compiled) -> Iterator[Prize]:
    """Every prize that a rulebook gives for anything."""
    document, referral = compiled.document, compiled.document.referral
    yield from (challenge.prize for challenge in document.challenges)
    yield from (milestone.prize for streak in document.streaks for milestone in streak.milestones)
    yield from (chance.prize for surprise in document.surprises for chance in surprise.prizes)
    yield from (chance.prize for reward in document.rewards if reward.odds for chance in reward.odds.prizes)
    yield from (prize for _, _, prize in giving(compiled.ladders))
    if referral is not None:
        yield from (prize for prize in (referral.friend_prize, referral.referrer_prize) if prize is not None)
