"""What is wrong with how long points are good."""

from collections.abc import Iterator

from app.engine.rulebook.document import Expiry, Inactivity, Pending, PendingDays, RollingDays
from app.engine.rulebook.faults import Fault, Place, fault_at


def faults_of_lot_expiry(expiry: Expiry, pending: Pending | None, place: Place) -> Iterator[Fault]:
    """What a rule or a level says of the points that it gives into a wallet that is shared with others."""
    if isinstance(expiry, Inactivity):
        detail = "A member is active or not as a whole: only a wallet can expire by inactivity."
        yield fault_at("only_for_wallets", detail, *place, "kind")
    yield from faults_of_maturing(expiry, pending, place)


def faults_of_maturing(expiry: Expiry, pending: Pending | None, place: Place) -> Iterator[Fault]:
    """Points that expire before they can be spent."""
    if isinstance(pending, PendingDays) and isinstance(expiry, RollingDays) and expiry.days < pending.days:
        yield fault_at("never_spendable", "Points would expire before they can be spent.", *place, "days")
