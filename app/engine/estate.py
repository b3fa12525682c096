"""What passes from one account to another: single credits in a transfer, everything in a merge."""

from uuid import UUID

from msgspec import Struct


class Origin(Struct, frozen=True, kw_only=True, array_like=True):
    """The credit from which a lot came: the member to whom it was granted first, and its number there."""

    member: UUID
    lot: int


class Parcel(Struct, frozen=True, kw_only=True, array_like=True):
    """Free points of one lot on their way, with everything that makes them what they are.

    `source` is the lot's number on the account that sends.
    """

    source: int
    origin: Origin
    fact: UUID
    points: int
    earned_us: int
    expires_us: int | None
    lapses: bool = False


class Inherited(Struct, frozen=True, kw_only=True, array_like=True):
    """A lot of a closed account as it was, open or not: it goes on, so that what it paid for can still be undone."""

    fact: UUID
    earned_us: int
    expires_us: int | None
    granted: int
    remaining: int
    used: int
    expired: int
    reversed: int
    uncollected: int
    wallet: str
    moved: int
    held: int
    pending: bool
    available_us: int | None
    lapses: bool
    noticed: bool
    origin: Origin | None


class Continued(Struct, frozen=True, kw_only=True, array_like=True):
    """A closed account whose lots go on here: its lot n is the lot n + `shift`."""

    member: UUID
    shift: int


class Owed(Struct, frozen=True, kw_only=True, array_like=True):
    """What an account owes in a wallet, and when its points lapse for want of activity."""

    wallet: str
    debt: int
    lapses_us: int | None


class DayTally(Struct, frozen=True, kw_only=True, array_like=True):
    """What one local day had counted."""

    day: int
    points: int
    spend_minor: int
    visits: int


class HeldDraw(Struct, frozen=True, kw_only=True, array_like=True):
    """Points of the sender's lot `source` that a hold keeps."""

    source: int
    points: int


class HeldOver(Struct, frozen=True, kw_only=True, array_like=True):
    """A hold that goes on under its own id on the account that takes over."""

    hold: UUID
    wallet: str
    until_us: int
    life_until_us: int
    rulebook: int
    draws: tuple[HeldDraw, ...]


class Counted(Struct, frozen=True, kw_only=True, array_like=True):
    """How often something has happened to a member, such as the taking of a reward; by day where `day` is not 0."""

    name: str
    count: int
    day: int = 0


class Height(Struct, frozen=True, kw_only=True, array_like=True):
    """Where a member stood in a set of tiers by what they had come to, what was given by hand, what is for life."""

    ladder: str
    tier: str
    review_us: int | None
    floor: str | None = None
    floor_us: int | None = None
    forever: str | None = None


class Estate(Struct, frozen=True, kw_only=True, array_like=True):
    """Everything of an account that was closed, for the one that takes it over.

    `lots` are all that it ever had, number 1 first; `continued` the accounts that it had taken over itself.
    `referrer` had brought the member; `referral_purchase` had qualified that referral, with `referral_lot` for the
    friend. Without `enrolled_us` nobody had ever been enrolled: it is a purchase that was claimed. `heights` are those
    in other sets of tiers than the main one, and in that one where more is to be said than `tier` and `review_us`.
    """

    enrolled_us: int | None
    lots: tuple[Inherited, ...]
    owed: tuple[Owed, ...]
    tallies: tuple[DayTally, ...]
    holds: tuple[HeldOver, ...]
    counters: tuple[Counted, ...]
    referrer: UUID | None
    referral_until_us: int | None
    referral_purchase: UUID | None
    referral_lot: int | None
    tier: str | None
    review_us: int | None
    blocked: bool
    continued: tuple[Continued, ...]
    heights: tuple[Height, ...] = ()
