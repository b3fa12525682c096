"""Leaderboards for managers and for members, and the names under which members want to be seen."""

from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Path
from starlette.requests import Request
from starlette.responses import Response

from app.commands import boards as commands
from app.commands.boards import Read, WrongGroup
from app.engine import typeids
from app.engine.rulebook.boards import Leaderboard
from app.engine.rulebook.measures import CountOf
from app.repositories.boards import Place
from app.repositories.programs import Program
from app.routers import asking, auth, queries, resolving
from app.routers.handles import Handles, handles
from app.routers.languages import pick, text
from app.routers.models_asked import MEMBER_EXAMPLE
from app.routers.models_boards import LeaderboardShown, NicknameAsked, OwnNickname, PlaceShown
from app.routers.operations import KEY, PHONE, Plain, answered, operation
from app.routers.phrases import RANKING
from app.routers.problems import Rejected
from app.routers.queries import day_shown
from app.routers.wire import CODE_LENGTH_MAX

router = APIRouter(route_class=Plain)
TAG: Final = "Leaderboards"
BoardPath = Annotated[
    str,
    Path(description="Its id in the rulebook.", examples=["coffee-of-the-month"], pattern="^[a-z0-9][a-z0-9_-]{0,63}$"),
]
MemberPath = Annotated[
    str,
    Path(
        description="The member's id, or your own as `ext:…`, or a card as `card:…`.",
        examples=[MEMBER_EXAMPLE],
    ),
]
PERIOD: Final = queries.parameter(
    "period", "Any local day of the period; absent: today, the period that is running.", "2026-05-01", format="date"
)
GROUP: Final = queries.parameter("group", "Which store or team, where it has any.", "D1", maxLength=CODE_LENGTH_MAX)
STORE: Final = queries.parameter("group", "Which store, where it has any.", "D1", maxLength=CODE_LENGTH_MAX)
NICKNAME: Final = {"nickname": "Lan"}


@router.get(
    "/v1/leaderboards/{leaderboard}",
    **operation(
        "get_leaderboard",
        TAG,
        "Who did most in a period",
        LeaderboardShown,
        auth=KEY,
        problems=("missing_scope", "not_found", "invalid_request"),
        parameters=(PERIOD, GROUP),
    ),
)
async def get_leaderboard(request: Request, leaderboard: BoardPath) -> Response:
    """The first places. Needs the scope manager, because it says who everybody is.

    To show it to others, show nicknames only: members who gave none do not want to be named. Who was erased is not on
    it any more; whoever was merged into another member has their score there.
    """
    caller = await auth.caller(request, auth.MANAGER)
    kept = handles(request)
    board, day, group = await _asked(request, kept, caller.program, leaderboard)
    try:
        async with kept.database.glancing() as reader:
            read = await commands.whole(reader, caller.program, board, day, group)
    except WrongGroup:
        raise _wrong_group(group) from None
    return answered(_shown(read, resolving.language(request), own=None, is_staff=True))


@router.get(
    "/v1/me/leaderboards/{leaderboard}",
    **operation(
        "get_own_place",
        TAG,
        "A member's own place, and who is beside it",
        LeaderboardShown,
        auth=PHONE,
        problems=("not_found", "invalid_request"),
        parameters=(PERIOD, STORE),
    ),
)
async def get_own_place(request: Request, leaderboard: BoardPath) -> Response:
    """Two places before and after the member's own. Nothing while nothing was counted of them in this period."""
    visitor = await auth.member(request)
    kept = handles(request)
    standing = await kept.reading.standing(visitor.program, visitor.id)
    if standing is None:
        raise Rejected("not_found")
    member = standing.account.member
    board, day, group = await _asked(request, kept, visitor.program, leaderboard)
    try:
        async with kept.database.reading() as reader:
            read = await commands.own(reader, visitor.program, board, day, group, member)
    except WrongGroup:
        raise _wrong_group(group) from None
    return answered(_shown(read, resolving.language(request), own=member, is_staff=False))


@router.put(
    "/v1/members/{member}/nickname",
    **operation(
        "put_nickname",
        TAG,
        "Let a member be seen on leaderboards",
        OwnNickname,
        auth=KEY,
        problems=("missing_scope", "member_not_found"),
        body=NicknameAsked,
        example=NICKNAME,
    ),
)
async def put_nickname(request: Request, member: MemberPath) -> Response:
    """Only who has a nickname is named to others. It is personal: erasure destroys it."""
    caller = await auth.caller(request, auth.POS)
    asked = await asking.body(request, NicknameAsked)
    kept = handles(request)
    named = await resolving.member_in_path(kept, caller, member)
    return await _named(kept, caller.program, named, asked.nickname)


@router.put(
    "/v1/me/nickname",
    **operation(
        "put_own_nickname",
        TAG,
        "Be seen on leaderboards",
        OwnNickname,
        auth=PHONE,
        problems=("member_not_found",),
        body=NicknameAsked,
        example=NICKNAME,
    ),
)
async def put_own_nickname(request: Request) -> Response:
    """Whoever gives a nickname agrees to be seen under it; null takes that back."""
    visitor = await auth.member(request)
    asked = await asking.body(request, NicknameAsked)
    return await _named(handles(request), visitor.program, visitor.id, asked.nickname)


async def _named(kept: Handles, program: Program, member: UUID, nickname: str | None) -> Response:
    standing = await kept.reading.standing(program, member)
    if standing is None or not await commands.name(kept.database, program, standing.account.member, nickname):
        raise Rejected("member_not_found")
    return answered(OwnNickname(nickname=nickname))


async def _asked(
    request: Request, kept: Handles, program: Program, leaderboard: str
) -> tuple[Leaderboard, int, str | None]:
    """The leaderboard, the day and the group that are asked for."""
    day, group = queries.day(request, "period"), request.query_params.get("group")
    if group is not None and not 1 <= len(group) <= CODE_LENGTH_MAX:
        raise queries.fault("wrong_format", "group")
    now = await commands.now(kept.database, kept.reading, program)
    board = commands.board_of(now, leaderboard)
    if board is None:
        raise Rejected("not_found")
    return board, now.day if day is None else day, group


def _wrong_group(group: str | None) -> Rejected:
    return queries.fault("required" if group is None else "not_offered", "group")


def _shown(read: Read, language: str, *, own: UUID | None, is_staff: bool) -> LeaderboardShown:
    board = read.board
    return LeaderboardShown(
        id=board.id,
        title=pick(board.title, language),
        group_kind=board.group,
        group=read.group,
        period=board.period,
        from_date=None if read.first_day is None else day_shown(read.first_day),
        until_date=None if read.past_day is None else day_shown(read.past_day - 1),
        score_unit=_unit(board),
        ranking=text(language, RANKING),
        data=[_place(place, own=own, is_staff=is_staff) for place in read.places],
    )


def _place(place: Place, *, own: UUID | None, is_staff: bool) -> PlaceShown:
    is_own = place.member == own
    return PlaceShown(
        rank=place.rank,
        score=place.count,
        nickname=place.nickname,
        member=typeids.encode("mbr", place.member) if is_staff or is_own else None,
        is_own=is_own,
    )


def _unit(board: Leaderboard) -> str:
    if isinstance(board.measure, CountOf):
        return "times"
    return {"amount": "minor", "quantity": "micro_pieces", "points": "points"}[board.measure.what]
