"""Simulations: a basket or a journey under a draft or a version, with everything explained and nothing recorded."""

import asyncio
from typing import Annotated, Final

from fastapi import APIRouter, Path
from msgspec.structs import replace
from starlette.requests import Request
from starlette.responses import Response

from app.commands import outlooks, trial
from app.commands.reach import reach
from app.commands.trial import Invented, Journey, Planned
from app.engine.activity import Activity
from app.engine.commands import Purchase, Refund
from app.repositories.details import Birthday, Details
from app.repositories.keys import Caller
from app.routers import asking, auth, models_simulations, queries, render_simulations, resolving
from app.routers.handles import handles
from app.routers.languages import supported
from app.routers.models_drafts import DRAFT_EXAMPLE
from app.routers.models_simulations import STEP_EXAMPLE, InventedAsked, SimulationAsked
from app.routers.operations import KEY, PAGING, Plain, answered, operation
from app.routers.problems import REQUEST_ID, Rejected, invalid
from app.routers.render import Telling
from app.routers.trying import Kind, OnTrial, on_trial
from app.routers.wire import micros

router = APIRouter(route_class=Plain)
TAG: Final = "Rulebook drafts"
EXAMPLE: Final = {"invented": {"tier": None}, "steps": [STEP_EXAMPLE]}
FAULTS: Final = ("missing_scope", "member_not_found")
EXAMPLES_USUAL, EXAMPLES_MAX = 5, 200
MONTHS_USUAL, MONTHS_MAX = 6, 24
SAMPLE_USUAL, SAMPLE_MAX = 200, 2000
EXAMPLES: Final = queries.parameter("examples", "How many members are named of each move.", "5", pattern="^[0-9]{1,3}$")
MONTHS: Final = queries.parameter("months", "So many months back, and as many ahead.", "6", pattern="^[0-9]{1,2}$")
SAMPLE: Final = queries.parameter("sample", "How many members are looked at.", "200", pattern="^[0-9]{1,4}$")
DraftPath = Annotated[str, Path(description="An id (`drf_…`).", examples=[DRAFT_EXAMPLE])]
VersionPath = Annotated[str, Path(description="The version, from 1.", examples=["3"])]


@router.post(
    "/v1/rulebook-drafts/{draft}/simulate",
    **operation(
        "simulate_draft",
        TAG,
        "Try a basket or a journey under a draft",
        models_simulations.Simulation,
        auth=KEY,
        problems=(*FAULTS, "draft_not_found", "rulebook_invalid"),
        body=SimulationAsked,
        example=EXAMPLE,
    ),
)
async def simulate_draft(request: Request, draft: DraftPath) -> Response:
    """The decisions are those of the service itself, thrown away. What is left to chance is not drawn.

    The draft is in force from the first step on. A member's journey goes on from now; somebody who is made up may
    begin at any time.
    """
    return await _simulated(request, "draft", draft)


@router.post(
    "/v1/rulebooks/{version}/simulate",
    **operation(
        "simulate_rulebook",
        TAG,
        "Try a basket or a journey under a version",
        models_simulations.Simulation,
        auth=KEY,
        problems=(*FAULTS, "rulebook_not_found"),
        body=SimulationAsked,
        example=EXAMPLE,
    ),
)
async def simulate_rulebook(request: Request, version: VersionPath) -> Response:
    """As for a draft; the version is taken as if it were in force from the first step on, whatever it is really."""
    return await _simulated(request, "version", version)


@router.post(
    "/v1/rulebook-drafts/{draft}/preview/tiers",
    **operation(
        "preview_draft_tiers",
        TAG,
        "Who would move to another tier",
        models_simulations.TierPreview,
        auth=KEY,
        problems=("missing_scope", "invalid_request", "draft_not_found", "rulebook_invalid"),
        parameters=(*PAGING[1:], EXAMPLES),
    ),
)
async def preview_draft_tiers(request: Request, draft: DraftPath) -> Response:
    """All members as they stand now, 20 000 an answer. No body.

    Nobody rises before their next purchase, and nobody falls before their review: it says who would, were it today.
    """
    return await _tiers(request, "draft", draft)


@router.post(
    "/v1/rulebooks/{version}/preview/tiers",
    **operation(
        "preview_rulebook_tiers",
        TAG,
        "Who would move to another tier under a version",
        models_simulations.TierPreview,
        auth=KEY,
        problems=("missing_scope", "invalid_request", "rulebook_not_found"),
        parameters=(*PAGING[1:], EXAMPLES),
    ),
)
async def preview_rulebook_tiers(request: Request, version: VersionPath) -> Response:
    """As for a draft: a version that is scheduled, or one to go back to. No body."""
    return await _tiers(request, "version", version)


@router.post(
    "/v1/rulebook-drafts/{draft}/preview/reach",
    **operation(
        "preview_draft_reach",
        TAG,
        "What share of the members reaches what",
        models_simulations.ReachPreview,
        auth=KEY,
        problems=("missing_scope", "invalid_request", "draft_not_found", "rulebook_invalid"),
        parameters=(MONTHS, SAMPLE),
    ),
)
async def preview_draft_reach(request: Request, draft: DraftPath) -> Response:
    """Rewards, tiers and challenges, if members go on as they did: `assumes` says what that supposes. No body."""
    return await _reach(request, "draft", draft)


@router.post(
    "/v1/rulebooks/{version}/preview/reach",
    **operation(
        "preview_rulebook_reach",
        TAG,
        "What share of the members reaches what under a version",
        models_simulations.ReachPreview,
        auth=KEY,
        problems=("missing_scope", "invalid_request", "rulebook_not_found"),
        parameters=(MONTHS, SAMPLE),
    ),
)
async def preview_rulebook_reach(request: Request, version: VersionPath) -> Response:
    """As for a draft. No body."""
    return await _reach(request, "version", version)


async def _tiers(request: Request, kind: Kind, reference: str) -> Response:
    caller = await auth.caller(request, auth.MANAGER)
    after = asking.id_after(asking.page(request), "mbr")
    examples = queries.whole(request, "examples", EXAMPLES_USUAL, EXAMPLES_MAX, minimum=0)
    trying = await on_trial(request, caller, kind, reference)
    tried = trial.tried(trying.timeline, trying.compiled, 0)
    kept = handles(request)
    found = await outlooks.moves(kept.database, caller.program, trying.timeline, tried, after=after, examples=examples)
    return answered(render_simulations.tier_moves(found))


async def _reach(request: Request, kind: Kind, reference: str) -> Response:
    caller = await auth.caller(request, auth.MANAGER)
    months = queries.whole(request, "months", MONTHS_USUAL, MONTHS_MAX)
    size = queries.whole(request, "sample", SAMPLE_USUAL, SAMPLE_MAX)
    trying = await on_trial(request, caller, kind, reference)
    tried = trial.tried(trying.timeline, trying.compiled, trying.now_us)
    found = await reach(handles(request).database, caller.program, tried, trying.document, months=months, size=size)
    return answered(render_simulations.reach(found, months, resolving.language(request)))


async def _simulated(request: Request, kind: Kind, reference: str) -> Response:
    caller = await auth.caller(request, auth.MANAGER)
    asked = await asking.body(request, SimulationAsked)
    if asked.member is not None and asked.invented is not None:
        raise invalid("unknown_field", "/invented")
    trying = await on_trial(request, caller, kind, reference)
    journey, steps = await _journey(request, caller, asked, trying)
    # A long journey takes a while, in which tills shall not wait.
    done = await asyncio.to_thread(lambda: [journey.take(step) for step in steps])
    language = resolving.language(request)
    telling = Telling(
        currency=caller.program.currency,
        language=language,
        timeline=journey.timeline,
        spoken=supported(caller.program.locale),
    )
    shown = [
        render_simulations.stepped(
            index,
            asked.steps[index].kind,
            each,
            caller.program.zone,
            telling,
            instance=request.url.path,
            request_id=str(request.scope.get(REQUEST_ID, "")),
        )
        for index, each in enumerate(done)
    ]
    member = None if asked.member is None else render_simulations.member(done)
    version = len(journey.timeline.editions)
    return answered(models_simulations.Simulation(rulebook_version=version, member=member, steps=shown))


async def _journey(
    request: Request, caller: Caller, asked: SimulationAsked, trying: OnTrial
) -> tuple[Journey, list[Planned]]:
    steps = _steps(asked, trying.now_us)
    kept = handles(request)
    if asked.member is not None:
        timeline = trial.tried(trying.timeline, trying.compiled, trying.now_us)
        member = await resolving.member_in_body(kept, caller, asked.member)
        async with kept.database.reading() as reader:
            journey = await trial.real(reader, caller.program, timeline, member, steps)
        if journey is None:
            raise Rejected("member_not_found")
        return journey, steps
    start_us = steps[0].at_us
    who = _invented(asked.invented or InventedAsked(), trying)
    timeline = trial.tried(trying.timeline, trying.compiled, 0)
    return trial.invented(caller.program, timeline, who, steps, start_us=start_us), steps


def _steps(asked: SimulationAsked, now_us: int) -> list[Planned]:
    steps: list[Planned] = []
    for index, step in enumerate(asked.steps):
        command = step.command(f"/steps/{index}")
        if command is None:
            raise invalid("missing", f"/steps/{index}/{step.kind}")
        before_us = steps[-1].at_us if steps else now_us
        at_us = before_us if step.at is None else micros(step.at)
        if isinstance(command, Activity):
            command = replace(command, any_age=True)
        elif isinstance(command, Refund):
            _refuse_unknown(asked, index)
        elif isinstance(command, Purchase):
            # Nothing is too late for a journey.
            command = replace(command, any_age=True, external_id=None, replaces=None, not_after_us=None)
        steps.append(Planned(command=command, at_us=at_us))
    return steps


def _refuse_unknown(asked: SimulationAsked, index: int) -> None:
    """What is given back must have been bought before."""
    refund = asked.steps[index].refund
    if refund is not None and (refund.step >= index or asked.steps[refund.step].kind != "purchase"):
        raise invalid("out_of_range", f"/steps/{index}/refund/step")


def _invented(asked: InventedAsked, trying: OnTrial) -> Invented:
    levels = trying.document.tiers.levels if trying.document.tiers else ()
    if asked.tier is not None and asked.tier not in {level.id for level in levels}:
        raise invalid("unknown_tier", "/invented/tier")
    birthday = None
    if asked.birthday is not None:
        month, day = asked.birthday.split("-")
        birthday = Birthday(month=int(month), day=int(day))
    is_base = bool(levels) and asked.tier == levels[0].id
    return Invented(
        tier=None if is_base else asked.tier,
        days=asked.member_for_days,
        details=Details(birthday=birthday, attributes=asked.attributes),
    )
