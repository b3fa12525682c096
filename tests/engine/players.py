"""Members who play: every decision is taken on the slice that it needs, too, and has to be the same."""

from typing import Any
from uuid import UUID

from msgspec.structs import replace

from app.engine.change import Change
from app.engine.commands import Command, Purchase
from app.engine.decide import decide
from app.engine.facts import Basket, Line
from app.engine.needs import needs
from app.engine.played import Played
from app.engine.refusals import Refusal
from app.engine.rulebook.check import check
from app.engine.rulebook.document import Rulebook
from tests.engine.builders import CURRENCY, PLAIN_REDEMPTION, PLAIN_RULES, instant
from tests.engine.regulars import Regular
from tests.engine.slices import Shelf

Json = dict[str, Any]
LATTE: Json = {"id": "latte", "title": {"en": "A latte"}, "cost_points": 300, "kind": "item", "stock": 1000}
EARLY: Json = {"id": "early", "title": {"en": "Early bird"}}


def book(**parts: object) -> Rulebook:
    """The plain rulebook with a latte in its catalogue, a badge, and some parts of its own; it passes the check."""
    found = check(
        {
            "title": {"en": "Plain"},
            "earning": {"rules": PLAIN_RULES},
            "redemption": PLAIN_REDEMPTION,
            "rewards": [LATTE],
            "badges": [EARLY],
            **parts,
        },
        None,
    )
    assert isinstance(found, Rulebook), found
    return found


def challenge(target: int = 3, **more: object) -> Json:
    """So many purchases give fifty points."""
    goal = {"id": "visits", "measure": {"kind": "count"}, "target": target}
    return {"id": "visits", "title": {"en": "Visits"}, "goals": [goal], "prize": {"points": 50}, **more}


def goal(name: str, measure: Json, target: int | None = 1, **more: object) -> Json:
    return {"id": name, "measure": measure, "target": target, **more}


class Player(Regular):
    """A member whose decisions are the same on a slice; both are looked at."""

    def ask(self, command: Command, fact: UUID | None = None) -> Change | Refusal:
        fact, self._asked = fact or self.next_fact(), command
        originals = self.named(command, fact)
        wanted = needs(command, self.account, self.now_us, self.zone, self.timeline, originals)
        shelf = Shelf(
            draw_lots_max=2,
            account=self.account,
            lots=self.lots,
            tallies={tally.day: tally for tally in self.state.tallies},
            tier_moves=list(self.state.tier_moves),
            holds={hold.hold: hold for hold in self.state.holds},
            counters={(each.name, each.day): each.count for each in self.state.counters},
        )
        sliced = decide(command, replace(shelf.cut(wanted, self.now_us), originals=originals), self.context(fact))
        whole = super().ask(command, fact)
        assert _without_due(sliced) == _without_due(whole)
        return whole

    def fetches(
        self, *lines: Line, store: str | None = None, occurred: str | None = None, channel: str | None = None
    ) -> UUID:
        """A purchase of these lines."""
        basket = Basket(currency=CURRENCY, lines=lines, store=store, channel=channel)
        return self.must(Purchase(basket=basket, occurred_us=instant(occurred, self.zone) if occurred else None))

    def played(self, fact: UUID) -> Played:
        """What a purchase did in challenges and streaks."""
        found: Played | None = self.change(fact).outcome.played  # type: ignore[union-attr]
        return found or Played()

    def prizes(self, fact: UUID) -> list[tuple[str, int]]:
        """The prizes of a purchase, each with how often."""
        return [(prized.cause, prized.times) for prized in self.played(fact).prizes]

    def stands(self, fact: UUID) -> dict[str, tuple[int, int]]:
        """Where the goals stood after a purchase: counted, and asked for."""
        return {f"{each.game}/{each.goal}": (each.count, each.target) for each in self.played(fact).advanced}

    def counted(self) -> dict[tuple[str, int], int]:
        """Everything that is counted of the member and is not nothing."""
        return {(each.name, each.day): each.count for each in self.state.counters if each.count}


def _without_due(answer: Change | Refusal) -> Change | Refusal:
    return replace(answer, due_us=None) if isinstance(answer, Change) else answer
