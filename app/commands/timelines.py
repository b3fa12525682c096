"""The published rulebooks of each programme, compiled once a process."""

from datetime import datetime
from typing import Final
from uuid import UUID

from app.engine.context import Edition, Timeline
from app.engine.rulebook.compile import compile_rulebook
from app.engine.rulebook.document import Rulebook
from app.repositories import rulebooks
from app.repositories.database import Database, Reader
from app.repositories.instants import us

VERSIONS_A_READ: Final = 100
NONE: Final = Timeline()


class Timelines:
    """What this process has compiled. Versions are immutable, so nothing here ever becomes wrong."""

    def __init__(self) -> None:
        self._compiled: dict[UUID, Timeline] = {}

    async def upto(self, reader: Reader, program_id: UUID, versions: int) -> Timeline:
        """The timeline of the first so many versions; missing ones are read and compiled."""
        timeline = self._compiled.get(program_id, NONE)
        while len(timeline.editions) < versions:
            known = timeline.editions
            timeline = Timeline(editions=(*known, *await self._next(reader, program_id, len(known))))
            self._compiled[program_id] = timeline
        return timeline.known(versions)

    def kept(self, program_id: UUID, versions: int) -> Timeline | None:
        """The same if this process has compiled so many already."""
        timeline = self._compiled.get(program_id, NONE)
        return timeline.known(versions) if len(timeline.editions) >= versions else None

    async def of(self, database: Database, program_id: UUID, versions: int) -> Timeline:
        """The same without a connection at hand; one is only taken when something is missing."""
        kept = self.kept(program_id, versions)
        if kept is not None:
            return kept
        async with database.glancing() as reader:
            return await self.upto(reader, program_id, versions)

    async def _next(self, reader: Reader, program_id: UUID, known: int) -> tuple[Edition, ...]:
        published = await rulebooks.since(reader, program_id, after=known, limit=VERSIONS_A_READ)
        assert published, "a programme counts its versions"
        return tuple(_edition(one.version, one.effective_at, one.document) for one in published)


def _edition(version: int, effective_at: datetime, document: str) -> Edition:
    return Edition(
        version=version,
        effective_us=us(effective_at),
        compiled=compile_rulebook(Rulebook.model_validate_json(document)),
    )
