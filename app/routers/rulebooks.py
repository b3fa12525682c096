"""Rulebooks: published by managers, version by version, and read back."""

import asyncio
import json
from typing import Annotated, Any, Final

from fastapi import APIRouter, Path
from starlette.requests import Request
from starlette.responses import Response

from app.commands import rulebooks as commands
from app.commands.plainly.voice import Voice
from app.commands.requests import Request as Configuring
from app.commands.rulebooks import DateRefused, Faulty, Made, Wanted
from app.engine.rulebook.schema import json_schema
from app.repositories import rulebooks
from app.repositories.database import Reader
from app.repositories.programs import Program
from app.repositories.rulebooks import Published
from app.routers import asking, auth, queries, resolving
from app.routers.handles import handles
from app.routers.models_configuration import (
    DOCUMENT_EXAMPLE,
    RulebookAsked,
    RulebookDiff,
    RulebookList,
    RulebookNow,
    RulebookPublished,
)
from app.routers.models_drafts import PublishAsked
from app.routers.operations import KEY, PAGING, Plain, answered, operation
from app.routers.problems import Rejected
from app.routers.render_rulebooks import changes, just_published, refused, version_now
from app.routers.wire import cursor_of

router = APIRouter(route_class=Plain)
TAG: Final = "Rulebooks"
FROM: Final = queries.parameter(
    "from", "The version to compare with; absent: the one before.", "2", pattern="^[1-9][0-9]{0,8}$"
)
VersionPath = Annotated[str, Path(description="The version, from 1.", examples=["3"])]


@router.post(
    "/v1/rulebooks",
    **operation(
        "publish_rulebook",
        TAG,
        "Publish a rulebook",
        RulebookPublished,
        auth=KEY,
        problems=("missing_scope", "rulebook_invalid", "effective_too_soon", "effective_not_increasing"),
        body=RulebookAsked,
        example={"document": DOCUMENT_EXAMPLE},
        status=201,
        replayable=True,
    ),
)
async def publish_rulebook(request: Request) -> Response:
    """The document is checked as a whole: `errors` names every fault with its pointer. Needs the scope manager.

    `warnings` names rules for which the order of refunds matters; the rulebook is published all the same.
    """
    caller = await auth.caller(request, auth.MANAGER)
    asked = await asking.body(request, RulebookAsked)
    asking.refuse_unstorable(asked.document)
    # Without the address, unlike later operations: keys of what was published long ago must still be known.
    configuring = Configuring(
        scope=caller.program.id,
        source=caller.source,
        key=asking.idempotency_key(request),
        body=await request.body(),
    )

    async def given(_: Reader) -> Wanted:
        return Wanted(document=asked.document)

    made = await commands.publish(handles(request).database, caller, configuring, given, asked.effective_at)
    return _made(made)


@router.post(
    "/v1/rulebooks/{version}/rollback",
    **operation(
        "roll_back_rulebook",
        TAG,
        "Go back to an earlier rulebook",
        RulebookPublished,
        auth=KEY,
        problems=(
            "missing_scope",
            "rulebook_not_found",
            "rulebook_invalid",
            "effective_too_soon",
            "effective_not_increasing",
        ),
        body=PublishAsked,
        example={"effective_at": "2027-01-01T00:00:00Z"},
        status=201,
        replayable=True,
    ),
)
async def roll_back_rulebook(request: Request, version: VersionPath) -> Response:
    """Publishes a new version with the document of this one, and says so in `restores`. Nothing is ever unpublished.

    It is checked like any other: should it lack a tier that members have reached since, it is refused.
    """
    caller = await auth.caller(request, auth.MANAGER)
    asked = await asking.body(request, PublishAsked)
    configuring = await asking.configuring(request, caller)
    number = _number(version)

    async def earlier(reader: Reader) -> Wanted:
        found = await _found(reader, caller.program, number)
        return Wanted(document=json.loads(found.document), restores=number)

    made = await commands.publish(handles(request).database, caller, configuring, earlier, asked.effective_at)
    return _made(made)


@router.get(
    "/v1/rulebooks",
    **operation(
        "list_rulebooks",
        TAG,
        "List the rulebooks",
        RulebookList,
        auth=KEY,
        problems=("missing_scope", "invalid_request"),
        parameters=PAGING,
    ),
)
async def list_rulebooks(request: Request) -> Response:
    """Newest first."""
    caller = await auth.caller(request, auth.MANAGER)
    page = asking.page(request)
    before = asking.number_after(page)
    async with handles(request).database.glancing() as reader:
        now = await commands.now(reader, caller.program)
        found = await rulebooks.page(reader, caller.program.id, before=before, limit=page.limit + 1)
    data = [version_now(published, now) for published in found[: page.limit]]
    has_more = len(found) > page.limit
    next_cursor = cursor_of(str(data[-1].version)) if has_more else None
    return answered(RulebookList(data=data, has_more=has_more, next_cursor=next_cursor))


@router.get(
    "/v1/rulebooks/schema",
    **operation("get_rulebook_schema", TAG, "The JSON Schema of rulebooks", None, auth=None, problems=()),
    response_model=dict[str, Any],
)
async def get_rulebook_schema(request: Request) -> Response:
    """JSON Schema 2020-12, for editors and for checks before publishing. Needs no key."""
    del request
    return Response(json.dumps(json_schema(), ensure_ascii=False), media_type="application/json")


@router.get(
    "/v1/rulebooks/{version}",
    **operation(
        "get_rulebook",
        TAG,
        "Read a rulebook",
        RulebookNow,
        auth=KEY,
        problems=("missing_scope", "rulebook_not_found"),
    ),
)
async def get_rulebook(request: Request, version: VersionPath) -> Response:
    """One version of the key's programme."""
    caller = await auth.caller(request, auth.MANAGER)
    number = _number(version)
    async with handles(request).database.glancing() as reader:
        now = await commands.now(reader, caller.program)
        return answered(version_now(await _found(reader, caller.program, number), now))


@router.get(
    "/v1/rulebooks/{version}/diff",
    **operation(
        "compare_rulebooks",
        TAG,
        "What a rulebook changes",
        RulebookDiff,
        auth=KEY,
        problems=("missing_scope", "invalid_request", "rulebook_not_found"),
        parameters=(FROM,),
    ),
)
async def compare_rulebooks(request: Request, version: VersionPath) -> Response:
    """Plain sentences in the language of `Accept-Language`. The order of rules in a document means nothing here."""
    caller = await auth.caller(request, auth.MANAGER)
    number = _number(version)
    since = queries.whole(request, "from", number - 1, _VERSION_MAX)
    async with handles(request).database.glancing() as reader:
        old = await _found(reader, caller.program, since)
        new = await _found(reader, caller.program, number)
    voice = Voice(language=resolving.language(request), currency=caller.program.currency)
    # The largest rulebooks take a tenth of a second to tell, in which tills shall not wait.
    told = await asyncio.to_thread(changes, commands.document_of(old), commands.document_of(new), voice)
    return answered(RulebookDiff(from_version=since, to_version=number, language=voice.language, changes=told))


def _number(version: str) -> int:
    if not version.isascii() or not version.isdigit() or len(version) > 9:
        raise Rejected("rulebook_not_found")
    return int(version)


async def _found(reader: Reader, program: Program, version: int) -> Published:
    found = await rulebooks.by_version(reader, program.id, version)
    if found is None:
        raise Rejected("rulebook_not_found")
    return found


def _made(made: Made | Faulty | DateRefused) -> Response:
    if not isinstance(made, Made):
        raise refused(made)
    return answered(just_published(made.published), 201, replayed=made.replayed)


_VERSION_MAX: Final = 999_999_999
