"""Members whose person is known, and who share stocks with others: what rules about members look at."""

from typing import Any
from uuid import UUID

from msgspec.structs import replace

from app.engine.change import Change
from app.engine.commands import Command
from app.engine.context import Context, Stock
from app.engine.outcomes import Purchased
from app.engine.refusals import Refusal
from app.engine.rulebook.check import check
from app.engine.rulebook.document import Rulebook
from app.engine.shared_stocks import stocks
from tests.engine.builders import PLAIN_REDEMPTION, PLAIN_RULES, Member

Json = dict[str, Any]


def book(*rules: Json, **parts: Any) -> Rulebook:
    """A checked rulebook: a point for every minor unit, and these rules besides."""
    earning = {"rules": [*PLAIN_RULES, *rules], **parts.pop("earning", {})}
    checked = check({"title": {"en": "Plain"}, "earning": earning, "redemption": PLAIN_REDEMPTION, **parts}, None)
    assert isinstance(checked, Rulebook), checked
    return checked


def gift(when: Json | None = None, points: int = 1000, **parts: Any) -> Json:
    """A rule that gives a thousand points on top, so that it shows in every sum."""
    return {"id": "gift", "when": when, "effect": {"kind": "bonus", "points": points}, **parts}


class Regular(Member):
    """A member of whom personal questions may hold."""

    def __init__(self, *documents: Rulebook, known: tuple[str, ...] = (), **more: Any) -> None:
        self.known = known
        self.shelf: dict[str, int] = {}
        self._asked: Command | None = None
        super().__init__(*documents, **more)

    def context(self, fact: UUID) -> Context:
        named: list[str] = []
        if self._asked is not None:
            originals = self.named(self._asked, fact)
            named = stocks(self._asked, originals, self.timeline, self.now_us, self.zone)
        found = tuple(Stock(name=name, taken=self.shelf.get(name, 0)) for name in named)
        return replace(super().context(fact), known=self.known, stocks=found)

    def ask(self, command: Command, fact: UUID | None = None) -> Change | Refusal:
        self._asked = command
        change = super().ask(command, fact)
        for move in change.stock_moves if isinstance(change, Change) else ():
            self.shelf[move.name] = self.shelf.get(move.name, 0) + move.taken
        return change

    def bought(self, fact: UUID) -> Purchased:
        outcome = self.change(fact).outcome
        assert isinstance(outcome, Purchased)
        return outcome

    def gets(self, *amounts: int, occurred: str | None = None) -> int:
        """The points of a purchase."""
        return self.bought(self.buys(*amounts, occurred=occurred)).points
