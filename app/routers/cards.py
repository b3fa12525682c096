"""Cards: which a member has, and what happens when one is lost."""

from collections.abc import Sequence
from typing import Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.commands import cards as commands
from app.commands import members
from app.repositories import people
from app.repositories.keys import Caller
from app.routers import asking, auth, resolving
from app.routers.handles import Handles, handles
from app.routers.models_people import (
    CARD,
    Card,
    CardBlockAsked,
    CardList,
    CardReplaceAsked,
    CardUnblockAsked,
    MemberPath,
)
from app.routers.operations import KEY, Plain, answered, operation
from app.routers.problems import Rejected
from app.routers.wire import moment

router = APIRouter(route_class=Plain)
TAG: Final = "Members"


@router.get(
    "/v1/members/{member}/cards",
    **operation(
        "list_cards",
        TAG,
        "List a member's cards",
        CardList,
        auth=KEY,
        problems=("missing_scope", "member_not_found"),
    ),
)
async def list_cards(request: Request, member: MemberPath) -> Response:
    """The blocked ones too."""
    caller = await auth.caller(request, auth.POS)
    kept = handles(request)
    found = await resolving.member_in_path(kept, caller, member, even_blocked=True)
    held = await commands.held(kept.database, caller.program, found)
    if not held and await members.shown(kept.database, caller.program, found) is None:
        raise Rejected("member_not_found")
    return answered(_list(held))


@router.post(
    "/v1/members/{member}/cards/block",
    **operation(
        "block_card",
        TAG,
        "Block a card",
        CardList,
        auth=KEY,
        problems=("missing_scope", "member_not_found", "card_not_found", "member_erased"),
        body=CardBlockAsked,
        example={"card": CARD, "reason": "lost"},
        replayable=True,
    ),
)
async def block_card(request: Request, member: MemberPath) -> Response:
    """Whoever shows it is told that it is blocked. The member, the points and the other cards stay as they are."""
    caller = await auth.caller(request, auth.POS)
    asked = await asking.body(request, CardBlockAsked)
    return await _block(request, handles(request), caller, member, card=asked.card, reason=asked.reason, by=None)


@router.post(
    "/v1/members/{member}/cards/replace",
    **operation(
        "replace_card",
        TAG,
        "Replace a card by another",
        CardList,
        auth=KEY,
        problems=(
            "missing_scope",
            "member_not_found",
            "card_not_found",
            "card_blocked",
            "card_replaced",
            "identifier_taken",
            "member_erased",
        ),
        body=CardReplaceAsked,
        example={"old": CARD, "new": "2900000000031", "reason": "lost"},
        replayable=True,
    ),
)
async def replace_card(request: Request, member: MemberPath) -> Response:
    """The old card is blocked and the new one leads to the member, at once or not at all."""
    caller = await auth.caller(request, auth.POS)
    asked = await asking.body(request, CardReplaceAsked)
    return await _block(request, handles(request), caller, member, card=asked.old, reason=asked.reason, by=asked.new)


@router.post(
    "/v1/members/{member}/cards/unblock",
    **operation(
        "unblock_card",
        TAG,
        "Unblock a card",
        CardList,
        auth=KEY,
        problems=("missing_scope", "member_not_found", "card_not_found", "card_replaced", "member_erased"),
        body=CardUnblockAsked,
        example={"card": CARD},
        replayable=True,
    ),
)
async def unblock_card(request: Request, member: MemberPath) -> Response:
    """It was found again and leads to the member. A card that was replaced stays blocked: another one has its place."""
    caller = await auth.caller(request, auth.POS)
    asked = await asking.body(request, CardUnblockAsked)
    kept = handles(request)
    configuring = await asking.configuring(request, caller)
    found = await resolving.member_in_path(kept, caller, member, even_blocked=True)
    held = await commands.unblock(kept.database, caller.program, found, configuring, card=asked.card)
    if held is None:
        raise Rejected("member_not_found")
    return answered(_list(held.cards), replayed=held.replayed)


async def _block(
    request: Request, kept: Handles, caller: Caller, member: str, *, card: str, reason: str, by: str | None
) -> Response:
    configuring = await asking.configuring(request, caller)
    found = await resolving.member_in_path(kept, caller, member, even_blocked=True)
    held = await commands.block(kept.database, caller.program, found, configuring, card=card, reason=reason, by=by)
    if held is None:
        raise Rejected("member_not_found")
    return answered(_list(held.cards), replayed=held.replayed)


def _list(held: Sequence[people.Card]) -> CardList:
    return CardList(
        data=[
            Card(
                card=card.value,
                blocked=card.blocked_at is not None,
                blocked_at=moment(card.blocked_at) if card.blocked_at else None,
                reason=card.blocked_reason,
                replaced_by=card.replaced_by,
            )
            for card in held
        ]
    )
