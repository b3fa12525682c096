"""Shadows: a draft decided beside the rulebook in force; begun, read, stopped."""

from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Path
from starlette.requests import Request
from starlette.responses import Response

from app.commands import drafts as drafting
from app.commands import shadows as commands
from app.commands.outlooks import Move
from app.commands.shadow_tiers import moving
from app.commands.shadows import Refused
from app.engine import typeids
from app.repositories import crowds, drafts, shadows
from app.repositories.keys import Caller
from app.repositories.shadows import ACTIVITY, PURCHASE, Difference, Shadow
from app.routers import asking, auth, models_shadows
from app.routers.handles import handles
from app.routers.models_drafts import DRAFT_EXAMPLE
from app.routers.models_simulations import TierOutlook
from app.routers.operations import IDEMPOTENCY_KEY, KEY, PAGING, Plain, answered, operation
from app.routers.problems import Rejected
from app.routers.render_rulebooks import invalid
from app.routers.wire import cursor_of, moment

router = APIRouter(route_class=Plain)
TAG: Final = "Rulebook drafts"
RULES_MAX: Final = 100
EXAMPLES_MAX: Final = 5
PREFIXES: Final = {PURCHASE: "pur", ACTIVITY: "act"}
READ: Final = ("missing_scope", "draft_not_found", "shadow_not_found")
DraftPath = Annotated[str, Path(description="An id (`drf_…`).", examples=[DRAFT_EXAMPLE])]


@router.post(
    "/v1/rulebook-drafts/{draft}/shadow",
    **operation(
        "start_shadow",
        TAG,
        "Let a draft run in shadow",
        models_shadows.Shadow,
        auth=KEY,
        problems=(
            "missing_scope",
            "draft_not_found",
            "rulebook_invalid",
            "shadow_running",
            "too_many_shadows",
            "idempotency_key_missing",
            "idempotency_key_reused",
        ),
        parameters=(IDEMPOTENCY_KEY,),
        status=201,
    ),
)
async def start_shadow(request: Request, draft: DraftPath) -> Response:
    """From now on purchases and activities are judged under the draft as well. Tills do not wait for it. No body.

    It runs as the draft is now; whoever changes the draft stops the shadow and begins another.
    """
    caller = await auth.caller(request, auth.MANAGER)
    configuring = await asking.configuring(request, caller)
    wanted, kept = _id(draft), handles(request)
    async with kept.database.glancing() as reader:
        found = await drafts.by_id(reader, caller.program.id, wanted)
        checked = None if found is None else await drafting.checked(reader, caller.program, found)
    try:
        made = await commands.start(kept.database, caller, configuring, wanted, checked)
    except Refused as error:
        raise invalid(error.faults) if error.faults else Rejected(error.code) from None
    return answered(await _told(request, caller, made.shadow), 201, replayed=made.replayed)


@router.get(
    "/v1/rulebook-drafts/{draft}/shadow",
    **operation(
        "get_shadow", TAG, "What a draft in shadow does otherwise", models_shadows.Shadow, auth=KEY, problems=READ
    ),
)
async def get_shadow(request: Request, draft: DraftPath) -> Response:
    """The latest shadow of the draft: totals under both, the rules that make the difference, who would move tier."""
    caller = await auth.caller(request, auth.MANAGER)
    return answered(await _told(request, caller, await _found(request, caller, draft)))


@router.get(
    "/v1/rulebook-drafts/{draft}/shadow/differences",
    **operation(
        "list_shadow_differences",
        TAG,
        "What differs in shadow",
        models_shadows.FactComparedList,
        auth=KEY,
        problems=(*READ, "invalid_request"),
        parameters=PAGING,
    ),
)
async def list_shadow_differences(request: Request, draft: DraftPath) -> Response:
    """Purchases and activities in the order of the journal, with what every rule gave of what refunds left."""
    caller = await auth.caller(request, auth.MANAGER)
    page = asking.page(request)
    after = asking.number_after(page)
    shadow = await _found(request, caller, draft)
    async with handles(request).database.glancing() as reader:
        rows = await shadows.page(reader, caller.program.id, shadow.id, after=after, limit=page.limit + 1)
    has_more, rows = len(rows) > page.limit, rows[: page.limit]
    return answered(
        models_shadows.FactComparedList(
            data=[_difference(row) for row in rows],
            has_more=has_more,
            next_cursor=cursor_of(str(rows[-1].number)) if has_more else None,
        )
    )


@router.post(
    "/v1/rulebook-drafts/{draft}/shadow/stop",
    **operation(
        "stop_shadow",
        TAG,
        "Stop a shadow",
        models_shadows.Shadow,
        auth=KEY,
        problems=(*READ, "idempotency_key_missing"),
        parameters=(IDEMPOTENCY_KEY,),
    ),
)
async def stop_shadow(request: Request, draft: DraftPath) -> Response:
    """What it found is kept. One that was stopped stays so. The request has no body."""
    caller = await auth.caller(request, auth.MANAGER)
    asking.idempotency_key(request)
    stopped = await commands.stop(handles(request).database, caller, _id(draft))
    if stopped is None:
        raise Rejected("shadow_not_found")
    return answered(await _told(request, caller, stopped))


def _id(draft: str) -> UUID:
    found = typeids.decode("drf", draft)
    if found is None:
        raise Rejected("draft_not_found")
    return found


async def _found(request: Request, caller: Caller, draft: str) -> Shadow:
    wanted = _id(draft)
    async with handles(request).database.glancing() as reader:
        found = await shadows.latest(reader, caller.program.id, wanted)
    if found is None:
        raise Rejected("shadow_not_found")
    return found


async def _told(request: Request, caller: Caller, shadow: Shadow) -> models_shadows.Shadow:
    kept, program = handles(request), caller.program
    async with kept.database.reading() as reader:
        summary = await shadows.summary(reader, program.id, shadow.id)
        rules = await shadows.rules(reader, program.id, shadow.id, limit=RULES_MAX)
        head = await crowds.head(reader, program.id)
        moves = await moving(reader, kept.reading, program, shadow)
    return models_shadows.Shadow(
        draft=typeids.encode("drf", shadow.draft),
        revision=shadow.revision,
        state="running" if shadow.state == "running" else "stopped",
        started_at=moment(shadow.started_at),
        started_by=typeids.encode("key", shadow.started_by),
        stopped_at=None if shadow.stopped_at is None else moment(shadow.stopped_at),
        stopped_by=None if shadow.stopped_by is None else typeids.encode("key", shadow.stopped_by),
        behind=head - shadow.number if shadow.state == "running" else 0,
        compared=shadow.compared,
        unknown=shadow.unknown,
        live_points=shadow.live_points,
        draft_points=shadow.draft_points,
        differing=summary.differing,
        members=summary.members,
        points_up=summary.up,
        points_down=summary.down,
        rules=[
            models_shadows.RuleCompared(rule=rule, live_points=live, draft_points=drafted)
            for rule, live, drafted in rules
        ],
        tiers=[_move(move, moves[move]) for move in sorted(moves)],
    )


def _move(move: Move, members: list[UUID]) -> TierOutlook:
    return TierOutlook(
        set=move.set or None,
        from_tier=move.source or None,
        to_tier=move.target or None,
        when="review" if move.falls else "next_purchase",
        members=len(members),
        anyway=0,
        examples=[typeids.encode("mbr", member) for member in members[:EXAMPLES_MAX]],
    )


def _difference(row: Difference) -> models_shadows.FactCompared:
    live, drafted = row.why.live, row.why.draft
    return models_shadows.FactCompared(
        fact=typeids.encode(PREFIXES[row.kind], row.fact),
        member=typeids.encode("mbr", row.member),
        live_points=row.live_points,
        draft_points=row.draft_points,
        rules=[
            models_shadows.RuleCompared(rule=rule, live_points=live.get(rule, 0), draft_points=drafted.get(rule, 0))
            for rule in sorted(live.keys() | drafted.keys())
        ],
    )
