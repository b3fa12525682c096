"""A ledger in memory that hands out slices exactly as repositories/ledger.load_states does, and takes them back."""

from dataclasses import dataclass, field

from app.engine.change import Change
from app.engine.movements import TierMove
from app.engine.needs import Needs
from app.engine.state import Account, Lot, State, TallyDay


@dataclass
class Shelf:
    """The rows of one member, as the tables hold them. `draw_lots_max` is how many lots one look for a draw reads."""

    draw_lots_max: int
    account: Account = field(default_factory=Account)
    lots: dict[int, Lot] = field(default_factory=dict)
    tallies: dict[int, TallyDay] = field(default_factory=dict)
    tier_moves: list[TierMove] = field(default_factory=list)

    def cut(self, needs: Needs, now_us: int) -> State:
        """The slice that these needs name."""
        waiting = sorted((lot for lot in self.lots.values() if lot.remaining), key=lambda lot: lot.spending_order)
        due = [lot for lot in waiting if lot.expires_us is not None and lot.expires_us <= now_us]
        later = [lot for lot in waiting if lot.expires_us is None or lot.expires_us > now_us]
        chosen: dict[int, Lot] = {}
        if needs.due:
            chosen |= {lot.number: lot for lot in due}
        covered: int | None = 0
        if needs.draw:
            drawn = later[: self.draw_lots_max]
            covered = None if len(drawn) < self.draw_lots_max else sum(lot.remaining for lot in drawn)
            if covered is not None and covered < needs.draw:
                drawn, covered = later, None
            chosen |= {lot.number: lot for lot in drawn}
        chosen |= {number: self.lots[number] for number in needs.lots if number in self.lots}
        first, until = needs.tally_days or (0, 0)
        expiries = [lot.expires_us for lot in later if lot.expires_us is not None]
        return State(
            account=self.account,
            lots=tuple(sorted(chosen.values(), key=lambda lot: lot.spending_order)),
            tallies=tuple(tally for day, tally in sorted(self.tallies.items()) if first <= day < until),
            tier_moves=self._moves(needs.tier_at_us),
            covered=covered,
            next_due_us=min(expiries, default=None) if needs.due else None,
        )

    def _moves(self, at_us: int | None) -> tuple[TierMove, ...]:
        if at_us is None:
            return self.account.latest_tier_move
        first = max((move.number for move in self.tier_moves if move.at_us <= at_us), default=0)
        return tuple(move for move in self.tier_moves if move.number >= first)

    def count(self, change: Change) -> None:
        """Write down what a Change counted and the tiers that it gave."""
        self.tier_moves += change.tier_moves
        for move in change.tallies:
            old = self.tallies.get(move.day, TallyDay(day=move.day, points=0, spend_minor=0, visits=0))
            self.tallies[move.day] = TallyDay(
                day=move.day,
                points=old.points + move.points,
                spend_minor=old.spend_minor + move.spend_minor,
                visits=old.visits + move.visits,
            )

    def put_back(self, before: State, after: State) -> None:
        """Write down what became of a slice: the account and every lot that is new or different."""
        self.account = after.account
        was = {lot.number: lot for lot in before.lots}
        self.lots |= {lot.number: lot for lot in after.lots if was.get(lot.number) != lot}
