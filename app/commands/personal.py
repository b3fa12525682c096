"""Requests about one person: their bodies are recognised when they come again, until the person is erased.

A bare hash of a body with a phone number gives the number away: there are only so many. So the digest is keyed with
a secret of the member's own, which erasure destroys; what is left then proves nothing.
"""

import hashlib
import hmac
from collections.abc import Sequence
from uuid import UUID

from msgspec.structs import replace

from app.commands.requests import KeyReused, Request, used
from app.engine.refusals import Reason
from app.repositories import members, people
from app.repositories.database import Reader, Writer
from app.repositories.members import Profile
from app.repositories.programs import Program


class Refused(Exception):
    """Nothing was written: `code` says why, and so do all of `reasons` where there are several."""

    def __init__(self, code: str, reasons: Sequence[Reason] = ()) -> None:
        super().__init__(code)
        self.code = code
        self.reasons = tuple(reasons)


def keyed(program: Program, secret: bytes, request: Request) -> Request:
    """The request with a body that tells nothing without the secrets of both programme and member."""
    body = hmac.digest(program.secret, request.body, "sha256")
    return replace(request, body=secret + hashlib.sha256(body).digest())


async def claimed_by(reader: Reader, program: Program, request: Request) -> UUID | None:
    """Whom the same request enrolled when it came before; None if its key is new.

    Raises KeyReused, KeyCancelled and Refused.
    """
    found = await used(reader, request.scope, request.source, request.key)
    if found is None:
        return None
    member = _id(found.resource)
    profile = await members.by_id(reader, program.id, member) if member else None
    if profile is None:
        raise KeyReused
    if profile.erased_at is not None:
        raise Refused("member_erased")
    secret = await people.secret(reader, program.id, profile.id)
    if found.digest != keyed(program, secret, request).digest:
        raise KeyReused
    return profile.id


async def locked(writer: Writer, program: Program, member: UUID, request: Request) -> tuple[Profile, Request] | None:
    """The member, locked, and the request keyed for them; None if there is no such member. Raises Refused.

    Whoever names a member that was merged means the one who goes on. Only people have what is personal: the account
    of a household, or of a purchase that nobody has claimed, is no member here.
    """
    member = await members.heir(writer, program.id, member)
    profile = await members.lock(writer, program.id, member)
    if profile is None or profile.kind != "person":
        return None
    if profile.erased_at is not None:
        raise Refused("member_erased")
    return profile, keyed(program, await people.secret(writer, program.id, member), request)


def _id(resource: str) -> UUID | None:
    try:
        return UUID(resource)
    except ValueError:
        return None
