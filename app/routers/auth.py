"""Who asks: the operator, a key of a programme, or a member's phone. Every route calls exactly one of these."""

import hmac
from typing import Final
from uuid import UUID

from msgspec import Struct
from starlette.requests import Request

from app.commands import credentials
from app.repositories.keys import Caller
from app.repositories.programs import Program
from app.routers.handles import handles
from app.routers.headers import header
from app.routers.problems import Rejected
from app.routers.tokens import Visitor

POS: Final = "pos"
MANAGER: Final = "manager"
# Besides `pos`: what happened longer ago than tills may send it. Keys are made by the operator, who gives it to few.
ANY_AGE: Final = "any_age"
# The source of what phones ask.
PHONES: Final = -1
_CHALLENGE: Final = {"www-authenticate": 'Bearer realm="rung"'}


class Member(Struct, frozen=True, kw_only=True):
    """A phone: one member of one programme."""

    program: Program
    id: UUID


async def caller(request: Request, scope: str) -> Caller:
    """The key that asks, if it has the scope; a scope never implies another."""
    kept = handles(request)

    async def find(token: str) -> Caller | None:
        return await credentials.caller_of(kept.database, token) if credentials.is_well_formed(token) else None

    found = await kept.callers.of(_bearer(request), find)
    if found is None:
        raise _unauthorized()
    if scope not in found.scopes:
        raise Rejected("missing_scope", values={"scope": scope})
    return found


def also(caller: Caller, scope: str) -> None:
    """The key needs this scope besides, for something that its request asks for."""
    if scope not in caller.scopes:
        raise Rejected("missing_scope", values={"scope": scope})


def operator(request: Request) -> None:
    """Only the operator passes."""
    expected = handles(request).operator_token
    if not hmac.compare_digest(_bearer(request).encode(), expected.encode()):
        raise _unauthorized()


async def member(request: Request) -> Member:
    """The member whose phone asks."""
    kept = handles(request)

    async def find(token: str) -> Visitor | None:
        return kept.tokens.check(token)

    visitor = await kept.visitors.of(_bearer(request), find)
    program = await kept.programs.of(visitor.program) if visitor else None
    if visitor is None or program is None:
        raise _unauthorized()
    return Member(program=program, id=visitor.member)


def own_key(member: Member, key: str) -> str:
    """A phone's key as the source of phones has it, apart from other members': no caller can send one with a space."""
    return f"{member.id} {key}"


def _bearer(request: Request) -> str:
    scheme, _, token = (header(request.scope, b"authorization") or "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise _unauthorized()
    return token


def _unauthorized() -> Rejected:
    return Rejected("unauthorized", headers=_CHALLENGE)
