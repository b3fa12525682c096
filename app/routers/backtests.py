"""Backtests: the programme's real history decided again under a draft, as a manager asks for it."""

import asyncio
import json
from datetime import date
from typing import Annotated, Any, Final
from uuid import UUID

import msgspec
from fastapi import APIRouter, Path
from starlette.requests import Request
from starlette.responses import Response

from app.commands.backtest import kept as commands
from app.commands.backtest.kept import TooMany, Wanted
from app.commands.backtest.page import page as as_page
from app.engine import typeids
from app.engine.rulebook.check import check
from app.engine.rulebook.document import Rulebook
from app.repositories import backtests
from app.repositories.backtests import Backtest
from app.repositories.keys import Caller
from app.routers import asking, auth, models_backtests
from app.routers.handles import handles
from app.routers.models_backtests import BACKTEST_EXAMPLE, EXAMPLE, BacktestAsked
from app.routers.operations import KEY, PAGING, Plain, answered, operation
from app.routers.problems import Fault, Rejected
from app.routers.render_rulebooks import invalid
from app.routers.trying import on_trial
from app.routers.wire import cursor_of, moment

router = APIRouter(route_class=Plain)
TAG: Final = "Backtests"
READ: Final = ("missing_scope", "backtest_not_found")
# Nothing is fetched from anywhere: the page has all that it needs.
PAGE_HEADERS: Final = {"content-security-policy": "default-src 'none'; style-src 'unsafe-inline'"}
HTML: Final[dict[int | str, dict[str, Any]]] = {
    200: {"description": "The report as a page.", "content": {"text/html": {"schema": {"type": "string"}}}}
}
BacktestPath = Annotated[str, Path(description="An id (`btt_…`).", examples=[BACKTEST_EXAMPLE])]


@router.post(
    "/v1/backtests",
    **operation(
        "create_backtest",
        TAG,
        "Try a rulebook on the real history",
        models_backtests.Backtest,
        auth=KEY,
        problems=("missing_scope", "rulebook_invalid", "draft_not_found", "rulebook_not_found", "too_many_backtests"),
        body=BacktestAsked,
        example=EXAMPLE,
        status=202,
        replayable=True,
    ),
)
async def create_backtest(request: Request) -> Response:
    """It is carried out in the background, in processes of its own; nothing of the programme changes.

    All that ever happened is decided again as if the rulebook had held. Needs the scope manager.
    """
    caller = await auth.caller(request, auth.MANAGER)
    asked = await asking.body(request, BacktestAsked)
    document = await _document(request, caller, asked)
    configuring = await asking.configuring(request, caller)
    value = asked.point_value
    wanted = Wanted(
        name=asked.name or _name(asked),
        document=document,
        from_day=_day(asked.from_date),
        numerator=None if value is None else value.numerator,
        denominator=None if value is None else value.denominator,
    )
    try:
        made = await commands.ask(handles(request).database, caller, configuring, wanted)
    except TooMany:
        raise Rejected("too_many_backtests") from None
    return answered(_shown(made.backtest), 202, replayed=made.replayed)


@router.get(
    "/v1/backtests",
    **operation(
        "list_backtests",
        TAG,
        "List the backtests",
        models_backtests.BacktestList,
        auth=KEY,
        problems=("missing_scope", "invalid_request"),
        parameters=PAGING,
    ),
)
async def list_backtests(request: Request) -> Response:
    """Newest first, without their reports."""
    caller = await auth.caller(request, auth.MANAGER)
    page = asking.page(request)
    before = asking.id_after(page, "btt")
    async with handles(request).database.glancing() as reader:
        found = await backtests.page(reader, caller.program.id, before=before, limit=page.limit + 1)
    data = [_shown(each) for each in found[: page.limit]]
    has_more = len(found) > page.limit
    next_cursor = cursor_of(data[-1].id) if has_more else None
    return answered(models_backtests.BacktestList(data=data, has_more=has_more, next_cursor=next_cursor))


@router.get(
    "/v1/backtests/{backtest}",
    **operation("get_backtest", TAG, "Read a backtest", models_backtests.Backtest, auth=KEY, problems=READ),
)
async def get_backtest(request: Request, backtest: BacktestPath) -> Response:
    """How far it is, and its report once it is done."""
    caller = await auth.caller(request, auth.MANAGER)
    return answered(_shown(await _found(request, caller, backtest)))


@router.get(
    "/v1/backtests/{backtest}/page",
    **operation(
        "get_backtest_page",
        TAG,
        "A backtest as a page",
        None,
        auth=KEY,
        problems=(*READ, "backtest_not_done"),
        more_responses=HTML,
    ),
)
async def get_backtest_page(request: Request, backtest: BacktestPath) -> Response:
    """The report as one HTML page with charts, which asks for nothing else: to be kept or passed on."""
    caller = await auth.caller(request, auth.MANAGER)
    found = await _found(request, caller, backtest)
    if found.report is None:
        raise Rejected("backtest_not_done")
    text = as_page(json.loads(found.report), found.name, caller.program.name)
    return Response(text, media_type="text/html", headers=PAGE_HEADERS)


@router.post(
    "/v1/backtests/{backtest}/cancel",
    **operation("cancel_backtest", TAG, "Cancel a backtest", models_backtests.Backtest, auth=KEY, problems=READ),
)
async def cancel_backtest(request: Request, backtest: BacktestPath) -> Response:
    """Its processes end within seconds. One that has ended stays as it is. No body."""
    caller = await auth.caller(request, auth.MANAGER)
    found = await commands.cancel(handles(request).database, caller.program, _id(backtest))
    if found is None:
        raise Rejected("backtest_not_found")
    return answered(_shown(found))


async def _document(request: Request, caller: Caller, asked: BacktestAsked) -> Rulebook:
    """The rulebook that is meant, without a fault."""
    if sum(each is not None for each in (asked.document, asked.draft, asked.version)) != 1:
        raise Rejected("invalid_request", [Fault(code="one_rulebook")])
    if asked.draft is not None:
        return (await on_trial(request, caller, "draft", asked.draft)).document
    if asked.version is not None:
        return (await on_trial(request, caller, "version", str(asked.version))).document
    assert asked.document is not None, "one of the three is there"
    asking.refuse_unstorable(asked.document)
    # The largest rulebooks take a while to check, in which tills shall not wait.
    checked = await asyncio.to_thread(check, asked.document, None)
    if not isinstance(checked, Rulebook):
        raise invalid(checked)
    return checked


def _name(asked: BacktestAsked) -> str:
    return asked.draft or (f"version {asked.version}" if asked.version is not None else "document")


def _day(text: str | None) -> date | None:
    try:
        return None if text is None else date.fromisoformat(text)
    except ValueError:
        raise Rejected("invalid_request", [Fault(code="not_a_day", pointer="/from_date")]) from None


def _id(backtest: str) -> UUID:
    found = typeids.decode("btt", backtest)
    if found is None:
        raise Rejected("backtest_not_found")
    return found


async def _found(request: Request, caller: Caller, backtest: str) -> Backtest:
    async with handles(request).database.glancing() as reader:
        found = await backtests.by_id(reader, caller.program.id, _id(backtest))
    if found is None:
        raise Rejected("backtest_not_found")
    return found


def _shown(kept: Backtest) -> models_backtests.Backtest:
    value = None
    if kept.numerator is not None and kept.denominator is not None:
        value = models_backtests.PointValue(numerator=kept.numerator, denominator=kept.denominator)
    report = None if kept.report is None else msgspec.json.decode(kept.report, type=models_backtests.BacktestReport)
    return models_backtests.Backtest(
        id=typeids.encode("btt", kept.id),
        name=kept.name,
        state=kept.state,
        from_date=None if kept.from_day is None else kept.from_day.isoformat(),
        point_value=value,
        done=kept.done,
        rows=kept.rows,
        requested_at=moment(kept.requested_at),
        requested_by=typeids.encode("key", kept.requested_by),
        started_at=None if kept.started_at is None else moment(kept.started_at),
        ended_at=None if kept.ended_at is None else moment(kept.ended_at),
        failure=kept.failure,
        report=report,
    )
