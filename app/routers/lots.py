"""Lots: every credit of a member with all of its numbers, and which of them paid for a redemption."""

import re
from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Path
from starlette.requests import Request
from starlette.responses import Response

from app.commands.reading import Standing
from app.engine import typeids
from app.engine.calendar import last_valid_day
from app.engine.outcomes import Redeemed
from app.repositories import lots
from app.repositories.keys import Caller
from app.repositories.lots import LotRow
from app.routers import asking, auth, models_lots, queries, render, resolving
from app.routers.asking import Page
from app.routers.handles import Handles, handles
from app.routers.operations import KEY, PAGING, Plain, answered, operation
from app.routers.problems import Rejected
from app.routers.queries import day_shown
from app.routers.wire import cursor_of, instant, instant_or_none, wallet_shown

router = APIRouter(route_class=Plain)
MemberPath = Annotated[
    str,
    Path(
        description="An id (`mbr_…`), your own id (`ext:…`) or a card (`card:…`).",
        examples=["mbr_01jkm3x8e4f5gr6h7s8t9v0w1x"],
    ),
]
RedemptionPath = Annotated[str, Path(description="An id (`rdm_…`).", examples=["rdm_01jkm3x8e4f5gr6h7s8t9v0w1x"])]
# The last lot that was seen, and in which part of the list it stood.
_POSITION: Final = re.compile(r"([oc])([0-9]{1,9})?")


@router.get(
    "/v1/members/{member}/lots",
    **operation(
        "list_lots",
        "Members",
        "List the credits of a member",
        models_lots.LotList,
        auth=KEY,
        problems=("missing_scope", "member_not_found", "invalid_request"),
        parameters=(queries.WALLET, *PAGING),
    ),
)
async def list_lots(request: Request, member: MemberPath) -> Response:
    """Lots with points come first, in the order in which they are spent; then those without, newest first."""
    caller = await auth.caller(request, auth.POS)
    page, wallet = asking.page(request), queries.wallet(request)
    part, seen = _position(page)
    kept = handles(request)
    found = await resolving.member_in_path(kept, caller, member)
    standing = await kept.reading.standing(caller.program, found)
    if standing is None:
        raise Rejected("member_not_found")
    rows = await _rows(kept, caller, found, wallet, part=part, seen=seen, limit=page.limit + 1)
    data = rows[: page.limit]
    has_more = len(rows) > page.limit
    cursor = cursor_of(f"{'o' if data[-1].is_open else 'c'}{data[-1].number}") if has_more else None
    return answered(
        models_lots.LotList(
            data=[_lot(row, standing, caller.program.zone) for row in data],
            has_more=has_more,
            next_cursor=cursor,
        )
    )


def _position(page: Page) -> tuple[str, int | None]:
    if page.after is None:
        return "o", None
    found = _POSITION.fullmatch(page.after)
    if found is None:
        raise asking.bad_cursor()
    return found[1], int(found[2]) if found[2] else None


async def _rows(
    kept: Handles, caller: Caller, member: UUID, wallet: str, *, part: str, seen: int | None, limit: int
) -> list[LotRow]:
    rows: list[LotRow] = []
    async with kept.database.reading() as reader:
        if part == "o":
            rows = await lots.open_page(reader, caller.program.id, member, wallet, after=seen, limit=limit)
        if len(rows) < limit:
            before = seen if part == "c" else None
            rows += await lots.closed_page(
                reader, caller.program.id, member, wallet, before=before, limit=limit - len(rows)
            )
    return rows


def _lot(row: LotRow, standing: Standing, zone: str) -> models_lots.Lot:
    """A lot at this instant: what of it has expired or lapsed is gone, whether or not that was booked."""
    now_us = standing.now_us
    lapses_us = standing.account.purse(row.wallet).lapses_us if row.lapses else None
    goes_us = lapses_us if row.expires_us is None else row.expires_us
    gone = row.remaining - row.held if goes_us is not None and goes_us <= now_us else 0
    matured = row.available_us is not None and row.available_us <= now_us
    return models_lots.Lot(
        number=row.number,
        wallet=wallet_shown(row.wallet),
        fact=typeids.encode(render.PREFIXES[row.made_by_kind], row.made_by),
        origin=_origin(row),
        earned_at=instant(row.earned_us),
        is_pending=row.is_pending and not matured,
        available_at=instant_or_none(row.available_us) if row.is_pending else None,
        expires_at=instant_or_none(row.expires_us),
        last_valid_day=_last_day(row, zone),
        lapses=row.lapses and row.expires_us is None,
        granted=row.granted,
        remaining=row.remaining - gone,
        held=row.held,
        used=row.used,
        expired=row.expired + gone,
        reversed=row.reversed,
        moved=row.moved,
        uncollected=row.uncollected,
    )


def _origin(row: LotRow) -> models_lots.Origin | None:
    if row.origin_member is None or row.origin_lot is None:
        return None
    return models_lots.Origin(member=typeids.encode("mbr", row.origin_member), lot=row.origin_lot)


def _last_day(row: LotRow, zone: str) -> str | None:
    return None if row.expires_us is None else day_shown(last_valid_day(row.expires_us, zone))


@router.get(
    "/v1/redemptions/{redemption}/sources",
    **operation(
        "get_redemption_sources",
        "Redemptions",
        "Which credits paid for a redemption",
        models_lots.Sources,
        auth=KEY,
        problems=("missing_scope", "redemption_not_found"),
    ),
)
async def get_redemption_sources(request: Request, redemption: RedemptionPath) -> Response:
    """Every lot of which it took points, with the purchase that had made it. It stays so when it is cancelled."""
    caller = await auth.caller(request, auth.POS)
    kept = handles(request)
    recorded = await resolving.fact_in_path(kept, caller, "rdm", redemption, "redemption_not_found")
    taken = recorded.row.change.outcome
    assert isinstance(taken, Redeemed), "the caller looked for a redemption"
    async with kept.database.glancing() as reader:
        numbers = [draw.lot for draw in taken.draws]
        found = await lots.numbered(reader, caller.program.id, recorded.row.member, numbers)
    return answered(
        models_lots.Sources(
            redemption=typeids.encode("rdm", recorded.row.id),
            points=taken.points,
            data=[_paid(found[draw.lot], draw.points, caller.program.zone) for draw in taken.draws],
        )
    )


def _paid(row: LotRow, points: int, zone: str) -> models_lots.PaidBy:
    return models_lots.PaidBy(
        points=points,
        lot=row.number,
        fact=typeids.encode(render.PREFIXES[row.made_by_kind], row.made_by),
        origin=_origin(row),
        earned_at=instant(row.earned_us),
        last_valid_day=_last_day(row, zone),
    )
