"""Sets of tiers made ready: what their levels ask about, and which of them an amount reaches."""

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, assert_never

from app.engine.rulebook.levels import (
    PERIOD_MONTHS,
    AnniversaryWindow,
    CalendarWindow,
    Level,
    LifetimeWindow,
    Need,
    NeedsAll,
    NeedsAny,
    NeedsCounter,
    RollingWindow,
    Tiers,
    TierSet,
    Window,
)

if TYPE_CHECKING:
    from app.engine.rulebook.document import Rulebook

Amounts = Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ladder:
    """A set of tiers. `id` is empty for the main one. `counters` is what its levels ask about, in a fixed order.

    `is_plain`: its levels ask for the points of a rolling window and nothing else, and it knows no grace; the account
    keeps that sum, so that nothing has to be looked up. `thresholds` are then the points of each level. `has_forever`,
    `has_lifetime`, `has_prizes` and `asks_ever` say whether some level is for life once reached, or later, gives
    something to whoever reaches it, or asks about all that was earned.
    """

    id: str
    tiers: Tiers
    window: Window
    ranks: Mapping[str | None, int]
    needs: tuple[Need | None, ...]
    counters: tuple[str, ...]
    thresholds: tuple[int, ...]
    is_plain: bool
    has_forever: bool
    has_lifetime: bool
    has_prizes: bool
    asks_ever: bool

    @property
    def levels(self) -> tuple[Level, ...]:
        """The levels from the base upwards."""
        return self.tiers.levels

    @property
    def months(self) -> int:
        """How long the window of a plain ladder is."""
        assert isinstance(self.window, RollingWindow), "only a rolling window has a length in months"
        return self.window.months

    @property
    def keeps_refunds(self) -> bool:
        """Whether what refunds take away goes on counting."""
        return self.tiers.after_refund == "never"

    @property
    def is_lifetime(self) -> bool:
        """Whether it counts everything since the beginning."""
        return isinstance(self.window, LifetimeWindow)

    def rank(self, tier: str | None) -> int:
        """How high a tier stands: 0 for the base level, for none, and for one that this rulebook does not know."""
        return self.ranks.get(tier, 0)

    def reached_by(self, points: int) -> int:
        """The rank that the points of the window reach, of a plain ladder; refunds may have made them negative."""
        return max(0, bisect_right(self.thresholds, points) - 1)

    def reached(self, amounts: Amounts) -> int:
        """The rank of the highest level whose needs these amounts meet; everybody meets those of the base level."""
        for rank in range(len(self.needs) - 1, 0, -1):
            need = self.needs[rank]
            if need is None or is_met(need, amounts):
                return rank
        return 0


def ladders_of(document: "Rulebook") -> tuple[Ladder, ...]:
    """Every set of tiers, the main one first."""
    main = (_ladder("", document.tiers),) if document.tiers else ()
    return (*main, *(_ladder(each.id, each) for each in document.tier_sets))


def is_met(need: Need, amounts: Amounts) -> bool:
    """Whether amounts by counter meet a need."""
    match need:
        case NeedsAll(needs=needs):
            return all(is_met(each, amounts) for each in needs)
        case NeedsAny(needs=needs):
            return any(is_met(each, amounts) for each in needs)
        case NeedsCounter(counter=counter, at_least=least):
            return amounts.get(counter, 0) >= least
        case _ as never:
            assert_never(never)


def leaves(need: Need) -> Iterator[NeedsCounter]:
    """Every counter that a need asks about, in the order of the document."""
    if isinstance(need, NeedsCounter):
        yield need
    else:
        for each in need.needs:
            yield from leaves(each)


def need_of(level: Level) -> Need | None:
    """What a level asks for; None of the base level, which asks for nothing."""
    if level.needs is not None:
        return level.needs
    if not level.from_points:
        return None
    return NeedsCounter(kind="enough", counter="points", at_least=level.from_points)


def window_of(tiers: Tiers) -> Window:
    """What counts: the window that is named, or else the last months."""
    return tiers.window or RollingWindow(kind="rolling", months=tiers.window_months)


def kept_months_max(tiers: Tiers) -> int:
    """For how many months a level that was reached or kept is certain at the most."""
    match window_of(tiers):
        case CalendarWindow(period=period, keep_periods=periods):
            return PERIOD_MONTHS[period] * (periods + 1)
        case AnniversaryWindow(keep_years=years):
            return 12 * (years + 1)
        case RollingWindow() | LifetimeWindow():
            return tiers.review_months
        case _ as never:
            assert_never(never)


def _ladder(name: str, tiers: Tiers | TierSet) -> Ladder:
    ranks: dict[str | None, int] = {level.id: rank for rank, level in enumerate(tiers.levels)}
    ranks[None] = 0
    needs = tuple(need_of(level) for level in tiers.levels)
    asked = [leaf.counter for need in needs if need is not None for leaf in leaves(need)]
    window = window_of(tiers)
    return Ladder(
        id=name,
        tiers=tiers,
        window=window,
        ranks=ranks,
        needs=needs,
        counters=tuple(dict.fromkeys(asked)),
        thresholds=tuple(level.from_points or 0 for level in tiers.levels),
        has_forever=any(level.forever for level in tiers.levels),
        has_lifetime=any(level.lifetime_after for level in tiers.levels),
        has_prizes=any(level.on_reaching for level in tiers.levels),
        asks_ever=isinstance(window, LifetimeWindow)
        or any(level.lifetime_after and level.lifetime_after.points for level in tiers.levels),
        is_plain=not name
        and isinstance(window, RollingWindow)
        and all(level.needs is None for level in tiers.levels)
        and tiers.grace_days is None,
    )
