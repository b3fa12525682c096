"""A machine that lives programmes at random, and asks the engine and the naive model the same things.

After every step both must agree, the books must balance, and the four laws must hold: the state is the fold of its
changes, lazy is swept, a slice is as good as the whole, and deciding again is equal.
"""

from collections.abc import Callable
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from app.engine.commands import (
    Adjustment,
    AdjustmentCancel,
    Block,
    Capture,
    Command,
    Confirm,
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
)
from app.engine.rulebook.document import Rulebook
from app.engine.vouchers import VoucherRestore, VoucherUse
from tests.engine.builders import DAY_US, HOUR_US
from tests.engine.journeys import spans
from tests.engine.machine_asks import (
    ASKED,
    CHOICES,
    HOUSEHOLD,
    KINDS,
    LINES,
    PEOPLE,
    POINTS,
    SHARES,
    SPANS,
    WALLETS,
    basket,
    people,
    there_is,
)
from tests.engine.machine_ground import Ground
from tests.engine.machine_rulebooks import programmes


class Machine(Ground):
    """Each rule is something that a member, a till or the staff may ask for."""

    @rule(who=PEOPLE, lines=LINES, late=st.none() | st.just(-2 * HOUR_US) | spans(35))
    def buys(self, who: int, lines: list[tuple[int, int]], late: int | None) -> None:
        occurred_us = None if late is None else self.twins.now_us - late
        self.asks(people(who), Purchase(basket=basket(lines), occurred_us=occurred_us))

    @rule(who=PEOPLE, lines=LINES, thirds=SHARES)
    def pays_with_points(self, who: int, lines: list[tuple[int, int]], thirds: int) -> None:
        member, _, points = self.spender(who, "", thirds)
        points = min(points, sum(amount for _, amount in lines) or 1)
        self.asks(member, Purchase(basket=basket(lines, points=points)))

    @precondition(there_is("purchase"))
    @rule(choice=CHOICES, money=st.none() | st.integers(1, 60))
    def refunds(self, choice: int, money: int | None) -> None:
        fact = self.one("purchase", choice)
        self.asks(self.whose(fact), Refund(purchase=fact, amount_minor=money))

    @precondition(there_is("purchase"))
    @rule(choice=CHOICES, days=st.integers(0, 60), parts=st.lists(st.integers(1, 40), min_size=2, max_size=3))
    def refunds_bit_by_bit(self, choice: int, days: int, parts: list[int]) -> None:
        """Some of it is spent, the rest may have expired, and then the purchase goes back in parts."""
        fact = self.one("purchase", choice)
        member = self.whose(fact)
        points = -(-self.twins.free(member, "") // 2) or 1
        self.asks(member, Redemption(points=points))
        self.twins.wait(days * DAY_US, 1)
        for money in parts:
            self.asks(member, Refund(purchase=fact, amount_minor=money))

    @precondition(there_is("purchase"))
    @rule(choice=CHOICES, into=st.none() | PEOPLE, back=st.booleans())
    def spends_all_and_returns(self, choice: int, into: int | None, *, back: bool) -> None:
        """Nothing is left to take back; perhaps the account goes on in another, and what was spent comes back there."""
        fact, spent = self.one("purchase", choice), self.twins.next_fact()
        member = self.whose(fact)
        self.asks(member, Redemption(points=self.twins.free(member, "") or 1))
        self.asks(member, Refund(purchase=fact))
        if into is not None and self.may_merge():
            self.asks(member, MergeOut(into=people(into)))
        if back:
            self.asks(self.whose(spent), RedemptionCancel(redemption=spent))

    @precondition(there_is("purchase"))
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
        self.asks(self.whose(fact), Refund(purchase=fact, lines=tuple(parts)))

    @precondition(there_is("purchase"))
    @rule(choice=CHOICES)
    def voids(self, choice: int) -> None:
        self.asks(self.whose(fact := self.one("purchase", choice)), Void(purchase=fact))

    @precondition(there_is("purchase"))
    @rule(choice=CHOICES, to=PEOPLE)
    def moves(self, choice: int, to: int) -> None:
        fact = self.one("purchase", choice)
        self.asks(self.whose(fact), Move(purchase=fact, to=people(to)))

    @rule(who=PEOPLE, lines=LINES, days=st.integers(0, 12))
    def is_delivered(self, who: int, lines: list[tuple[int, int]], days: int) -> None:
        """What is bought waits for its event, where the rulebook says so, and some days later it comes."""
        fact = self.twins.next_fact()
        self.asks(people(who), Purchase(basket=basket(lines)))
        self.twins.wait(days * DAY_US, 1)
        self.asks(self.whose(fact), Confirm(purchase=fact))

    @precondition(there_is("waiting"))
    @rule(choice=CHOICES)
    def confirms(self, choice: int) -> None:
        fact = self.one("waiting", choice)
        self.asks(self.whose(fact), Confirm(purchase=fact))

    @rule(who=PEOPLE, thirds=SHARES, wallet=WALLETS)
    def redeems(self, who: int, thirds: int, wallet: str) -> None:
        member, wallet, points = self.spender(who, wallet, thirds)
        self.asks(member, Redemption(points=points, wallet=wallet))

    @precondition(there_is("redemption"))
    @rule(choice=CHOICES)
    def cancels(self, choice: int) -> None:
        fact = self.one("redemption", choice)
        self.asks(self.whose(fact), RedemptionCancel(redemption=fact))

    @rule(who=PEOPLE, thirds=SHARES, wallet=WALLETS, minutes=st.sampled_from([None, 1, 600, 20000]))
    def holds(self, who: int, thirds: int, wallet: str, minutes: int | None) -> None:
        member, wallet, points = self.spender(who, wallet, thirds)
        self.asks(member, HoldPlace(points=points, wallet=wallet, minutes=minutes))

    @precondition(there_is("hold"))
    @rule(choice=CHOICES, minutes=st.sampled_from([1, 600, 20000]))
    def holds_longer(self, choice: int, minutes: int) -> None:
        fact = self.one("hold", choice)
        self.asks(self.whose(fact), HoldExtend(hold=fact, minutes=minutes))

    @precondition(there_is("hold"))
    @rule(choice=CHOICES, points=st.none() | POINTS)
    def captures(self, choice: int, points: int | None) -> None:
        fact = self.one("hold", choice)
        self.asks(self.whose(fact), Capture(hold=fact, points=points))

    @precondition(there_is("hold"))
    @rule(choice=CHOICES)
    def lets_go(self, choice: int) -> None:
        fact = self.one("hold", choice)
        self.asks(self.whose(fact), HoldRelease(hold=fact))

    @rule(
        who=PEOPLE,
        reward=st.sampled_from([0, 0, 0, 1, 1, 2]),
        quantity=st.sampled_from([1, 1, 1, 2]),
        days=st.none() | st.integers(0, 12),
    )
    def takes_a_reward(self, who: int, reward: int, quantity: int, days: int | None) -> None:
        """What was taken may be used some days later, if it is a voucher and still good."""
        member, _, _ = self.spender(who, "stamps" if reward == 1 else "", 1)
        fact = self.twins.next_fact()
        self.asks(member, RewardRedemption(reward=f"reward-{reward}", quantity=quantity))
        if days is not None and fact in self.twins.books.facts:
            self.twins.wait(days * DAY_US, 1)
            self.asks(self.whose(fact), VoucherUse(voucher=fact))

    @precondition(there_is("voucher"))
    @rule(choice=CHOICES)
    def uses_a_voucher(self, choice: int) -> None:
        fact = self.one("voucher", choice)
        self.asks(self.whose(fact), VoucherUse(voucher=fact))

    @precondition(there_is("over"))
    @rule(choice=CHOICES)
    def undoes_the_use_of_a_voucher(self, choice: int) -> None:
        fact = self.one("over", choice)
        self.asks(self.whose(fact), VoucherRestore(voucher=fact))

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
        self.asks(people(who), command)

    @rule(who=PEOPLE, points=st.integers(1, 25), staff=st.sampled_from(["an", "binh"]))
    def is_given(self, who: int, points: int, staff: str) -> None:
        self.asks(people(who), Goodwill(points=points, staff=staff, reason="spilt-coffee"))

    @precondition(there_is("adjustment"))
    @rule(choice=CHOICES)
    def adjustment_is_cancelled(self, choice: int) -> None:
        fact = self.one("adjustment", choice)
        self.asks(self.whose(fact), AdjustmentCancel(adjustment=fact))

    @rule(who=PEOPLE, choice=CHOICES, days=st.integers(1, 90))
    def lot_lives_longer(self, who: int, choice: int, days: int) -> None:
        lots = self.twins.lots(people(who))
        lot = lots[min(choice, len(lots) - 1)] if lots else choice
        command = Extension(lot=lot, expires_us=self.twins.now_us + days * DAY_US, reason="apology")
        self.asks(people(who), command)

    @rule(who=PEOPLE, to=PEOPLE, thirds=SHARES, wallet=WALLETS, everything=st.booleans())
    def transfers(self, who: int, to: int, thirds: int, wallet: str, *, everything: bool) -> None:
        member, wallet, points = self.spender(who, wallet, thirds)
        self.asks(member, TransferOut(to=people(to), points=None if everything else points, wallet=wallet))

    @precondition(there_is("voided"))
    @rule(choice=CHOICES, who=st.none() | PEOPLE, lines=LINES)
    def replaces(self, choice: int, who: int | None, lines: list[tuple[int, int]]) -> None:
        """A receipt that was voided is rung up again, on the same card or on another."""
        fact = self.one("voided", choice)
        member = self.whose(fact) if who is None else people(who)
        self.asks(member, Purchase(basket=basket(lines), replaces=fact))

    @rule(kind=st.sampled_from(KINDS), choice=st.integers(0, 30), asked=st.sampled_from(ASKED), who=st.none() | PEOPLE)
    def asks_for_what_cannot_be(
        self, kind: str, choice: int, asked: Callable[[UUID], Command], who: int | None
    ) -> None:
        """Anything is asked about any fact, also what is over, of another kind, or somebody else's."""
        fact = self.one(kind, choice)
        self.asks(self.whose(fact) if who is None else people(who), asked(fact))

    @precondition(Ground.may_merge)
    @rule(who=PEOPLE, further=st.sampled_from([0, 1, 1, 2, 2]), claimed=st.booleans())
    def becomes_one(self, who: int, further: int, *, claimed: bool) -> None:
        """Two who have a past, now and then somebody with themselves; or a receipt that finds its member."""
        separate = self.separate()
        into = separate[(who + further) % len(separate)]
        self.asks(separate[who % len(separate)], MergeOut(into=into, claimed=claimed))

    @rule(who=PEOPLE, luck=st.integers(0, 3))
    def is_blocked_or_not(self, who: int, luck: int) -> None:
        blocked = [member for member, person in self.twins.books.people.items() if person.blocked]
        if blocked:
            self.asks(blocked[who % len(blocked)], Unblock())
        elif not luck:
            self.asks(people(who), Block(reason="fraud"))

    @rule(who=PEOPLE, luck=st.integers(0, 3))
    def joins_or_leaves(self, who: int, luck: int) -> None:
        sharing = [member for member, person in self.twins.books.people.items() if person.household]
        if luck:
            self.asks(people(who), HouseholdJoin(household=HOUSEHOLD))
        else:
            self.asks(sharing[who % len(sharing)] if sharing else people(who), HouseholdLeave())

    @rule(document=programmes(), span=spans(30), luck=st.integers(0, 2))
    def publishes(self, document: Rulebook, span: int, luck: int) -> None:
        if not luck:
            self.twins.publish(document, self.twins.now_us + 1 + span)

    @rule(who=PEOPLE, thirds=SHARES, wallet=WALLETS, hours=st.integers(0, 60), ends=st.sampled_from([1, 2, 3, None]))
    def holds_for_a_while(self, who: int, thirds: int, wallet: str, hours: int, ends: int | None) -> None:
        """A hold is captured, whole or in thirds, or released; some of them too late."""
        member, wallet, points = self.spender(who, wallet, thirds)
        fact = self.twins.next_fact()
        self.asks(member, HoldPlace(points=points, wallet=wallet))
        self.twins.wait(hours * HOUR_US // 4, 1)
        taken = None if ends is None else -(-points * ends // 3)
        self.asks(self.whose(fact), HoldRelease(hold=fact) if taken is None else Capture(hold=fact, points=taken))

    @precondition(there_is("hold"))
    @rule(choice=CHOICES, days=st.integers(1, 20), points=st.none() | POINTS)
    def holds_end_late(self, choice: int, days: int, points: int | None) -> None:
        """A hold is kept alive for long, and ends when much has happened meanwhile."""
        fact = self.one("hold", choice)
        self.asks(self.whose(fact), HoldExtend(hold=fact, minutes=20_000))
        self.twins.wait(min(days * DAY_US, 20_000 * 60_000_000 - 1), 1)
        self.asks(self.whose(fact), Capture(hold=fact, points=points))

    @rule(span=SPANS, sweeps=st.integers(0, 2))
    def time_passes(self, span: int, sweeps: int) -> None:
        self.twins.wait(span, sweeps)
