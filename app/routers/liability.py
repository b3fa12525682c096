"""What points are held to be worth, and what the programme owes for those that are outstanding."""

from collections.abc import Sequence
from typing import Annotated, Final

from fastapi import APIRouter, Path
from starlette.requests import Request
from starlette.responses import Response

from app.commands import liability as commands
from app.commands.liability import Owed, Refused, Wanted
from app.engine import typeids
from app.repositories import valuations
from app.repositories.valuations import Valuation
from app.routers import accounting, asking, auth, models_totals, queries, spreadsheets
from app.routers.handles import handles
from app.routers.models_totals import ValuationAsked
from app.routers.operations import KEY, PAGING, Plain, answered, operation
from app.routers.problems import Rejected
from app.routers.queries import day_shown
from app.routers.spreadsheets import Cell
from app.routers.wire import Money, cursor_of, moment, wallet_shown

router = APIRouter(route_class=Plain)
TAG: Final = "Accounting"
DayPath = Annotated[str, Path(description="The first local day.", examples=["2026-01-01"])]
HEADER: Final = ("wallet", "outstanding", "numerator", "denominator", "breakage_ppm", "value_minor", "currency")
EXAMPLE: Final = {"numerator": 10000, "denominator": 100, "breakage_ppm": 150000}


@router.put(
    "/v1/valuations/{from_date}",
    **operation(
        "put_valuation",
        TAG,
        "Say what a point is worth from a day on",
        models_totals.Valuation,
        auth=KEY,
        problems=("missing_scope", "valuation_exists", "valuation_not_later", "valuation_past", "not_found"),
        parameters=(queries.WALLET,),
        body=ValuationAsked,
        example=EXAMPLE,
    ),
)
async def put_valuation(request: Request, from_date: DayPath) -> Response:
    """The day is its name: the same again changes nothing, so no key is needed. Needs the scope manager.

    A day that is over keeps its value: only a day later than the last one that was given, today or to come, can be
    given. The first value of a wallet may begin on any day.
    """
    caller = await auth.caller(request, auth.MANAGER)
    asked = await asking.body(request, ValuationAsked)
    wanted = Wanted(
        wallet=queries.wallet(request),
        from_day=queries.day_in_path(from_date),
        numerator=asked.numerator,
        denominator=asked.denominator,
        breakage_ppm=asked.breakage_ppm,
    )
    kept = handles(request)
    today = await accounting.today(kept, caller.program)
    try:
        made = await commands.value(kept.database, caller.program, caller.key, wanted, today=today)
    except Refused as refused:
        raise Rejected(refused.code) from None
    return answered(_valuation(made))


@router.get(
    "/v1/valuations",
    **operation(
        "list_valuations",
        TAG,
        "List what a point was worth when",
        models_totals.ValuationList,
        auth=KEY,
        problems=("missing_scope", "invalid_request"),
        parameters=(queries.WALLET, *PAGING),
    ),
)
async def list_valuations(request: Request) -> Response:
    """Of one wallet, the latest first. Needs the scope manager."""
    caller = await auth.caller(request, auth.MANAGER)
    page, wallet = asking.page(request), queries.wallet(request)
    before = asking.number_after(page)
    async with handles(request).database.glancing() as reader:
        rows = await valuations.page(reader, caller.program.id, wallet, before=before, limit=page.limit + 1)
    has_more = len(rows) > page.limit
    data = rows[: page.limit]
    return answered(
        models_totals.ValuationList(
            data=[_valuation(row) for row in data],
            has_more=has_more,
            next_cursor=cursor_of(str(data[-1].from_day)) if has_more else None,
        )
    )


@router.get(
    "/v1/liability",
    **operation(
        "get_liability",
        TAG,
        "What the programme owes",
        models_totals.Liability,
        auth=KEY,
        problems=("missing_scope", "invalid_request", "totals_behind"),
        parameters=(
            queries.parameter("as_of", "At the end of this local day; absent: today.", "2026-03-31", format="date"),
            queries.parameter(
                "known_at", "As known at the end of this local day; absent: of the same.", "2026-03-31", format="date"
            ),
            queries.FORMAT,
        ),
        more_responses=spreadsheets.either(models_totals.Liability),
    ),
)
async def get_liability(request: Request) -> Response:
    """Outstanding points × their value × (1 − breakage), by wallet. Needs the scope manager.

    Without `known_at` it is what the books said on that day, which late facts never change. What will be owed on a day
    to come nobody knows.
    """
    caller = await auth.caller(request, auth.MANAGER)
    as_of, known = queries.day(request, "as_of"), queries.day(request, "known_at")
    as_table = queries.wants_csv(request)
    kept = handles(request)
    today = await accounting.today(kept, caller.program)
    as_of = today if as_of is None else as_of
    known = as_of if known is None else known
    accounting.not_to_come(today, as_of=as_of, known_at=known)
    await accounting.counted(kept, caller)
    owed = await commands.liability(kept.database, caller.program, as_of_day=as_of, known_day=known)
    if as_table:
        return spreadsheets.table(f"liability-{day_shown(as_of)}", _table(owed, caller.program.currency))
    return answered(
        models_totals.Liability(
            as_of=day_shown(as_of),
            known_at=day_shown(known),
            rounding="half_even",
            data=[_owed(each, caller.program.currency) for each in owed],
        )
    )


def _owed(owed: Owed, currency: str) -> models_totals.WalletLiability:
    return models_totals.WalletLiability(
        wallet=wallet_shown(owed.wallet),
        outstanding=owed.points,
        valuation=None if owed.valuation is None else _valuation(owed.valuation),
        value=None if owed.value_minor is None else Money(amount=owed.value_minor, currency=currency),
    )


def _table(owed: Sequence[Owed], currency: str) -> list[Sequence[Cell]]:
    """A line a wallet; money in minor units."""
    rows: list[Sequence[Cell]] = [HEADER]
    for each in owed:
        terms = each.valuation
        worth = (terms.numerator, terms.denominator, terms.breakage_ppm) if terms else (None, None, None)
        rows.append((wallet_shown(each.wallet), each.points, *worth, each.value_minor, currency))
    return rows


def _valuation(made: Valuation) -> models_totals.Valuation:
    return models_totals.Valuation(
        wallet=wallet_shown(made.wallet),
        from_date=day_shown(made.from_day),
        numerator=made.numerator,
        denominator=made.denominator,
        breakage_ppm=made.breakage_ppm,
        made_at=moment(made.made_at),
        made_by=typeids.encode("key", made.made_by),
    )
