"""Programme totals: issued, redeemed, expired, reversed and outstanding, on any day, as known on any day."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final, get_args

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.commands.totals.asking import Line, TooMany, Totals, ask
from app.repositories.totals import DIMENSIONS, Basis, Head
from app.repositories.totals import Asked as TotalsAsked
from app.routers import accounting, auth, models_totals, queries, spreadsheets
from app.routers.handles import handles
from app.routers.operations import KEY, Plain, answered, operation
from app.routers.queries import day_shown
from app.routers.spreadsheets import Cell
from app.routers.wire import wallet_shown

router = APIRouter(route_class=Plain)
GROUPS_MAX: Final = 4
FIRST_DAY: Final = date(1970, 1, 1).toordinal()
SUMS: Final = ("issued", "redeemed", "expired", "reversed", "adjusted", "transferred", "outstanding")
PERIOD: Final = (
    queries.parameter("from", "The first local day; absent: the first of all.", "2026-01-01", format="date"),
    queries.parameter("until", "The last local day; absent: today.", "2026-12-31", format="date"),
    queries.parameter(
        "basis",
        "`booked` (absent): by the days on which facts came, so that a day that is over never changes; `effective`: "
        "by the days on which they count.",
        "booked",
        enum=list(get_args(Basis)),
    ),
    queries.parameter("known_at", "Only what was booked by this local day.", "2026-12-31", format="date"),
    queries.parameter("group_by", f"Up to four of {', '.join(DIMENSIONS)}, with commas.", "month,issue_store"),
    queries.FORMAT,
)


@router.get(
    "/v1/totals",
    **operation(
        "get_totals",
        "Accounting",
        "Points issued, spent, expired and outstanding",
        models_totals.Totals,
        auth=KEY,
        problems=("missing_scope", "invalid_request", "totals_behind"),
        parameters=PERIOD,
        more_responses=spreadsheets.either(models_totals.Totals),
    ),
)
async def get_totals(request: Request) -> Response:
    """Sums of the entries of all members, up to this instant. Needs the scope manager.

    What has fallen due on an account that nobody asked about is counted when its time is let pass, seconds later.
    """
    caller = await auth.caller(request, auth.MANAGER)
    as_table = queries.wants_csv(request)
    kept = handles(request)
    asked = _asked(request, await accounting.today(kept, caller.program))
    head = await accounting.counted(kept, caller)
    try:
        found = await ask(kept.database, caller.program, asked)
    except TooMany:
        raise queries.fault("too_many_groups", "group_by") from None
    if as_table:
        name = f"totals-{day_shown(asked.from_day)}-{day_shown(asked.until_day)}"
        return spreadsheets.table(name, _table(asked, found))
    return answered(_totals(asked, found, head))


def _asked(request: Request, today: int) -> TotalsAsked:
    first, last = queries.day(request, "from"), queries.day(request, "until")
    known, basis = queries.day(request, "known_at"), request.query_params.get("basis", "booked")
    names = tuple(name for name in request.query_params.get("group_by", "").split(",") if name)
    if basis not in get_args(Basis):
        raise queries.fault("not_offered", "basis")
    if not set(names) <= set(DIMENSIONS) or len(set(names)) != len(names) or len(names) > GROUPS_MAX:
        raise queries.fault("not_offered", "group_by")
    asked = TotalsAsked(
        basis="booked" if basis == "booked" else "effective",
        from_day=FIRST_DAY if first is None else first,
        until_day=today if last is None else last,
        known_day=today if known is None else known,
        group_by=names,
    )
    if asked.from_day > asked.until_day:
        raise queries.fault("out_of_range", "from")
    accounting.not_to_come(today, known_at=asked.known_day)
    return asked


def _shown(names: Sequence[str], line: Line) -> dict[str, str]:
    """The group, by the names of its dimensions."""
    group = dict(zip(names, line.group, strict=True))
    return group | {"wallet": wallet_shown(group["wallet"])} if "wallet" in group else group


def _totals(asked: TotalsAsked, found: Totals, head: Head) -> models_totals.Totals:
    return models_totals.Totals(
        basis=asked.basis,
        from_date=day_shown(asked.from_day),
        until_date=day_shown(asked.until_day),
        known_at=day_shown(asked.known_day),
        journal_number=head.number,
        opening=found.opening,
        **_sums(found.whole),
        data=[_line(asked.group_by, line) for line in found.lines] if asked.group_by else [],
    )


def _line(names: Sequence[str], line: Line) -> models_totals.TotalLine:
    fields: dict[str, Any] = dict.fromkeys(DIMENSIONS)
    return models_totals.TotalLine(**fields | _shown(names, line) | _sums(line))


def _sums(line: Line) -> dict[str, int]:
    return {name: getattr(line, name) for name in SUMS}


def _table(asked: TotalsAsked, found: Totals) -> list[Sequence[Cell]]:
    """A line a group, or one for the whole when nothing tells them apart."""
    lines = found.lines if asked.group_by else (found.whole,)
    rows: list[Sequence[Cell]] = [(*asked.group_by, *SUMS)]
    for line in lines:
        group = _shown(asked.group_by, line) if asked.group_by else {}
        rows.append((*(group[name] for name in asked.group_by), *_sums(line).values()))
    return rows
