"""Claims: a receipt without a member finds its member, at the till or by the member's own phone."""

from typing import Final
from uuid import UUID

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.commands import claims
from app.engine import typeids
from app.repositories.programs import Program
from app.routers import asking, auth, render, resolving
from app.routers.carrying import taken_over
from app.routers.handles import handles
from app.routers.languages import supported
from app.routers.models_claims import CODE, Claim, ClaimAsked, OwnClaimAsked
from app.routers.operations import KEY, PHONE, Plain, answered, operation
from app.routers.render import Telling

router = APIRouter(route_class=Plain)
REFUSALS: Final = (
    "unknown_claim_code",
    "already_claimed",
    "member_erased",
    "member_blocked",
    "not_enrolled",
    "in_a_household",
    "number_too_large",
)


@router.post(
    "/v1/claims",
    **operation(
        "create_claim",
        "Purchases",
        "Claim the points of a receipt",
        Claim,
        auth=KEY,
        problems=("missing_scope", "card_blocked", *REFUSALS),
        body=ClaimAsked,
        example={"member": "card:2900000000017", "code": CODE},
        status=201,
        replayable=True,
    ),
)
async def create_claim(request: Request) -> Response:
    """Once, for whoever has the receipt of a purchase without a member. The points keep the dates of the purchase.

    They count towards tiers on the day of the purchase, and a tier that they reach is reached at once.
    """
    caller = await auth.caller(request, auth.POS)
    asked = await asking.body(request, ClaimAsked)
    key = asking.idempotency_key(request)
    member = await resolving.member_in_body(handles(request), caller, asked.member, key=key)
    return await _claim(request, caller.program, caller.source, member=member, code=asked.code, key=key)


@router.post(
    "/v1/me/claims",
    **operation(
        "create_own_claim",
        "Phones",
        "Claim the points of an own receipt",
        Claim,
        auth=PHONE,
        problems=REFUSALS,
        body=OwnClaimAsked,
        example={"code": CODE},
        status=201,
        replayable=True,
    ),
)
async def create_own_claim(request: Request) -> Response:
    """The same by the member's phone, which has scanned or typed the code."""
    visitor = await auth.member(request)
    asked = await asking.body(request, OwnClaimAsked)
    key = auth.own_key(visitor, asking.idempotency_key(request))
    return await _claim(request, visitor.program, auth.PHONES, member=visitor.id, code=asked.code, key=key)


async def _claim(request: Request, program: Program, source: int, *, member: UUID, code: str, key: str) -> Response:
    kept = handles(request)
    answer = await claims.claim(kept.database, kept.lanes, program, source, member=member, code=code, key=key)
    recorded = resolving.accepted(answer, "mrg")
    taken, outcome = await taken_over(kept, program, recorded)
    row = taken.row
    spoken = await kept.spoken.of(program.id, row.member)
    told = Telling(
        currency=program.currency,
        language=resolving.language(request),
        timeline=await kept.reading.timeline(program, row.rulebooks_known),
        spoken=None if spoken is None else supported(spoken),
    )
    claim = Claim(
        id=typeids.encode("mrg", recorded.row.id),
        points=outcome.points,
        **render.standing(row.change, row.member, told),
    )
    return answered(claim, 201, replayed=recorded.replayed)
