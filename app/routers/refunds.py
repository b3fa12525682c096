"""Refunds: undo a purchase, wholly or in part; ask what that would do; read what it did."""

from typing import Annotated, Final

from fastapi import APIRouter, Path
from starlette.requests import Request
from starlette.responses import Response

from app.commands import awaiting
from app.engine import typeids
from app.routers import asking, auth, models_corrections, render_corrections, resolving, waiting
from app.routers.carrying import carry, telling, would
from app.routers.handles import handles
from app.routers.models_corrections import RefundAsked, WaitingRefund
from app.routers.operations import KEY, Plain, answered, operation, successes
from app.routers.problems import Rejected

router = APIRouter(route_class=Plain)
TAG: Final = "Refunds"
RefundPath = Annotated[
    str, Path(description="An id (`rfd_…`) or your own (`ext:…`).", examples=["rfd_01jkm3x8e4f5gr6h7s8t9v0w1x"])
]
EXAMPLE: Final = {"purchase": "ext:receipt-000123", "lines": [{"line": 1}], "external_id": "refund-7"}
WAITING: Final = successes(202, WaitingRefund, "It waits for its purchase.")
REFUSALS: Final = (
    "already_reversed",
    "wrong_kind",
    "unknown_line",
    "line_repeated",
    "quantity_or_amount",
    "lines_or_amount",
    "refunds_too_much",
    "not_enough_to_reverse",
    "member_merged",
    "too_late",
    "number_too_large",
)


@router.post(
    "/v1/refunds",
    **operation(
        "create_refund",
        TAG,
        "Undo a purchase, wholly or in part",
        models_corrections.Refund,
        auth=KEY,
        problems=("missing_scope", "external_id_reused", *REFUSALS),
        body=RefundAsked,
        example=EXAMPLE,
        status=201,
        replayable=True,
        more_responses=WAITING,
    ),
)
async def create_refund(request: Request) -> Response:
    """What the returned part earned is taken back, and what was paid with points comes back in proportion.

    Repeated refunds of one purchase add up to exactly what it granted. A refund of your own receipt number that
    arrives before its purchase waits for it (202).
    """
    caller = await auth.caller(request, auth.POS)
    asked = await asking.body(request, RefundAsked)
    kept = handles(request)
    bought = await resolving.fact(kept, caller, "pur", asked.purchase)
    if bought is None:
        waits = await waiting.wait(kept, caller, asked, asking.idempotency_key(request))
        if waits is not None:
            return answered(waiting.not_yet(waits, request), 202)
        bought = await resolving.purchase_in_body(kept, caller, asked.purchase)
    key, command = asking.idempotency_key(request), asked.command(bought.row.id)
    command = await awaiting.as_sent(kept.database, caller.program, caller.source, key, command)
    told = await carry(request, caller, bought.row.member, command, "rfd")
    answer = render_corrections.refund(told.recorded.row, told.telling)
    return answered(answer, 201, replayed=told.recorded.replayed)


@router.post(
    "/v1/refunds/quote",
    **operation(
        "quote_refund",
        TAG,
        "What a refund would take and give",
        models_corrections.RefundPlan,
        auth=KEY,
        problems=("missing_scope", *REFUSALS),
        body=RefundAsked,
        example=EXAMPLE,
    ),
)
async def quote_refund(request: Request) -> Response:
    """The same decision as a refund, thrown away."""
    caller = await auth.caller(request, auth.POS)
    asked = await asking.body(request, RefundAsked)
    bought = await resolving.purchase_in_body(handles(request), caller, asked.purchase)
    command = asked.command(bought.row.id)
    member, change, told = await would(request, caller, bought.row.member, command, "rfd")
    plan = render_corrections.plan(change, bought.row.id, member, told)
    return answered(models_corrections.RefundPlan(**plan))


@router.get(
    "/v1/refunds/{refund}",
    **operation(
        "get_refund",
        TAG,
        "Read a refund",
        models_corrections.Refund,
        auth=KEY,
        problems=("missing_scope", "refund_not_found"),
        more_responses=WAITING,
    ),
)
async def get_refund(request: Request, refund: RefundPath) -> Response:
    """The answer that was given when it was recorded; 202 while it waits for its purchase, or could not be."""
    caller = await auth.caller(request, auth.POS)
    kept = handles(request)
    recorded = await resolving.fact(kept, caller, "rfd", refund)
    if recorded is not None:
        return answered(render_corrections.refund(recorded.row, await telling(request, caller, recorded)))
    waits = await awaiting.waiting(kept.database, caller.program, typeids.decode("rfd", refund))
    if waits is None:
        raise Rejected("refund_not_found")
    return answered(waiting.not_yet(waits, request), 202)
