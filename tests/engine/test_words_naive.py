"""Word that members hear, against a model that looks at every morning of every life with all that was done before it.

The account is kept as the tables keep it: cut for each command, and looked at by a sweeper only when its bound says so.
"""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from app.engine.calendar import add_months, day_start_us
from app.engine.change import Change
from app.engine.commands import Command, Enrol, LetTimePass, Purchase, Refund, TierGrant
from app.engine.decide import decide
from app.engine.ledger.evolve import evolve
from app.engine.movements import Notice
from app.engine.needs import needs
from tests.engine.builders import DAY_US, HOUR_US, ZONE, Member, basket, day, rulebook, tiers
from tests.engine.examples import examples
from tests.engine.slices import Shelf

FIRST_DAY = day("2026-01-10")
WINDOW_MONTHS = 1


@dataclass(frozen=True)
class Deed:
    """So many days after the one before: a purchase of so much, of some days ago, or the refund of an earlier one."""

    after_days: int
    amount: int
    days_ago: int
    refunds: int | None


DEEDS = st.lists(
    st.builds(
        Deed,
        st.integers(0, 14),
        st.integers(0, 90),
        st.sampled_from([0, 0, 0, 1, 6, 20]),
        st.sampled_from([None, None, 0, 1]),
    ),
    max_size=25,
)


class Kept:
    """A member whose rows a shelf keeps, beside the list of what counts: day, points, visits."""

    def __init__(self, overdue_days: int, notice_days: int) -> None:
        ladder = {**tiers(100, 200, window=WINDOW_MONTHS, review=2), "notice_days": notice_days}
        # Points expire all the time, so that the bound is found anew whatever it was.
        expiry = {"kind": "rolling_days", "days": 4}
        document = rulebook(tiers=ladder, visit_overdue_days=overdue_days, expiry=expiry)
        self.member = Member(document, enrolled=False)
        self.member.now_us = day_start_us(FIRST_DAY, ZONE)
        self.shelf = Shelf(draw_lots_max=1, account=self.member.account)
        self.overdue_days, self.notice_days = overdue_days, notice_days
        self.counted: list[tuple[int, int, int]] = []
        self.bought: list[tuple[UUID, int, int]] = []
        self.told: list[Notice] = []
        self.expected: list[Notice] = []

    def ask(self, command: Command) -> UUID:
        member, account = self.member, self.shelf.account
        fact = member.next_fact()
        member._facts += 1
        originals = member.named(command, fact)
        wanted = needs(command, account, member.now_us, ZONE, member.timeline, originals)
        before = replace(self.shelf.cut(wanted, member.now_us), originals=originals)
        change = decide(command, before, member.context(fact))
        assert isinstance(change, Change), change
        self.told += change.notices
        if isinstance(command, LetTimePass) and change.is_idle:
            self.shelf.account = replace(account, due_us=change.due_us)
            return fact
        self.shelf.count(change)
        self.shelf.put_back(before, evolve(before, change))
        member.commands[fact] = (command, change)
        if isinstance(command, Refund):
            member.reversals.setdefault(command.purchase, []).append(fact)
        return fact

    def lives_to(self, until_day: int) -> None:
        """Morning after morning: what has to be said by all that was done before, and the sweeper's round."""
        today = (self.member.now_us - day_start_us(FIRST_DAY, ZONE)) // DAY_US + FIRST_DAY
        for morning in range(today + 1, until_day + 1):
            self.member.now_us = day_start_us(morning, ZONE)
            due_us = self.shelf.account.due_us
            if due_us is not None and due_us <= self.member.now_us:
                self.ask(LetTimePass())
            self.expected += self.words_of(morning)

    def words_of(self, morning: int) -> list[Notice]:
        account, at_us = self.shelf.account, day_start_us(morning, ZONE)
        found = []
        if account.review_us == day_start_us(morning + self.notice_days + 1, ZONE) and self.notice_days:
            review_day = morning + self.notice_days + 1
            first = add_months(review_day, -WINDOW_MONTHS)
            points = sum(counted for when, counted, _ in self.counted if first <= when < review_day)
            least = {None: 0, "bronze": 0, "silver": 100, "gold": 200}[account.tier]
            if points < least:
                assert account.tier is not None
                word = Notice(kind="tier_at_risk", at_us=at_us, wallet="", points=0, on_us=account.review_us)
                found.append(replace(word, tier=account.tier, amounts=(points,)))
        days = {when for when, _, _ in self.counted}
        visited = [when for when in days if sum(visits for on, _, visits in self.counted if on == when) > 0]
        if self.overdue_days and visited and max(visited) + self.overdue_days == morning:
            on_us = day_start_us(max(visited), ZONE)
            found.append(Notice(kind="visit_overdue", at_us=at_us, wallet="", points=0, on_us=on_us))
        return found

    def does(self, deed: Deed, number: int) -> None:
        today = FIRST_DAY + (self.member.now_us - day_start_us(FIRST_DAY, ZONE)) // DAY_US
        self.lives_to(today + deed.after_days)
        self.member.now_us += HOUR_US * (1 + number % 20) if deed.after_days else 1
        if deed.refunds is not None and len(self.bought) > deed.refunds:
            fact, when, amount = self.bought.pop(-1 - deed.refunds)
            self.ask(Refund(purchase=fact))
            self.counted.append((when, -amount, -1))
            return
        occurred_us = self.member.now_us - deed.days_ago * DAY_US if deed.days_ago else None
        fact = self.ask(Purchase(basket=basket(deed.amount), occurred_us=occurred_us))
        when = FIRST_DAY + ((occurred_us or self.member.now_us) - day_start_us(FIRST_DAY, ZONE)) // DAY_US
        self.counted.append((when, deed.amount, 1))
        self.bought.append((fact, when, deed.amount))


@examples(120)
@given(DEEDS, st.sampled_from([0, 3, 9, 25]), st.sampled_from([0, 5, 20, 55]))
def test_what_the_sweeper_tells_is_what_every_morning_would_have_told(
    deeds: list[Deed], overdue_days: int, notice_days: int
) -> None:
    kept = Kept(overdue_days, notice_days)
    kept.ask(Enrol())
    for number, deed in enumerate(deeds):
        kept.does(deed, number)
    kept.lives_to(date(2027, 6, 1).toordinal())
    assert kept.told == kept.expected


def test_a_level_given_by_hand_beyond_its_own_review_is_not_at_risk_for_the_sweeper_either() -> None:
    kept = Kept(0, 20)
    kept.ask(Enrol())
    kept.ask(Purchase(basket=basket(150)))
    kept.ask(TierGrant(tier="silver", reason="vip"))
    kept.lives_to(date(2027, 6, 1).toordinal())
    assert kept.told == []
    assert kept.shelf.account.tier == "silver"


def test_a_visit_that_goes_back_leaves_the_one_before_it_to_the_sweeper() -> None:
    kept = Kept(25, 0)
    kept.ask(Enrol())
    for number, deed in enumerate((Deed(1, 10, 0, None), Deed(3, 10, 0, None), Deed(9, 0, 0, 0))):
        kept.does(deed, number)
    kept.lives_to(FIRST_DAY + 100)
    assert [(notice.kind, notice.at_us) for notice in kept.told] == [
        ("visit_overdue", day_start_us(FIRST_DAY + 26, ZONE))
    ]
