"""Ids: a fact's id follows from who asked and under which key, so that a retry finds its own answer."""

import hashlib
import hmac
from collections.abc import Iterable
from typing import Final
from uuid import UUID

_VERSION_8: Final = 8 << 76
_VARIANT: Final = 2 << 62
_CLEAR: Final = ~((0xF << 76) | (3 << 62))
_DERIVED: Final = 8
_CROCKFORD: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def _uuid8(secret: bytes, person: bytes, source: int, name: str) -> UUID:
    message = source.to_bytes(4, "big", signed=True) + name.encode()
    digest = hashlib.blake2b(message, digest_size=16, key=secret, person=person).digest()
    return UUID(int=int.from_bytes(digest, "big") & _CLEAR | _VERSION_8 | _VARIANT)


def fact_id(secret: bytes, source: int, idempotency_key: str) -> UUID:
    """The id of the fact that this source records under this key: a UUIDv8 (RFC 9562, 5.8)."""
    return _uuid8(secret, b"fact", source, idempotency_key)


def external_key(secret: bytes, source: int, kind: int, external_id: str) -> UUID:
    """What makes (source, kind of command, the caller's own id) unique in the journal."""
    return _uuid8(secret, b"external", source, f"{kind}:{external_id}")


def replacement_key(secret: bytes, source: int, kind: int, external_id: str, replaces: UUID) -> UUID:
    """The same for a fact that takes over the caller's own id from the one that it replaces; each passes it on once."""
    return _uuid8(secret, b"external", source, f"{kind}/{replaces}:{external_id}")


# A move opens one purchase, which is the first of what is recorded along with it.
MOVED: Final = 1


def part(fact: UUID, number: int) -> UUID:
    """The id of the further fact number `number` (from 1) that is recorded along with `fact` under the same key."""
    digest = hashlib.blake2b(number.to_bytes(4, "big"), digest_size=16, key=fact.bytes, person=b"part").digest()
    return UUID(int=int.from_bytes(digest, "big") & _CLEAR | _VERSION_8 | _VARIANT)


def voucher_code(secret: bytes, fact: UUID, place: int) -> str:
    """Code number `place` (from 0) that a redemption hands out: twelve of Crockford's characters, 60 bits."""
    message = b"voucher" + fact.bytes + place.to_bytes(4, "big")
    digest = int.from_bytes(hmac.digest(secret, message, "sha256")[:8], "big") >> 4
    return "".join(_CROCKFORD[digest >> shift & 31] for shift in range(55, -1, -5))


def claim_code(secret: bytes, name: UUID) -> str:
    """What a receipt without a member carries: sixteen of Crockford's characters, 80 bits.

    `name` is what makes the purchase unique: its caller's own id, or else the id of the fact.
    """
    digest = int.from_bytes(hmac.digest(secret, b"claim" + name.bytes, "sha256")[:10], "big")
    return "".join(_CROCKFORD[digest >> shift & 31] for shift in range(75, -1, -5))


def claimed_account(secret: bytes, code: str) -> UUID:
    """The account of the purchase whose receipt carries this code. Without the secret neither gives the other."""
    return _uuid8(secret, b"anonymous", 0, code)


def is_derived(member: UUID) -> bool:
    """Whether the id of an account follows from something; people have ids by their time and chance."""
    return member.version == _DERIVED


def digest(rows: Iterable[tuple[bytes, ...]]) -> bytes:
    """What a link of the chain covers: the parts of every journal row of one transaction, in order."""
    hasher = hashlib.sha256()
    for parts in rows:
        for part in parts:
            hasher.update(len(part).to_bytes(4, "big"))
            hasher.update(part)
    return hasher.digest()


def linked(previous: bytes, link: bytes) -> bytes:
    """The chain value after a link. PostgreSQL computes the same when it bumps the counter."""
    return hashlib.sha256(previous + link).digest()[:16]
