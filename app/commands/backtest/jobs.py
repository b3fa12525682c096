"""What a backtest is asked, and the timeline under which it decides."""

import json
from typing import Any, Final
from uuid import UUID

from msgspec import Struct
from msgspec import json as fast

from app.commands.timelines import Timelines
from app.engine.context import Edition, Timeline
from app.engine.rulebook.compile import compile_rulebook
from app.engine.rulebook.document import Rulebook
from app.repositories.database import Reader

# Before every purchase that anybody could have recorded.
BEGINNING_US: Final = 0


class Job(Struct, frozen=True, kw_only=True):
    """One backtest: the document as JSON text and the instant from which it holds (None: from the beginning).

    Without a document the history is decided under the rulebooks as they were, which must change nothing.
    """

    program_id: UUID
    document: str | None
    from_us: int | None = None


def timeline_of(published: Timeline, job: Job) -> Timeline:
    """The versions that were in force before the draft, and then the draft, for ever."""
    if job.document is None:
        return published
    from_us = BEGINNING_US if job.from_us is None else job.from_us
    before = tuple(edition for edition in published.editions if edition.effective_us < from_us)
    document = Rulebook.model_validate(json.loads(job.document))
    draft = Edition(
        version=max((edition.version for edition in published.editions), default=0) + 1,
        effective_us=from_us,
        compiled=compile_rulebook(document),
    )
    return Timeline(editions=(*before, draft))


async def published(reader: Reader, program_id: UUID, rulebooks: int) -> Timeline:
    """What was published so far."""
    return await Timelines().upto(reader, program_id, rulebooks)


def as_text(document: dict[str, Any]) -> str:
    """A document as the job carries it."""
    return fast.encode(document).decode()
