"""Referrals: who brought a member, the codes that members give to friends, and what came of them."""

from datetime import date
from typing import Final
from uuid import UUID

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.commands import referrals as commands
from app.commands.referrals import Mine
from app.commands.requests import Request as Configuring
from app.engine import typeids
from app.engine.outcomes import Introduced
from app.repositories.programs import Program
from app.repositories.referring import Code
from app.routers import asking, auth, resolving
from app.routers import models_referrals as models
from app.routers.handles import Handles, handles
from app.routers.models_people import MemberPath
from app.routers.operations import KEY, PHONE, Plain, answered, operation
from app.routers.problems import Rejected, invalid
from app.routers.wire import instant, instant_or_none

router = APIRouter(route_class=Plain)
TAG: Final = "Referrals"
PREFIX: Final = "int"
MINE: Final = ("missing_scope", "member_not_found", "card_blocked")
CODES: Final = ("code_not_valid", "code_reserved", "code_taken", "too_many_codes", "member_erased")
REASONS: Final = (
    "referral_code_unknown",
    "referral_code_not_yet",
    "referral_code_expired",
    "referral_self",
    "referral_cycle",
    "referrer_blocked",
    "referral_not_offered",
    "referral_already",
    "referral_existing_member",
    "referral_too_late",
    "not_enrolled",
    "member_merged",
)


@router.post(
    "/v1/members/{member}/referrer",
    **operation(
        "set_referrer",
        TAG,
        "Say who brought a member",
        models.Introduction,
        auth=KEY,
        problems=(*MINE, "member_erased", *REASONS),
        body=models.ReferrerAsked,
        example={"heard_from": "friend"},
        replayable=True,
    ),
)
async def set_referrer(request: Request, member: MemberPath) -> Response:
    """Until the member's first purchase that would have qualified, where the rulebook lets it be said afterwards.

    Without a code only the answer is kept; a code may follow. A refusal tells everything that stands against it.
    """
    caller = await auth.caller(request, auth.POS)
    asked = await asking.body(request, models.ReferrerAsked)
    if asked.referral_code is None and asked.heard_from is None:
        raise invalid("code_or_answer", None)
    configuring = await asking.configuring(request, caller)
    kept = handles(request)
    found = await resolving.member_in_path(kept, caller, member)
    row = None
    if asked.referral_code is not None:
        answer = await commands.introduce(
            kept.database,
            kept.lanes,
            kept.reading,
            caller.program,
            caller.source,
            member=found,
            code=asked.referral_code,
            device=asked.device_id,
            key=configuring.key,
        )
        row = resolving.accepted(answer, PREFIX)
    if asked.heard_from is not None:
        said = await commands.say(
            kept.database, caller.program, found, configuring, answer=asked.heard_from, note=asked.note
        )
        if said is None:
            raise Rejected("member_not_found")
    mine = await commands.mine(kept.database, caller.program, found)
    if mine is None:
        raise Rejected("member_not_found")
    introduced = row.row.change.outcome if row is not None else None
    shown = models.Introduction(
        id=typeids.encode(PREFIX, row.row.id) if row is not None else None,
        member=typeids.encode("mbr", found),
        referrer=_referrer(introduced.referrer if isinstance(introduced, Introduced) else mine.referrer),
        referred_until=instant_or_none(mine.until_us),
        heard_from=mine.said.answer if mine.said else None,
    )
    return answered(shown, replayed=row is not None and row.replayed)


def _referrer(member: UUID | None) -> str | None:
    return typeids.encode("mbr", member) if member is not None else None


@router.get(
    "/v1/members/{member}/referrals",
    **operation(
        "get_member_referrals",
        TAG,
        "A member's codes and friends",
        models.MemberReferrals,
        auth=KEY,
        problems=(*MINE, "member_erased"),
    ),
)
async def get_member_referrals(request: Request, member: MemberPath) -> Response:
    """Who they brought, and what they got for it. Of a friend nothing is told but when they joined."""
    caller = await auth.caller(request, auth.POS)
    kept = handles(request)
    found = await resolving.member_in_path(kept, caller, member)
    return await _mine(kept, caller.program, found)


@router.get(
    "/v1/me/referrals",
    **operation(
        "get_own_referrals",
        TAG,
        "Own codes and friends",
        models.MemberReferrals,
        auth=PHONE,
        problems=("member_not_found", "member_erased"),
    ),
)
async def get_own_referrals(request: Request) -> Response:
    """Whom the member brought, and what they got for it. Of a friend nothing is told but when they joined."""
    visitor = await auth.member(request)
    return await _mine(handles(request), visitor.program, visitor.id)


async def _mine(kept: Handles, program: Program, member: UUID) -> Response:
    mine = await commands.mine(kept.database, program, member)
    if mine is None:
        raise Rejected("member_not_found")
    return answered(_shown(mine), headers={"cache-control": "private, no-cache"})


def _shown(mine: Mine) -> models.MemberReferrals:
    return models.MemberReferrals(
        referral_code=mine.own_code,
        codes=[_code(code) for code in mine.codes],
        referred=mine.referrer is not None,
        referred_until=instant_or_none(mine.until_us),
        heard_from=mine.said.answer if mine.said else None,
        rewarded=sum(each.state == "rewarded" for each in mine.friends),
        friends=[
            models.Friend(
                joined_at=instant(each.friend.joined_us),
                state=each.state,
                points=each.points,
                reason=each.reason,
                referred_until=instant_or_none(each.friend.until_us),
            )
            for each in mine.friends
        ],
    )


def _code(code: Code) -> models.ReferralCode:
    first, last = code.valid_from, code.valid_until
    return models.ReferralCode(
        code=code.code,
        valid_from=first.isoformat() if first else None,
        valid_until=last.isoformat() if last else None,
    )


@router.post(
    "/v1/members/{member}/referral-codes",
    **operation(
        "set_referral_code",
        TAG,
        "Give a member a code of their own making",
        models.ReferralCode,
        auth=KEY,
        problems=(*MINE, *CODES),
        body=models.ReferralCodeAsked,
        example={"code": "LAN-COFFEE", "valid_until": "2026-12-31"},
        status=201,
        replayable=True,
    ),
)
async def set_referral_code(request: Request, member: MemberPath) -> Response:
    """Earlier codes go on to lead to the member. The same code again sets its days anew. Needs the scope manager."""
    caller = await auth.caller(request, auth.MANAGER)
    asked = await asking.body(request, models.ReferralCodeAsked)
    if asked.valid_from and asked.valid_until and asked.valid_until < asked.valid_from:
        raise invalid("out_of_range", "/valid_until")
    kept = handles(request)
    found = await resolving.member_in_path(kept, caller, member)
    configuring = await asking.configuring(request, caller)
    return await _set(kept, caller.program, found, configuring, asked.code, asked.valid_from, asked.valid_until)


@router.post(
    "/v1/me/referral-codes",
    **operation(
        "set_own_referral_code",
        TAG,
        "Make a code of one's own",
        models.ReferralCode,
        auth=PHONE,
        problems=("member_not_found", *CODES),
        body=models.OwnReferralCodeAsked,
        example={"code": "LAN-COFFEE"},
        status=201,
        replayable=True,
    ),
)
async def set_own_referral_code(request: Request) -> Response:
    """Earlier codes go on to lead to the member."""
    visitor = await auth.member(request)
    asked = await asking.body(request, models.OwnReferralCodeAsked)
    key = auth.own_key(visitor, asking.idempotency_key(request))
    configuring = Configuring(
        scope=visitor.program.id,
        source=auth.PHONES,
        key=key,
        body=request.url.path.encode() + b"\n" + await request.body(),
    )
    return await _set(handles(request), visitor.program, visitor.id, configuring, asked.code, None, None)


async def _set(
    kept: Handles,
    program: Program,
    member: UUID,
    configuring: Configuring,
    code: str,
    first: date | None,
    last: date | None,
) -> Response:
    made = await commands.add_code(
        kept.database, program, member, configuring, code=code, valid_from=first, valid_until=last
    )
    if made is None:
        raise Rejected("member_not_found")
    return answered(_code(made), 201)
