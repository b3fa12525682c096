"""The ledger of one member as the journal tells it: folded row by row, with evolve and nothing else."""

from bisect import bisect_left, insort
from uuid import UUID

from app.engine.change import Change
from app.engine.codec import decode_change, decode_command
from app.engine.commands import Command
from app.engine.context import Context
from app.engine.ledger.evolve import evolve
from app.engine.movements import TierMove
from app.engine.naming import reverses, touches
from app.engine.needs import needs
from app.engine.state import Account, Lot, Original, State, TallyDay
from app.repositories.holdings import Values
from app.repositories.instants import at, on
from app.repositories.journal import StoredRow

# A decision sees at least so many open lots, so that nearly every member is decided on the whole ledger.
OPEN_LOTS_MIN = 256


class Book:
    """Mutable: grows with every row. A row costs what its Change touches, however long the history is."""

    def __init__(self) -> None:
        self.account = Account()
        self.lots: dict[int, Lot] = {}
        self.tallies: dict[int, TallyDay] = {}
        self.tier_moves: list[TierMove] = []
        self.reversed_by: dict[UUID, list[UUID]] = {}
        self.entries: dict[object, Values] = {}
        self.broken = False
        self._open: list[tuple[bool, int, int, int]] = []
        self._facts: dict[UUID, StoredRow] = {}

    def state(self, command: Command, context: Context) -> State:
        """What the command needs to be decided again, and more: all of the ledger, or its next few hundred lots."""
        originals = tuple(self._original(fact) for fact in touches(command, context.fact))
        wanted = needs(command, self.account, context.now_us, context.zone, context.timeline, originals)
        chosen: dict[int, Lot] = {}
        remaining = 0
        for key in self._open:
            if len(chosen) >= OPEN_LOTS_MIN and remaining >= wanted.draw:
                break
            lot = self.lots[key[-1]]
            chosen[lot.number] = lot
            if lot.expires_us is None or lot.expires_us > context.now_us:
                remaining += lot.remaining
        rest = self._open[len(chosen)] if len(chosen) < len(self._open) else None
        chosen |= {number: self.lots[number] for number in wanted.lots}
        return State(
            account=self.account,
            lots=tuple(sorted(chosen.values(), key=lambda lot: lot.spending_order)),
            tallies=tuple(self.tallies.values()),
            tier_moves=tuple(self.tier_moves),
            originals=originals,
            covered=remaining if rest is not None else None,
            next_due_us=rest[1] if rest is not None and not rest[0] else None,
        )

    def fold(self, row: StoredRow, command: Command, change: Change) -> None:
        """Take a row in. Raises Unbalanced or KeyError when its Change was not made for this ledger."""
        moved = [move.number for move in change.lot_moves if move.number <= self.account.lots]
        counted = {move.day for move in change.tallies if move.day in self.tallies}
        before = State(
            account=self.account,
            lots=tuple(self.lots[number] for number in moved),
            tallies=tuple(self.tallies[day] for day in counted),
        )
        after = evolve(before, change)
        self.account = after.account
        self.tallies |= {tally.day: tally for tally in after.tallies}
        self.tier_moves += after.tier_moves
        for lot in after.lots:
            self._put(lot)
        booked_at = at(row.decided_us)
        for entry in change.entries:
            effective_at = at(entry.effective_us)
            self.entries[entry.number] = (
                row.id,
                entry.kind,
                entry.points,
                entry.balance_after,
                effective_at,
                booked_at,
                entry.lot,
            )
        self._facts[row.id] = row
        undone = reverses(command)
        if undone is not None:
            self.reversed_by.setdefault(undone, []).append(row.id)

    def accounts_row(self) -> Values:
        """The account, in the order of holdings.ACCOUNTS."""
        a = self.account
        return (
            a.balance,
            a.debt,
            a.entries,
            a.lots,
            at(a.now_us),
            at(a.enrolled_us),
            a.tier,
            at(a.tier_since_us) if a.tier_since_us else None,
            a.tier_moves,
            at(a.review_us),
            a.window_day,
            a.window_points,
            a.oldest_day,
            a.referrer,
            at(a.referral_until_us),
            a.referral_purchase,
        )

    def lots_rows(self) -> dict[object, Values]:
        """The lots, in the order of holdings.LOTS."""
        return {
            lot.number: (
                lot.fact,
                at(lot.earned_us),
                at(lot.expires_us),
                lot.granted,
                lot.remaining,
                lot.used,
                lot.expired,
                lot.reversed,
                lot.uncollected,
                lot.remaining > 0,
            )
            for lot in self.lots.values()
        }

    def tallies_rows(self) -> dict[object, Values]:
        """The tallies, in the order of holdings.TALLIES."""
        return {on(tally.day): (tally.points, tally.spend_minor, tally.visits) for tally in self.tallies.values()}

    def tier_moves_rows(self) -> dict[object, Values]:
        """The tier moves, in the order of holdings.TIER_MOVES."""
        return {move.number: (move.tier, at(move.at_us), move.reason, at(move.review_us)) for move in self.tier_moves}

    def _original(self, fact: UUID) -> Original:
        row, reversed_by = self._facts.get(fact), tuple(sorted(self.reversed_by.get(fact, ())))
        if row is None:
            return Original(fact=fact, reversed_by=reversed_by)
        return Original(
            fact=fact,
            command=decode_command(row.command),
            change=decode_change(row.change),
            reversed_by=reversed_by,
        )

    def _put(self, lot: Lot) -> None:
        before = self.lots.get(lot.number)
        was_open, is_open = before is not None and before.remaining > 0, lot.remaining > 0
        if is_open and not was_open:
            insort(self._open, lot.spending_order)
        elif was_open and not is_open:
            del self._open[bisect_left(self._open, lot.spending_order)]
        self.lots[lot.number] = lot
