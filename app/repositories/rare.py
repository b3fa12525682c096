"""What few batches record: other wallets, pending and held points, holds, counters, stocks, codes.

It travels in arguments of its own, so that a batch of plain purchases does not pay for it.
"""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from msgspec import Struct

from app.engine.movements import HoldMove, HoldOpened
from app.engine.state import Account, Lot, Purse
from app.repositories.instants import at
from app.repositories.journal import JournalRow

Values = tuple[object, ...]

# The arguments of record_batch_2 (migrations/versions/0003_lifecycle.py) after those that every batch has.
_FIRST_PLACE: Final = 12
_ARGUMENTS: Final = 9
RARE_PLACES: Final = ", ".join(f"${_FIRST_PLACE + place}" for place in range(_ARGUMENTS))


class Voucher(Struct, frozen=True, kw_only=True):
    """A code to be handed out: generated, or the one at `pool_place` of a pool."""

    member: UUID
    fact: UUID
    place: int
    code: str | None = None
    pool: str | None = None
    pool_place: int | None = None


def is_same_rest(before: Account, after: Account) -> bool:
    """Whether nothing rare of an account has changed."""
    return (
        before.pending == after.pending
        and before.held == after.held
        and before.lapses_us == after.lapses_us
        and before.holds == after.holds
        and before.blocked is after.blocked
        and before.household == after.household
        and before.merged_into == after.merged_into
        and before.purses == after.purses
        and before.referral_lot == after.referral_lot
        and before.continued == after.continued
    )


def is_whole(lot: Lot) -> bool:
    """Whether a lot has anything rare."""
    return bool(
        lot.wallet
        or lot.pending
        or lot.held
        or lot.moved
        or lot.lapses
        or lot.noticed
        or lot.origin is not None
        or lot.available_us
    )


class Rare:
    """Collects the rare part of one batch."""

    def __init__(self, rows: Sequence[JournalRow], vouchers: Sequence[Voucher]) -> None:
        self._accounts: list[Values] = []
        self._purses: list[Values] = []
        self._opened: list[Values] = []
        self._moved: list[Values] = []
        self._placed: dict[UUID, list[object]] = {}
        self._hold_moves: dict[UUID, list[object]] = {}
        self._counted: dict[tuple[UUID, str, int], int] = {}
        self._stocks: dict[str, int] = {}
        self._vouchers = vouchers
        for row in rows:
            change = row.change
            for opened in change.holds_opened:
                self._hold_moves.pop(opened.hold, None)
                self._placed[opened.hold] = _hold(row.member, opened)
            for move in change.hold_moves:
                self._move_hold(move)
            for counter in change.counter_moves:
                key = (row.member, counter.name, counter.day)
                self._counted[key] = self._counted.get(key, 0) + counter.count
            for stock in change.stock_moves:
                self._stocks[stock.name] = self._stocks.get(stock.name, 0) + stock.taken

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to send."""
        return not (
            self._accounts
            or self._opened
            or self._moved
            or self._placed
            or self._hold_moves
            or self._counted
            or self._stocks
            or self._vouchers
        )

    def change(self, values: Values, before: Account, after: Account) -> None:
        """An account of which something rare has changed; `values` are its usual ones."""
        rest = (
            after.pending,
            after.held,
            at(after.lapses_us),
            after.holds,
            len(after.purses),
            after.blocked,
            after.household,
            after.merged_into,
            after.referral_lot,
            [closed.member for closed in after.continued] or None,
            [closed.shift for closed in after.continued] or None,
        )
        self._accounts.append((*values, rest))
        if after.purses != before.purses:
            known = set(before.purses)
            self._purses += [_purse(after.member, purse) for purse in after.purses if purse not in known]

    def open(self, values: Values, lot: Lot) -> None:
        """A new lot with something rare."""
        self._opened.append(values + _rest_of_lot(lot))

    def move(self, values: Values, lot: Lot) -> None:
        """A lot of which something rare has changed."""
        self._moved.append(values + _rest_of_lot(lot))

    def arguments(self) -> tuple[object, ...]:
        """The arguments of record_batch_2, in its order."""
        return (
            self._accounts,
            self._purses,
            self._opened,
            self._moved,
            [tuple(values) for values in self._placed.values()],
            [(hold, *values) for hold, values in self._hold_moves.items()],
            [(member, name, count, day) for (member, name, day), count in self._counted.items()],
            list(self._stocks.items()),
            [(v.member, v.fact, v.place, v.code, v.pool, v.pool_place) for v in self._vouchers],
        )

    def _move_hold(self, move: HoldMove) -> None:
        """What becomes of a hold in this batch: of one that was placed in it, all is written at once."""
        ended = move.ended or None
        placed = self._placed.get(move.hold)
        if placed is not None:
            placed[3] = placed[3] if move.until_us is None else at(move.until_us)
            placed[-1] = ended
        else:
            until_at = None if move.until_us is None else at(move.until_us)
            moved = self._hold_moves.setdefault(move.hold, [None, None])
            moved[0] = moved[0] if until_at is None else until_at
            moved[1] = ended


# Each of these is a value of the type of the same name in the migration, in its order.


def _hold(member: UUID, opened: HoldOpened) -> list[object]:
    return [
        opened.hold,
        member,
        opened.wallet,
        at(opened.until_us),
        at(opened.life_until_us),
        opened.rulebook,
        [draw.lot for draw in opened.draws],
        [draw.points for draw in opened.draws],
        None,
    ]


def _purse(member: UUID, purse: Purse) -> Values:
    return (
        member,
        purse.wallet,
        purse.balance,
        purse.debt,
        purse.entries,
        purse.pending,
        purse.held,
        at(purse.lapses_us),
    )


def _rest_of_lot(lot: Lot) -> Values:
    return (
        lot.wallet,
        lot.moved,
        lot.held,
        lot.pending,
        at(lot.available_us) if lot.available_us else None,
        lot.lapses,
        lot.noticed,
        lot.origin.member if lot.origin is not None else None,
        lot.origin.lot if lot.origin is not None else None,
    )
