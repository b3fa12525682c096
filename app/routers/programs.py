"""Programmes: made and listed by the operator, seen and (in a sandbox) moved in time by their own managers."""

from functools import cache
from typing import Annotated, Final
from uuid import UUID

from babel.numbers import list_currencies
from fastapi import APIRouter, Path
from starlette.requests import Request
from starlette.responses import Response

from app.commands import programs as commands
from app.commands.programs import ClockRefused, Wanted
from app.commands.requests import Request as Configuring
from app.engine import typeids
from app.engine.calendar import zone_names
from app.repositories import programs
from app.repositories.programs import Listed
from app.routers import asking, auth
from app.routers.handles import Handles, handles
from app.routers.models_configuration import Clock, ClockAsked, Program, ProgramAsked, ProgramList
from app.routers.operations import KEY, OPERATOR, PAGING, Plain, answered, operation
from app.routers.problems import Fault, Rejected
from app.routers.wire import (
    cursor_of,
    moment,
)

router = APIRouter(route_class=Plain)
TAG: Final = "Programmes"
EXAMPLE: Final = {
    "name": "Cà phê Sông Hàn",
    "currency": "VND",
    "zone": "Asia/Ho_Chi_Minh",
    "locale": "vi",
    "sandbox": False,
}
ProgramPath = Annotated[str, Path(description="The programme.", examples=["prg_01jkm3x8e4f5gr6h7s8t9v0w1x"])]


@router.post(
    "/v1/programs",
    **operation(
        "create_program",
        TAG,
        "Make a programme",
        Program,
        auth=OPERATOR,
        problems=(),
        body=ProgramAsked,
        example=EXAMPLE,
        status=201,
        replayable=True,
    ),
)
async def create_program(request: Request) -> Response:
    """It starts without keys and without a rulebook."""
    auth.operator(request)
    asked = await asking.body(request, ProgramAsked)
    configuring = Configuring(
        scope=commands.OPERATOR,
        source=commands.OPERATOR_SOURCE,
        key=asking.idempotency_key(request),
        body=await request.body(),
    )
    made = await commands.create(handles(request).database, configuring, _wanted(asked))
    return answered(_program(made.listed), 201, replayed=made.replayed)


@router.get(
    "/v1/programs",
    **operation(
        "list_programs",
        TAG,
        "List the programmes",
        ProgramList,
        auth=OPERATOR,
        problems=("invalid_request",),
        parameters=PAGING,
    ),
)
async def list_programs(request: Request) -> Response:
    """Oldest first."""
    auth.operator(request)
    page = asking.page(request)
    after = asking.id_after(page, "prg")
    async with handles(request).database.glancing() as reader:
        found = await programs.page(reader, after=after, limit=page.limit + 1)
    data = [_program(listed) for listed in found[: page.limit]]
    has_more = len(found) > page.limit
    return answered(ProgramList(data=data, has_more=has_more, next_cursor=cursor_of(data[-1].id) if has_more else None))


@router.get(
    "/v1/programs/{program}",
    **operation("get_program", TAG, "Read a programme", Program, auth=OPERATOR, problems=("program_not_found",)),
)
async def get_program(request: Request, program: ProgramPath) -> Response:
    """As the operator sees it."""
    auth.operator(request)
    found = typeids.decode("prg", program)
    return answered(_program(await _listed(handles(request), found)))


@router.get(
    "/v1/program",
    **operation("get_own_program", TAG, "Read the key's own programme", Program, auth=KEY, problems=("missing_scope",)),
)
async def get_own_program(request: Request) -> Response:
    """Needs the scope manager."""
    caller = await auth.caller(request, auth.MANAGER)
    return answered(_program(await _listed(handles(request), caller.program.id)))


@router.post(
    "/v1/test-clock/advance",
    **operation(
        "advance_test_clock",
        TAG,
        "Move a sandbox's clock forward",
        Clock,
        auth=KEY,
        problems=("missing_scope", "not_a_sandbox", "clock_runs_forward"),
        body=ClockAsked,
        example={"to": "2026-06-01T00:00:00Z"},
        replayable=True,
    ),
)
async def advance_test_clock(request: Request) -> Response:
    """It drives what the programme calls now: expiry, reviews, purchases. Tokens and retries keep real time."""
    caller = await auth.caller(request, auth.MANAGER)
    asked = await asking.body(request, ClockAsked)
    configuring = Configuring(
        scope=caller.program.id,
        source=caller.source,
        key=asking.idempotency_key(request),
        body=await request.body(),
    )
    moved = await commands.advance(handles(request).database, caller.program, configuring, asked.to)
    if isinstance(moved, ClockRefused):
        raise Rejected(moved.code)
    return answered(Clock(now=moment(moved.now)), replayed=moved.replayed)


async def _listed(kept: Handles, program_id: UUID | None) -> Listed:
    async with kept.database.glancing() as reader:
        listed = None if program_id is None else await programs.by_id(reader, program_id)
    if listed is None:
        raise Rejected("program_not_found")
    return listed


def _wanted(asked: ProgramAsked) -> Wanted:
    faults = []
    if asked.currency not in _currencies():
        faults.append(Fault(code="unknown_currency", pointer="/currency"))
    if asked.zone not in zone_names():
        faults.append(Fault(code="unknown_zone", pointer="/zone"))
    if asked.test_clock is not None and not asked.sandbox:
        faults.append(Fault(code="sandbox_only", pointer="/test_clock"))
    if faults:
        raise Rejected("invalid_request", faults)
    return Wanted(
        name=asked.name,
        currency=asked.currency,
        zone=asked.zone,
        locale=asked.locale,
        sandbox=asked.sandbox,
        test_now=asked.test_clock,
    )


def _program(listed: Listed) -> Program:
    program, standing = listed.program, listed.standing
    return Program(
        id=typeids.encode("prg", program.id),
        name=program.name,
        currency=program.currency,
        zone=program.zone,
        locale=program.locale,
        sandbox=program.sandbox,
        test_clock=None if standing.test_now is None else moment(standing.test_now),
        rulebook_version=standing.rulebook_version,
        created_at=moment(standing.created_at),
    )


@cache
def _currencies() -> frozenset[str]:
    return frozenset(list_currencies())
