"""What a caller asks of a lane, and everything that it can be answered."""

from collections.abc import Mapping
from uuid import UUID

from msgspec import Struct

from app.engine.commands import Command, Purchase, Refund
from app.engine.refusals import Refusal
from app.repositories.journal import JournalRow


class Ask(Struct, frozen=True, kw_only=True):
    """A command for a member's account under an idempotency key; `metadata` is kept beside the journal."""

    member: UUID
    command: Command
    key: str
    metadata: Mapping[str, str] = {}

    @property
    def external_id(self) -> str | None:
        """The caller's own id for the fact."""
        match self.command:
            case Purchase(external_id=own) | Refund(external_id=own):
                return own
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
