"""Adjustments: points given or taken by hand, large ones with a second person; goodwill; taking either back."""

from typing import Annotated, Final

from fastapi import APIRouter, Path
from starlette.requests import Request
from starlette.responses import Response

from app.commands import approvals
from app.commands.asks import Ask, Recorded
from app.engine.commands import Adjustment, AdjustmentCancel, Extension
from app.engine.refusals import Refusal
from app.repositories.keys import Caller
from app.routers import asking, auth, models_adjustments, render_adjustments, resolving
from app.routers.carrying import carry, telling
from app.routers.handles import handles
from app.routers.models_adjustments import AdjustmentAsked, ExtensionAsked, GoodwillAsked
from app.routers.models_asked import MEMBER_EXAMPLE
from app.routers.operations import IDEMPOTENCY_KEY, KEY, Plain, answered, operation, successes
from app.routers.problems import Rejected
from app.routers.wire import end_of_day_us, wallet_name

router = APIRouter(route_class=Plain)
TAG: Final = "Adjustments"
EXAMPLE: Final = {"member": MEMBER_EXAMPLE, "points": 150, "reason": "damaged-goods", "note": "Broken lid"}
AdjustmentPath = Annotated[
    str, Path(description="An id (`adj_…` or `gdw_…`).", examples=["adj_01jkm3x8e4f5gr6h7s8t9v0w1x"])
]
MemberPath = Annotated[
    str, Path(description="An id (`mbr_…`), your own id (`ext:…`) or a card (`card:…`).", examples=[MEMBER_EXAMPLE])
]
LotPath = Annotated[str, Path(description="The lot's number.", examples=["7"])]
DIGITS_MAX: Final = 9
REFUSALS: Final = (
    "not_enrolled",
    "member_merged",
    "nothing_to_adjust",
    "unknown_wallet",
    "insufficient_points",
    "expires_too_soon",
    "number_too_large",
)


@router.post(
    "/v1/adjustments",
    **operation(
        "create_adjustment",
        TAG,
        "Give or take points by hand",
        models_adjustments.Adjustment,
        auth=KEY,
        problems=("missing_scope", *REFUSALS),
        body=AdjustmentAsked,
        example=EXAMPLE,
        status=201,
        replayable=True,
        more_responses=successes(202, models_adjustments.AdjustmentRequest, "It waits for a second person."),
    ),
)
async def create_adjustment(request: Request) -> Response:
    """With a reason, on record for ever. More points than the rulebook allows one person wait for a second (202)."""
    caller = await auth.caller(request, auth.MANAGER)
    asked = await asking.body(request, AdjustmentAsked)
    key = asking.idempotency_key(request)
    kept = handles(request)
    member = await resolving.member_in_body(kept, caller, asked.member, key=key)
    command = _command(asked, caller)
    metadata = {"note": asked.note} if asked.note is not None else {}
    before = await approvals.asked_before(kept.database, caller, member, command, key, metadata)
    if before is not None:
        return answered(render_adjustments.as_asked(before), 202, replayed=True)
    ask = Ask(member=member, command=command, key=key, metadata=metadata)
    answer = await kept.lanes.ask(caller.program, caller.source, ask)
    if isinstance(answer, Refusal) and [reason.code for reason in answer.reasons] == ["approval_needed"]:
        waiting = await approvals.ask_for(kept.database, caller, member, command, key, metadata)
        return answered(render_adjustments.as_asked(waiting), 202)
    recorded = resolving.accepted(answer, "adj")
    told = await telling(request, caller, recorded)
    shown = render_adjustments.adjustment(recorded.row, recorded.metadata, told)
    return answered(shown, 201, replayed=recorded.replayed)


@router.get(
    "/v1/adjustments/{adjustment}",
    **operation(
        "get_adjustment",
        TAG,
        "Read an adjustment",
        models_adjustments.Adjustment,
        auth=KEY,
        problems=("missing_scope", "adjustment_not_found"),
    ),
)
async def get_adjustment(request: Request, adjustment: AdjustmentPath) -> Response:
    """The answer that was given when it was recorded."""
    caller = await auth.caller(request, auth.MANAGER)
    found = await _found(request, caller, adjustment, ("adj",))
    told = await telling(request, caller, found)
    return answered(render_adjustments.adjustment(found.row, found.metadata, told))


@router.post(
    "/v1/adjustments/{adjustment}/cancel",
    **operation(
        "cancel_adjustment",
        TAG,
        "Take an adjustment or a gift back",
        models_adjustments.AdjustmentCancellation,
        auth=KEY,
        problems=(
            "missing_scope",
            "adjustment_not_found",
            "already_reversed",
            "not_enough_to_reverse",
            "idempotency_key_missing",
            "idempotency_key_reused",
        ),
        parameters=(IDEMPOTENCY_KEY,),
        status=201,
    ),
)
async def cancel_adjustment(request: Request, adjustment: AdjustmentPath) -> Response:
    """Points that it gave are asked back, as a refund asks; points that it took return. The request has no body."""
    caller = await auth.caller(request, auth.MANAGER)
    found = await _found(request, caller, adjustment, ("adj", "gdw"))
    told = await carry(request, caller, found.row.member, AdjustmentCancel(adjustment=found.row.id), "adc")
    answer = render_adjustments.cancellation(told.recorded.row, adjustment[:3], told.telling)
    return answered(answer, 201, replayed=told.recorded.replayed)


@router.post(
    "/v1/goodwill",
    **operation(
        "give_goodwill",
        TAG,
        "Give a few points to make up for something",
        models_adjustments.GoodwillGift,
        auth=KEY,
        problems=(
            "missing_scope",
            "not_enrolled",
            "member_blocked",
            "member_merged",
            "goodwill_off",
            "goodwill_too_large",
            "goodwill_used_up",
            "no_rulebook",
            "too_late",
            "number_too_large",
        ),
        body=GoodwillAsked,
        example={"member": MEMBER_EXAMPLE, "points": 20, "staff": "112", "reason": "long-wait"},
        status=201,
        replayable=True,
    ),
)
async def give_goodwill(request: Request) -> Response:
    """For tills: at most as many a day for each member of the staff as the rulebook says."""
    caller = await auth.caller(request, auth.POS)
    asked = await asking.body(request, GoodwillAsked)
    member = await resolving.member_in_body(handles(request), caller, asked.member, key=asking.idempotency_key(request))
    told = await carry(request, caller, member, asked.command(), "gdw")
    answer = render_adjustments.goodwill(told.recorded.row, told.telling)
    return answered(answer, 201, replayed=told.recorded.replayed)


@router.post(
    "/v1/members/{member}/lots/{lot}/extend",
    **operation(
        "extend_lot",
        TAG,
        "Let a lot expire later",
        models_adjustments.Extension,
        auth=KEY,
        problems=("missing_scope", "member_not_found", "unknown_lot", "lot_closed", "lot_without_date", "not_longer"),
        body=ExtensionAsked,
        example={"last_valid_day": "2027-06-30", "reason": "long-illness"},
        status=201,
        replayable=True,
    ),
)
async def extend_lot(request: Request, member: MemberPath, lot: LotPath) -> Response:
    """As goodwill, with a reason, on record for ever. Nothing else makes points younger."""
    caller = await auth.caller(request, auth.MANAGER)
    asked = await asking.body(request, ExtensionAsked)
    kept = handles(request)
    found = await resolving.member_in_path(kept, caller, member)
    if await kept.reading.standing(caller.program, found) is None:
        raise Rejected("member_not_found")
    if not lot.isascii() or not lot.isdigit() or len(lot) > DIGITS_MAX:
        raise Rejected("unknown_lot")
    command = Extension(
        lot=int(lot),
        expires_us=end_of_day_us(asked.last_valid_day, caller.program.zone),
        reason=asked.reason,
        actor=caller.key,
    )
    told = await carry(request, caller, found, command, "lex")
    answer = render_adjustments.extension(told.recorded.row, told.telling)
    return answered(answer, 201, replayed=told.recorded.replayed)


def _command(asked: AdjustmentAsked, caller: Caller) -> Adjustment:
    expires_us = None
    if asked.last_valid_day is not None:
        expires_us = end_of_day_us(asked.last_valid_day, caller.program.zone)
    return Adjustment(
        points=asked.points,
        reason=asked.reason,
        wallet=wallet_name(asked.wallet),
        actor=caller.key,
        expires_us=expires_us,
        never_expires=asked.never_expires,
    )


async def _found(request: Request, caller: Caller, adjustment: str, prefixes: tuple[str, ...]) -> Recorded:
    for prefix in prefixes:
        found = await resolving.fact(handles(request), caller, prefix, adjustment)
        if found is not None:
            return found
    raise Rejected("adjustment_not_found")
