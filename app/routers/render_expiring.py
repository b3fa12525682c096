"""What of a balance goes soon, and what goes when the member stays away, as tills and phones see it."""

from collections.abc import Sequence

from app.engine.calendar import last_valid_day
from app.engine.context import Edition
from app.engine.state import Purse
from app.repositories.lots import Expiring
from app.routers.models_members import ExpiringOn, ExpiringSoon, Lapse
from app.routers.queries import day_shown
from app.routers.wire import instant


def days_ahead(edition: Edition | None) -> int:
    """How many days the rulebook in force looks ahead; 0: it says nothing."""
    return edition.compiled.document.expiring_soon_days if edition is not None else 0


def soon(found: Sequence[Expiring], days: int, zone: str) -> ExpiringSoon | None:
    """What goes within so many days; None where nobody looks ahead."""
    if not days:
        return None
    data = [
        ExpiringOn(
            points=each.points,
            expires_at=instant(each.expires_us),
            last_valid_day=day_shown(last_valid_day(each.expires_us, zone)),
        )
        for each in found
    ]
    return ExpiringSoon(days=days, points=sum(each.points for each in found), data=data)


def lapse(purse: Purse, now_us: int, zone: str) -> Lapse | None:
    """When a wallet goes for want of activity, if it has a clock that runs and anything to lose."""
    lapses_us = purse.lapses_us
    if lapses_us is None or lapses_us <= now_us or purse.balance + purse.debt == 0:
        return None
    return Lapse(at=instant(lapses_us), last_valid_day=day_shown(last_valid_day(lapses_us, zone)))
