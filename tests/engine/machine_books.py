"""Books kept from the journal's rows alone, one row at a time: what each account folds to, its entries, its holds."""

from collections import Counter
from uuid import UUID

from app.engine.codec import decode_change, encode
from app.engine.commands import MergeIn
from app.engine.ledger.evolve import evolve
from app.engine.movements import Entry
from app.engine.state import Account, Ever, State
from tests.engine.worlds import Row

# What leaves one account arrives at another: over all accounts these come to nothing.
MOVES = ({"transfer_out", "transfer_in"}, {"merge_out", "merge_in"})


class RowBooks:
    """What the rows say: nothing in here was ever decided."""

    def __init__(self) -> None:
        self.folded: dict[UUID, State] = {}
        self.entries: dict[tuple[UUID, str], Entry] = {}
        self.holds: set[tuple[UUID, UUID]] = set()
        self.kinds: Counter[tuple[str, str]] = Counter()
        self.booked_us = 0
        self.rows = 0

    def enter(self, row: Row) -> None:
        """Fold the row as it is read back; each entry follows the one before, each hold begins and ends once."""
        self.rows += 1
        change = decode_change(encode(row.change))
        before = self.folded.get(row.member) or State(account=Account(member=row.member), ever=Ever())
        self.folded[row.member] = evolve(before, change)
        assert self.booked_us <= row.context.now_us
        self.booked_us = row.context.now_us
        for entry in change.entries:
            last = self.entries.get((row.member, entry.wallet))
            number, balance = (last.number, last.balance_after) if last else (0, 0)
            assert (entry.number, entry.balance_after) == (number + 1, balance + entry.points)
            assert entry.effective_us <= row.context.now_us
            self.entries[row.member, entry.wallet] = entry
            self.kinds[entry.kind, entry.wallet] += entry.points
        # What is taken over in a merge brings its past along, which was entered elsewhere.
        if not isinstance(row.command, MergeIn):
            gone = sum(moved.expired for moved in change.lot_moves)
            assert gone == -sum(entry.points for entry in change.entries if entry.kind == "expiry")
        for opened in change.holds_opened:
            assert (row.member, opened.hold) not in self.holds
            self.holds.add((row.member, opened.hold))
        for moved in change.hold_moves:
            assert (row.member, moved.hold) in self.holds
            if moved.ended:
                self.holds.remove((row.member, moved.hold))

    def assert_same(self, states: dict[UUID, State]) -> None:
        """The states are the fold, and all that was ever entered adds up to what everybody has."""
        assert self.folded == states
        balances: Counter[str] = Counter()
        for member, state in states.items():
            assert {hold.hold for hold in state.holds} == {hold for whose, hold in self.holds if whose == member}
            for purse in (state.account.main, *state.account.purses):
                last = self.entries.get((member, purse.wallet))
                assert (purse.entries, purse.balance) == ((last.number, last.balance_after) if last else (0, 0))
                balances[purse.wallet] += purse.balance
        for wallet in {wallet for _, wallet in self.kinds} | set(balances):
            by_kind = {kind: points for (kind, name), points in self.kinds.items() if name == wallet}
            assert all(sum(by_kind.get(kind, 0) for kind in kinds) == 0 for kinds in MOVES)
            assert sum(by_kind.values()) == balances[wallet]
