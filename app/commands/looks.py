"""Looks: reads of single things that arrive together share one statement."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from typing import Generic, TypeVar
from uuid import UUID

from app.repositories.database import Database, Reader

Found = TypeVar("Found")
Waiting = dict[UUID, list[asyncio.Future[Found | None]]]


class Looks(Generic[Found]):
    """One kind of thing of a programme, looked up by id; `find` reads several at once."""

    def __init__(
        self,
        database: Database,
        find: Callable[[Reader, UUID, Sequence[UUID]], Awaitable[Mapping[UUID, Found]]],
    ) -> None:
        self._database = database
        self._find = find
        self._waiting: dict[UUID, Waiting[Found]] = {}
        self._looking: set[UUID] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    async def at(self, program_id: UUID, wanted: UUID) -> Found | None:
        """Join the next look at this programme's; None if there is no such thing.

        It starts after we asked, so it sees every write that was answered before.
        """
        answer: asyncio.Future[Found | None] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(program_id, {}).setdefault(wanted, []).append(answer)
        if program_id not in self._looking:
            self._looking.add(program_id)
            task = asyncio.create_task(self._look(program_id))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return await answer

    async def _look(self, program_id: UUID) -> None:
        """Look until nobody waits. Between finding nobody and saying so nothing is awaited."""
        waiting: Waiting[Found] = {}
        try:
            async with self._database.glancing() as reader:
                while waiting := self._waiting.pop(program_id, {}):
                    found = await self._find(reader, program_id, list(waiting))
                    for answer, wanted in _open(waiting):
                        answer.set_result(found.get(wanted))
                self._looking.discard(program_id)
        except Exception as error:  # noqa: BLE001  each of those who wait handles it
            self._looking.discard(program_id)
            for group in (waiting, self._waiting.pop(program_id, {})):
                for answer, _ in _open(group):
                    answer.set_exception(error)


def _open(waiting: Waiting[Found]) -> Iterator[tuple[asyncio.Future[Found | None], UUID]]:
    for wanted, answers in waiting.items():
        for answer in answers:
            if not answer.done():
                yield answer, wanted
