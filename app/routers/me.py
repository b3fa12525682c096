"""What a member's phone reads about its member."""

import hashlib
from typing import Any, Final

from fastapi import APIRouter
from msgspec import json
from starlette.requests import Request
from starlette.responses import Response

from app.commands import members as commands
from app.commands.asks import Ask
from app.commands.members import Shown
from app.commands.progress import Playing, holding
from app.commands.reading import Standing
from app.engine import typeids
from app.engine.movements import Climb
from app.engine.rulebook.redemption import most_points, value_minor
from app.repositories.programs import Program
from app.routers import (
    ahead,
    asking,
    auth,
    models_holds,
    naming,
    render,
    render_expiring,
    render_holds,
    render_tiers,
    resolving,
)
from app.routers.handles import handles
from app.routers.headers import header
from app.routers.languages import negotiate, supported
from app.routers.models_holds import OwnHoldAsked
from app.routers.models_members import ExpiringSoon, Me, SharedWallet
from app.routers.operations import IF_NONE_MATCH, PHONE, Plain, answered, operation
from app.routers.problems import Rejected
from app.routers.render import Telling
from app.routers.render_progress import gifts
from app.routers.wire import INT64_MAX

router = APIRouter(route_class=Plain)
TAG: Final = "Phones"
NOT_MODIFIED: Final[dict[int | str, dict[str, Any]]] = {304: {"description": "Nothing of what is shown has changed."}}


@router.get(
    "/v1/me",
    **operation(
        "get_me",
        TAG,
        "What a member's phone shows",
        Me,
        auth=PHONE,
        problems=("member_erased",),
        parameters=(IF_NONE_MATCH,),
        more_responses=NOT_MODIFIED,
    ),
)
async def get_me(request: Request) -> Response:
    """Balance, tier and progress at this instant, in the language asked for, else the member's own.

    The ETag covers exactly what is shown: it changes when points expire, though nobody wrote anything.
    """
    visitor = await auth.member(request)
    kept = handles(request)
    shown = await commands.shown(kept.database, visitor.program, visitor.id)
    standing = await kept.reading.standing(visitor.program, visitor.id)
    if shown is None or standing is None:
        raise Rejected("member_not_found")
    if shown.profile.erased_at is not None:
        raise Rejected("member_erased")
    language = negotiate(header(request.scope, b"accept-language")) or supported(shown.profile.language)
    climbs: tuple[Climb, ...] = ()
    if standing.edition is not None and standing.edition.compiled.is_climbing:
        found = await kept.reading.heights(visitor.program, visitor.id)
        standing, climbs = found if found is not None else (standing, climbs)
    days = render_expiring.days_ahead(standing.edition)
    shared = await ahead.shared(kept, visitor.program, standing, days=days)
    held = await holding(kept.database, kept.reading, visitor.program, standing)
    soon = await ahead.soon(kept, visitor.program, standing.account.member, standing, wallet="", days=days)
    body = json.encode(_me(visitor.program, shown, standing, climbs, shared, held, soon, language))
    headers = {
        "etag": f'"{hashlib.sha256(body + language.encode()).hexdigest()[:32]}"',
        "content-language": language,
        "cache-control": "private, no-cache",
        "vary": "Accept-Language, Authorization",
    }
    expected = header(request.scope, b"if-none-match")
    if expected is not None and asking.matches_weakly(expected, headers["etag"]):
        return Response(status_code=304, headers=headers)
    return Response(body, media_type="application/json", headers=headers)


@router.post(
    "/v1/me/holds",
    **operation(
        "create_own_hold",
        TAG,
        "Set own points aside",
        models_holds.Hold,
        auth=PHONE,
        problems=(
            "no_rulebook",
            "member_blocked",
            "unknown_wallet",
            "not_redeemable",
            "insufficient_points",
            "below_minimum",
            "above_maximum",
            "not_a_step",
            "number_too_large",
        ),
        body=OwnHoldAsked,
        example={"points": 100},
        status=201,
        replayable=True,
    ),
)
async def create_own_hold(request: Request) -> Response:
    """For the till to capture: the phone shows the hold's id, and the points cannot be spent elsewhere meanwhile."""
    visitor = await auth.member(request)
    asked = await asking.body(request, OwnHoldAsked)
    kept = handles(request)
    ask = Ask(member=visitor.id, command=asked.command(), key=auth.own_key(visitor, asking.idempotency_key(request)))
    recorded = resolving.accepted(await kept.lanes.ask(visitor.program, auth.PHONES, ask), "hld")
    timeline = await kept.reading.timeline(visitor.program, recorded.row.rulebooks_known)
    telling = Telling(currency=visitor.program.currency, language=resolving.language(request), timeline=timeline)
    return answered(render_holds.hold(recorded.row, telling), 201, replayed=recorded.replayed)


def _me(
    program: Program,
    shown: Shown,
    standing: Standing,
    climbs: tuple[Climb, ...],
    shared: SharedWallet | None,
    held: Playing,
    soon: ExpiringSoon | None,
    language: str,
) -> Me:
    account, edition = standing.account, standing.edition
    terms = edition.compiled.document.redemption if edition else None
    spendable = account.free + (shared.points if shared is not None else 0)
    redeemable = most_points(terms, spendable, INT64_MAX) if terms else 0
    return Me(
        id=typeids.encode("mbr", shown.profile.id),
        name=shown.profile.name,
        program=program.name,
        currency=program.currency,
        birthday=naming.birthday_shown(shown.details.birthday),
        attributes=naming.attributes_shown(shown.details.attributes),
        referral_code=shown.profile.referral_code,
        balance=render.balance(render.progress(account)),
        shared=shared,
        expiring_soon=soon,
        lapses=render_expiring.lapse(account.main, standing.now_us, program.zone),
        redeemable_points=redeemable,
        redeemable_value=value_minor(terms, redeemable) if terms else 0,
        gifts=gifts(held, language),
        tier=render_tiers.tier(render.progress(account), edition, language, climbs),
        rulebook_version=edition.version if edition else None,
    )
