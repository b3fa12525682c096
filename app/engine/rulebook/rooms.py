"""Room: what limits and budgets leave of the points of each rule, as it was read when a purchase was judged."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from app.engine.rulebook.document import Rule, Rulebook
from app.engine.rulebook.limits import Over, Per

# What bound a rule.
MEMBER_LIMIT: Final = "member_limit"
BUDGET: Final = "budget"
EARNING_LIMIT: Final = "earning_limit"
# The counter of what all rules of the main wallet have given.
ALL_RULES: Final = "cap"


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """One limit. `rule` is the index of its rule, None where it is about all; `name` that of its counter or stock.

    A budget is looked at from `first_day` up to `past_day` only: at other times its rule gives nothing.
    """

    rule: int | None
    name: str
    of: Literal["points", "times"]
    per: Per | Literal["all_members"]
    most: int
    over: Over
    sticky: bool
    first_day: int | None = None
    past_day: int | None = None

    @property
    def bound(self) -> str:
        """What a rule met that had no room."""
        if self.rule is None:
            return EARNING_LIMIT
        return BUDGET if self.per == "all_members" else MEMBER_LIMIT

    def is_open(self, day: int) -> bool:
        """Whether the rule can give anything on a local day."""
        return (self.first_day is None or self.first_day <= day) and (self.past_day is None or day < self.past_day)


def rooms_of(document: Rulebook, rules: Sequence[Rule], *, for_all: bool) -> tuple[Room, ...]:
    """Every limit of some rules of a document and, with `for_all`, those on all rules together."""
    found = [room for index, rule in enumerate(rules) for room in _of_rule(index, rule)]
    limits = document.earning.limits if for_all else ()
    found += [
        Room(rule=None, name=ALL_RULES, of="points", per=each.per, most=each.points, over=each.over, sticky=False)
        for each in limits
    ]
    return tuple(found)


def _of_rule(index: int, rule: Rule) -> Iterator[Room]:
    for limit in rule.limits:
        if limit.points is not None:
            yield Room(
                rule=index,
                name=f"cap/{rule.id}",
                of="points",
                per=limit.per,
                most=limit.points,
                over=limit.over,
                sticky=rule.sticky,
            )
        if limit.times is not None:
            yield Room(
                rule=index,
                name=f"times/{rule.id}",
                of="times",
                per=limit.per,
                most=limit.times,
                over=limit.over,
                sticky=rule.sticky,
            )
    if rule.budget is not None:
        yield Room(
            rule=index,
            name=budget_stock(rule.id),
            of="points",
            per="all_members",
            most=rule.budget.points,
            over=rule.budget.over,
            sticky=rule.sticky,
            first_day=None if rule.valid_from is None else rule.valid_from.toordinal(),
            past_day=None if rule.valid_until is None else rule.valid_until.toordinal() + 1,
        )


def budget_stock(rule: str) -> str:
    """The name under which what a rule takes of its budget is counted."""
    return f"budget/{rule}"


class Allowance:
    """What the limits leave of the points of each rule of one purchase, and which of them bound."""

    def __init__(self, rooms: Sequence[Room], readings: Sequence[int]) -> None:
        self.bound: dict[int, str] = {}
        self._left: dict[int | None, list[tuple[int, Room]]] = {}
        for room, left in zip(rooms, readings, strict=True):
            if room.of == "points":
                self._left.setdefault(room.rule, []).append((left, room))

    def of(self, rule: int, points: int) -> int:
        """The points that a rule may give when it wants so many."""
        for left, room in self._left.get(rule, ()):
            if points > left:
                points = 0 if room.over == "reject" else left
                self.bound[rule] = room.bound
        return points

    def of_all(self, points: int) -> int:
        """The points that all rules of the main wallet may give together."""
        for left, room in self._left.get(None, ()):
            if points > left:
                points = 0 if room.over == "reject" else left
        return points


def exhausted(rooms: Sequence[Room], readings: Sequence[int]) -> dict[int, str]:
    """The rules of which nothing is left, with what bound them."""
    return {
        room.rule: room.bound for room, left in zip(rooms, readings, strict=True) if room.rule is not None and left <= 0
    }
