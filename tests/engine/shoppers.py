"""A member in a shop that has a catalogue: with pools of codes, vouchers that are used, and staff who give."""

from collections.abc import Mapping
from uuid import UUID

from msgspec.structs import replace

from app.engine.change import Change
from app.engine.commands import Adjustment, Capture, Command, HoldPlace, HoldRelease, Redemption, RewardRedemption
from app.engine.context import Context, Stock
from app.engine.decide import decide
from app.engine.ledger.evolve import evolve
from app.engine.naming import reverses
from app.engine.outcomes import Outcome
from app.engine.refusals import Refusal
from app.engine.rulebook.document import Rulebook
from app.engine.shared_stocks import stocks
from app.engine.state import Hold, Original
from tests.engine.builders import Member


class Shopper(Member):
    """One member; `sizes` are the codes that were imported into each pool, `taken` what of each stock is gone."""

    def __init__(self, *documents: Rulebook, points: int = 0, sizes: Mapping[str, int] | None = None) -> None:
        self.sizes = dict(sizes or {})
        self.taken: dict[str, int] = {}
        super().__init__(*documents)
        if points:
            self.buys(points)

    def ask(self, command: Command, fact: UUID | None = None) -> Change | Refusal:
        fact = fact or self.next_fact()
        self._facts += 1
        state = replace(self.state, originals=self.named(command, fact))
        change = decide(command, state, self.context_of(command, fact, state.originals))
        if isinstance(change, Change):
            self.state = replace(evolve(state, change), originals=())
            self.changes.append(change)
            self.commands[fact] = (command, change)
            undone = reverses(command)
            if undone is not None:
                self.reversals.setdefault(undone, []).append(fact)
            for move in change.stock_moves:
                assert move.before == self.taken.get(move.name, 0)
                self.taken[move.name] = move.before + move.taken
        return change

    def context_of(self, command: Command, fact: UUID, originals: tuple[Original, ...]) -> Context:
        names = stocks(command, originals, self.timeline, self.now_us, self.zone)
        found = (Stock(name=name, taken=self.taken.get(name, 0), size=self.sizes.get(name)) for name in names)
        return replace(self.context(fact), stocks=tuple(found))

    def named(self, command: Command, fact: UUID) -> tuple[Original, ...]:
        """As for every member, and what the last that ended each of them did."""
        return tuple(
            replace(
                original,
                reversed_by=tuple(ended := self.reversals.get(original.fact, ())),
                latest=self.change(ended[-1]) if ended else None,
            )
            for original in super().named(command, fact)
        )

    def redeems(self, points: int, wallet: str = "") -> UUID:
        return self.must(Redemption(points=points, wallet=wallet))

    def holds(self, points: int, minutes: int | None = None, wallet: str = "") -> UUID:
        return self.must(HoldPlace(points=points, minutes=minutes, wallet=wallet))

    def captures(self, hold: UUID, points: int | None = None) -> UUID:
        return self.must(Capture(hold=hold, points=points))

    def releases(self, hold: UUID) -> UUID:
        return self.must(HoldRelease(hold=hold))

    def takes(self, reward: str, quantity: int = 1) -> UUID:
        return self.must(RewardRedemption(reward=reward, quantity=quantity))

    def gets(self, points: int, wallet: str = "") -> UUID:
        return self.must(Adjustment(points=points, wallet=wallet, reason="gift"))

    def outcome(self, fact: UUID) -> Outcome:
        return self.change(fact).outcome

    @property
    def free(self) -> int:
        return self.account.free

    @property
    def active(self) -> tuple[Hold, ...]:
        return self.state.holds
