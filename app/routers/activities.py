"""Activities: visits, reviews, shares and whatever else the rulebook rewards besides buying."""

from typing import Annotated, Final

from fastapi import APIRouter, Path
from starlette.requests import Request
from starlette.responses import Response

from app.engine.activity import ActivityCancel
from app.routers import asking, auth, models_activities, render_activities, resolving
from app.routers.carrying import carry, telling, would
from app.routers.handles import handles
from app.routers.models_activities import ActivityAsked
from app.routers.models_asked import MEMBER_EXAMPLE
from app.routers.operations import IDEMPOTENCY_KEY, KEY, Plain, answered, operation

router = APIRouter(route_class=Plain)
TAG: Final = "Activities"
EXAMPLE: Final = {"member": MEMBER_EXAMPLE, "kind": "review", "numbers": {"stars": 5}, "external_id": "review-4711"}
ActivityPath = Annotated[
    str, Path(description="An id (`act_…`) or your own (`ext:…`).", examples=["act_01jkm3x8e4f5gr6h7s8t9v0w1x"])
]
REFUSALS: Final = (
    "no_rulebook",
    "not_enrolled",
    "member_blocked",
    "member_merged",
    "unknown_activity",
    "activity_field_required",
    "activity_field_unknown",
    "activity_field_invalid",
    "activity_limit",
    "too_old",
    "clock_skew",
    "too_late",
    "number_too_large",
)


@router.post(
    "/v1/activities",
    **operation(
        "create_activity",
        TAG,
        "Record what a member did besides buying",
        models_activities.Activity,
        auth=KEY,
        problems=("missing_scope", "external_id_reused", *REFUSALS),
        body=ActivityAsked,
        example=EXAMPLE,
        status=201,
        replayable=True,
    ),
)
async def create_activity(request: Request) -> Response:
    """Judged by the rules about its kind. One more than its kind counts is recorded with a warning, or refused."""
    caller = await auth.caller(request, auth.POS)
    asked = await asking.body(request, ActivityAsked)
    if asked.any_age:
        auth.also(caller, auth.ANY_AGE)
    member = await resolving.member_in_body(handles(request), caller, asked.member, key=asking.idempotency_key(request))
    told = await carry(request, caller, member, asked.command(), "act", metadata=asked.kept())
    return answered(render_activities.activity(told.recorded, told.telling), 201, replayed=told.recorded.replayed)


@router.post(
    "/v1/activities/quote",
    **operation(
        "quote_activity",
        TAG,
        "What an activity would do",
        models_activities.ActivityQuote,
        auth=KEY,
        problems=("missing_scope", *REFUSALS),
        body=ActivityAsked,
        example=EXAMPLE,
    ),
)
async def quote_activity(request: Request) -> Response:
    """The same decision as an activity, thrown away: nothing is recorded, no key is needed."""
    caller = await auth.caller(request, auth.POS)
    asked = await asking.body(request, ActivityAsked)
    if asked.any_age:
        auth.also(caller, auth.ANY_AGE)
    member = await resolving.member_in_body(handles(request), caller, asked.member)
    member, change, told = await would(request, caller, member, asked.command(), "act")
    return answered(models_activities.ActivityQuote(**render_activities.performed(asked.kind, change, member, told)))


@router.get(
    "/v1/activities/{activity}",
    **operation(
        "get_activity",
        TAG,
        "Read an activity",
        models_activities.Activity,
        auth=KEY,
        problems=("missing_scope", "activity_not_found"),
    ),
)
async def get_activity(request: Request, activity: ActivityPath) -> Response:
    """The answer that was given when it was recorded, rendered anew."""
    caller = await auth.caller(request, auth.POS)
    recorded = await resolving.fact_in_path(handles(request), caller, "act", activity, "activity_not_found")
    return answered(render_activities.activity(recorded, await telling(request, caller, recorded)))


@router.post(
    "/v1/activities/{activity}/cancel",
    **operation(
        "cancel_activity",
        TAG,
        "Undo an activity",
        models_activities.ActivityCancellation,
        auth=KEY,
        problems=(
            "missing_scope",
            "activity_not_found",
            "already_reversed",
            "not_enough_to_reverse",
            "idempotency_key_missing",
            "idempotency_key_reused",
        ),
        parameters=(IDEMPOTENCY_KEY,),
        status=201,
    ),
)
async def cancel_activity(request: Request, activity: ActivityPath) -> Response:
    """Its points go, what it counted is counted down, and prizes go that this ends. The request has no body."""
    caller = await auth.caller(request, auth.POS)
    asking.idempotency_key(request)
    done = await resolving.fact_in_path(handles(request), caller, "act", activity, "activity_not_found")
    told = await carry(request, caller, done.row.member, ActivityCancel(activity=done.row.id), "acc")
    answer = render_activities.cancellation(told.recorded.row, told.telling)
    return answered(answer, 201, replayed=told.recorded.replayed)
