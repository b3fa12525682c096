"""A machine that lives programmes at random, and asks the engine and the naive model the same things.

After every step both must agree, the books must balance, and the four laws must hold: the state is the fold of its
changes, lazy is swept, a slice is as good as the whole, and deciding again is equal.
"""

from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from app.engine.change import Change
from app.engine.commands import (
    Adjustment,
    AdjustmentCancel,
    Block,
    Capture,
    Command,
    Confirm,
    Enrol,
    Extension,
    Goodwill,
    HoldExtend,
    HoldPlace,
    HoldRelease,
    HouseholdJoin,
    HouseholdLeave,
    MergeOut,
    Move,
    Purchase,
    Redemption,
    RedemptionCancel,
    Refund,
    RefundLine,
    RewardRedemption,
    TransferOut,
    Unblock,
    Void,
    VoucherUse,
)
from app.engine.context import Edition, Timeline
from app.engine.facts import Basket, Line, Tender
from app.engine.rulebook.compile import compile_rulebook
from app.engine.rulebook.document import Rulebook
from tests.engine.builders import CURRENCY, DAY_US, HOUR_US, instant
from tests.engine.journeys import ZONES, spans
from tests.engine.machine_rulebooks import programmes
from tests.engine.machine_twins import Twins

PEOPLE = st.integers(0, 2)
# Mostly the latest, so that one purchase is refunded again and again.
CHOICES = st.sampled_from([0, 0, 0, 0, 1, 1, 2, 5])
POINTS = st.integers(1, 60)
# How much of what is free somebody asks for, in thirds; more than there is, once in a while.
SHARES = st.sampled_from([1, 1, 2, 2, 3, 3, 4])
WALLETS = st.sampled_from(["", "", "stamps", "cents"])
LINES = st.lists(
    st.tuples(
        st.sampled_from([0, 1_000_000, 3_000_000, 1_500_000]), st.sampled_from([0, 1, 10, 33]) | st.integers(0, 90)
    ),
    min_size=1,
    max_size=3,
)
SPANS = st.one_of(spans(2), spans(20), spans(70))


def people(number: int) -> UUID:
    """Three members, and the household that they may share."""
    return UUID(int=number + 1)


HOUSEHOLD = people(3)


class Machine(RuleBasedStateMachine):
    """Each rule is something that a member, a till or the staff may ask for."""

    @initialize(
        zone=st.sampled_from(ZONES),
        days=st.integers(0, 5000),
        first=programmes(),
    )
    def open(self, zone: str, days: int, first: Rulebook) -> None:
        now_us = instant("2010-01-01", zone) + days * DAY_US
        edition = Edition(version=1, effective_us=now_us - 60 * DAY_US, compiled=compile_rulebook(first))
        self.twins = Twins(Timeline(editions=(edition,)), zone, now_us)
        self.facts: dict[str, list[UUID]] = {}
        for number in range(4):
            self.asks("enrol", people(number), Enrol())
        for number in range(3):
            self.asks("purchase", people(number), Purchase(basket=basket([(1_000_000, 50), (3_000_000, 30)])))
            for wallet in ("", "stamps", "cents"):
                self.asks("adjustment", people(number), Adjustment(points=20, reason="welcome", wallet=wallet))

    def asks(self, kind: str, member: UUID, command: Command) -> None:
        fact = self.twins.next_fact()
        if isinstance(self.twins.ask(member, command, fact), Change):
            self.facts.setdefault(kind, []).append(fact)

    def one(self, kind: str, choice: int) -> UUID:
        """One of the latest facts of a kind, or one that never was."""
        found = self.facts.get(kind, [])[::-1]
        return found[min(choice, len(found) - 1)] if found else UUID(int=5)

    def spender(self, who: int, wallet: str, thirds: int) -> tuple[UUID, str, int]:
        """So many thirds of what somebody can spend, rounded up: of whoever is named, or else of anybody who can."""
        places = [(people(who), wallet), *((people(n), name) for name in ("", "stamps", "cents") for n in range(3))]
        rich = [place for place in places if self.twins.free(*place)]
        member, wallet = (rich or places)[0]
        return member, wallet, -(-self.twins.free(member, wallet) * thirds // 3) or 1

    def whose(self, fact: UUID) -> UUID:
        """Whom a fact is about, after merges; somebody, if it never was."""
        return self.twins.holder(fact)

    @rule(who=PEOPLE, lines=LINES, late=st.none() | st.just(-2 * HOUR_US) | spans(35))
    def buys(self, who: int, lines: list[tuple[int, int]], late: int | None) -> None:
        occurred_us = None if late is None else self.twins.now_us - late
        self.asks("purchase", people(who), Purchase(basket=basket(lines), occurred_us=occurred_us))

    @rule(who=PEOPLE, lines=LINES, thirds=SHARES)
    def pays_with_points(self, who: int, lines: list[tuple[int, int]], thirds: int) -> None:
        member, _, points = self.spender(who, "", thirds)
        points = min(points, sum(amount for _, amount in lines) or 1)
        self.asks("purchase", member, Purchase(basket=basket(lines, points=points)))

    @precondition(lambda self: "purchase" in self.facts)
    @rule(choice=CHOICES, money=st.none() | st.integers(1, 60))
    def refunds(self, choice: int, money: int | None) -> None:
        fact = self.one("purchase", choice)
        self.asks("refund", self.whose(fact), Refund(purchase=fact, amount_minor=money))

    @precondition(lambda self: "purchase" in self.facts)
    @rule(choice=CHOICES, days=st.integers(0, 60), parts=st.lists(st.integers(1, 40), min_size=2, max_size=3))
    def refunds_bit_by_bit(self, choice: int, days: int, parts: list[int]) -> None:
        """Some of it is spent, the rest may have expired, and then the purchase goes back in parts."""
        fact = self.one("purchase", choice)
        member = self.whose(fact)
        points = -(-self.twins.free(member, "") // 2) or 1
        self.asks("redemption", member, Redemption(points=points))
        self.twins.wait(days * DAY_US, 1)
        for money in parts:
            self.asks("refund", member, Refund(purchase=fact, amount_minor=money))

    @precondition(lambda self: "purchase" in self.facts)
    @rule(
        choice=CHOICES,
        parts=st.lists(
            st.builds(
                RefundLine,
                line=st.integers(0, 2),
                quantity_micro=st.sampled_from([None, 500_000, 1_000_000]),
            )
            | st.builds(RefundLine, line=st.integers(0, 2), amount_minor=st.integers(1, 40)),
            min_size=1,
            max_size=2,
        ),
    )
    def refunds_lines(self, choice: int, parts: list[RefundLine]) -> None:
        fact = self.one("purchase", choice)
        self.asks("refund", self.whose(fact), Refund(purchase=fact, lines=tuple(parts)))

    @precondition(lambda self: "purchase" in self.facts)
    @rule(choice=CHOICES)
    def voids(self, choice: int) -> None:
        fact = self.one("purchase", choice)
        self.asks("void", self.whose(fact), Void(purchase=fact))

    @precondition(lambda self: "purchase" in self.facts)
    @rule(choice=CHOICES, to=PEOPLE)
    def moves(self, choice: int, to: int) -> None:
        fact = self.one("purchase", choice)
        self.asks("move", self.whose(fact), Move(purchase=fact, to=people(to)))

    @precondition(lambda self: "purchase" in self.facts)
    @rule(choice=CHOICES)
    def confirms(self, choice: int) -> None:
        fact = self.one("purchase", choice)
        self.asks("confirm", self.whose(fact), Confirm(purchase=fact))

    @rule(who=PEOPLE, thirds=SHARES, wallet=WALLETS)
    def redeems(self, who: int, thirds: int, wallet: str) -> None:
        member, wallet, points = self.spender(who, wallet, thirds)
        self.asks("redemption", member, Redemption(points=points, wallet=wallet))

    @precondition(lambda self: "redemption" in self.facts)
    @rule(choice=CHOICES)
    def cancels(self, choice: int) -> None:
        fact = self.one("redemption", choice)
        self.asks("cancel", self.whose(fact), RedemptionCancel(redemption=fact))

    @rule(who=PEOPLE, thirds=SHARES, wallet=WALLETS, minutes=st.sampled_from([None, 1, 600, 20000]))
    def holds(self, who: int, thirds: int, wallet: str, minutes: int | None) -> None:
        member, wallet, points = self.spender(who, wallet, thirds)
        self.asks("hold", member, HoldPlace(points=points, wallet=wallet, minutes=minutes))

    @precondition(lambda self: "hold" in self.facts)
    @rule(choice=CHOICES, minutes=st.sampled_from([1, 600, 20000]))
    def holds_longer(self, choice: int, minutes: int) -> None:
        fact = self.one("hold", choice)
        self.asks("extend", self.whose(fact), HoldExtend(hold=fact, minutes=minutes))

    @precondition(lambda self: "hold" in self.facts)
    @rule(choice=CHOICES, points=st.none() | POINTS)
    def captures(self, choice: int, points: int | None) -> None:
        fact = self.one("hold", choice)
        self.asks("redemption", self.whose(fact), Capture(hold=fact, points=points))

    @precondition(lambda self: "hold" in self.facts)
    @rule(choice=CHOICES)
    def lets_go(self, choice: int) -> None:
        fact = self.one("hold", choice)
        self.asks("release", self.whose(fact), HoldRelease(hold=fact))

    @rule(who=PEOPLE, reward=st.sampled_from([0, 0, 0, 1, 1, 2]), quantity=st.sampled_from([1, 1, 1, 2]))
    def takes_a_reward(self, who: int, reward: int, quantity: int) -> None:
        member, _, _ = self.spender(who, "stamps" if reward == 1 else "", 1)
        self.asks("redemption", member, RewardRedemption(reward=f"reward-{reward}", quantity=quantity))

    @precondition(lambda self: "redemption" in self.facts)
    @rule(choice=CHOICES)
    def uses_a_voucher(self, choice: int) -> None:
        fact = self.one("redemption", choice)
        self.asks("use", self.whose(fact), VoucherUse(voucher=fact))

    @rule(
        who=PEOPLE,
        points=st.integers(-80, 80),
        wallet=WALLETS,
        approver=st.none() | st.just(UUID(int=9)),
        days=st.none() | st.integers(0, 30),
        never=st.booleans(),
    )
    def is_adjusted(
        self, who: int, points: int, wallet: str, approver: UUID | None, days: int | None, *, never: bool
    ) -> None:
        command = Adjustment(
            points=points,
            reason="correction",
            wallet=wallet,
            approver=approver,
            expires_us=None if days is None else self.twins.now_us + days * DAY_US,
            never_expires=never and days is None,
        )
        self.asks("adjustment", people(who), command)

    @rule(who=PEOPLE, points=st.integers(1, 25), staff=st.sampled_from(["an", "binh"]))
    def is_given(self, who: int, points: int, staff: str) -> None:
        self.asks("adjustment", people(who), Goodwill(points=points, staff=staff, reason="spilt-coffee"))

    @precondition(lambda self: "adjustment" in self.facts)
    @rule(choice=CHOICES)
    def adjustment_is_cancelled(self, choice: int) -> None:
        fact = self.one("adjustment", choice)
        self.asks("unadjust", self.whose(fact), AdjustmentCancel(adjustment=fact))

    @rule(who=PEOPLE, choice=CHOICES, days=st.integers(1, 90))
    def lot_lives_longer(self, who: int, choice: int, days: int) -> None:
        lots = self.twins.lots(people(who))
        lot = lots[min(choice, len(lots) - 1)] if lots else choice
        command = Extension(lot=lot, expires_us=self.twins.now_us + days * DAY_US, reason="apology")
        self.asks("extension", people(who), command)

    @rule(who=PEOPLE, to=PEOPLE, thirds=SHARES, wallet=WALLETS, everything=st.booleans())
    def transfers(self, who: int, to: int, thirds: int, wallet: str, *, everything: bool) -> None:
        member, wallet, points = self.spender(who, wallet, thirds)
        self.asks("transfer", member, TransferOut(to=people(to), points=None if everything else points, wallet=wallet))

    @rule(who=PEOPLE, into=PEOPLE, luck=st.integers(0, 11))
    def something_rare_happens(self, who: int, into: int, luck: int) -> None:
        rare: dict[int, Command] = {
            0: MergeOut(into=people(into)),
            1: Block(reason="fraud"),
            2: Unblock(),
            3: HouseholdJoin(household=HOUSEHOLD),
            4: HouseholdLeave(),
        }
        self.asks("rare", people(who), rare.get(luck, Enrol()))

    @rule(document=programmes(), span=spans(30), luck=st.integers(0, 2))
    def publishes(self, document: Rulebook, span: int, luck: int) -> None:
        if not luck:
            self.twins.publish(document, self.twins.now_us + 1 + span)

    @precondition(lambda self: "hold" in self.facts)
    @rule(choice=CHOICES, days=st.integers(1, 20), points=st.none() | POINTS)
    def holds_end_late(self, choice: int, days: int, points: int | None) -> None:
        """A hold is kept alive for long, and ends when much has happened meanwhile."""
        fact = self.one("hold", choice)
        self.asks("extend", self.whose(fact), HoldExtend(hold=fact, minutes=20_000))
        self.twins.wait(min(days * DAY_US, 20_000 * 60_000_000 - 1), 1)
        self.asks("redemption", self.whose(fact), Capture(hold=fact, points=points))

    @rule(span=SPANS, sweeps=st.integers(0, 2))
    def time_passes(self, span: int, sweeps: int) -> None:
        self.twins.wait(span, sweeps)

    def teardown(self) -> None:
        if hasattr(self, "twins"):
            self.twins.check_the_end()


def basket(lines: list[tuple[int, int]], points: int = 0) -> Basket:
    """A basket of lines of these quantities in millionths and amounts, of which so many points pay a part."""
    return Basket(
        currency=CURRENCY,
        lines=tuple(
            Line(sku="sku", category="food", quantity_micro=quantity, amount_minor=amount) for quantity, amount in lines
        ),
        tenders=(Tender(kind="points", points=points),) if points else (),
    )
