"""A Change: everything that one decision does. One that does not balance cannot be constructed."""

from typing import Final

from msgspec import Struct

from app.engine.movements import (
    Climb,
    CounterMove,
    Effect,
    Entry,
    HoldMove,
    HoldOpened,
    LotMove,
    NewLot,
    Notice,
    PurseMove,
    Referral,
    StockMove,
    TallyMove,
    TierMove,
)
from app.engine.outcomes import Outcome
from app.engine.played import Prized

INT64_MAX: Final = 2**63 - 1


# No credit may lift a balance above this, so that sums of a few of them still fit 64 bits.
BALANCE_MAX: Final = 2**62


class Unbalanced(AssertionError):
    """A Change or a fold broke the ledger's arithmetic: a defect of Rung, never of the caller."""


class Progress(Struct, frozen=True, kw_only=True, array_like=True):
    """Where the member stands after the decision: enough to answer it again for ever.

    `shared` are the points that the member can spend besides, out of the wallet of a household (None: there is none).
    """

    balance: int
    debt: int
    tier: str | None
    review_us: int | None
    window_points: int
    pending: int = 0
    held: int = 0
    lapses_us: int | None = None
    shared: int | None = None

    @property
    def spendable(self) -> int:
        """Points of the main wallet that the member can spend, their own and those that they share."""
        return self.balance + self.debt - self.pending - self.held + (self.shared or 0)


class Change(Struct, frozen=True, kw_only=True, array_like=True):
    """Everything that this decision does to one account, and what others must hear of it.

    Raises Unbalanced on construction unless Σ entries = Σ new lots − Σ lot moves − rise of the debt,
    the entries are numbered and add up, and no more than zero is owed or free at the same time.
    """

    now_us: int
    balance_before: int
    debt_before: int
    debt_after: int
    outcome: Outcome
    after: Progress
    entries: tuple[Entry, ...] = ()
    new_lots: tuple[NewLot, ...] = ()
    lot_moves: tuple[LotMove, ...] = ()
    tallies: tuple[TallyMove, ...] = ()
    tier_moves: tuple[TierMove, ...] = ()
    window_day: int = 0
    oldest_day: int = 0
    due_us: int | None = None
    referral: Referral | None = None
    effects: tuple[Effect, ...] = ()
    purses: tuple[PurseMove, ...] = ()
    holds_opened: tuple[HoldOpened, ...] = ()
    hold_moves: tuple[HoldMove, ...] = ()
    stock_moves: tuple[StockMove, ...] = ()
    counter_moves: tuple[CounterMove, ...] = ()
    notices: tuple[Notice, ...] = ()
    climbs: tuple[Climb, ...] = ()
    reached: tuple[Prized, ...] = ()

    @property
    def points(self) -> int:
        """The sum of the entries of all wallets."""
        return sum([entry.points for entry in self.entries])

    @property
    def is_idle(self) -> bool:
        """Whether time passed and nothing happened."""
        return not (self.entries or self.tier_moves or self.lot_moves or self.hold_moves or self.notices or self.purses)

    def __post_init__(self) -> None:
        after = self.after
        if self.debt_after != after.debt:
            raise Unbalanced("the answer differs from the ledger")
        self._check_purse("", self.balance_before, after.balance, after.debt, aside=after.pending + after.held)
        rise = self.debt_after - self.debt_before
        for purse in self.purses:
            self._check_purse(
                purse.wallet, purse.balance_before, purse.balance, purse.debt, aside=purse.pending + purse.held
            )
            rise += purse.debt - purse.debt_before
        gained = 0
        for lot in self.new_lots:
            if lot.granted <= 0:
                raise Unbalanced("a lot of nothing")
            gained += lot.granted
        for move in self.lot_moves:
            gained -= move.taken
        if self.points != gained - rise:
            raise Unbalanced("entries differ from what lots and debt did")

    def _check_purse(self, wallet: str, balance: int, balance_after: int, debt: int, *, aside: int) -> None:
        number = 0
        for entry in self.entries:
            if entry.wallet != wallet:
                continue
            balance += entry.points
            if (number and entry.number != number + 1) or entry.balance_after != balance:
                raise Unbalanced(f"entry {entry.number} does not follow")
            number = entry.number
        if balance != balance_after:
            raise Unbalanced("the answer differs from the ledger")
        free = balance + debt - aside
        if debt < 0 or aside < 0 or free < 0:
            raise Unbalanced("less than nothing remains")
        if debt and free:
            raise Unbalanced("points are free while there is debt")
        if abs(balance) > INT64_MAX:
            raise Unbalanced("the balance does not fit")
