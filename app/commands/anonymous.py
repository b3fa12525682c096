"""Purchases without a member: each has an account of its own, to which the code on its receipt leads.

The code follows from the purchase, and the account from the code, both by the programme's secret. So a retry finds
the account, whoever has the receipt finds it too, and no table has to say which code is whose.
"""

import asyncio
from typing import Final
from uuid import UUID

from app.commands.asks import Answered, Ask, Recorded, receipt
from app.commands.identities import new_member_secret, new_referral_code
from app.commands.lanes import Lanes
from app.commands.reading import Reading
from app.engine.commands import Enrol, Purchase
from app.engine.ids import claim_code, claimed_account, fact_id, is_derived
from app.engine.refusals import Refusal
from app.repositories import journal, members, people, programs
from app.repositories.database import Conflicted, Database, Reader
from app.repositories.journal import JournalRow
from app.repositories.members import Profile
from app.repositories.programs import Program

# How codes are read: what looks alike is alike (Crockford's base 32), and how it is set apart does not matter.
_READ: Final = str.maketrans("ilo", "110", " -")


def code_of(program: Program, row: JournalRow) -> str | None:
    """The code with which a recorded purchase can be claimed; None if it was recorded for a member."""
    if not is_derived(row.member):
        return None
    code = claim_code(program.secret, row.external_key or row.id)
    return written(code) if claimed_account(program.secret, code) == row.member else None


def account_of(program: Program, code: str) -> UUID:
    """The account to which a code leads, if there is one: only the data base knows."""
    return claimed_account(program.secret, code.lower().translate(_READ).upper())


def written(code: str) -> str:
    """A code as it stands on a receipt: in fours."""
    return "-".join(code[place : place + 4] for place in range(0, len(code), 4))


async def buy(database: Database, lanes: Lanes, reading: Reading, program: Program, source: int, ask: Ask) -> Answered:
    """Record a purchase on an account of its own. Raises Conflicted.

    `ask.member` is that account, see `account_for`. What would be refused is refused before there is an account, and
    leaves no trace. A process that dies between making the account, opening it and recording leaves what the retry
    completes.
    """
    assert isinstance(ask.command, Purchase), "only purchases are anonymous"
    async with database.glancing() as reader:
        is_made = await members.by_id(reader, program.id, ask.member) is not None
        if not is_made and await _is_used(reader, program, source, ask):
            # Recorded for somebody, under this key or receipt number: the lane says so.
            return await lanes.ask(program, source, ask)
    if not is_made:
        would = await reading.quote_for_nobody(program, ask.command)
        if isinstance(would, Refusal):
            return would
        await _make(database, program, ask.member)
    # No caller can send such a key, because it has spaces. Of one member the lane keeps the order.
    opening = Ask(member=ask.member, command=Enrol(), key=f"opening of {ask.member}")
    opened, answer = await asyncio.gather(lanes.enqueue(program, source, opening), lanes.enqueue(program, source, ask))
    return answer if isinstance(opened, Recorded) or isinstance(answer, Recorded) else opened


def account_for(program: Program, source: int, key: str, command: Purchase) -> UUID:
    """The account of an anonymous purchase. By the receipt number, so that it is one purchase under any key."""
    name = receipt(program.secret, source, command) or fact_id(program.secret, source, key)
    return claimed_account(program.secret, claim_code(program.secret, name))


async def _is_used(reader: Reader, program: Program, source: int, ask: Ask) -> bool:
    if await journal.facts(reader, program.id, [fact_id(program.secret, source, ask.key)]):
        return True
    own = receipt(program.secret, source, ask.command)
    return own is not None and bool(await journal.externals(reader, program.id, [own]))


async def _make(database: Database, program: Program, account: UUID) -> None:
    async with database.transaction() as writer:
        now = await programs.clock(writer)
        profile = Profile(
            id=account,
            name=None,
            phone=None,
            language=program.locale,
            referral_code=new_referral_code(),
            created_at=now,
            updated_at=now,
            kind="anonymous",
        )
        if await members.insert(writer, program.id, profile):
            await people.keep_secret(writer, program.id, account, new_member_secret())
        elif await members.by_id(writer, program.id, account) is None:
            raise Conflicted(duplicate=True)
