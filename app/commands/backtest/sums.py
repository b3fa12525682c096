"""What a backtest adds up, member by member: small, and the sum of two shares is that of both together."""

from bisect import bisect_right
from heapq import nlargest, nsmallest
from typing import Final

from msgspec import Struct, field

# Differences are counted between these, on both sides of nothing.
EDGES: Final = tuple(step * 10**power for power in range(12) for step in (1, 2, 5))
EXTREMES: Final = 10
NEGATIVE: Final = frozenset({"redeemed", "expired", "reversed"})


class Paid(Struct):
    """What one rule did: in how many purchases it applied, and points wanted and granted."""

    purchases: int = 0
    wanted: int = 0
    granted: int = 0


class Side(Struct):
    """The history as it was, or as the draft has it. Points by wallet ("": the main one) and heading, signed."""

    points: dict[str, dict[str, int]] = field(default_factory=dict)
    months: dict[str, dict[str, int]] = field(default_factory=dict)
    rules: dict[str, Paid] = field(default_factory=dict)
    tiers: dict[str, int] = field(default_factory=dict)
    tier_moves: dict[str, int] = field(default_factory=dict)
    value_minor: int = 0
    debt: int = 0
    refused: int = 0

    def add(self, other: "Side") -> None:
        """Take another share's sums in."""
        for name in ("points", "months"):
            mine: dict[str, dict[str, int]] = getattr(self, name)
            for key, parts in getattr(other, name).items():
                _merge(mine.setdefault(key, {}), parts)
        for rule, paid in other.rules.items():
            own = self.rules.setdefault(rule, Paid())
            own.purchases += paid.purchases
            own.wanted += paid.wanted
            own.granted += paid.granted
        _merge(self.tiers, other.tiers)
        _merge(self.tier_moves, other.tier_moves)
        self.value_minor += other.value_minor
        self.debt += other.debt


class Difference(Struct, frozen=True, order=True):
    """One member's points as they were earned, and as the draft has it."""

    points: int
    member: str
    was: int
    now: int


class Refused(Struct):
    """Commands of one kind that the draft refuses for one reason, and the points that they were about."""

    times: int = 0
    points: int = 0


class Sums(Struct):
    """All that one share of the history comes to."""

    members: int = 0
    rows: int = 0
    purchases: int = 0
    was: Side = field(default_factory=Side)
    now: Side = field(default_factory=Side)
    refusals: dict[str, Refused] = field(default_factory=dict)
    tier_changes: dict[str, int] = field(default_factory=dict)
    differences: dict[int, int] = field(default_factory=dict)
    winners: list[Difference] = field(default_factory=list)
    losers: list[Difference] = field(default_factory=list)
    gained: int = 0
    lost: int = 0
    unknown: dict[str, int] = field(default_factory=dict)
    unsettled: int = 0
    rerun: int = 0

    def add(self, other: "Sums") -> None:
        """Take another share's sums in."""
        for name in ("members", "rows", "purchases", "gained", "lost", "unsettled", "rerun"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.was.add(other.was)
        self.now.add(other.now)
        for reason, refused in other.refusals.items():
            own = self.refusals.setdefault(reason, Refused())
            own.times += refused.times
            own.points += refused.points
        _merge(self.tier_changes, other.tier_changes)
        _merge(self.differences, other.differences)
        _merge(self.unknown, other.unknown)
        self._extremes(other.winners, other.losers)

    def differ(self, member: str, was: int, now: int) -> None:
        """What one member has earned, as it was and under the draft."""
        points = now - was
        self.differences[bin_of(points)] = self.differences.get(bin_of(points), 0) + 1
        if points > 0:
            self.gained += points
            self.winners.append(Difference(points, member, was, now))
        elif points < 0:
            self.lost -= points
            self.losers.append(Difference(points, member, was, now))
        if len(self.winners) > 50 * EXTREMES or len(self.losers) > 50 * EXTREMES:
            self._extremes([], [])

    def trim(self) -> None:
        """Keep the extremes of the members only."""
        self._extremes([], [])

    def _extremes(self, winners: list[Difference], losers: list[Difference]) -> None:
        self.winners = nlargest(EXTREMES, [*self.winners, *winners])
        self.losers = nsmallest(EXTREMES, [*self.losers, *losers])


def bin_of(points: int) -> int:
    """The place of a difference among the edges: 0 for none, 1 for the first bin of gains, -1 of losses."""
    place = bisect_right(EDGES, abs(points))
    return place if points >= 0 else -place


def _merge(mine: dict[str, int] | dict[int, int], other: dict[str, int] | dict[int, int]) -> None:
    for key, count in other.items():
        mine[key] = mine.get(key, 0) + count  # type: ignore[index, arg-type]
