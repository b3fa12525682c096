"""What members play: challenges, streaks, badges and gifts."""

from typing import Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.commands.progress import playing
from app.routers import auth, resolving
from app.routers.handles import handles
from app.routers.models_people import MemberPath
from app.routers.models_progress import Progress
from app.routers.operations import KEY, PHONE, Plain, answered, operation
from app.routers.problems import Rejected
from app.routers.render_progress import progress

router = APIRouter(route_class=Plain)
TAG: Final = "Members"


@router.get(
    "/v1/members/{member}/progress",
    **operation(
        "get_progress",
        TAG,
        "Challenges, streaks, badges and gifts",
        Progress,
        auth=KEY,
        problems=("missing_scope", "member_not_found"),
    ),
)
async def get_progress(request: Request, member: MemberPath) -> Response:
    """How far the member has come, what is missing and until when; and what can be taken at no cost."""
    caller = await auth.caller(request, auth.POS)
    kept = handles(request)
    found = await resolving.member_in_path(kept, caller, member)
    played = await playing(kept.database, kept.reading, caller.program, found)
    if played is None:
        raise Rejected("member_not_found")
    return answered(progress(played, resolving.language(request)))


@router.get(
    "/v1/me/progress",
    **operation(
        "get_own_progress",
        "Phones",
        "What a member's phone shows of challenges and streaks",
        Progress,
        auth=PHONE,
        problems=("member_not_found",),
    ),
)
async def get_own_progress(request: Request) -> Response:
    """As the shop sees it, in the language asked for."""
    visitor = await auth.member(request)
    kept = handles(request)
    played = await playing(kept.database, kept.reading, visitor.program, visitor.id)
    if played is None:
        raise Rejected("member_not_found")
    return answered(progress(played, resolving.language(request)))
