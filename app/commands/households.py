"""Households: a wallet that members share is an account of its own."""

from uuid import UUID

from msgspec import Struct

from app.commands.asks import Answered, Ask
from app.commands.identities import new_id, new_referral_code
from app.commands.lanes import Lanes
from app.commands.reading import Reading
from app.commands.requests import Request, claim, made_before
from app.engine.commands import Enrol
from app.repositories import households, members, programs
from app.repositories.database import Conflicted, Database
from app.repositories.members import Profile
from app.repositories.programs import Program


class Household(Struct, frozen=True, kw_only=True):
    """A shared wallet: who shares it, and what can be spent of it."""

    id: UUID
    members: tuple[UUID, ...]
    points: int


class Opened(Struct, frozen=True, kw_only=True):
    """The account of a new household, and what the lane answered to its opening."""

    id: UUID
    answered: Answered


async def found(database: Database, lanes: Lanes, program: Program, request: Request) -> Opened:
    """Open a household without members. Raises KeyReused.

    A process that dies between making and opening leaves an account that is not open; the retry opens it.
    """
    async with database.transaction() as writer:
        before = await made_before(writer, request)
        household = UUID(before) if before is not None else None
        if household is None:
            now = await programs.clock(writer)
            profile = Profile(
                id=new_id(now),
                name=None,
                phone=None,
                language=program.locale,
                referral_code=new_referral_code(),
                created_at=now,
                updated_at=now,
                kind="household",
            )
            if not await members.insert(writer, program.id, profile):
                raise Conflicted(duplicate=True)
            await claim(writer, request, str(profile.id), now)
            household = profile.id
    # No caller can send such a key, because it has spaces.
    ask = Ask(member=household, command=Enrol(), key=f"opening of {household}")
    return Opened(id=household, answered=await lanes.ask(program, request.source, ask))


async def shown(database: Database, reading: Reading, program: Program, household: UUID) -> Household | None:
    """A household at this instant, or None if it is none."""
    async with database.glancing() as reader:
        if not await households.is_household(reader, program.id, household):
            return None
        sharing = await households.sharing(reader, program.id, household)
    standing = await reading.standing(program, household)
    assert standing is not None, "it is an account"
    return Household(id=household, members=sharing, points=standing.account.free)
