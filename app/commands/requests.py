"""A request for configuration: recognised by its key when it comes again, refused when the key has another body."""

import hashlib
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from app.repositories import configuration
from app.repositories.configuration import Claimed
from app.repositories.database import Conflicted, Reader, Writer


class Request(Struct, frozen=True, kw_only=True):
    """Who asks for configuration, under which key, with which body. `source` 0 is the operator."""

    scope: UUID
    source: int
    key: str
    body: bytes

    @property
    def digest(self) -> bytes:
        return hashlib.sha256(self.body).digest()


class KeyReused(Exception):
    """The key belongs to a request with another body."""


class KeyCancelled(Exception):
    """The request was refused in advance: whoever sent it had given it up before it arrived."""


async def used(reader: Reader, scope: UUID, source: int, key: str) -> Claimed | None:
    """What a key was used for; None if it is new. Raises KeyCancelled."""
    found = await configuration.find(reader, scope, source, key)
    if found is not None and found.is_cancelled:
        raise KeyCancelled
    return found


async def made_before(reader: Reader, request: Request) -> str | None:
    """What the same request made when it came before; None if the key is new. Raises KeyReused and KeyCancelled."""
    found = await used(reader, request.scope, request.source, request.key)
    if found is None:
        return None
    if found.digest != request.digest:
        raise KeyReused
    return found.resource


async def claim(writer: Writer, request: Request, resource: str, at: datetime) -> None:
    """Remember what the request makes, in the transaction that makes it.

    Raises Conflicted when a twin has been quicker: nothing is made twice, and the retry finds what the twin made.
    """
    claimed = await configuration.claim(
        writer,
        request.scope,
        request.source,
        request.key,
        digest=request.digest,
        resource=resource,
        created_at=at,
    )
    if not claimed:
        raise Conflicted(duplicate=True)
