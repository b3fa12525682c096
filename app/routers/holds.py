"""Holds: set points aside, extend, capture or release them. A capture is a redemption."""

from typing import Annotated, Final

from fastapi import APIRouter, Path
from starlette.requests import Request
from starlette.responses import Response

from app.commands import holds as commands
from app.commands.asks import Recorded
from app.commands.holds import HoldNow
from app.engine.commands import HoldExtend, HoldRelease
from app.repositories.keys import Caller
from app.routers import asking, auth, models_answered, models_holds, render, render_holds, resolving
from app.routers.carrying import carry, telling, would
from app.routers.handles import handles
from app.routers.models_asked import MEMBER_EXAMPLE
from app.routers.models_holds import CaptureAsked, HoldAsked, HoldExtensionAsked
from app.routers.operations import IDEMPOTENCY_KEY, KEY, Plain, answered, operation
from app.routers.problems import Rejected

router = APIRouter(route_class=Plain)
TAG: Final = "Holds"
HoldPath = Annotated[str, Path(description="An id (`hld_…`).", examples=["hld_01jkm3x8e4f5gr6h7s8t9v0w1x"])]
EXAMPLE: Final = {"member": MEMBER_EXAMPLE, "points": 100, "minutes": 15}
REFUSALS: Final = (
    "no_rulebook",
    "not_enrolled",
    "member_blocked",
    "member_merged",
    "unknown_wallet",
    "not_redeemable",
    "insufficient_points",
    "below_minimum",
    "above_maximum",
    "not_a_step",
    "hold_life_exceeded",
    "too_late",
    "number_too_large",
)
ENDING: Final = ("missing_scope", "hold_not_found", "hold_ended", "idempotency_key_missing", "idempotency_key_reused")


@router.post(
    "/v1/holds",
    **operation(
        "create_hold",
        TAG,
        "Set points aside",
        models_holds.Hold,
        auth=KEY,
        problems=("missing_scope", *REFUSALS),
        body=HoldAsked,
        example=EXAMPLE,
        status=201,
        replayable=True,
    ),
)
async def create_hold(request: Request) -> Response:
    """Nobody else can spend them until the hold is captured, released or lapses. The price is agreed now."""
    caller = await auth.caller(request, auth.POS)
    asked = await asking.body(request, HoldAsked)
    member = await resolving.member_in_body(handles(request), caller, asked.member, key=asking.idempotency_key(request))
    told = await carry(request, caller, member, asked.command(), "hld")
    answer = render_holds.hold(told.recorded.row, told.telling)
    return answered(answer, 201, replayed=told.recorded.replayed)


@router.post(
    "/v1/holds/quote",
    **operation(
        "quote_hold",
        TAG,
        "What a hold would set aside",
        models_holds.HoldQuote,
        auth=KEY,
        problems=("missing_scope", *REFUSALS),
        body=HoldAsked,
        example=EXAMPLE,
    ),
)
async def quote_hold(request: Request) -> Response:
    """The same decision as a hold, thrown away."""
    caller = await auth.caller(request, auth.POS)
    asked = await asking.body(request, HoldAsked)
    member = await resolving.member_in_body(handles(request), caller, asked.member)
    member, change, told = await would(request, caller, member, asked.command(), "hld")
    return answered(models_holds.HoldQuote(**render_holds.held(change, member, told)))


@router.get(
    "/v1/holds/{hold}",
    **operation(
        "get_hold",
        TAG,
        "Read a hold",
        models_holds.HoldNow,
        auth=KEY,
        problems=("missing_scope", "hold_not_found"),
    ),
)
async def get_hold(request: Request, hold: HoldPath) -> Response:
    """As it was placed, with its state at this instant."""
    caller = await auth.caller(request, auth.POS)
    found, now = await _found(request, caller, hold)
    return answered(render_holds.hold_now(found.row, await telling(request, caller, found), now.state))


@router.post(
    "/v1/holds/{hold}/extend",
    **operation(
        "extend_hold",
        TAG,
        "Let a hold last longer",
        models_holds.HoldExtension,
        auth=KEY,
        problems=("missing_scope", "hold_not_found", "hold_ended", "hold_life_exceeded"),
        body=HoldExtensionAsked,
        example={"minutes": 15},
        status=201,
        replayable=True,
    ),
)
async def extend_hold(request: Request, hold: HoldPath) -> Response:
    """So many minutes from now, within its whole life."""
    caller = await auth.caller(request, auth.POS)
    asked = await asking.body(request, HoldExtensionAsked)
    found, now = await _found(request, caller, hold)
    command = HoldExtend(hold=found.row.id, minutes=asked.minutes)
    told = await carry(request, caller, now.member, command, "hlx")
    answer = render_holds.extension(told.recorded.row, told.telling)
    return answered(answer, 201, replayed=told.recorded.replayed)


@router.post(
    "/v1/holds/{hold}/capture",
    **operation(
        "capture_hold",
        TAG,
        "Redeem what a hold has set aside",
        models_answered.Redemption,
        auth=KEY,
        problems=(
            "missing_scope",
            "hold_not_found",
            "hold_ended",
            "exceeds_hold",
            "not_a_step",
            "below_minimum",
            "too_late",
        ),
        body=CaptureAsked,
        example={"points": 100, "store": "D1"},
        status=201,
        replayable=True,
    ),
)
async def capture_hold(request: Request, hold: HoldPath) -> Response:
    """All of it, or a part; the rest is released. The answer is a redemption, and can be cancelled like one."""
    caller = await auth.caller(request, auth.POS)
    asked = await asking.body(request, CaptureAsked)
    found, now = await _found(request, caller, hold)
    command = asked.command(found.row.id)
    told = await carry(request, caller, now.member, command, "rdm")
    answer = render.redemption(told.recorded.row, told.telling)
    return answered(answer, 201, replayed=told.recorded.replayed)


@router.post(
    "/v1/holds/{hold}/release",
    **operation(
        "release_hold",
        TAG,
        "Let go what a hold has set aside",
        models_holds.HoldRelease,
        auth=KEY,
        problems=ENDING,
        parameters=(IDEMPOTENCY_KEY,),
        status=201,
    ),
)
async def release_hold(request: Request, hold: HoldPath) -> Response:
    """The points are free again; what should have expired meanwhile expires at once. The request has no body."""
    caller = await auth.caller(request, auth.POS)
    found, now = await _found(request, caller, hold)
    told = await carry(request, caller, now.member, HoldRelease(hold=found.row.id), "hlr")
    answer = render_holds.release(told.recorded.row, told.telling)
    return answered(answer, 201, replayed=told.recorded.replayed)


async def _found(request: Request, caller: Caller, hold: str) -> tuple[Recorded, HoldNow]:
    """The hold as it was placed, and as it is: a merge may have taken it to another member."""
    kept = handles(request)
    found = await resolving.fact(kept, caller, "hld", hold)
    now = await commands.now(kept.database, caller.program, found.row.id) if found is not None else None
    if found is None or now is None:
        raise Rejected("hold_not_found")
    return found, now
