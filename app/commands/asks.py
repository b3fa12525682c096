"""What a caller asks of a lane, and everything that it can be answered."""

from collections.abc import Mapping
from uuid import UUID

from msgspec import Struct

from app.engine.activity import Activity
from app.engine.commands import Command, Purchase, Refund
from app.engine.ids import external_key, replacement_key
from app.engine.refusals import Refusal
from app.repositories.journal import JournalRow
from app.repositories.recording import kind_of


class Ask(Struct, frozen=True, kw_only=True):
    """A command for a member's account under an idempotency key; `metadata` is kept beside the journal."""

    member: UUID
    command: Command
    key: str
    metadata: Mapping[str, str] = {}


def receipt(secret: bytes, source: int, command: Command) -> UUID | None:
    """What makes the caller's own id of a purchase, refund or activity unique.

    What takes one over is unique by that, too.
    """
    match command:
        case Purchase(external_id=str(own), replaces=UUID() as replaced):
            return replacement_key(secret, source, kind_of(command), own, replaced)
        case Purchase(external_id=str(own)) | Refund(external_id=str(own)) | Activity(external_id=str(own)):
            return external_key(secret, source, kind_of(command), own)
        case _:
            return None


class Recorded(Struct, frozen=True, kw_only=True):
    """Accepted: the journal row, now or by an earlier twin (`replayed`)."""

    row: JournalRow
    replayed: bool
    metadata: Mapping[str, str]


class Conflict(Struct, frozen=True, kw_only=True):
    """Something else was recorded under the same name: idempotency_key_reused or external_id_reused."""

    code: str
    existing: UUID


class Unknown(Struct, frozen=True, kw_only=True):
    """There is no such member, purchase or redemption in this programme."""

    what: str


class Unavailable(Struct, frozen=True, kw_only=True):
    """Not now: the queue is full or the database cannot be reached. A retry with the same key is safe."""

    retry_after_s: int


class Nothing(Struct, frozen=True, kw_only=True):
    """Time passed and nothing happened; nothing was recorded."""


# What a lane can answer; Nothing only to LetTimePass, which no caller outside sends.
Answered = Recorded | Refusal | Conflict | Unknown | Unavailable | Nothing
