"""The second person: adjustments that wait, approved or rejected by another key than the one that asked."""

from typing import Annotated, Final

from fastapi import APIRouter, Path
from starlette.requests import Request
from starlette.responses import Response

from app.commands import approvals
from app.engine import typeids
from app.repositories import adjustment_requests
from app.repositories.adjustment_requests import AdjustmentRequest
from app.repositories.keys import Caller
from app.routers import asking, auth, models_adjustments, render_adjustments, resolving
from app.routers.handles import handles
from app.routers.operations import IDEMPOTENCY_KEY, KEY, Plain, answered, operation
from app.routers.problems import Rejected

router = APIRouter(route_class=Plain)
TAG: Final = "Adjustments"
PENDING_MAX: Final = 200
RequestPath = Annotated[str, Path(description="An id (`adr_…`).", examples=["adr_01jkm3x8e4f5gr6h7s8t9v0w1x"])]
DECIDING: Final = (
    "missing_scope",
    "adjustment_not_found",
    "second_person_needed",
    "adjustment_decided",
    "idempotency_key_missing",
)


@router.get(
    "/v1/adjustment-requests",
    **operation(
        "list_adjustment_requests",
        TAG,
        "Adjustments that wait for a second person",
        models_adjustments.AdjustmentRequestList,
        auth=KEY,
        problems=("missing_scope",),
    ),
)
async def list_adjustment_requests(request: Request) -> Response:
    """The longest waiting first, at most 200."""
    caller = await auth.caller(request, auth.MANAGER)
    async with handles(request).database.glancing() as reader:
        found = await adjustment_requests.pending(reader, caller.program.id, limit=PENDING_MAX)
    shown = [render_adjustments.request(each, None) for each in found]
    return answered(models_adjustments.AdjustmentRequestList(data=shown))


@router.get(
    "/v1/adjustment-requests/{request_id}",
    **operation(
        "get_adjustment_request",
        TAG,
        "Read what has become of an adjustment that needs a second person",
        models_adjustments.AdjustmentRequest,
        auth=KEY,
        problems=("missing_scope", "adjustment_not_found"),
    ),
)
async def get_adjustment_request(request: Request, request_id: RequestPath) -> Response:
    """Pending, approved or rejected. One that was cancelled by its key is rejected, and by nobody."""
    caller = await auth.caller(request, auth.MANAGER)
    found = await _found(request, caller, request_id)
    kept = handles(request)
    made = await kept.reading.fact(caller.program, found.id) if found.state == "approved" else None
    return answered(render_adjustments.request(found, made.row.id if made is not None else None))


@router.post(
    "/v1/adjustment-requests/{request_id}/approve",
    **operation(
        "approve_adjustment",
        TAG,
        "Approve an adjustment as the second person",
        models_adjustments.AdjustmentRequest,
        auth=KEY,
        problems=(*DECIDING, "insufficient_points", "number_too_large", "member_merged", "cancelled"),
        parameters=(IDEMPOTENCY_KEY,),
    ),
)
async def approve_adjustment(request: Request, request_id: RequestPath) -> Response:
    """It is carried out at once, with both on record; what is refused waits on. The request has no body."""
    caller = await auth.caller(request, auth.MANAGER)
    asking.idempotency_key(request)
    kept = handles(request)
    try:
        done = await approvals.approve(kept.database, kept.lanes, caller, await _found(request, caller, request_id))
    except approvals.Undecidable as error:
        raise Rejected(error.code) from None
    recorded = resolving.accepted(done.answered, "adj")
    return answered(render_adjustments.request(done.request, recorded.row.id))


@router.post(
    "/v1/adjustment-requests/{request_id}/reject",
    **operation(
        "reject_adjustment",
        TAG,
        "Reject an adjustment as the second person",
        models_adjustments.AdjustmentRequest,
        auth=KEY,
        problems=DECIDING,
        parameters=(IDEMPOTENCY_KEY,),
    ),
)
async def reject_adjustment(request: Request, request_id: RequestPath) -> Response:
    """Nothing comes of it. The request has no body."""
    caller = await auth.caller(request, auth.MANAGER)
    asking.idempotency_key(request)
    try:
        done = await approvals.reject(handles(request).database, caller, await _found(request, caller, request_id))
    except approvals.Undecidable as error:
        raise Rejected(error.code) from None
    return answered(render_adjustments.request(done, None))


async def _found(request: Request, caller: Caller, reference: str) -> AdjustmentRequest:
    fact = typeids.decode("adr", reference)
    if fact is None:
        raise Rejected("adjustment_not_found")
    async with handles(request).database.glancing() as reader:
        found = await adjustment_requests.by_id(reader, caller.program.id, fact)
    if found is None:
        raise Rejected("adjustment_not_found")
    return found
