"""Corrections: what was decided under a faulty version, decided again; told first, booked when somebody says so."""

from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Path
from starlette.requests import Request
from starlette.responses import Response

from app.commands import corrections as commands
from app.commands.corrections import Refused, Wanted
from app.engine import typeids
from app.repositories import corrections
from app.repositories.corrections import Correction
from app.repositories.database import Reader
from app.repositories.keys import Caller
from app.routers import asking, auth, models_correcting, render_correcting
from app.routers.handles import handles
from app.routers.models_correcting import CORRECTION_EXAMPLE, EXAMPLE, CorrectionAsked
from app.routers.operations import IDEMPOTENCY_KEY, KEY, PAGING, Plain, answered, operation
from app.routers.problems import Rejected, invalid
from app.routers.wire import cursor_of

router = APIRouter(route_class=Plain)
TAG: Final = "Corrections"
LARGEST: Final = 20
CorrectionPath = Annotated[str, Path(description="An id (`crn_…`).", examples=[CORRECTION_EXAMPLE])]


@router.post(
    "/v1/corrections",
    **operation(
        "create_correction",
        TAG,
        "Look what a correction would do",
        models_correcting.Correction,
        auth=KEY,
        problems=("missing_scope", "rulebook_not_found"),
        body=CorrectionAsked,
        example=EXAMPLE,
        status=202,
        replayable=True,
    ),
)
async def create_correction(request: Request) -> Response:
    """Nothing is booked: purchases are decided again in memory, and those that differ are listed. Ask until `ready`.

    What was given back does not count, and neither does what earlier corrections have booked.
    """
    caller = await auth.caller(request, auth.MANAGER)
    asked = await asking.body(request, CorrectionAsked)
    configuring = await asking.configuring(request, caller)
    wanted = Wanted(
        under=asked.under,
        reason=asked.reason,
        versions=None if asked.versions is None else tuple(asked.versions),
        from_at=asked.occurred_from,
        until_at=asked.occurred_until,
        facts=None if asked.purchases is None else _facts(asked.purchases),
    )
    try:
        made = await commands.ask_for(handles(request).database, caller, configuring, wanted)
    except Refused as error:
        raise Rejected(error.code) from None
    # As it began: whoever asks again with the same key gets the same answer.
    shown = render_correcting.correction(commands.begun(made.correction), {}, [])
    return answered(shown, 202, replayed=made.replayed)


@router.get(
    "/v1/corrections",
    **operation(
        "list_corrections",
        TAG,
        "List the corrections",
        models_correcting.CorrectionList,
        auth=KEY,
        problems=("missing_scope", "invalid_request"),
        parameters=PAGING,
    ),
)
async def list_corrections(request: Request) -> Response:
    """Newest first."""
    caller = await auth.caller(request, auth.MANAGER)
    page = asking.page(request)
    before = asking.id_after(page, "crn")
    async with handles(request).database.glancing() as reader:
        found = await corrections.page(reader, caller.program.id, before=before, limit=page.limit + 1)
        data = [await _told(reader, caller, each, largest=0) for each in found[: page.limit]]
    has_more = len(found) > page.limit
    next_cursor = cursor_of(data[-1].id) if has_more else None
    return answered(models_correcting.CorrectionList(data=data, has_more=has_more, next_cursor=next_cursor))


@router.get(
    "/v1/corrections/{correction}",
    **operation(
        "get_correction",
        TAG,
        "Read a correction",
        models_correcting.Correction,
        auth=KEY,
        problems=("missing_scope", "correction_not_found"),
    ),
)
async def get_correction(request: Request, correction: CorrectionPath) -> Response:
    """What it would do, or how much of it is done."""
    caller = await auth.caller(request, auth.MANAGER)
    async with handles(request).database.glancing() as reader:
        found = await _found(reader, caller, correction)
        return answered(await _told(reader, caller, found, largest=LARGEST))


@router.get(
    "/v1/corrections/{correction}/purchases",
    **operation(
        "list_corrected_purchases",
        TAG,
        "The purchases that a correction changes",
        models_correcting.CorrectionLineList,
        auth=KEY,
        problems=("missing_scope", "invalid_request", "correction_not_found"),
        parameters=PAGING,
    ),
)
async def list_corrected_purchases(request: Request, correction: CorrectionPath) -> Response:
    """All that differ, in the order of their ids."""
    caller = await auth.caller(request, auth.MANAGER)
    page = asking.page(request)
    after = asking.id_after(page, "pur")
    async with handles(request).database.glancing() as reader:
        found = await _found(reader, caller, correction)
        rows = await corrections.lines(reader, caller.program.id, found.id, after=after, limit=page.limit + 1)
    data = [render_correcting.line(row) for row in rows[: page.limit]]
    has_more = len(rows) > page.limit
    next_cursor = cursor_of(data[-1].purchase) if has_more else None
    return answered(models_correcting.CorrectionLineList(data=data, has_more=has_more, next_cursor=next_cursor))


@router.post(
    "/v1/corrections/{correction}/apply",
    **operation(
        "apply_correction",
        TAG,
        "Book a correction",
        models_correcting.Correction,
        auth=KEY,
        problems=(
            "missing_scope",
            "correction_not_found",
            "correction_not_ready",
            "second_person_needed",
            "idempotency_key_missing",
        ),
        parameters=(IDEMPOTENCY_KEY,),
        status=202,
    ),
)
async def apply_correction(request: Request, correction: CorrectionPath) -> Response:
    """Purchase by purchase, each once, whatever breaks off in between. The request has no body.

    Where a purchase has more points than the rulebook lets one person adjust, another key than the one that asked
    must do it. What a refund has changed meanwhile is taken into account.
    """
    caller = await auth.caller(request, auth.MANAGER)
    asking.idempotency_key(request)
    kept = handles(request)
    async with kept.database.glancing() as reader:
        found = await _found(reader, caller, correction)
    try:
        approved = await commands.approve(kept.database, kept.reading, caller, found.id)
    except Refused as error:
        raise Rejected(error.code) from None
    async with kept.database.glancing() as reader:
        return answered(await _told(reader, caller, approved, largest=LARGEST), 202)


def _facts(named: list[str]) -> tuple[UUID, ...]:
    facts = []
    for place, each in enumerate(named):
        fact = typeids.decode("pur", each)
        if fact is None:
            raise invalid("not_an_id", f"/purchases/{place}")
        facts.append(fact)
    return tuple(dict.fromkeys(facts))


async def _found(reader: Reader, caller: Caller, correction: str) -> Correction:
    wanted = typeids.decode("crn", correction)
    found = None if wanted is None else await corrections.by_id(reader, caller.program.id, wanted)
    if found is None:
        raise Rejected("correction_not_found")
    return found


async def _told(reader: Reader, caller: Caller, found: Correction, *, largest: int) -> models_correcting.Correction:
    sums = await corrections.sums(reader, caller.program.id, found.id)
    most = await corrections.largest(reader, caller.program.id, found.id, limit=largest) if largest else []
    return render_correcting.correction(found, sums, most)
