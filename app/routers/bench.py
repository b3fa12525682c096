"""The benchmark's yardstick: what a purchase costs without its ledger. Only there when RUNG_BENCH is set."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.routers import asking, auth, resolving
from app.routers.models_answered import Balance, LineAwarded, Messages, PaidWithPoints, Purchase, Reason, Tier
from app.routers.models_asked import PurchaseAsked
from app.routers.operations import Plain, answered
from app.routers.wire import Money, instant

router = APIRouter(route_class=Plain, include_in_schema=False)


@router.post("/bench/noop")
async def answer_without_work(request: Request) -> Response:
    """The same key, middleware, request and answer as a purchase; no database, no decision."""
    caller = await auth.caller(request, auth.POS)
    asked = await asking.body(request, PurchaseAsked)
    asking.idempotency_key(request)
    command = asked.command()
    points = len(command.basket.lines)
    nothing = Money(amount=0, currency=asked.currency)
    title = resolving.language(request)
    answer = Purchase(
        id=f"pur_{caller.key.hex[:26]}",
        external_id=asked.external_id,
        metadata=asked.metadata,
        member=asked.member or "",
        claim_code=None,
        decided_at=instant(0),
        occurred_at=instant(command.occurred_us or 0),
        total=nothing,
        points=points,
        lines=[LineAwarded(points=1) for _ in command.basket.lines],
        other_points=[],
        referral_points=0,
        paid_with_points=PaidWithPoints(points=0, value=nothing),
        prizes=[],
        progress=[],
        surprises=[],
        rulebook_version=1,
        balance=Balance(points=points, debt=0, pending=0, held=0),
        tier=Tier(
            level="bac",
            title=title,
            window_points=points,
            kept_until=instant(0),
            next_level="vang",
            next_title=title,
            next_from_points=2000,
            next_needs=None,
            given=None,
            sets=[],
            points_missing=2000,
        ),
        warnings=[],
        messages=Messages(language=title, cashier=title, receipt=title, member=title),
        explanation=[Reason(rule="base", title=title, stage="base", reason="applied", wanted=1, granted=1, text=title)],
    )
    return answered(answer, 201)
