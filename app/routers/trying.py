"""Which rulebook is on trial: a draft or a published version, ready to be decided with."""

import asyncio
from typing import Literal

from msgspec import Struct
from starlette.requests import Request

from app.commands import drafts as commands
from app.commands import rulebooks as publishing
from app.engine import typeids
from app.engine.context import Timeline
from app.engine.rulebook.compile import Compiled, compile_rulebook
from app.engine.rulebook.document import Rulebook
from app.repositories import drafts, ledger, rulebooks
from app.repositories.database import Reader
from app.repositories.keys import Caller
from app.routers.handles import handles
from app.routers.problems import Rejected
from app.routers.render_rulebooks import invalid

Kind = Literal["draft", "version"]
DIGITS_MAX = 9


class OnTrial(Struct, frozen=True, kw_only=True):
    """A rulebook, what is published beside it, and the programme's clock."""

    document: Rulebook
    compiled: Compiled
    timeline: Timeline
    now_us: int


async def on_trial(request: Request, caller: Caller, kind: Kind, reference: str) -> OnTrial:
    """The rulebook that a path names. Rejects what is not there, and a draft that has faults."""
    kept = handles(request)
    async with kept.database.glancing() as reader:
        document = await (_draft if kind == "draft" else _version)(reader, caller, reference)
        now_us, versions = await ledger.now(reader, caller.program.id)
    # The largest rulebooks take a while to make ready, in which tills shall not wait.
    return OnTrial(
        document=document,
        compiled=await asyncio.to_thread(compile_rulebook, document),
        timeline=await kept.reading.timeline(caller.program, versions),
        now_us=now_us,
    )


async def _draft(reader: Reader, caller: Caller, reference: str) -> Rulebook:
    found = typeids.decode("drf", reference)
    draft = None if found is None else await drafts.by_id(reader, caller.program.id, found)
    if draft is None:
        raise Rejected("draft_not_found")
    checked = await commands.checked(reader, caller.program, draft)
    if not isinstance(checked, Rulebook):
        raise invalid(checked)
    return checked


async def _version(reader: Reader, caller: Caller, reference: str) -> Rulebook:
    is_number = reference.isascii() and reference.isdigit() and len(reference) <= DIGITS_MAX
    found = await rulebooks.by_version(reader, caller.program.id, int(reference)) if is_number else None
    if found is None:
        raise Rejected("rulebook_not_found")
    return publishing.document_of(found)
