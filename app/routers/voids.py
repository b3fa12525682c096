"""Purchases that were wrong: voided, moved to the right member; and those whose pending points are confirmed."""

from typing import Annotated, Final

from fastapi import APIRouter, Path
from starlette.requests import Request
from starlette.responses import Response

from app.engine.commands import Confirm, Move, Void
from app.engine.ids import part
from app.routers import asking, auth, models_corrections, render_corrections, resolving
from app.routers.carrying import carry
from app.routers.handles import handles
from app.routers.models_asked import MEMBER_EXAMPLE
from app.routers.models_corrections import MoveAsked
from app.routers.operations import IDEMPOTENCY_KEY, KEY, Plain, answered, operation

router = APIRouter(route_class=Plain)
TAG: Final = "Purchases"
PurchasePath = Annotated[
    str, Path(description="An id (`pur_…`) or your own (`ext:…`).", examples=["pur_01jkm3x8e4f5gr6h7s8t9v0w1x"])
]
UNDOING: Final = (
    "missing_scope",
    "purchase_not_found",
    "already_reversed",
    "wrong_kind",
    "not_enough_to_reverse",
    "member_merged",
    "number_too_large",
    "idempotency_key_missing",
    "idempotency_key_reused",
)


@router.post(
    "/v1/purchases/{purchase}/void",
    **operation(
        "void_purchase",
        TAG,
        "Undo a purchase as if it had not been",
        models_corrections.Void,
        auth=KEY,
        problems=UNDOING,
        parameters=(IDEMPOTENCY_KEY,),
        status=201,
    ),
)
async def void_purchase(request: Request, purchase: PurchasePath) -> Response:
    """Everything that remains of it goes back, and its receipt number is free for one purchase that `replaces` it.

    The request has no body.
    """
    caller = await auth.caller(request, auth.POS)
    bought = await resolving.fact_in_path(handles(request), caller, "pur", purchase, "purchase_not_found")
    told = await carry(request, caller, bought.row.member, Void(purchase=bought.row.id), "vod")
    answer = render_corrections.void(told.recorded.row, told.telling)
    return answered(answer, 201, replayed=told.recorded.replayed)


@router.post(
    "/v1/purchases/{purchase}/move",
    **operation(
        "move_purchase",
        TAG,
        "Give a purchase to the right member",
        models_corrections.Move,
        auth=KEY,
        problems=(*UNDOING[:-2], "paid_with_points", "same_member", "member_blocked"),
        body=MoveAsked,
        example={"member": MEMBER_EXAMPLE},
        status=201,
        replayable=True,
    ),
)
async def move_purchase(request: Request, purchase: PurchasePath) -> Response:
    """It is voided here and decided again there, at its own time and in the same instant."""
    caller = await auth.caller(request, auth.POS)
    asked = await asking.body(request, MoveAsked)
    kept = handles(request)
    to = await resolving.member_in_body(kept, caller, asked.member, key=asking.idempotency_key(request))
    bought = await resolving.fact_in_path(kept, caller, "pur", purchase, "purchase_not_found")
    told = await carry(request, caller, bought.row.member, Move(purchase=bought.row.id, to=to), "mov")
    replacement = part(told.recorded.row.id, 1)
    answer = render_corrections.move(told.recorded.row, replacement, told.telling)
    return answered(answer, 201, replayed=told.recorded.replayed)


@router.post(
    "/v1/purchases/{purchase}/confirm",
    **operation(
        "confirm_purchase",
        TAG,
        "Let pending points mature",
        models_corrections.Confirmation,
        auth=KEY,
        problems=(
            "missing_scope",
            "purchase_not_found",
            "nothing_pending",
            "already_reversed",
            "wrong_kind",
            "idempotency_key_missing",
            "idempotency_key_reused",
        ),
        parameters=(IDEMPOTENCY_KEY,),
        status=201,
    ),
)
async def confirm_purchase(request: Request, purchase: PurchasePath) -> Response:
    """The event that they waited for has happened: the order was delivered. The request has no body."""
    caller = await auth.caller(request, auth.POS)
    bought = await resolving.fact_in_path(handles(request), caller, "pur", purchase, "purchase_not_found")
    told = await carry(request, caller, bought.row.member, Confirm(purchase=bought.row.id), "cnf")
    answer = render_corrections.confirmation(told.recorded.row, told.telling)
    return answered(answer, 201, replayed=told.recorded.replayed)
