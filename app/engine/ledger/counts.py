"""What has been counted of a member, by name and day, as it moves while one decision is taken."""

from collections.abc import Iterable, Mapping

from app.engine.estate import Counted
from app.engine.movements import CounterMove
from app.engine.rulebook.counting import Tick
from app.engine.rulebook.games import value_counter


class Counts:
    """Counters, found by name."""

    def __init__(self, counters: Iterable[Counted]) -> None:
        self._days: dict[str, dict[int, int]] = {}
        for each in counters:
            self.add(each.name, each.day, each.count)

    def between(self, name: str, first_day: int, past_day: int) -> int:
        """How much was counted on these days."""
        days = self.days(name)
        if past_day == first_day + 1:
            return days.get(first_day, 0)
        return sum([count for day, count in days.items() if first_day <= day < past_day])

    def days(self, name: str) -> Mapping[int, int]:
        """How much was counted on each day."""
        return self._days.get(name, {})

    def add(self, name: str, day: int, count: int) -> None:
        """Know of so many more."""
        days = self._days.setdefault(name, {})
        days[day] = days.get(day, 0) + count


class Counting:
    """The counters of a draft, with what it has counted so far. They are sorted by name once somebody looks."""

    def __init__(self, before: tuple[Counted, ...]) -> None:
        self.moves: list[CounterMove] = []
        self._before = before
        self._known: Counts | None = None

    def between(self, name: str, first_day: int, past_day: int) -> int:
        """How much was counted on these days."""
        return self._counts().between(name, first_day, past_day)

    def days(self, name: str) -> Mapping[int, int]:
        """How much was counted on each day."""
        return self._counts().days(name)

    def count(self, name: str, day: int, count: int) -> None:
        """Count something; a negative number undoes."""
        if not count:
            return
        self.moves.append(CounterMove(name=name, count=count, day=day))
        if self._known is not None:
            self._known.add(name, day, count)

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

    def _counts(self) -> Counts:
        if self._known is None:
            self._known = Counts(self._before)
            for move in self.moves:
                self._known.add(move.name, move.day, move.count)
        return self._known
