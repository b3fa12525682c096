"""Consents: what a member said to a purpose and a channel, kept as said, and where that leaves us."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from app.commands.personal import Refused, locked
from app.commands.requests import Request, claim, made_before
from app.repositories import members, people, programs
from app.repositories.database import Database, Writer
from app.repositories.members import Profile
from app.repositories.people import CONSENTS_MAX, Consent
from app.repositories.programs import Program


class Said(Struct, frozen=True, kw_only=True):
    """A consent, or its withdrawal, to be recorded. Absent: the member's `language`, and `given_at` now."""

    purpose: str
    channel: str
    is_granted: bool
    wording: str
    language: str | None
    store: str | None
    note: str | None
    given_at: datetime | None


class Heard(Struct, frozen=True, kw_only=True):
    """Everything that the member has said; `replayed` if the same request had said it before."""

    consents: Sequence[Consent]
    replayed: bool


async def record(
    database: Database, program: Program, member: UUID, request: Request, said: Sequence[Said]
) -> Heard | None:
    """Add what the member says now; None if there is no such member. Raises KeyReused, Refused and Conflicted."""
    async with database.transaction() as writer:
        found = await locked(writer, program, member, request)
        if found is None:
            return None
        profile, keyed = found
        before = await made_before(writer, keyed)
        if before is None:
            now = await programs.clock(writer)
            await add(writer, program, profile, request.source, said, now)
            await claim(writer, keyed, str(profile.id), now)
        return Heard(consents=await people.consents(writer, program.id, profile.id), replayed=before is not None)


async def add(
    writer: Writer, program: Program, profile: Profile, source: int, said: Sequence[Said], now: datetime
) -> None:
    """Number and keep what was said. Lock the member first. Raises Refused.

    What a till with a fast clock dates in the future was said now: else it would outlast a later withdrawal.
    """
    known = await people.consents(writer, program.id, profile.id)
    if len(known) + len(said) > CONSENTS_MAX:
        raise Refused("too_many_consents")
    consents = [
        Consent(
            number=number,
            purpose=each.purpose,
            channel=each.channel,
            is_granted=each.is_granted,
            wording=each.wording,
            language=each.language or profile.language,
            store=each.store,
            note=each.note,
            source=source,
            given_at=min(each.given_at or now, now),
            recorded_at=now,
        )
        for number, each in enumerate(said, start=len(known) + 1)
    ]
    await people.add_consents(writer, program.id, profile.id, consents)


async def heard(database: Database, program: Program, member: UUID) -> Sequence[Consent]:
    """Everything that a member has said."""
    async with database.glancing() as reader:
        return await people.consents(reader, program.id, await members.heir(reader, program.id, member))


def in_force(consents: Sequence[Consent]) -> list[Consent]:
    """The last word to each purpose and channel, by when it was said: a form that is typed in late undoes nothing."""
    last: dict[tuple[str, str], Consent] = {}
    for consent in sorted(consents, key=lambda consent: (consent.given_at, consent.number)):
        last[consent.purpose, consent.channel] = consent
    return [last[topic] for topic in sorted(last)]
