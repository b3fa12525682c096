"""The tiers of the engine against mornings lived through one by one, over random years (semantics 22 and 23)."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from hypothesis import event, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from app.engine.change import Change
from app.engine.commands import Command, LetTimePass, Purchase, Refund, TierGrant, TierGrantEnd
from app.engine.decide import decide
from app.engine.ledger.evolve import evolve
from app.engine.needs import needs
from app.engine.refusals import Refusal
from tests.engine.builders import ZONE, Member, basket, instant, rulebook
from tests.engine.naive_tiers import Bought, NaiveSet
from tests.engine.slices import Shelf

Json = dict[str, Any]
NAMES = ("base", "one", "two", "three")
# A point for every two minor units, so that points are not what was spent.
RULES = [{"id": "base", "effect": {"kind": "per_amount", "points": 1, "per_minor": 2}}]

WINDOWS = st.one_of(
    st.builds(lambda months: {"kind": "rolling", "months": months}, st.integers(1, 5)),
    st.builds(
        lambda period, keep: {"kind": "calendar", "period": period, "keep_periods": keep},
        st.sampled_from(["year", "half_year", "quarter", "month"]),
        st.integers(1, 2),
    ),
    st.builds(lambda keep: {"kind": "anniversary", "keep_years": keep}, st.integers(1, 2)),
    st.just({"kind": "lifetime"}),
)


def counters(step: int) -> st.SearchStrategy[Json]:
    """One counter; the higher the level, the more of it."""
    return st.sampled_from([("points", 20), ("spend", 50), ("visits", 1)]).map(
        lambda each: {"kind": "enough", "counter": each[0], "at_least": each[1] * step}
    )


def asked(step: int) -> st.SearchStrategy[Json]:
    plain = st.just({"from_points": 20 * step})
    several = st.builds(
        lambda kind, one, other: {"needs": {"kind": kind, "needs": [one, other]}},
        st.sampled_from(["all", "any"]),
        counters(step),
        counters(step),
    )
    return plain | plain | counters(step).map(lambda need: {"needs": need}) | several


LIVES: st.SearchStrategy[Json] = st.sampled_from(
    [
        *({}, {}, {"on_reaching": {"points": 7}}, {"on_reaching": {"points": 300, "wallet": "stamps"}}),
        *({"forever": True}, {"lifetime_after": {"years": 1}}, {"lifetime_after": {"points": 200}}),
    ]
)


@st.composite
def sets(draw: st.DrawFn, *, is_plain: bool = False) -> Json:
    """A set of tiers, of which some are plain enough for the account to keep the sum."""
    levels: list[Json] = [{"id": "base", "title": {"en": "Base"}, "from_points": 0}]
    for step, name in enumerate(NAMES[1:], start=1):
        more: Json = {"from_points": 20 * step} if is_plain else draw(asked(step))
        levels.append({"id": name, "title": {"en": name}, **more, **draw(LIVES)})
    return {
        "window": {"kind": "rolling", "months": draw(st.integers(1, 5))} if is_plain else draw(WINDOWS),
        "review_months": draw(st.integers(1, 5)),
        "grace_days": None if is_plain else draw(st.none() | st.integers(1, 50)),
        "demotion": draw(st.sampled_from(["to_qualified", "to_qualified", "one_step", "never"])),
        "after_refund": draw(st.sampled_from(["at_review", "immediate", "never"])),
        "levels": levels,
    }


@dataclass(frozen=True)
class Deed:
    """Something that happens so many days after what happened before."""

    kind: str
    gap: int
    number: int
    back: int
    ladder: int
    level: int


DEEDS = st.builds(
    Deed,
    kind=st.sampled_from(["buy"] * 6 + ["late"] * 2 + ["refund"] * 2 + ["look"] * 2 + ["give", "give", "end"]),
    gap=st.sampled_from([0, 0, 1, 3, 9, 17, 29, 30, 31, 32, 45, 61, 150]),
    number=st.integers(2, 90),
    back=st.integers(1, 28),
    ladder=st.integers(0, 1),
    level=st.integers(1, 3),
)
STARTS = st.sampled_from([date(2024, 2, 29), date(2024, 1, 31), date(2023, 12, 31), date(2024, 7, 1)])


class Both:
    """The same member twice: in the engine, decided on slices, and morning by morning."""

    def __init__(self, start: date, main: Json, other: Json) -> None:
        self.today, self.start = start, start
        more = {"id": "other", "title": {"en": "Other"}, **other}
        wallets = [{"id": "stamps", "title": {"en": "Stamps"}}]
        document = rulebook(earning={"rules": RULES}, tiers=main, tier_sets=[more], wallets=wallets)
        self.member = Member(document, start=f"{start} 08:00")
        self.shelf = Shelf(draw_lots_max=1, account=self.member.account)
        self.bought: list[Bought] = []
        self.facts: list[Any] = []
        self.naive = [NaiveSet(rules=rules, enrolled=start, bought=self.bought) for rules in (main, other)]
        for each in self.naive:
            each.keeps_points = main["after_refund"] == "never"

    def pass_days(self, days: int) -> None:
        for _ in range(days):
            self.today += timedelta(days=1)
            for each in self.naive:
                each.morning(self.today)
        self.member.now_us = max(self.member.now_us, instant(f"{self.today} 09:00"))

    def ask(self, command: Command) -> Change | Refusal:
        """Decide on everything and on the slice that was asked for; both must come to the same."""
        member, shelf = self.member, self.shelf
        self.member.now_us += 1_000_000
        fact = member.next_fact()
        named = member.named(command, fact)
        wanted = needs(command, shelf.account, member.now_us, ZONE, member.timeline, named)
        state = replace(shelf.cut(wanted, member.now_us), originals=named)
        sliced = decide(command, state, member.context(fact))
        whole = member.ask(command, fact)
        assert sliced == whole
        if isinstance(whole, Change):
            shelf.put_back(state, evolve(state, whole))
            shelf.count(whole)
        return whole

    def do(self, deed: Deed) -> None:
        self.pass_days(deed.gap)
        if deed.kind in ("buy", "late"):
            self.buy(deed)
        elif deed.kind == "refund":
            self.refund(deed)
        elif deed.kind == "look":
            self.ask(LetTimePass())
        elif deed.kind == "give":
            self.give(deed)
        elif self.naive[deed.ladder].given(self.today)[0]:
            self.ask(TierGrantEnd(reason="over", ladder=("", "other")[deed.ladder]))
            self.naive[deed.ladder].give(self.today, 0, None)

    def buy(self, deed: Deed) -> None:
        day = max(self.start, self.today - timedelta(days=deed.back)) if deed.kind == "late" else self.today
        occurred_us = instant(f"{day} 08:30") if day < self.today else None
        self.facts.append(self.member.next_fact())
        assert isinstance(self.ask(Purchase(basket=basket(deed.number), occurred_us=occurred_us)), Change)
        self.bought.append(Bought(day, {"points": deed.number // 2, "spend": deed.number, "visits": 1}))
        for each in self.naive:
            each.rise(self.today)

    def refund(self, deed: Deed) -> None:
        open_ones = [place for place, each in enumerate(self.bought) if not each.is_back]
        if not open_ones:
            return
        place = open_ones[deed.number % len(open_ones)]
        before = [each.reached_today(self.today) for each in self.naive]
        assert isinstance(self.ask(Refund(purchase=self.facts[place])), Change)
        self.bought[place].is_back = True
        for each, reached in zip(self.naive, before, strict=True):
            each.sink(self.today, reached)

    def give(self, deed: Deed) -> None:
        until = None if deed.back % 5 == 0 else self.today + timedelta(days=deed.number)
        until_us = None if until is None else instant(f"{until}")
        command = TierGrant(tier=NAMES[deed.level], reason="vip", ladder=("", "other")[deed.ladder], until_us=until_us)
        assert isinstance(self.ask(command), Change)
        self.naive[deed.ladder].give(self.today, deed.level, until)

    def log(self, ladder: str) -> list[tuple[date, int, str]]:
        moves = [move for move in self.member.state.tier_moves if move.ladder == ladder]
        zoned = [(move, (move.at_us + 7 * 3_600_000_000) // 86_400_000_000) for move in moves]
        return [(date(1970, 1, 1) + timedelta(days=d), NAMES.index(move.tier), move.reason) for move, d in zoned]


@st.composite
def pairs(draw: st.DrawFn) -> tuple[Json, Json]:
    main, other = draw(sets(is_plain=draw(st.booleans()))), draw(sets())
    return main, ({**other, "after_refund": "never"} if main["after_refund"] == "never" else other)


@settings(max_examples=200, deadline=None)
@given(STARTS, pairs(), st.lists(DEEDS, min_size=10, max_size=24))
def test_tiers_are_those_of_a_life_lived_day_by_day(start: date, pair: tuple[Json, Json], deeds: list[Deed]) -> None:
    both = Both(start, *pair)
    for deed in deeds:
        both.do(deed)
    both.pass_days(40)
    both.ask(LetTimePass())
    for name, naive in zip(("", "other"), both.naive, strict=True):
        assert both.log(name) == naive.log
        for _, _, reason in naive.log:
            event(reason)


@settings(max_examples=50, deadline=None)
@given(STARTS, pairs(), st.lists(DEEDS, min_size=4, max_size=16))
def test_nobody_need_look_for_a_review_to_happen(start: date, pair: tuple[Json, Json], deeds: list[Deed]) -> None:
    lazy, swept = Both(start, *pair), Both(start, *pair)
    for deed in deeds:
        lazy.do(deed)
        for _ in range(deed.gap):
            swept.pass_days(1)
            swept.ask(LetTimePass())
        swept.do(Deed(deed.kind, 0, deed.number, deed.back, deed.ladder, deed.level))
    for both in (lazy, swept):
        both.ask(LetTimePass())
    for name in ("", "other"):
        assert lazy.log(name) == swept.log(name)
