"""Cancellations: a till that does not know what became of its request gets to a known state."""

from typing import Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.commands import cancellations as commands
from app.commands.cancellations import Cancelled, ManagersOnly
from app.engine import typeids
from app.repositories.journal import JournalRow
from app.repositories.recording import kind_of
from app.routers import asking, auth, models_corrections, resolving
from app.routers.carrying import prefix_of_reason
from app.routers.handles import handles
from app.routers.models_corrections import CancellationAsked
from app.routers.operations import KEY, Plain, answered, operation
from app.routers.problems import Rejected
from app.routers.render import PREFIXES

router = APIRouter(route_class=Plain)
TAG: Final = "Cancellations"


@router.post(
    "/v1/cancellations",
    **operation(
        "create_cancellation",
        TAG,
        "Undo what ran under a key, or refuse it in advance",
        models_corrections.Cancellation,
        auth=KEY,
        problems=(
            "missing_scope",
            "not_cancellable",
            "hold_ended",
            "not_enough_to_reverse",
            "voucher_used",
            "idempotency_key_missing",
        ),
        body=CancellationAsked,
        example={"idempotency_key": "till-7-receipt-000123"},
        replayable=True,
    ),
)
async def create_cancellation(request: Request) -> Response:
    """If your request was recorded it is undone; if not, it is refused should it still arrive. Repeat it at will.

    What cannot be undone is named in `existing`: it was carried out. Adjustments need the scope manager as well.
    """
    caller = await auth.caller(request, auth.POS)
    asked = await asking.body(request, CancellationAsked)
    kept = handles(request)
    configuring = await asking.configuring(request, caller)
    # Cancelling is idempotent by what it cancels: a till may well send it under the key that it cancels.
    has_own_key = configuring.key != asked.idempotency_key
    before = await commands.told_before(kept.database, configuring) if has_own_key else None
    if before is not None:
        return answered(_retold(before), replayed=True)
    try:
        done = await commands.cancel(
            kept.database,
            kept.lanes,
            kept.reading,
            caller.program,
            caller.source,
            asked.idempotency_key,
            is_manager=auth.MANAGER in caller.scopes,
        )
    except ManagersOnly:
        raise Rejected("missing_scope", values={"scope": auth.MANAGER}) from None
    if not isinstance(done, Cancelled):
        resolving.accepted(done, await prefix_of_reason(kept, caller, done) or "pur")
    assert isinstance(done, Cancelled), "what was recorded is told as an outcome"
    told = [done.outcome, *[_named(row) for row in (done.fact, done.undone_by) if row is not None]]
    if has_own_key:
        await commands.remember(kept.database, configuring, " ".join(told))
    return answered(_retold(" ".join(told)))


def _retold(told: str) -> models_corrections.Cancellation:
    outcome, fact, undone_by = [*told.split(" "), None, None][:3]
    assert outcome is not None, "a cancellation has an outcome"
    return models_corrections.Cancellation(outcome=outcome, fact=fact, undone_by=undone_by)


def _named(row: JournalRow) -> str:
    return typeids.encode(PREFIXES[kind_of(row.command)], row.id)
