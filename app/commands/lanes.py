"""Lanes: every write waits in a queue, and whatever waits goes to the database as one transaction.

Nothing is ever delayed to fill a batch: a lane that is free takes what there is, one command or 256. While
it works, others queue up; under load batches grow by themselves.
"""

import asyncio
from collections import OrderedDict, deque
from collections.abc import Sequence
from typing import Final
from uuid import UUID

import structlog

from app.commands.asks import Answered, Ask, Recorded, Unavailable
from app.commands.batch import Entrant, Later, entrant, run
from app.commands.timelines import Timelines
from app.repositories.database import Cancelled, Conflicted, Database, Interrupted, Kept
from app.repositories.programs import Program

BATCH_MAX: Final = 256
QUEUE_MAX: Final = 20_000
TRIES_MAX: Final = 3
RETRY_AFTER_S: Final = 1

log = structlog.get_logger(__name__)


class Ticket:
    """An entrant and the future that its caller awaits."""

    __slots__ = ("answer", "entrant")

    def __init__(self, each: Entrant, answer: asyncio.Future[Answered]) -> None:
        self.entrant = each
        self.answer = answer

    def settle(self, answer: Answered) -> None:
        """Answer the caller, unless it has hung up."""
        if not self.answer.done():
            self.answer.set_result(answer)

    def fail(self, error: Exception) -> None:
        """Tell the caller that we are at fault."""
        if not self.answer.done():
            self.answer.set_exception(error)


class Queue:
    """What waits, first come first served within a caller and round-robin over callers."""

    def __init__(self) -> None:
        self._callers: OrderedDict[int, deque[Ticket]] = OrderedDict()
        self._returned: deque[Ticket] = deque()
        self.length = 0

    def put(self, ticket: Ticket) -> None:
        """Wait behind the same caller's earlier tickets."""
        self._callers.setdefault(ticket.entrant.source, deque()).append(ticket)
        self.length += 1

    def put_back(self, tickets: Sequence[Ticket]) -> None:
        """To be taken first in the next batch, in this order."""
        self._returned.extendleft(reversed(tickets))
        self.length += len(tickets)

    def take(self, limit: int) -> list[Ticket]:
        """At most `limit` tickets, one of each caller in turn."""
        taken: list[Ticket] = []
        while self._returned and len(taken) < limit:
            taken.append(self._returned.popleft())
        while self._callers and len(taken) < limit:
            caller, waiting = self._callers.popitem(last=False)
            taken.append(waiting.popleft())
            if waiting:
                self._callers[caller] = waiting
        self.length -= len(taken)
        return taken


class Connections:
    """The few connections that the lanes of a process share; the lane that waited longest gets the next."""

    def __init__(self, database: Database, size: int) -> None:
        self._database = database
        self._turn = asyncio.Semaphore(size)
        self._idle: list[Kept] = []

    async def __aenter__(self) -> Kept:
        await self._turn.acquire()
        if self._idle:
            return self._idle.pop()
        try:
            return await self._database.keep()
        except BaseException:
            self._turn.release()
            raise

    async def give_back(self, kept: Kept, *, sound: bool) -> None:
        """Return it; one that may have been lost is closed, and the next lane opens another."""
        try:
            if sound:
                self._idle.append(kept)
            else:
                await kept.close()
        except Exception:
            log.exception("a connection could not be closed")
        finally:
            self._turn.release()

    async def close(self) -> None:
        """Close those that nobody uses."""
        while self._idle:
            await self._idle.pop().close()


class Lane:
    """One queue of one programme, and the task that empties it."""

    def __init__(
        self,
        program: Program,
        timelines: Timelines,
        connections: Connections,
        effects: asyncio.Event,
    ) -> None:
        self.queue = Queue()
        self._effects = effects
        self._program = program
        self._timelines = timelines
        self._connections = connections
        self._wake = asyncio.Event()
        self._closing = False
        self._task = asyncio.create_task(self._serve(), name=f"lane {program.id}")

    @property
    def full(self) -> bool:
        """Nobody can be taken in: as many wait as may, or the lane is closing."""
        return self._closing or self.queue.length >= QUEUE_MAX

    def put(self, ticket: Ticket) -> None:
        """Let it wait for the next batch."""
        self.queue.put(ticket)
        self._wake.set()

    async def close(self) -> None:
        """Finish what has been taken; whoever still waits is told to come again."""
        self._closing = True
        self._wake.set()
        await self._task
        for ticket in self.queue.take(self.queue.length):
            ticket.settle(Unavailable(retry_after_s=RETRY_AFTER_S))

    async def _serve(self) -> None:
        while not self._closing:
            # Between looking at the queue and clearing the flag nothing is awaited: no wake-up is lost.
            if self.queue.length:
                await self._work()
            else:
                self._wake.clear()
                await self._wake.wait()

    async def _work(self) -> None:
        """Take one batch and answer all of it. Raises nothing: whoever comes later needs this lane."""
        try:
            kept = await self._connections.__aenter__()
        except Interrupted:
            for ticket in self.queue.take(BATCH_MAX):
                ticket.settle(Unavailable(retry_after_s=RETRY_AFTER_S))
            return
        except Exception as error:
            log.exception("no connection")
            for ticket in self.queue.take(BATCH_MAX):
                ticket.fail(error)
            return
        sound = False
        try:
            sound = await self._carry_out(kept, self.queue.take(BATCH_MAX))
        finally:
            await self._connections.give_back(kept, sound=sound)

    async def _carry_out(self, kept: Kept, tickets: list[Ticket]) -> bool:
        """Run a batch to its answers. Returns whether the connection is still good."""
        duplicates = 0
        some_cancelled = False
        for attempt in range(1, TRIES_MAX + 1):
            try:
                await self._run(kept, tickets, some_cancelled=some_cancelled)
                return True
            except Cancelled:
                some_cancelled = True
            except Conflicted as conflict:
                # A twin committed on another process while we looked: the next look finds it, once.
                duplicates += 1
                if not conflict.duplicate or duplicates > 1:
                    return await self._one_by_one(kept, tickets, conflict)
            except Interrupted as interruption:
                log.warning("batch interrupted", attempt=attempt, cause=repr(interruption.__cause__))
            except Exception as error:
                log.exception("batch failed", size=len(tickets))
                return await self._one_by_one(kept, tickets, error)
        for ticket in tickets:
            ticket.settle(Unavailable(retry_after_s=RETRY_AFTER_S))
        return False

    async def _one_by_one(self, kept: Kept, tickets: list[Ticket], error: Exception) -> bool:
        """Find the one that spoils the batch, so that its neighbours do not pay for it."""
        if len(tickets) == 1:
            tickets[0].fail(error)
            return not isinstance(error, Interrupted)
        sound = True
        for ticket in tickets:
            sound = await self._carry_out(kept, [ticket]) and sound
        return sound

    async def _run(self, kept: Kept, tickets: list[Ticket], *, some_cancelled: bool) -> None:
        entrants = [ticket.entrant for ticket in tickets]
        async with kept.transaction() as writer:
            answers = await run(writer, self._program, self._timelines, entrants, some_cancelled=some_cancelled)
        later = []
        for ticket, answer in zip(tickets, answers, strict=True):
            if isinstance(answer, Later):
                later.append(ticket)
            else:
                ticket.settle(answer)
                if isinstance(answer, Recorded) and answer.row.change.effects:
                    self._effects.set()
        if later:
            self.queue.put_back(later)


class Lanes:
    """The lanes of all programmes that this process serves."""

    def __init__(
        self,
        database: Database,
        timelines: Timelines,
        *,
        lanes_per_program: int = 1,
        connections: int = 2,
    ) -> None:
        # Set when a row with effects was recorded, so that the follower need not wait for its next round.
        self.effects = asyncio.Event()
        self._timelines = timelines
        self._lanes_per_program = lanes_per_program
        self._connections = Connections(database, connections)
        self._lanes: dict[UUID, list[Lane]] = {}

    @property
    def waiting(self) -> int:
        """How many commands wait, over all lanes."""
        return sum(lane.queue.length for lanes in self._lanes.values() for lane in lanes)

    def enqueue(self, program: Program, source: int, ask: Ask) -> asyncio.Future[Answered]:
        """Queue a command; the future is answered after the commit. Commands of a member keep their order."""
        answer: asyncio.Future[Answered] = asyncio.get_running_loop().create_future()
        lane = self._lane(program, ask.member)
        if lane.full:
            answer.set_result(Unavailable(retry_after_s=RETRY_AFTER_S))
        else:
            lane.put(Ticket(entrant(program, source, ask), answer))
        return answer

    async def ask(self, program: Program, source: int, ask: Ask) -> Answered:
        """Carry out a command and await its answer. A caller that goes away cancels nobody's work."""
        return await self.enqueue(program, source, ask)

    async def close(self) -> None:
        """Stop taking batches; those under way are finished."""
        await asyncio.gather(*(lane.close() for lanes in self._lanes.values() for lane in lanes))
        await self._connections.close()

    def _lane(self, program: Program, member: UUID) -> Lane:
        lanes = self._lanes.get(program.id)
        if lanes is None:
            lanes = self._lanes[program.id] = [
                Lane(program, self._timelines, self._connections, self.effects) for _ in range(self._lanes_per_program)
            ]
        return lanes[member.int % len(lanes)]
