"""The wallets of a member while one decision is taken: totals that move, and their entries."""

from app.engine.movements import Entry, PurseMove
from app.engine.state import Account, Purse


class Running:
    """One wallet's totals on the move. `free` is what can be spent."""

    __slots__ = ("balance", "before", "debt", "entries", "held", "lapses_us", "pending")

    def __init__(self, before: Purse) -> None:
        self.before = before
        self.balance = before.balance
        self.debt = before.debt
        self.pending = before.pending
        self.held = before.held
        self.lapses_us = before.lapses_us
        self.entries = before.entries

    @property
    def free(self) -> int:
        """Points that can be spent."""
        return self.balance + self.debt - self.pending - self.held

    def move(self) -> PurseMove | None:
        """What became of it; None if nothing did."""
        before = self.before
        move = PurseMove(
            wallet=before.wallet,
            balance_before=before.balance,
            debt_before=before.debt,
            balance=self.balance,
            debt=self.debt,
            pending=self.pending,
            held=self.held,
            lapses_us=self.lapses_us,
        )
        now = (self.balance, self.debt, self.pending, self.held, self.lapses_us, self.entries)
        was = (before.balance, before.debt, before.pending, before.held, before.lapses_us, before.entries)
        return None if now == was else move


class Purses:
    """All wallets of the account, and the entries posted to them in order."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self.main = Running(account.main)
        self.others: dict[str, Running] = {purse.wallet: Running(purse) for purse in account.purses}
        self.entries: list[Entry] = []

    def of(self, wallet: str) -> Running:
        """The totals in a wallet."""
        if not wallet:
            return self.main
        if wallet not in self.others:
            self.others[wallet] = Running(Purse(wallet=wallet))
        return self.others[wallet]

    def post(self, wallet: str, kind: str, points: int, effective_us: int, lot: int | None) -> None:
        """Record a movement of points; nothing is recorded for nothing."""
        if points == 0:
            return
        purse = self.of(wallet)
        purse.balance += points
        purse.entries += 1
        self.entries.append(
            Entry(
                number=purse.entries,
                kind=kind,
                points=points,
                balance_after=purse.balance,
                effective_us=effective_us,
                lot=lot,
                wallet=wallet,
            )
        )

    def moves(self) -> tuple[PurseMove, ...]:
        """What became of the wallets other than the main one."""
        moves = (purse.move() for purse in self.others.values())
        return tuple(move for move in moves if move is not None)
