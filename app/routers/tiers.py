"""Tiers: where a member stands in every set of them, and what is given by hand."""

from typing import Final
from uuid import UUID

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.commands.reading import Standing
from app.engine import typeids
from app.engine.commands import TierGrant, TierGrantEnd
from app.engine.movements import Climb
from app.engine.rulebook.ladders import Ladder
from app.engine.rulebook.levels import TierSet
from app.repositories.keys import Caller
from app.routers import asking, auth, models_members, models_tiers, render, render_tiers, resolving
from app.routers.carrying import carry
from app.routers.handles import handles
from app.routers.languages import pick
from app.routers.models_people import MemberPath
from app.routers.models_tiers import TierGrantAsked, TierGrantEndAsked
from app.routers.operations import KEY, Plain, answered, operation
from app.routers.problems import Rejected
from app.routers.wire import end_of_day_us, instant

router = APIRouter(route_class=Plain)
TAG: Final = "Members"
REFUSALS: Final = ("no_rulebook", "not_enrolled", "member_merged", "unknown_tier_set")


@router.get(
    "/v1/members/{member}/tier",
    **operation(
        "get_tier",
        TAG,
        "The tier and the way to the next",
        models_members.TierNow,
        auth=KEY,
        problems=("missing_scope", "member_not_found"),
    ),
)
async def get_tier(request: Request, member: MemberPath) -> Response:
    """In every set of tiers: what was given by hand, until when it is kept, what the next level takes."""
    caller = await auth.caller(request, auth.POS)
    kept = handles(request)
    found = await resolving.member_in_path(kept, caller, member)
    looked = await kept.reading.heights(caller.program, found)
    if looked is None:
        raise Rejected("member_not_found")
    standing, climbs = looked
    return answered(_shown(typeids.encode("mbr", found), standing, climbs, resolving.language(request)))


@router.post(
    "/v1/members/{member}/tier",
    **operation(
        "grant_tier",
        TAG,
        "Give a tier by hand",
        models_tiers.TierGrant,
        auth=KEY,
        problems=("missing_scope", "member_not_found", *REFUSALS, "unknown_tier", "ends_too_soon"),
        body=TierGrantAsked,
        example={"tier": "vang", "last_valid_day": "2999-12-31", "reason": "vip"},
        status=201,
        replayable=True,
    ),
)
async def grant_tier(request: Request, member: MemberPath) -> Response:
    """A floor until its last day, in the place of any that was given before. What members reach themselves stays.

    After the last day they stand where they stand by what they have come to, or were promised before.
    """
    caller = await auth.caller(request, auth.MANAGER)
    asked = await asking.body(request, TierGrantAsked)
    found = await _known(request, caller, member)
    day = asked.last_valid_day
    command = TierGrant(
        tier=asked.tier,
        reason=asked.reason,
        ladder=asked.set or "",
        until_us=None if day is None else end_of_day_us(day, caller.program.zone),
        actor=caller.key,
    )
    told = await carry(request, caller, found, command, "tgr")
    answer = render_tiers.given(told.recorded.row, render.standing_of(told.recorded.row, told.telling))
    return answered(answer, 201, replayed=told.recorded.replayed)


@router.post(
    "/v1/members/{member}/tier/end",
    **operation(
        "end_tier_grant",
        TAG,
        "End a tier that was given by hand",
        models_tiers.TierGrant,
        auth=KEY,
        problems=("missing_scope", "member_not_found", *REFUSALS, "nothing_granted"),
        body=TierGrantEndAsked,
        example={"reason": "mistake"},
        status=201,
        replayable=True,
    ),
)
async def end_tier_grant(request: Request, member: MemberPath) -> Response:
    """At once. The member stands where they stand by what they have come to, or were promised before."""
    caller = await auth.caller(request, auth.MANAGER)
    asked = await asking.body(request, TierGrantEndAsked)
    found = await _known(request, caller, member)
    command = TierGrantEnd(reason=asked.reason, ladder=asked.set or "", actor=caller.key)
    told = await carry(request, caller, found, command, "tge")
    answer = render_tiers.given(told.recorded.row, render.standing_of(told.recorded.row, told.telling))
    return answered(answer, 201, replayed=told.recorded.replayed)


def _shown(member: str, standing: Standing, climbs: tuple[Climb, ...], language: str) -> models_members.TierNow:
    ladders = standing.edition.compiled.ladders if standing.edition else ()
    return models_members.TierNow(
        member=member,
        tier=render_tiers.tier(render.progress(standing.account), standing.edition, language, climbs),
        levels=[level for ladder in ladders if not ladder.id for level in _levels(ladder, language)],
        sets=[
            models_members.TierSet(
                set=ladder.id, title=pick(ladder.tiers.title, language), levels=_levels(ladder, language)
            )
            for ladder in ladders
            if isinstance(ladder.tiers, TierSet)
        ],
        as_of=instant(standing.now_us),
    )


def _levels(ladder: Ladder, language: str) -> list[models_members.Level]:
    return [
        models_members.Level(id=level.id, title=pick(level.title, language), from_points=level.from_points)
        for level in ladder.levels
    ]


async def _known(request: Request, caller: Caller, member: str) -> UUID:
    """A member of this programme. Raises Rejected for anybody else."""
    kept = handles(request)
    found = await resolving.member_in_path(kept, caller, member)
    if await kept.reading.standing(caller.program, found) is None:
        raise Rejected("member_not_found")
    return found
