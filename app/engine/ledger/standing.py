"""Tally, window and tiers of a member while one decision is taken."""

from dataclasses import dataclass

from app.engine.movements import TallyMove, TierMove
from app.engine.state import State


@dataclass(slots=True)
class Rung:
    """Where the member stands in a set of tiers: the tier, when it is reviewed, and when it was last looked at."""

    tier: str | None = None
    review_us: int | None = None
    since_us: int = 0


class Standing:
    """What counts towards tiers, and the tiers that follow. The main set's stand in the account."""

    def __init__(self, state: State) -> None:
        account = state.account
        self.state = state
        self.tier = account.tier
        self.tier_since_us = account.tier_since_us
        self.review_us = account.review_us
        self.enrolled_us = account.enrolled_us
        self.window_day = account.window_day
        self.window_points = account.window_points
        self.oldest_day = account.oldest_day
        self.tallies: list[TallyMove] = []
        self.tier_moves: list[TierMove] = []
        self.others: dict[str, Rung] = {}
        self._moved = account.tier_moves
        for move in state.tier_moves:
            if move.ladder:
                self.others[move.ladder] = Rung(move.tier, move.review_us, move.at_us)

    def slide_window(self, to_day: int) -> None:
        """Let the tally window begin at another day."""
        self.window_points = self.points_from(to_day)
        self.oldest_day = to_day if to_day < self.window_day else max(self.oldest_day, to_day)
        self.window_day = to_day

    def points_from(self, first_day: int) -> int:
        """The points of a window that begins on another day."""
        if self.window_day <= first_day <= self.oldest_day:
            return self.window_points
        first, last = sorted((self.window_day, first_day))
        between = sum(tally.points for tally in self.state.tallies if first <= tally.day < last)
        between += sum(move.points for move in self.tallies if first <= move.day < last)
        return self.window_points + (between if first_day < self.window_day else -between)

    def visits(self) -> dict[int, int]:
        """The visits of each local day, as far as the slice has them."""
        found = {tally.day: tally.visits for tally in self.state.tallies}
        for move in self.tallies:
            found[move.day] = found.get(move.day, 0) + move.visits
        return found

    def tally(self, day: int, points: int, spend_minor: int, visits: int) -> None:
        """Count on a local day; negative numbers undo."""
        self.tallies.append(TallyMove(day=day, points=points, spend_minor=spend_minor, visits=visits))
        if day >= self.window_day:
            self.window_points += points
            self.oldest_day = min(self.oldest_day, day)

    def rung(self, ladder: str) -> Rung:
        """Where the member stands in a set of tiers."""
        return self.others.get(ladder, Rung()) if ladder else Rung(self.tier, self.review_us, self.tier_since_us)

    def rungs(self) -> list[tuple[str, Rung]]:
        """Where the member stands in each set of tiers, the main one first."""
        return [("", self.rung("")), *self.others.items()]

    def reviews(self) -> list[tuple[int, str]]:
        """Every review to come, the main set's first among those of one instant."""
        found = [] if self.review_us is None else [(self.review_us, "")]
        found += [(rung.review_us, ladder) for ladder, rung in self.others.items() if rung.review_us is not None]
        return sorted(found)

    def history(self, ladder: str) -> list[TierMove]:
        """The moves in a set of tiers, oldest first: those of the slice, and those of this decision."""
        return [move for move in (*self.state.tier_moves, *self.tier_moves) if move.ladder == ladder]

    def move_tier(
        self,
        tier: str,
        at_us: int,
        reason: str,
        review_us: int | None,
        *,
        ladder: str = "",
        floor: str | None = None,
        floor_us: int | None = None,
        forever: str | None = None,
    ) -> None:
        """The member stands in `tier` of a set from `at_us` on."""
        self.tier_moves.append(
            TierMove(
                number=self._moved + len(self.tier_moves) + 1,
                tier=tier,
                at_us=at_us,
                reason=reason,
                review_us=review_us,
                ladder=ladder,
                floor=floor,
                floor_us=floor_us,
                forever=forever,
            )
        )
        if ladder:
            self.others[ladder] = Rung(tier, review_us, at_us)
        else:
            self.tier, self.tier_since_us, self.review_us = tier, at_us, review_us

    def tier_at(self, at_us: int, ladder: str = "") -> str | None:
        """The tier in which the member stood at an instant. Needs the tier moves of the slice."""
        if not ladder and at_us >= self.tier_since_us:
            return self.tier
        return next((move.tier for move in reversed(self.history(ladder)) if move.at_us <= at_us), None)
