"""Merging two members who are one person: the lanes join the accounts, and here everything that led to one leads on."""

import hashlib
from uuid import UUID

from msgspec.structs import replace

from app.commands.asks import Answered, Ask, Recorded, Unknown
from app.commands.lanes import Lanes
from app.commands.personal import Refused
from app.commands.requests import KeyReused, used
from app.engine.commands import MergeOut
from app.repositories import configuration, details, members, people, programs, referring
from app.repositories.database import Database, Writer
from app.repositories.members import Profile
from app.repositories.programs import Program


async def merge(
    database: Database, lanes: Lanes, program: Program, source: int, *, member: UUID, origin: UUID, key: str
) -> Answered:
    """Close the account of `origin` and go on with it as `member`. Raises Refused and KeyReused.

    Unknown says which of the two is not there: the `member`, or the `origin`. Only people take over, and what nobody
    has claimed goes on as if it had been claimed.

    Until identifiers have moved, they lead to the closed account, which leads on; a retry moves them.
    """
    claimed = False
    digest = hashlib.sha256(member.bytes + origin.bytes).digest()
    async with database.glancing() as reader:
        for each in (member, origin):
            profile = await members.by_id(reader, program.id, each)
            if profile is None or profile.kind == "household" or (each == member and profile.kind != "person"):
                return Unknown(what="member" if each == member else "origin")
            if profile.erased_at is not None:
                raise Refused("member_erased")
            claimed = profile.kind == "anonymous"
        found = await used(reader, program.id, source, key)
        if found is not None and found.digest != digest:
            raise KeyReused
    answer = await lanes.ask(
        program, source, Ask(member=origin, command=MergeOut(into=member, claimed=claimed), key=key)
    )
    if isinstance(answer, Recorded):
        async with database.transaction() as writer:
            now = await programs.clock(writer)
            # The claim marks that this is done: what follows must not be done twice.
            if await configuration.claim(
                writer, program.id, source, key, digest=digest, resource=str(member), created_at=now
            ):
                await _lead_on(writer, program, origin, member)
    return answer


async def _lead_on(writer: Writer, program: Program, origin: UUID, to: UUID) -> None:
    """Identifiers move, what was said is said by the one who goes on, and the profile fills what was empty."""
    profiles = {each: await members.lock(writer, program.id, each) for each in sorted((origin, to))}
    old, new = profiles[origin], profiles[to]
    assert old is not None, "the lanes have just closed the account"
    assert new is not None, "the lanes have just given it more"
    await members.move_identifiers(writer, program.id, origin, to)
    said = await people.consents(writer, program.id, to)
    further = await people.consents(writer, program.id, origin)
    moved = [replace(consent, number=number) for number, consent in enumerate(further, start=len(said) + 1)]
    await people.add_consents(writer, program.id, to, moved)
    await details.move(writer, program.id, origin, to, await programs.clock(writer))
    await referring.move(writer, program.id, origin, to)
    await members.update(writer, program.id, _filled(new, old))
    await members.update(writer, program.id, replace(old, name=None, phone=None))


def _filled(profile: Profile, by: Profile) -> Profile:
    return replace(profile, name=profile.name or by.name, phone=profile.phone or by.phone)
