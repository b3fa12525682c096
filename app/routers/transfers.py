"""Transfers and gifts: points pass from one member to another, each as old as it was."""

from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Path
from starlette.requests import Request
from starlette.responses import Response

from app.repositories.keys import Caller
from app.routers import asking, auth, models_transfers, render_transfers, resolving
from app.routers.carrying import carry, telling, would
from app.routers.handles import Handles, handles
from app.routers.models_asked import MEMBER_EXAMPLE
from app.routers.models_transfers import TransferAsked
from app.routers.operations import KEY, Plain, answered, operation
from app.routers.problems import invalid

router = APIRouter(route_class=Plain)
TAG: Final = "Transfers"
EXAMPLE: Final = {"member": MEMBER_EXAMPLE, "to": "card:2900000000024", "points": 100, "kind": "gift"}
TransferPath = Annotated[str, Path(description="An id (`trf_…`).", examples=["trf_01jkm3x8e4f5gr6h7s8t9v0w1x"])]
REFUSALS: Final = (
    "not_enrolled",
    "member_blocked",
    "member_merged",
    "transfers_off",
    "same_member",
    "below_minimum",
    "above_maximum",
    "daily_limit",
    "insufficient_points",
    "unknown_wallet",
    "too_late",
    "number_too_large",
)


@router.post(
    "/v1/transfers",
    **operation(
        "create_transfer",
        TAG,
        "Give points to another member",
        models_transfers.Transfer,
        auth=KEY,
        problems=("missing_scope", *REFUSALS),
        body=TransferAsked,
        example=EXAMPLE,
        status=201,
        replayable=True,
    ),
)
async def create_transfer(request: Request) -> Response:
    """Both accounts change in one transaction. Points that expire soonest go first, and stay as old as they are."""
    caller = await auth.caller(request, auth.POS)
    asked = await asking.body(request, TransferAsked)
    kept = handles(request)
    key = asking.idempotency_key(request)
    member = await resolving.member_in_body(kept, caller, asked.member, key=key)
    to = await _recipient(kept, caller, asked.to, key)
    told = await carry(request, caller, member, asked.command(to), "trf")
    answer = render_transfers.transfer(told.recorded.row, told.telling)
    return answered(answer, 201, replayed=told.recorded.replayed)


@router.post(
    "/v1/transfers/quote",
    **operation(
        "quote_transfer",
        TAG,
        "What a transfer would take",
        models_transfers.TransferQuote,
        auth=KEY,
        problems=("missing_scope", *REFUSALS),
        body=TransferAsked,
        example=EXAMPLE,
    ),
)
async def quote_transfer(request: Request) -> Response:
    """The same decision as a transfer, thrown away."""
    caller = await auth.caller(request, auth.POS)
    asked = await asking.body(request, TransferAsked)
    kept = handles(request)
    member = await resolving.member_in_body(kept, caller, asked.member)
    to = await _recipient(kept, caller, asked.to, None)
    member, change, told = await would(request, caller, member, asked.command(to), "trf")
    return answered(models_transfers.TransferQuote(**render_transfers.sent(change, asked.kind, member, told)))


@router.get(
    "/v1/transfers/{transfer}",
    **operation(
        "get_transfer",
        TAG,
        "Read a transfer",
        models_transfers.Transfer,
        auth=KEY,
        problems=("missing_scope", "transfer_not_found"),
    ),
)
async def get_transfer(request: Request, transfer: TransferPath) -> Response:
    """The answer that was given when it was recorded."""
    caller = await auth.caller(request, auth.POS)
    found = await resolving.fact_in_path(handles(request), caller, "trf", transfer, "transfer_not_found")
    return answered(render_transfers.transfer(found.row, await telling(request, caller, found)))


async def _recipient(kept: Handles, caller: Caller, reference: str, key: str | None) -> UUID:
    """Who gets the points; an id may be that of nobody."""
    to = await resolving.member_in_body(kept, caller, reference, "/to", key=key)
    if await kept.reading.standing(caller.program, to) is None:
        raise invalid("unknown_member", "/to")
    return to
