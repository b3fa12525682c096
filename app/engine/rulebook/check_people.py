"""What is wrong with what a document says of people: attributes of members, and rewards for bringing friends."""

from collections.abc import Collection, Iterator

from app.engine.rulebook.attributes import Attribute
from app.engine.rulebook.faults import Fault, Place, fault_at
from app.engine.rulebook.lifetimes import Expiry, Inactivity, RollingDays
from app.engine.rulebook.prizes import Prize, Prizes
from app.engine.rulebook.referrals import Referral, ReferralCap


def faults_of_attributes(attributes: tuple[Attribute, ...]) -> Iterator[Fault]:
    """Ids and choices that are there twice, and choices where there are none to be."""
    seen: set[str] = set()
    for number, attribute in enumerate(attributes):
        place: Place = ("attributes", number)
        if attribute.id in seen:
            yield fault_at("duplicate_id", "Another attribute has this id.", *place, "id")
        seen.add(attribute.id)
        if attribute.kind == "choice" and attribute.choices is None:
            yield fault_at("required", "An attribute of this kind needs it.", *place, "choices")
        if attribute.kind != "choice" and attribute.choices is not None:
            yield fault_at("not_for_this_kind", "An attribute of this kind has none.", *place, "choices")
        for index, choice in enumerate(attribute.choices or ()):
            if choice in (attribute.choices or ())[:index]:
                yield fault_at("duplicate_id", "This choice is there already.", *place, "choices", index)


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
