"""What activities did in challenges and streaks, as answers tell it."""

from collections.abc import Iterable
from typing import Final

from app.engine.change import Change
from app.engine.context import Edition, Timeline
from app.engine.given import given
from app.engine.played import Advanced, Played, Prized, PrizeTaken
from app.engine.rulebook.measures import unit
from app.routers.causes import Titles, cause_of
from app.routers.languages import pick
from app.routers.models_games import GoalMoved, PrizeGiven, PrizeTakenBack
from app.routers.queries import day_shown
from app.routers.reasons import titles
from app.routers.wire import wallet_shown

# What draws won is told with the draws.
DRAWS: Final = ("surprise/", "wheel/")


def prizes_reached(change: Change, edition: Edition, timeline: Timeline, language: str) -> list[PrizeGiven]:
    """The prizes that came with an activity, besides those that draws won."""
    reached = [prized for prized in given(change) if not prized.cause.startswith(DRAWS)]
    return prizes_given(reached, titles(edition, timeline, language)) if reached else []


def prizes_given(prizes: Iterable[Prized], named: Titles) -> list[PrizeGiven]:
    """Prizes with the titles of what gave them."""
    return [_given(prized, named) for prized in prizes]


def prizes_taken(prizes: Iterable[PrizeTaken]) -> list[PrizeTakenBack]:
    """Prizes that went back."""
    return [_taken(prize) for prize in prizes]


def _given(prized: Prized, named: Titles) -> PrizeGiven:
    cause = cause_of(prized.cause)
    return PrizeGiven(
        game=cause.game,
        id=cause.id,
        title=named.of(cause),
        set=cause.set or None,
        times=prized.times,
        points=prized.points,
        wallet=wallet_shown(prized.wallet),
        badge=prized.badge,
        gift=prized.gift,
        gift_title=named.reward(prized.gift) if prized.gift is not None else None,
        gift_last_day=day_shown(prized.gift_day) if prized.gift_day else None,
    )


def _taken(taken: PrizeTaken) -> PrizeTakenBack:
    cause = cause_of(taken.cause)
    return PrizeTakenBack(
        game=cause.game,
        id=cause.id,
        set=cause.set or None,
        times=taken.times,
        points_asked=taken.reversed.asked,
        points_taken=taken.reversed.collected,
        badge=taken.badge,
        gift=taken.gift,
    )


def goals_moved(played: Played | None, edition: Edition | None, language: str) -> list[GoalMoved]:
    """The goals and streaks that an activity counted towards."""
    return [_moved(each, edition, language) for each in played.advanced] if played is not None else []


def _moved(advanced: Advanced, edition: Edition | None, language: str) -> GoalMoved:
    one = unit_of(advanced, edition)
    missing = missing_of(advanced)
    return GoalMoved(
        game="challenge" if advanced.goal else "streak",
        id=advanced.game,
        title=game_title(edition, advanced.game, language),
        goal=advanced.goal or None,
        count=advanced.count // one,
        target=advanced.target // one or None,
        missing=-(-missing // one),
    )


def missing_of(advanced: Advanced) -> int:
    """What is missing until a goal is reached, or reached again, in its smallest unit."""
    if not advanced.target:
        return 0
    return max(0, advanced.target - advanced.count)


def unit_of(advanced: Advanced, edition: Edition | None) -> int:
    """How many of the counter's units are one of what people count."""
    for challenge in edition.compiled.document.challenges if edition is not None else ():
        for goal in challenge.goals:
            if (challenge.id, goal.id) == (advanced.game, advanced.goal):
                return unit(goal.measure)
    return 1


def game_title(edition: Edition | None, name: str, language: str) -> str:
    """What a challenge, a streak or a surprise is called, as far as the rulebook knows it."""
    if edition is None:
        return name
    document = edition.compiled.document
    titles = {each.id: each.title for each in document.surprises}
    titles |= {each.id: each.title for each in document.streaks}
    titles |= {each.id: each.title for each in document.challenges}
    return pick(titles[name], language) if name in titles else name
