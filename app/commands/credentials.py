"""API keys: made here, shown once, kept as digests; and who stands behind one that is shown."""

import hashlib
import re
import secrets
import string
import zlib
from typing import Final
from uuid import UUID

from msgspec import Struct

from app.commands.identities import new_id
from app.commands.requests import Request, claim, made_before
from app.repositories import keys, programs
from app.repositories.database import Database
from app.repositories.keys import Caller, Key
from app.repositories.programs import Program

_BASE62: Final = string.digits + string.ascii_uppercase + string.ascii_lowercase
_RANDOM_LENGTH: Final = 32
_CHECK_LENGTH: Final = 6
_SHAPE: Final = re.compile(r"rung_(live|test)_[0-9A-Za-z]{38}")


class Wanted(Struct, frozen=True, kw_only=True):
    """A key to be made."""

    source: str
    name: str
    scopes: tuple[str, ...]


class Made(Struct, frozen=True, kw_only=True):
    """A key; `token` only at the first answer."""

    key: Key
    token: str | None


def new_token(*, sandbox: bool) -> str:
    """`rung_live_…` or `rung_test_…`: 190 random bits and a check sum, so that a scanner can tell a key from noise."""
    body = f"rung_{'test' if sandbox else 'live'}_" + "".join(secrets.choice(_BASE62) for _ in range(_RANDOM_LENGTH))
    return body + _check(body)


def is_well_formed(token: str) -> bool:
    """True if the token has the shape and the check sum of ours."""
    return _SHAPE.fullmatch(token) is not None and _check(token[:-_CHECK_LENGTH]) == token[-_CHECK_LENGTH:]


def digest_of(token: str) -> bytes:
    """What is kept of a token. A plain hash suffices for 190 random bits."""
    return hashlib.sha256(token.encode()).digest()


def _check(body: str) -> str:
    number = zlib.crc32(body.encode())
    letters = []
    for _ in range(_CHECK_LENGTH):
        number, letter = divmod(number, 62)
        letters.append(_BASE62[letter])
    return "".join(reversed(letters))


async def caller_of(database: Database, token: str) -> Caller | None:
    """Who shows this token, or None if it is not a living key."""
    async with database.glancing() as reader:
        return await keys.caller(reader, digest_of(token))


async def create(database: Database, program: Program, request: Request, wanted: Wanted) -> Made:
    """Make a key, and its source if that is new. Raises KeyReused."""
    async with database.transaction() as writer:
        # One key of a programme at a time: sources are numbered, and the request is looked up without a race.
        await programs.lock(writer, program.id)
        before = await made_before(writer, request)
        if before is not None:
            key = await keys.by_id(writer, program.id, UUID(before))
            assert key is not None, "keys are never removed"
            return Made(key=key, token=None)
        token = new_token(sandbox=program.sandbox)
        created_at = await programs.clock(writer)
        key = Key(
            id=new_id(created_at),
            source=wanted.source,
            name=wanted.name,
            scopes=wanted.scopes,
            prefix=token[:14],
            created_at=created_at,
            revoked_at=None,
        )
        source = await keys.source_number(writer, program.id, wanted.source)
        await keys.insert(writer, program.id, key, source=source, digest=digest_of(token))
        await claim(writer, request, str(key.id), created_at)
    return Made(key=key, token=token)


async def revoke(database: Database, program: Program, key_id: UUID) -> Key | None:
    """End a key; None if the programme has no such key. Every process notices within two seconds."""
    async with database.transaction() as writer:
        await keys.revoke(writer, program.id, key_id, await programs.clock(writer))
        return await keys.by_id(writer, program.id, key_id)
