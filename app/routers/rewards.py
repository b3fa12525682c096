"""Rewards: the catalogue, taking one, using its voucher, importing codes."""

import re
from typing import Annotated, Final

from fastapi import APIRouter, Path
from starlette.requests import Request
from starlette.responses import Response

from app.commands import rewards as commands
from app.commands.rewards import Issued
from app.repositories.keys import Caller
from app.routers import asking, auth, models_rewards, render_rewards, resolving
from app.routers.carrying import carry, telling, would
from app.routers.handles import handles
from app.routers.models_asked import MEMBER_EXAMPLE
from app.routers.models_rewards import CodesAsked, RewardTakingAsked, VoucherUseAsked
from app.routers.operations import KEY, Plain, answered, operation
from app.routers.problems import Fault, Rejected

router = APIRouter(route_class=Plain)
TAG: Final = "Rewards"
SLUG: Final = "^[a-z0-9][a-z0-9_-]{0,63}$"
MEMBER_QUERY: Final = {
    "name": "member",
    "in": "query",
    "required": False,
    "description": "For whom: what it costs them, and why they cannot have it.",
    "schema": {"type": "string", "maxLength": 140},
    "example": MEMBER_EXAMPLE,
}
CodePath = Annotated[str, Path(description="The voucher's code.", examples=["7K3M9QX2WZ4T"])]
PoolPath = Annotated[
    str,
    Path(description="The pool's id in the rulebook.", examples=["cinema-2026"], pattern=SLUG),
]
EXAMPLE: Final = {"member": MEMBER_EXAMPLE, "reward": "free-latte"}
REFUSALS: Final = (
    "no_rulebook",
    "not_enrolled",
    "member_blocked",
    "member_merged",
    "unknown_reward",
    "insufficient_points",
    "out_of_stock",
    "reward_limit",
    "wrong_tier",
    "wrong_segment",
    "not_yet_available",
    "no_longer_available",
    "quantity_out_of_range",
    "too_late",
    "number_too_large",
)


@router.get(
    "/v1/rewards",
    **operation(
        "list_rewards",
        TAG,
        "The catalogue in force",
        models_rewards.RewardList,
        auth=KEY,
        problems=("missing_scope", "member_not_found"),
        parameters=(MEMBER_QUERY,),
    ),
)
async def list_rewards(request: Request) -> Response:
    """What points buy, how many are left, and for a member what stands in the way."""
    caller = await auth.caller(request, auth.POS)
    kept = handles(request)
    named = request.query_params.get("member")
    member = await resolving.member_in_path(kept, caller, named) if named is not None else None
    if member is not None and await kept.reading.standing(caller.program, member) is None:
        raise Rejected("member_not_found")
    edition = await commands.in_force(kept.database, kept.reading, caller.program)
    rewards = edition.compiled.document.rewards if edition is not None else ()
    offers = await commands.catalogue(kept.database, kept.reading, caller.program, rewards, member)
    language = resolving.language(request)
    shown = [render_rewards.offer(offer, caller.program.currency, language) for offer in offers]
    return answered(models_rewards.RewardList(data=shown))


@router.post(
    "/v1/rewards/redemptions",
    **operation(
        "take_reward",
        TAG,
        "Take a reward for points",
        models_rewards.RewardTaken,
        auth=KEY,
        problems=("missing_scope", *REFUSALS),
        body=RewardTakingAsked,
        example=EXAMPLE,
        status=201,
        replayable=True,
    ),
)
async def take_reward(request: Request) -> Response:
    """Every reason against it is in `errors`. The answer is a redemption; a voucher's code comes with it."""
    caller = await auth.caller(request, auth.POS)
    asked = await asking.body(request, RewardTakingAsked)
    kept = handles(request)
    member = await resolving.member_in_body(kept, caller, asked.member, key=asking.idempotency_key(request))
    told = await carry(request, caller, member, asked.command(), "rdm")
    codes = await commands.codes_of(kept.database, caller.program, told.recorded.row.id)
    answer = render_rewards.taken(told.recorded.row, codes, told.telling)
    return answered(answer, 201, replayed=told.recorded.replayed)


@router.post(
    "/v1/rewards/redemptions/quote",
    **operation(
        "quote_reward",
        TAG,
        "What taking a reward would cost",
        models_rewards.RewardQuote,
        auth=KEY,
        problems=("missing_scope", *REFUSALS),
        body=RewardTakingAsked,
        example=EXAMPLE,
    ),
)
async def quote_reward(request: Request) -> Response:
    """The same decision as taking it, thrown away."""
    caller = await auth.caller(request, auth.POS)
    asked = await asking.body(request, RewardTakingAsked)
    member = await resolving.member_in_body(handles(request), caller, asked.member)
    member, change, told = await would(request, caller, member, asked.command(), "rdm")
    return answered(models_rewards.RewardQuote(**render_rewards.took(change, member, told)))


@router.get(
    "/v1/vouchers/{code}",
    **operation(
        "get_voucher",
        TAG,
        "Read a voucher",
        models_rewards.Voucher,
        auth=KEY,
        problems=("missing_scope", "voucher_not_found"),
    ),
)
async def get_voucher(request: Request, code: CodePath) -> Response:
    """Whose it is, what it gives, and whether it still works."""
    caller = await auth.caller(request, auth.POS)
    issued = await _issued(request, caller, code)
    return answered(render_rewards.voucher(code, issued, await telling(request, caller, issued.redemption)))


@router.post(
    "/v1/vouchers/{code}/use",
    **operation(
        "use_voucher",
        TAG,
        "Use a voucher, once",
        models_rewards.VoucherUse,
        auth=KEY,
        problems=(
            "missing_scope",
            "voucher_not_found",
            "voucher_used",
            "voucher_expired",
            "voucher_cancelled",
            "member_blocked",
            "too_late",
        ),
        body=VoucherUseAsked,
        example={"store": "D1"},
        status=201,
        replayable=True,
    ),
)
async def use_voucher(request: Request, code: CodePath) -> Response:
    """Two tills that use one code at the same time: one succeeds."""
    caller = await auth.caller(request, auth.POS)
    asked = await asking.body(request, VoucherUseAsked)
    issued = await _issued(request, caller, code)
    row = issued.redemption.row
    told = await carry(request, caller, row.member, asked.command(row.id), "vus")
    answer = render_rewards.use(told.recorded.row, issued, told.telling)
    return answered(answer, 201, replayed=told.recorded.replayed)


@router.post(
    "/v1/code-pools/{pool}/codes",
    **operation(
        "import_codes",
        TAG,
        "Add codes to a pool",
        models_rewards.CodePool,
        auth=KEY,
        problems=("missing_scope", "invalid_request"),
        body=CodesAsked,
        example={"codes": ["CINE-1", "CINE-2"]},
        status=201,
        replayable=True,
    ),
)
async def import_codes(request: Request, pool: PoolPath) -> Response:
    """Codes of a partner, handed out in this order. A code that some pool has already is left alone."""
    caller = await auth.caller(request, auth.MANAGER)
    asked = await asking.body(request, CodesAsked)
    if re.fullmatch(SLUG, pool) is None:
        raise Rejected("invalid_request", [Fault(code="wrong_format", parameter="pool")])
    configuring = await asking.configuring(request, caller)
    made = await commands.add_codes(handles(request).database, configuring, caller.program, pool, asked.codes)
    return answered(models_rewards.CodePool(pool=pool, size=made.size, taken=made.taken, added=made.added), 201)


async def _issued(request: Request, caller: Caller, code: str) -> Issued:
    kept = handles(request)
    found = await commands.voucher(kept.database, kept.reading, caller.program, code)
    if found is None:
        raise Rejected("voucher_not_found")
    return found
