"""Erasing a member: the person goes, the books stay, and the answer proves both."""

from uuid import UUID

from msgspec import Struct

from app.commands.asks import Ask, Conflict, Unavailable, Unknown
from app.commands.identities import new_referral_code
from app.commands.lanes import TRIES_MAX, Lanes
from app.commands.requests import KeyReused, used
from app.engine.commands import Block
from app.engine.ids import fact_id
from app.repositories import erasing, journal, members, programs
from app.repositories.database import Database, Interrupted
from app.repositories.erasing import Proof
from app.repositories.programs import Program

REASON = "erased"


class Erased(Struct, frozen=True, kw_only=True):
    """The member is erased, now or since an earlier request; `replayed` if that was this very one."""

    member: UUID
    proof: Proof
    replayed: bool


async def erase(
    database: Database, lanes: Lanes, program: Program, source: int, member: UUID, key: str
) -> Erased | Conflict | Unknown | Unavailable:
    """Block the member for good, then destroy everything personal. Raises KeyReused and Interrupted.

    A process that dies between the two leaves a blocked member; the retry erases them.
    """
    fact = fact_id(program.secret, source, key)
    async with database.glancing() as reader:
        if await used(reader, program.id, source, key) is not None:
            raise KeyReused
        member = await members.heir(reader, program.id, member)
        profile = await members.by_id(reader, program.id, member)
        if profile is not None and profile.kind == "household":
            # Nobody is to lose what they share because of one of them: it is no person.
            return Unknown(what="member")
        proof = await erasing.proof(reader, program.id, member)
        if proof is not None:
            rows = await journal.facts(reader, program.id, [fact])
            if any(row.member != member for row in rows):
                raise KeyReused
            return Erased(member=member, proof=proof, replayed=bool(rows))
    # One who was never enrolled is refused that, and is erased.
    answer = await lanes.ask(program, source, Ask(member=member, command=Block(reason=REASON), key=key))
    if isinstance(answer, Conflict | Unknown | Unavailable):
        return answer
    async with database.glancing() as reader:
        end = await erasing.journal_end(reader, program.id)
        kin = await members.kin(reader, program.id, member)
        facts = await erasing.with_metadata(reader, program.id, kin, after=0, until=end)
    for _ in range(TRIES_MAX - 1):
        try:
            return await _destroy(database, program, member, list(facts), end)
        except Interrupted:
            continue
    return await _destroy(database, program, member, list(facts), end)


async def _destroy(database: Database, program: Program, member: UUID, facts: list[UUID], end: int) -> Erased:
    """In one transaction that sees nobody else's changes, so that the books before and after can be compared."""
    async with database.transaction_of_one_snapshot() as writer:
        assert await erasing.lock(writer, program.id, member), "a lane has just met this member"
        before = await erasing.books(writer, program.id, member)
        kept = await erasing.proof(writer, program.id, member)
        if kept is not None:
            return Erased(member=member, proof=kept, replayed=False)
        kin = await members.kin(writer, program.id, member)
        since = await erasing.with_metadata(writer, program.id, kin, after=end, until=before.journal_number)
        now = await programs.clock(writer)
        codes = [new_referral_code() for _ in kin]
        destroyed = await erasing.destroy(writer, program.id, kin, facts=[*facts, *since], referral_codes=codes, at=now)
        after = await erasing.books(writer, program.id, member)
        assert after == before, "an erasure touches no book"
        proof = Proof(erased_at=now, destroyed=destroyed, before=before, after=after)
        await erasing.keep(writer, program.id, member, proof)
    return Erased(member=member, proof=proof, replayed=False)
