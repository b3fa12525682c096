"""A ledger in memory that hands out slices exactly as repositories/slices.load_states does, and takes them back."""

from dataclasses import dataclass, field
from uuid import UUID

from app.engine.change import Change
from app.engine.estate import Counted
from app.engine.movements import TierMove
from app.engine.state import Account, Ever, Hold, Lot, State, TallyDay
from app.engine.wanted import Needs


@dataclass
class Shelf:
    """The rows of one member, as the tables hold them. `draw_lots_max` is how many lots one look for a draw reads."""

    draw_lots_max: int
    account: Account = field(default_factory=Account)
    lots: dict[int, Lot] = field(default_factory=dict)
    tallies: dict[int, TallyDay] = field(default_factory=dict)
    tier_moves: list[TierMove] = field(default_factory=list)
    holds: dict[UUID, Hold] = field(default_factory=dict)
    counters: dict[tuple[str, int], int] = field(default_factory=dict)

    def cut(self, needs: Needs, now_us: int) -> State:
        """The slice that these needs name."""
        waiting = sorted((lot for lot in self.lots.values() if lot.remaining), key=lambda lot: lot.spending_order)
        until_us = needs.soon_us or now_us
        chosen = {number: self.lots[number] for number in needs.lots if number in self.lots}
        holds = tuple(self.holds.values()) if needs.due or needs.holds or needs.estate else ()
        chosen |= {draw.lot: self.lots[draw.lot] for hold in holds for draw in hold.draws}
        if needs.due:
            chosen |= {lot.number: lot for lot in waiting if lot.expires_us is not None and lot.expires_us <= until_us}
            chosen |= {lot.number: lot for lot in waiting if lot.pending and (lot.available_us or now_us + 1) <= now_us}
        chosen |= {lot.number: lot for lot in waiting if lot.wallet and lot.wallet in needs.wallets}
        covered: int | None = 0
        if needs.whole or needs.estate:
            chosen |= self.lots if needs.estate else {lot.number: lot for lot in waiting}
            covered = None
        elif needs.draw:
            drawn, covered = self._drawn(waiting, needs.draw, now_us)
            chosen |= {lot.number: lot for lot in drawn}
        first, until = (0, 10**7) if needs.estate else needs.tally_days or (0, 0)
        return State(
            account=self.account,
            lots=tuple(sorted(chosen.values(), key=lambda lot: lot.spending_order)),
            tallies=tuple(tally for day, tally in sorted(self.tallies.items()) if first <= day < until),
            tier_moves=self._moves(needs.tier_at_us),
            covered=covered,
            next_due_us=self._next_due(waiting, until_us, now_us) if needs.due else None,
            holds=holds,
            counters=tuple(
                Counted(name=name, count=count, day=day)
                for (name, day), count in sorted(self.counters.items())
                if needs.estate
                or any(span.name in (name, "") and span.first_day <= day < span.past_day for span in needs.counters)
            ),
            ever=self._ever() if needs.ever else None,
        )

    def _ever(self) -> Ever:
        days = self.tallies.values()
        return Ever(
            points=sum(day.points for day in days),
            spend_minor=sum(day.spend_minor for day in days),
            visits=sum(day.visits for day in days),
        )

    def _drawn(self, waiting: list[Lot], points: int, now_us: int) -> tuple[list[Lot], int | None]:
        """Lots that can be drawn from, and what they cover; None when these are all."""
        later = [
            lot
            for lot in waiting
            if not lot.wallet and lot.spendable and (lot.expires_us is None or lot.expires_us > now_us)
        ]
        drawn = later[: self.draw_lots_max]
        covered = None if len(drawn) < self.draw_lots_max else sum(lot.spendable for lot in drawn)
        return (later, None) if covered is not None and covered < points else (drawn, covered)

    def _next_due(self, waiting: list[Lot], until_us: int, now_us: int) -> int | None:
        instants = [lot.expires_us for lot in waiting if lot.expires_us is not None and lot.expires_us > until_us]
        ahead = [instant - (until_us - now_us) for instant in instants]
        ahead += [
            lot.available_us
            for lot in waiting
            if lot.pending and lot.available_us is not None and lot.available_us > now_us
        ]
        return min(ahead, default=None)

    def _moves(self, at_us: int | None) -> tuple[TierMove, ...]:
        if at_us is None:
            return self.account.latest_tier_move
        first = max((move.number for move in self.tier_moves if not move.ladder and move.at_us <= at_us), default=0)
        return tuple(move for move in self.tier_moves if move.number >= first)

    def count(self, change: Change) -> None:
        """Write down what a Change counted and the tiers that it gave."""
        self.tier_moves += change.tier_moves
        for counter in change.counter_moves:
            key = (counter.name, counter.day)
            self.counters[key] = self.counters.get(key, 0) + counter.count
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
        ended = {hold.hold for hold in before.holds} - {hold.hold for hold in after.holds}
        self.holds = {name: hold for name, hold in self.holds.items() if name not in ended}
        self.holds |= {hold.hold: hold for hold in after.holds}
