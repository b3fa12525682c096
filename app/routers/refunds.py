"""Refunds: undo a purchase in full."""

from typing import Annotated, Final

from fastapi import APIRouter, Path
from starlette.requests import Request
from starlette.responses import Response

from app.commands.asks import Ask
from app.engine.commands import Refund
from app.routers import asking, auth, models_answered, render, resolving
from app.routers.handles import handles
from app.routers.models_asked import RefundAsked
from app.routers.operations import KEY, Plain, answered, operation

router = APIRouter(route_class=Plain)
TAG: Final = "Refunds"
RefundPath = Annotated[
    str, Path(description="An id (`rfd_…`) or your own (`ext:…`).", examples=["rfd_01jkm3x8e4f5gr6h7s8t9v0w1x"])
]


@router.post(
    "/v1/refunds",
    **operation(
        "create_refund",
        TAG,
        "Undo a purchase in full",
        models_answered.Refund,
        auth=KEY,
        problems=("missing_scope", "external_id_reused", "already_reversed", "wrong_kind", "number_too_large"),
        body=RefundAsked,
        example={"purchase": "ext:receipt-000123", "external_id": "refund-7"},
        status=201,
        replayable=True,
    ),
)
async def create_refund(request: Request) -> Response:
    """What the purchase earned is taken back, and what was paid with points comes back."""
    caller = await auth.caller(request, auth.POS)
    asked = await asking.body(request, RefundAsked)
    key = asking.idempotency_key(request)
    kept = handles(request)
    bought = await resolving.purchase_in_body(kept, caller, asked.purchase)
    command = Refund(purchase=bought.row.id, external_id=asked.external_id)
    ask = Ask(member=bought.row.member, command=command, key=key)
    recorded = resolving.accepted(await kept.lanes.ask(caller.program, caller.source, ask), "rfd")
    telling = await resolving.telling(kept, caller, resolving.language(request), recorded.row.rulebooks_known)
    return answered(render.refund(recorded.row, telling), 201, replayed=recorded.replayed)


@router.get(
    "/v1/refunds/{refund}",
    **operation(
        "get_refund",
        TAG,
        "Read a refund",
        models_answered.Refund,
        auth=KEY,
        problems=("missing_scope", "refund_not_found"),
    ),
)
async def get_refund(request: Request, refund: RefundPath) -> Response:
    """The answer that was given when it was recorded."""
    caller = await auth.caller(request, auth.POS)
    kept = handles(request)
    recorded = await resolving.fact_in_path(kept, caller, "rfd", refund, "refund_not_found")
    telling = await resolving.telling(kept, caller, resolving.language(request), recorded.row.rulebooks_known)
    return answered(render.refund(recorded.row, telling))
