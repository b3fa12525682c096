"""What a member has: the balance, the points that moved; and the token with which a phone may look."""

from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Path
from msgspec import Struct
from starlette.requests import Request
from starlette.responses import Response

from app.commands import hindsight
from app.commands import members as commands
from app.commands.hindsight import OutOfRange, Then
from app.commands.progress import holding
from app.engine import typeids
from app.routers import ahead, asking, auth, queries, render, render_expiring, resolving
from app.routers.handles import handles
from app.routers.models_members import (
    BalanceNow,
    EntryList,
    ExpiringSoon,
    Lapse,
    SharedWallet,
    Token,
    TokenAsked,
)
from app.routers.models_progress import GiftHeld
from app.routers.operations import KEY, PAGING, Plain, answered, operation
from app.routers.problems import Rejected
from app.routers.render_progress import gifts
from app.routers.wire import cursor_of, instant, instant_or_none, wallet_shown

router = APIRouter(route_class=Plain)
TAG: Final = "Members"
AS_OF: Final = queries.parameter(
    "as_of", "The balance at this instant, past or to come.", "2026-01-01T00:00:00+07:00", format="date-time"
)
EXPIRING_DAYS_MAX: Final = 366
EXPIRING: Final = {
    "name": "expiring_days",
    "in": "query",
    "required": False,
    "description": "How many days to look ahead for points that expire; absent: as many as the rulebook says.",
    "schema": {"type": "integer", "format": "int32", "minimum": 1, "maximum": EXPIRING_DAYS_MAX},
    "example": 30,
}
KNOWN_AT: Final = queries.parameter(
    "known_at",
    "As we knew it at this past instant; without `as_of`: what we said then.",
    "2026-02-01T00:00:00+07:00",
    format="date-time",
)


class Ahead(Struct, frozen=True, kw_only=True):
    """What lies ahead of the balance of now."""

    expiring: ExpiringSoon | None
    lapses: Lapse | None
    gifts: list[GiftHeld]


MemberPath = Annotated[
    str,
    Path(
        description="An id (`mbr_…`), your own id (`ext:…`) or a card (`card:…`).",
        examples=["mbr_01jkm3x8e4f5gr6h7s8t9v0w1x"],
    ),
]


@router.get(
    "/v1/members/{member}/balance",
    **operation(
        "get_balance",
        TAG,
        "The balance now",
        BalanceNow,
        auth=KEY,
        problems=("missing_scope", "member_not_found", "invalid_request"),
        parameters=(AS_OF, KNOWN_AT, EXPIRING, queries.WALLET),
    ),
)
async def get_balance(request: Request, member: MemberPath) -> Response:
    """Right at the instant that it is given; or as it was, as we said it was, and as it will be.

    Without `as_of` and `known_at` it is the balance now. What was counts everything that moved with effect by then,
    points included that could not be spent yet; what will be is what can be spent then if nothing else happens, in a
    household's wallet, too. A closed account has its own past, and the future of the one that took it over.
    """
    caller = await auth.caller(request, auth.POS)
    as_of_us, known_us = queries.instant_us(request, "as_of"), queries.instant_us(request, "known_at")
    wallet, days = queries.wallet(request), _days_ahead(request)
    kept = handles(request)
    found = await resolving.member_in_path(kept, caller, member)
    if as_of_us is not None or known_us is not None:
        then = await hindsight.balance(
            kept.reading, kept.database, caller.program, found, wallet=wallet, as_of_us=as_of_us, known_us=known_us
        )
        if isinstance(then, OutOfRange):
            raise queries.fault("out_of_range", then.parameter)
        if then is None:
            raise Rejected("member_not_found")
        return answered(_balance(found, wallet, then, known_us, render.shared_then(then.household, then.shared)))
    standing = await kept.reading.standing(caller.program, found)
    if standing is None:
        raise Rejected("member_not_found")
    purse = standing.account.purse(wallet)
    now = Then(points=purse.free, debt=purse.debt, pending=purse.pending, held=purse.held, at_us=standing.now_us)
    own, days = standing.account.member, render_expiring.days_ahead(standing.edition) if days is None else days
    shared = await ahead.shared(kept, caller.program, standing, days=days)
    held = await holding(kept.database, kept.reading, caller.program, standing)
    coming = Ahead(
        expiring=await ahead.soon(kept, caller.program, own, standing, wallet=wallet, days=days),
        lapses=render_expiring.lapse(purse, standing.now_us, caller.program.zone),
        gifts=gifts(held, resolving.language(request)),
    )
    return answered(_balance(own, wallet, now, None, shared, coming))


def _balance(
    member: UUID,
    wallet: str,
    then: Then,
    known_us: int | None,
    shared: SharedWallet | None = None,
    coming: Ahead | None = None,
) -> BalanceNow:
    return BalanceNow(
        member=typeids.encode("mbr", member),
        wallet=wallet_shown(wallet),
        points=then.points,
        debt=then.debt,
        pending=then.pending,
        held=then.held,
        shared=shared,
        expiring_soon=coming.expiring if coming is not None else None,
        lapses=coming.lapses if coming is not None else None,
        gifts=coming.gifts if coming is not None else None,
        as_of=instant(then.at_us),
        known_at=instant_or_none(known_us),
    )


def _days_ahead(request: Request) -> int | None:
    """How far to look ahead for points that expire; None: as far as the rulebook says."""
    if "expiring_days" not in request.query_params:
        return None
    return queries.whole(request, "expiring_days", 1, EXPIRING_DAYS_MAX)


@router.get(
    "/v1/members/{member}/entries",
    **operation(
        "list_entries",
        TAG,
        "List the points that moved",
        EntryList,
        auth=KEY,
        problems=("missing_scope", "member_not_found", "invalid_request"),
        parameters=(*PAGING, queries.WALLET),
    ),
)
async def list_entries(request: Request, member: MemberPath) -> Response:
    """Those of one wallet, newest first.

    Points that expired since the last command appear when time is next looked at.
    """
    caller = await auth.caller(request, auth.POS)
    page, wallet = asking.page(request), queries.wallet(request)
    before = asking.number_after(page)
    kept = handles(request)
    found = await resolving.member_in_path(kept, caller, member)
    rows = await kept.reading.entries(caller.program, found, wallet, before=before, limit=page.limit + 1)
    if not rows and await commands.shown(kept.database, caller.program, found) is None:
        raise Rejected("member_not_found")
    data = [render.entry(row) for row in rows[: page.limit]]
    has_more = len(rows) > page.limit
    next_cursor = cursor_of(str(data[-1].number)) if has_more else None
    return answered(EntryList(wallet=wallet_shown(wallet), data=data, has_more=has_more, next_cursor=next_cursor))


@router.post(
    "/v1/members/{member}/tokens",
    **operation(
        "create_member_token",
        TAG,
        "Mint a token for a member's phone",
        Token,
        auth=KEY,
        problems=("missing_scope", "member_not_found", "member_erased"),
        body=TokenAsked,
        example={"ttl_seconds": 600},
        status=201,
    ),
)
async def create_member_token(request: Request, member: MemberPath) -> Response:
    """For the shop's server, which knows whose phone it is. Nothing is stored, so a retry just mints another."""
    caller = await auth.caller(request, auth.POS)
    asked = await asking.body(request, TokenAsked)
    kept = handles(request)
    found = await resolving.member_in_path(kept, caller, member)
    shown = await commands.shown(kept.database, caller.program, found)
    if shown is None:
        raise Rejected("member_not_found")
    if shown.profile.erased_at is not None:
        raise Rejected("member_erased")
    token, ends_at = kept.tokens.mint(caller.program.id, found, asked.ttl_seconds)
    return answered(Token(token=token, expires_at=instant(ends_at * 1_000_000)), 201)
