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
    # Cancelling is idempotent by what it cancels; the header is asked for because every write has one.
    asking.idempotency_key(request)
    kept = handles(request)
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
    return answered(
        models_corrections.Cancellation(outcome=done.outcome, fact=_named(done.fact), undone_by=_named(done.undone_by))
    )


def _named(row: JournalRow | None) -> str | None:
    return None if row is None else typeids.encode(PREFIXES[kind_of(row.command)], row.id)
