"""Drafts of rulebooks: written by several people, checked as often as they like, and never in force by themselves."""

import json
from collections.abc import Callable
from typing import Final
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from app.commands.identities import new_id
from app.commands.requests import Request, claim, made_before
from app.commands.rulebooks import document_of
from app.engine.rulebook.check import Fault, check
from app.engine.rulebook.document import Rulebook
from app.repositories import drafts, programs, rulebooks
from app.repositories.database import Database, Reader
from app.repositories.drafts import Draft
from app.repositories.keys import Caller
from app.repositories.programs import Program

DRAFTS_MAX: Final = 500

# Whether the draft that is stored is the one that the caller has read.
IsCurrent = Callable[[Draft], bool]


class Made(Struct, frozen=True, kw_only=True):
    """A draft, and whether the same request had made it before."""

    draft: Draft
    replayed: bool


class Refused(Exception):
    """Nothing was done: too_many_drafts, draft_not_found or precondition_failed."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


async def create(database: Database, caller: Caller, request: Request, name: str, document: object) -> Made:
    """Keep a draft, whatever its faults. Raises KeyReused, and Refused with too_many_drafts or draft_not_found."""
    program = caller.program
    async with database.transaction() as writer:
        await programs.lock(writer, program.id)
        before = await made_before(writer, request)
        if before is not None:
            known = await drafts.by_id(writer, program.id, UUID(before))
            if known is None:
                raise Refused("draft_not_found")
            return Made(draft=known, replayed=True)
        if await drafts.count(writer, program.id) >= DRAFTS_MAX:
            raise Refused("too_many_drafts")
        now = await programs.clock(writer)
        draft = Draft(
            id=new_id(now),
            name=name,
            document=json.dumps(document),
            revision=1,
            created_at=now,
            created_by=caller.key,
            updated_at=now,
            updated_by=caller.key,
        )
        await drafts.insert(writer, program.id, draft)
        await claim(writer, request, str(draft.id), now)
    return Made(draft=draft, replayed=False)


async def change(
    database: Database, caller: Caller, draft: UUID, name: str, document: object, is_current: IsCurrent
) -> Draft:
    """Keep another document, if nobody has changed it meanwhile; what it says already need not be said again.

    Raises Refused with draft_not_found or precondition_failed.
    """
    async with database.transaction() as writer:
        found = await drafts.lock(writer, caller.program.id, draft)
        if found is None:
            raise Refused("draft_not_found")
        if (found.name, json.loads(found.document)) == (name, document):
            return found
        if not is_current(found):
            raise Refused("precondition_failed")
        changed = replace(
            found,
            name=name,
            document=json.dumps(document),
            revision=found.revision + 1,
            updated_at=await programs.clock(writer),
            updated_by=caller.key,
        )
        await drafts.change(writer, caller.program.id, changed)
    return changed


async def delete(database: Database, caller: Caller, draft: UUID, is_current: IsCurrent) -> Draft:
    """Show it no more. Raises Refused with draft_not_found or precondition_failed."""
    async with database.transaction() as writer:
        found = await drafts.lock(writer, caller.program.id, draft)
        if found is None:
            raise Refused("draft_not_found")
        if not is_current(found):
            raise Refused("precondition_failed")
        at = await programs.clock(writer)
        await drafts.delete(writer, caller.program.id, draft, at=at, by=caller.key)
    return found


async def checked(reader: Reader, program: Program, draft: Draft) -> Rulebook | tuple[Fault, ...]:
    """What publishing would say of it now: the rulebook, or all its faults."""
    listed = await programs.by_id(reader, program.id)
    assert listed is not None, "programmes are never removed"
    previous = await rulebooks.by_version(reader, program.id, listed.standing.rulebook_version)
    return check(json.loads(draft.document), document_of(previous) if previous else None)
