"""Messages with a fact: what the cashier can say, what the receipt shows, what the member is told. In their language.

They are no part of the recorded answer: they are put into words when they are asked for.
"""

from typing import Final

from app.engine import outcomes as facts
from app.engine.change import Change
from app.engine.context import Edition, Timeline
from app.engine.played import Acted
from app.engine.rulebook.levels import NeedsCounter
from app.routers import narrating
from app.routers.languages import pick, text
from app.routers.messages_games import games_told
from app.routers.messages_luck import luck_told
from app.routers.models_answered import Messages
from app.routers.narrating import level_title, spendable
from app.routers.phrases import MESSAGES, MISSING, OUTCOMES
from app.routers.reasons import given_told, prizes_told, titles

NOTHING: Final = Timeline()


def messages(change: Change, edition: Edition | None, language: str) -> Messages:
    """The messages of a decision."""
    where, way = _where(change, language), _way(change, edition, language)
    besides = _besides(change, edition, language)
    match change.outcome:
        case facts.Purchased() as bought:
            shown = [*_shown(bought, language), *where]
            played = [
                *luck_told(bought.surprises, bought.rulebook, edition, language),
                *games_told(bought.played, edition, language),
            ]
            return Messages(
                language=language,
                cashier=" ".join([_thanks(bought, language), *played, *way, *besides]),
                receipt=" ".join([*shown, *played, *besides]),
                member=" ".join([*shown, *played, *way, *besides]),
            )
        case Acted() as acted:
            told = [
                *narrating.outcome_told(acted, language),
                *luck_told(acted.surprises, acted.rulebook, edition, language),
                *games_told(acted.played, edition, language),
                *besides,
            ]
        case facts.Refunded() as undone:
            told = [*_undone(undone, language), *_prizes(change, edition, language)]
        case facts.Cancelled(returned=points):
            told = [_given_back(points, language), *_prizes(change, edition, language)]
        case other:
            told = [*narrating.outcome_told(other, language), *_prizes(change, edition, language)]
    said = " ".join([*told, *where])
    return Messages(language=language, cashier=said, receipt=said, member=said)


def _besides(change: Change, edition: Edition | None, language: str) -> list[str]:
    """What levels and a referral gave; draws, challenges and streaks speak for themselves."""
    outcome = change.outcome
    prize = outcome.referral_prize if isinstance(outcome, facts.Purchased) else None
    if prize is None and not change.reached:
        return []
    named = titles(edition, NOTHING, language)
    given = (*change.reached, prize) if prize is not None else change.reached
    return [sentence for prized in given for sentence in given_told(prized, named)]


def _prizes(change: Change, edition: Edition | None, language: str) -> list[str]:
    timeline = Timeline(editions=() if edition is None else (edition,))
    return prizes_told(change, timeline, titles(None, timeline, language))


def _thanks(bought: facts.Purchased, language: str) -> str:
    earned = bought.points + bought.referral_points
    return text(language, MESSAGES["thanks_earned"], points=earned) if earned else text(language, MESSAGES["thanks"])


def _shown(bought: facts.Purchased, language: str) -> list[str]:
    """What is shown in black and white."""
    earned = text(language, OUTCOMES["earned"], points=bought.points + bought.referral_points)
    if not bought.paid_points:
        return [earned]
    return [text(language, OUTCOMES["paid"], points=bought.paid_points), earned]


def _undone(undone: facts.Refunded, language: str) -> list[str]:
    taken = undone.award.collected + undone.referral.collected
    told = [text(language, MESSAGES["taken_back"], points=taken)]
    if undone.returned:
        told.append(_given_back(undone.returned, language))
    return told


def _given_back(points: int, language: str) -> str:
    return text(language, MESSAGES["given_back"], points=points)


def _where(change: Change, language: str) -> list[str]:
    """Where the member stands: what can be spent, what cannot yet, what is owed."""
    told = [text(language, MESSAGES["spendable"], points=spendable(change))]
    if change.after.pending:
        told.append(text(language, MESSAGES["pending"], points=change.after.pending))
    if change.after.debt:
        told.append(text(language, MESSAGES["owed"], points=change.after.debt))
    return told


def _way(change: Change, edition: Edition | None, language: str) -> list[str]:
    """The tier that was reached just now, or what is missing for the next."""
    promoted = [move.tier for move in change.tier_moves if move.reason == "promotion"]
    if promoted:
        return [text(language, MESSAGES["promoted"], level=level_title(edition, promoted[-1], language))]
    main = edition.compiled.ladder("") if edition else None
    rank = main.rank(change.after.tier) + 1 if main is not None else 0
    if main is None or rank >= len(main.levels):
        return []
    need, level = main.needs[rank], pick(main.levels[rank].title, language)
    climbed = next((climb.amounts for climb in change.climbs if not climb.ladder), (change.after.window_points,))
    amounts = dict(zip(main.counters, climbed, strict=False))
    if not isinstance(need, NeedsCounter) or need.counter not in MISSING:
        return []
    missing = need.at_least - amounts.get(need.counter, 0)
    return [text(language, MISSING[need.counter], **{need.counter: missing}, level=level)] if missing > 0 else []
