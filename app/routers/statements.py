"""Statements of a member's wallet: opening and closing balance, sums by kind, and every entry between."""

from collections.abc import AsyncIterator, Sequence
from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Path
from starlette.requests import Request
from starlette.responses import Response

from app.commands import hindsight
from app.commands.hindsight import Statement as Found
from app.engine import typeids
from app.engine.calendar import local_day
from app.repositories import statements
from app.repositories.database import Database
from app.repositories.keys import Caller
from app.routers import asking, auth, models_statements, queries, render, resolving, spreadsheets
from app.routers.handles import handles
from app.routers.operations import KEY, PAGING, Plain, answered, operation
from app.routers.problems import Rejected
from app.routers.queries import day_shown
from app.routers.spreadsheets import Cell
from app.routers.wire import cursor_of, wallet_shown

router = APIRouter(route_class=Plain)
TAG: Final = "Members"
DAYS_MAX: Final = 1100
PORTION: Final = 1000
HEADER: Final = ("number", "booked_at", "effective_at", "kind", "points", "balance_after", "fact")
MemberPath = Annotated[
    str,
    Path(
        description="An id (`mbr_…`), your own id (`ext:…`) or a card (`card:…`).",
        examples=["mbr_01jkm3x8e4f5gr6h7s8t9v0w1x"],
    ),
]
PERIOD: Final = (
    queries.parameter("from", "The first local date.", "2026-03-01", format="date"),
    queries.parameter("until", "The last local date; absent: today.", "2026-03-31", format="date"),
    queries.parameter("month", "A whole month instead of the two.", "2026-03"),
    queries.WALLET,
    queries.FORMAT,
)


@router.get(
    "/v1/members/{member}/statement",
    **operation(
        "get_statement",
        TAG,
        "A statement of a period",
        models_statements.Statement,
        auth=KEY,
        problems=("missing_scope", "member_not_found", "invalid_request"),
        parameters=(*PERIOD, *PAGING),
        more_responses=spreadsheets.either(models_statements.Statement),
    ),
)
async def get_statement(request: Request, member: MemberPath) -> Response:
    """By the local days on which entries were booked, so that a closed statement never changes.

    Without a period it is the month so far. As CSV it has every entry of the period between a line of the opening
    and one of the closing balance.
    """
    caller = await auth.caller(request, auth.POS)
    page = asking.page(request)
    after = asking.number_after(page) or 0
    wallet, as_table = queries.wallet(request), queries.wants_csv(request)
    kept = handles(request)
    found = await resolving.member_in_path(kept, caller, member)
    standing = await kept.reading.standing(caller.program, found)
    if standing is None:
        raise Rejected("member_not_found")
    first, last = _period(request, local_day(standing.now_us, caller.program.zone))
    statement = await hindsight.statement(
        kept.database, caller.program, found, wallet=wallet, from_day=first, until_day=last, now_us=standing.now_us
    )
    if as_table:
        name = f"statement-{day_shown(first)}-{day_shown(last)}"
        return spreadsheets.streamed(name, _table(kept.database, caller.program.id, found, wallet, statement))
    return answered(await _statement(kept.database, caller, found, wallet, statement, after=after, limit=page.limit))


def _period(request: Request, today: int) -> tuple[int, int]:
    """The first and the last day that are asked for."""
    month = queries.month(request, "month")
    first, last = queries.day(request, "from"), queries.day(request, "until")
    if month is not None:
        if first is not None or last is not None:
            raise queries.fault("not_offered", "month")
        return month
    last = today if last is None else last
    first = last - queries.day_of_month(last) + 1 if first is None else first
    if first > last:
        raise queries.fault("out_of_range", "from")
    if last - first >= DAYS_MAX:
        raise queries.fault("out_of_range", "until")
    return first, last


async def _statement(
    database: Database, caller: Caller, member: UUID, wallet: str, found: Found, *, after: int, limit: int
) -> models_statements.Statement:
    start = max(after, found.span.first - 1)
    async with database.glancing() as reader:
        rows = await statements.lines(
            reader, caller.program.id, member, wallet, after=start, last=found.span.last, limit=limit + 1
        )
    data = [render.entry(row) for row in rows[:limit]]
    has_more = len(rows) > limit
    return models_statements.Statement(
        member=typeids.encode("mbr", member),
        wallet=wallet_shown(wallet),
        from_date=day_shown(found.from_day),
        until_date=day_shown(found.until_day),
        is_closed=found.is_closed,
        opening=found.span.opening,
        closing=found.span.closing,
        kinds=[
            models_statements.KindTotal(kind=each.kind, entries=each.entries, points=each.points)
            for each in found.span.kinds
        ],
        data=data,
        has_more=has_more,
        next_cursor=cursor_of(str(data[-1].number)) if has_more else None,
    )


async def _table(
    database: Database, program_id: UUID, member: UUID, wallet: str, found: Found
) -> AsyncIterator[Sequence[Sequence[Cell]]]:
    """The statement in portions. Entries are never changed, so a range of them needs no snapshot."""
    yield [HEADER, (None, day_shown(found.from_day), None, "opening", None, found.span.opening, None)]
    after = found.span.first - 1
    while after < found.span.last:
        async with database.glancing() as reader:
            rows = await statements.lines(
                reader, program_id, member, wallet, after=after, last=found.span.last, limit=PORTION
            )
        entries = [render.entry(row) for row in rows]
        yield [[getattr(entry, column) for column in HEADER] for entry in entries]
        after = rows[-1].number
    yield [(None, day_shown(found.until_day), None, "closing", None, found.span.closing, None)]
