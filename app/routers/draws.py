"""Chance that can be checked: what was promised of a day, and the seed once it is over."""

from typing import Annotated, Final

from fastapi import APIRouter, Path
from starlette.requests import Request
from starlette.responses import Response

from app.commands import fairness
from app.commands.asks import Recorded
from app.commands.fairness import DaySeed
from app.engine import typeids
from app.repositories.journal import JournalRow
from app.repositories.programs import Program
from app.repositories.recording import kind_of
from app.routers import accounting, auth, queries, resolving
from app.routers.auth import Member
from app.routers.handles import Handles, handles
from app.routers.models_draws import CommitmentList, DayOfDraws, DrawProof
from app.routers.operations import KEY, PHONE, Plain, answered, operation
from app.routers.problems import Rejected
from app.routers.queries import day_shown
from app.routers.render import PREFIXES, Telling
from app.routers.render_draws import proof

router = APIRouter(route_class=Plain)
TAG: Final = "Draws"
AHEAD_DAYS_MAX: Final = 400
LISTED_DAYS_MAX: Final = 400
DayPath = Annotated[str, Path(description="A local day.", examples=["2026-05-01"], pattern=r"^\d{4}-\d{2}-\d{2}$")]
PERIOD: Final = (
    queries.parameter("from", "The first local day; absent: today.", "2026-05-01", format="date"),
    queries.parameter("until", "The last local day; absent: thirty days after the first.", "2026-05-31", format="date"),
)
USUAL_DAYS: Final = 30
KNOWN: Final = frozenset(PREFIXES.values())
FactPath = Annotated[str, Path(description="The id of any fact.", examples=["pur_01jkm3x8e4f5gr6h7s8t9v0w1x"])]


@router.get(
    "/v1/draws/commitments",
    **operation(
        "list_commitments",
        TAG,
        "What the draws of each day are bound to",
        CommitmentList,
        auth=KEY,
        problems=("missing_scope", "invalid_request"),
        parameters=PERIOD,
    ),
)
async def list_commitments(request: Request) -> Response:
    """For any day, up to 400 days ahead: keep them, and compare when the seeds are revealed."""
    caller = await auth.caller(request, auth.POS)
    today = await accounting.today(handles(request), caller.program)
    first, last = queries.day(request, "from"), queries.day(request, "until")
    first = today if first is None else first
    last = min(first + USUAL_DAYS, today + AHEAD_DAYS_MAX) if last is None else last
    if first > today + AHEAD_DAYS_MAX:
        raise queries.fault("out_of_range", "from")
    if not first <= last < first + LISTED_DAYS_MAX or last > today + AHEAD_DAYS_MAX:
        raise queries.fault("out_of_range", "until")
    found = [_day(fairness.day_seed(caller.program, day, today)) for day in range(first, last + 1)]
    return answered(CommitmentList(data=found))


@router.get(
    "/v1/draws/seeds/{day}",
    **operation(
        "get_seed",
        TAG,
        "The seed of a day, once it is over",
        DayOfDraws,
        auth=KEY,
        problems=("missing_scope", "not_found"),
    ),
)
async def get_seed(request: Request, day: DayPath) -> Response:
    """With it everybody can repeat every draw of that day. Before the day is over `seed` is null."""
    caller = await auth.caller(request, auth.POS)
    asked = queries.day_in_path(day)
    today = await accounting.today(handles(request), caller.program)
    if asked > today + AHEAD_DAYS_MAX:
        raise Rejected("not_found")
    return answered(_day(fairness.day_seed(caller.program, asked, today)))


@router.get(
    "/v1/facts/{fact}/draws",
    **operation(
        "get_draws",
        TAG,
        "Proof of the draws of a fact",
        DrawProof,
        auth=KEY,
        problems=("missing_scope", "not_found"),
    ),
)
async def get_draws(request: Request, fact: FactPath) -> Response:
    """What went into every draw that came with a fact.

    With the seed, which is revealed when its day is over, anybody can repeat it. docs/examples/verify_draws.py does,
    with nothing but the standard library of Python.
    """
    caller = await auth.caller(request, auth.POS)
    kept = handles(request)
    prefix = fact.partition("_")[0]
    recorded = await resolving.fact(kept, caller, prefix, fact) if prefix in KNOWN and "_" in fact else None
    if recorded is None:
        raise Rejected("not_found")
    return answered(await _proved(request, caller.program, fact, recorded.row))


@router.get(
    "/v1/me/facts/{fact}/draws",
    **operation(
        "get_own_draws",
        "Phones",
        "Proof of the draws of a member's own fact",
        DrawProof,
        auth=PHONE,
        problems=("not_found",),
    ),
)
async def get_own_draws(request: Request, fact: FactPath) -> Response:
    """What the shop sees of it, for the member whom it was drawn for; facts of others are not found.

    Whoever was merged into this member is no other.
    """
    visitor = await auth.member(request)
    recorded = await _own(handles(request), visitor, fact)
    if recorded is None:
        raise Rejected("not_found")
    return answered(await _proved(request, visitor.program, fact, recorded.row))


async def _own(kept: Handles, visitor: Member, fact: str) -> Recorded | None:
    """The fact with an id, if it is of the account that is the visitor's today."""
    prefix = fact.partition("_")[0]
    found = typeids.decode(prefix, fact) if prefix in KNOWN else None
    recorded = await kept.reading.fact(visitor.program, found) if found is not None else None
    if recorded is None or PREFIXES[kind_of(recorded.row.command)] != prefix:
        return None
    own = await kept.reading.standing(visitor.program, visitor.id)
    whose = await kept.reading.standing(visitor.program, recorded.row.member)
    if own is None or whose is None or own.account.member != whose.account.member:
        return None
    return recorded


async def _proved(request: Request, program: Program, fact: str, row: JournalRow) -> DrawProof:
    kept = handles(request)
    timeline = await kept.reading.timeline(program, row.rulebooks_known)
    telling = Telling(currency=program.currency, language=resolving.language(request), timeline=timeline)
    return proof(fact, row, program, await accounting.today(kept, program), telling)


def _day(found: DaySeed) -> DayOfDraws:
    return DayOfDraws(
        day=day_shown(found.day),
        commitment=found.commitment.hex(),
        seed=None if found.seed is None else found.seed.hex(),
    )
