"""What members and the friends whom they bring get, and when."""

from typing import Annotated, Final, Literal

from pydantic import Field

from app.engine.rulebook.items import Codes
from app.engine.rulebook.lifetimes import Expiry
from app.engine.rulebook.prizes import Prize
from app.engine.rulebook.values import INT32, Days, MinorOrNone, Node, Points, PointsOrNone, Slug
from app.engine.rulebook.wallets import MAIN_WALLET

CAPS_MAX: Final = 5
# The member's own referrer and the one of that: three levels with the member.
UPLINE_MAX: Final = 2
FRIENDS_MAX: Final = 1_000_000
REFERRAL_HOLD_DAYS_MAX: Final = 366

CapPeriod = Literal["day", "week", "month", "year", "ever"]


class ReferralCap(Node):
    """The most friends for whom one member is rewarded in a period."""

    friends: int = Field(
        ge=1,
        le=FRIENDS_MAX,
        description="The most friends. For further ones the friend is rewarded, and who brought them is not.",
        examples=[10],
        json_schema_extra=INT32,
    )
    per: CapPeriod = Field(
        description="A day, a week from Monday, a month or a year of the calendar in the programme's zone, or ever. "
        "What counts is the day of the friend's purchase.",
        examples=["month"],
    )


class Referral(Node):
    """What a member and the friend they bring get when the friend buys enough, soon enough."""

    referrer_points: PointsOrNone = Field(description="For who brought the friend.", examples=[50])
    friend_points: PointsOrNone = Field(description="For the friend.", examples=[50])
    minimum_minor: MinorOrNone = Field(
        description="The least total of the friend's qualifying purchase.", examples=[50000]
    )
    within_days: Days = Field(description="The purchase must follow the enrolment within so many days.", examples=[30])
    referrer_wallet: Slug = Field(
        default=MAIN_WALLET,
        description="The wallet into which the points of who brought the friend go; `points` is the main one.",
        examples=["points"],
    )
    friend_wallet: Slug = Field(
        default=MAIN_WALLET,
        description="The wallet into which the friend's points go; `points` is the main one.",
        examples=["stamps"],
    )
    referrer_expiry: Expiry | None = Field(
        default=None,
        description="How long the points of who brought the friend are good; absent: as long as the wallet says.",
        examples=[{"kind": "rolling_days", "days": 90}],
    )
    friend_expiry: Expiry | None = Field(
        default=None,
        description="How long the friend's points are good; absent: as long as the wallet says.",
        examples=[{"kind": "rolling_days", "days": 30}],
    )
    referrer_prize: Prize | None = Field(
        default=None,
        description="A badge or a gift besides, for who brought the friend, at once.",
        examples=[{"badge": "early-bird"}],
    )
    friend_prize: Prize | None = Field(
        default=None,
        description="A badge or a gift besides, for the friend, at once.",
        examples=[{"gift": "free-latte", "gift_days": 30}],
    )
    stores: Codes | None = Field(
        default=None, description="The stores whose purchases qualify; absent: all.", examples=[["D1", "D3"]]
    )
    categories: Codes | None = Field(
        default=None,
        description="The categories of goods that count towards the total; absent: all.",
        examples=[["coffee"]],
    )
    hold_days: int = Field(
        default=0,
        ge=0,
        le=REFERRAL_HOLD_DAYS_MAX,
        description="How many days after the purchase both sides can spend their points: as long as it may be "
        "returned. 0: they wait as points of their wallet do.",
        examples=[14],
        json_schema_extra=INT32,
    )
    caps: Annotated[tuple[ReferralCap, ...], Field(strict=False)] = Field(
        default=(),
        max_length=CAPS_MAX,
        description="For how many friends one member is rewarded; empty: for all.",
        examples=[[{"friends": 10, "per": "month"}]],
    )
    upline_points: Annotated[tuple[Points, ...], Field(strict=False)] = Field(
        default=(),
        max_length=UPLINE_MAX,
        description="For who had brought the one who brought the friend, and for who had brought those. Empty: one "
        "level only. Nobody is rewarded whose own referral did not qualify.",
        examples=[[10, 5]],
    )
    afterwards: bool = Field(
        default=False,
        description="Members may say who brought them after they were enrolled, too, until their first purchase that "
        "would have qualified.",
        examples=[False],
    )

    @property
    def is_simple(self) -> bool:
        """Whether there is one level, nothing to count and nothing but points of the main wallet, as usual ones."""
        given = (self.hold_days, self.caps, self.upline_points, self.referrer_prize, self.referrer_expiry)
        return self.referrer_wallet == MAIN_WALLET and not any(given)
