"""Commands and Changes as bytes: compact, stable, and equal for equal values.

Fields are encoded by position (array_like). A field may only ever be appended, with a default, so that
every row written by an older release still reads; tests/engine/test_codec.py pins the bytes.
"""

from typing import Final

from msgspec import msgpack

from app.engine.change import Change
from app.engine.commands import Command

_ENCODER: Final = msgpack.Encoder(uuid_format="bytes")
_COMMANDS: Final[msgpack.Decoder[Command]] = msgpack.Decoder(Command)
_CHANGES: Final = msgpack.Decoder(Change)


def encode(value: Command | Change) -> bytes:
    """The bytes that the journal keeps."""
    return _ENCODER.encode(value)


def decode_command(data: bytes) -> Command:
    """The command that `encode` was given."""
    return _COMMANDS.decode(data)


def decode_change(data: bytes) -> Change:
    """The Change that `encode` was given. Raises Unbalanced when it does not balance."""
    return _CHANGES.decode(data)
