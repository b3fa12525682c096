"""Messages with a fact: what the cashier can say, what the receipt shows, what the member is told. In their language.

They are no part of the recorded answer: they are put into words when they are asked for.
"""

from collections.abc import Iterator

from app.engine import outcomes as facts
from app.engine.change import Change
from app.engine.context import Edition
from app.engine.rulebook.tiers import next_level
from app.routers import narrating
from app.routers.languages import pick, text
from app.routers.models_answered import Messages
from app.routers.narrating import level_title, spendable
from app.routers.phrases import MESSAGES, OUTCOMES

Phrase = tuple[str, dict[str, int | str]]


def messages(change: Change, edition: Edition | None, language: str) -> Messages:
    """The messages of a decision."""
    where, way = list(_where(change)), list(_way(change, edition, language))
    match change.outcome:
        case facts.Purchased() as bought:
            thanks, shown = _bought(bought)
            return _messages(language, [thanks, *way], [*shown, *where], [*shown, *where, *way])
        case facts.Refunded() as undone:
            told = _undone(undone)
        case facts.Cancelled(returned=points):
            told = [(MESSAGES["given_back"], {"points": points})]
        case other:
            told = [(OUTCOMES[phrase], values) for phrase, values in narrating.told(other)]
    said = [*told, *where]
    return _messages(language, said, said, said)


def _messages(language: str, cashier: list[Phrase], receipt: list[Phrase], member: list[Phrase]) -> Messages:
    """The phrases in words. Most of them are in more than one message, and are put into words once."""
    parts = {id(part): part for part in (*cashier, *receipt, *member)}
    said = {name: text(language, phrase, **values) for name, (phrase, values) in parts.items()}
    return Messages(
        language=language,
        cashier=" ".join([said[id(part)] for part in cashier]),
        receipt=" ".join([said[id(part)] for part in receipt]),
        member=" ".join([said[id(part)] for part in member]),
    )


def _bought(bought: facts.Purchased) -> tuple[Phrase, list[Phrase]]:
    """The thanks, and what is shown in black and white."""
    earned = bought.points + bought.referral_points
    thanks: Phrase = (MESSAGES["thanks_earned"], {"points": earned}) if earned else (MESSAGES["thanks"], {})
    shown: list[Phrase] = [(OUTCOMES["earned"], {"points": earned})]
    if bought.paid_points:
        shown.insert(0, (OUTCOMES["paid"], {"points": bought.paid_points}))
    return thanks, shown


def _undone(undone: facts.Refunded) -> list[Phrase]:
    taken = undone.award.collected + undone.referral.collected
    told: list[Phrase] = [(MESSAGES["taken_back"], {"points": taken})]
    if undone.returned:
        told.append((MESSAGES["given_back"], {"points": undone.returned}))
    return told


def _where(change: Change) -> Iterator[Phrase]:
    """Where the member stands: what can be spent, what cannot yet, what is owed."""
    yield MESSAGES["spendable"], {"points": spendable(change)}
    if change.after.pending:
        yield MESSAGES["pending"], {"points": change.after.pending}
    if change.after.debt:
        yield MESSAGES["owed"], {"points": change.after.debt}


def _way(change: Change, edition: Edition | None, language: str) -> Iterator[Phrase]:
    """The tier that was reached just now, or what is missing for the next."""
    promoted = [move.tier for move in change.tier_moves if move.reason == "promotion"]
    if promoted:
        yield MESSAGES["promoted"], {"level": level_title(edition, promoted[-1], language)}
        return
    above = next_level(edition.compiled, change.after.tier) if edition else None
    if above is not None and above.from_points > change.after.window_points:
        missing = above.from_points - change.after.window_points
        yield MESSAGES["missing"], {"points": missing, "level": pick(above.title, language)}
