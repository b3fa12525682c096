"""The slice of a member that a decision looks at, as a value: named before anything is loaded."""

from typing import Final

from msgspec import Struct

from app.engine.calendar import DAY_MAX


class Span(Struct, frozen=True, order=True):
    """A counter on the days of a half-open range; by default what is counted for ever."""

    name: str
    first_day: int = 0
    past_day: int = 1


class Needs(Struct, frozen=True, kw_only=True):
    """The slice of one member.

    With `due`: lots that expire until `soon_us` (which lies ahead where notices are given), pending lots that have
    matured by now, every active hold, the lots of those, and when the next is due. `draw`: lots of the main wallet in
    spending order until so many spendable points are covered; `wallets`: every open lot of these others. `lots` by
    number. `holds`: all active ones, with their lots. `whole`: every open lot. `estate`: every lot that there ever
    was, tally day, hold and counter. `counters` on days, tally days in a half-open range, the tier moves since an
    instant, and what all days together have counted (`ever`).
    """

    due: bool = False
    soon_us: int | None = None
    draw: int = 0
    wallets: tuple[str, ...] = ()
    lots: tuple[int, ...] = ()
    holds: bool = False
    whole: bool = False
    estate: bool = False
    counters: tuple[Span, ...] = ()
    tally_days: tuple[int, int] | None = None
    tier_at_us: int | None = None
    ever: bool = False

    def __or__(self, other: "Needs") -> "Needs":
        """What two decisions need together, one after the other."""
        if other is NOTHING:
            return self
        if self is NOTHING:
            return other
        days = [days for days in (self.tally_days, other.tally_days) if days]
        instants = [us for us in (self.tier_at_us, other.tier_at_us) if us is not None]
        soon = [us for us in (self.soon_us, other.soon_us) if us is not None]
        return Needs(
            due=self.due or other.due,
            soon_us=max(soon, default=None),
            draw=self.draw + other.draw,
            wallets=tuple(sorted({*self.wallets, *other.wallets})),
            lots=tuple(sorted({*self.lots, *other.lots})),
            holds=self.holds or other.holds,
            whole=self.whole or other.whole,
            estate=self.estate or other.estate,
            counters=tuple(sorted({*self.counters, *other.counters})),
            tally_days=(min(d[0] for d in days), max(d[1] for d in days)) if days else None,
            tier_at_us=min(instants, default=None),
            ever=self.ever or other.ever,
        )


# Without a name all counters are meant, of every day.
EVERY_COUNTER: Final = Span("", 0, DAY_MAX + 1)
# Most purchases look at nothing but the account.
NOTHING: Final = Needs()
