"""Purchases that are decided again under another version: what is asked, and what comes of it."""

from uuid import UUID

from msgspec import Struct

from app.engine.remains import Added, Rest, Reversed


class Correction(Struct, frozen=True, kw_only=True, array_like=True, tag=70):
    """Let a purchase have earned what version `under` gives for it; `correction` names the whole undertaking.

    `actor` is the key that began it, `approver` the one that carried it out.
    """

    purchase: UUID
    correction: UUID
    under: int
    actor: UUID | None = None
    approver: UUID | None = None


class Corrected(Struct, frozen=True, kw_only=True, array_like=True, tag=70):
    """A purchase that has earned since what another version gives: what was added, what was taken of each credit.

    `points` went to the member, of all wallets; below zero they were asked back. `taken` are in the order of the
    purchase's credits: the first lot, its grants, what earlier corrections added.
    """

    purchase: UUID
    correction: UUID
    rulebook: int
    points: int
    taken: tuple[Reversed, ...]
    given: tuple[Added, ...]
    rest: Rest
