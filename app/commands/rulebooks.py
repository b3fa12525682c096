"""Publishing: check a document against the version before it, number it, fix the instant from which it is in force."""

import json
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from msgspec import Struct

from app.commands.programs import now_of
from app.commands.requests import Request, claim, made_before
from app.engine.rulebook.check import Fault, check
from app.engine.rulebook.document import Rulebook
from app.repositories import programs, rulebooks
from app.repositories.database import Database, Reader, Writer
from app.repositories.keys import Caller
from app.repositories.programs import Program
from app.repositories.rulebooks import Published

# Every process learns of a version before it is in force, so that its instant alone decides.
NOTICE: Final = timedelta(seconds=60)


class Made(Struct, frozen=True, kw_only=True):
    """A version, and whether the same request had published it before."""

    published: Published
    replayed: bool


class Faulty(Struct, frozen=True, kw_only=True):
    """The document is not a rulebook."""

    faults: tuple[Fault, ...]


class DateRefused(Struct, frozen=True, kw_only=True):
    """The instant will not do: `effective_too_soon` or `effective_not_increasing`."""

    code: str


class Wanted(Struct, frozen=True, kw_only=True):
    """A document to be published: the draft that it is, the earlier version whose document it is, or neither."""

    document: object
    draft: UUID | None = None
    restores: int | None = None


# Reads what shall be published, once it is certain that the request has not published it before.
Read = Callable[[Writer], Awaitable[Wanted]]


async def publish(
    database: Database, caller: Caller, request: Request, read: Read, effective_at: datetime | None
) -> Made | Faulty | DateRefused:
    """Publish the next version. Raises KeyReused, and what `read` raises."""
    program = caller.program
    async with database.transaction() as writer:
        standing = await programs.lock(writer, program.id)
        before = await made_before(writer, request)
        if before is not None:
            known = await rulebooks.by_version(writer, program.id, int(before))
            assert known is not None, "versions are never removed"
            return Made(published=known, replayed=True)
        previous = await rulebooks.by_version(writer, program.id, standing.rulebook_version)
        wanted = await read(writer)
        checked = check(wanted.document, document_of(previous) if previous else None)
        if not isinstance(checked, Rulebook):
            return Faulty(faults=checked)
        now = await now_of(writer, standing.test_now)
        dated = _effective(program, previous, now, effective_at)
        if isinstance(dated, DateRefused):
            return dated
        published = Published(
            version=standing.rulebook_version + 1,
            document=checked.model_dump_json(by_alias=True),
            effective_at=dated,
            published_at=now,
            published_by=caller.key,
            draft=wanted.draft,
            restores=wanted.restores,
        )
        await rulebooks.insert(writer, program.id, published)
        await programs.set_rulebook_version(writer, program.id, published.version)
        await claim(writer, request, str(published.version), now)
    return Made(published=published, replayed=False)


async def now(reader: Reader, program: Program) -> datetime:
    """What the programme calls now."""
    listed = await programs.by_id(reader, program.id)
    assert listed is not None, "programmes are never removed"
    return await now_of(reader, listed.standing.test_now)


def document_of(published: Published) -> Rulebook:
    """A stored document was checked when it was published; reading it back needs no second opinion."""
    return Rulebook.model_validate(json.loads(published.document))


def _effective(
    program: Program, previous: Published | None, now: datetime, asked: datetime | None
) -> datetime | DateRefused:
    """The instant from which a version published now is in force."""
    notice = timedelta(0) if program.sandbox or previous is None else NOTICE
    soonest = now + notice
    latest = previous.effective_at if previous else None
    if asked is None:
        # Two versions of a clock that stands still take effect one microsecond apart.
        return soonest if latest is None else max(soonest, latest + timedelta(microseconds=1))
    if asked < soonest:
        return DateRefused(code="effective_too_soon")
    if latest is not None and asked <= latest:
        return DateRefused(code="effective_not_increasing")
    return asked
