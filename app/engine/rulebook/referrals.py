"""What members and the friends whom they bring get, and when."""

from collections.abc import Collection, Iterator
from typing import Annotated, Final, Literal

from pydantic import Field

from app.engine.rulebook.faults import Fault, Place, fault_at
from app.engine.rulebook.items import Codes
from app.engine.rulebook.lifetimes import Expiry, Inactivity, RollingDays
from app.engine.rulebook.prizes import Prize, Prizes
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


def faults_of_referral(terms: Referral, wallets: Collection[str], prizes: Prizes) -> Iterator[Fault]:
    """Rewards of nothing, wallets and prizes that are not there, caps of which one is idle."""
    given = (terms.referrer_points, terms.friend_points, terms.referrer_prize, terms.friend_prize)
    if not any(given):
        yield fault_at("no_effect", "One of the two must get points.", "referral")
    if not (terms.referrer_points or terms.referrer_prize):
        for name in ("caps", "upline_points"):
            if getattr(terms, name):
                yield fault_at("no_effect", "Who brings a friend gets nothing.", "referral", name)
    for side in ("referrer", "friend"):
        wallet, expiry = getattr(terms, f"{side}_wallet"), getattr(terms, f"{side}_expiry")
        if wallet not in wallets:
            yield fault_at("unknown_wallet", "No wallet has this id.", "referral", f"{side}_wallet")
        yield from _expiry(expiry, terms.hold_days, ("referral", f"{side}_expiry"))
        yield from _prize(getattr(terms, f"{side}_prize"), prizes, ("referral", f"{side}_prize"))
    yield from _caps(terms.caps)


def _expiry(expiry: Expiry | None, hold_days: int, place: Place) -> Iterator[Fault]:
    if isinstance(expiry, Inactivity):
        detail = "A member is active or not as a whole: only a wallet can expire by inactivity."
        yield fault_at("only_for_wallets", detail, *place, "kind")
    if isinstance(expiry, RollingDays) and expiry.days < hold_days:
        yield fault_at("never_spendable", "Points would expire before they can be spent.", *place, "days")


def _prize(prize: Prize | None, prizes: Prizes, place: Place) -> Iterator[Fault]:
    if prize is None:
        return
    if prize.points is not None:
        detail = "The points of a referral are said beside it, because they may have to wait."
        yield fault_at("points_stand_apart", detail, *place, "points")
    yield from prizes.faults(prize, place)


def _caps(caps: tuple[ReferralCap, ...]) -> Iterator[Fault]:
    seen: set[str] = set()
    for number, cap in enumerate(caps):
        if cap.per in seen:
            yield fault_at("duplicate_id", "Another cap has this period.", "referral", "caps", number, "per")
        seen.add(cap.per)
