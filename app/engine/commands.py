"""What can be asked of an account. No personal field and no free text: a test walks these types."""

from uuid import UUID

from msgspec import Struct

from app.engine.facts import Basket


class Enrol(Struct, frozen=True, kw_only=True, array_like=True, tag=1):
    """Open the account; `referrer` is the member whose code the new member brought."""

    referrer: UUID | None = None


class Purchase(Struct, frozen=True, kw_only=True, array_like=True, tag=2):
    """Earn on a basket, and redeem its points tenders. `occurred_us` absent means now."""

    basket: Basket
    occurred_us: int | None = None
    external_id: str | None = None


class Refund(Struct, frozen=True, kw_only=True, array_like=True, tag=3):
    """Undo a purchase in full."""

    purchase: UUID
    external_id: str | None = None


class Redemption(Struct, frozen=True, kw_only=True, array_like=True, tag=4):
    """Turn points into money off."""

    points: int


class RedemptionCancel(Struct, frozen=True, kw_only=True, array_like=True, tag=5):
    """Give the points of a redemption back."""

    redemption: UUID


class ReferralReward(Struct, frozen=True, kw_only=True, array_like=True, tag=6):
    """Reward the referrer for a friend's qualifying purchase. Sent by the follower only."""

    purchase: UUID
    points: int


class ReferralClawback(Struct, frozen=True, kw_only=True, array_like=True, tag=7):
    """Void a referral reward because the qualifying purchase was refunded. Sent by the follower only."""

    reward: UUID


class LetTimePass(Struct, frozen=True, kw_only=True, array_like=True, tag=8):
    """Nothing but time: expire, review, and find the next due instant."""


Command = Enrol | Purchase | Refund | Redemption | RedemptionCancel | ReferralReward | ReferralClawback | LetTimePass
