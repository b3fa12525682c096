"""What remains of a purchase after its refunds, and what taking a credit back came to."""

from uuid import UUID

from msgspec import Struct


class Reversed(Struct, frozen=True, kw_only=True, array_like=True):
    """A credit taken back. `asked` = `from_lot` + `from_others` + `from_debt` + `expired` + `uncollected`.

    `expired` is what had expired unused and is not taken again, `from_debt` what the member now owes,
    `uncollected` what the debt floor did not let us ask.
    """

    asked: int = 0
    from_lot: int = 0
    from_others: int = 0
    from_debt: int = 0
    expired: int = 0
    uncollected: int = 0

    @property
    def collected(self) -> int:
        """The points of the reversal's entry."""
        return self.from_lot + self.from_others + self.from_debt


class RestLine(Struct, frozen=True, kw_only=True, array_like=True):
    """What remains of a line of a purchase after its refunds."""

    quantity_micro: int
    amount_minor: int


class Added(Struct, frozen=True, kw_only=True, array_like=True):
    """A credit that a correction added to a purchase: a lot of the account that `member` had then."""

    member: UUID
    wallet: str
    lot: int
    points: int


class Rest(Struct, frozen=True, kw_only=True, array_like=True):
    """What remains of a purchase after all of its refunds so far, and what they took together.

    `asked` are the points asked back so far: first of the purchase's own lot, then of each of its grants; `forgiven`
    of them had expired unused. `returned` of its points tender have come back, worth `returned_minor`. What the draws
    named by `surprises_undone` had given was taken back.
    `prizes` says how often each prize of the purchase was taken back.

    A purchase that was corrected earns since by version `under` (0: by the one that judged it), also what `added`
    credited; `asked` and `forgiven` go on with these. `freed` is what has gone back to each limit of the rulebook.
    `unnamed` is the money that refunds of no line in particular took off what is left of each line; empty: none did.
    """

    lines: tuple[RestLine, ...]
    asked: tuple[int, ...]
    returned: int
    returned_minor: int
    referral_undone: bool
    forgiven: tuple[int, ...] = ()
    surprises_undone: tuple[str, ...] = ()
    prizes: tuple[int, ...] = ()
    under: int = 0
    added: tuple[Added, ...] = ()
    freed: tuple[int, ...] = ()
    unnamed: tuple[int, ...] = ()

    @property
    def amount_minor(self) -> int:
        """The money that was not given back."""
        return sum(line.amount_minor for line in self.lines)

    @property
    def is_nothing(self) -> bool:
        """Whether everything went back."""
        return is_nothing(self.lines)


def is_nothing(lines: tuple[RestLine, ...]) -> bool:
    """Whether neither money nor pieces are left of the lines of a purchase."""
    return not any(line.amount_minor or line.quantity_micro for line in lines)
