"""Refunds that come before their purchase: they wait for it, and are carried out under their own key when it comes."""

from collections.abc import Mapping
from typing import Final
from uuid import UUID

from msgspec.structs import replace

from app.commands.asks import Answered, Ask, Conflict, Recorded
from app.commands.lanes import Lanes
from app.commands.requests import KeyReused
from app.engine.commands import Purchase, Refund
from app.engine.ids import external_key, fact_id
from app.engine.refusals import Reason, Refusal, refuse
from app.repositories import awaiting, cancellations, journal, lives, programs
from app.repositories.awaiting import Arrival, AwaitingRefund
from app.repositories.database import Database, Writer
from app.repositories.programs import Program

NOT_YET: Final = UUID(int=0)
# The number under which the journal files purchases.
_PURCHASE: Final = Purchase.__struct_config__.tag


async def wait(
    database: Database,
    program: Program,
    source: int,
    key: str,
    receipt: str,
    command: Refund,
    metadata: Mapping[str, str],
) -> AwaitingRefund | Refusal | None:
    """Remember a refund of a purchase that is not there yet, by its receipt; the same request finds the first.

    None: the purchase is there by now, and perhaps this very refund of it. The purchase of `command` is NOT_YET. Raises
    KeyReused when the key belongs to something else.
    """
    assert isinstance(_PURCHASE, int)
    fact = fact_id(program.secret, source, key)
    async with database.transaction() as writer:
        wanted = AwaitingRefund(
            id=fact,
            purchase_key=external_key(program.secret, source, _PURCHASE, receipt),
            source=source,
            key=key,
            command=command,
            metadata=metadata,
            created_at=await programs.clock(writer),
        )
        taken = await journal.facts(writer, program.id, [fact])
        # Asked for after the fact: whatever this refund has recorded, its purchase came before.
        if await journal.externals(writer, program.id, [wanted.purchase_key]):
            return None
        if taken:
            raise KeyReused
        if await cancellations.among(writer, program.id, [fact]):
            return refuse("cancelled")
        found = await awaiting.by_id(writer, program.id, fact)
        if found is None and await _is_too_late(writer, program, command):
            return refuse("too_late", "/not_after")
        await awaiting.insert(writer, program.id, wanted)
        found = await awaiting.by_id(writer, program.id, fact)
    assert found is not None, "it was inserted, or there"
    if (found.purchase_key, found.command, found.metadata) != (wanted.purchase_key, command, metadata):
        raise KeyReused
    return found


async def _is_too_late(writer: Writer, program: Program, command: Refund) -> bool:
    """Whether whoever sent it has given up by now, as the programme counts time."""
    if command.not_after_us is None:
        return False
    now_us, _ = await lives.clock(writer, program.id)
    return command.not_after_us < now_us


async def as_sent(database: Database, program: Program, source: int, key: str, command: Refund) -> Refund:
    """What a refund was carried out as: one that came in time and waited was not wanted any later, but it had come."""
    if command.not_after_us is None:
        return command
    found = await waiting(database, program, fact_id(program.secret, source, key))
    waited = found is not None and found.command.not_after_us == command.not_after_us
    return replace(command, not_after_us=None) if waited else command


async def waiting(database: Database, program: Program, fact: UUID | None) -> AwaitingRefund | None:
    """A refund that waits, or did, by the id that it has once it is recorded."""
    if fact is None:
        return None
    async with database.glancing() as reader:
        return await awaiting.by_id(reader, program.id, fact)


async def send(database: Database, lanes: Lanes, program: Program, arrival: Arrival) -> Answered:
    """Carry out a refund whose purchase has come. Whoever sends it again, after a crash, finds what was recorded."""
    refund = arrival.refund
    command = replace(refund.command, purchase=arrival.purchase, not_after_us=None)
    ask = Ask(member=arrival.member, command=command, key=refund.key, metadata=refund.metadata)
    answer = await lanes.ask(program, refund.source, ask)
    reasons: tuple[Reason, ...] = ()
    match answer:
        case Recorded():
            state = "recorded"
        case Refusal(reasons=reasons):
            state = "refused"
        case Conflict(code=code):
            state, reasons = "refused", (Reason(code=code),)
        case _:
            return answer
    async with database.transaction() as writer:
        await awaiting.end(writer, program.id, refund.id, state, reasons, await programs.clock(writer))
    return answer
