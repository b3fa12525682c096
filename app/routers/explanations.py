"""Explanations of facts, for ever: what applied, what did not and why, which points moved where."""

from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Path
from starlette.requests import Request
from starlette.responses import Response

from app.engine.commands import Command, Confirm, HoldRelease
from app.engine.naming import reverses
from app.routers import auth, models_explanations, resolving
from app.routers.handles import handles
from app.routers.operations import KEY, Plain, answered, operation
from app.routers.problems import Rejected
from app.routers.render import PREFIXES
from app.routers.render_explanations import explanation

router = APIRouter(route_class=Plain)
KNOWN: Final = frozenset(PREFIXES.values())
FactPath = Annotated[str, Path(description="The id of any fact.", examples=["pur_01jkm3x8e4f5gr6h7s8t9v0w1x"])]


@router.get(
    "/v1/facts/{fact}/explanation",
    **operation(
        "get_explanation",
        "Explanations",
        "Why a fact did what it did",
        models_explanations.Explanation,
        auth=KEY,
        problems=("missing_scope", "not_found"),
    ),
)
async def get_explanation(request: Request, fact: FactPath) -> Response:
    """Whatever moved points or could have: the ids of `fact` in entries and lots are answered here.

    What the row recorded is told as it is. Why a rule did not apply, and the exact points before they were rounded,
    are computed now, from the rulebook, the basket and the tier of then.
    """
    caller = await auth.caller(request, auth.POS)
    kept = handles(request)
    prefix = fact.partition("_")[0]
    recorded = await resolving.fact(kept, caller, prefix, fact) if prefix in KNOWN and "_" in fact else None
    if recorded is None:
        raise Rejected("not_found")
    telling = await resolving.telling(kept, caller, resolving.language(request), recorded.row.rulebooks_known)
    about = _about(recorded.row.command)
    original = await kept.reading.fact(caller.program, about) if about is not None else None
    change = original.row.change if original is not None else None
    return answered(explanation(recorded.row, caller.program.zone, telling, change))


def _about(command: Command) -> UUID | None:
    """The fact that a command undoes, confirms or lets go."""
    match command:
        case Confirm(purchase=fact) | HoldRelease(hold=fact):
            return fact
        case _:
            return reverses(command)
