"""A member's account and the slice of its ledger that a decision needs."""

from uuid import UUID

from msgspec import Struct

from app.engine.change import Change, TierMove
from app.engine.commands import Command


class Account(Struct, frozen=True, kw_only=True):
    """The totals of one member. `balance` = Σ lots remaining − `debt`, and one of them is zero.

    `now_us` is the latest instant this account has lived through; time never runs back. `due_us` is a
    lower bound of the next instant at which time alone changes something (None: nothing is waiting).
    `window_points` sums the tally's points from `window_day` on; no tally of that window is older than
    `oldest_day`. `tier` None means the base level of the rulebook in force.
    """

    balance: int = 0
    debt: int = 0
    entries: int = 0
    lots: int = 0
    now_us: int = 0
    due_us: int | None = None
    enrolled_us: int | None = None
    tier: str | None = None
    tier_since_us: int = 0
    tier_moves: int = 0
    review_us: int | None = None
    window_day: int = 0
    window_points: int = 0
    oldest_day: int = 0
    referrer: UUID | None = None
    referral_until_us: int | None = None
    referral_purchase: UUID | None = None

    @property
    def free(self) -> int:
        """Points that can be spent: the remainder of all lots, which is nothing while there is debt."""
        return self.balance + self.debt

    @property
    def latest_tier_move(self) -> tuple[TierMove, ...]:
        """The latest tier move as far as the account itself tells it: all but its reason. Nothing before the first."""
        if self.tier is None:
            return ()
        return (
            TierMove(
                number=self.tier_moves,
                tier=self.tier,
                at_us=self.tier_since_us,
                reason="held",
                review_us=self.review_us,
            ),
        )


class Lot(Struct, frozen=True, kw_only=True):
    """One credit. `granted` = `remaining` + `used` + `expired` + `reversed`, always.

    `uncollected` is what a reversal of this credit asked and could not get; points that come back to
    this lot pay it first.
    """

    number: int
    fact: UUID
    earned_us: int
    expires_us: int | None
    granted: int
    remaining: int
    used: int = 0
    expired: int = 0
    reversed: int = 0
    uncollected: int = 0

    @property
    def spending_order(self) -> tuple[bool, int, int, int]:
        """Soonest expiry first, never-expiring last, then the older credit, then the lot number."""
        return (self.expires_us is None, self.expires_us or 0, self.earned_us, self.number)


class TallyDay(Struct, frozen=True, kw_only=True):
    """What one local day counted: qualifying points, spend and visits, net of refunds."""

    day: int
    points: int
    spend_minor: int
    visits: int


class Original(Struct, frozen=True, kw_only=True):
    """A fact that a command names, and the facts that have reversed it so far.

    `command` and `change` are None when the fact is not in the journal (yet).
    """

    fact: UUID
    command: Command | None = None
    change: Change | None = None
    reversed_by: tuple[UUID, ...] = ()


class State(Struct, frozen=True, kw_only=True):
    """The account and the slice of lots, tally days, tier moves and originals loaded for it.

    `tier_moves` always hold at least the latest, because this decision may review it before it looks back.
    `lots` are in spending order. `covered` bounds what may be drawn from the slice; None says that
    every open lot is here. `next_expiry_us` is the soonest expiry among open lots outside the slice.
    """

    account: Account
    lots: tuple[Lot, ...] = ()
    tallies: tuple[TallyDay, ...] = ()
    tier_moves: tuple[TierMove, ...] = ()
    originals: tuple[Original, ...] = ()
    covered: int | None = None
    next_expiry_us: int | None = None

    def original(self, fact: UUID) -> Original:
        """The fact that a command names. Raises LookupError when it was not loaded: a defect of `touches`."""
        for original in self.originals:
            if original.fact == fact:
                return original
        raise LookupError(f"{fact} is not in the slice")
