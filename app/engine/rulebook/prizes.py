"""Prizes: what challenges, streaks, surprises and tiers give when they are reached; and badges."""

from collections.abc import Collection, Iterator, Mapping
from typing import Annotated, Final

from pydantic import Field

from app.engine.rulebook.faults import Fault, Place, fault_at
from app.engine.rulebook.lifetimes import Expiry, Inactivity
from app.engine.rulebook.values import Days, Languages, Node, Points, Slug, Url
from app.engine.rulebook.wallets import MAIN_WALLET

BADGES_MAX: Final = 200


class Badge(Node):
    """Something to be proud of. It moves no points."""

    id: Slug = Field(description="Unique in this rulebook.", examples=["early-bird"])
    title: Languages = Field(
        description="What members and cashiers read.", examples=[{"en": "Early bird", "vi": "Chim sớm"}]
    )
    description: Languages | None = Field(
        default=None, description="What it is for.", examples=[{"en": "Ten coffees before eight o’clock."}]
    )
    picture_url: Url | None = Field(
        default=None, description="Where its picture is.", examples=["https://shop.example/badges/early-bird.png"]
    )


Badges = Annotated[tuple[Badge, ...], Field(strict=False, max_length=BADGES_MAX)]


class Prize(Node):
    """What is given, at least one of the three: points, a badge, a reward of the catalogue for nothing."""

    points: Points | None = Field(default=None, description="So many points.", examples=[100])
    wallet: Slug | None = Field(
        default=None, description="The wallet into which they go; absent: the main one, `points`.", examples=["points"]
    )
    expiry: Expiry | None = Field(
        default=None,
        description="How long they are good; absent: as long as the wallet says.",
        examples=[{"kind": "rolling_days", "days": 30}],
    )
    badge: Slug | None = Field(
        default=None, description="A badge of this rulebook, by its id.", examples=["early-bird"]
    )
    gift: Slug | None = Field(
        default=None,
        description="A reward of the catalogue, by its id, that the member may take once at no cost.",
        examples=["free-latte"],
    )
    gift_days: Days | None = Field(
        default=None,
        description="How many days after the day on which it was given the gift can be taken; absent: for ever.",
        examples=[30],
    )


def wallet_of(prize: Prize) -> str:
    """The wallet into which its points go, by its name in the ledger."""
    return "" if prize.wallet is None or prize.wallet == MAIN_WALLET else prize.wallet


def faults_of_badges(badges: Collection[Badge]) -> Iterator[Fault]:
    """Ids are unique."""
    seen: set[str] = set()
    for number, badge in enumerate(badges):
        if badge.id in seen:
            yield fault_at("duplicate_id", "Another badge has this id.", "badges", number, "id")
        seen.add(badge.id)


class Prizes:
    """What a prize may name: the wallets, badges and rewards of one document."""

    def __init__(self, wallets: Mapping[str, object], badges: Collection[str], rewards: Collection[str]) -> None:
        self._wallets = wallets
        self._badges = badges
        self._rewards = rewards

    def faults(self, prize: Prize, place: Place) -> Iterator[Fault]:
        """What is wrong with one prize."""
        if prize.points is None and prize.badge is None and prize.gift is None:
            yield fault_at("no_effect", "Say what is given: points, a badge or a gift.", *place)
        for name in ("wallet", "expiry"):
            if prize.points is None and getattr(prize, name) is not None:
                yield fault_at("only_with_points", "Says something of points, and none are given.", *place, name)
        if isinstance(prize.expiry, Inactivity):
            detail = "A member is active or not as a whole: only a wallet can expire by inactivity."
            yield fault_at("only_for_wallets", detail, *place, "expiry", "kind")
        if prize.gift is None and prize.gift_days is not None:
            yield fault_at("only_with_gift", "Says something of a gift, and none is given.", *place, "gift_days")
        if prize.wallet is not None and prize.wallet not in self._wallets:
            yield fault_at("unknown_wallet", "No wallet has this id.", *place, "wallet")
        if prize.badge is not None and prize.badge not in self._badges:
            yield fault_at("unknown_badge", "No badge has this id.", *place, "badge")
        if prize.gift is not None and prize.gift not in self._rewards:
            yield fault_at("unknown_reward", "No reward has this id.", *place, "gift")
