"""A Change: everything that one decision does. One that does not balance cannot be constructed."""

from typing import Final
from uuid import UUID

from msgspec import Struct

from app.engine.facts import RuleTrace

INT64_MAX: Final = 2**63 - 1
# No credit may lift a balance above this, so that sums of a few of them still fit 64 bits.
BALANCE_MAX: Final = 2**62


class Unbalanced(AssertionError):
    """A Change or a fold broke the ledger's arithmetic: a defect of Rung, never of the caller."""


class Entry(Struct, frozen=True, kw_only=True, array_like=True):
    """Points that moved: signed, numbered per member from 1. `lot` names the lot of a single-lot entry.

    `kind` is accrual, redemption, expiry, reversal, return, referral or referral_reversal.
    `effective_us` is when the movement counts; when our answers included it is the journal row's.
    """

    number: int
    kind: str
    points: int
    balance_after: int
    effective_us: int
    lot: int | None = None


class NewLot(Struct, frozen=True, kw_only=True, array_like=True):
    """A lot that this Change opens, with all of `granted` remaining; a LotMove may take at once."""

    number: int
    fact: UUID
    earned_us: int
    expires_us: int | None
    granted: int


class LotMove(Struct, frozen=True, kw_only=True, array_like=True):
    """What left a lot, by cause; a negative number came back. `uncollected` moves no points."""

    number: int
    used: int = 0
    expired: int = 0
    reversed: int = 0
    uncollected: int = 0

    @property
    def taken(self) -> int:
        """How much less the lot has."""
        return self.used + self.expired + self.reversed


class TallyMove(Struct, frozen=True, kw_only=True, array_like=True):
    """What a local day counts in addition; negative after a refund."""

    day: int
    points: int = 0
    spend_minor: int = 0
    visits: int = 0


class TierMove(Struct, frozen=True, kw_only=True, array_like=True):
    """The tier from `at_us` on, why, and when it is reviewed (None: the base level is never reviewed).

    `reason` is promotion, review_kept or review_demotion.
    """

    number: int
    tier: str
    at_us: int
    reason: str
    review_us: int | None


class Draw(Struct, frozen=True, kw_only=True, array_like=True):
    """Points that a redemption took from one lot."""

    lot: int
    points: int


class Enrolled(Struct, frozen=True, kw_only=True, array_like=True, tag=1):
    """The account was opened (`created`) or had been open already; the referral that was accepted."""

    created: bool
    referrer: UUID | None = None
    referral_until_us: int | None = None


class Progress(Struct, frozen=True, kw_only=True, array_like=True):
    """Where the member stands after the decision: enough to answer it again for ever."""

    balance: int
    debt: int
    tier: str | None
    review_us: int | None
    window_points: int


class Purchased(Struct, frozen=True, kw_only=True, array_like=True, tag=2):
    """A basket that earned. `qualifying_*` is what the tally of `local_day` counted.

    `rulebook` is the version that judged it, `tier` the tier it earned at (None: the base level),
    `lot` the lot it opened (None: it earned nothing), `draws` what its points tender took.
    """

    occurred_us: int
    local_day: int
    rulebook: int
    tier: str | None
    points: int
    line_points: tuple[int, ...]
    lot: int | None
    total_minor: int
    paid_points: int
    paid_minor: int
    draws: tuple[Draw, ...]
    referral_points: int
    referral_lot: int | None
    trace: tuple[RuleTrace, ...]
    warnings: tuple[str, ...]


class Reversed(Struct, frozen=True, kw_only=True, array_like=True):
    """A credit taken back. `asked` = `from_lot` + `from_others` + `from_debt` + `expired` + `uncollected`.

    `expired` is what had expired unused and is not taken again, `from_debt` what the member now owes,
    `uncollected` what the debt floor did not let us ask.
    """

    asked: int = 0
    from_lot: int = 0
    from_others: int = 0
    from_debt: int = 0
    expired: int = 0
    uncollected: int = 0

    @property
    def collected(self) -> int:
        """The points of the reversal's entry."""
        return self.from_lot + self.from_others + self.from_debt


class Refunded(Struct, frozen=True, kw_only=True, array_like=True, tag=3):
    """A purchase undone: its award, its friend's referral reward if it paid one, its points tender."""

    award: Reversed
    referral: Reversed
    returned: int
    returned_minor: int


class Redeemed(Struct, frozen=True, kw_only=True, array_like=True, tag=4):
    """Points turned into money off."""

    points: int
    value_minor: int
    draws: tuple[Draw, ...]
    rulebook: int


class Cancelled(Struct, frozen=True, kw_only=True, array_like=True, tag=5):
    """A redemption given back: so many points, and the money that they had taken off."""

    returned: int
    value_minor: int


class Rewarded(Struct, frozen=True, kw_only=True, array_like=True, tag=6):
    """A referral reward; zero points and no lot when it had been voided or could not be paid."""

    points: int
    lot: int | None
    rulebook: int
    reason: str


class ClawedBack(Struct, frozen=True, kw_only=True, array_like=True, tag=7):
    """A referral reward taken back, as a refund takes an award back. Nothing is asked of no reward."""

    reward: Reversed


class TimePassed(Struct, frozen=True, kw_only=True, array_like=True, tag=8):
    """Time alone."""


Outcome = Enrolled | Purchased | Refunded | Redeemed | Cancelled | Rewarded | ClawedBack | TimePassed


class RewardReferrer(Struct, frozen=True, kw_only=True, array_like=True, tag=1):
    """The referrer earned `points` because of this purchase. The follower carries it over."""

    referrer: UUID
    points: int


class ClawBackReferrer(Struct, frozen=True, kw_only=True, array_like=True, tag=2):
    """The reward that `purchase` gave to the referrer is void. The follower carries it over."""

    referrer: UUID
    purchase: UUID


Effect = RewardReferrer | ClawBackReferrer


class Referral(Struct, frozen=True, kw_only=True, array_like=True):
    """The purchase that qualified the member's own referral, or None when it is open (again)."""

    purchase: UUID | None


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

    @property
    def points(self) -> int:
        """The sum of the entries."""
        return sum(entry.points for entry in self.entries)

    def __post_init__(self) -> None:
        balance = self.balance_before
        for offset, entry in enumerate(self.entries):
            balance += entry.points
            if entry.number != self.entries[0].number + offset or entry.balance_after != balance:
                raise Unbalanced(f"entry {entry.number} does not follow")
        opened = sum(lot.granted for lot in self.new_lots)
        taken = sum(move.taken for move in self.lot_moves)
        if self.points != opened - taken - (self.debt_after - self.debt_before):
            raise Unbalanced("entries differ from what lots and debt did")
        if balance != self.after.balance or self.debt_after != self.after.debt:
            raise Unbalanced("the answer differs from the ledger")
        if self.debt_after < 0 or balance + self.debt_after < 0:
            raise Unbalanced("less than nothing remains")
        if self.debt_after and balance + self.debt_after:
            raise Unbalanced("points are free while there is debt")
        if any(lot.granted <= 0 for lot in self.new_lots):
            raise Unbalanced("a lot of nothing")
        if abs(balance) > INT64_MAX:
            raise Unbalanced("the balance does not fit")
