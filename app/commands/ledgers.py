"""The ledger of one account in memory: it hands out slices as the tables do, and takes in what was decided."""

from bisect import bisect_left, insort
from collections.abc import Sequence
from typing import Final
from uuid import UUID

from app.engine.calendar import DAY_MAX
from app.engine.change import Change
from app.engine.estate import Counted
from app.engine.movements import TierMove
from app.engine.state import Account, Ever, Hold, Lot, State, TallyDay
from app.engine.wanted import Needs, Span

# For a draw at least so many open lots are handed out, as the tables do.
OPEN_LOTS_FEW: Final = 64


class Ledger:
    """Mutable: grows with every decision. One costs what it needs and what it changes, however long the history is."""

    __slots__ = ("_open", "_pending", "account", "counters", "ever", "holds", "lots", "tallies", "tier_moves")

    def __init__(self, member: UUID) -> None:
        self.account = Account(member=member)
        self.lots: dict[int, Lot] = {}
        self.tallies: dict[int, TallyDay] = {}
        self.tier_moves: list[TierMove] = []
        # By name, then by day.
        self.counters: dict[str, dict[int, int]] = {}
        self.ever = Ever()
        # The active ones.
        self.holds: dict[UUID, Hold] = {}
        self._open: list[tuple[bool, int, int, int]] = []
        self._pending: set[int] = set()

    def state(self, wanted: Needs, now_us: int) -> State:
        """The slice that `needs` named, or more."""
        lots, covered, next_due_us = self._slice(wanted, now_us)
        tier_moves = self.tier_moves if wanted.tier_at_us is not None else self.tier_moves[-1:]
        return State(
            account=self.account,
            lots=tuple(sorted(lots.values(), key=lambda lot: lot.spending_order)) if lots else (),
            tallies=self._days(wanted),
            tier_moves=tuple(tier_moves),
            covered=covered,
            next_due_us=next_due_us,
            holds=tuple(self.holds.values()) if wanted.holds or wanted.due or wanted.estate else (),
            counters=self._counted(wanted),
            ever=self.ever if wanted.ever else None,
        )

    def whole(self) -> State:
        """All of it."""
        return self.state(Needs(estate=True, tier_at_us=0, ever=True), self.account.now_us)

    def take(self, after: State, changes: Sequence[Change]) -> None:
        """Take in what was decided on a slice of this ledger: the changes in order, and the state after all of them."""
        self.account = after.account
        touched = {lot.number for change in changes for lot in change.new_lots}
        touched |= {move.number for change in changes for move in change.lot_moves}
        if touched:
            for lot in after.lots:
                if lot.number in touched:
                    self._put(lot)
        for change in changes:
            self._count(change)
            self.tier_moves += change.tier_moves
            if change.holds_opened or change.hold_moves:
                kept = {hold.hold: hold for hold in after.holds}
                moved = [opened.hold for opened in change.holds_opened] + [move.hold for move in change.hold_moves]
                for hold in moved:
                    if hold in kept:
                        self.holds[hold] = kept[hold]
                    else:
                        self.holds.pop(hold, None)

    def _count(self, change: Change) -> None:
        for move in change.tallies:
            was = self.tallies.get(move.day)
            points, spend_minor, visits = (was.points, was.spend_minor, was.visits) if was is not None else (0, 0, 0)
            self.tallies[move.day] = TallyDay(
                day=move.day,
                points=points + move.points,
                spend_minor=spend_minor + move.spend_minor,
                visits=visits + move.visits,
            )
            self.ever = Ever(
                points=self.ever.points + move.points,
                spend_minor=self.ever.spend_minor + move.spend_minor,
                visits=self.ever.visits + move.visits,
            )
        for counted in change.counter_moves:
            days = self.counters.setdefault(counted.name, {})
            days[counted.day] = days.get(counted.day, 0) + counted.count

    def _slice(self, wanted: Needs, now_us: int) -> tuple[dict[int, Lot], int | None, int | None]:
        """Lots, how far those of the main wallet cover a draw, and when the next of the others is due."""
        if wanted.estate:
            return self.lots, None, None
        asked = wanted.due or wanted.draw or wanted.whole or wanted.wallets or wanted.holds
        if not asked:
            return ({n: self.lots[n] for n in wanted.lots if n in self.lots} if wanted.lots else {}), 0, None
        if wanted.whole or (wanted.draw and len(self._open) <= OPEN_LOTS_FEW):
            return {key[-1]: self.lots[key[-1]] for key in self._open} | self._named(wanted), None, None
        until_us = wanted.soon_us or now_us
        chosen: dict[int, Lot] = {}
        spendable = 0
        for never, expires_us, _, number in self._open:
            is_due = not never and expires_us <= until_us
            is_enough = not wanted.draw or (len(chosen) >= OPEN_LOTS_FEW and spendable >= wanted.draw)
            if is_enough and not (is_due and wanted.due):
                break
            lot = chosen[number] = self.lots[number]
            if not lot.wallet and (never or expires_us > now_us):
                spendable += lot.spendable
        dues = [key[1] - (until_us - now_us) for key in self._open[len(chosen) :][:1] if not key[0]]
        for number in self._pending - chosen.keys():
            available_us = self.lots[number].available_us
            if available_us is not None and available_us <= now_us:
                chosen[number] = self.lots[number]
            elif available_us is not None:
                dues.append(available_us)
        return chosen | self._named(wanted), spendable, min(dues, default=None)

    def _named(self, wanted: Needs) -> dict[int, Lot]:
        """The lots that are needed whatever their place in the spending order."""
        held = {draw.lot for hold in self.holds.values() for draw in hold.draws} if self.holds else ()
        named = {number: self.lots[number] for number in (*wanted.lots, *held) if number in self.lots}
        if wanted.wallets:
            open_lots = (self.lots[key[-1]] for key in self._open)
            named |= {lot.number: lot for lot in open_lots if lot.wallet in wanted.wallets}
        return named

    def _days(self, wanted: Needs) -> tuple[TallyDay, ...]:
        if wanted.estate:
            return tuple(self.tallies[day] for day in sorted(self.tallies))
        if wanted.tally_days is None:
            return ()
        first, past = wanted.tally_days
        return tuple(self.tallies[day] for day in sorted(self.tallies) if first <= day < past)

    def _counted(self, wanted: Needs) -> tuple[Counted, ...]:
        if wanted.estate or any(not span.name for span in wanted.counters):
            spans = [Span(name, 0, DAY_MAX + 1) for name in sorted(self.counters)]
        else:
            spans = [span for span in wanted.counters if span.name in self.counters]
        found = {
            (span.name, day): count
            for span in spans
            for day, count in self.counters[span.name].items()
            if span.first_day <= day < span.past_day
        }
        return tuple([Counted(name=name, count=found[name, day], day=day) for name, day in sorted(found)])

    def _put(self, lot: Lot) -> None:
        before = self.lots.get(lot.number)
        was_open, is_open = before is not None and before.remaining > 0, lot.remaining > 0
        if before is not None and was_open and (not is_open or before.spending_order != lot.spending_order):
            del self._open[bisect_left(self._open, before.spending_order)]
            was_open = False
        if is_open and not was_open:
            insort(self._open, lot.spending_order)
        if is_open and lot.pending:
            self._pending.add(lot.number)
        else:
            self._pending.discard(lot.number)
        self.lots[lot.number] = lot
