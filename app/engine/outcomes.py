"""What came of a command: one type a kind of answer, enough to give it again for ever."""

from uuid import UUID

from msgspec import Struct

from app.engine.corrected import Corrected
from app.engine.estate import Continued, Estate, Parcel
from app.engine.facts import RuleTrace
from app.engine.movements import Draw
from app.engine.played import Acted, ActivityCancelled, Drawn, Gift, Played, Prized, PrizeTaken
from app.engine.remains import Rest, Reversed
from app.engine.vouchers import VoucherRestored, VoucherUsed


class Enrolled(Struct, frozen=True, kw_only=True, array_like=True, tag=1):
    """The account was opened (`created`) or had been open already; the referral that was accepted."""

    created: bool
    referrer: UUID | None = None
    referral_until_us: int | None = None


class Grant(Struct, frozen=True, kw_only=True, array_like=True):
    """What a purchase granted into a lot of its own beside its first: another wallet, or another expiry."""

    wallet: str
    lot: int
    points: int
    line_points: tuple[int, ...]


class Purchased(Struct, frozen=True, kw_only=True, array_like=True, tag=2):
    """A basket that earned. `qualifying_*` is what the tally of `local_day` counted.

    `rulebook` is the version that judged it, `tier` the tier it earned at (None: the base level),
    `lot` the lot it opened (None: it earned nothing), `draws` what its points tender took. `points` are those of
    the main wallet with the rulebook's usual expiry; `grants` the rest, each in a lot of its own. `played` is what it
    did in challenges and streaks (None: nothing).
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
    grants: tuple[Grant, ...] = ()
    played: Played | None = None
    readings: tuple[int, ...] = ()
    surprises: tuple[Drawn, ...] = ()
    referral_wallet: str = ""
    referral_prize: Prized | None = None


class Refunded(Struct, frozen=True, kw_only=True, array_like=True, tag=3):
    """A purchase undone, wholly or in part: its award, its own referral reward, its points tender.

    `grants` are the reversals of the purchase's grants, in their order. `rest` is None in rows of release 1, which
    undid purchases as a whole; such a refund leaves nothing. `amount_minor` was given back this time. A purchase that
    was `voided` gives its receipt number free, for the one on `moved_to` where it was moved.
    """

    award: Reversed
    referral: Reversed
    returned: int
    returned_minor: int
    grants: tuple[Reversed, ...] = ()
    rest: Rest | None = None
    amount_minor: int = 0
    voided: bool = False
    moved_to: UUID | None = None
    prizes: tuple[PrizeTaken, ...] = ()


class Taken(Struct, frozen=True, kw_only=True, array_like=True):
    """A reward as it was taken. `place` is the position of its first code in the imported pool, counted from 0.

    `expires_us` is the end of the voucher's life, None for ever. `gifts` of the pieces cost nothing.
    """

    reward: str
    kind: str
    quantity: int
    expires_us: int | None
    pool: str | None = None
    place: int | None = None
    gifts: tuple[Gift, ...] = ()


class Redeemed(Struct, frozen=True, kw_only=True, array_like=True, tag=4):
    """Points turned into money off or into a reward; out of a hold, `released` of its points were let go.

    `drawn` is where a wheel stopped. `readings` are what the gate of the reward read of the member.
    """

    points: int
    value_minor: int
    draws: tuple[Draw, ...]
    rulebook: int
    wallet: str = ""
    hold: UUID | None = None
    released: int = 0
    reward: Taken | None = None
    drawn: Drawn | None = None
    readings: tuple[int, ...] = ()


class Cancelled(Struct, frozen=True, kw_only=True, array_like=True, tag=5):
    """A redemption given back: so many points, and the money that they had taken off.

    `prize` is what went back of a turned wheel.
    """

    returned: int
    value_minor: int
    prize: PrizeTaken | None = None


class Rewarded(Struct, frozen=True, kw_only=True, array_like=True, tag=6):
    """A referral reward; zero points and no lot when it had been voided or could not be paid.

    `bound` is the period of the cap that was reached, where the reason is `capped`.
    """

    points: int
    lot: int | None
    rulebook: int
    reason: str
    wallet: str = ""
    bound: str = ""
    prize: Prized | None = None


class ClawedBack(Struct, frozen=True, kw_only=True, array_like=True, tag=7):
    """A referral reward taken back, as a refund takes an award back. Nothing is asked of no reward."""

    reward: Reversed
    prize: PrizeTaken | None = None


class TimePassed(Struct, frozen=True, kw_only=True, array_like=True, tag=8):
    """Time alone."""


class Confirmed(Struct, frozen=True, kw_only=True, array_like=True, tag=9):
    """Pending points matured because of an event."""

    points: int


class Held(Struct, frozen=True, kw_only=True, array_like=True, tag=10):
    """Points were set aside. `value_minor` is what they will take off when all of them are captured."""

    wallet: str
    points: int
    value_minor: int
    draws: tuple[Draw, ...]
    until_us: int
    life_until_us: int
    rulebook: int


class HeldLonger(Struct, frozen=True, kw_only=True, array_like=True, tag=11):
    """A hold lasts until another instant."""

    until_us: int


class Released(Struct, frozen=True, kw_only=True, array_like=True, tag=12):
    """A hold ended without a redemption."""

    points: int


class Adjusted(Struct, frozen=True, kw_only=True, array_like=True, tag=14):
    """Points given into `lot` or taken by hand, `draws` from which lots."""

    points: int
    wallet: str
    lot: int | None
    draws: tuple[Draw, ...]


class AdjustmentCancelled(Struct, frozen=True, kw_only=True, array_like=True, tag=15):
    """An adjustment taken back: the points that it had given, or those that it had taken."""

    reversed: Reversed
    returned: int


class Sent(Struct, frozen=True, kw_only=True, array_like=True, tag=16):
    """Points left for another account."""

    to: UUID
    points: int
    wallet: str
    parcels: tuple[Parcel, ...]


class Received(Struct, frozen=True, kw_only=True, array_like=True, tag=17):
    """Points came from another account, each parcel into a lot of its own."""

    sender: UUID
    points: int
    wallet: str
    lots: tuple[int, ...]


class Joined(Struct, frozen=True, kw_only=True, array_like=True, tag=18):
    """The member shares a household's wallet."""

    household: UUID


class Left(Struct, frozen=True, kw_only=True, array_like=True, tag=19):
    """The member shares no wallet any more."""

    household: UUID


class MergedAway(Struct, frozen=True, kw_only=True, array_like=True, tag=20):
    """The account is closed; `estate` went to `into`."""

    into: UUID
    estate: Estate


class Merged(Struct, frozen=True, kw_only=True, array_like=True, tag=21):
    """Another account's estate was taken over, with so many `points` of the main wallet, less what was owed.

    `continued` are the accounts whose lots go on here since. `referrer`, `referral_until_us`, `enrolled_us` and
    `blocked` are those of the account from now on. `referral` is what the friend's own reward gave back, where one of
    the two had brought the other. `claimed`: it was a purchase of somebody unknown, who is known now.
    """

    member: UUID
    points: int
    continued: tuple[Continued, ...]
    referral: Reversed
    referrer: UUID | None
    referral_until_us: int | None
    enrolled_us: int | None
    blocked: bool
    claimed: bool = False


class BlockSet(Struct, frozen=True, kw_only=True, array_like=True, tag=22):
    """Whether the member is blocked now."""

    blocked: bool


class Extended(Struct, frozen=True, kw_only=True, array_like=True, tag=23):
    """A lot expires later than it would have."""

    lot: int
    before_us: int | None
    expires_us: int


class TierGiven(Struct, frozen=True, kw_only=True, array_like=True, tag=40):
    """A tier holds as a floor until an instant (None: without end); None of it ends what had been given."""

    tier: str | None
    until_us: int | None = None
    ladder: str = ""


class Introduced(Struct, frozen=True, kw_only=True, array_like=True, tag=60):
    """Who brought the member is known now; a purchase can qualify until an instant."""

    referrer: UUID
    referral_until_us: int


Outcome = (
    Enrolled
    | Introduced
    | Purchased
    | Refunded
    | Redeemed
    | Cancelled
    | Rewarded
    | ClawedBack
    | TimePassed
    | Confirmed
    | Held
    | HeldLonger
    | Released
    | VoucherUsed
    | VoucherRestored
    | Adjusted
    | AdjustmentCancelled
    | Sent
    | Received
    | Joined
    | Left
    | MergedAway
    | Merged
    | BlockSet
    | Extended
    | Acted
    | ActivityCancelled
    | TierGiven
    | Corrected
)
