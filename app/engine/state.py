"""A member's account and the slice of its ledger that a decision needs."""

from uuid import UUID

from msgspec import Struct

from app.engine.change import Change
from app.engine.commands import Command
from app.engine.estate import Continued, Counted, Origin
from app.engine.movements import Draw, TierMove


class Purse(Struct, frozen=True, kw_only=True):
    """The totals of one member in one wallet. `balance` = Σ lots remaining − `debt`.

    Of what remains, `pending` has not matured and `held` is set aside; the rest is free, and nothing is free while
    there is debt. `lapses_us` is the instant at which points that ask for activity go (None: none do).
    """

    wallet: str
    balance: int = 0
    debt: int = 0
    entries: int = 0
    pending: int = 0
    held: int = 0
    lapses_us: int | None = None

    @property
    def free(self) -> int:
        """Points that can be spent."""
        return self.balance + self.debt - self.pending - self.held


class Account(Struct, frozen=True, kw_only=True):
    """The totals of one member. `balance`, `debt` and their like are those of the main wallet, see Purse.

    `purses` are the other wallets in which the member has ever had points. `continued` are the accounts that were
    merged into this one, at once or by way of another.

    `now_us` is the latest instant this account has lived through; time never runs back. `due_us` is a
    lower bound of the next instant at which time alone changes something (None: nothing is waiting).
    `window_points` sums the tally's points from `window_day` on; no tally of that window is older than
    `oldest_day`. `tier` None means the base level of the rulebook in force. `holds` counts the active ones.
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
    member: UUID = UUID(int=0)
    pending: int = 0
    held: int = 0
    lapses_us: int | None = None
    holds: int = 0
    blocked: bool = False
    household: UUID | None = None
    merged_into: UUID | None = None
    purses: tuple[Purse, ...] = ()
    referral_lot: int | None = None
    continued: tuple[Continued, ...] = ()

    @property
    def free(self) -> int:
        """Points of the main wallet that can be spent."""
        return self.balance + self.debt - self.pending - self.held

    @property
    def main(self) -> Purse:
        """The main wallet as a purse."""
        return Purse(
            wallet="",
            balance=self.balance,
            debt=self.debt,
            entries=self.entries,
            pending=self.pending,
            held=self.held,
            lapses_us=self.lapses_us,
        )

    def purse(self, wallet: str) -> Purse:
        """The totals in a wallet; empty where the member has never had any."""
        if not wallet:
            return self.main
        return next((purse for purse in self.purses if purse.wallet == wallet), Purse(wallet=wallet))

    def entries_in(self, wallet: str) -> int:
        """How many entries a wallet has."""
        return self.purse(wallet).entries if wallet else self.entries

    def shift(self, member: UUID | None) -> int:
        """By how much the numbers of another account's lots rose when this one took them over; None is itself."""
        if member is None:
            return 0
        return next(closed.shift for closed in self.continued if closed.member == member)

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
    """One credit. `granted` = `remaining` + `used` + `expired` + `reversed` + `moved`, always.

    `uncollected` is what a reversal of this credit asked and could not get; points that come back to
    this lot pay it first. `held` of the remainder is set aside. While it is `pending` nothing of it can be spent;
    it matures at `available_us` (None: when it is confirmed).
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
    wallet: str = ""
    moved: int = 0
    held: int = 0
    pending: bool = False
    available_us: int | None = 0
    lapses: bool = False
    noticed: bool = False
    origin: Origin | None = None

    @property
    def loose(self) -> int:
        """What is not held: it goes when the lot expires."""
        return self.remaining - self.held

    @property
    def spendable(self) -> int:
        """What can be drawn now."""
        return 0 if self.pending else self.remaining - self.held

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


class Ever(Struct, frozen=True, kw_only=True):
    """What all the days of a member have counted together, net of refunds."""

    points: int = 0
    spend_minor: int = 0
    visits: int = 0


class Hold(Struct, frozen=True, kw_only=True):
    """Points set aside: an active hold and the lots that it keeps them in."""

    hold: UUID
    wallet: str
    until_us: int
    life_until_us: int
    rulebook: int
    draws: tuple[Draw, ...]

    @property
    def points(self) -> int:
        """How many points it keeps."""
        return sum(draw.points for draw in self.draws)


class Original(Struct, frozen=True, kw_only=True):
    """A fact that a command names, and the facts that have ended it so far, oldest first.

    `command` and `change` are None when the fact is not in the journal (yet). `latest` is the Change of the last of
    `reversed_by`. `member` is whose fact it was when that account has been merged into this one, None for its own.
    """

    fact: UUID
    command: Command | None = None
    change: Change | None = None
    reversed_by: tuple[UUID, ...] = ()
    latest: Change | None = None
    member: UUID | None = None


class State(Struct, frozen=True, kw_only=True):
    """The account and the slice of lots, tally days, tier moves and originals loaded for it.

    `tier_moves` always hold at least the latest, because this decision may review it before it looks back.
    `lots` are in spending order. `covered` bounds what may be drawn from the main wallet's lots in the slice; None
    says that every open lot of it is here, and of another wallet they always are where one is drawn from. `holds`
    are all active ones, where the decision needs any; `counters` and `ever` are there where it needs those.
    `next_due_us` is a lower bound of the next instant at which time does something to a lot outside the slice.
    """

    account: Account
    lots: tuple[Lot, ...] = ()
    tallies: tuple[TallyDay, ...] = ()
    tier_moves: tuple[TierMove, ...] = ()
    originals: tuple[Original, ...] = ()
    covered: int | None = None
    next_due_us: int | None = None
    holds: tuple[Hold, ...] = ()
    counters: tuple[Counted, ...] = ()
    ever: Ever | None = None

    def original(self, fact: UUID) -> Original:
        """The fact that a command names. Raises LookupError when it was not loaded: a defect of `touches`."""
        for original in self.originals:
            if original.fact == fact:
                return original
        raise LookupError(f"{fact} is not in the slice")
