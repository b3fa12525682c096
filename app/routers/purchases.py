"""Purchases: earn on a basket, ask what it would earn, read what it earned and why."""

from typing import Annotated, Final

from fastapi import APIRouter, Path
from starlette.requests import Request
from starlette.responses import Response

from app.commands import anonymous
from app.commands.asks import Answered, Ask, Recorded
from app.commands.reading import NOBODY, Standing
from app.engine.rulebook.redemption import most_points
from app.repositories.keys import Caller
from app.routers import asking, auth, models_answered, render, resolving
from app.routers.handles import Handles, handles
from app.routers.languages import supported
from app.routers.models_asked import PURCHASE_EXAMPLE, PurchaseAsked
from app.routers.operations import KEY, Plain, answered, operation
from app.routers.render import Telling

router = APIRouter(route_class=Plain)
TAG: Final = "Purchases"
PurchasePath = Annotated[
    str, Path(description="An id (`pur_…`) or your own (`ext:…`).", examples=["pur_01jkm3x8e4f5gr6h7s8t9v0w1x"])
]
REFUSALS: Final = (
    "no_rulebook",
    "not_enrolled",
    "currency_mismatch",
    "tenders_exceed_total",
    "more_than_one_points_tender",
    "tender_value_mismatch",
    "not_redeemable",
    "insufficient_points",
    "below_minimum",
    "above_maximum",
    "not_a_step",
    "exceeds_basket",
    "too_old",
    "clock_skew",
    "too_late",
    "number_too_large",
)


@router.post(
    "/v1/purchases",
    **operation(
        "create_purchase",
        TAG,
        "Record a purchase and earn its points",
        models_answered.Purchase,
        auth=KEY,
        problems=("missing_scope", "external_id_reused", "not_voided", *REFUSALS),
        body=PurchaseAsked,
        example=PURCHASE_EXAMPLE,
        status=201,
        replayable=True,
    ),
)
async def create_purchase(request: Request) -> Response:
    """Points are awarded by the rulebook in force when it happened, and a tender of points is redeemed with it.

    Without a member the points wait on an account of the purchase's own; print the `claim_code` on the receipt.
    """
    caller = await auth.caller(request, auth.POS)
    asked = await asking.body(request, PurchaseAsked)
    if asked.any_age:
        auth.also(caller, auth.ANY_AGE)
    key = asking.idempotency_key(request)
    kept = handles(request)
    if asked.member is None:
        answer = await _of_nobody(kept, caller, asked, key)
    else:
        member = await resolving.member_in_body(kept, caller, asked.member, key=key)
        ask = Ask(member=member, command=asked.command(), key=key, metadata=asked.metadata)
        answer = await kept.lanes.ask(caller.program, caller.source, ask)
    recorded = resolving.accepted(answer, "pur")
    return answered(await _told(request, kept, caller, recorded), 201, replayed=recorded.replayed)


async def _of_nobody(kept: Handles, caller: Caller, asked: PurchaseAsked, key: str) -> Answered:
    command = asked.command()
    account = anonymous.account_for(caller.program, caller.source, key, command)
    ask = Ask(member=account, command=command, key=key, metadata=asked.metadata)
    return await anonymous.buy(kept.database, kept.lanes, kept.reading, caller.program, caller.source, ask)


async def _told(request: Request, kept: Handles, caller: Caller, recorded: Recorded) -> models_answered.Purchase:
    telling = await resolving.telling(
        kept, caller, resolving.language(request), recorded.row.rulebooks_known, member=recorded.row.member
    )
    return render.purchase(recorded, telling, anonymous.code_of(caller.program, recorded.row))


@router.post(
    "/v1/purchases/quote",
    **operation(
        "quote_purchase",
        TAG,
        "What a purchase would earn",
        models_answered.PurchaseQuote,
        auth=KEY,
        problems=("missing_scope", *REFUSALS),
        body=PurchaseAsked,
        example=PURCHASE_EXAMPLE,
    ),
)
async def quote_purchase(request: Request) -> Response:
    """The same decision as a purchase, thrown away: nothing is recorded, no key is needed."""
    caller = await auth.caller(request, auth.POS)
    asked = await asking.body(request, PurchaseAsked)
    if asked.any_age:
        auth.also(caller, auth.ANY_AGE)
    kept = handles(request)
    if asked.member is None:
        return await _quote_for_nobody(request, kept, caller, asked)
    member = await resolving.member_in_body(kept, caller, asked.member)
    quote = resolving.quoted(await kept.reading.quote(caller.program, member, asked.command()), "pur")
    member = quote.standing.account.member
    telling = Telling(
        currency=caller.program.currency,
        language=resolving.language(request),
        timeline=quote.timeline,
        spoken=await resolving.spoken(kept, caller, member),
    )
    earned = render.awarded(quote.change, member, telling)
    standing = await kept.reading.standing(caller.program, member)
    assert standing is not None, "the quote found the member"
    most = _most_points(standing, await kept.reading.spendable(caller.program, standing), asked)
    return answered(models_answered.PurchaseQuote(most_points=most, **earned))


async def _quote_for_nobody(request: Request, kept: Handles, caller: Caller, asked: PurchaseAsked) -> Response:
    """What would wait on the receipt."""
    quote = resolving.quoted(await kept.reading.quote_for_nobody(caller.program, asked.command()), "pur")
    telling = Telling(
        currency=caller.program.currency,
        language=resolving.language(request),
        timeline=quote.timeline,
        spoken=supported(caller.program.locale),
    )
    earned = render.awarded(quote.change, NOBODY, telling) | {"member": None, "most_points": 0}
    return answered(models_answered.PurchaseQuote(**earned))


def _most_points(standing: Standing, spendable: int, asked: PurchaseAsked) -> int:
    """The most points that this basket can take, its own tender of points left out."""
    edition = standing.edition
    terms = edition.compiled.document.redemption if edition else None
    if terms is None:
        return 0
    other = sum(tender.amount or 0 for tender in asked.tenders if tender.kind != "points")
    total = sum(line.amount for line in asked.lines)
    return most_points(terms, spendable, total, max(0, total - other))


@router.get(
    "/v1/purchases/{purchase}",
    **operation(
        "get_purchase",
        TAG,
        "Read a purchase with its explanation",
        models_answered.Purchase,
        auth=KEY,
        problems=("missing_scope", "purchase_not_found"),
    ),
)
async def get_purchase(request: Request, purchase: PurchasePath) -> Response:
    """The answer that was given when it was recorded, rendered anew."""
    caller = await auth.caller(request, auth.POS)
    kept = handles(request)
    recorded = await resolving.fact_in_path(kept, caller, "pur", purchase, "purchase_not_found")
    return answered(await _told(request, kept, caller, recorded))
