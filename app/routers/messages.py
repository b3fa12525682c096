"""Messages with a fact: what the cashier can say, what the receipt shows, what the member is told. In their language.

They are no part of the recorded answer: they are put into words when they are asked for.
"""

from app.engine import outcomes as facts
from app.engine.change import Change
from app.engine.context import Edition
from app.engine.rulebook.tiers import next_level
from app.routers import narrating
from app.routers.languages import pick, text
from app.routers.models_answered import Messages
from app.routers.narrating import level_title, spendable
from app.routers.phrases import MESSAGES, OUTCOMES


def messages(change: Change, edition: Edition | None, language: str) -> Messages:
    """The messages of a decision."""
    where, way = _where(change, language), _way(change, edition, language)
    match change.outcome:
        case facts.Purchased() as bought:
            shown = [*_shown(bought, language), *where]
            return Messages(
                language=language,
                cashier=" ".join([_thanks(bought, language), *way]),
                receipt=" ".join(shown),
                member=" ".join([*shown, *way]),
            )
        case facts.Refunded() as undone:
            told = _undone(undone, language)
        case facts.Cancelled(returned=points):
            told = [_given_back(points, language)]
        case other:
            told = narrating.outcome_told(other, language)
    said = " ".join([*told, *where])
    return Messages(language=language, cashier=said, receipt=said, member=said)


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
    above = next_level(edition.compiled, change.after.tier) if edition else None
    if above is None or above.from_points <= change.after.window_points:
        return []
    missing = above.from_points - change.after.window_points
    return [text(language, MESSAGES["missing"], points=missing, level=pick(above.title, language))]
