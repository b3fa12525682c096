"""Drafts: rulebooks in the making, checked, compared and published."""

import asyncio
from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Path
from starlette.requests import Request
from starlette.responses import Response

from app.commands import drafts as commands
from app.commands import rulebooks as publishing
from app.commands.drafts import IsCurrent, Refused
from app.commands.plainly.voice import Voice
from app.commands.rulebooks import Made, Wanted
from app.engine import typeids
from app.engine.rulebook.document import Rulebook
from app.repositories import drafts, programs, rulebooks
from app.repositories.database import Reader, Writer
from app.repositories.drafts import Draft
from app.repositories.keys import Caller
from app.routers import asking, auth, models_drafts, queries, render_rulebooks, resolving
from app.routers.handles import handles
from app.routers.headers import header
from app.routers.models_configuration import DOCUMENT_EXAMPLE, RulebookPublished
from app.routers.models_drafts import DRAFT_EXAMPLE, DraftAsked, PublishAsked
from app.routers.operations import IF_MATCH, KEY, PAGING, Plain, answered, operation
from app.routers.problems import Rejected
from app.routers.wire import cursor_of

router = APIRouter(route_class=Plain)
TAG: Final = "Rulebook drafts"
EXAMPLE: Final = {"name": "Double points in June", "document": DOCUMENT_EXAMPLE}
READ: Final = ("missing_scope", "draft_not_found")
CURRENT: Final = ("precondition_required", "precondition_failed")
VERSION_MAX: Final = 999_999_999
FROM: Final = queries.parameter(
    "from", "The version to compare with; absent: the latest.", "2", pattern="^[1-9][0-9]{0,8}$"
)
DraftPath = Annotated[str, Path(description="An id (`drf_…`).", examples=[DRAFT_EXAMPLE])]


@router.post(
    "/v1/rulebook-drafts",
    **operation(
        "create_draft",
        TAG,
        "Begin a draft",
        models_drafts.Draft,
        auth=KEY,
        problems=(*READ, "too_many_drafts"),
        body=DraftAsked,
        example=EXAMPLE,
        status=201,
        replayable=True,
    ),
)
async def create_draft(request: Request) -> Response:
    """It is kept with all its faults; nothing is in force before it is published. Needs the scope manager."""
    caller = await auth.caller(request, auth.MANAGER)
    asked = await asking.body(request, DraftAsked)
    asking.refuse_unstorable(asked.document)
    configuring = await asking.configuring(request, caller)
    try:
        made = await commands.create(handles(request).database, caller, configuring, asked.name, asked.document)
    except Refused as error:
        raise Rejected(error.code) from None
    return _answered(made.draft, 201, replayed=made.replayed)


@router.get(
    "/v1/rulebook-drafts",
    **operation(
        "list_drafts",
        TAG,
        "List the drafts",
        models_drafts.DraftList,
        auth=KEY,
        problems=("missing_scope", "invalid_request"),
        parameters=PAGING,
    ),
)
async def list_drafts(request: Request) -> Response:
    """Oldest first."""
    caller = await auth.caller(request, auth.MANAGER)
    page = asking.page(request)
    after = asking.id_after(page, "drf")
    async with handles(request).database.glancing() as reader:
        found = await drafts.page(reader, caller.program.id, after=after, limit=page.limit + 1)
    data = [render_rulebooks.draft(each) for each in found[: page.limit]]
    has_more = len(found) > page.limit
    next_cursor = cursor_of(data[-1].id) if has_more else None
    return answered(models_drafts.DraftList(data=data, has_more=has_more, next_cursor=next_cursor))


@router.get(
    "/v1/rulebook-drafts/{draft}",
    **operation("get_draft", TAG, "Read a draft", models_drafts.Draft, auth=KEY, problems=READ),
)
async def get_draft(request: Request, draft: DraftPath) -> Response:
    """Its ETag says which state of it was read."""
    caller = await auth.caller(request, auth.MANAGER)
    async with handles(request).database.glancing() as reader:
        return _answered(await _found(reader, caller, draft))


@router.put(
    "/v1/rulebook-drafts/{draft}",
    **operation(
        "change_draft",
        TAG,
        "Change a draft",
        models_drafts.Draft,
        auth=KEY,
        problems=(*READ, *CURRENT),
        parameters=(IF_MATCH,),
        body=DraftAsked,
        example=EXAMPLE,
    ),
)
async def change_draft(request: Request, draft: DraftPath) -> Response:
    """Only if it is still as it was read: send the ETag as If-Match. Saying again what it says is no change."""
    caller = await auth.caller(request, auth.MANAGER)
    asked = await asking.body(request, DraftAsked)
    asking.refuse_unstorable(asked.document)
    is_current = _expected(request)
    try:
        changed = await commands.change(
            handles(request).database, caller, _id(draft), asked.name, asked.document, is_current
        )
    except Refused as error:
        raise Rejected(error.code) from None
    return _answered(changed)


@router.delete(
    "/v1/rulebook-drafts/{draft}",
    **operation(
        "delete_draft",
        TAG,
        "Put a draft away",
        models_drafts.Draft,
        auth=KEY,
        problems=(*READ, *CURRENT),
        parameters=(IF_MATCH,),
    ),
)
async def delete_draft(request: Request, draft: DraftPath) -> Response:
    """Only if it is still as it was read. What was published of it stays in force. Answers what it was."""
    caller = await auth.caller(request, auth.MANAGER)
    is_current = _expected(request)
    try:
        gone = await commands.delete(handles(request).database, caller, _id(draft), is_current)
    except Refused as error:
        raise Rejected(error.code) from None
    return answered(render_rulebooks.draft(gone))


@router.post(
    "/v1/rulebook-drafts/{draft}/validate",
    **operation(
        "validate_draft", TAG, "Check a draft, and tell it", models_drafts.DraftChecked, auth=KEY, problems=READ
    ),
)
async def validate_draft(request: Request, draft: DraftPath) -> Response:
    """Every fault with its pointer, or all of it in plain sentences in the language of `Accept-Language`. No body."""
    caller = await auth.caller(request, auth.MANAGER)
    async with handles(request).database.glancing() as reader:
        found = await commands.checked(reader, caller.program, await _found(reader, caller, draft))
    voice = Voice(language=resolving.language(request), currency=caller.program.currency)
    return answered(await asyncio.to_thread(render_rulebooks.checked, found, voice))


@router.get(
    "/v1/rulebook-drafts/{draft}/diff",
    **operation(
        "compare_draft",
        TAG,
        "What a draft changes",
        models_drafts.DraftDiff,
        auth=KEY,
        problems=(*READ, "invalid_request", "rulebook_not_found", "rulebook_invalid"),
        parameters=(FROM,),
    ),
)
async def compare_draft(request: Request, draft: DraftPath) -> Response:
    """Against the latest version, or another one. Plain sentences in the language of `Accept-Language`."""
    caller = await auth.caller(request, auth.MANAGER)
    async with handles(request).database.glancing() as reader:
        found = await _found(reader, caller, draft)
        listed = await programs.by_id(reader, caller.program.id)
        latest = listed.standing.rulebook_version if listed is not None else 0
        since = queries.whole(request, "from", latest, VERSION_MAX)
        old = await rulebooks.by_version(reader, caller.program.id, since)
        new = await commands.checked(reader, caller.program, found)
    if old is None:
        raise Rejected("rulebook_not_found")
    if not isinstance(new, Rulebook):
        raise render_rulebooks.invalid(new)
    voice = Voice(language=resolving.language(request), currency=caller.program.currency)
    told = await asyncio.to_thread(render_rulebooks.changes, publishing.document_of(old), new, voice)
    return answered(models_drafts.DraftDiff(from_version=since, draft=draft, language=voice.language, changes=told))


@router.post(
    "/v1/rulebook-drafts/{draft}/publish",
    **operation(
        "publish_draft",
        TAG,
        "Publish a draft",
        RulebookPublished,
        auth=KEY,
        problems=(*READ, *CURRENT, "rulebook_invalid", "effective_too_soon", "effective_not_increasing"),
        parameters=(IF_MATCH,),
        body=PublishAsked,
        example={"effective_at": "2027-01-01T00:00:00Z"},
        status=201,
        replayable=True,
    ),
)
async def publish_draft(request: Request, draft: DraftPath) -> Response:
    """Now or later, and exactly what was read: send the ETag as If-Match. The draft stays, and may become another.

    The instant of a version never changes; what was scheduled by mistake is followed by another version.
    """
    caller = await auth.caller(request, auth.MANAGER)
    asked = await asking.body(request, PublishAsked)
    configuring = await asking.configuring(request, caller)
    is_current, wanted = _expected(request), _id(draft)

    async def read(writer: Writer) -> Wanted:
        found = await drafts.lock(writer, caller.program.id, wanted)
        if found is None:
            raise Rejected("draft_not_found")
        if not is_current(found):
            raise Rejected("precondition_failed")
        return Wanted(document=render_rulebooks.draft(found).document, draft=found.id)

    made = await publishing.publish(handles(request).database, caller, configuring, read, asked.effective_at)
    if not isinstance(made, Made):
        raise render_rulebooks.refused(made)
    return answered(render_rulebooks.just_published(made.published), 201, replayed=made.replayed)


def _id(draft: str) -> UUID:
    found = typeids.decode("drf", draft)
    if found is None:
        raise Rejected("draft_not_found")
    return found


async def _found(reader: Reader, caller: Caller, draft: str) -> Draft:
    found = await drafts.by_id(reader, caller.program.id, _id(draft))
    if found is None:
        raise Rejected("draft_not_found")
    return found


def _expected(request: Request) -> IsCurrent:
    """Whether a draft is the one whose ETag the caller sends."""
    expected = header(request.scope, b"if-match")
    if expected is None:
        raise Rejected("precondition_required")
    return lambda found: asking.matches(expected, render_rulebooks.etag(render_rulebooks.draft(found)))


def _answered(found: Draft, status: int = 200, *, replayed: bool = False) -> Response:
    shown = render_rulebooks.draft(found)
    return answered(shown, status, replayed=replayed, headers={"etag": render_rulebooks.etag(shown)})
