"""The languages that members read, kept in memory for a while: answers speak to them, and a fact does not know them."""

import asyncio
import time
from typing import Final
from uuid import UUID

from app.repositories import languages
from app.repositories.database import Database, Interrupted

KEPT_S: Final = 60.0
KEPT_MAX: Final = 200_000


class Spoken:
    """What this process remembers. Members about whom somebody asks meanwhile share the next statement."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._kept: dict[tuple[UUID, UUID], tuple[float, str | None]] = {}
        self._next: dict[UUID, tuple[set[UUID], asyncio.Task[dict[UUID, str]]]] = {}

    async def of(self, program_id: UUID, member: UUID) -> str | None:
        """The language of a member; None for one who is unknown, and when the database cannot be asked.

        It may be a minute old: a fact is not worth less for a sentence in the language of before.
        """
        kept = self._kept.get((program_id, member))
        if kept is not None and kept[0] > time.monotonic():
            return kept[1]
        try:
            found = (await self._ask(program_id, member)).get(member)
        except Interrupted:
            return None
        if len(self._kept) >= KEPT_MAX:
            self._kept.clear()
        self._kept[program_id, member] = time.monotonic() + KEPT_S, found
        return found

    def forget(self, program_id: UUID, member: UUID) -> None:
        """The member reads another one from now on."""
        self._kept.pop((program_id, member), None)

    async def _ask(self, program_id: UUID, member: UUID) -> dict[UUID, str]:
        """Join the statement that has not been sent yet."""
        if program_id not in self._next:
            members: set[UUID] = set()
            self._next[program_id] = members, asyncio.create_task(self._find(program_id, members))
        members, task = self._next[program_id]
        members.add(member)
        return await asyncio.shield(task)

    async def _find(self, program_id: UUID, members: set[UUID]) -> dict[UUID, str]:
        try:
            async with self._database.glancing() as reader:
                # From here on the statement is closed: whoever comes now begins the next one.
                self._close(program_id, members)
                return await languages.of_members(reader, program_id, list(members))
        finally:
            self._close(program_id, members)

    def _close(self, program_id: UUID, members: set[UUID]) -> None:
        waiting = self._next.get(program_id)
        if waiting is not None and waiting[0] is members:
            del self._next[program_id]
