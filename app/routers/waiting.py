"""Refunds that came before their purchase: kept until it comes, alone or in a batch, and told as long as they wait."""

from starlette.requests import Request

from app.commands import awaiting
from app.engine import typeids
from app.engine.refusals import Refusal
from app.repositories.awaiting import AwaitingRefund
from app.repositories.keys import Caller
from app.routers import resolving
from app.routers.handles import Handles
from app.routers.models_corrections import RefundAsked, WaitingRefund
from app.routers.problems import REQUEST_ID, invalid, problem, refused
from app.routers.wire import moment


async def wait(kept: Handles, caller: Caller, asked: RefundAsked, key: str) -> AwaitingRefund | None:
    """Keep a refund of a receipt that is not there yet; or what became of it, when it came before.

    None: its purchase has come since somebody looked. Raises Rejected for what is no receipt, and what was refused.
    """
    given = resolving.identifier(asked.purchase, caller.source)
    if given is None or given.kind != "external_id":
        raise invalid("unknown_purchase", "/purchase")
    command = asked.command(awaiting.NOT_YET)
    found = await awaiting.wait(kept.database, caller.program, caller.source, key, given.value, command, {})
    if isinstance(found, Refusal):
        raise refused(found, "rfd")
    if found is not None and found.state == "refused":
        raise refused(Refusal(reasons=found.reasons), "rfd")
    return found


def not_yet(found: AwaitingRefund, request: Request) -> WaitingRefund:
    """A refund that waits, or that was refused when its purchase came."""
    why = None
    if found.reasons:
        why = problem(
            refused(Refusal(reasons=found.reasons), "rfd"),
            resolving.language(request),
            instance=request.url.path,
            request_id=str(request.scope.get(REQUEST_ID, "")),
        )
    return WaitingRefund(
        status=found.state,
        id=typeids.encode("rfd", found.id),
        received_at=moment(found.created_at),
        problem=why,
    )
