"""Members: find or create, enrol, and keep the profile. Points are not touched here; the lanes open the account."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from msgspec import UNSET, Struct, UnsetType
from msgspec.structs import replace

from app.commands import cards, consents, referrals
from app.commands import details as personal_details
from app.commands.asks import Answered, Ask
from app.commands.consents import Said as Consented
from app.commands.details import TOLD_NOTHING, Told
from app.commands.identities import new_id, new_member_secret, new_referral_code
from app.commands.lanes import Lanes
from app.commands.personal import Refused, claimed_by, keyed, locked
from app.commands.phones import Phone, phone_of
from app.commands.referrals import Newcomer
from app.commands.requests import KeyReused, Request, claim, made_before
from app.engine.calendar import local_day
from app.engine.commands import Enrol
from app.engine.ids import fact_id
from app.repositories import details, journal, ledger, members, people, programs, referring
from app.repositories.database import Conflicted, Database, Reader, Writer
from app.repositories.details import Details
from app.repositories.members import Identifier, Profile
from app.repositories.programs import Program
from app.repositories.referring import Code, Said

TRIES_MAX: Final = 5


class Wanted(Struct, frozen=True, kw_only=True):
    """Who is to be enrolled. Name and language are written only for a member who is new.

    `identifiers` are all that lead to them, the phone among them.
    """

    identifiers: tuple[Identifier, ...]
    phone: Phone | None
    name: str | None
    language: str
    referral_code: str | None
    consents: tuple[Consented, ...]
    told: Told = TOLD_NOTHING
    heard_from: str | None = None


class Enrolment(Struct, frozen=True, kw_only=True):
    """The member who was found or made, and what the lane answered."""

    profile: Profile
    answered: Answered


class Shown(Struct, frozen=True, kw_only=True):
    """A member with everything that leads to them, and what they have told of themselves."""

    profile: Profile
    identifiers: Sequence[Identifier]
    details: Details


class Edit(Struct, frozen=True, kw_only=True):
    """What is to change of a profile; what is unset stays."""

    name: str | UnsetType | None = UNSET
    phone: Phone | UnsetType | None = UNSET
    language: str | UnsetType = UNSET
    card: str | UnsetType = UNSET
    told: Told = TOLD_NOTHING


class Edited(Struct, frozen=True, kw_only=True):
    """The member after the edit, or as they are now if the same request came before (`replayed`)."""

    shown: Shown
    replayed: bool


async def enrol(database: Database, lanes: Lanes, program: Program, request: Request, wanted: Wanted) -> Enrolment:
    """Find or make the member, then open the account under the caller's key. Raises KeyReused and Refused.

    A process that dies between the two leaves a member without an open account; the retry opens it.
    """
    code = await _code(database, program, wanted.referral_code)
    profile = await _found_or_made(database, program, request, wanted, code)
    ask = Ask(member=profile.id, command=Enrol(referrer=code.member if code else None), key=request.key)
    return Enrolment(profile=profile, answered=await lanes.ask(program, request.source, ask))


async def _code(database: Database, program: Program, given: str | None) -> Code | None:
    if given is None:
        return None
    async with database.glancing() as reader:
        code = await referrals.found(reader, program, given)
    if code is None:
        raise Refused("referral_code_unknown")
    return code


async def _found_or_made(
    database: Database, program: Program, request: Request, wanted: Wanted, code: Code | None
) -> Profile:
    """The member of this request. Another request that makes the same one at the same time wins or waits."""
    for _ in range(TRIES_MAX - 1):
        try:
            return await _try(database, program, request, wanted, code)
        except Conflicted:
            continue
    return await _try(database, program, request, wanted, code)


async def _try(database: Database, program: Program, request: Request, wanted: Wanted, code: Code | None) -> Profile:
    async with database.transaction() as writer:
        before = await claimed_by(writer, program, request)
        if before is not None:
            return await _known(writer, program, before)
        if await journal.facts(writer, program.id, [fact_id(program.secret, request.source, request.key)]):
            raise KeyReused
        now = await programs.clock(writer)
        found = await members.identified(writer, program.id, wanted.identifiers)
        if any(lead.is_blocked for lead in found.values()):
            raise Refused("card_blocked")
        theirs = {lead.member for lead in found.values()}
        if len(theirs) > 1:
            raise Refused("identifiers_conflict")
        if theirs:
            is_known = wanted.phone is None or members.phone(wanted.phone.number) in found
            profile = await _phoned(writer, program, theirs.pop(), None if is_known else wanted.phone, now)
        else:
            if code is not None:
                await _check(writer, program, code, wanted)
            profile = await _insert(writer, program, wanted, now)
        for identifier in wanted.identifiers:
            if identifier not in found and not await members.identify(writer, program.id, profile.id, identifier):
                raise Conflicted(duplicate=True)
        await _hear(writer, program, request, profile, wanted, now, is_new=not theirs)
        secret = await people.secret(writer, program.id, profile.id)
        await claim(writer, keyed(program, secret, request), str(profile.id), now)
        return profile


async def _hear(
    writer: Writer, program: Program, request: Request, profile: Profile, wanted: Wanted, now: datetime, *, is_new: bool
) -> None:
    """Keep what they say of themselves. Where somebody heard of us is asked once."""
    if wanted.consents:
        await consents.add(writer, program, profile, request.source, wanted.consents, now)
    if wanted.told != TOLD_NOTHING:
        await personal_details.keep(writer, program, profile.id, wanted.told, now, only_empty=True)
    if wanted.heard_from is not None and is_new:
        said = Said(answer=wanted.heard_from, note=None, said_at=now)
        await referring.say(writer, program.id, profile.id, said)


async def _check(writer: Writer, program: Program, code: Code, wanted: Wanted) -> None:
    """Whether somebody new may be brought by this code. Raises Refused with all that stands against it."""
    device, email = wanted.told.device, wanted.told.email
    newcomer = Newcomer(
        phone=wanted.phone.number if wanted.phone else None,
        email=email if isinstance(email, str) else None,
        devices=frozenset({personal_details.device_digest(program, device)} if device else ()),
    )
    now_us, _ = await ledger.now(writer, program.id)
    reasons = await referrals.obstacles(writer, program, code, newcomer, local_day(now_us, program.zone))
    if reasons:
        raise Refused(reasons[0].code, reasons)


async def _phoned(writer: Writer, program: Program, member_id: UUID, phone: Phone | None, now: datetime) -> Profile:
    """Who was found, locked, and with the phone that they have told us now if they had none.

    Another phone than theirs is refused: at a till it may be somebody else's card, and only an edit moves a number.
    """
    profile = await members.lock(writer, program.id, member_id)
    assert profile is not None, "identifiers lead to members that exist"
    if profile.erased_at is not None:
        # Erased while we waited for the lock: what led here leads nowhere by now.
        raise Conflicted(duplicate=True)
    if phone is None:
        return profile
    if profile.phone is None:
        profile = replace(profile, phone=phone.given, updated_at=now)
        await members.update(writer, program.id, profile)
    elif _number(profile.phone, program) not in {None, phone.number}:
        raise Refused("phone_differs")
    return profile


def _number(given: str | None, program: Program) -> str | None:
    phone = phone_of(given, program) if given is not None else None
    return phone.number if phone else None


async def _known(writer: Writer, program: Program, member_id: UUID) -> Profile:
    profile = await members.by_id(writer, program.id, member_id)
    assert profile is not None, "identifiers and requests lead to members that exist"
    return profile


async def _insert(writer: Writer, program: Program, wanted: Wanted, now: datetime) -> Profile:
    profile = Profile(
        id=new_id(now),
        name=wanted.name,
        phone=wanted.phone.given if wanted.phone else None,
        language=wanted.language,
        referral_code=new_referral_code(),
        created_at=now,
        updated_at=now,
    )
    if not await members.insert(writer, program.id, profile):
        raise Conflicted(duplicate=True)
    await people.keep_secret(writer, program.id, profile.id, new_member_secret())
    return profile


async def shown(database: Database, program: Program, member_id: UUID) -> Shown | None:
    """One member, or who goes on with their account; None if the programme has no such member."""
    async with database.reading() as reader:
        member_id = await members.heir(reader, program.id, member_id)
        profile = await members.by_id(reader, program.id, member_id)
        if profile is None:
            return None
        return await _shown(reader, program, profile)


async def _shown(reader: Reader, program: Program, profile: Profile) -> Shown:
    return Shown(
        profile=profile,
        identifiers=await members.identifiers(reader, program.id, profile.id),
        details=await details.of_one(reader, program.id, profile.id),
    )


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

    Raises KeyReused, and Refused with `precondition_failed`, `identifier_taken`, `card_blocked` or `member_erased`.
    """
    async with database.transaction() as writer:
        found = await locked(writer, program, member_id, request)
        if found is None:
            return None
        profile, known = found
        member_id = profile.id
        before = await _shown(writer, program, profile)
        if await made_before(writer, known) is not None:
            return Edited(shown=before, replayed=True)
        if not is_current(before):
            raise Refused("precondition_failed")
        now = await programs.clock(writer)
        if wanted.phone is not UNSET:
            await _move_phone(writer, program, profile, wanted.phone)
        if wanted.card is not UNSET:
            await cards.add(writer, program, member_id, wanted.card)
        profile = _changed(profile, wanted, now)
        await members.update(writer, program.id, profile)
        if wanted.told != TOLD_NOTHING:
            await personal_details.keep(writer, program, profile.id, wanted.told, now)
        await claim(writer, known, str(profile.id), now)
        return Edited(shown=await _shown(writer, program, profile), replayed=False)


def _changed(profile: Profile, wanted: Edit, now: datetime) -> Profile:
    phone = profile.phone
    if wanted.phone is not UNSET:
        phone = wanted.phone.given if wanted.phone else None
    return replace(
        profile,
        name=profile.name if wanted.name is UNSET else wanted.name,
        phone=phone,
        language=profile.language if wanted.language is UNSET else wanted.language,
        updated_at=now,
    )


async def _move_phone(writer: Writer, program: Program, profile: Profile, phone: Phone | None) -> None:
    """The new number leads to the member, and the old one to nobody: its next owner is somebody else."""
    old, new = _number(profile.phone, program), phone.number if phone else None
    if old is not None and old != new:
        await members.forget(writer, program.id, profile.id, members.phone(old))
    if new is None:
        return
    if not await members.identify(writer, program.id, profile.id, members.phone(new)):
        lead = (await members.identified(writer, program.id, [members.phone(new)])).get(members.phone(new))
        if lead is None or lead.member != profile.id:
            raise Refused("identifier_taken")
