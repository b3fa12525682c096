"""Ids as callers see them: a prefix that says what it is, and the UUID in 26 letters and digits (TypeID 0.3)."""

import re
from typing import Final
from uuid import UUID

ALPHABET: Final = "0123456789abcdefghjkmnpqrstvwxyz"
_PAIRS: Final = tuple(high + low for high in ALPHABET for low in ALPHABET)
_LETTERS: Final = 26
# What Python itself calls the same 32 digits, so that it can do the sum.
_DIGITS: Final = str.maketrans(ALPHABET, "0123456789abcdefghijklmnopqrstuv")
_WRITTEN: Final = re.compile("[0-7][0-9a-hjkmnp-tv-z]{25}")


def encode(prefix: str, value: UUID) -> str:
    """`pur_…` of a UUID."""
    number = value.int
    pairs = []
    for _ in range(_LETTERS // 2):
        pairs.append(_PAIRS[number & 1023])
        number >>= 10
    pairs.reverse()
    return f"{prefix}_{''.join(pairs)}"


def decode(prefix: str, text: str) -> UUID | None:
    """The UUID of `text`, or None unless it is an id with this prefix, written as `encode` writes it."""
    head, _, letters = text.rpartition("_")
    if head != prefix or _WRITTEN.fullmatch(letters) is None:
        return None
    return UUID(int=int(letters.translate(_DIGITS), 32))
