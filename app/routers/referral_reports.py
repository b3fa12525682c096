"""What came by referral: how many members and how much money, by period."""

from datetime import date
from typing import Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.commands.totals.referring import Report, report
from app.repositories.referral_totals import Shares
from app.routers import accounting, auth, queries
from app.routers import models_referrals as models
from app.routers.handles import handles
from app.routers.operations import KEY, Plain, answered, operation
from app.routers.queries import day_shown

router = APIRouter(route_class=Plain)
TAG: Final = "Referrals"
FIRST_DAY: Final = date(1970, 1, 1).toordinal()
MILLION: Final = 1_000_000


@router.get(
    "/v1/referrals",
    **operation(
        "get_referral_report",
        TAG,
        "What came by referral",
        models.ReferralReport,
        auth=KEY,
        problems=("missing_scope", "invalid_request", "totals_behind"),
        parameters=(
            queries.parameter("from", "The first local day; absent: the first of all.", "2026-01-01", format="date"),
            queries.parameter("until", "The last local day; absent: today.", "2026-12-31", format="date"),
            queries.parameter(
                "as_of", "What happened until this local day counts; absent: today.", "2026-12-31", format="date"
            ),
            queries.parameter("period", "`month` (absent) or `day`.", "month", enum=["month", "day"]),
        ),
    ),
)
async def get_referral_report(request: Request) -> Response:
    """Invited, qualified, rewarded and clawed back by period; the share of new members and revenue. Scope manager.

    A member counts as brought from the day of the enrolment on, also when it was said later.
    """
    caller = await auth.caller(request, auth.MANAGER)
    kept = handles(request)
    today = await accounting.today(kept, caller.program)
    first, last, as_of = (queries.day(request, name) for name in ("from", "until", "as_of"))
    from_day, until_day = FIRST_DAY if first is None else first, today if last is None else last
    period = request.query_params.get("period", "month")
    if period not in {"month", "day"}:
        raise queries.fault("not_offered", "period")
    if from_day > until_day:
        raise queries.fault("out_of_range", "from")
    as_of_day = today if as_of is None else as_of
    await accounting.counted(kept, caller)
    found = await report(
        kept.database,
        caller.program,
        from_day=from_day,
        until_day=until_day,
        as_of_day=as_of_day,
        by_month=period == "month",
    )
    return answered(_report(found, from_day, until_day, as_of_day))


def _report(found: Report, from_day: int, until_day: int, as_of_day: int) -> models.ReferralReport:
    periods: dict[str, dict[str, int]] = {}
    for each in found.happened:
        counted = periods.setdefault(each.period, {})
        counted[each.kind], counted[f"{each.kind} amount"] = each.count, each.amount
    return models.ReferralReport(
        from_date=day_shown(from_day),
        until_date=day_shown(until_day),
        as_of=day_shown(as_of_day),
        new_members=_share(found.members),
        revenue=_share(found.revenue),
        data=[
            models.ReferralPeriod(
                period=name,
                invited=counted.get("invited", 0),
                qualified=counted.get("qualified", 0),
                qualified_amount=counted.get("qualified amount", 0),
                rewarded=counted.get("rewarded", 0),
                rewarded_points=counted.get("rewarded amount", 0),
                not_rewarded=counted.get("not_rewarded", 0),
                clawed_back=counted.get("clawed_back", 0),
                clawed_back_points=counted.get("clawed_back amount", 0),
            )
            for name, counted in periods.items()
        ],
    )


def _share(shares: Shares) -> models.Share:
    share = shares.referred * MILLION // shares.total if shares.total > 0 else 0
    return models.Share(total=shares.total, referred=shares.referred, per_million=max(share, 0))
