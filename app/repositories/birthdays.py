"""Birthdays of members: which programmes want word of them, and whose they are."""

from collections.abc import Sequence
from datetime import date
from typing import Final
from uuid import UUID

from msgspec import Struct

from app.repositories.database import Reader
from app.repositories.instants import us

FOLLOWER: Final = "birthdays"


class Wanting(Struct, frozen=True, kw_only=True):
    """A programme of which some version gives word of birthdays, by its own clock; `told_day` is over and done with."""

    program_id: UUID
    now_us: int
    rulebooks: int
    told_day: int | None


async def wanting(reader: Reader) -> Sequence[Wanting]:
    """Every programme that gives word of birthdays, did, or will."""
    statement = """SELECT p.id, coalesce(p.test_now, statement_timestamp()), p.rulebook_version, f.number
        FROM programs p LEFT JOIN followers f ON f.program_id = p.id AND f.name = $1
        WHERE EXISTS (SELECT FROM rulebooks r
            WHERE r.program_id = p.id AND r.document ->> 'birthday_notice_days' IS NOT NULL)
        ORDER BY p.id"""
    return [
        Wanting(program_id=program_id, now_us=us(now), rulebooks=rulebooks, told_day=told_day)
        for program_id, now, rulebooks, told_day in await reader.rows(statement, FOLLOWER)
    ]


async def on(reader: Reader, program_id: UUID, dates: Sequence[date]) -> Sequence[UUID]:
    """The members whose birthdays are on the days and months of these dates, and who may hear of it."""
    statement = """SELECT d.member_id FROM unnest($2::int[], $3::int[]) AS q(month, day)
        JOIN member_details d ON d.program_id = $1 AND d.birth_month = q.month AND d.birth_day = q.day
        JOIN members m ON m.program_id = $1 AND m.id = d.member_id AND m.kind = 'person' AND m.erased_at IS NULL
        JOIN accounts a ON a.program_id = $1 AND a.member_id = d.member_id
            AND a.enrolled_at IS NOT NULL AND a.merged_into IS NULL AND NOT a.blocked
        ORDER BY d.member_id"""
    months, days = [each.month for each in dates], [each.day for each in dates]
    return [member for (member,) in await reader.rows(statement, program_id, months, days)]
