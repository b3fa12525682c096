"""What gave a prize: a challenge, a streak, a draw, a level or a referral, as the rulebooks call it."""

from collections.abc import Iterable, Mapping
from typing import Final

from msgspec import Struct

from app.engine.context import Edition
from app.engine.given import REFERRAL
from app.engine.rulebook.document import Rulebook
from app.engine.rulebook.levels import Level
from app.routers.languages import pick, text
from app.routers.phrases import BRINGING_FRIENDS

TIER: Final = "tier"


class Cause(Struct, frozen=True, kw_only=True):
    """A cause of a prize in its parts. `set` is the set of tiers of a level, empty for the main one."""

    game: str
    id: str
    set: str = ""
    periods: int = 0


def cause_of(name: str) -> Cause:
    """The parts of a name such as challenge/tenth-coffee, streak/weekly/4, tier/gold or tier/wine-club/friend."""
    game, *rest = name.split("/")
    if game == TIER:
        return Cause(game=game, id=rest[-1], set=rest[0] if len(rest) > 1 else "")
    if len(rest) > 1:
        return Cause(game=game, id=rest[0], periods=int(rest[1]))
    return Cause(game=game, id=rest[0] if rest else game)


class Titles:
    """What things are called by rulebooks, of which the first that knows one says it; else their ids."""

    def __init__(self, editions: Iterable[Edition], language: str) -> None:
        self._documents = [edition.compiled.document for edition in editions]
        self.language = language

    def of(self, cause: Cause) -> str:
        """The title of what gave a prize; of a level that of the level."""
        if cause.game == REFERRAL:
            return text(self.language, BRINGING_FRIENDS)
        return next((pick(each[cause.id], self.language) for each in self._named(cause) if cause.id in each), cause.id)

    def whole(self, cause: Cause) -> str:
        """The same, with the set of tiers where the level is not of the main one."""
        return f"{self.of(cause)} ({self.set(cause)})" if cause.set else self.of(cause)

    def set(self, cause: Cause) -> str:
        """The title of a set of tiers."""
        found = (each for document in self._documents for each in document.tier_sets if each.id == cause.set)
        return next((pick(each.title, self.language) for each in found), cause.set)

    def badge(self, badge: str) -> str:
        """The title of a badge."""
        found = (each for document in self._documents for each in document.badges if each.id == badge)
        return next((pick(each.title, self.language) for each in found), badge)

    def wallet(self, wallet: str) -> str:
        """The title of a wallet besides the main one."""
        found = (each for document in self._documents for each in document.wallets if each.id == wallet)
        return next((pick(each.title, self.language) for each in found), wallet)

    def amount(self, points: int, wallet: str) -> int | str:
        """Points as sentences have them: those of another wallet than the main one are never told without its name."""
        return f"{points} ({self.wallet(wallet)})" if wallet else points

    def reward(self, reward: str) -> str:
        """The title of a reward."""
        found = (each for document in self._documents for each in document.rewards if each.id == reward)
        return next((pick(each.title, self.language) for each in found), reward)

    def prize(self, cause: Cause, place: int) -> str:
        """The title of the prize at a place of a draw, which the first of the rulebooks has made."""
        document = self._documents[0]
        odds = [each.prizes for each in document.surprises if (cause.game, each.id) == ("surprise", cause.id)]
        odds += [
            each.odds.prizes for each in document.rewards if each.odds and (cause.game, each.id) == ("wheel", cause.id)
        ]
        return pick(odds[0][place].title, self.language)

    def _named(self, cause: Cause) -> Iterable[Mapping[str, dict[str, str]]]:
        return (_titles(document, cause) for document in self._documents)


def _titles(document: Rulebook, cause: Cause) -> Mapping[str, dict[str, str]]:
    match cause.game:
        case "challenge":
            return {each.id: each.title for each in document.challenges}
        case "streak":
            return {each.id: each.title for each in document.streaks}
        case "surprise":
            return {each.id: each.title for each in document.surprises}
        case "wheel":
            return {each.id: each.title for each in document.rewards}
        case _:
            return {each.id: each.title for each in _levels(document, cause.set)}


def _levels(document: Rulebook, name: str) -> tuple[Level, ...]:
    if not name:
        return document.tiers.levels if document.tiers is not None else ()
    return next((each.levels for each in document.tier_sets if each.id == name), ())
