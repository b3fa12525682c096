"""What somebody might want next under any document at all: purchases, activities, rewards, and what undoes them."""

import random
from typing import Final
from uuid import UUID

from app.engine.activity import Activity, ActivityCancel, Told
from app.engine.commands import (
    Adjustment,
    AdjustmentCancel,
    Capture,
    Command,
    Goodwill,
    HoldPlace,
    HoldRelease,
    LetTimePass,
    Move,
    Purchase,
    Redemption,
    RedemptionCancel,
    Refund,
    RefundLine,
    RewardRedemption,
    Void,
)
from app.engine.facts import Basket, Line, Tender
from app.engine.rulebook.activities import ActivityField
from app.engine.rulebook.document import Rulebook
from tests.engine.builders import CURRENCY, DAY_US, HOUR_US
from tests.engine.fuzzing import CODES
from tests.engine.worlds import World

# How long ago something happened of which we hear now; once in a while it lies a little ahead.
LATE_US: Final = (0, 0, 0, -HOUR_US, 3 * DAY_US, 3 * DAY_US, 40 * DAY_US)
POINTS: Final = (0, 1, 10, 100, 500)


class Wishes:
    """Asks for one thing after the other; what is asked follows from the chance that it is given."""

    def __init__(self, rng: random.Random, world: World, document: Rulebook, people: tuple[UUID, ...]) -> None:
        self.rng = rng
        self.world = world
        self.document = document
        self.people = people

    def next(self, member: UUID) -> Command:
        """What this member asks for, or what is asked about them."""
        match self.rng.randrange(10):
            case 0 | 1 | 2:
                return self._purchase()
            case 3 | 4:
                return self._activity() or self._purchase()
            case 5 | 6:
                return self._undoing(member) or self._purchase()
            case 7:
                return self._gift(member) or self._spending()
            case 8:
                return self._by_hand()
            case _:
                return LetTimePass()

    def _purchase(self) -> Purchase:
        return Purchase(basket=basket(self.rng), occurred_us=self._occurred_us(), any_age=self.rng.random() < 0.5)

    def _occurred_us(self) -> int:
        return self.world.now_us - self.rng.choice(LATE_US)

    def _activity(self) -> Activity | None:
        """One of a kind that the document declares, mostly with what it wants to be told."""
        if not self.document.activities:
            return None
        kind = self.rng.choice(self.document.activities)
        return Activity(
            kind=kind.id,
            told=tuple(self._told(field) for field in kind.fields if self.rng.random() < 0.9),
            occurred_us=self._occurred_us(),
            store=self.rng.choice(("D1", "D2", None)),
            channel=self.rng.choice(("app", None)),
            any_age=self.rng.random() < 0.5,
        )

    def _told(self, field: ActivityField) -> Told:
        match field.kind:
            case "text":
                return Told(name=field.id)
            case "choice":
                return Told(name=field.id, code=self.rng.choice(field.choices or ("app",)))
            case "yes_no":
                return Told(name=field.id, number=self.rng.randrange(2))
            case "number":
                limits = [limit for limit in (field.minimum, field.maximum) if limit is not None]
                return Told(name=field.id, number=self.rng.choice(limits or [3]))

    def _undoing(self, member: UUID) -> Command | None:
        """Of something that was recorded of this member, whether it can be undone or not."""
        found = [row for row in self.world.rows if row.member == member and not isinstance(row.command, LetTimePass)]
        if not found:
            return None
        row = self.rng.choice(found)
        match row.command:
            case Purchase(basket=bought):
                line = self.rng.randrange(len(bought.lines))
                return self.rng.choice(
                    (
                        Refund(purchase=row.fact),
                        Refund(purchase=row.fact, lines=(RefundLine(line=line),)),
                        Refund(purchase=row.fact, amount_minor=self.rng.choice((1, 999, 35_000))),
                        Void(purchase=row.fact),
                        Move(purchase=row.fact, to=self.rng.choice(self.people)),
                    )
                )
            case Activity():
                return ActivityCancel(activity=row.fact)
            case Redemption() | RewardRedemption() | Capture():
                return RedemptionCancel(redemption=row.fact)
            case Adjustment() | Goodwill():
                return AdjustmentCancel(adjustment=row.fact)
            case HoldPlace():
                return self.rng.choice((Capture(hold=row.fact), HoldRelease(hold=row.fact)))
            case _:
                return None

    def _gift(self, member: UUID) -> Command | None:
        """One of the gifts that the member was given, if there are any."""
        counters = self.world.state(member).counters
        found = [each.name.removeprefix("gift/") for each in counters if each.name.startswith("gift/") and each.count]
        return RewardRedemption(reward=self.rng.choice(found)) if found else None

    def _spending(self) -> Command:
        rewards, points = self.document.rewards, self.rng.choice(POINTS)
        if rewards and self.rng.random() < 0.6:
            return RewardRedemption(reward=self.rng.choice(rewards).id, quantity=self.rng.choice((1, 1, 2)))
        return self.rng.choice((Redemption(points=points, wallet=self._wallet()), HoldPlace(points=points)))

    def _by_hand(self) -> Command:
        points = self.rng.choice(POINTS)
        if self.rng.random() < 0.5:
            return Goodwill(points=points, staff="an", reason="spilt-coffee")
        signed = self.rng.choice((points, -points))
        return Adjustment(points=signed, reason="correction", wallet=self._wallet(), approver=UUID(int=9))

    def _wallet(self) -> str:
        return self.rng.choice(("", *(wallet.id for wallet in self.document.wallets if wallet.id != "points")))


def basket(rng: random.Random) -> Basket:
    """Some lines of goods that the documents know, from a store that they know."""
    amounts = (0, 1, 999, 35_000, 120_000, 10**7)
    lines = tuple(
        Line(
            sku=rng.choice(CODES),
            category=rng.choice(CODES),
            quantity_micro=rng.choice((0, 500_000, 1_000_000, 7_000_000)),
            amount_minor=rng.choice(amounts),
        )
        for _ in range(rng.randint(1, 5))
    )
    total = sum(line.amount_minor for line in lines)
    tenders = rng.choice(((), (Tender(kind="cash", amount_minor=total),), (Tender(kind="points", points=10),)))
    store, channel = rng.choice(("D1", "D2", None)), rng.choice(("app", None))
    return Basket(currency=CURRENCY, lines=lines, tenders=tenders, store=store, channel=channel)
