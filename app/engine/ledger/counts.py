"""What has been counted of a member, by name and day, as it moves while one decision is taken."""

from collections.abc import Iterable, Mapping

from app.engine.estate import Counted
from app.engine.ledger.draft import Draft
from app.engine.rulebook.counting import Tick
from app.engine.rulebook.games import value_counter


class Counts:
    """The counters of a slice, found by name. They only look: `Book` counts."""

    def __init__(self, counters: Iterable[Counted]) -> None:
        self._days: dict[str, dict[int, int]] = {}
        for each in counters:
            self._add(each.name, each.day, each.count)

    def between(self, name: str, first_day: int, past_day: int) -> int:
        """How much was counted on these days."""
        return sum(count for day, count in self.days(name).items() if first_day <= day < past_day)

    def days(self, name: str) -> Mapping[int, int]:
        """How much was counted on each day."""
        return self._days.get(name, {})

    def _add(self, name: str, day: int, count: int) -> None:
        days = self._days.setdefault(name, {})
        days[day] = days.get(day, 0) + count


class Book(Counts):
    """The counters of a draft, with what it has counted so far and will count by way of this."""

    def __init__(self, draft: Draft) -> None:
        super().__init__(draft.state.counters)
        self._draft = draft
        for move in draft.counter_moves:
            self._add(move.name, move.day, move.count)

    def count(self, name: str, day: int, count: int) -> None:
        """Count something; a negative number undoes."""
        self._draft.count(name, count, day)
        self._add(name, day, count)

    def count_ticks(self, ticks: Iterable[Tick]) -> None:
        """Count what an activity was found to count: of things, how many different ones there are."""
        for tick in ticks:
            name, day, count = tick.track.name, tick.day, tick.count
            if tick.value:
                own = value_counter(name, tick.value)
                before = self.between(own, day, day + 1)
                self.count(own, day, count)
                count = (before + count > 0) - (before > 0)
            self.count(name, day, count)
