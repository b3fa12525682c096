"""Adding up what a group's history comes to: as it was recorded, and as it is decided now."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Final
from uuid import UUID

from msgspec import Raw, Struct, msgpack

from app.commands.again import Taken
from app.commands.backtest.sums import Paid, Refused, Side, Sums
from app.commands.totals.asking import HEADINGS
from app.engine.activity import Activity
from app.engine.calendar import local_day
from app.engine.change import Progress
from app.engine.commands import Command, Purchase
from app.engine.context import Timeline
from app.engine.facts import RuleTrace
from app.engine.movements import Entry, NewLot, TierMove
from app.engine.outcomes import Purchased, Redeemed
from app.engine.played import Acted
from app.repositories.instants import on

HOUR_US: Final = 3_600_000_000
PURCHASE: Final = Purchase.__struct_config__.tag
# The outcomes that tell more than points.
_TELLING: Final = frozenset(each.__struct_config__.tag for each in (Purchased, Redeemed, Acted))
_LOTS: Final = msgpack.Decoder(tuple[NewLot, ...])


# The rules of a version by their place, about purchases ("") or another kind of activity.
Names = dict[tuple[int, str], tuple[str, ...]]


class Told(Struct, frozen=True, array_like=True):
    """What a recorded Change says of its points, in the order of its fields; the rest is left as bytes."""

    now_us: int
    balance_before: int
    debt_before: int
    debt_after: int
    outcome: Raw
    after: Progress
    entries: tuple[Entry, ...]
    new_lots: Raw
    lot_moves: Raw
    tallies: Raw
    tier_moves: tuple[TierMove, ...]
    window_day: int = 0
    oldest_day: int = 0
    due_us: int | None = None

    def opened(self) -> tuple[NewLot, ...]:
        """The lots that it opened."""
        return _LOTS.decode(self.new_lots)


told: Final = msgpack.Decoder(Told)
_OUTCOME: Final = msgpack.Decoder(Purchased | Redeemed | Acted)


class Earned:
    """What the members of a group have earned in the main wallet, less what refunds took back."""

    __slots__ = ("now", "was")

    def __init__(self) -> None:
        self.was: dict[UUID, int] = {}
        self.now: dict[UUID, int] = {}


class Counting:
    """Adds to sums. `timeline` is the one decided under, `published` the one that the history was recorded under."""

    def __init__(self, sums: Sums, published: Timeline, timeline: Timeline, zone: str) -> None:
        self.sums = sums
        self._published = _rules(published)
        self._rules = _rules(timeline)
        self._zone = zone

    def recorded(self, member: UUID, command: Command, change: Told, earned: Earned) -> object:
        """A row as it was recorded; returns its outcome where that tells more than points."""
        side = self.sums.was
        earned.was[member] = earned.was.get(member, 0) + self._entries(side, change.entries)
        for move in change.tier_moves:
            side.tier_moves[move.reason] = side.tier_moves.get(move.reason, 0) + 1
        if isinstance(command, Purchase) or _tag(change.outcome) in _TELLING:
            outcome = _OUTCOME.decode(change.outcome)
            self._outcome(side, command, outcome, self._published)
            return outcome
        return None

    def decided(self, taken: Taken, earned: Earned) -> None:
        """A command as it came out now."""
        side = self.sums.now
        for step in taken.steps:
            change = step.change
            earned.now[step.member] = earned.now.get(step.member, 0) + self._entries(side, change.entries)
            for move in change.tier_moves:
                side.tier_moves[move.reason] = side.tier_moves.get(move.reason, 0) + 1
            self._outcome(side, step.command, change.outcome, self._rules)
        for refusal in (taken.refusal, taken.forgone):
            if refusal is not None:
                command = taken.asked.command
                kind = name_of(command) if taken.refusal is refusal else "points_tender"
                reason = f"{kind} {refusal.reasons[0].code}"
                counted = self.sums.refusals.setdefault(reason, Refused())
                counted.times += 1
                counted.points += points_of(command)

    def _entries(self, side: Side, entries: Iterable[Entry]) -> int:
        """Add entries up; returns what they earned in the main wallet, less what refunds took back."""
        earned = 0
        for entry in entries:
            heading = HEADINGS.get(entry.kind, "adjusted")
            by_heading = side.points.setdefault(entry.wallet, {})
            by_heading[heading] = by_heading.get(heading, 0) + entry.points
            if not entry.wallet:
                month = side.months.setdefault(month_of(entry.effective_us // HOUR_US, self._zone), {})
                month[heading] = month.get(heading, 0) + entry.points
                if heading in ("issued", "reversed"):
                    earned += entry.points
        return earned

    def _outcome(self, side: Side, command: Command, outcome: object, rules: Names) -> None:
        match outcome:
            case Purchased():
                _paid(side, outcome.trace, rules[outcome.rulebook, ""])
                side.value_minor += outcome.paid_minor
            case Acted() if isinstance(command, Activity):
                _paid(side, outcome.trace, rules[outcome.rulebook, command.kind])
            case Redeemed(value_minor=value_minor):
                side.value_minor += value_minor
            case _:
                pass


def name_of(command: Command) -> str:
    """The kind of a command in words."""
    name = type(command).__name__
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)[1:]


def points_of(command: Command) -> int:
    """How many points a command asked for, if it says so."""
    if isinstance(command, Purchase):
        return sum(tender.points for tender in command.basket.tenders)
    points = getattr(command, "points", None)
    return points if isinstance(points, int) else 0


@lru_cache(maxsize=65_536)
def month_of(hour: int, zone: str) -> str:
    """The local month of an hour since the epoch."""
    return on(local_day(hour * HOUR_US, zone)).isoformat()[:7]


def _rules(timeline: Timeline) -> Names:
    names: Names = {}
    for edition in timeline.editions:
        names[edition.version, ""] = tuple(rule.id for rule in edition.compiled.rules)
        for kind, compiled in edition.compiled.activities.items():
            names[edition.version, kind] = tuple(rule.id for rule in compiled.rules)
    return names


def _paid(side: Side, trace: Iterable[RuleTrace], names: tuple[str, ...]) -> None:
    for each in trace:
        paid = side.rules.setdefault(names[each.rule], Paid())
        paid.purchases += 1
        paid.wanted += each.wanted
        paid.granted += each.granted


def _tag(outcome: Raw) -> int:
    """The tag of an encoded outcome, which stands first in its array."""
    data = bytes(outcome)
    return data[3] if data[0] == 0xDC else data[1]  # array 16 has two more bytes of length
