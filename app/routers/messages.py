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
from app.routers.causes import Titles
from app.routers.languages import pick, text
from app.routers.messages_games import games_told
from app.routers.messages_luck import luck_told
from app.routers.models_answered import Messages
from app.routers.narrating import level_title
from app.routers.phrases import MESSAGES, MISSING, OUTCOMES
from app.routers.reasons import given_told, prizes_told, repayments, titles
from app.routers.wallets import BACK, moved

NOTHING: Final = Timeline()


def messages(change: Change, edition: Edition | None, language: str) -> Messages:
    """The messages of a decision."""
    named = Titles([] if edition is None else [edition], language)
    where, way = narrating.standing_told(change, named, of_time=False), _way(change, edition, language)
    besides = _besides(change, edition, language)
    match change.outcome:
        case facts.Purchased() as bought:
            beside = narrating.beside_told(bought, named)
            shown = [*_shown(bought, beside, language), *where]
            played = [
                *luck_told(bought.surprises, bought.rulebook, edition, language),
                *games_told(bought.played, edition, language),
            ]
            return Messages(
                language=language,
                cashier=" ".join([_thanks(bought, language), *beside, *played, *way, *besides]),
                receipt=" ".join([*shown, *played, *besides]),
                member=" ".join([*shown, *played, *way, *besides]),
            )
        case Acted() as acted:
            told = [
                *narrating.outcome_told(change, named),
                *luck_told(acted.surprises, acted.rulebook, edition, language),
                *games_told(acted.played, edition, language),
                *besides,
            ]
        case facts.Refunded() as undone:
            told = [*_undone(undone, change, named), *_prizes(change, edition, language)]
        case facts.Cancelled(returned=points):
            wallet = next(iter(moved(change, ("return",))), "")
            told = [_given_back(named.amount(points, wallet), language), *_prizes(change, edition, language)]
        case _:
            told = [*narrating.outcome_told(change, named), *_prizes(change, edition, language)]
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
    earned = _earned(bought)
    return text(language, MESSAGES["thanks_earned"], points=earned) if earned else text(language, MESSAGES["thanks"])


def _earned(bought: facts.Purchased) -> int:
    """What came into the main wallet; a friend's reward may have gone into another."""
    return narrating.earned(bought) + (0 if bought.referral_wallet else bought.referral_points)


def _shown(bought: facts.Purchased, beside: list[str], language: str) -> list[str]:
    """What is shown in black and white."""
    earned = text(language, OUTCOMES["earned"], points=_earned(bought))
    if not bought.paid_points:
        return [earned, *beside]
    return [text(language, OUTCOMES["paid"], points=bought.paid_points), earned, *beside]


def _undone(undone: facts.Refunded, change: Change, named: Titles) -> list[str]:
    """What went back of every wallet, and what came back. What was asked in vain before is told with the prizes."""
    taken = {"": 0} | moved(change, BACK)
    for repaid in repayments(change):
        taken[repaid.wallet] -= repaid.points
    told = [
        text(named.language, MESSAGES["taken_back"], points=named.amount(-points, wallet))
        for wallet, points in taken.items()
        if points or not wallet
    ]
    if undone.returned:
        told.append(_given_back(undone.returned, named.language))
    return told


def _given_back(points: int | str, language: str) -> str:
    return text(language, MESSAGES["given_back"], points=points)


def _way(change: Change, edition: Edition | None, language: str) -> list[str]:
    """The tier that was reached just now, or what is missing for the next."""
    promoted = [move.tier for move in change.tier_moves if move.reason == "promotion"]
    if promoted:
        return [text(language, MESSAGES["promoted"], level=level_title(edition, promoted[-1], language))]
    main = edition.compiled.ladder("") if edition else None
    rank = main.rank(change.after.tier) + 1 if main is not None else 0
    if main is None or rank >= len(main.levels):
        return []
    need = main.needs[rank]
    if not isinstance(need, NeedsCounter) or need.counter not in MISSING:
        return []
    climbed = next((climb.amounts for climb in change.climbs if not climb.ladder), (change.after.window_points,))
    amounts = dict(zip(main.counters, climbed, strict=False))
    missing = need.at_least - amounts.get(need.counter, 0)
    if missing <= 0:
        return []
    level = pick(main.levels[rank].title, language)
    return [text(language, MISSING[need.counter], **{need.counter: missing}, level=level)]
