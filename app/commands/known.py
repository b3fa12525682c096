"""Personal questions: what conditions ask about a member's birthday and attributes, answered with yes or no.

The engine never sees a date of birth or an attribute, only the questions that hold. They are written as
`birthday/<days before>/<days after>` and `attribute/<id>/<comparison>/<value as JSON>`.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from functools import lru_cache
from typing import Final
from uuid import UUID

from msgspec import json

from app.engine.activity import Activity
from app.engine.calendar import local_day
from app.engine.change import Change
from app.engine.commands import Command, Move, Purchase, RewardRedemption
from app.engine.context import Context, Timeline
from app.engine.naming import companions
from app.engine.outcomes import Purchased, Redeemed
from app.engine.played import Acted
from app.engine.rulebook.attributes import Value
from app.engine.rulebook.gauges import Known
from app.repositories import details
from app.repositories.database import Reader
from app.repositories.details import Birthday, Details

# What may be judged by conditions; everything else asks nothing about a person.
JUDGED: Final = (Purchase, Activity, Move, RewardRedemption)
QUESTIONS_KEPT_MAX: Final = 4096
_LEAP_DAY: Final = Birthday(month=2, day=29)


def asks(command: Command) -> bool:
    """Whether conditions may be asked about a command."""
    return isinstance(command, JUDGED)


def known(told: Details | None, command: Command, context: Context) -> tuple[str, ...]:
    """The questions that hold for a member on the local day of what they do."""
    questions = context.timeline.questions
    if told is None or not questions or not asks(command):
        return ()
    day = local_day(_happened_us(command, context), context.zone)
    return tuple([question for question in questions if holds(question, told, day)])


def _happened_us(command: Command, context: Context) -> int:
    if isinstance(command, Purchase | Activity) and command.occurred_us is not None:
        return min(command.occurred_us, context.now_us)
    return context.now_us


def holds(question: str, told: Details, day: int) -> bool:
    """Whether the answer to a question is yes on a local day. What is not known holds for nobody, but for `ne`."""
    kind, parts = _parsed(question)
    if kind == "birthday":
        before, after = parts
        assert isinstance(before, int), "written by the compiler"
        assert isinstance(after, int), "written by the compiler"
        return told.birthday is not None and _is_near(told.birthday, day, before, after)
    name, comparison, value = parts
    assert isinstance(name, str), "written by the compiler"
    return _compares(told.attributes.get(name), str(comparison), value)


@lru_cache(maxsize=QUESTIONS_KEPT_MAX)
def _parsed(question: str) -> tuple[str, tuple[object, ...]]:
    kind, _, rest = question.partition("/")
    if kind == "birthday":
        before, _, after = rest.partition("/")
        return kind, (int(before), int(after))
    name, comparison, value = rest.split("/", 2)
    return kind, (name, comparison, json.decode(value))


def _is_near(birthday: Birthday, day: int, before: int, after: int) -> bool:
    """Whether a day lies from so many days before a birthday to so many after it, also across the year's end."""
    year = date.fromordinal(day).year
    return any(
        -before <= day - celebrated(birthday, near) <= after
        for near in (year - 1, year, year + 1)
        if date.min.year <= near <= date.max.year
    )


def celebrated(birthday: Birthday, year: int) -> int:
    """The day of a birthday in a year. One on 29 February is on the 28th in other years: it stays in its month."""
    is_leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    if (birthday.month, birthday.day) == (_LEAP_DAY.month, _LEAP_DAY.day) and not is_leap:
        return date(year, 2, 28).toordinal()
    return date(year, birthday.month, birthday.day).toordinal()


def _compares(kept: Value | None, comparison: str, value: object) -> bool:
    """Whether what is kept of a member stands so to a value. Values of another kind are never equal."""
    if comparison == "ne":
        return not _is_same(kept, value)
    if comparison == "in":
        assert isinstance(value, list), "written by the compiler"
        return any(_is_same(kept, each) for each in value)
    if comparison == "eq":
        return _is_same(kept, value)
    if comparison == "is_set":
        return (kept is not None) is value
    if type(kept) is not int or type(value) is not int:
        return False
    match comparison:
        case "lt":
            return kept < value
        case "le":
            return kept <= value
        case "gt":
            return kept > value
        case _:
            return kept >= value


def _is_same(kept: Value | None, value: object) -> bool:
    """Yes is not the number one."""
    return type(kept) is type(value) and kept == value


def recorded(command: Command, change: Change, timeline: Timeline) -> tuple[str, ...]:
    """The questions that held when something was decided, as its outcome has recorded them: for deciding it again."""
    return tuple(question for question, held in on_record(command, change.outcome, timeline).items() if held)


def on_record(command: Command, outcome: object, timeline: Timeline) -> dict[str, bool]:
    """What was asked about the person when something was decided, and answered; nothing of rows before any was."""
    if not isinstance(outcome, Purchased | Acted | Redeemed) or not outcome.readings:
        return {}
    compiled = timeline.edition(outcome.rulebook).compiled
    asking = compiled.asking
    if isinstance(command, Activity):
        asking = compiled.activities[command.kind].asking
    if isinstance(command, RewardRedemption):
        asking = compiled.gates[command.reward].asking
    # What limits have left stands behind what gauges read.
    read = zip(asking.gauges, outcome.readings, strict=False)
    return {gauge.question: bool(reading) for gauge, reading in read if isinstance(gauge, Known)}


class People:
    """What is known of the members whom a batch concerns, as far as the rulebooks ask."""

    __slots__ = ("_told",)

    def __init__(self, told: Mapping[UUID, Details]) -> None:
        self._told = told

    def known(self, member: UUID, command: Command, context: Context) -> tuple[str, ...]:
        """The questions that hold for a member at what they do."""
        return known(self._told.get(member), command, context) if self._told else ()


NOBODY: Final = People({})


async def people(reader: Reader, program_id: UUID, context: Context, asked: Iterable[tuple[UUID, Command]]) -> People:
    """What members have told of themselves, in one statement; none where no rulebook asks about persons."""
    if not context.timeline.questions:
        return NOBODY
    members = {each for member, command in asked if asks(command) for each in (member, *companions(command))}
    return People(await details.of(reader, program_id, sorted(members))) if members else NOBODY
