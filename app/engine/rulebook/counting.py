"""What an activity counts towards: a pure function of the same facts that its points are."""

from collections.abc import Iterator, Sequence
from typing import Final

from msgspec import Struct

from app.engine.facts import Facts, Line
from app.engine.rulebook.bits import positions, union
from app.engine.rulebook.compile import Compiled
from app.engine.rulebook.gains import moment_of
from app.engine.rulebook.games import Track, Tracks
from app.engine.rulebook.measures import CountOf, DistinctOf, Measure, SumOf

# One activity counts no more than this towards anything; nine thousand of them still add up within 64 bits.
COUNT_MAX: Final = 10**15


class Tick(Struct, frozen=True):
    """So much more for a track, on a day of its counter; `value` is the thing itself where different ones count."""

    track: Track
    value: str
    day: int
    count: int


def ticks_of(compiled: Compiled, kind: str, facts: Facts, points: int, enrolled_day: int) -> tuple[Tick, ...]:
    """What an activity of a kind ("": a purchase) that earned so many points counts, in the order of the document.

    `enrolled_day` is the local day of the member's enrolment.
    """
    games = compiled.games
    kept = games.kinds.get(kind) if games is not None else None
    return ticks_in(kept, compiled, facts, points, enrolled_day) if kept is not None else ()


def ticks_in(kept: Tracks, compiled: Compiled, facts: Facts, points: int, enrolled_day: int) -> tuple[Tick, ...]:
    """What an activity counts towards some tracks of its kind."""
    lines = facts.basket.lines
    takers = kept.lines.matching(lines)
    moment = moment_of(compiled, facts, sum([line.amount_minor for line in lines]))
    ticks: list[Tick] = []
    for place in positions(kept.everything & kept.activities.matching(moment) & (union(takers) | kept.unfiltered)):
        track = kept.tracks[place]
        day = track.day(facts.local_day, enrolled_day)
        if day is None:
            continue
        taken = [line for line, rules in zip(lines, takers, strict=True) if rules & 1 << place]
        ticks.extend(
            Tick(track, value, day, min(count, COUNT_MAX))
            for value, count in _counted(track.measure, facts, taken, points)
            if count
        )
    return tuple(ticks)


def _counted(measure: Measure, facts: Facts, lines: Sequence[Line], points: int) -> Iterator[tuple[str, int]]:
    match measure:
        case CountOf():
            yield "", 1
        case SumOf(what="amount"):
            yield "", sum(line.amount_minor for line in lines)
        case SumOf(what="quantity"):
            yield "", sum(line.quantity_micro for line in lines)
        case SumOf():
            yield "", points
        case DistinctOf():
            for value in sorted(values_of(measure, facts, lines)):
                yield value, 1


def values_of(measure: DistinctOf, facts: Facts, lines: Sequence[Line]) -> frozenset[str]:
    """The different things that an activity was about."""
    basket = facts.basket
    match measure.what:
        case "stores":
            return frozenset(() if basket.store is None else (basket.store,))
        case "channels":
            return frozenset(() if basket.channel is None else (basket.channel,))
        case "skus":
            return frozenset(line.sku for line in lines)
        case "categories":
            return frozenset(line.category for line in lines)
        case "days":
            return frozenset({str(facts.local_day)})
