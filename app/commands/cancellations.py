"""Cancelling what ran under a key, or refusing it in advance: a till that lost its network gets to a known state."""

from contextlib import suppress
from uuid import UUID

from msgspec import Struct

from app.commands import holds
from app.commands.asks import Answered, Ask, Recorded
from app.commands.lanes import Lanes
from app.commands.reading import Reading
from app.commands.requests import Request, claim, made_before
from app.engine.activity import Activity, ActivityCancel
from app.engine.commands import (
    Adjustment,
    AdjustmentCancel,
    Capture,
    Command,
    Goodwill,
    HoldPlace,
    HoldRelease,
    Move,
    Purchase,
    Redemption,
    RedemptionCancel,
    RewardRedemption,
    Void,
)
from app.engine.ids import fact_id, part
from app.engine.refusals import Reason, Refusal, refuse
from app.engine.vouchers import VoucherRestore, VoucherUse
from app.repositories import adjustment_requests, awaiting, cancellations, configuration, journal, programs
from app.repositories.database import Conflicted, Database, Writer
from app.repositories.journal import JournalRow
from app.repositories.programs import Program


class Cancelled(Struct, frozen=True, kw_only=True):
    """What became of the request: `outcome` is undone, already_undone or refused_from_now_on."""

    outcome: str
    fact: JournalRow | None = None
    undone_by: JournalRow | None = None


class ManagersOnly(Exception):
    """What ran under the key can be undone by a manager only."""


async def told_before(database: Database, request: Request) -> str | None:
    """What this very cancellation was answered when it came before. Raises KeyReused and KeyCancelled."""
    async with database.glancing() as reader:
        return await made_before(reader, request)


async def remember(database: Database, request: Request, told: str) -> None:
    """Keep what a cancellation was answered. A twin may have been quicker, and was answered the same."""
    with suppress(Conflicted):
        async with database.transaction() as writer:
            await claim(writer, request, told, await programs.clock(writer))


async def cancel(
    database: Database,
    lanes: Lanes,
    reading: Reading,
    program: Program,
    source: int,
    wanted: str,
    *,
    is_manager: bool = False,
) -> Cancelled | Answered:
    """Undo what this source recorded under the key `wanted`, or see to it that nothing ever is. Raises ManagersOnly.

    The undoing runs under a key that follows from the fact, so cancelling twice finds the first; no caller can send
    such a key, because it has spaces.
    """
    fact = fact_id(program.secret, source, wanted)
    found = await reading.fact(program, fact)
    if found is None:
        async with database.transaction() as writer:
            refused = await _refuse(writer, program, source, wanted, fact)
        if refused is not None:
            return refused
        found = await reading.fact(program, fact)
    assert found is not None, "it was seen just now"
    if isinstance(found.row.command, Adjustment) and not is_manager:
        raise ManagersOnly
    undoing = _undoing(found.row.command, fact)
    if undoing is None:
        return refuse("not_cancellable", "/idempotency_key", by=str(fact))
    return await _undo(database, lanes, reading, program, source, found.row, undoing)


async def _undo(
    database: Database,
    lanes: Lanes,
    reading: Reading,
    program: Program,
    source: int,
    done: JournalRow,
    undoing: Command,
) -> Cancelled | Answered:
    """Undo a fact where it stands now; what was undone before, or has ended by itself, is told as it is."""
    answer = await lanes.ask(program, source, _ask(done.member, undoing, done.id))
    while isinstance(answer, Refusal) and answer.reasons[0].code == "already_reversed":
        by = await _undone_by(reading, program, answer.reasons[0])
        if by is None or not isinstance(by.command, Move):
            return Cancelled(outcome="already_undone", fact=done, undone_by=by)
        # On another member it still stands: the wrong card was put right, and now the sale is none.
        moved = part(by.id, 1)
        answer = await lanes.ask(program, source, _ask(by.command.to, Void(purchase=moved), moved))
    match answer:
        case Recorded(row=row):
            return Cancelled(outcome="undone", fact=done, undone_by=row)
        case Refusal(reasons=reasons) if reasons[0].code == "hold_ended":
            # What was captured is paid: nobody may believe that it was let go.
            now = await holds.now(database, program, done.id)
            is_paid = now is not None and now.state == "captured"
            return answer if is_paid else Cancelled(outcome="already_undone", fact=done)
        case _:
            return answer


def _ask(member: UUID, undoing: Command, fact: UUID) -> Ask:
    return Ask(member=member, command=undoing, key=f"cancellation of {fact}")


async def _undone_by(reading: Reading, program: Program, reason: Reason) -> JournalRow | None:
    """What undid a fact, as the refusal to undo it again names it."""
    named = dict(reason.numbers).get("by")
    found = None if named is None else await reading.fact(program, UUID(str(named)))
    return None if found is None else found.row


async def _refuse(writer: Writer, program: Program, source: int, wanted: str, fact: UUID) -> Cancelled | Refusal | None:
    """See to it that nothing is ever done under a key; None if something was recorded, and can be undone.

    Configuration has a record of its own, in which a key is taken once: by what it was sent for, or here. What waits
    under the key waits no longer.
    """
    now = await programs.clock(writer)
    await configuration.claim(
        writer, program.id, source, wanted, digest=b"", resource=configuration.CANCELLED, created_at=now
    )
    made = await configuration.find(writer, program.id, source, wanted)
    if made is not None and not made.is_cancelled:
        # The account of a new member is opened right after the profile is made.
        is_recorded = bool(await journal.facts(writer, program.id, [fact]))
        return None if is_recorded else refuse("not_cancellable", "/idempotency_key")
    if not await cancellations.refuse(writer, program.id, fact, not_after=None, at=now):
        return None
    await adjustment_requests.withdraw(writer, program.id, fact, now)
    await awaiting.end(writer, program.id, fact, "refused", (Reason(code="cancelled"),), now)
    return Cancelled(outcome="refused_from_now_on")


def _undoing(command: Command, fact: UUID) -> Command | None:
    """The command that undoes another; None where nothing does."""
    match command:
        case Purchase():
            return Void(purchase=fact)
        case Redemption() | Capture() | RewardRedemption():
            return RedemptionCancel(redemption=fact)
        case HoldPlace():
            return HoldRelease(hold=fact)
        case VoucherUse(voucher=voucher):
            return VoucherRestore(voucher=voucher)
        case Activity():
            return ActivityCancel(activity=fact)
        case Adjustment() | Goodwill():
            return AdjustmentCancel(adjustment=fact)
        case _:
            return None
