"""A Change in the making: the account as it moves while one decision is taken."""

from uuid import UUID

from msgspec.structs import replace

from app.engine.change import Change, Progress, Unbalanced
from app.engine.context import Context
from app.engine.estate import Origin
from app.engine.ledger.counts import Counting
from app.engine.ledger.due import instants, next_due_us
from app.engine.ledger.lots import Lots
from app.engine.ledger.purses import Purses, Running
from app.engine.ledger.standing import Standing
from app.engine.ledger.words import words_us
from app.engine.movements import (
    Draw,
    Effect,
    HoldMove,
    HoldOpened,
    NewLot,
    Notice,
    Referral,
    StockMove,
)
from app.engine.outcomes import Outcome
from app.engine.played import Prized
from app.engine.state import Hold, Lot, State


class Draft:
    """Mutable for the length of one decision, and the only place that knows how points may move.

    Every method keeps Σ entries = Σ lots − debt true for what it records; `finish` constructs the Change,
    which checks it once more. `wallet` is empty for the main one.
    """

    def __init__(self, state: State, context: Context) -> None:
        account = state.account
        self.state = state
        self.account = account
        self.now_us = context.now_us
        self.heard_us = account.now_us
        # Only purchases are ever confirmed: nothing else earns what waits for that.
        self.is_confirmable = False
        self.standing = Standing(state)
        self.referral: Referral | None = None
        self.effects: list[Effect] = []
        self.notices: list[Notice] = []
        self.stock_moves: list[StockMove] = []
        self.counters = Counting(state.counters)
        self.reached: list[Prized] = []
        self.purses = Purses(account)
        self.lots = Lots(state.lots, account.lots)
        self.holds = {hold.hold: hold for hold in state.holds}
        self._holds_opened: list[HoldOpened] = []
        self._hold_moves: list[HoldMove] = []
        self._context = context
        self._coverage = state.covered

    @property
    def free(self) -> int:
        """Points of the main wallet that can be spent now."""
        return self.purses.main.free

    def purse(self, wallet: str) -> Running:
        """The totals in a wallet."""
        return self.purses.of(wallet)

    def post(self, kind: str, points: int, effective_us: int, lot: int | None = None, wallet: str = "") -> None:
        """Record a movement of points; nothing is recorded for nothing."""
        self.purses.post(wallet, kind, points, effective_us, lot)

    def counted(self, name: str, first_day: int = 0, past_day: int = 1) -> int:
        """How often something has happened on these days, with what this decision has counted so far."""
        return self.counters.between(name, first_day, past_day)

    def count(self, name: str, count: int, day: int = 0) -> None:
        """Count something; a negative number undoes."""
        self.counters.count(name, day, count)

    def open_lots(self, wallet: str | None = None) -> list[Lot]:
        """The open lots of the slice in spending order, of one wallet or of all."""
        found = [lot for lot in self.lots.all() if lot.remaining and (wallet is None or lot.wallet == wallet)]
        if len(found) > 1:
            found.sort(key=lambda lot: lot.spending_order)
        return found

    def credit(
        self,
        kind: str,
        points: int,
        fact: UUID,
        earned_us: int,
        expires_us: int | None,
        *,
        wallet: str = "",
        available_us: int | None = 0,
        lapses: bool = False,
        origin: Origin | None = None,
        effective_us: int | None = None,
    ) -> int | None:
        """Open a lot; unless it is pending, what is owed is repaid from it first. Returns its number.

        It is pending when `available_us` lies ahead or is None, which waits for an event.
        """
        if points == 0:
            return None
        number = self.lots.next_number
        pending = available_us is None or available_us > self.now_us
        self.lots.add(
            NewLot(
                number=number,
                fact=fact,
                earned_us=earned_us,
                expires_us=expires_us,
                granted=points,
                wallet=wallet,
                pending=pending,
                available_us=available_us if pending else 0,
                lapses=lapses,
                origin=origin,
            )
        )
        self.post(kind, points, earned_us if effective_us is None else effective_us, number, wallet)
        if pending:
            self.purse(wallet).pending += points
        else:
            self._repay(number)
        return number

    def draw(self, points: int, *, wallet: str = "", cause: str = "used") -> tuple[Draw, ...]:
        """Take free points in spending order; `cause` is used, reversed, moved or held. Posts no entry.

        Raises Unbalanced past the slice: a defect of `needs`.
        """
        draws = []
        wanted = points
        for lot in self.open_lots(wallet) if points else ():
            share = min(lot.spendable, wanted)
            if share == 0:
                continue
            self.lots.move(lot.number, **{cause: share})
            draws.append(Draw(lot=lot.number, points=share))
            wanted -= share
            if wanted == 0:
                break
        if cause == "held":
            self.purse(wallet).held += points
        if self._coverage is not None and not wallet:
            self._coverage -= sum(d.points for d in draws if d.lot in self.lots.before)
        if wanted or (self._coverage is not None and self._coverage < 0):
            raise Unbalanced("drew past the slice")
        return tuple(draws)

    def give_back(self, draws: tuple[Draw, ...], effective_us: int, kind: str = "return", wallet: str = "") -> None:
        """Points come back to their own lots: what their reversal could not take is paid first, then debt."""
        self.post(kind, sum(d.points for d in draws), effective_us, None, wallet)
        for drawn in draws:
            self.lots.move(drawn.lot, used=-drawn.points)
            self._pay_own(drawn.lot, drawn.points, effective_us)

    def take_back(self, number: int, points: int) -> int:
        """Reverse what is loose of a lot, up to `points`. Posts no entry. Returns what was taken."""
        lot = self.lots[number]
        taken = min(points, lot.loose)
        self.lots.move(number, reversed=taken)
        if lot.pending:
            self.purse(lot.wallet).pending -= taken
        return taken

    def owe(self, points: int, wallet: str = "") -> None:
        """The member owes more, because nothing is free. Posts no entry."""
        self.purse(wallet).debt += points

    def leave_uncollected(self, number: int, points: int) -> None:
        """Remember on the lot what its reversal could not get."""
        self.lots.move(number, uncollected=points)

    def mature(self, number: int) -> None:
        """A pending lot can be spent from now on, and pays what is owed first."""
        lot = self.lots[number]
        self.purse(lot.wallet).pending -= lot.loose
        self.lots.set(replace(lot, pending=False, available_us=lot.available_us or 0))
        self._repay(number)

    def expire(self, lot: Lot, at_us: int) -> None:
        """What is loose of the lot expires, with effect from `at_us`."""
        loose = lot.loose
        self.lots.move(lot.number, expired=loose)
        if lot.pending:
            self.purse(lot.wallet).pending -= loose
        self.post("expiry", -loose, at_us, lot.number, lot.wallet)

    def hold(self, opened: HoldOpened) -> None:
        """Remember a hold whose points were drawn with cause held."""
        self._holds_opened.append(opened)
        self.holds[opened.hold] = Hold(
            hold=opened.hold,
            wallet=opened.wallet,
            until_us=opened.until_us,
            life_until_us=opened.life_until_us,
            rulebook=opened.rulebook,
            draws=opened.draws,
        )

    def hold_until(self, hold: Hold, until_us: int) -> None:
        """A hold lasts until another instant."""
        self.holds[hold.hold] = replace(hold, until_us=until_us)
        self._hold_moves.append(HoldMove(hold=hold.hold, until_us=until_us))

    def end_hold(self, hold: Hold, ended: str, used: int, at_us: int) -> tuple[Draw, ...]:
        """End a hold: its first `used` points are redeemed, the rest is free again, or paid where it is owed.

        Returns what was redeemed. Posts no entry for it. What should have expired meanwhile is left to expire.
        """
        del self.holds[hold.hold]
        self._hold_moves.append(HoldMove(hold=hold.hold, ended=ended))
        self.purse(hold.wallet).held -= hold.points
        taken = []
        for drawn in hold.draws:
            share = min(used, drawn.points)
            used -= share
            self.lots.move(drawn.lot, held=-drawn.points, used=share)
            if share:
                taken.append(Draw(lot=drawn.lot, points=share))
            if drawn.points > share:
                self._pay_own(drawn.lot, drawn.points - share, at_us)
        return tuple(taken)

    def part_with(self, hold: Hold) -> None:
        """A hold goes on under its own id on the account that takes over, and its points with it."""
        del self.holds[hold.hold]
        self._hold_moves.append(HoldMove(hold=hold.hold, ended="merged"))

    def pay_debt(self, wallet: str) -> None:
        """What is free pays what is owed, in spending order."""
        for lot in self.open_lots(wallet):
            self._repay(lot.number)

    def tell(self, lot: Lot, at_us: int) -> None:
        """Give notice that what is loose of a lot will expire, once."""
        assert lot.expires_us is not None, "a lot without a date expires on none"
        self.lots.set(replace(lot, noticed=True))
        self.notices.append(
            Notice(kind="expiring_soon", at_us=at_us, wallet=lot.wallet, points=lot.loose, on_us=lot.expires_us)
        )

    def redate(self, lot: Lot, expires_us: int) -> None:
        """Let a lot expire at another instant. It will be told again, should there be something to tell."""
        self.lots.set(replace(lot, expires_us=expires_us, noticed=False))

    def instants(self) -> list[int]:
        """Every instant at which time does something to this slice, past ones included."""
        found = [review_us for review_us, _ in self.standing.reviews()]
        found += words_us(self.standing, self.account, self._context, self.heard_us)
        lots = self.lots.all()
        if lots or self.holds:
            lapses_us = {"": self.purses.main.lapses_us}
            for wallet, purse in self.purses.others.items():
                lapses_us[wallet] = purse.lapses_us
            found += instants(lots, self.holds.values(), lapses_us, self._context, self.heard_us)
        return found

    def finish(self, outcome: Outcome) -> Change:
        """The Change. Raises Unbalanced when it does not add up."""
        main, standing = self.purses.main, self.standing
        return Change(
            now_us=self.now_us,
            balance_before=main.before.balance,
            debt_before=main.before.debt,
            debt_after=main.debt,
            outcome=outcome,
            after=Progress(
                balance=main.balance,
                debt=main.debt,
                tier=standing.tier,
                review_us=standing.review_us,
                window_points=standing.window_points,
                pending=main.pending,
                held=main.held,
                lapses_us=main.lapses_us,
                shared=self._context.shared,
            ),
            entries=tuple(self.purses.entries),
            new_lots=tuple(self.lots.opened),
            lot_moves=self.lots.moves(),
            tallies=tuple(standing.tallies),
            tier_moves=tuple(standing.tier_moves),
            window_day=standing.window_day,
            oldest_day=standing.oldest_day,
            due_us=next_due_us(self.instants(), self.state, self.purses, self._context),
            referral=self.referral,
            effects=tuple(self.effects),
            purses=self.purses.moves(),
            holds_opened=tuple(self._holds_opened),
            hold_moves=tuple(self._hold_moves),
            stock_moves=tuple(self.stock_moves),
            counter_moves=tuple(self.counters.moves),
            notices=tuple(self.notices),
            reached=tuple(self.reached),
        )

    def _pay_own(self, number: int, points: int, at_us: int) -> None:
        """Of points that are back in a lot: pay what its reversal could not take, then what is owed."""
        lot = self.lots[number]
        owed = min(points, lot.uncollected)
        self.lots.move(number, reversed=owed, uncollected=-owed)
        self.post("reversal", -owed, at_us, number, lot.wallet)
        self._repay(number)

    def _repay(self, number: int) -> None:
        lot = self.lots[number]
        purse = self.purse(lot.wallet)
        share = min(purse.debt, lot.spendable)
        if share:
            self.lots.move(number, used=share)
            purse.debt -= share
