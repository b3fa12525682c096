"""A deliberately naive ledger: lists, sums from scratch, one page. What the engine must agree with, step by step.

It knows the rulebooks of journeys.documents only, and of those the ones whose points have a date or none: a point a
minor unit, 7 or 11 more for silver and gold.
"""

from dataclasses import dataclass, field
from uuid import UUID

from app.engine.calendar import add_months, day_start_us, expiry_us, local_day
from app.engine.commands import (
    Command,
    Enrol,
    LetTimePass,
    Purchase,
    Redemption,
    RedemptionCancel,
    ReferralClawback,
    ReferralReward,
    Refund,
)
from app.engine.context import Timeline
from app.engine.rulebook.document import Rulebook
from tests.engine.builders import DAY_US

BONUS = {"silver": 7, "gold": 11}


@dataclass
class Pot:
    """One credit."""

    earned_us: int
    expires_us: int | None
    left: int
    expired: int = 0
    missing: int = 0


@dataclass
class Bought:
    """What a refund has to undo."""

    day: int
    points: int
    pot: Pot | None
    drawn: list[tuple[Pot, int]]
    friend: Pot | None
    friend_points: int


@dataclass
class Naive:
    """One member."""

    zone: str
    timeline: Timeline
    now_us: int = 0
    debt: int = 0
    pots: list[Pot] = field(default_factory=list)
    counted: list[tuple[int, int]] = field(default_factory=list)
    tiers: list[tuple[int, str]] = field(default_factory=list)
    review_us: int | None = None
    enrolled: bool = False
    referral_until_us: int | None = None
    referred_by: UUID | None = None
    purchases: dict[UUID, Bought] = field(default_factory=dict)
    redemptions: dict[UUID, list[tuple[Pot, int]]] = field(default_factory=dict)
    rewards: dict[UUID, tuple[Pot | None, int]] = field(default_factory=dict)
    undone: set[UUID] = field(default_factory=set)

    @property
    def free(self) -> int:
        return sum(pot.left for pot in self.pots)

    @property
    def balance(self) -> int:
        return self.free - self.debt

    @property
    def tier(self) -> str | None:
        return self.tiers[-1][1] if self.tiers else None

    def ask(self, command: Command, now_us: int, fact: UUID) -> bool:
        """Whether the command is accepted; if so it has been carried out."""
        self.now_us = now_us
        self.let_time_pass()
        done = self.carry_out(command, fact)
        self.let_time_pass()
        return done

    def carry_out(self, command: Command, fact: UUID) -> bool:  # noqa: C901 - one case a command
        match command:
            case Enrol(referrer=referrer):
                self.enrol(referrer)
                return True
            case LetTimePass():
                return True
            case Purchase():
                return self.buy(command, fact)
            case Redemption(points=points):
                rules = self.rules(self.now_us)
                if rules is None or rules.redemption is None or points < 1 or points > self.free:
                    return False
                self.redemptions[fact] = self.draw(points)
                return True
            case RedemptionCancel(redemption=redemption):
                if redemption not in self.redemptions or redemption in self.undone:
                    return False
                self.undone.add(redemption)
                self.give_back(self.redemptions[redemption])
                return True
            case Refund(purchase=purchase):
                return self.refund(purchase)
            case ReferralReward(points=points):
                rules = self.rules(self.now_us)
                paid = points if rules is not None and fact not in self.undone else 0
                self.rewards[fact] = (self.credit(paid, self.now_us, rules), paid)
                return True
            case ReferralClawback(reward=reward):
                if reward in self.rewards and reward not in self.undone:
                    self.take_back(*self.rewards[reward])
                self.undone.add(reward)
                return True
            case _:
                raise AssertionError(f"this page knows no {type(command).__name__}; naive_world.py does")

    def rules(self, at_us: int) -> Rulebook | None:
        documents = [e.compiled.document for e in self.timeline.editions if e.effective_us <= at_us]
        return documents[-1] if documents else None

    def enrol(self, referrer: UUID | None) -> None:
        rules = self.rules(self.now_us)
        if not self.enrolled:
            self.enrolled = True
            if referrer is not None and rules is not None and rules.referral is not None:
                until = local_day(self.now_us, self.zone) + rules.referral.within_days + 1
                self.referral_until_us = day_start_us(until, self.zone)

    def let_time_pass(self) -> None:
        for pot in self.pots:
            if pot.expires_us is not None and pot.expires_us <= self.now_us:
                pot.expired += pot.left
                pot.left = 0
        while self.review_us is not None and self.review_us <= self.now_us:
            self.review(self.review_us)

    def review(self, at_us: int) -> None:
        rules = self.rules(at_us)
        assert rules is not None
        assert rules.tiers is not None
        day = local_day(at_us, self.zone)
        ids = [level.id for level in rules.tiers.levels]
        current = ids.index(self.tier or ids[0])
        qualified = self.qualified(rules, day)
        if rules.tiers.demotion == "to_qualified":
            stays = qualified
        else:
            stays = max(qualified, current - 1 if rules.tiers.demotion == "one_step" else current)
        self.tiers.append((at_us, ids[stays]))
        self.review_us = self.next_review(rules, day - 1) if stays else None

    def qualified(self, rules: Rulebook, day: int) -> int:
        assert rules.tiers is not None
        first = add_months(day, -rules.tiers.window_months)
        points = sum(points for counted, points in self.counted if counted >= first)
        asked = [level.from_points for level in rules.tiers.levels]
        return max(rank for rank, least in enumerate(asked) if rank == 0 or (least is not None and least <= points))

    def next_review(self, rules: Rulebook, day: int) -> int:
        assert rules.tiers is not None
        return day_start_us(add_months(day, rules.tiers.review_months) + 1, self.zone)

    def buy(self, command: Purchase, fact: UUID) -> bool:
        at_us = min(self.now_us, self.now_us if command.occurred_us is None else command.occurred_us)
        rules = self.rules(at_us)
        if rules is None or at_us < self.now_us - 30 * DAY_US:
            return False
        total = sum(line.amount_minor for line in command.basket.lines)
        paying = [tender.points for tender in command.basket.tenders if tender.kind == "points"]
        if paying and (rules.redemption is None or not 1 <= paying[0] <= min(self.free, total)):
            return False
        paid = sum(paying)
        then = [tier for since, tier in self.tiers if since <= at_us]
        points = total - paid + (BONUS.get(then[-1], 0) if then and rules.tiers is not None else 0)
        drawn = self.draw(paid)
        pot = self.credit(points, at_us, rules)
        day = local_day(at_us, self.zone)
        self.counted.append((day, points))
        friend, friend_points = None, 0
        terms = rules.referral
        may_qualify = self.referral_until_us is not None and at_us < self.referral_until_us and not self.referred_by
        if terms is not None and may_qualify and total - paid >= terms.minimum_minor:
            self.referred_by = fact
            friend_points = terms.friend_points
            friend = self.credit(friend_points, at_us, rules)
        self.purchases[fact] = Bought(day, points, pot, drawn, friend, friend_points)
        self.promote()
        return True

    def promote(self) -> None:
        rules = self.rules(self.now_us)
        if rules is None or rules.tiers is None:
            return
        day = local_day(self.now_us, self.zone)
        ids = [level.id for level in rules.tiers.levels]
        reached = self.qualified(rules, day)
        if reached > ids.index(self.tier or ids[0]):
            self.tiers.append((self.now_us, ids[reached]))
            self.review_us = self.next_review(rules, day)

    def credit(self, points: int, earned_us: int, rules: Rulebook | None) -> Pot | None:
        if not points or rules is None:
            return None
        repaid = min(points, self.debt)
        self.debt -= repaid
        pot = Pot(earned_us, expiry_us(rules.expiry, earned_us, self.zone), points - repaid)
        self.pots.append(pot)
        return pot

    def draw(self, points: int) -> list[tuple[Pot, int]]:
        drawn = []
        order = sorted(
            self.pots, key=lambda pot: (pot.expires_us is None, pot.expires_us, pot.earned_us, self.pots.index(pot))
        )
        for pot in order:
            share = min(pot.left, points)
            if share:
                pot.left -= share
                points -= share
                drawn.append((pot, share))
        assert points == 0
        return drawn

    def give_back(self, drawn: list[tuple[Pot, int]]) -> None:
        for pot, points in drawn:
            missing = min(points, pot.missing)
            pot.missing -= missing
            repaid = min(points - missing, self.debt)
            self.debt -= repaid
            pot.left += points - missing - repaid

    def take_back(self, pot: Pot | None, asked: int) -> None:
        if pot is None:
            return
        asked -= min(asked, pot.expired)
        own = min(asked, pot.left)
        pot.left -= own
        others = min(asked - own, self.free)
        self.draw(others)
        rules = self.rules(self.now_us)
        floor = rules.debt.floor_points if rules is not None else None
        rest = asked - own - others
        owed = rest if floor is None else min(rest, max(0, -floor - self.debt))
        self.debt += owed
        pot.missing += rest - owed

    def refund(self, purchase: UUID) -> bool:
        if purchase not in self.purchases or purchase in self.undone:
            return False
        self.undone.add(purchase)
        bought = self.purchases[purchase]
        self.give_back(bought.drawn)
        self.take_back(bought.pot, bought.points)
        if self.referred_by == purchase:
            self.referred_by = None
            self.take_back(bought.friend, bought.friend_points)
        self.counted.append((bought.day, -bought.points))
        return True
