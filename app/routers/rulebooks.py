"""Rulebooks: published by managers, version by version, and read back."""

import asyncio
import json
from typing import Annotated, Any, Final

from fastapi import APIRouter, Path
from msgspec import structs
from starlette.requests import Request
from starlette.responses import Response

from app.commands import rulebooks as commands
from app.commands.plainly.compare import Change, compare
from app.commands.plainly.voice import Voice
from app.commands.requests import Request as Configuring
from app.commands.rulebooks import DateRefused, Faulty
from app.engine import typeids
from app.engine.rulebook.check import Fault as RulebookFault
from app.engine.rulebook.document import Rulebook
from app.engine.rulebook.refund_order import order_matters
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
    RulebookChange,
    RulebookDetail,
    RulebookDiff,
    RulebookList,
    RulebookPublished,
    RulebookVersion,
    RulebookWarning,
)
from app.routers.operations import KEY, PAGING, Plain, answered, operation
from app.routers.problems import Fault, Rejected
from app.routers.wire import cursor_of, moment

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
    _refuse_unstorable(asked.document)
    configuring = Configuring(
        scope=caller.program.id,
        source=caller.source,
        key=asking.idempotency_key(request),
        body=await request.body(),
    )
    database = handles(request).database
    made = await commands.publish(database, caller, configuring, asked.document, asked.effective_at)
    if isinstance(made, Faulty):
        raise Rejected("rulebook_invalid", [_fault(fault) for fault in made.faults])
    if isinstance(made, DateRefused):
        raise Rejected(
            made.code,
            [Fault(code=made.code, pointer="/effective_at", values=_NOTICE)],
            values=dict(_NOTICE),
        )
    return answered(_published(made.published), 201, replayed=made.replayed)


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
        found = await rulebooks.page(reader, caller.program.id, before=before, limit=page.limit + 1)
    data = [_version(published) for published in found[: page.limit]]
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
        RulebookVersion,
        auth=KEY,
        problems=("missing_scope", "rulebook_not_found"),
    ),
)
async def get_rulebook(request: Request, version: VersionPath) -> Response:
    """One version of the key's programme."""
    caller = await auth.caller(request, auth.MANAGER)
    number = _number(version)
    async with handles(request).database.glancing() as reader:
        return answered(_version(await _found(reader, caller.program, number)))


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
    changes = await asyncio.to_thread(_compare, old, new, voice)
    return answered(
        RulebookDiff(from_version=since, to_version=number, language=voice.language, changes=changes),
    )


def _number(version: str) -> int:
    if not version.isascii() or not version.isdigit() or len(version) > 9:
        raise Rejected("rulebook_not_found")
    return int(version)


async def _found(reader: Reader, program: Program, version: int) -> Published:
    found = await rulebooks.by_version(reader, program.id, version)
    if found is None:
        raise Rejected("rulebook_not_found")
    return found


def _compare(old: Published, new: Published, voice: Voice) -> list[RulebookChange]:
    changes = compare(commands.document_of(old), commands.document_of(new), voice)
    return [_changed(change) for change in changes]


def _changed(change: Change) -> RulebookChange:
    details = [RulebookDetail(aspect=each.aspect, before=each.before, after=each.after) for each in change.details]
    return RulebookChange(kind=change.kind, section=change.section, id=change.id, text=change.text, details=details)


_VERSION_MAX: Final = 999_999_999
_NOTICE: Final = (("seconds_min", int(commands.NOTICE.total_seconds())),)


def _version(published: Published) -> RulebookVersion:
    return RulebookVersion(
        version=published.version,
        effective_at=moment(published.effective_at),
        published_at=moment(published.published_at),
        published_by=typeids.encode("key", published.published_by),
        document=json.loads(published.document),
    )


def _published(published: Published) -> RulebookPublished:
    version = _version(published)
    found = order_matters(Rulebook.model_validate(version.document))
    warnings = [
        RulebookWarning(pointer=f"/document{fault.pointer}", code=fault.code, detail=fault.detail) for fault in found
    ]
    return RulebookPublished(**structs.asdict(version), warnings=warnings)


def _fault(fault: RulebookFault) -> Fault:
    return Fault(code=fault.code, pointer=f"/document{fault.pointer}", detail=fault.detail)


def _refuse_unstorable(document: dict[str, Any]) -> None:
    """Text with control characters would not fit into the database, and NaN is no JSON."""
    waiting: list[tuple[str, Any]] = [("/document", document)]
    while waiting:
        pointer, value = waiting.pop()
        if isinstance(value, dict):
            waiting.extend((pointer, key) for key in value)
            waiting.extend((f"{pointer}/{key}", part) for key, part in value.items())
        elif isinstance(value, list):
            waiting.extend((f"{pointer}/{index}", part) for index, part in enumerate(value))
        elif (isinstance(value, str) and "\x00" in value) or (isinstance(value, float) and value - value != 0):
            raise Rejected("invalid_request", [Fault(code="unstorable", pointer=pointer[:300])])
