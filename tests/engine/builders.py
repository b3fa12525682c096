"""Dull defaults: a member, a shop and a clock, so that a test says only what it is about.

The default rulebook gives a point for every minor unit, redeems one for one, and has no tiers, no expiry and
no referral. Prices are therefore points, and every number in a test can be checked by eye.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Self
from uuid import UUID
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from app.engine.change import Change
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
from app.engine.context import Context, Edition, Timeline, seed_at
from app.engine.decide import decide
from app.engine.facts import Basket, Line, Tender
from app.engine.ledger.evolve import evolve
from app.engine.naming import reverses, touches
from app.engine.refusals import Refusal
from app.engine.rulebook.compile import compile_rulebook
from app.engine.rulebook.document import Rulebook
from app.engine.state import Account, Ever, Lot, Original, State
from tests.engine.reasons import told

ZONE = "Asia/Ho_Chi_Minh"
CURRENCY = "VND"
REFERRER = UUID(int=77)
SECRET = bytes(range(32))
SECOND_US = 1_000_000
HOUR_US = 3600 * SECOND_US
DAY_US = 24 * HOUR_US
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

PLAIN_RULES: list[dict[str, Any]] = [{"id": "base", "effect": {"kind": "per_amount", "points": 1, "per_minor": 1}}]
PLAIN_REDEMPTION = {"points": 1, "value_minor": 1, "step_points": 1, "minimum_points": 1}


def instant(text: str, zone: str = ZONE) -> int:
    """Microseconds of a local date, or of a local date and time: `2026-03-01`, `2026-03-01 09:30`."""
    moment = datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))
    return int((moment - _EPOCH).total_seconds()) * SECOND_US


def day(text: str) -> int:
    """The ordinal of a date."""
    return datetime.fromisoformat(text).toordinal()


def rulebook(**parts: object) -> Rulebook:
    """A rulebook that differs from the default in the parts that are given."""
    document = {
        "title": {"en": "Plain"},
        "earning": {"rules": PLAIN_RULES},
        "redemption": PLAIN_REDEMPTION,
        **parts,
    }
    return Rulebook.model_validate(document)


def tiers(*thresholds: int, window: int = 12, review: int = 12, demotion: str = "to_qualified") -> dict[str, object]:
    """Levels `bronze`, `silver`, `gold` … from zero and from these thresholds on."""
    names = ("bronze", "silver", "gold", "platinum")
    levels = [
        {"id": name, "title": {"en": name}, "from_points": points}
        for name, points in zip(names, (0, *thresholds), strict=False)
    ]
    return {"window_months": window, "review_months": review, "demotion": demotion, "levels": levels}


def referral(**terms: int) -> dict[str, int]:
    """Fifty points for either side, for a purchase of any size within thirty days."""
    return {"referrer_points": 50, "friend_points": 50, "minimum_minor": 1, "within_days": 30, **terms}


def timeline(*editions: tuple[int, Rulebook]) -> Timeline:
    """Published versions, each with the instant from which it is in force."""
    return Timeline(
        editions=tuple(
            Edition(version=version, effective_us=effective_us, compiled=compile_rulebook(document))
            for version, (effective_us, document) in enumerate(editions, start=1)
        )
    )


def line(amount: int, sku: str = "sku", category: str = "food", **more: int) -> Line:
    """One line of a basket."""
    return Line(sku=sku, category=category, quantity_micro=1_000_000, amount_minor=amount, **more)


def basket(*amounts: int, points: int = 0, currency: str = CURRENCY, tenders: Sequence[Tender] = ()) -> Basket:
    """A basket of lines with these amounts, of which so many points pay a part."""
    paying = (Tender(kind="points", points=points),) if points else ()
    return Basket(currency=currency, lines=tuple(line(amount) for amount in amounts), tenders=(*tenders, *paying))


class Member:
    """One enrolled member with the whole of their ledger in memory, and a clock that only tests move."""

    def __init__(
        self,
        *documents: Rulebook,
        start: str = "2026-01-10 09:00",
        zone: str = ZONE,
        published: Timeline | None = None,
        referrer: UUID | None = None,
        enrolled: bool = True,
    ) -> None:
        self.zone = zone
        self.now_us = instant(start, zone)
        self.timeline = published or timeline(*((0, document) for document in documents or (rulebook(),)))
        self.state = State(account=Account(), ever=Ever())
        self.changes: list[Change] = []
        self.commands: dict[UUID, tuple[Command, Change]] = {}
        self.reversals: dict[UUID, list[UUID]] = {}
        self._facts = 0
        if enrolled:
            self.must(Enrol(referrer=referrer))

    def at(self, text: str) -> Self:
        """Move the clock on; nothing is decided."""
        now_us = instant(text, self.zone)
        assert now_us >= self.now_us, "time does not run back"
        self.now_us = now_us
        return self

    def context(self, fact: UUID) -> Context:
        return Context(
            fact=fact,
            now_us=self.now_us,
            currency=CURRENCY,
            zone=self.zone,
            timeline=self.timeline,
            seed=seed_at(SECRET, self.timeline, self.now_us, self.zone),
        )

    def named(self, command: Command, fact: UUID) -> tuple[Original, ...]:
        """The facts that a command names, as the journal would show them."""
        found = []
        for touched in touches(command, fact):
            command_was, change = self.commands.get(touched, (None, None))
            ended = tuple(self.reversals.get(touched, ()))
            found.append(
                Original(
                    fact=touched,
                    command=command_was,
                    change=change,
                    reversed_by=ended,
                    latest=self.change(ended[-1]) if ended else None,
                )
            )
        return tuple(found)

    def next_fact(self) -> UUID:
        """The id that the next fact will have."""
        return UUID(int=1000 + self._facts)

    def ask(self, command: Command, fact: UUID | None = None) -> Change | Refusal:
        """Decide on the whole ledger, and record what was accepted."""
        fact = fact or self.next_fact()
        self._facts += 1
        state = replace(self.state, originals=self.named(command, fact))
        change = decide(command, state, self.context(fact))
        if isinstance(change, Change):
            self.state = replace(evolve(state, change), originals=())
            self.changes.append(change)
            self.commands[fact] = (command, change)
            undone = reverses(command)
            if undone is not None:
                self.reversals.setdefault(undone, []).append(fact)
        return change

    def must(self, command: Command, fact: UUID | None = None) -> UUID:
        """Ask for something that has to be accepted; returns the fact."""
        fact = fact or self.next_fact()
        change = self.ask(command, fact)
        assert isinstance(change, Change), change
        return fact

    def refused(self, command: Command) -> dict[str, Mapping[str, int | str]]:
        """Ask for something that has to be refused; returns the numbers of each reason by its code."""
        refusal = self.ask(command)
        assert isinstance(refusal, Refusal), refusal
        return told(refusal)

    def refused_for_redeeming(self, points: int) -> dict[str, Mapping[str, int | str]]:
        return self.refused(Redemption(points=points))

    def refused_for_cancelling(self, redemption: UUID) -> dict[str, Mapping[str, int | str]]:
        return self.refused(RedemptionCancel(redemption=redemption))

    def buys(self, *amounts: int, points: int = 0, occurred: str | None = None, external_id: str | None = None) -> UUID:
        """A purchase, possibly dated back."""
        occurred_us = instant(occurred, self.zone) if occurred else None
        return self.must(
            Purchase(basket=basket(*amounts, points=points), occurred_us=occurred_us, external_id=external_id)
        )

    def redeems(self, points: int) -> UUID:
        return self.must(Redemption(points=points))

    def cancels(self, redemption: UUID) -> UUID:
        return self.must(RedemptionCancel(redemption=redemption))

    def refunds(self, purchase: UUID) -> UUID:
        return self.must(Refund(purchase=purchase))

    def is_rewarded(self, points: int, fact: UUID | None = None) -> UUID:
        """A friend's purchase rewards this member."""
        return self.must(ReferralReward(purchase=UUID(int=1), points=points), fact)

    def is_clawed_back(self, reward: UUID) -> UUID:
        return self.must(ReferralClawback(reward=reward))

    def waits(self, text: str) -> Change:
        """Move the clock on and let time pass."""
        self.at(text)
        return self.change(self.must(LetTimePass()))

    def change(self, fact: UUID) -> Change:
        return self.commands[fact][1]

    @property
    def account(self) -> Account:
        return self.state.account

    @property
    def balance(self) -> int:
        return self.account.balance

    @property
    def lots(self) -> dict[int, Lot]:
        return {lot.number: lot for lot in self.state.lots}

    def remaining(self) -> dict[int, int]:
        """What is left of each open lot, by number."""
        return {
            lot.number: lot.remaining for lot in sorted(self.state.lots, key=lambda lot: lot.number) if lot.remaining
        }

    def entries(self, since: int = 0) -> list[tuple[str, int]]:
        """Kind and points of every entry of the changes from number `since` on."""
        return [(entry.kind, entry.points) for change in self.changes[since:] for entry in change.entries]
