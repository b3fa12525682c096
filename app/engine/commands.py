"""What can be asked of an account. No personal field and no free text: a test walks these types."""

from typing import Final
from uuid import UUID

from msgspec import Struct

from app.engine.activity import Activity, ActivityCancel
from app.engine.birthdays import TellBirthday
from app.engine.corrected import Correction
from app.engine.estate import Estate, Parcel
from app.engine.facts import Basket
from app.engine.vouchers import VoucherRestore, VoucherUse

# The wallet that every programme has; the others are named by the rulebook.
MAIN: Final = ""


class Enrol(Struct, frozen=True, kw_only=True, array_like=True, tag=1):
    """Open the account; `referrer` is the member whose code the new member brought."""

    referrer: UUID | None = None


class Purchase(Struct, frozen=True, kw_only=True, array_like=True, tag=2):
    """Earn on a basket, and redeem its points tenders. `occurred_us` absent means now.

    `replaces` is the voided or moved purchase whose receipt number this one takes over. `any_age` lets an
    operator, or a move, record what lies further back than tills may. After `not_after_us` it is refused.
    """

    basket: Basket
    occurred_us: int | None = None
    external_id: str | None = None
    replaces: UUID | None = None
    any_age: bool = False
    not_after_us: int | None = None


class RefundLine(Struct, frozen=True, kw_only=True, array_like=True):
    """What of line number `line` (from 0) goes back: a quantity in millionths, or money, or all that remains."""

    line: int
    quantity_micro: int | None = None
    amount_minor: int | None = None


class Refund(Struct, frozen=True, kw_only=True, array_like=True, tag=3):
    """Undo a purchase: the lines that are named, or so much money, or else all that remains of it."""

    purchase: UUID
    external_id: str | None = None
    lines: tuple[RefundLine, ...] = ()
    amount_minor: int | None = None
    not_after_us: int | None = None


class Redemption(Struct, frozen=True, kw_only=True, array_like=True, tag=4):
    """Turn points of a wallet into money off, in a store."""

    points: int
    wallet: str = MAIN
    store: str | None = None
    not_after_us: int | None = None


class RedemptionCancel(Struct, frozen=True, kw_only=True, array_like=True, tag=5):
    """Give the points of a redemption back."""

    redemption: UUID


class ReferralReward(Struct, frozen=True, kw_only=True, array_like=True, tag=6):
    """Reward the referrer as the effect of the fact `purchase` says. Sent by the follower only."""

    purchase: UUID
    points: int
    rulebook: int = 0
    level: int = 1
    occurred_us: int = 0


class ReferralClawback(Struct, frozen=True, kw_only=True, array_like=True, tag=7):
    """Void a referral reward because the qualifying purchase was refunded. Sent by the follower only."""

    reward: UUID


class LetTimePass(Struct, frozen=True, kw_only=True, array_like=True, tag=8):
    """Nothing but time: expire, review, and find the next due instant."""


class Void(Struct, frozen=True, kw_only=True, array_like=True, tag=9):
    """Undo all that remains of a purchase and free its receipt number for one replacement that names it."""

    purchase: UUID


class Move(Struct, frozen=True, kw_only=True, array_like=True, tag=10):
    """Void a purchase that was recorded on the wrong card; it is decided again for `to` in the same transaction."""

    purchase: UUID
    to: UUID


class Confirm(Struct, frozen=True, kw_only=True, array_like=True, tag=11):
    """The event that a purchase's pending points wait for has happened: they mature."""

    purchase: UUID


class HoldPlace(Struct, frozen=True, kw_only=True, array_like=True, tag=12):
    """Set points aside until they are captured or released; `minutes` absent means the rulebook's."""

    points: int
    wallet: str = MAIN
    minutes: int | None = None
    store: str | None = None
    not_after_us: int | None = None


class HoldExtend(Struct, frozen=True, kw_only=True, array_like=True, tag=13):
    """Let a hold last so many minutes from now, within its whole life."""

    hold: UUID
    minutes: int


class Capture(Struct, frozen=True, kw_only=True, array_like=True, tag=14):
    """Redeem held points, all or some; the rest is released. The capture is the redemption."""

    hold: UUID
    points: int | None = None
    store: str | None = None
    not_after_us: int | None = None


class HoldRelease(Struct, frozen=True, kw_only=True, array_like=True, tag=15):
    """End a hold; its points are free again."""

    hold: UUID


class RewardRedemption(Struct, frozen=True, kw_only=True, array_like=True, tag=16):
    """Take a reward of the catalogue for points."""

    reward: str
    quantity: int = 1
    store: str | None = None
    not_after_us: int | None = None


class Adjustment(Struct, frozen=True, kw_only=True, array_like=True, tag=18):
    """Points given (positive) or taken by hand. `reason` is a code; `actor` the key that asked, `approver` the second.

    `expires_us` overrides the wallet's expiry; `never_expires` says that there is none.
    """

    points: int
    reason: str
    wallet: str = MAIN
    actor: UUID | None = None
    approver: UUID | None = None
    expires_us: int | None = None
    never_expires: bool = False


class Goodwill(Struct, frozen=True, kw_only=True, array_like=True, tag=19):
    """Points that a member of the staff gives within the rulebook's daily limit of theirs."""

    points: int
    staff: str
    reason: str
    not_after_us: int | None = None


class AdjustmentCancel(Struct, frozen=True, kw_only=True, array_like=True, tag=20):
    """Take an adjustment or a goodwill gift back."""

    adjustment: UUID


class TransferOut(Struct, frozen=True, kw_only=True, array_like=True, tag=21):
    """Send free points to another member; None means all. `reason` is transfer, gift or household."""

    to: UUID
    points: int | None
    wallet: str = MAIN
    reason: str = "transfer"
    not_after_us: int | None = None


class TransferIn(Struct, frozen=True, kw_only=True, array_like=True, tag=22):
    """The other side of a transfer: the parcels that `sender` sent as fact `transfer`.

    `lapses_us` is when points in the sender's wallet go for want of activity.
    """

    sender: UUID
    transfer: UUID
    parcels: tuple[Parcel, ...]
    wallet: str = MAIN
    reason: str = "transfer"
    lapses_us: int | None = None


class HouseholdJoin(Struct, frozen=True, kw_only=True, array_like=True, tag=23):
    """Share the main wallet of a household from now on."""

    household: UUID


class HouseholdLeave(Struct, frozen=True, kw_only=True, array_like=True, tag=24):
    """Stop sharing the wallet of this household (None: of any). What is in it stays there."""

    household: UUID | None = None


class MergeOut(Struct, frozen=True, kw_only=True, array_like=True, tag=25):
    """Close this account: everything in it goes to `into` in the same transaction.

    `claimed`: it was no membership, only a purchase of somebody unknown, who is known now.
    """

    into: UUID
    claimed: bool = False


class MergeIn(Struct, frozen=True, kw_only=True, array_like=True, tag=26):
    """Take over everything of the closed account `member`, which it handed over as fact `merge`."""

    member: UUID
    merge: UUID
    estate: Estate


class Block(Struct, frozen=True, kw_only=True, array_like=True, tag=27):
    """Nothing is earned or spent until the member is unblocked. `reason` is a code."""

    reason: str


class Unblock(Struct, frozen=True, kw_only=True, array_like=True, tag=28):
    """The member may earn and spend again."""


class Extension(Struct, frozen=True, kw_only=True, array_like=True, tag=29):
    """Let a lot expire later, as goodwill: explicit and on record. `reason` is a code."""

    lot: int
    expires_us: int
    reason: str
    actor: UUID | None = None


class TierGrant(Struct, frozen=True, kw_only=True, array_like=True, tag=40):
    """Let a tier of a set be the member's floor until an instant. `reason` is a code, `actor` the key that asked."""

    tier: str
    reason: str
    ladder: str = MAIN
    until_us: int | None = None
    actor: UUID | None = None


class TierGrantEnd(Struct, frozen=True, kw_only=True, array_like=True, tag=41):
    """End what was given by hand in a set of tiers."""

    reason: str
    ladder: str = MAIN
    actor: UUID | None = None


class Introduce(Struct, frozen=True, kw_only=True, array_like=True, tag=60):
    """Say after the enrolment who brought the member."""

    referrer: UUID


Command = (
    Enrol
    | Introduce
    | Purchase
    | Refund
    | Redemption
    | RedemptionCancel
    | ReferralReward
    | ReferralClawback
    | LetTimePass
    | Void
    | Move
    | Confirm
    | HoldPlace
    | HoldExtend
    | Capture
    | HoldRelease
    | RewardRedemption
    | VoucherUse
    | VoucherRestore
    | Adjustment
    | Goodwill
    | AdjustmentCancel
    | TransferOut
    | TransferIn
    | HouseholdJoin
    | HouseholdLeave
    | MergeOut
    | MergeIn
    | Block
    | Unblock
    | Extension
    | TierGrant
    | TierGrantEnd
    | Correction
    | Activity
    | ActivityCancel
    | TellBirthday
)
