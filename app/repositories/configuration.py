"""Idempotency keys of configuration and of members' profiles: which request made which resource.

Commands that move points are not here: their journal row is their own record.
"""

from datetime import datetime
from typing import Final
from uuid import UUID

from msgspec import Struct

from app.repositories.database import Reader, Writer

# What a key that was refused in advance has made; nothing else is ever called so.
CANCELLED: Final = "cancelled by its key"


class Claimed(Struct, frozen=True, kw_only=True):
    """A key that was used before: the digest of its body, and what it made."""

    digest: bytes
    resource: str

    @property
    def is_cancelled(self) -> bool:
        """Whether nothing was made, and nothing is to be made any more."""
        return self.resource == CANCELLED


async def find(reader: Reader, scope: UUID, source: int, key: str) -> Claimed | None:
    """What this key was used for."""
    row = await reader.row(
        "SELECT digest, resource FROM configuration_requests WHERE scope = $1 AND source = $2 AND key = $3",
        scope,
        source,
        key,
    )
    if row is None:
        return None
    digest, resource = row
    return Claimed(digest=digest, resource=resource)


async def claim(
    writer: Writer, scope: UUID, source: int, key: str, *, digest: bytes, resource: str, created_at: datetime
) -> bool:
    """Takes the key. False if another request has it: it has committed by now, and `find` tells what it made."""
    row = await writer.row(
        "INSERT INTO configuration_requests (scope, source, key, digest, resource, created_at)"
        " VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING RETURNING true",
        scope,
        source,
        key,
        digest,
        resource,
        created_at,
    )
    return row is not None
