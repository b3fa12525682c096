"""Members who buy and return under rulebooks with everything: what is left, and that deciding is a function."""

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from app.engine.change import Change
from app.engine.commands import Command, Purchase, Refund
from app.engine.decide import decide
from app.engine.facts import Basket, Line
from app.engine.refusals import Refusal
from tests.engine.builders import CURRENCY, DAY_US
from tests.engine.examples import examples
from tests.engine.regulars import Json, Regular, book, gift

# Goods and money that are returned in any order leave what they should: no rule of this book minds the order.
RULES: list[Json] = [
    gift({"kind": "purchase_number", "every": 2}, points=40, limits=[{"per": "week", "points": 60, "times": 3}]),
    {
        "id": "often",
        "when": {"kind": "recent", "of": "visits", "days": 5, "at_least": 1},
        "effect": {"kind": "multiply", "by": {"numerator": 2, "denominator": 1}},
        "limits": [{"per": "day", "points": 50}],
        "budget": {"points": 150},
    },
    {"id": "cups", "effect": {"kind": "per_unit", "points": 3, "units": 2}, "limits": [{"per": "ever", "points": 20}]},
    {
        "id": "steps",
        "on_refund": "prorate",
        "effect": {"kind": "step_table", "steps": [{"at_least": 30, "points": 5}, {"at_least": 70, "points": 11}]},
        "budget": {"points": 25, "over": "reject"},
    },
    {
        "id": "back",
        "when": {"kind": "days_since_last", "at_least": 3},
        "group": "offers",
        "effect": {"kind": "bonus", "points": 7},
        "limits": [{"per": "month", "times": 2}],
    },
    {
        "id": "new",
        "group": "offers",
        "when": {"kind": "membership_days", "at_most": 9},
        "effect": {"kind": "bonus", "points": 4},
    },
]
EARNING: Json = {"groups": [{"id": "offers", "take": "best"}], "limits": [{"per": "day", "points": 180}]}
BOOK = book(*RULES, earning=EARNING)


class Sure(Regular):
    """A member of whom everything is decided twice, as a quote would be and as a retry would be."""

    def ask(self, command: Command, fact: UUID | None = None) -> Change | Refusal:
        wanted = fact or self.next_fact()
        self._asked = command
        state = replace(self.state, originals=self.named(command, wanted))
        quoted = decide(command, state, self.context(wanted))
        answer = super().ask(command, fact)
        assert quoted == answer
        return answer

    def left(self) -> dict[str, int]:
        """What is counted and taken, where there is any of it."""
        counted: dict[str, int] = {}
        for each in self.state.counters:
            counted[f"{each.name}/{each.day}"] = counted.get(f"{each.name}/{each.day}", 0) + each.count
        for tally in self.state.tallies:
            counted[f"tally/{tally.day}"] = tally.points + tally.spend_minor + tally.visits
        return {name: count for name, count in (counted | self.shelf).items() if count}


def cups(amount: int, count: int) -> Line:
    return Line(sku="cup", category="cups", quantity_micro=count * 1_000_000, amount_minor=amount)


STEPS = st.lists(
    st.tuples(st.integers(0, 4), st.lists(st.tuples(st.integers(0, 60), st.integers(1, 3)), min_size=1, max_size=3)),
    min_size=1,
    max_size=8,
)
PARTS = st.lists(st.tuples(st.integers(0, 7), st.integers(1, 30)), max_size=10)


@examples(60)
@given(STEPS, PARTS)
def test_returning_everything_leaves_no_trace_but_the_entries(
    steps: list[tuple[int, list[tuple[int, int]]]], parts: list[tuple[int, int]]
) -> None:
    member = Sure(BOOK, start="2026-01-10 09:00")
    bought = []
    for days, lines in steps:
        member.now_us += days * DAY_US
        basket = Basket(currency=CURRENCY, lines=tuple(cups(amount, count) for amount, count in lines))
        bought.append(member.must(Purchase(basket=basket)))
        within(member)
    for number, amount in parts:
        member.ask(Refund(purchase=bought[number % len(bought)], amount_minor=amount))
        within(member)
    for fact in bought:
        answer = member.ask(Refund(purchase=fact))
        assert isinstance(answer, Change) or {reason.code for reason in answer.reasons} == {"already_reversed"}
    assert member.left() == {}
    assert (member.balance, member.account.debt) == (0, 0)


def within(member: Sure) -> None:
    """No counter passes its limit, and no budget is oversold."""
    left = member.left()
    assert all(count >= 0 for count in left.values())
    assert left.get("budget/often", 0) <= 150
    assert left.get("budget/steps", 0) <= 25
    assert left.get("cap/cups/0", 0) <= 20
    assert all(count <= 50 for name, count in left.items() if name.startswith("cap/often/"))
