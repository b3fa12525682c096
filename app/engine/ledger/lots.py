"""The lots of a slice while one decision is taken, and what each has gained and lost."""

from collections.abc import Collection

from msgspec.structs import replace

from app.engine.movements import LotMove, NewLot
from app.engine.state import Lot


class Lots:
    """Lots by number, and those that were opened. `before` are those of the slice as they were."""

    def __init__(self, lots: tuple[Lot, ...], opened: int) -> None:
        self.before = {lot.number: lot for lot in lots}
        self.opened: list[NewLot] = []
        self._count = opened
        self._now = dict(self.before)

    def __getitem__(self, number: int) -> Lot:
        """A lot of the slice. Raises KeyError past the slice: a defect of `needs`."""
        return self._now[number]

    def all(self) -> Collection[Lot]:
        """Every lot of the slice, and every new one."""
        return self._now.values()

    def add(self, new: NewLot) -> None:
        """Open a lot under the next number, with all of it remaining."""
        self.opened.append(new)
        self._now[new.number] = opened(new)

    @property
    def next_number(self) -> int:
        """The number of the next lot that is opened."""
        return self._count + len(self.opened) + 1

    def move(
        self,
        number: int,
        *,
        used: int = 0,
        expired: int = 0,
        reversed: int = 0,  # noqa: A002  the ledger's word
        uncollected: int = 0,
        moved: int = 0,
        held: int = 0,
    ) -> None:
        """Take from a lot by cause; negative numbers put back."""
        lot = self._now[number]
        self._now[number] = replace(
            lot,
            remaining=lot.remaining - used - expired - reversed - moved,
            used=lot.used + used,
            expired=lot.expired + expired,
            reversed=lot.reversed + reversed,
            uncollected=lot.uncollected + uncollected,
            moved=lot.moved + moved,
            held=lot.held + held,
        )

    def set(self, lot: Lot) -> None:
        """Put a lot in the place of the one that has its number: what it is has changed, not how much."""
        self._now[lot.number] = lot

    def moves(self) -> tuple[LotMove, ...]:
        """What became of each lot."""
        fresh = {new.number: new for new in self.opened}
        moves = []
        for number, after in self._now.items():
            before = self.before.get(number)
            if before is after:
                continue
            move = _difference(before or opened(fresh[number]), after)
            if move != LotMove(number=number):
                moves.append(move)
        return tuple(moves)


def opened(new: NewLot) -> Lot:
    """A lot as it is when it has just been opened."""
    return Lot(
        number=new.number,
        fact=new.fact,
        earned_us=new.earned_us,
        expires_us=new.expires_us,
        granted=new.granted,
        remaining=new.granted,
        wallet=new.wallet,
        pending=new.pending,
        available_us=new.available_us,
        lapses=new.lapses,
        origin=new.origin,
    )


def _difference(before: Lot, after: Lot) -> LotMove:
    is_redated = after.expires_us != before.expires_us
    return LotMove(
        number=after.number,
        used=after.used - before.used,
        expired=after.expired - before.expired,
        reversed=after.reversed - before.reversed,
        uncollected=after.uncollected - before.uncollected,
        moved=after.moved - before.moved,
        held=after.held - before.held,
        matured=before.pending and not after.pending,
        noticed=after.noticed and (is_redated or not before.noticed),
        expires_us=(after.expires_us or 0) if is_redated else 0,
    )
