"""What households do besides buying: plain and repeatable, so that others can work out what must come of it."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from app.cli.grocery.journey import ZONE, Basket

SATURDAY: Final = 5
# A month into the next year: points of the first half have expired by then, and the first tiers were reviewed.
END: Final = date(2018, 2, 1)
START: Final = date(2017, 1, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """Who gives a basket back, and who redeems.

    Every `refund_every`-th basket of the year is refunded at the end of the next day. On Saturday evenings every
    `redeem_every`-th household, counted by id among those of the replay, redeems as much as it can.
    """

    refund_every: int = 500
    redeem_every: int = 3

    def refunds(self, basket: Basket) -> bool:
        """True if this basket is brought back tomorrow."""
        return basket.number % self.refund_every == 0

    def redeems(self, place: int, day: date) -> bool:
        """True if the household with this place (from 0) redeems on the evening of this day."""
        return day.weekday() == SATURDAY and place % self.redeem_every == 0


def points_to_redeem(available: int, *, step: int, minimum: int) -> int:
    """The most that can be redeemed at once; 0 when that is too little."""
    points = available // step * step
    return points if points >= minimum else 0


def end_of(day: date) -> datetime:
    """The midnight that ends a local day. Tills send what they sold then, so promotions begin with the next day."""
    return datetime.combine(day + timedelta(days=1), time(), ZONE)
