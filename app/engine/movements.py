"""What a decision moves: entries, lots, holds, tallies, tiers, stocks; and what others must hear of it."""

from uuid import UUID

from msgspec import Struct

from app.engine.estate import Origin


class Entry(Struct, frozen=True, kw_only=True, array_like=True):
    """Points that moved: signed, numbered per member and wallet from 1. `lot` names the lot of a single-lot entry.

    `kind` is accrual, redemption, expiry, reversal, return, referral, referral_reversal, adjustment, goodwill,
    transfer_out, transfer_in, merge_out or merge_in. `effective_us` is when the movement counts; when our
    answers included it is the journal row's. `wallet` is empty for the main one.
    """

    number: int
    kind: str
    points: int
    balance_after: int
    effective_us: int
    lot: int | None = None
    wallet: str = ""


class NewLot(Struct, frozen=True, kw_only=True, array_like=True):
    """A lot that this Change opens, with all of `granted` remaining; a LotMove may take at once.

    A `pending` lot matures at `available_us`, or when it is confirmed (None). `lapses` says that it goes when the
    wallet's inactivity instant comes. `origin` is None for points that were granted to this member.
    """

    number: int
    fact: UUID
    earned_us: int
    expires_us: int | None
    granted: int
    wallet: str = ""
    pending: bool = False
    available_us: int | None = 0
    lapses: bool = False
    origin: Origin | None = None


class LotMove(Struct, frozen=True, kw_only=True, array_like=True):
    """What left a lot, by cause; a negative number came back. `uncollected` and `held` move no points.

    `moved` went to another account. `matured` ends the lot's being pending, `noticed` says that its coming expiry
    was announced, `expires_us` is its new expiry (0: as it was), which has not been announced.
    """

    number: int
    used: int = 0
    expired: int = 0
    reversed: int = 0
    uncollected: int = 0
    moved: int = 0
    held: int = 0
    matured: bool = False
    noticed: bool = False
    expires_us: int = 0

    @property
    def taken(self) -> int:
        """How much less the lot has."""
        return self.used + self.expired + self.reversed + self.moved


class TallyMove(Struct, frozen=True, kw_only=True, array_like=True):
    """What a local day counts in addition; negative after a refund."""

    day: int
    points: int = 0
    spend_minor: int = 0
    visits: int = 0


class TierMove(Struct, frozen=True, kw_only=True, array_like=True):
    """The tier from `at_us` on, why, and when it is reviewed (None: it is certain, as the base level always is).

    `reason` is promotion, review_kept, review_demotion, grace, refund or merge; granted, review_granted, grant_over,
    floor_set or floor_ended of what was given by hand; closed. `ladder` is the set of tiers, empty for the main one.
    `floor` is given by hand, until `floor_us` (None: without end), and replaces what was given before; an empty one
    ends it. `forever` is the level below which the member never falls any more, as far as it is known here.
    """

    number: int
    tier: str
    at_us: int
    reason: str
    review_us: int | None
    ladder: str = ""
    floor: str | None = None
    floor_us: int | None = None
    forever: str | None = None


class Climb(Struct, frozen=True, kw_only=True, array_like=True):
    """Where the member stands in a set of tiers: `amounts` are those of its counters, in the order of the ladder's.

    `floor` was given by hand, until `floor_us` (None: without end).
    """

    ladder: str
    tier: str
    review_us: int | None
    amounts: tuple[int, ...]
    floor: str | None = None
    floor_us: int | None = None


class Draw(Struct, frozen=True, kw_only=True, array_like=True):
    """Points that a redemption took from one lot."""

    lot: int
    points: int


class RewardReferrer(Struct, frozen=True, kw_only=True, array_like=True, tag=1):
    """The referrer earned `points` because of this purchase. The follower carries it over.

    `rulebook` is the version whose referral says more about it than points (0: it says nothing), `occurred_us` the
    instant of the friend's purchase. Of `level` 1 is who brought the friend, of 2 who had brought that one.
    """

    referrer: UUID
    points: int
    rulebook: int = 0
    level: int = 1
    occurred_us: int = 0


class ClawBackReferrer(Struct, frozen=True, kw_only=True, array_like=True, tag=2):
    """The reward that `purchase` gave to the referrer is void. The follower carries it over."""

    referrer: UUID
    purchase: UUID


Effect = RewardReferrer | ClawBackReferrer


class Referral(Struct, frozen=True, kw_only=True, array_like=True):
    """The purchase that qualified the member's own referral, or None when it is open (again).

    `lot` holds the member's own reward for it, if there was one.
    """

    purchase: UUID | None
    lot: int | None = None


class PurseMove(Struct, frozen=True, kw_only=True, array_like=True):
    """What became of a wallet other than the main one."""

    wallet: str
    balance_before: int
    debt_before: int
    balance: int
    debt: int
    pending: int
    held: int
    lapses_us: int | None


class HoldOpened(Struct, frozen=True, kw_only=True, array_like=True):
    """Points of these lots are set aside under the id `hold` until an instant, at the longest until another."""

    hold: UUID
    wallet: str
    until_us: int
    life_until_us: int
    rulebook: int
    draws: tuple[Draw, ...]


class HoldMove(Struct, frozen=True, kw_only=True, array_like=True):
    """A hold lasts longer (`until_us`), or has ended: captured, released, lapsed or merged."""

    hold: UUID
    until_us: int | None = None
    ended: str = ""


class StockMove(Struct, frozen=True, kw_only=True, array_like=True):
    """What was taken of something that members share: `before` was gone already, of `size` (None: by the rulebook).

    `before` and `size` are what the decision was given; a negative `taken` gives back.
    """

    name: str
    before: int
    taken: int
    size: int | None = None


class CounterMove(Struct, frozen=True, kw_only=True, array_like=True):
    """Something happened to the member so many times more, on a local day or in a period that began on it.

    Day 0 is for what is counted for ever.
    """

    name: str
    count: int
    day: int = 0


class Notice(Struct, frozen=True, kw_only=True, array_like=True):
    """Word to the member, without an entry.

    expiring_soon: `points` of a wallet go at `on_us`. tier_at_risk: `tier` of a set is lost then, because what counts
    at its review has only come to `amounts` so far, which are in the order of the ladder's counters. visit_overdue:
    the last visit was on the day that began at `on_us`. birthday: it is on the day that begins then.
    """

    kind: str
    at_us: int
    wallet: str
    points: int
    on_us: int
    ladder: str = ""
    tier: str = ""
    amounts: tuple[int, ...] = ()
