"""What activities did in challenges and streaks, as answers tell it."""

from app.engine.context import Edition
from app.engine.played import Advanced, Played, Prized
from app.engine.rulebook.measures import unit
from app.routers.languages import pick
from app.routers.models_games import GoalMoved, PrizeGiven
from app.routers.queries import day_shown
from app.routers.wire import wallet_shown


def prizes_given(played: Played | None, edition: Edition | None, language: str) -> list[PrizeGiven]:
    """The prizes that an activity reached."""
    return [prize_given(prized, edition, language) for prized in played.prizes] if played is not None else []


def prize_given(prized: Prized, edition: Edition | None, language: str) -> PrizeGiven:
    """A prize that was reached."""
    game, name = prized.cause.split("/")[:2]
    return PrizeGiven(
        game=game,
        id=name,
        title=game_title(edition, name, language),
        times=prized.times,
        points=prized.points,
        wallet=wallet_shown(prized.wallet),
        badge=prized.badge,
        gift=prized.gift,
        gift_title=reward_title(edition, prized.gift, language) if prized.gift is not None else None,
        gift_last_day=day_shown(prized.gift_day) if prized.gift_day else None,
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


def reward_title(edition: Edition | None, name: str, language: str) -> str:
    """What a reward is called, as far as the rulebook knows it."""
    rewards = edition.compiled.document.rewards if edition is not None else ()
    return next((pick(reward.title, language) for reward in rewards if reward.id == name), name)
