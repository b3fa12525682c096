"""Households: members who share the main wallet, each with a tier of their own."""

from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Path
from starlette.requests import Request
from starlette.responses import Response

from app.commands import households as commands
from app.engine import typeids
from app.engine.commands import HouseholdJoin, HouseholdLeave
from app.repositories.keys import Caller
from app.routers import asking, auth, models_transfers, render_transfers, resolving
from app.routers.carrying import carry
from app.routers.handles import handles
from app.routers.models_asked import MEMBER_EXAMPLE
from app.routers.models_transfers import HouseholdMemberAsked
from app.routers.operations import IDEMPOTENCY_KEY, KEY, Plain, answered, operation
from app.routers.problems import Rejected, invalid

router = APIRouter(route_class=Plain)
TAG: Final = "Households"
HouseholdPath = Annotated[str, Path(description="Its id (`mbr_…`).", examples=["mbr_01jkm3x8e4f5gr6h7s8t9v0w1x"])]
KEYED: Final = ("idempotency_key_missing", "idempotency_key_reused")


@router.post(
    "/v1/households",
    **operation(
        "create_household",
        TAG,
        "Open a shared wallet",
        models_transfers.Household,
        auth=KEY,
        problems=("missing_scope", *KEYED),
        parameters=(IDEMPOTENCY_KEY,),
        status=201,
    ),
)
async def create_household(request: Request) -> Response:
    """Without members yet. The request has no body."""
    caller = await auth.caller(request, auth.POS)
    configuring = await asking.configuring(request, caller)
    kept = handles(request)
    opened = await commands.found(kept.database, kept.lanes, caller.program, configuring)
    resolving.accepted(opened.answered, "enr")
    return await _shown(request, caller, opened.id, 201)


@router.get(
    "/v1/households/{household}",
    **operation(
        "get_household",
        TAG,
        "Read a shared wallet",
        models_transfers.Household,
        auth=KEY,
        problems=("missing_scope", "household_not_found"),
    ),
)
async def get_household(request: Request, household: HouseholdPath) -> Response:
    """Who shares it, and what any of them can spend."""
    caller = await auth.caller(request, auth.POS)
    return await _shown(request, caller, _id(household), 200)


@router.post(
    "/v1/households/{household}/members",
    **operation(
        "join_household",
        TAG,
        "Let a member share the wallet",
        models_transfers.HouseholdMembership,
        auth=KEY,
        problems=(
            "missing_scope",
            "household_not_found",
            "already_in_a_household",
            "not_enrolled",
            "member_merged",
        ),
        body=HouseholdMemberAsked,
        example={"member": MEMBER_EXAMPLE},
        status=201,
        replayable=True,
    ),
)
async def join_household(request: Request, household: HouseholdPath) -> Response:
    """What the member has free goes into it at once, and so does what they earn from now on."""
    caller = await auth.caller(request, auth.POS)
    asked = await asking.body(request, HouseholdMemberAsked)
    kept = handles(request)
    member = await resolving.member_in_body(kept, caller, asked.member, key=asking.idempotency_key(request))
    shared = _id(household)
    if await commands.shown(kept.database, kept.reading, caller.program, shared) is None:
        raise Rejected("household_not_found")
    # Wallets are shared by people: one that were shared by wallets would pass points on that nobody finds.
    if await commands.shown(kept.database, kept.reading, caller.program, member) is not None:
        raise invalid("unknown_member", "/member")
    told = await carry(request, caller, member, HouseholdJoin(household=shared), "hhj")
    answer = render_transfers.membership(told.recorded.row, told.telling)
    return answered(answer, 201, replayed=told.recorded.replayed)


@router.post(
    "/v1/households/{household}/leave",
    **operation(
        "leave_household",
        TAG,
        "Let a member share the wallet no more",
        models_transfers.HouseholdMembership,
        auth=KEY,
        problems=("missing_scope", "household_not_found", "in_no_household", "member_merged"),
        body=HouseholdMemberAsked,
        example={"member": MEMBER_EXAMPLE},
        status=201,
        replayable=True,
    ),
)
async def leave_household(request: Request, household: HouseholdPath) -> Response:
    """What is in the shared wallet stays there."""
    caller = await auth.caller(request, auth.POS)
    asked = await asking.body(request, HouseholdMemberAsked)
    kept = handles(request)
    member = await resolving.member_in_body(kept, caller, asked.member, key=asking.idempotency_key(request))
    shared = _id(household)
    if await commands.shown(kept.database, kept.reading, caller.program, shared) is None:
        raise Rejected("household_not_found")
    told = await carry(request, caller, member, HouseholdLeave(household=shared), "hhl")
    answer = render_transfers.membership(told.recorded.row, told.telling)
    return answered(answer, 201, replayed=told.recorded.replayed)


def _id(household: str) -> UUID:
    found = typeids.decode("mbr", household)
    if found is None:
        raise Rejected("household_not_found")
    return found


async def _shown(request: Request, caller: Caller, household: UUID, status: int) -> Response:
    kept = handles(request)
    found = await commands.shown(kept.database, kept.reading, caller.program, household)
    if found is None:
        raise Rejected("household_not_found")
    return answered(render_transfers.household(found), status)
