"""The ledger of one member as the journal tells it: folded row by row, with evolve and nothing else."""

from bisect import bisect_left, insort
from uuid import UUID

from app.engine.change import Change
from app.engine.codec import decode_change, decode_command
from app.engine.commands import Command
from app.engine.context import Context
from app.engine.estate import Counted
from app.engine.ledger.evolve import evolve
from app.engine.movements import TierMove
from app.engine.naming import reverses, touches
from app.engine.needs import needs
from app.engine.state import Account, Ever, Hold, Lot, Original, State, TallyDay
from app.engine.wanted import Needs
from app.repositories.holdings import Values
from app.repositories.instants import at
from app.repositories.journal import StoredRow
from app.repositories.rare import Voucher

# A decision sees at least so many open lots, so that nearly every member is decided on the whole ledger.
OPEN_LOTS_MIN = 256


class Book:
    """Mutable: grows with every row. A row costs what its Change touches, however long the history is."""

    def __init__(self, member: UUID) -> None:
        self.account = Account(member=member)
        self.lots: dict[int, Lot] = {}
        self.tallies: dict[int, TallyDay] = {}
        self.tier_moves: list[TierMove] = []
        self.ever = Ever()
        self.counters: dict[tuple[str, int], Counted] = {}
        self.reversed_by: dict[UUID, list[UUID]] = {}
        self.entries: dict[object, Values] = {}
        # Every hold with how it ended, None while it is active; those that went to another account are not here.
        self.holds: dict[UUID, tuple[Hold, str | None]] = {}
        self.vouchers: list[Voucher] = []
        self.stocks: dict[str, int] = {}
        self.broken = False
        self._open: list[tuple[bool, int, int, int]] = []
        self._pending: set[int] = set()
        self._counted: list[tuple[str, int]] = []
        self._facts: dict[UUID, StoredRow] = {}

    def missing(self, command: Command, fact: UUID) -> list[UUID]:
        """The facts that a command is about and that are not this member's."""
        return [each for each in touches(command, fact) if each != fact and each not in self._facts]

    def state(self, command: Command, context: Context, elsewhere: dict[UUID, Original]) -> State:
        """What the command needs to be decided again, and more: all of the ledger, or its next few hundred lots.

        `elsewhere` are facts of other members that it is about.
        """
        originals = tuple(elsewhere.get(fact) or self._original(fact) for fact in touches(command, context.fact))
        wanted = needs(command, self.account, context.now_us, context.zone, context.timeline, originals)
        chosen, covered, next_due_us = self._slice(wanted, context.now_us)
        return State(
            account=self.account,
            lots=tuple(sorted(chosen.values(), key=lambda lot: lot.spending_order)),
            tallies=tuple(self.tallies[day] for day in sorted(self.tallies)),
            tier_moves=tuple(self.tier_moves),
            originals=originals,
            covered=covered,
            next_due_us=next_due_us,
            holds=self._active(),
            counters=tuple([self.counters[key] for key in self._counted]),
            ever=self.ever,
        )

    def fold(self, row: StoredRow, command: Command, change: Change) -> None:
        """Take a row in. Raises Unbalanced or KeyError when its Change was not made for this ledger."""
        moved = [move.number for move in change.lot_moves if move.number <= self.account.lots]
        tallied = {move.day for move in change.tallies if move.day in self.tallies}
        counted = {(move.name, move.day) for move in change.counter_moves}
        before = State(
            account=self.account,
            lots=tuple(self.lots[number] for number in moved),
            tallies=tuple(self.tallies[day] for day in tallied),
            holds=self._active() if change.hold_moves else (),
            counters=tuple(self.counters[key] for key in counted if key in self.counters),
            ever=self.ever,
        )
        after = evolve(before, change)
        self.account = after.account
        assert after.ever is not None, "it was given"
        self.ever = after.ever
        self.tallies |= {tally.day: tally for tally in after.tallies}
        self.tier_moves += after.tier_moves
        for counter in after.counters:
            key = (counter.name, counter.day)
            if key not in self.counters:
                insort(self._counted, key)
            self.counters[key] = counter
        for lot in after.lots:
            self._put(lot)
        self._fold_holds(after, change)
        self._fold_entries(row, change)
        for stock in change.stock_moves:
            self.stocks[stock.name] = self.stocks.get(stock.name, 0) + stock.taken
        self._facts[row.id] = row
        undone = reverses(command)
        if undone is not None:
            self.reversed_by.setdefault(undone, []).append(row.id)

    def _fold_holds(self, after: State, change: Change) -> None:
        for hold in after.holds:
            self.holds[hold.hold] = (hold, None)
        for move in change.hold_moves:
            if move.ended == "merged":
                del self.holds[move.hold]
            elif move.ended:
                self.holds[move.hold] = (self.holds[move.hold][0], move.ended)

    def _fold_entries(self, row: StoredRow, change: Change) -> None:
        booked_at = at(row.decided_us)
        for entry in change.entries:
            self.entries[entry.wallet, entry.number] = (
                row.id,
                entry.kind,
                entry.points,
                entry.balance_after,
                at(entry.effective_us),
                booked_at,
                entry.lot,
            )

    def _slice(self, wanted: Needs, now_us: int) -> tuple[dict[int, Lot], int | None, int | None]:
        """Lots, how far they cover the draw, and when the next of the others is due."""
        if wanted.estate:
            return self.lots, None, None
        if wanted.whole or len(self._open) <= OPEN_LOTS_MIN:
            chosen = {key[-1]: self.lots[key[-1]] for key in self._open}
            return chosen | self._named(wanted), None, None
        until_us = wanted.soon_us or now_us
        chosen, spendable = {}, 0
        for never, expires_us, _, number in self._open:
            is_due = not never and expires_us <= until_us
            if not is_due and len(chosen) >= OPEN_LOTS_MIN and spendable >= wanted.draw:
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
        held = {draw.lot for hold in self._active() for draw in hold.draws}
        named = {number: self.lots[number] for number in {*wanted.lots, *held} if number in self.lots}
        if wanted.wallets:
            open_lots = (self.lots[key[-1]] for key in self._open)
            named |= {lot.number: lot for lot in open_lots if lot.wallet in wanted.wallets}
        return named

    def _active(self) -> tuple[Hold, ...]:
        return tuple(hold for hold, ended in self.holds.values() if ended is None)

    def _original(self, fact: UUID) -> Original:
        row, reversed_by = self._facts.get(fact), tuple(self.reversed_by.get(fact, ()))
        if row is None:
            return Original(fact=fact, reversed_by=reversed_by)
        return Original(
            fact=fact,
            command=decode_command(row.command),
            change=decode_change(row.change),
            reversed_by=reversed_by,
            latest=decode_change(self._facts[reversed_by[-1]].change) if reversed_by else None,
        )

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
