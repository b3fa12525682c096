"""Limits of rules in a decision: how much room there is, what a purchase takes of it, and what a refund gives back."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from app.engine.context import Context
from app.engine.facts import RuleTrace
from app.engine.ledger.draft import Draft
from app.engine.lookups import room_days
from app.engine.movements import StockMove
from app.engine.rulebook.rooms import ALL_RULES, Room

# Where the points of all rules of the main wallet stand among those of single rules.
ALL: Final = -1


def rooms_left(rooms: Sequence[Room], day: int, draft: Draft, context: Context) -> tuple[int, ...]:
    """How much room each limit leaves on a local day, nothing where its rule is not there."""
    return tuple([_left(room, day, draft, context) for room in rooms])


def _left(room: Room, day: int, draft: Draft, context: Context) -> int:
    if not room.is_open(day):
        return 0
    if room.per == "all_members":
        return max(room.most - context.stock(room.name).taken, 0)
    return max(room.most - draft.counted(room.name, *room_days(room.per, day)), 0)


def granted_by(trace: Sequence[RuleTrace], main_points: int) -> dict[int, int]:
    """What each rule granted, and all of them together in the main wallet."""
    return {ALL: main_points} | {entry.rule: entry.granted for entry in trace}


def take_room(rooms: Sequence[Room], granted: Mapping[int, int], day: int, draft: Draft, context: Context) -> None:
    """Count what a purchase takes of every limit.

    A budget that was looked at is recorded even where nothing was taken of it: what was left of it was a reason.
    """
    for room in rooms:
        if room.per == "all_members" and room.is_open(day):
            _move(room, max(granted.get(_rule(room), 0), 0), draft, context)
    for name, room, points in _counted(rooms, granted):
        if room.per != "all_members":
            draft.count(name, points if room.of == "points" else 1, 0 if room.per == "ever" else day)


def give_room(
    rooms: Sequence[Room],
    granted: Mapping[int, int],
    left: Mapping[int, int],
    freed: Sequence[int],
    day: int,
    draft: Draft,
    context: Context,
) -> tuple[int, ...]:
    """Give back what the rest of a purchase does not take; `left` is what each rule gives to the rest.

    `freed` are the points that went back before, in the order of the limits. Returns the same after this refund.
    """
    before = {(room.name, room.per == "ever"): points for room, points in zip(rooms, freed, strict=False)}
    after = dict(before)
    for name, room, points in _counted(rooms, granted):
        if room.sticky:
            continue
        key = (name, room.per == "ever")
        was = before.get(key, 0)
        now = min(max(points - left.get(_rule(room), 0), was), points)
        after[key] = now
        if room.per == "all_members":
            if was != now:
                _move(room, was - now, draft, context)
        elif room.of == "points":
            draft.count(name, was - now, 0 if room.per == "ever" else day)
        elif now == points > was:
            draft.count(name, -1, 0 if room.per == "ever" else day)
    return tuple(after.get((room.name, room.per == "ever"), 0) for room in rooms)


def _counted(rooms: Sequence[Room], granted: Mapping[int, int]) -> Iterator[tuple[str, Room, int]]:
    """Each counter and stock once, with the points that its rule granted: a rule may have several limits."""
    seen: set[tuple[str, bool]] = set()
    for room in rooms:
        points, key = granted.get(_rule(room), 0), (room.name, room.per == "ever")
        if points > 0 and key not in seen:
            seen.add(key)
            yield room.name, room, points


def _rule(room: Room) -> int:
    assert room.rule is not None or room.name == ALL_RULES, "only one counter is about all rules"
    return ALL if room.rule is None else room.rule


def _move(room: Room, points: int, draft: Draft, context: Context) -> None:
    stock = context.stock(room.name)
    draft.stock_moves.append(StockMove(name=room.name, before=stock.taken, taken=points, size=stock.size))
