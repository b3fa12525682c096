"""Claims: what was bought before anybody was known finds its member, once, by the code on the receipt."""

from typing import Final
from uuid import UUID

from app.commands.anonymous import account_of
from app.commands.asks import Answered, Ask, Unknown
from app.commands.lanes import Lanes
from app.commands.personal import Refused
from app.engine.commands import MergeOut
from app.engine.ids import fact_id
from app.engine.refusals import Refusal
from app.repositories import journal, members
from app.repositories.database import Database, Reader
from app.repositories.programs import Program

# How often the claimant may have been merged into somebody else between two looks.
TRIES_MAX: Final = 3


async def claim(
    database: Database, lanes: Lanes, program: Program, source: int, *, member: UUID, code: str, key: str
) -> Answered:
    """Let the account of the receipt go on in the member's. Raises Refused.

    A code that leads nowhere is refused in one way, whatever is wrong with it.
    """
    account = account_of(program, code)
    for _ in range(TRIES_MAX):
        async with database.glancing() as reader:
            claimant = await _claimant(reader, program, member)
            if claimant is None:
                return Unknown(what="member")
            receipt = await members.by_id(reader, program.id, account)
            if receipt is None:
                raise Refused("unknown_claim_code")
            into = await _into(reader, program, fact_id(program.secret, source, key), account, claimant)
        answer = await lanes.ask(
            program, source, Ask(member=account, command=MergeOut(into=into, claimed=True), key=key)
        )
        if not isinstance(answer, Refusal) or answer.reasons[0].code != "member_merged":
            break
        async with database.glancing() as reader:
            if await members.heir(reader, program.id, account) != account:
                raise Refused("already_claimed")
    return answer


async def _claimant(reader: Reader, program: Program, member: UUID) -> UUID | None:
    """Who goes on with the member's account; None if that is nobody, or no person."""
    heir = await members.heir(reader, program.id, member)
    profile = await members.by_id(reader, program.id, heir)
    if profile is not None and profile.erased_at is not None:
        raise Refused("member_erased")
    return heir if profile is not None and profile.kind == "person" else None


async def _into(reader: Reader, program: Program, fact: UUID, account: UUID, claimant: UUID) -> UUID:
    """The account to be named. A retry names the one of the first time, though it has been merged since."""
    for row in await journal.facts(reader, program.id, [fact]):
        if row.member == account and isinstance(row.command, MergeOut):
            first = row.command.into
            return first if await members.heir(reader, program.id, first) == claimant else claimant
    return claimant
