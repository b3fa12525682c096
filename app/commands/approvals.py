"""Adjustments that need a second person: asked for by one key, decided by another."""

from collections.abc import Mapping
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from app.commands.asks import Answered, Ask
from app.commands.lanes import Lanes
from app.engine.commands import Adjustment
from app.engine.ids import fact_id
from app.repositories import adjustment_requests as requests
from app.repositories import programs
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

    Raises Undecidable with idempotency_key_reused when the key had asked for something else.
    """
    fact = fact_id(caller.program.secret, caller.source, key)
    async with database.transaction() as writer:
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
    if (found.member, found.command, found.metadata) != (member, command, metadata):
        raise Undecidable("idempotency_key_reused")
    return found


async def approve(database: Database, lanes: Lanes, caller: Caller, found: AdjustmentRequest) -> Approved:
    """Decide, then carry the adjustment out under the key of who asked for it. Raises Undecidable.

    Approving again what was approved finds what was recorded, or records what a refusal or a crash left undone.
    """
    decided = await _decide(database, caller, found, "approved")
    assert isinstance(decided.command, Adjustment), "only adjustments are asked for"
    command = replace(decided.command, approver=decided.decided_by)
    ask = Ask(member=decided.member, command=command, key=decided.key, metadata=decided.metadata)
    return Approved(request=decided, answered=await lanes.ask(caller.program, decided.source, ask))


async def reject(database: Database, caller: Caller, found: AdjustmentRequest) -> AdjustmentRequest:
    """Nothing comes of it. Raises Undecidable."""
    return await _decide(database, caller, found, "rejected")


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
