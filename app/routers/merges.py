"""Merging: two members who turn out to be one person go on as one."""

from typing import Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.commands import merging
from app.commands.asks import Unknown
from app.engine import typeids
from app.routers import asking, auth, render, resolving
from app.routers.carrying import taken_over, telling
from app.routers.handles import handles
from app.routers.models_people import MemberPath, Merge, MergeAsked
from app.routers.operations import KEY, Plain, answered, operation
from app.routers.problems import Rejected, invalid

router = APIRouter(route_class=Plain)
TAG: Final = "Members"


@router.post(
    "/v1/members/{member}/merge",
    **operation(
        "merge_members",
        TAG,
        "Merge another member into this one",
        Merge,
        auth=KEY,
        problems=(
            "missing_scope",
            "member_not_found",
            "card_blocked",
            "member_erased",
            "not_enrolled",
            "member_merged",
            "in_a_household",
            "same_member",
            "number_too_large",
        ),
        body=MergeAsked,
        example={"from": "card:2900000000048"},
        status=201,
        replayable=True,
    ),
)
async def merge_members(request: Request, member: MemberPath) -> Response:
    """Points keep their dates, tallies add up, holds and identifiers move; a referral between the two is taken back.

    Whoever names the closed account means this one from now on. There is no way back. Needs the scope manager.
    """
    caller = await auth.caller(request, auth.MANAGER)
    asked = await asking.body(request, MergeAsked)
    key = asking.idempotency_key(request)
    kept = handles(request)
    into = await resolving.member_in_path(kept, caller, member)
    origin = await resolving.member_in_body(kept, caller, asked.origin, "/from")
    answer = await merging.merge(
        kept.database, kept.lanes, caller.program, caller.source, member=into, origin=origin, key=key
    )
    if isinstance(answer, Unknown):
        raise Rejected("member_not_found") if answer.what == "member" else invalid("unknown_member", "/from")
    recorded = resolving.accepted(answer, "mrg")
    taken, outcome = await taken_over(kept, caller.program, recorded)
    told = await telling(request, caller, taken)
    merged = Merge(
        id=typeids.encode("mrg", recorded.row.id),
        origin=typeids.encode("mbr", outcome.member),
        points=outcome.points,
        **render.standing(taken.row.change, taken.row.member, told),
    )
    return answered(merged, 201, replayed=recorded.replayed)
