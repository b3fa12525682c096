"""Tally, window and tier of a member while one decision is taken."""

from app.engine.movements import TallyMove, TierMove
from app.engine.state import State


class Standing:
    """What counts towards tiers, and the tier that follows."""

    def __init__(self, state: State) -> None:
        account = state.account
        self.state = state
        self.tier = account.tier
        self.tier_since_us = account.tier_since_us
        self.review_us = account.review_us
        self.window_day = account.window_day
        self.window_points = account.window_points
        self.oldest_day = account.oldest_day
        self.tallies: list[TallyMove] = []
        self.tier_moves: list[TierMove] = []
        self._moved = account.tier_moves

    def slide_window(self, to_day: int) -> None:
        """Let the tally window begin at another day."""
        first, last = sorted((self.window_day, to_day))
        if to_day < self.window_day or to_day > self.oldest_day:
            between = sum(tally.points for tally in self.state.tallies if first <= tally.day < last)
            between += sum(move.points for move in self.tallies if first <= move.day < last)
            self.window_points += between if to_day < self.window_day else -between
        self.oldest_day = to_day if to_day < self.window_day else max(self.oldest_day, to_day)
        self.window_day = to_day

    def tally(self, day: int, points: int, spend_minor: int, visits: int) -> None:
        """Count on a local day; negative numbers undo."""
        self.tallies.append(TallyMove(day=day, points=points, spend_minor=spend_minor, visits=visits))
        if day >= self.window_day:
            self.window_points += points
            self.oldest_day = min(self.oldest_day, day)

    def move_tier(self, tier: str, at_us: int, reason: str, review_us: int | None) -> None:
        """The member stands in `tier` from `at_us` on."""
        self.tier_moves.append(
            TierMove(
                number=self._moved + len(self.tier_moves) + 1,
                tier=tier,
                at_us=at_us,
                reason=reason,
                review_us=review_us,
            )
        )
        self.tier, self.tier_since_us, self.review_us = tier, at_us, review_us

    def tier_at(self, at_us: int) -> str | None:
        """The tier in which the member stood at an instant. Needs the tier moves of the slice."""
        moves = (*self.state.tier_moves, *self.tier_moves)
        if at_us >= self.tier_since_us:
            return self.tier
        return next((move.tier for move in reversed(moves) if move.at_us <= at_us), None)
