"""Redemptions: points to money off, ask what they would take off, and give them back."""

from typing import Annotated, Final

from fastapi import APIRouter, Path
from starlette.requests import Request
from starlette.responses import Response

from app.commands.asks import Ask
from app.engine.commands import RedemptionCancel
from app.routers import asking, auth, models_answered, render, resolving
from app.routers.handles import handles
from app.routers.models_asked import MEMBER_EXAMPLE, RedemptionAsked
from app.routers.operations import IDEMPOTENCY_KEY, KEY, Plain, answered, operation
from app.routers.render import Telling

router = APIRouter(route_class=Plain)
TAG: Final = "Redemptions"
RedemptionPath = Annotated[str, Path(description="An id (`rdm_…`).", examples=["rdm_01jkm3x8e4f5gr6h7s8t9v0w1x"])]
EXAMPLE: Final = {"member": MEMBER_EXAMPLE, "points": 100}
REFUSALS: Final = (
    "no_rulebook",
    "not_enrolled",
    "not_redeemable",
    "insufficient_points",
    "below_minimum",
    "above_maximum",
    "not_a_step",
    "too_late",
    "number_too_large",
)


@router.post(
    "/v1/redemptions",
    **operation(
        "create_redemption",
        TAG,
        "Turn points into money off",
        models_answered.Redemption,
        auth=KEY,
        problems=("missing_scope", *REFUSALS),
        body=RedemptionAsked,
        example=EXAMPLE,
        status=201,
        replayable=True,
    ),
)
async def create_redemption(request: Request) -> Response:
    """Points that expire soonest go first. Every reason against it is in `errors`."""
    caller = await auth.caller(request, auth.POS)
    asked = await asking.body(request, RedemptionAsked)
    key = asking.idempotency_key(request)
    kept = handles(request)
    member = await resolving.member_in_body(kept, caller, asked.member, key=key)
    ask = Ask(member=member, command=asked.command(), key=key)
    recorded = resolving.accepted(await kept.lanes.ask(caller.program, caller.source, ask), "rdm")
    telling = await resolving.telling(
        kept, caller, resolving.language(request), recorded.row.rulebooks_known, member=recorded.row.member
    )
    return answered(render.redemption(recorded.row, telling), 201, replayed=recorded.replayed)


@router.post(
    "/v1/redemptions/quote",
    **operation(
        "quote_redemption",
        TAG,
        "What points would take off",
        models_answered.RedemptionQuote,
        auth=KEY,
        problems=("missing_scope", *REFUSALS),
        body=RedemptionAsked,
        example=EXAMPLE,
    ),
)
async def quote_redemption(request: Request) -> Response:
    """The same decision as a redemption, thrown away."""
    caller = await auth.caller(request, auth.POS)
    asked = await asking.body(request, RedemptionAsked)
    kept = handles(request)
    member = await resolving.member_in_body(kept, caller, asked.member)
    quote = resolving.quoted(await kept.reading.quote(caller.program, member, asked.command()), "rdm")
    member = quote.standing.account.member
    telling = Telling(
        currency=caller.program.currency,
        language=resolving.language(request),
        timeline=quote.timeline,
        spoken=await resolving.spoken(kept, caller, member),
    )
    return answered(models_answered.RedemptionQuote(**render.redeemed(quote.change, member, telling)))


@router.get(
    "/v1/redemptions/{redemption}",
    **operation(
        "get_redemption",
        TAG,
        "Read a redemption",
        models_answered.Redemption,
        auth=KEY,
        problems=("missing_scope", "redemption_not_found"),
    ),
)
async def get_redemption(request: Request, redemption: RedemptionPath) -> Response:
    """The answer that was given when it was recorded."""
    caller = await auth.caller(request, auth.POS)
    kept = handles(request)
    recorded = await resolving.fact_in_path(kept, caller, "rdm", redemption, "redemption_not_found")
    telling = await resolving.telling(
        kept, caller, resolving.language(request), recorded.row.rulebooks_known, member=recorded.row.member
    )
    return answered(render.redemption(recorded.row, telling))


@router.post(
    "/v1/redemptions/{redemption}/cancel",
    **operation(
        "cancel_redemption",
        TAG,
        "Give a redemption's points back",
        models_answered.RedemptionCancellation,
        auth=KEY,
        problems=(
            "missing_scope",
            "redemption_not_found",
            "already_reversed",
            "draw_final",
            "idempotency_key_missing",
            "idempotency_key_reused",
        ),
        parameters=(IDEMPOTENCY_KEY,),
        status=201,
    ),
)
async def cancel_redemption(request: Request, redemption: RedemptionPath) -> Response:
    """Points return to their own lots with their own dates, even past ones. The request has no body."""
    caller = await auth.caller(request, auth.POS)
    key = asking.idempotency_key(request)
    kept = handles(request)
    taken = await resolving.fact_in_path(kept, caller, "rdm", redemption, "redemption_not_found")
    ask = Ask(member=taken.row.member, command=RedemptionCancel(redemption=taken.row.id), key=key)
    recorded = resolving.accepted(await kept.lanes.ask(caller.program, caller.source, ask), "rdc")
    telling = await resolving.telling(
        kept, caller, resolving.language(request), recorded.row.rulebooks_known, member=recorded.row.member
    )
    return answered(render.cancellation(recorded.row, telling), 201, replayed=recorded.replayed)
