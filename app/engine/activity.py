"""What can be asked about activities that are no purchases."""

from uuid import UUID

from msgspec import Struct


class Told(Struct, frozen=True, kw_only=True, array_like=True):
    """What was told of an activity in one of its fields: a number, a code out of its choices, or a text.

    A text is kept elsewhere; here it is neither.
    """

    name: str
    number: int | None = None
    code: str | None = None


class Activity(Struct, frozen=True, kw_only=True, array_like=True, tag=50):
    """Something that a member did besides buying, of a kind that the rulebook declares. `occurred_us` absent is now."""

    kind: str
    told: tuple[Told, ...] = ()
    occurred_us: int | None = None
    external_id: str | None = None
    store: str | None = None
    channel: str | None = None
    any_age: bool = False
    not_after_us: int | None = None


class ActivityCancel(Struct, frozen=True, kw_only=True, array_like=True, tag=51):
    """Undo an activity, and everything that it recorded."""

    activity: UUID
