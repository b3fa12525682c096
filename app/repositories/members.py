"""Members: the one place with personal data. The ledger knows their ids only."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal
from uuid import UUID

from msgspec import Struct

from app.repositories.database import Reader, Writer

CARDS_MAX = 50
ANY_SOURCE = 0

IdentifierKind = Literal["external_id", "card", "phone"]


class Profile(Struct, frozen=True, kw_only=True):
    """Who a member is.

    `kind` is person, anonymous (a purchase that nobody has claimed yet) or household (a wallet that members share).
    """

    id: UUID
    name: str | None
    phone: str | None
    language: str
    referral_code: str
    created_at: datetime
    updated_at: datetime
    erased_at: datetime | None = None
    kind: str = "person"


class Identifier(Struct, frozen=True, kw_only=True):
    """What leads to a member: a source's own id, or a card or phone, which every source reads (source 0)."""

    kind: IdentifierKind
    source: int
    value: str


def phone(number: str) -> Identifier:
    """A phone number in its international form, as an identifier."""
    return Identifier(kind="phone", source=ANY_SOURCE, value=number)


def card(value: str) -> Identifier:
    """A card, as an identifier."""
    return Identifier(kind="card", source=ANY_SOURCE, value=value)


class Lead(Struct, frozen=True, kw_only=True):
    """To whom an identifier belongs. One that is blocked, a card that is, is followed by nobody."""

    member: UUID
    is_blocked: bool


async def insert(writer: Writer, program_id: UUID, profile: Profile) -> bool:
    """A new member with an account that is not opened yet. False if the id or the referral code is taken."""
    row = await writer.row(
        "INSERT INTO members (program_id, id, name, phone, language, referral_code, created_at, updated_at, kind)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING RETURNING true",
        program_id,
        profile.id,
        profile.name,
        profile.phone,
        profile.language,
        profile.referral_code,
        profile.created_at,
        profile.updated_at,
        profile.kind,
    )
    if row is None:
        return False
    await writer.write(
        "INSERT INTO accounts (program_id, member_id, now_at) VALUES ($1, $2, $3)",
        program_id,
        profile.id,
        datetime.fromtimestamp(0, tz=profile.created_at.tzinfo),
    )
    return True


async def identify(writer: Writer, program_id: UUID, member_id: UUID, identifier: Identifier) -> bool:
    """Lets an identifier lead to a member. False if it leads to one already, perhaps to this one."""
    row = await writer.row(
        "INSERT INTO member_identifiers (program_id, kind, source, value, member_id)"
        " VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING RETURNING true",
        program_id,
        identifier.kind,
        identifier.source,
        identifier.value,
        member_id,
    )
    return row is not None


async def identified(reader: Reader, program_id: UUID, identifiers: Sequence[Identifier]) -> dict[Identifier, Lead]:
    """To whom these identifiers belong; those that are nobody's are absent."""
    rows = await reader.rows(
        "SELECT i.kind, i.source, i.value, i.member_id, i.blocked_at IS NOT NULL FROM member_identifiers i"
        " JOIN unnest($2::text[], $3::smallint[], $4::text[]) AS asked (kind, source, value)"
        " ON i.kind = asked.kind AND i.source = asked.source AND i.value = asked.value"
        " WHERE i.program_id = $1",
        program_id,
        [identifier.kind for identifier in identifiers],
        [identifier.source for identifier in identifiers],
        [identifier.value for identifier in identifiers],
    )
    return {
        Identifier(kind=kind, source=source, value=value): Lead(member=member, is_blocked=blocked)
        for kind, source, value, member, blocked in rows
    }


async def heir(reader: Reader, program_id: UUID, member_id: UUID) -> UUID:
    """The member who goes on with the account of this one: themselves, unless it was merged into another."""
    while True:
        row = await reader.row(
            "SELECT merged_into FROM accounts WHERE program_id = $1 AND member_id = $2", program_id, member_id
        )
        if row is None or row[0] is None:
            return member_id
        member_id = row[0]


async def kin(reader: Reader, program_id: UUID, member_id: UUID) -> list[UUID]:
    """A member, and those who were merged into them: one person under several ids."""
    row = await reader.row(
        "SELECT continued FROM accounts WHERE program_id = $1 AND member_id = $2", program_id, member_id
    )
    return [member_id, *(row[0] or () if row else ())]


async def by_id(reader: Reader, program_id: UUID, member_id: UUID) -> Profile | None:
    """One member."""
    row = await reader.row(_SELECT, program_id, member_id)
    return None if row is None else Profile(**row._asdict())


async def lock(writer: Writer, program_id: UUID, member_id: UUID) -> Profile | None:
    """One member, locked until the transaction ends."""
    row = await writer.row(_SELECT + " FOR UPDATE", program_id, member_id)
    return None if row is None else Profile(**row._asdict())


async def update(writer: Writer, program_id: UUID, profile: Profile) -> None:
    """What a member may change. Lock first."""
    await writer.write(
        "UPDATE members SET name = $3, phone = $4, language = $5, updated_at = $6 WHERE program_id = $1 AND id = $2",
        program_id,
        profile.id,
        profile.name,
        profile.phone,
        profile.language,
        profile.updated_at,
    )


async def forget(writer: Writer, program_id: UUID, member_id: UUID, identifier: Identifier) -> None:
    """Lets an identifier of this member lead nowhere. Whoever has it next may give it."""
    await writer.write(
        "DELETE FROM member_identifiers"
        " WHERE program_id = $1 AND kind = $2 AND source = $3 AND value = $4 AND member_id = $5",
        program_id,
        identifier.kind,
        identifier.source,
        identifier.value,
        member_id,
    )


async def move_identifiers(writer: Writer, program_id: UUID, origin: UUID, to: UUID) -> None:
    """Everything that led to one member leads to another from now on, blocked cards included."""
    await writer.write(
        "UPDATE member_identifiers SET member_id = $3 WHERE program_id = $1 AND member_id = $2", program_id, origin, to
    )


async def identifiers(reader: Reader, program_id: UUID, member_id: UUID) -> Sequence[Identifier]:
    """Everything that leads to a member, in a fixed order. Blocked cards do not."""
    rows = await reader.rows(
        "SELECT kind, source, value FROM member_identifiers"
        " WHERE program_id = $1 AND member_id = $2 AND blocked_at IS NULL ORDER BY kind, source, value LIMIT $3",
        program_id,
        member_id,
        CARDS_MAX * 2,
    )
    return [Identifier(kind=kind, source=source, value=value) for kind, source, value in rows]


_SELECT = (
    "SELECT id, name, phone, language, referral_code, created_at, updated_at, erased_at, kind FROM members"
    " WHERE program_id = $1 AND id = $2"
)
