"""Leaderboards as they are read: whole ones for managers, one's own place and neighbours for members."""

from collections.abc import Sequence
from uuid import UUID

from msgspec import Struct

from app.commands.reading import Reading
from app.engine.calendar import local_day
from app.engine.context import Edition
from app.engine.periods import period_start, shifted
from app.engine.rulebook.attributes import Value
from app.engine.rulebook.boards import Leaderboard, board_counter
from app.repositories import boards, details, lives, programs
from app.repositories.boards import Board, Place
from app.repositories.database import Database, Reader
from app.repositories.programs import Program

# A member sees so many places before and after their own.
BESIDE = 2


class Read(Struct, frozen=True, kw_only=True):
    """A leaderboard of one period. `past_day` is the first day after it, None of one that never ends."""

    board: Leaderboard
    group: str | None
    first_day: int | None
    past_day: int | None
    places: Sequence[Place]


class WrongGroup(Exception):
    """A leaderboard of stores or teams needs to know which, and the others have none."""


class Now(Struct, frozen=True, kw_only=True):
    """The rulebook in force in a programme, and which day it is there."""

    edition: Edition | None
    day: int


async def now(database: Database, reading: Reading, program: Program) -> Now:
    """What is in force in a programme at this instant."""
    async with database.glancing() as reader:
        now_us, versions = await lives.clock(reader, program.id)
    timeline = await reading.timeline(program, versions)
    return Now(edition=timeline.in_force(now_us), day=local_day(now_us, program.zone))


def board_of(found_now: Now, wanted: str) -> Leaderboard | None:
    """A leaderboard of the rulebook in force, by its id."""
    edition = found_now.edition
    found = edition.compiled.document.leaderboards if edition is not None else ()
    return next((board for board in found if board.id == wanted), None)


async def whole(reader: Reader, program: Program, board: Leaderboard, day: int, group: str | None) -> Read:
    """The first places of the period in which a day lies. Raises WrongGroup."""
    if (group is None) != (board.group == "programme"):
        raise WrongGroup
    where, past_day = _board(board, day, group)
    places = await boards.first(reader, program.id, where, board.show)
    return _read(board, group, where, past_day, places)


async def own(reader: Reader, program: Program, board: Leaderboard, day: int, store: str | None, member: UUID) -> Read:
    """A member's place in the period in which a day lies, and those beside it; of a team, in the member's own.

    Raises WrongGroup.
    """
    if (store is None) != (board.group != "store"):
        raise WrongGroup
    group = store
    if board.group == "team":
        told = (await details.of_one(reader, program.id, member)).attributes.get(board.team or "")
        group = None if told is None else written(told)
    where, past_day = _board(board, day, group)
    lone = board.group == "team" and group is None
    places = [] if lone else await boards.around(reader, program.id, where, member, BESIDE)
    return _read(board, group, where, past_day, places)


def written(value: Value) -> str:
    """The value of an attribute as PostgreSQL takes it out of JSON as a text."""
    return str(value).lower() if isinstance(value, bool) else str(value)


async def name(database: Database, program: Program, member: UUID, nickname: str | None) -> bool:
    """Let a member be seen under a name, or under none. False if they were erased or are not there."""
    async with database.transaction() as writer:
        return await boards.name(writer, program.id, member, nickname, await programs.clock(writer))


def _board(board: Leaderboard, day: int, group: str | None) -> tuple[Board, int | None]:
    """Where it is counted, and the first day after its period."""
    if board.period == "ever":
        first, past_day = 0, None
    else:
        first = period_start(day, board.period)
        past_day = shifted(first, board.period, 1)
    store = group or "" if board.group == "store" else ""
    attribute, team = (board.team, group) if board.group == "team" else (None, None)
    return Board(name=board_counter(board.id, store), day=first, attribute=attribute, team=team), past_day


def _read(board: Leaderboard, group: str | None, where: Board, past_day: int | None, places: Sequence[Place]) -> Read:
    first_day = None if past_day is None else where.day
    return Read(board=board, group=group, first_day=first_day, past_day=past_day, places=places)
