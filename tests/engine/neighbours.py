"""Several members of one programme, for what passes between them; every step is checked by the laws."""

from collections.abc import Mapping
from uuid import UUID

from app.engine.change import Change
from app.engine.commands import (
    Adjustment,
    Command,
    Enrol,
    HoldPlace,
    HouseholdJoin,
    LetTimePass,
    MergeOut,
    Purchase,
    Redemption,
    RedemptionCancel,
    ReferralClawback,
    ReferralReward,
    Refund,
    TransferOut,
)
from app.engine.movements import ClawBackReferrer, RewardReferrer
from app.engine.refusals import Refusal
from app.engine.rulebook.document import Rulebook
from app.engine.state import Account, Lot
from tests.engine.builders import ZONE, basket, instant, rulebook, timeline
from tests.engine.machine_laws import assert_adds_up, assert_again, assert_entries_follow, assert_slices
from tests.engine.reasons import told
from tests.engine.worlds import World


class Neighbours(World):
    """A programme whose members are `UUID(int=1)`, `UUID(int=2)` … in the order in which they enrol."""

    def __init__(self, *editions: Rulebook, start: str = "2026-01-10 09:00") -> None:
        published = timeline(*((0, document) for document in editions or (rulebook(transfers={}),)))
        super().__init__(published, ZONE, instant(start))
        self._facts = 0

    def at(self, text: str) -> None:
        """Move the clock on; nothing is decided."""
        self.now_us = instant(text)

    def enrols(self, referrer: UUID | None = None, points: int = 0) -> UUID:
        """A new member, who buys for so many points at once."""
        member = UUID(int=len(self.states) + 1)
        self.must(member, Enrol(referrer=referrer))
        if points:
            self.buys(member, points)
        return member

    def answers(self, member: UUID, command: Command) -> tuple[UUID, Change | Refusal]:
        """Ask, and check that everything that was recorded adds up and was decided on what it had asked to see."""
        self._facts += 1
        fact, before = UUID(int=1000 + self._facts), len(self.rows)
        answer = self.ask(member, command, fact)
        rows = self.rows[before:]
        for row in rows:
            assert_again(row)
            assert_adds_up(self.state(row.member))
            assert_entries_follow(self.rows, row.member, self.state(row.member))
        for main in (row for row in rows if row.fact == fact):
            assert_slices(main, rows, 1)
        return fact, answer

    def must(self, member: UUID, command: Command) -> UUID:
        """Ask for something that has to be accepted; returns the fact."""
        fact, answer = self.answers(member, command)
        assert isinstance(answer, Change), answer
        return fact

    def refused(self, member: UUID, command: Command) -> dict[str, Mapping[str, int | str]]:
        """Ask for something that has to be refused, without a trace; returns each reason's numbers by its code."""
        before = (len(self.rows), dict(self.states))
        _, refusal = self.answers(member, command)
        assert isinstance(refusal, Refusal), refusal
        assert (len(self.rows), self.states) == before
        return told(refusal)

    def buys(self, member: UUID, *amounts: int, points: int = 0, occurred: str | None = None) -> UUID:
        occurred_us = instant(occurred) if occurred else None
        return self.must(member, Purchase(basket=basket(*amounts, points=points), occurred_us=occurred_us))

    def refunds(self, member: UUID, purchase: UUID) -> UUID:
        return self.must(member, Refund(purchase=purchase))

    def redeems(self, member: UUID, points: int, wallet: str = "") -> UUID:
        return self.must(member, Redemption(points=points, wallet=wallet))

    def cancels(self, member: UUID, redemption: UUID) -> UUID:
        return self.must(member, RedemptionCancel(redemption=redemption))

    def holds(self, member: UUID, points: int) -> UUID:
        return self.must(member, HoldPlace(points=points))

    def adjusts(self, member: UUID, points: int, wallet: str = "") -> UUID:
        return self.must(member, Adjustment(points=points, reason="test", wallet=wallet))

    def gives(self, member: UUID, to: UUID, points: int | None, wallet: str = "") -> UUID:
        return self.must(member, TransferOut(to=to, points=points, wallet=wallet))

    def joins(self, member: UUID, household: UUID) -> UUID:
        return self.must(member, HouseholdJoin(household=household))

    def merges(self, member: UUID, into: UUID) -> UUID:
        return self.must(member, MergeOut(into=into))

    def waits(self, text: str) -> None:
        """Move the clock on and let time pass for everybody, members first and then what they share."""
        self.at(text)
        for member in list(self.states):
            self.must(member, LetTimePass())

    def follow(self, purchase: UUID) -> UUID:
        """Carry the reward of a friend's purchase to the referrer; returns the reward."""
        row = next(row for row in self.rows if row.fact == purchase)
        (effect,) = row.change.effects
        assert isinstance(effect, RewardReferrer)
        return self.must(effect.referrer, ReferralReward(purchase=purchase, points=effect.points))

    def effects(self, fact: UUID) -> list[ClawBackReferrer | RewardReferrer]:
        """What an ask has to tell others, in all of its rows."""
        start = next(number for number, row in enumerate(self.rows) if row.fact == fact)
        return [effect for row in self.rows[start:] for effect in row.change.effects]

    def claw_back(self, member: UUID, reward: UUID) -> UUID:
        return self.must(member, ReferralClawback(reward=reward))

    def account(self, member: UUID) -> Account:
        return self.state(member).account

    def balances(self, *members: UUID) -> list[int]:
        return [self.account(member).balance for member in members]

    def lots(self, member: UUID) -> dict[int, Lot]:
        """Every lot of a member by its number."""
        return {lot.number: lot for lot in self.state(member).lots}

    def left(self, member: UUID) -> list[tuple[int, int | None]]:
        """What is left of each open lot and when it expires, in spending order."""
        return [(lot.remaining, lot.expires_us) for lot in self.state(member).lots if lot.remaining]

    def entries(self, member: UUID) -> list[tuple[str, int]]:
        """Kind and points of every entry of a member."""
        return [(e.kind, e.points) for row in self.rows if row.member == member for e in row.change.entries]
