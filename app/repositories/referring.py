"""Codes that members give to friends, what was answered to “who sent you?”, and who has brought whom."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from msgspec import Struct

from app.repositories.database import Reader, Writer
from app.repositories.instants import us

CODES_MAX = 20
ANCESTORS_MAX = 1000
FRIENDS_SHOWN_MAX = 200


class Code(Struct, frozen=True, kw_only=True):
    """A code that a member gives to friends, and the local days on which it is good (None: no end)."""

    code: str
    member: UUID
    valid_from: date | None = None
    valid_until: date | None = None


class Said(Struct, frozen=True, kw_only=True):
    """What a member answered to “who sent you?”."""

    answer: str
    note: str | None
    said_at: datetime


async def by_code(reader: Reader, program_id: UUID, code: str) -> Code | None:
    """Whose code this is: the one that a member has from the start, or another. An erased member brings nobody."""
    row = await reader.row(
        "SELECT $2, m.id, NULL::date, NULL::date FROM members m"
        " WHERE m.program_id = $1 AND m.referral_code = $2 AND m.erased_at IS NULL"
        " UNION ALL SELECT c.code, c.member_id, c.valid_from, c.valid_until FROM member_codes c"
        " WHERE c.program_id = $1 AND c.code = $2 LIMIT 1",
        program_id,
        code,
    )
    return None if row is None else Code(code=row[0], member=row[1], valid_from=row[2], valid_until=row[3])


async def codes(reader: Reader, program_id: UUID, member: UUID) -> Sequence[Code]:
    """The codes that a member has besides the first, the newest first."""
    rows = await reader.rows(
        "SELECT code, member_id, valid_from, valid_until FROM member_codes"
        " WHERE program_id = $1 AND member_id = $2 ORDER BY made_at DESC, code LIMIT $3",
        program_id,
        member,
        CODES_MAX * 5,
    )
    return [Code(code=code, member=whose, valid_from=first, valid_until=last) for code, whose, first, last in rows]


async def add_code(writer: Writer, program_id: UUID, code: Code, at: datetime) -> bool:
    """A further code of a member, or other days of one. False if it is somebody else's. Lock the member first."""
    row = await writer.row(
        "INSERT INTO member_codes AS c (program_id, code, member_id, valid_from, valid_until, made_at)"
        " SELECT $1, $2, $3, $4, $5, $6"
        " WHERE NOT EXISTS (SELECT FROM members m WHERE m.program_id = $1 AND m.referral_code = $2)"
        " ON CONFLICT (program_id, code) DO UPDATE SET valid_from = excluded.valid_from,"
        " valid_until = excluded.valid_until WHERE c.member_id = $3 RETURNING true",
        program_id,
        code.code,
        code.member,
        code.valid_from,
        code.valid_until,
        at,
    )
    return row is not None


async def said(reader: Reader, program_id: UUID, member: UUID) -> Said | None:
    """What a member answered to “who sent you?”; None if nobody asked."""
    row = await reader.row(
        "SELECT answer, note, said_at FROM referral_answers WHERE program_id = $1 AND member_id = $2",
        program_id,
        member,
    )
    return None if row is None else Said(answer=row[0], note=row[1], said_at=row[2])


async def say(writer: Writer, program_id: UUID, member: UUID, said: Said) -> None:
    """What a member answers now, in the place of what they said before."""
    await writer.write(
        "INSERT INTO referral_answers (program_id, member_id, answer, note, said_at) VALUES ($1, $2, $3, $4, $5)"
        " ON CONFLICT (program_id, member_id) DO UPDATE SET answer = excluded.answer, note = excluded.note,"
        " said_at = excluded.said_at",
        program_id,
        member,
        said.answer,
        said.note,
        said.said_at,
    )


async def ancestors(reader: Reader, program_id: UUID, member: UUID) -> set[UUID]:
    """Who brought a member, who brought those, and so on; of merged accounts the one that goes on, too."""
    rows = await reader.rows(
        "WITH RECURSIVE line (id, depth) AS ("
        " SELECT $2::uuid, 0 UNION"
        " SELECT v.id, l.depth + 1 FROM line l"
        " JOIN accounts a ON a.program_id = $1 AND a.member_id = l.id"
        " CROSS JOIN LATERAL (VALUES (a.referrer), (a.merged_into)) v(id)"
        " WHERE v.id IS NOT NULL AND l.depth < $3)"
        " SELECT DISTINCT id FROM line WHERE depth > 0",
        program_id,
        member,
        ANCESTORS_MAX,
    )
    return {row[0] for row in rows}


async def is_blocked(reader: Reader, program_id: UUID, member: UUID) -> bool:
    """Whether a member may earn nothing."""
    row = await reader.row("SELECT blocked FROM accounts WHERE program_id = $1 AND member_id = $2", program_id, member)
    return row is not None and bool(row[0])


async def move(writer: Writer, program_id: UUID, origin: UUID, to: UUID) -> None:
    """The codes of one member lead to another of the same person, and so does the answer where there is none."""
    await writer.write(
        "UPDATE member_codes SET member_id = $3 WHERE program_id = $1 AND member_id = $2", program_id, origin, to
    )
    before = await said(writer, program_id, origin)
    if before is not None:
        if await said(writer, program_id, to) is None:
            await say(writer, program_id, to, before)
        await writer.write("DELETE FROM referral_answers WHERE program_id = $1 AND member_id = $2", program_id, origin)


class Friend(Struct, frozen=True, kw_only=True):
    """Somebody whom a member brought: since when, until when they may qualify, and the purchase that did."""

    joined_us: int
    until_us: int | None
    purchase: UUID | None


async def friends(reader: Reader, program_id: UUID, members: Sequence[UUID]) -> list[Friend]:
    """Whom one person, under several ids, has brought; the newest first, and no more than are shown."""
    rows = await reader.rows(
        "SELECT a.enrolled_at, a.referral_until, a.referral_purchase FROM accounts a"
        " WHERE a.program_id = $1 AND a.referrer = ANY($2::uuid[]) AND a.merged_into IS NULL"
        " ORDER BY a.enrolled_at DESC, a.member_id DESC LIMIT $3",
        program_id,
        list(members),
        FRIENDS_SHOWN_MAX,
    )
    return [Friend(joined_us=us(joined), until_us=us(until), purchase=purchase) for joined, until, purchase in rows]


async def brought_by(reader: Reader, program_id: UUID, member: UUID) -> tuple[UUID | None, int | None, UUID | None]:
    """Who brought a member, until when that may qualify, and the purchase that did."""
    row = await reader.row(
        "SELECT referrer, referral_until, referral_purchase FROM accounts WHERE program_id = $1 AND member_id = $2",
        program_id,
        member,
    )
    return (None, None, None) if row is None else (row[0], us(row[1]), row[2])
