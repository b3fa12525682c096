"""Two processes of the service on one database, and asks that race each other through both."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.commands.asks import Answered, Recorded, Unavailable
from app.commands.audit.run import audit
from app.engine.commands import Command, LetTimePass
from app.engine.refusals import Refusal
from app.engine.rulebook.document import Rulebook
from tests.commands.shops import Process, Shop, opened, process


@dataclass
class Race:
    """A shop that two processes serve."""

    shop: Shop
    processes: tuple[Process, Process]

    async def twins(self, member: UUID, command: Command, key: str | None = None) -> Answered:
        """The same ask on both processes at once: one effect, and equal answers.

        A refusal leaves no trace, so the twin of a refused ask may be accepted a moment later; then that is the answer.
        """
        key = key or self.shop.key()
        answers = await asyncio.gather(*(self.patient(member, command, key, via=via) for via in self.processes))
        recorded = [answer for answer in answers if isinstance(answer, Recorded)]
        if len(recorded) == len(answers):
            assert recorded[0].row == recorded[1].row
            assert {answer.replayed for answer in recorded} == {False, True}
        return recorded[0] if recorded else answers[0]

    async def patient(self, member: UUID, command: Command, key: str, *, via: Process) -> Answered:
        """Ask again under the same key when told to come again, as every client does."""
        while True:
            answer = await self.shop.ask(member, command, key, via=via)
            if not isinstance(answer, Unavailable):
                return answer
            await asyncio.sleep(0.01)

    async def at_once(self, asked: Iterable[tuple[UUID, Command]]) -> list[Answered]:
        """All of these at once, the processes in turn."""
        return list(
            await asyncio.gather(
                *(
                    self.patient(member, command, self.shop.key(), via=self.processes[number % 2])
                    for number, (member, command) in enumerate(asked)
                )
            )
        )

    async def time_passes(self) -> None:
        """What the sweepers of both processes do, at once."""
        await self.at_once((member, LetTimePass()) for member in self.shop.members * 2)

    async def balances(self, *members: UUID) -> list[int]:
        return [await self.shop.balance(member) for member in members or self.shop.members]

    async def free(self, member: UUID) -> int:
        """What the member can spend now."""
        standing = await self.shop.process.reading.standing(self.shop.program, member)
        assert standing is not None
        return standing.account.free


@asynccontextmanager
async def race(
    url: str, document: Rulebook, *, members: int = 1, test_now: datetime | None = None
) -> AsyncIterator[Race]:
    """A shop on two processes; whatever a test does to it, the audit finds nothing."""
    async with process(url) as one, process(url) as two:
        shop = await opened(one, document, number_of_members=members, test_now=test_now)
        yield Race(shop=shop, processes=(one, two))
        report = await audit(one.database, shop.program.id, lambda *_: None)
        (program,) = report.programs
        assert program.findings == (), program.findings
        assert program.decided_again == program.rows


def recorded(answers: Iterable[Answered]) -> list[Recorded]:
    return [answer for answer in answers if isinstance(answer, Recorded)]


def codes(answers: Iterable[Answered]) -> set[str]:
    """The codes of all refusals; any answer but a record or a refusal is a fault."""
    found: set[str] = set()
    for answer in answers:
        if isinstance(answer, Refusal):
            found.update(reason.code for reason in answer.reasons)
        else:
            assert isinstance(answer, Recorded), answer
    return found
