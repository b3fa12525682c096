"""Adjustments that need a second person: asked for by one key, decided by another."""

from collections.abc import Mapping
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from app.commands.asks import Answered, Ask
from app.commands.lanes import Lanes
from app.commands.requests import KeyCancelled, KeyReused
from app.engine.commands import Adjustment
from app.engine.ids import fact_id
from app.engine.refusals import Refusal
from app.repositories import adjustment_requests as requests
from app.repositories import cancellations, programs
from app.repositories.adjustment_requests import AdjustmentRequest
from app.repositories.database import Database
from app.repositories.keys import Caller


class Undecidable(Exception):
    """Nothing was decided: `code` is adjustment_decided or second_person_needed."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Approved(Struct, frozen=True, kw_only=True):
    """The request as it stands now, and what the lane answered."""

    request: AdjustmentRequest
    answered: Answered


async def ask_for(
    database: Database, caller: Caller, member: UUID, command: Adjustment, key: str, metadata: Mapping[str, str]
) -> AdjustmentRequest:
    """Remember an adjustment until somebody else decides; the same request again finds the first.

    Raises KeyReused when the key had asked for something else, and KeyCancelled.
    """
    fact = fact_id(caller.program.secret, caller.source, key)
    async with database.transaction() as writer:
        if await cancellations.among(writer, caller.program.id, [fact]):
            raise KeyCancelled
        wanted = AdjustmentRequest(
            id=fact,
            member=member,
            asked_by=caller.key,
            source=caller.source,
            key=key,
            command=command,
            metadata=metadata,
            created_at=await programs.clock(writer),
        )
        await requests.insert(writer, caller.program.id, wanted)
        found = await requests.by_id(writer, caller.program.id, fact)
    assert found is not None, "it was inserted, or there"
    return _same(found, member, command, metadata)


async def asked_before(
    database: Database, caller: Caller, member: UUID, command: Adjustment, key: str, metadata: Mapping[str, str]
) -> AdjustmentRequest | None:
    """What the same request asked for when it came before, whatever has become of it; None if it has not.

    Raises KeyReused when the key had asked for something else.
    """
    fact = fact_id(caller.program.secret, caller.source, key)
    async with database.glancing() as reader:
        found = await requests.by_id(reader, caller.program.id, fact)
    return None if found is None else _same(found, member, command, metadata)


def _same(
    found: AdjustmentRequest, member: UUID, command: Adjustment, metadata: Mapping[str, str]
) -> AdjustmentRequest:
    if (found.member, found.command, found.metadata) != (member, command, metadata):
        raise KeyReused
    return found


async def approve(database: Database, lanes: Lanes, caller: Caller, found: AdjustmentRequest) -> Approved:
    """Decide, then carry the adjustment out under the key of who asked for it. Raises Undecidable.

    Approving again what was approved finds what was recorded, or records what a crash left undone. What is refused is
    not decided: it waits on, to be approved when it is possible, or rejected.
    """
    decided = await _decide(database, caller, found, "approved")
    assert isinstance(decided.command, Adjustment), "only adjustments are asked for"
    command = replace(decided.command, approver=decided.decided_by)
    ask = Ask(member=decided.member, command=command, key=decided.key, metadata=decided.metadata)
    answer = await lanes.ask(caller.program, decided.source, ask)
    if isinstance(answer, Refusal):
        await _leave_undecided(database, caller.program.id, decided.id, answer)
    return Approved(request=decided, answered=answer)


async def reject(database: Database, caller: Caller, found: AdjustmentRequest) -> AdjustmentRequest:
    """Nothing comes of it. Raises Undecidable."""
    return await _decide(database, caller, found, "rejected")


async def _leave_undecided(database: Database, program_id: UUID, fact: UUID, refusal: Refusal) -> None:
    async with database.transaction() as writer:
        if refusal.reasons[0].code == "cancelled":
            await requests.withdraw(writer, program_id, fact, await programs.clock(writer))
        else:
            await requests.reopen(writer, program_id, fact)


async def _decide(database: Database, caller: Caller, found: AdjustmentRequest, state: str) -> AdjustmentRequest:
    """The request as it was decided, now or before in the same sense. Whoever comes second decides nothing."""
    if found.asked_by == caller.key:
        raise Undecidable("second_person_needed")
    async with database.transaction() as writer:
        now = await programs.clock(writer)
        decided = await requests.decide(writer, caller.program.id, found.id, state, caller.key, now)
        decided = decided or await requests.by_id(writer, caller.program.id, found.id)
    assert decided is not None, "requests are never deleted"
    if decided.state != state:
        raise Undecidable("adjustment_decided")
    return decided
