"""What can be said of challenges and streaks: what was reached, what is free now, what is nearest."""

from app.engine.context import Edition
from app.engine.played import Advanced, Played
from app.routers.languages import text
from app.routers.phrases import MESSAGES
from app.routers.render_games import game_title, missing_of, reward_title, unit_of


def games_told(played: Played | None, edition: Edition | None, language: str) -> list[str]:
    """Every prize that was reached; if none was, the goal that the least is missing of, and the longest streak."""
    if played is None:
        return []
    told = []
    for prized in played.prizes:
        title = game_title(edition, prized.cause.split("/")[1], language)
        told.append(text(language, MESSAGES["reached"], title=title))
        if prized.gift is not None:
            told.append(text(language, MESSAGES["gift"], title=reward_title(edition, prized.gift, language)))
    if told:
        return told
    goals = [each for each in played.advanced if each.goal and missing_of(each)]
    if goals:
        nearest = min(goals, key=lambda each: missing_of(each) / each.target)
        told.append(_to_go(nearest, edition, language))
    streaks = [each for each in played.advanced if not each.goal and each.count > 1]
    if streaks:
        longest = max(streaks, key=lambda each: each.count)
        title = game_title(edition, longest.game, language)
        told.append(text(language, MESSAGES["in_a_row"], title=title, number=longest.count))
    return told


def _to_go(goal: Advanced, edition: Edition | None, language: str) -> str:
    number = -(-missing_of(goal) // unit_of(goal, edition))
    return text(language, MESSAGES["to_go"], title=game_title(edition, goal.game, language), number=number)
