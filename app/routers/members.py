"""Members: enrol, read, edit; their balance, entries and tier; tokens for their phones."""

import hashlib
from typing import Final

from fastapi import APIRouter
from msgspec import UNSET, json
from starlette.requests import Request
from starlette.responses import Response

from app.commands import members as commands
from app.commands import rewards
from app.commands.details import Told
from app.commands.members import Edit, Shown, Wanted
from app.commands.requests import Request as Configuring
from app.engine import outcomes as facts
from app.engine import typeids
from app.engine.rulebook.attributes import Attribute
from app.repositories import members
from app.repositories.keys import Caller
from app.repositories.members import Identifier
from app.routers import asking, auth, naming, render, resolving
from app.routers.handles import Handles, handles
from app.routers.headers import header
from app.routers.models_members import (
    ENROL_EXAMPLE,
    Enrolment,
    Member,
    MemberAsked,
    MemberEdit,
)
from app.routers.models_people import LookupAsked, MemberPath
from app.routers.operations import IF_MATCH, KEY, Plain, answered, operation, successes
from app.routers.problems import Rejected, invalid
from app.routers.wire import instant_or_none, moment

router = APIRouter(route_class=Plain)
TAG: Final = "Members"


@router.post(
    "/v1/members",
    **operation(
        "enrol_member",
        TAG,
        "Enrol a member, or find them",
        Enrolment,
        auth=KEY,
        problems=(
            "missing_scope",
            "identifiers_conflict",
            "phone_differs",
            "card_blocked",
            "member_erased",
            "referral_code_unknown",
            "referral_code_not_yet",
            "referral_code_expired",
            "referral_self",
            "referrer_blocked",
            "too_many_consents",
        ),
        body=MemberAsked,
        example=ENROL_EXAMPLE,
        status=201,
        replayable=True,
        more_responses=successes(200, Enrolment, "They were enrolled before."),
    ),
)
async def enrol_member(request: Request) -> Response:
    """201 if they are new, 200 if they were enrolled before. Identifiers that are new are added to who was found."""
    caller = await auth.caller(request, auth.POS)
    asked = await asking.body(request, MemberAsked)
    configuring = await _configuring(request, caller)
    kept = handles(request)
    told = await _told(kept, caller, asked)
    enrolment = await commands.enrol(
        kept.database, kept.lanes, caller.program, configuring, _wanted(asked, caller, told)
    )
    recorded = resolving.accepted(enrolment.answered, "enr")
    row = recorded.row
    telling = await resolving.telling(kept, caller, resolving.language(request), row.rulebooks_known, member=row.member)
    outcome = recorded.row.change.outcome
    assert isinstance(outcome, facts.Enrolled), "the lane was asked to enrol"
    warnings: tuple[str, ...] = ()
    if asked.referral_code is not None and outcome.referrer is None:
        warnings = ("referral_not_offered",) if outcome.created else ("referral_existing_member",)
    standing = render.standing(recorded.row.change, recorded.row.member, telling, warnings)
    del standing["member"]
    answer = Enrolment(
        id=typeids.encode("mbr", enrolment.profile.id),
        created=outcome.created,
        referral_code=enrolment.profile.referral_code,
        referred_until=instant_or_none(outcome.referral_until_us),
        **standing,
    )
    return answered(answer, 201 if outcome.created else 200, replayed=recorded.replayed)


@router.post(
    "/v1/members/lookup",
    **operation(
        "look_up_member",
        TAG,
        "Find a member by phone, card or your own id",
        Member,
        auth=KEY,
        problems=("missing_scope", "member_not_found", "card_blocked"),
        body=LookupAsked,
        example={"phone": "+84903123456"},
    ),
)
async def look_up_member(request: Request) -> Response:
    """Reads and changes nothing; a POST, so that what is looked for stands in no address and no log."""
    caller = await auth.caller(request, auth.POS)
    asked = await asking.body(request, LookupAsked)
    sought = naming.sought(asked, caller)
    kept = handles(request)
    async with kept.database.glancing() as reader:
        lead = (await members.identified(reader, caller.program.id, [sought])).get(sought)
    shown = await commands.shown(kept.database, caller.program, resolving.usable(lead)) if lead else None
    if shown is None:
        raise Rejected("member_not_found")
    return _member_answered(shown, caller, await _hidden(kept, caller, shown))


@router.get(
    "/v1/members/{member}",
    **operation(
        "get_member",
        TAG,
        "Read a member's profile",
        Member,
        auth=KEY,
        problems=("missing_scope", "member_not_found", "card_blocked"),
    ),
)
async def get_member(request: Request, member: MemberPath) -> Response:
    """With a strong ETag, which an edit needs."""
    caller = await auth.caller(request, auth.POS)
    kept = handles(request)
    found = await resolving.member_in_path(kept, caller, member)
    shown = await commands.shown(kept.database, caller.program, found)
    if shown is None:
        raise Rejected("member_not_found")
    return _member_answered(shown, caller, await _hidden(kept, caller, shown))


@router.patch(
    "/v1/members/{member}",
    **operation(
        "update_member",
        TAG,
        "Edit a member's profile",
        Member,
        auth=KEY,
        problems=(
            "missing_scope",
            "member_not_found",
            "precondition_required",
            "precondition_failed",
            "identifier_taken",
            "card_blocked",
            "member_erased",
        ),
        parameters=(IF_MATCH,),
        body=MemberEdit,
        example={"name": "Nguyễn Thị Lan", "card": "2900000000024"},
        replayable=True,
    ),
)
async def update_member(request: Request, member: MemberPath) -> Response:
    """Only if it is still as it was read: send the ETag as If-Match."""
    caller = await auth.caller(request, auth.POS)
    asked = await asking.body(request, MemberEdit)
    configuring = await _configuring(request, caller)
    expected = header(request.scope, b"if-match")
    if expected is None:
        raise Rejected("precondition_required")
    kept = handles(request)
    found = await resolving.member_in_path(kept, caller, member)
    given = asked.model_fields_set
    hidden = await _hidden(kept, caller)
    edit = Edit(
        name=asked.name if "name" in given else UNSET,
        phone=naming.phone(asked.phone, caller.program) if "phone" in given else UNSET,
        language=asked.language or UNSET,
        card=asked.card or UNSET,
        told=await _told(kept, caller, asked),
    )
    edited = await commands.edit(
        kept.database,
        caller.program,
        found,
        configuring,
        edit,
        is_current=lambda shown: asking.matches(expected, _etag(_member(shown, caller, hidden))),
    )
    if edited is None:
        raise Rejected("member_not_found")
    kept.spoken.forget(caller.program.id, found)
    return _member_answered(edited.shown, caller, hidden, replayed=edited.replayed)


async def _configuring(request: Request, caller: Caller) -> Configuring:
    """Without the address, unlike later operations: keys of those who enrolled long ago must still be known."""
    return Configuring(
        scope=caller.program.id,
        source=caller.source,
        key=asking.idempotency_key(request),
        body=await request.body(),
    )


def _wanted(asked: MemberAsked, caller: Caller, told: Told) -> Wanted:
    identifiers = []
    if asked.external_id is not None:
        identifiers.append(Identifier(kind="external_id", source=caller.source, value=asked.external_id))
    if asked.card is not None:
        identifiers.append(members.card(asked.card))
    phone = naming.phone(asked.phone, caller.program)
    if phone is not None:
        identifiers.append(members.phone(phone.number))
    if not identifiers:
        raise invalid("identifier_required", None)
    return Wanted(
        identifiers=tuple(identifiers),
        phone=phone,
        name=asked.name,
        language=asked.language or caller.program.locale,
        referral_code=asked.referral_code,
        consents=tuple(naming.said(consent) for consent in asked.consents),
        told=told,
        heard_from=asked.heard_from,
    )


async def _told(kept: Handles, caller: Caller, asked: MemberAsked | MemberEdit) -> Told:
    """What they say of themselves. What is absent stays as it is."""
    given = asked.model_fields_set
    birthday = naming.birthday(asked.birthday) if asked.birthday is not None else None
    return Told(
        birthday=birthday if "birthday" in given else UNSET,
        email=asked.email if "email" in given else UNSET,
        attributes=naming.attributes(asked.attributes, await _declared(kept, caller)) if asked.attributes else {},
        device=asked.device_id,
    )


async def _declared(kept: Handles, caller: Caller) -> dict[str, Attribute]:
    edition = await rewards.in_force(kept.database, kept.reading, caller.program)
    return {each.id: each for each in edition.compiled.document.attributes} if edition is not None else {}


async def _hidden(kept: Handles, caller: Caller, shown: Shown | None = None) -> frozenset[str]:
    """The attributes that only managers read. Nothing is asked where there is nothing to hide."""
    if auth.MANAGER in caller.scopes or (shown is not None and not shown.details.attributes):
        return frozenset()
    return frozenset(name for name, attribute in (await _declared(kept, caller)).items() if attribute.personal)


def _member_answered(shown: Shown, caller: Caller, hidden: frozenset[str], *, replayed: bool = False) -> Response:
    member = _member(shown, caller, hidden)
    return answered(member, replayed=replayed, headers={"etag": _etag(member)})


def _member(shown: Shown, caller: Caller, hidden: frozenset[str]) -> Member:
    profile, told = shown.profile, shown.details
    seen = {name: value for name, value in told.attributes.items() if name not in hidden}
    own = [each.value for each in shown.identifiers if each.kind == "external_id" and each.source == caller.source]
    return Member(
        id=typeids.encode("mbr", profile.id),
        external_id=own[0] if own else None,
        cards=[each.value for each in shown.identifiers if each.kind == "card"],
        phone=profile.phone,
        name=profile.name,
        language=profile.language,
        birthday=naming.birthday_shown(told.birthday),
        email=told.email,
        attributes=naming.attributes_shown(seen),
        referral_code=profile.referral_code,
        created_at=moment(profile.created_at),
        updated_at=moment(profile.updated_at),
        erased_at=moment(profile.erased_at) if profile.erased_at else None,
    )


def _etag(member: Member) -> str:
    return f'"{hashlib.sha256(json.encode(member)).hexdigest()[:32]}"'
