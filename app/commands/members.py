"""Members: find or create, enrol, and keep the profile. Points are not touched here; the lanes open the account."""

import hmac
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from msgspec import UNSET, Struct, UnsetType
from msgspec.structs import replace

from app.commands.asks import Answered, Ask
from app.commands.identities import new_id, new_referral_code
from app.commands.lanes import Lanes
from app.commands.requests import KeyReused, Request, claim, made_before
from app.engine.commands import Enrol
from app.engine.ids import fact_id
from app.repositories import journal, members, programs
from app.repositories.database import Conflicted, Database, Writer
from app.repositories.members import Identifier, Profile
from app.repositories.programs import Program

TRIES_MAX: Final = 5


class Wanted(Struct, frozen=True, kw_only=True):
    """Who is to be enrolled. A profile is written only for a member who is new."""

    identifiers: tuple[Identifier, ...]
    phone: str | None
    name: str | None
    language: str
    referral_code: str | None


class Refused(Exception):
    """Nothing was written: `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Enrolment(Struct, frozen=True, kw_only=True):
    """The member who was found or made, and what the lane answered."""

    profile: Profile
    answered: Answered


class Shown(Struct, frozen=True, kw_only=True):
    """A member with everything that leads to them."""

    profile: Profile
    identifiers: Sequence[Identifier]


class Edit(Struct, frozen=True, kw_only=True):
    """What is to change of a profile; what is unset stays."""

    name: str | UnsetType | None = UNSET
    phone: str | UnsetType | None = UNSET
    language: str | UnsetType = UNSET
    card: str | UnsetType = UNSET


class Edited(Struct, frozen=True, kw_only=True):
    """The member after the edit, or as they are now if the same request came before (`replayed`)."""

    shown: Shown
    replayed: bool


async def enrol(database: Database, lanes: Lanes, program: Program, request: Request, wanted: Wanted) -> Enrolment:
    """Find or make the member, then open the account under the caller's key. Raises KeyReused and Refused.

    A process that dies between the two leaves a member without an open account; the retry opens it.
    """
    referrer = await _referrer(database, program, wanted.referral_code)
    profile = await _found_or_made(database, program, _keyed(program, request), wanted)
    ask = Ask(member=profile.id, command=Enrol(referrer=referrer), key=request.key)
    return Enrolment(profile=profile, answered=await lanes.ask(program, request.source, ask))


def _keyed(program: Program, request: Request) -> Request:
    """The request, its body under the programme's secret: a bare hash of a phone number gives the number away."""
    return replace(request, body=hmac.digest(program.secret, request.body, "sha256"))


async def _referrer(database: Database, program: Program, code: str | None) -> UUID | None:
    if code is None:
        return None
    async with database.glancing() as reader:
        referrer = await members.by_referral_code(reader, program.id, code)
    if referrer is None:
        raise Refused("referral_code_unknown")
    return referrer


async def _found_or_made(database: Database, program: Program, request: Request, wanted: Wanted) -> Profile:
    """The member of this request. Another request that makes the same one at the same time wins or waits."""
    for _ in range(TRIES_MAX - 1):
        try:
            return await _try(database, program, request, wanted)
        except Conflicted:
            continue
    return await _try(database, program, request, wanted)


async def _try(database: Database, program: Program, request: Request, wanted: Wanted) -> Profile:
    async with database.transaction() as writer:
        before = await made_before(writer, request)
        if before is not None:
            return await _known(writer, program, UUID(before))
        if await journal.facts(writer, program.id, [fact_id(program.secret, request.source, request.key)]):
            raise KeyReused
        now = await programs.clock(writer)
        found = await members.identified(writer, program.id, wanted.identifiers)
        if len(set(found.values())) > 1:
            raise Refused("identifiers_conflict")
        if found:
            profile = await _known(writer, program, next(iter(found.values())))
        else:
            profile = await _insert(writer, program, wanted, now)
        for identifier in wanted.identifiers:
            if identifier not in found and not await members.identify(writer, program.id, profile.id, identifier):
                raise Conflicted(duplicate=True)
        await claim(writer, request, str(profile.id), now)
        return profile


async def _known(writer: Writer, program: Program, member_id: UUID) -> Profile:
    profile = await members.by_id(writer, program.id, member_id)
    assert profile is not None, "identifiers and requests lead to members that exist"
    return profile


async def _insert(writer: Writer, program: Program, wanted: Wanted, now: datetime) -> Profile:
    profile = Profile(
        id=new_id(now),
        name=wanted.name,
        phone=wanted.phone,
        language=wanted.language,
        referral_code=new_referral_code(),
        created_at=now,
        updated_at=now,
    )
    if not await members.insert(writer, program.id, profile):
        raise Conflicted(duplicate=True)
    return profile


async def shown(database: Database, program: Program, member_id: UUID) -> Shown | None:
    """One member, or None if the programme has no such member."""
    async with database.reading() as reader:
        profile = await members.by_id(reader, program.id, member_id)
        if profile is None:
            return None
        return Shown(profile=profile, identifiers=await members.identifiers(reader, program.id, member_id))


async def edit(
    database: Database,
    program: Program,
    member_id: UUID,
    request: Request,
    wanted: Edit,
    *,
    is_current: Callable[[Shown], bool],
) -> Edited | None:
    """Change a profile that is still as the caller read it; None if there is no such member.

    Raises KeyReused, and Refused with `precondition_failed` or `identifier_taken`.
    """
    keyed = _keyed(program, request)
    async with database.transaction() as writer:
        profile = await members.lock(writer, program.id, member_id)
        if profile is None:
            return None
        before = Shown(profile=profile, identifiers=await members.identifiers(writer, program.id, member_id))
        if await made_before(writer, keyed) is not None:
            return Edited(shown=before, replayed=True)
        if not is_current(before):
            raise Refused("precondition_failed")
        now = await programs.clock(writer)
        profile = _changed(profile, wanted, now)
        await members.update(writer, program.id, profile)
        if wanted.card is not UNSET:
            await _add_card(writer, program, before, wanted.card)
        await claim(writer, keyed, str(profile.id), now)
        identifiers = await members.identifiers(writer, program.id, member_id)
    return Edited(shown=Shown(profile=profile, identifiers=identifiers), replayed=False)


def _changed(profile: Profile, wanted: Edit, now: datetime) -> Profile:
    return replace(
        profile,
        name=profile.name if wanted.name is UNSET else wanted.name,
        phone=profile.phone if wanted.phone is UNSET else wanted.phone,
        language=profile.language if wanted.language is UNSET else wanted.language,
        updated_at=now,
    )


async def _add_card(writer: Writer, program: Program, before: Shown, card: str) -> None:
    identifier = Identifier(kind="card", source=members.ANY_SOURCE, value=card)
    if identifier in before.identifiers:
        return
    if not await members.identify(writer, program.id, before.profile.id, identifier):
        raise Refused("identifier_taken")
