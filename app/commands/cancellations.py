"""Cancelling what ran under a key, or refusing it in advance: a till that lost its network gets to a known state."""

from uuid import UUID

from msgspec import Struct

from app.commands.asks import Answered, Ask, Recorded
from app.commands.lanes import Lanes
from app.commands.reading import Reading
from app.engine.activity import Activity, ActivityCancel
from app.engine.commands import (
    Adjustment,
    AdjustmentCancel,
    Capture,
    Command,
    Goodwill,
    HoldPlace,
    HoldRelease,
    Purchase,
    Redemption,
    RedemptionCancel,
    RewardRedemption,
    Void,
)
from app.engine.ids import fact_id
from app.engine.refusals import Refusal, refuse
from app.repositories import cancellations, programs
from app.repositories.database import Database
from app.repositories.journal import JournalRow
from app.repositories.programs import Program


class Cancelled(Struct, frozen=True, kw_only=True):
    """What became of the request: `outcome` is undone, already_undone or refused_from_now_on."""

    outcome: str
    fact: JournalRow | None = None
    undone_by: JournalRow | None = None


async def cancel(
    database: Database, lanes: Lanes, reading: Reading, program: Program, source: int, wanted: str
) -> Cancelled | Answered:
    """Undo what this source recorded under the key `wanted`, or see to it that nothing ever is.

    The undoing runs under a key that follows from the fact, so cancelling twice finds the first; no caller can send
    such a key, because it has spaces.
    """
    fact = fact_id(program.secret, source, wanted)
    async with database.transaction() as writer:
        now = await programs.clock(writer)
        if await cancellations.refuse(writer, program.id, fact, not_after=None, at=now):
            return Cancelled(outcome="refused_from_now_on")
    found = await reading.fact(program, fact)
    assert found is not None, "it was seen just now"
    undoing = _undoing(found.row.command, fact)
    if undoing is None:
        return refuse("not_cancellable", "/idempotency_key")
    ask = Ask(member=found.row.member, command=undoing, key=f"cancellation of {fact}")
    answer = await lanes.ask(program, source, ask)
    match answer:
        case Recorded(row=row):
            return Cancelled(outcome="undone", fact=found.row, undone_by=row)
        case Refusal(reasons=reasons) if reasons[0].code in {"already_reversed", "hold_ended"}:
            return Cancelled(outcome="already_undone", fact=found.row)
        case _:
            return answer


def _undoing(command: Command, fact: UUID) -> Command | None:
    """The command that undoes another; None where nothing does."""
    match command:
        case Purchase():
            return Void(purchase=fact)
        case Redemption() | Capture() | RewardRedemption():
            return RedemptionCancel(redemption=fact)
        case HoldPlace():
            return HoldRelease(hold=fact)
        case Activity():
            return ActivityCancel(activity=fact)
        case Adjustment() | Goodwill():
            return AdjustmentCancel(adjustment=fact)
        case _:
            return None
