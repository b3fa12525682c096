"""Carrying a command to its lane and telling what came of it: what every route that writes has in common."""

from collections.abc import Mapping
from uuid import UUID

from msgspec import Struct
from starlette.requests import Request

from app.commands.asks import Answered, Ask, Recorded
from app.engine.change import Change
from app.engine.commands import Command
from app.engine.ids import part
from app.engine.outcomes import Merged
from app.engine.refusals import Refusal
from app.repositories.keys import Caller
from app.repositories.programs import Program
from app.repositories.recording import kind_of
from app.routers import asking, resolving
from app.routers.handles import Handles, handles
from app.routers.render import PREFIXES, Telling


class Told(Struct, frozen=True, kw_only=True):
    """What was recorded, and how to tell it."""

    recorded: Recorded
    telling: Telling


async def carry(
    request: Request,
    caller: Caller,
    member: UUID,
    command: Command,
    prefix: str,
    *,
    metadata: Mapping[str, str] | None = None,
) -> Told:
    """Ask for a command under the caller's idempotency key.

    Raises Rejected with what stands in the way. `prefix` is that of the fact's id.
    """
    kept = handles(request)
    ask = Ask(member=member, command=command, key=asking.idempotency_key(request), metadata=metadata or {})
    answer = await kept.lanes.ask(caller.program, caller.source, ask)
    recorded = resolving.accepted(answer, await prefix_of_reason(kept, caller, answer) or prefix)
    return Told(recorded=recorded, telling=await telling(request, caller, recorded))


async def telling(request: Request, caller: Caller, recorded: Recorded) -> Telling:
    """How to tell a recorded fact to this request."""
    language = resolving.language(request)
    row = recorded.row
    return await resolving.telling(handles(request), caller, language, row.rulebooks_known, member=row.member)


async def would(
    request: Request, caller: Caller, member: UUID, command: Command, prefix: str
) -> tuple[UUID, Change, Telling]:
    """On whose account a command would be decided, and what it would do. Raises Rejected with what hinders it."""
    kept = handles(request)
    quote = resolving.quoted(await kept.reading.quote(caller.program, member, command), prefix)
    member = quote.standing.account.member
    telling = Telling(
        currency=caller.program.currency,
        language=resolving.language(request),
        timeline=quote.timeline,
        spoken=await resolving.spoken(kept, caller, member),
    )
    return member, quote.change, telling


async def taken_over(kept: Handles, program: Program, closing: Recorded) -> tuple[Recorded, Merged]:
    """What became of an account that was closed: the row of the one that goes on with it."""
    taken = await kept.reading.fact(program, part(closing.row.id, 1))
    assert taken is not None, "both rows are recorded in one transaction"
    outcome = taken.row.change.outcome
    assert isinstance(outcome, Merged), "the account that goes on took the other over"
    return taken, outcome


async def prefix_of_reason(kept: Handles, caller: Caller, answer: Answered) -> str | None:
    """The prefix of the fact that a refusal names as its reason; that may be of any kind."""
    reasons = answer.reasons if isinstance(answer, Refusal) else ()
    named = [value for reason in reasons for name, value in reason.numbers if name == "by"]
    found = await kept.reading.fact(caller.program, UUID(str(named[0]))) if named else None
    return PREFIXES[kind_of(found.row.command)] if found is not None else None
