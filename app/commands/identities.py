"""Ids and codes that need chance: of members, programmes and keys. Facts have none of it (engine/ids.py)."""

import secrets
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_VERSION_7: Final = 7 << 76
_VARIANT: Final = 2 << 62
# Without I, L, O, U and their digits: what is read aloud at a till must be heard one way only.
REFERRAL_ALPHABET: Final = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
REFERRAL_LENGTH: Final = 8


def new_id(at: datetime) -> UUID:
    """A UUIDv7 (RFC 9562, 5.7): ordered by the millisecond, random below."""
    milliseconds = (at - _EPOCH) // timedelta(milliseconds=1)
    chance = secrets.randbits(74)
    return UUID(int=milliseconds << 80 | _VERSION_7 | (chance >> 62) << 64 | _VARIANT | chance & ((1 << 62) - 1))


def new_referral_code() -> str:
    """Eight letters and digits: 656 thousand million codes. The database says whether one is taken."""
    return "".join(secrets.choice(REFERRAL_ALPHABET) for _ in range(REFERRAL_LENGTH))


def new_member_secret() -> bytes:
    """What keys the digests of a member's requests."""
    return secrets.token_bytes(32)
