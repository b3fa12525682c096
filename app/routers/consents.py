"""Consents: what members said to each purpose and channel, when, where and to which wording."""

from collections.abc import Sequence
from typing import Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.commands import consents as commands
from app.commands import members
from app.repositories import people
from app.routers import asking, auth, naming, resolving
from app.routers.handles import handles
from app.routers.models_people import CONSENT_EXAMPLE, Consent, ConsentList, ConsentsAsked, MemberPath
from app.routers.operations import KEY, Plain, answered, operation
from app.routers.problems import Rejected
from app.routers.wire import moment

router = APIRouter(route_class=Plain)
TAG: Final = "Members"


@router.post(
    "/v1/members/{member}/consents",
    **operation(
        "record_consents",
        TAG,
        "Record what a member says",
        ConsentList,
        auth=KEY,
        problems=("missing_scope", "member_not_found", "card_blocked", "member_erased", "too_many_consents"),
        body=ConsentsAsked,
        example={"consents": [CONSENT_EXAMPLE]},
        status=201,
        replayable=True,
    ),
)
async def record_consents(request: Request, member: MemberPath) -> Response:
    """Nothing that was said before is changed: a withdrawal is a further row."""
    caller = await auth.caller(request, auth.POS)
    asked = await asking.body(request, ConsentsAsked)
    configuring = await asking.configuring(request, caller)
    kept = handles(request)
    found = await resolving.member_in_path(kept, caller, member)
    said = [naming.said(consent) for consent in asked.consents]
    heard = await commands.record(kept.database, caller.program, found, configuring, said)
    if heard is None:
        raise Rejected("member_not_found")
    return answered(_list(heard.consents), 201, replayed=heard.replayed)


@router.get(
    "/v1/members/{member}/consents",
    **operation(
        "list_consents",
        TAG,
        "What a member has said",
        ConsentList,
        auth=KEY,
        problems=("missing_scope", "member_not_found", "card_blocked"),
    ),
)
async def list_consents(request: Request, member: MemberPath) -> Response:
    """What is in force, and all that was ever said."""
    caller = await auth.caller(request, auth.POS)
    kept = handles(request)
    found = await resolving.member_in_path(kept, caller, member)
    heard = await commands.heard(kept.database, caller.program, found)
    if not heard and await members.shown(kept.database, caller.program, found) is None:
        raise Rejected("member_not_found")
    return answered(_list(heard))


def _list(heard: Sequence[people.Consent]) -> ConsentList:
    in_force = commands.in_force(heard)
    return ConsentList(in_force=[_consent(each) for each in in_force], data=[_consent(each) for each in heard])


def _consent(said: people.Consent) -> Consent:
    return Consent(
        number=said.number,
        purpose=said.purpose,
        channel=said.channel,
        granted=said.is_granted,
        wording=said.wording,
        language=said.language,
        source=said.source,
        store=said.store,
        note=said.note,
        given_at=moment(said.given_at),
        recorded_at=moment(said.recorded_at),
    )
