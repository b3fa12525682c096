"""Where the machine stands: a programme in three books, its members, and what they have that can be asked about."""

from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize

from app.engine.commands import Adjustment, Command, Enrol, Purchase
from app.engine.context import Edition, Timeline
from app.engine.rulebook.compile import compile_rulebook
from app.engine.rulebook.document import Rulebook
from tests.engine.builders import DAY_US, instant
from tests.engine.journeys import ZONES
from tests.engine.machine_asks import FEW, LIVED, NEVER_WAS, basket, people
from tests.engine.machine_rulebooks import programmes
from tests.engine.machine_twins import Twins
from tests.engine.naive_world import living


class Ground(RuleBasedStateMachine):
    """A programme whose members are enrolled and have a little of everything; and whom something can be asked of."""

    @initialize(
        zone=st.sampled_from(ZONES),
        days=st.integers(0, 5000),
        first=programmes(),
    )
    def open(self, zone: str, days: int, first: Rulebook) -> None:
        now_us = instant("2010-01-01", zone) + days * DAY_US
        edition = Edition(version=1, effective_us=now_us - 60 * DAY_US, compiled=compile_rulebook(first))
        self.twins = Twins(Timeline(editions=(edition,)), zone, now_us)
        for number in range(5):
            self.asks(people(number), Enrol())
        for number in range(4):
            self.asks(people(number), Purchase(basket=basket([(1_000_000, 50), (3_000_000, 30)])))
            for wallet in ("", "stamps", "cents"):
                self.asks(people(number), Adjustment(points=20, reason="welcome", wallet=wallet))

    def asks(self, member: UUID, command: Command) -> None:
        self.twins.ask(member, command, self.twins.next_fact())

    def one(self, kind: str, choice: int) -> UUID:
        """One of the latest facts of a kind with which something can still be done."""
        found = living(self.twins.books, kind)[::-1]
        return found[min(choice, len(found) - 1)] if found else NEVER_WAS

    def spender(self, who: int, wallet: str, thirds: int) -> tuple[UUID, str, int]:
        """So many thirds of what somebody can spend, rounded up: of whoever is named, or else of anybody who can."""
        places = [(people(who), wallet), *((people(n), name) for name in ("", "stamps", "cents") for n in range(4))]
        rich = [place for place in places if self.twins.free(*place)]
        member, wallet = (rich or places)[0]
        return member, wallet, -(-self.twins.free(member, wallet) * thirds // 3) or 1

    def whose(self, fact: UUID) -> UUID:
        """Whom a fact is about, after merges; somebody, if it never was."""
        return self.twins.holder(fact)

    def separate(self) -> list[UUID]:
        """The members that have not been merged into another."""
        return [people(n) for n in range(4) if not self.twins.books.person(people(n)).merged_into]

    def may_merge(self) -> bool:
        """Whether everybody has a past, and enough of them are left."""
        return self.twins.steps > LIVED and len(self.separate()) > FEW
