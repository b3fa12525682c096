"""What members share, as one group sees it while others are decided elsewhere.

At first every group decides as if nobody else took anything; how much is taken when is kept, by stretches of the
journal. Where that is more than there is, the groups that asked for it are decided once more, and then find gone what
all of them had taken before. Up to the row at which a stock runs out this is exact to the stretch; after it, it is not.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate
from typing import Final

from app.engine.context import Stock, Timeline
from app.engine.movements import StockMove

# So many stretches has every history: a short one has one for every row.
STRETCHES: Final = 4096
# What staff may give has a name for each of them and day: too many to follow, and nobody's draft is about it.
APART: Final = "goodwill/"

Levels = Mapping[str, Sequence[int]]


class Shelf:
    """The stocks as the group at hand sees them, and what all groups have taken. `levels` from the second time on."""

    def __init__(self, rows: int, sizes: Mapping[str, int], levels: Levels | None) -> None:
        self.taken: dict[str, dict[int, int]] = {}
        self.is_touched = False
        self._rows = rows
        self._sizes = sizes
        self._levels = levels
        self._own: dict[str, tuple[int, int]] = {}

    def begin(self) -> None:
        """The next group."""
        self.is_touched = False
        self._own = {}

    def stock(self, name: str, number: int) -> Stock:
        """What there is of a stock at a row."""
        if not name.startswith(APART):
            self.is_touched = True
        stretch = self._stretch(number)
        since, own = self._own.get(name, (stretch, 0))
        if self._levels is None or name.startswith(APART):
            taken = own
        else:
            levels = self._levels.get(name)
            taken = (levels[stretch] if levels is not None else 0) + (own if since == stretch else 0)
        return Stock(name=name, taken=max(0, taken), size=self._sizes.get(name))

    def took(self, number: int, moves: Iterable[StockMove]) -> None:
        """The group took something, or gave it back."""
        stretch = self._stretch(number)
        for move in moves:
            since, own = self._own.get(move.name, (stretch, 0))
            kept = own if self._levels is None or since == stretch else 0
            self._own[move.name] = (stretch, kept + move.taken)
            if not move.name.startswith(APART):
                by_stretch = self.taken.setdefault(move.name, {})
                by_stretch[stretch] = by_stretch.get(stretch, 0) + move.taken

    def _stretch(self, number: int) -> int:
        return number * STRETCHES // (self._rows + 1) if self._rows >= STRETCHES else number


def levels(taken: Iterable[Mapping[str, Mapping[int, int]]]) -> dict[str, list[int]]:
    """By name, how much all groups together had taken before each stretch."""
    sums: dict[str, list[int]] = {}
    for share in taken:
        for name, by_stretch in share.items():
            whole = sums.setdefault(name, [0] * (STRETCHES + 1))
            for stretch, points in by_stretch.items():
                whole[stretch] += points
    return {name: [0, *accumulate(whole)] for name, whole in sums.items()}


def run_out(levels_: Levels, timeline: Timeline, sizes: Mapping[str, int]) -> bool:
    """Whether more was taken of something than there is."""
    limits = {f"reward/{reward.id}": reward.stock for e in timeline.editions for reward in e.compiled.document.rewards}
    for name, level in levels_.items():
        # What nobody here knows the size of is looked at again.
        limit = sizes.get(name, limits.get(name, 0) if name in limits else 0)
        if limit is not None and max(level) > limit:
            return True
    return False
