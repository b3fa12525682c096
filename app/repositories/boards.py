"""Leaderboards: who has counted how much of something in a period, and under which name they want to be seen."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from msgspec import Struct

from app.repositories.database import Reader, Writer

# Members who share the last place that is shown are all shown, up to so many.
ROWS_MAX: Final = 100

# Everybody who counts: neither who was erased, nor a purchase that nobody has claimed. $5 is the attribute that says
# the team, and $6 the team; without one all of them compete.
_BOARD: Final = """
    SELECT c.member_id, c.count, rank() OVER (ORDER BY c.count DESC) AS rank,
        row_number() OVER (ORDER BY c.count DESC, c.member_id) AS place
    FROM counters c JOIN members m ON m.program_id = $1 AND m.id = c.member_id
    WHERE c.program_id = $1 AND c.name = $2 AND c.name LIKE 'board/%' AND c.day = $3 AND c.count > 0
        AND m.kind = 'person' AND m.erased_at IS NULL
        AND ($5::text IS NULL OR EXISTS (SELECT FROM member_details d
            WHERE d.program_id = $1 AND d.member_id = c.member_id AND d.attributes ->> $5 = $6))"""


class Board(Struct, frozen=True, kw_only=True):
    """One leaderboard of one period: the name and the day of its counters, and a team by attribute and value."""

    name: str
    day: int
    attribute: str | None = None
    team: str | None = None


class Place(Struct, frozen=True):
    """A place on a leaderboard. `nickname` is None of members who do not want to be named."""

    member: UUID
    count: int
    rank: int
    nickname: str | None


async def first(reader: Reader, program_id: UUID, board: Board, show: int) -> Sequence[Place]:
    """The first so many places, and whoever shares the last of them."""
    statement = f"""SELECT b.member_id, b.count, b.rank, n.nickname FROM ({_BOARD}) b
        LEFT JOIN member_nicknames n ON n.program_id = $1 AND n.member_id = b.member_id
        WHERE b.rank <= $4 ORDER BY b.place LIMIT {ROWS_MAX}"""
    return await _places(reader, statement, program_id, board, show)


async def around(reader: Reader, program_id: UUID, board: Board, member: UUID, beside: int) -> Sequence[Place]:
    """A member's own place and so many before and after it; nothing while they are not on the board."""
    statement = f"""WITH board AS ({_BOARD})
        SELECT b.member_id, b.count, b.rank, n.nickname FROM board o
        JOIN board b ON b.place BETWEEN o.place - $4 AND o.place + $4
        LEFT JOIN member_nicknames n ON n.program_id = $1 AND n.member_id = b.member_id
        WHERE o.member_id = $7 ORDER BY b.place"""
    return await _places(reader, statement, program_id, board, beside, member)


async def _places(
    reader: Reader, statement: str, program_id: UUID, board: Board, number: int, *more: object
) -> Sequence[Place]:
    rows = await reader.rows(statement, program_id, board.name, board.day, number, board.attribute, board.team, *more)
    return [Place(*row) for row in rows]


async def nickname(reader: Reader, program_id: UUID, member: UUID) -> str | None:
    """The name under which a member wants to be seen, None for none."""
    row = await reader.row(
        "SELECT nickname FROM member_nicknames WHERE program_id = $1 AND member_id = $2", program_id, member
    )
    return None if row is None else str(row[0])


async def name(writer: Writer, program_id: UUID, member: UUID, nickname: str | None, at: datetime) -> bool:
    """Let a member be seen under a name from now on, or under none. False if they cannot be: erased, or not there."""
    row = await writer.row(
        "SELECT true FROM members WHERE program_id = $1 AND id = $2 AND kind = 'person' AND erased_at IS NULL"
        " FOR UPDATE",
        program_id,
        member,
    )
    if row is None:
        return False
    if nickname is None:
        await writer.write("DELETE FROM member_nicknames WHERE program_id = $1 AND member_id = $2", program_id, member)
        return True
    await writer.write(
        "INSERT INTO member_nicknames (program_id, member_id, nickname, updated_at) VALUES ($1, $2, $3, $4)"
        " ON CONFLICT (program_id, member_id) DO UPDATE SET nickname = excluded.nickname, updated_at = $4",
        program_id,
        member,
        nickname,
        at,
    )
    return True
