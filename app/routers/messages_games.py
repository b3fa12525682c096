"""What can be said of challenges and streaks: what was reached, what is free now, what is nearest."""

from app.engine.context import Edition
from app.engine.played import Advanced, Played
from app.routers.causes import Titles, cause_of
from app.routers.languages import text
from app.routers.phrases import MESSAGES
from app.routers.reasons import points_told
from app.routers.render_games import game_title, missing_of, unit_of


def games_told(played: Played | None, edition: Edition | None, language: str) -> list[str]:
    """Every prize that was reached; if none was, the goal that the least is missing of, and the longest streak."""
    if played is None:
        return []
    told, named = [], Titles([] if edition is None else [edition], language)
    for prized in played.prizes:
        cause = cause_of(prized.cause)
        told.append(text(language, MESSAGES["reached"], title=named.of(cause)))
        if prized.points:
            told.append(points_told(prized, cause, named))
        if prized.gift is not None:
            told.append(text(language, MESSAGES["gift"], title=named.reward(prized.gift)))
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
