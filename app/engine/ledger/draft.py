"""A Change in the making: the account as it moves while one decision is taken."""

from uuid import UUID

from msgspec.structs import replace

from app.engine.change import Change, Progress, Unbalanced
from app.engine.movements import Draw, Effect, Entry, LotMove, NewLot, Referral, TallyMove, TierMove
from app.engine.outcomes import Outcome
from app.engine.state import Lot, State


class Draft:
    """Mutable for the length of one decision, and the only place that knows how points may move.

    Every method keeps Σ entries = Σ lots − debt true for what it records; `finish` constructs the Change,
    which checks it once more.
    """

    def __init__(self, state: State, now_us: int) -> None:
        account = state.account
        self.state = state
        self.account = account
        self.now_us = now_us
        self.balance = account.balance
        self.debt = account.debt
        self.tier = account.tier
        self.tier_since_us = account.tier_since_us
        self.review_us = account.review_us
        self.window_day = account.window_day
        self.window_points = account.window_points
        self.oldest_day = account.oldest_day
        self.referral: Referral | None = None
        self.effects: list[Effect] = []
        self.tallies: list[TallyMove] = []
        self.tier_moves: list[TierMove] = []
        self._lots = {lot.number: lot for lot in state.lots}
        self._before = dict(self._lots)
        self._new_lots: list[NewLot] = []
        self._entries: list[Entry] = []
        self._coverage = state.covered

    @property
    def free(self) -> int:
        """Points that can be spent now."""
        return self.balance + self.debt

    def post(self, kind: str, points: int, effective_us: int, lot: int | None = None) -> None:
        """Record a movement of points; nothing is recorded for nothing."""
        if points == 0:
            return
        self.balance += points
        self._entries.append(
            Entry(
                number=self.account.entries + len(self._entries) + 1,
                kind=kind,
                points=points,
                balance_after=self.balance,
                effective_us=effective_us,
                lot=lot,
            )
        )

    def lot(self, number: int) -> Lot:
        """A lot of the slice. Raises KeyError past the slice: a defect of `needs`."""
        return self._lots[number]

    def open_lots(self) -> list[Lot]:
        """The open lots of the slice in spending order."""
        return sorted(
            (lot for lot in self._lots.values() if lot.remaining),
            key=lambda lot: lot.spending_order,
        )

    def credit(self, kind: str, points: int, fact: UUID, earned_us: int, expires_us: int | None) -> int | None:
        """Open a lot; what is owed is repaid from it before anything becomes free. Returns its number."""
        if points == 0:
            return None
        number = self.account.lots + len(self._new_lots) + 1
        self._new_lots.append(
            NewLot(
                number=number,
                fact=fact,
                earned_us=earned_us,
                expires_us=expires_us,
                granted=points,
            )
        )
        self._lots[number] = Lot(
            number=number,
            fact=fact,
            earned_us=earned_us,
            expires_us=expires_us,
            granted=points,
            remaining=points,
        )
        self.post(kind, points, earned_us, number)
        self._repay(number)
        return number

    def draw(self, points: int, *, reversing: bool = False) -> tuple[Draw, ...]:
        """Take free points in spending order. Raises Unbalanced past the slice: a defect of `needs`."""
        draws = []
        wanted = points
        for lot in self.open_lots() if points else ():
            share = min(lot.remaining, wanted)
            if reversing:
                self._move(lot.number, reversed=share)
            else:
                self._move(lot.number, used=share)
            draws.append(Draw(lot=lot.number, points=share))
            wanted -= share
            if wanted == 0:
                break
        if self._coverage is not None:
            self._coverage -= sum(d.points for d in draws if d.lot in self._before)
        if wanted or (self._coverage is not None and self._coverage < 0):
            raise Unbalanced("drew past the slice")
        return tuple(draws)

    def give_back(self, draws: tuple[Draw, ...], effective_us: int) -> None:
        """Points come back to their own lots: what their reversal could not take is paid first, then debt."""
        self.post("return", sum(d.points for d in draws), effective_us)
        for drawn in draws:
            self._move(drawn.lot, used=-drawn.points)
            owed = min(drawn.points, self.lot(drawn.lot).uncollected)
            self._move(drawn.lot, reversed=owed, uncollected=-owed)
            self.post("reversal", -owed, effective_us, drawn.lot)
            self._repay(drawn.lot)

    def take_back(self, number: int, points: int) -> int:
        """Reverse what is left of a lot, up to `points`. Posts no entry. Returns what was taken."""
        taken = min(points, self.lot(number).remaining)
        self._move(number, reversed=taken)
        return taken

    def owe(self, points: int) -> None:
        """The member owes more, because nothing is free. Posts no entry."""
        self.debt += points

    def leave_uncollected(self, number: int, points: int) -> None:
        """Remember on the lot what its reversal could not get."""
        self._move(number, uncollected=points)

    def expire(self, lot: Lot) -> None:
        """What is left of the lot expires, at its own instant."""
        assert lot.expires_us is not None
        self._move(lot.number, expired=lot.remaining)
        self.post("expiry", -lot.remaining, lot.expires_us, lot.number)

    def slide_window(self, to_day: int) -> None:
        """Let the tally window begin at another day."""
        first, last = sorted((self.window_day, to_day))
        if to_day < self.window_day or to_day > self.oldest_day:
            between = sum(tally.points for tally in self.state.tallies if first <= tally.day < last)
            between += sum(move.points for move in self.tallies if first <= move.day < last)
            self.window_points += between if to_day < self.window_day else -between
        self.oldest_day = to_day if to_day < self.window_day else max(self.oldest_day, to_day)
        self.window_day = to_day

    def tally(self, day: int, points: int, spend_minor: int, visits: int) -> None:
        """Count on a local day; negative numbers undo."""
        self.tallies.append(TallyMove(day=day, points=points, spend_minor=spend_minor, visits=visits))
        if day >= self.window_day:
            self.window_points += points
            self.oldest_day = min(self.oldest_day, day)

    def move_tier(self, tier: str, at_us: int, reason: str, review_us: int | None) -> None:
        """The member stands in `tier` from `at_us` on."""
        self.tier_moves.append(
            TierMove(
                number=self.account.tier_moves + len(self.tier_moves) + 1,
                tier=tier,
                at_us=at_us,
                reason=reason,
                review_us=review_us,
            )
        )
        self.tier, self.tier_since_us, self.review_us = tier, at_us, review_us

    def tier_at(self, at_us: int) -> str | None:
        """The tier in which the member stood at an instant. Needs the tier moves of the slice."""
        moves = (*self.state.tier_moves, *self.tier_moves)
        if at_us >= self.tier_since_us:
            return self.tier
        return next((move.tier for move in reversed(moves) if move.at_us <= at_us), None)

    def finish(self, outcome: Outcome) -> Change:
        """The Change. Raises Unbalanced when it does not add up."""
        return Change(
            now_us=self.now_us,
            balance_before=self.account.balance,
            debt_before=self.account.debt,
            debt_after=self.debt,
            outcome=outcome,
            after=Progress(
                balance=self.balance,
                debt=self.debt,
                tier=self.tier,
                review_us=self.review_us,
                window_points=self.window_points,
            ),
            entries=tuple(self._entries),
            new_lots=tuple(self._new_lots),
            lot_moves=self._lot_moves(),
            tallies=tuple(self.tallies),
            tier_moves=tuple(self.tier_moves),
            window_day=self.window_day,
            oldest_day=self.oldest_day,
            due_us=self._due_us(),
            referral=self.referral,
            effects=tuple(self.effects),
        )

    def _repay(self, number: int) -> None:
        share = min(self.debt, self.lot(number).remaining)
        self._move(number, used=share)
        self.debt -= share

    def _move(
        self,
        number: int,
        *,
        used: int = 0,
        expired: int = 0,
        reversed: int = 0,  # noqa: A002  the ledger's word
        uncollected: int = 0,
    ) -> None:
        lot = self._lots[number]
        self._lots[number] = replace(
            lot,
            remaining=lot.remaining - used - expired - reversed,
            used=lot.used + used,
            expired=lot.expired + expired,
            reversed=lot.reversed + reversed,
            uncollected=lot.uncollected + uncollected,
        )

    def _lot_moves(self) -> tuple[LotMove, ...]:
        moves = []
        for number, after in self._lots.items():
            before = self._before.get(number)
            move = LotMove(
                number=number,
                used=after.used - (before.used if before else 0),
                expired=after.expired - (before.expired if before else 0),
                reversed=after.reversed - (before.reversed if before else 0),
                uncollected=after.uncollected - (before.uncollected if before else 0),
            )
            if move.used or move.expired or move.reversed or move.uncollected:
                moves.append(move)
        return tuple(moves)

    def _due_us(self) -> int | None:
        """A lower bound of the next instant at which something is due; only this slice is looked at."""
        was_due = self.account.due_us is not None and self.account.due_us <= self.now_us
        candidates = [
            self.state.next_expiry_us if was_due else self.account.due_us,
            self.review_us,
            *(lot.expires_us for lot in self._lots.values() if lot.remaining),
        ]
        return min((instant for instant in candidates if instant is not None), default=None)
