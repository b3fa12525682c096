"""Programmes: make one, move the test clock of a sandbox, and keep their immutable facts at hand."""

import secrets
from datetime import datetime
from typing import Final
from uuid import UUID

from msgspec import Struct

from app.commands.identities import new_id
from app.commands.requests import Request, claim, made_before
from app.repositories import configuration, programs
from app.repositories.database import Database, Reader
from app.repositories.programs import Listed, Program

OPERATOR: Final = UUID(int=0)
OPERATOR_SOURCE: Final = 0
CACHED_MAX: Final = 10_000


class Wanted(Struct, frozen=True, kw_only=True):
    """A programme to be made."""

    name: str
    currency: str
    zone: str
    locale: str
    sandbox: bool
    test_now: datetime | None


class Made(Struct, frozen=True, kw_only=True):
    """The programme, and whether the same request had made it before."""

    listed: Listed
    replayed: bool


class Advanced(Struct, frozen=True, kw_only=True):
    """Where the test clock was put, now or by the same request before."""

    now: datetime
    replayed: bool


class ClockRefused(Struct, frozen=True, kw_only=True):
    """The test clock stays where it is: `not_a_sandbox` or `clock_runs_forward`."""

    code: str


class Programs:
    """The immutable facts of programmes that this process has met."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: dict[UUID, Program] = {}

    async def of(self, program_id: UUID) -> Program | None:
        """The programme, or None if there is none."""
        known = self._known.get(program_id)
        if known is not None:
            return known
        async with self._database.glancing() as reader:
            listed = await programs.by_id(reader, program_id)
        if listed is None:
            return None
        if len(self._known) >= CACHED_MAX:
            self._known.clear()
        return self._known.setdefault(program_id, listed.program)


async def now_of(reader: Reader, test_now: datetime | None) -> datetime:
    """What a programme calls now."""
    return await programs.clock(reader) if test_now is None else test_now


async def create(database: Database, request: Request, wanted: Wanted) -> Made:
    """Make a programme with an empty journal. Raises KeyReused."""
    async with database.transaction() as writer:
        before = await made_before(writer, request)
        created_at = await programs.clock(writer)
        program = Program(
            id=new_id(created_at),
            name=wanted.name,
            currency=wanted.currency,
            zone=wanted.zone,
            locale=wanted.locale,
            sandbox=wanted.sandbox,
            secret=secrets.token_bytes(32),
        )
        if before is None and await configuration.claim(
            writer,
            request.scope,
            request.source,
            request.key,
            digest=request.digest,
            resource=str(program.id),
            created_at=created_at,
        ):
            await programs.insert(writer, program, test_now=wanted.test_now, created_at=created_at)
            before = str(program.id)
            replayed = False
        else:
            before = before or await made_before(writer, request)
            replayed = True
        assert before is not None, "the key was taken by a request that has committed"
        listed = await programs.by_id(writer, UUID(before))
    assert listed is not None, "programmes are never removed"
    return Made(listed=listed, replayed=replayed)


async def advance(database: Database, program: Program, request: Request, to: datetime) -> Advanced | ClockRefused:
    """Move the test clock forward. A sandbox that ran on real time stands still from now on, at `to`.

    Raises KeyReused.
    """
    if not program.sandbox:
        return ClockRefused(code="not_a_sandbox")
    async with database.transaction() as writer:
        standing = await programs.lock(writer, program.id)
        if await made_before(writer, request) is not None:
            return Advanced(now=to, replayed=True)
        now = await now_of(writer, standing.test_now)
        if to < now:
            return ClockRefused(code="clock_runs_forward")
        await programs.set_test_clock(writer, program.id, to)
        await claim(writer, request, to.isoformat(), now)
    return Advanced(now=to, replayed=False)
