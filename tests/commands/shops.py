"""A programme with members in a real database, and a process that works for it."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID, uuid4

from app.commands.asks import Answered, Ask, Recorded
from app.commands.lanes import Lanes
from app.commands.reading import Reading
from app.commands.timelines import Timelines
from app.engine.commands import Command, Enrol
from app.engine.rulebook.document import Rulebook
from app.repositories import members, programs, rulebooks
from app.repositories.database import Database
from app.repositories.members import Profile
from app.repositories.programs import Program
from app.repositories.rulebooks import Published
from tests.engine.builders import CURRENCY, ZONE, rulebook

TILL = 1
WEB = 2


@dataclass
class Process:
    """What one process of the service holds: its own connections, lanes and compiled rulebooks."""

    database: Database
    lanes: Lanes
    reading: Reading


@asynccontextmanager
async def process(
    url: str, *, connections: int = 4, lanes_per_program: int = 1, patience_s: int = 0
) -> AsyncIterator[Process]:
    """A process that serves from this database, and ends in order."""
    database, timelines = Database(url, connections=connections, patience_s=patience_s), Timelines()
    lanes = Lanes(database, timelines, lanes_per_program=lanes_per_program, connections=2)
    try:
        yield Process(database=database, lanes=lanes, reading=Reading(database, timelines))
    finally:
        await lanes.close()
        await database.close()


@dataclass
class Shop:
    """A programme of its own with enrolled members, and keys that nobody has used."""

    program: Program
    members: list[UUID]
    process: Process
    numbers: "itertools.count[int]" = field(default_factory=itertools.count)

    def key(self) -> str:
        return f"key-{next(self.numbers):08}"

    async def ask(
        self, member: UUID, command: Command, key: str | None = None, *, via: Process | None = None, source: int = TILL
    ) -> Answered:
        ask = Ask(member=member, command=command, key=key or self.key())
        return await (via or self.process).lanes.ask(self.program, source, ask)

    async def together(self, *asked: tuple[UUID, Command]) -> list[Answered]:
        """Ask for all of these at once: they go into one batch."""
        return list(await asyncio.gather(*(self.ask(member, command) for member, command in asked)))

    async def must(self, member: UUID, command: Command, key: str | None = None) -> Recorded:
        answer = await self.ask(member, command, key)
        assert isinstance(answer, Recorded), answer
        return answer

    async def balance(self, member: UUID) -> int:
        standing = await self.process.reading.standing(self.program, member)
        assert standing is not None
        return standing.account.balance

    async def joined(self, referrer: UUID | None = None, *, enrolled: bool = True) -> UUID:
        """One more member."""
        member = uuid4()
        now = datetime.now(UTC)
        profile = Profile(
            id=member,
            name=None,
            phone=None,
            language="vi",
            referral_code=member.hex[:12],
            created_at=now,
            updated_at=now,
        )
        async with self.process.database.transaction() as writer:
            assert await members.insert(writer, self.program.id, profile)
        if enrolled:
            await self.must(member, Enrol(referrer=referrer))
        self.members.append(member)
        return member

    async def publish(self, document: Rulebook, version: int, effective_at: datetime) -> None:
        published = Published(
            version=version,
            document=document.model_dump_json(),
            effective_at=effective_at,
            published_at=effective_at,
            published_by=self.program.id,
        )
        async with self.process.database.transaction() as writer:
            await rulebooks.insert(writer, self.program.id, published)
            await programs.set_rulebook_version(writer, self.program.id, version)

    async def clock(self, now: datetime) -> None:
        """Move the test clock, also back: what a wrong clock would do."""
        async with self.process.database.transaction() as writer:
            await programs.set_test_clock(writer, self.program.id, now)


async def opened(
    process_: Process,
    *documents: Rulebook,
    number_of_members: int = 1,
    test_now: datetime | None = None,
    effective: Sequence[datetime] = (datetime(2020, 1, 1, tzinfo=UTC),),
) -> Shop:
    """A new programme; a test clock makes it a sandbox."""
    program = Program(
        id=uuid4(),
        name="Shop",
        currency=CURRENCY,
        zone=ZONE,
        locale="vi",
        sandbox=test_now is not None,
        secret=uuid4().bytes + uuid4().bytes,
    )
    async with process_.database.transaction() as writer:
        await programs.insert(writer, program, test_now=test_now, created_at=datetime.now(UTC))
    shop = Shop(program=program, members=[], process=process_)
    for version, (document, at) in enumerate(zip(documents or (rulebook(),), effective, strict=True), start=1):
        await shop.publish(document, version, at)
    for _ in range(number_of_members):
        await shop.joined()
    return shop
