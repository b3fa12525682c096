"""Ids as callers see them: a prefix that says what it is, and the UUID in 26 letters and digits (TypeID 0.3)."""

from typing import Final
from uuid import UUID

ALPHABET: Final = "0123456789abcdefghjkmnpqrstvwxyz"
_PAIRS: Final = tuple(high + low for high in ALPHABET for low in ALPHABET)
_VALUES: Final = {letter: value for value, letter in enumerate(ALPHABET)}
_LETTERS: Final = 26


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
    start = len(prefix) + 1
    if len(text) != start + _LETTERS or not text.startswith(prefix) or text[start - 1] != "_" or text[start] > "7":
        return None
    number = 0
    for letter in text[start:]:
        value = _VALUES.get(letter)
        if value is None:
            return None
        number = number << 5 | value
    return UUID(int=number)
