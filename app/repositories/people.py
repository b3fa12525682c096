"""What belongs to a person beside the profile: the secret, the cards with their fate, the consents."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from app.repositories.database import Reader, Writer
from app.repositories.members import ANY_SOURCE, CARDS_MAX

CONSENTS_MAX = 1000


class Card(Struct, frozen=True, kw_only=True):
    """A card of a member. One that is blocked leads to nobody, and stays on record."""

    value: str
    blocked_at: datetime | None
    blocked_reason: str | None
    replaced_by: str | None


class Consent(Struct, frozen=True, kw_only=True):
    """What a member said to one purpose and channel: when, where, and to which wording. Never changed, only followed.

    `source` and `store` say where; `note` is the only free text, and goes when the member is erased.
    """

    number: int
    purpose: str
    channel: str
    is_granted: bool
    wording: str
    language: str
    store: str | None
    note: str | None
    source: int
    given_at: datetime
    recorded_at: datetime


async def keep_secret(writer: Writer, program_id: UUID, member: UUID, secret: bytes) -> None:
    """The secret of a new member."""
    await writer.write(
        "INSERT INTO member_secrets (program_id, member_id, secret) VALUES ($1, $2, $3)", program_id, member, secret
    )


async def secret(reader: Reader, program_id: UUID, member: UUID) -> bytes:
    """A member's secret. Everybody has one who is not erased."""
    (found,) = await reader.row(
        "SELECT secret FROM member_secrets WHERE program_id = $1 AND member_id = $2", program_id, member
    )
    kept: bytes = found
    return kept


async def cards(reader: Reader, program_id: UUID, member: UUID) -> Sequence[Card]:
    """A member's cards, the blocked ones too, in a fixed order."""
    rows = await reader.rows(
        "SELECT value, blocked_at, blocked_reason, replaced_by FROM member_identifiers"
        " WHERE program_id = $1 AND member_id = $2 AND kind = 'card' ORDER BY value LIMIT $3",
        program_id,
        member,
        CARDS_MAX * 2,
    )
    return [Card(**row._asdict()) for row in rows]


async def block_card(
    writer: Writer, program_id: UUID, value: str, *, at: datetime, reason: str, replaced_by: str | None
) -> None:
    """The card leads to nobody from now on. One that is blocked keeps its instant and its reason."""
    await writer.write(
        "UPDATE member_identifiers SET blocked_at = coalesce(blocked_at, $4), replaced_by = $6,"
        " blocked_reason = coalesce(blocked_reason, $5)"
        " WHERE program_id = $1 AND kind = 'card' AND source = $2 AND value = $3",
        program_id,
        ANY_SOURCE,
        value,
        at,
        reason,
        replaced_by,
    )


async def unblock_card(writer: Writer, program_id: UUID, value: str) -> None:
    """The card leads to its member again."""
    await writer.write(
        "UPDATE member_identifiers SET blocked_at = NULL, blocked_reason = NULL"
        " WHERE program_id = $1 AND kind = 'card' AND source = $2 AND value = $3",
        program_id,
        ANY_SOURCE,
        value,
    )


async def consents(reader: Reader, program_id: UUID, member: UUID) -> Sequence[Consent]:
    """Everything that a member has said, in the order in which we heard it."""
    rows = await reader.rows(
        "SELECT number, purpose, channel, is_granted, wording, language, store, note, source, given_at, recorded_at"
        " FROM consents WHERE program_id = $1 AND member_id = $2 ORDER BY number LIMIT $3",
        program_id,
        member,
        CONSENTS_MAX * 10,  # those of members who were merged come on top
    )
    return [Consent(**row._asdict()) for row in rows]


async def add_consents(writer: Writer, program_id: UUID, member: UUID, given: Sequence[Consent]) -> None:
    """Further consents, numbered by the caller. Lock the member first."""
    await writer.write(
        "INSERT INTO consents (program_id, member_id, number, purpose, channel, is_granted, wording, language, store,"
        " note, source, given_at, recorded_at) SELECT $1, $2, v.* FROM unnest($3::int[], $4::text[], $5::text[],"
        " $6::bool[], $7::text[], $8::text[], $9::text[], $10::text[], $11::smallint[], $12::timestamptz[],"
        " $13::timestamptz[]) v",
        program_id,
        member,
        *([getattr(consent, name) for consent in given] for name in Consent.__struct_fields__),
    )
