"""Refunds of a part: nothing leaks, nothing is minted, and the order makes no difference (semantics 12 to 16)."""

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from app.engine.commands import HoldPlace, HoldRelease, Purchase, Refund, RefundLine
from app.engine.facts import Basket, Line, Tender
from app.engine.outcomes import Refunded
from app.engine.refusals import Refusal
from app.engine.remains import Rest, RestLine, Reversed
from app.engine.state import TallyDay
from tests.engine.builders import Member, basket, day, instant, line, rulebook, timeline

WEEKLY = {"kind": "rolling_days", "days": 7}
EVERY_TEN = {"id": "base", "effect": {"kind": "per_amount", "points": 1, "per_minor": 10}}
PIECE = 1_000_000


def outcome(member: Member) -> Refunded:
    found = member.changes[-1].outcome
    assert isinstance(found, Refunded)
    return found


def rest(member: Member) -> Rest:
    found = outcome(member).rest
    assert found is not None
    return found


def returns(member: Member, purchase: UUID, amount: int | None = None, *parts: RefundLine) -> Refunded:
    """A refund of lines, or else of money."""
    member.must(Refund(purchase=purchase, amount_minor=amount, lines=parts))
    return outcome(member)


def piece(number: int, pieces: int = 1) -> RefundLine:
    return RefundLine(line=number, quantity_micro=pieces * PIECE)


def buys_pieces(member: Member, *lines: tuple[int, int], points: int = 0) -> UUID:
    """A purchase of so many pieces for so much money, line by line."""
    bought = tuple(
        Line(sku=f"sku-{place}", category="food", quantity_micro=pieces * PIECE, amount_minor=amount)
        for place, (pieces, amount) in enumerate(lines)
    )
    tenders = (Tender(kind="points", points=points),) if points else ()
    return member.must(Purchase(basket=Basket(currency="VND", lines=bought, tenders=tenders)))


def test_a_refund_of_a_line_asks_back_what_the_rest_does_not_earn() -> None:
    member = Member(rulebook(earning={"rules": [EVERY_TEN]}))
    bought = member.buys(55, 46)
    assert member.balance == 10
    refunded = returns(member, bought, None, RefundLine(line=1))
    # The rest, 55, earns 5.
    assert refunded.award == Reversed(asked=5, from_lot=5)
    assert (refunded.amount_minor, member.balance) == (46, 5)
    assert rest(member) == Rest(
        lines=(RestLine(quantity_micro=PIECE, amount_minor=55), RestLine(quantity_micro=0, amount_minor=0)),
        asked=(5,),
        returned=0,
        returned_minor=0,
        referral_undone=False,
        forgiven=(0,),
    )


def test_many_small_refunds_leak_nothing() -> None:
    member = Member(rulebook(earning={"rules": [EVERY_TEN]}))
    bought = member.buys(99)
    asked = [returns(member, bought, 9).award.asked for _ in range(11)]
    assert asked == [0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0]
    assert (sum(asked), member.balance, rest(member).is_nothing) == (9, 0, True)


@given(
    prices=st.lists(st.integers(0, 40), min_size=1, max_size=4),
    parts=st.lists(st.integers(1, 25), max_size=12),
    paid=st.integers(0, 60),
    per_minor=st.integers(1, 9),
)
def test_refunds_by_amount_in_any_order_end_where_one_refund_ends(
    prices: list[int], parts: list[int], paid: int, per_minor: int
) -> None:
    rules = [{"id": "base", "effect": {"kind": "per_amount", "points": 1, "per_minor": per_minor}}]
    member = Member(rulebook(earning={"rules": rules}))
    member.buys(100 * per_minor)
    before = (member.balance, member.remaining())
    bought = member.buys(*prices, points=min(paid, sum(prices)))
    for part in parts:
        member.ask(Refund(purchase=bought, amount_minor=part))
        assert min(member.balance, member.account.debt, *member.remaining().values()) >= 0
    member.ask(Refund(purchase=bought))
    assert (member.balance, member.remaining()) == before
    assert rest(member).is_nothing


@given(
    prices=st.lists(st.integers(0, 60), min_size=1, max_size=5),
    parts=st.lists(st.integers(1, 12), min_size=1, max_size=30),
)
def test_refunds_by_amount_take_of_each_line_what_one_refund_of_their_sum_takes(
    prices: list[int], parts: list[int]
) -> None:
    many, one = Member(), Member()
    bought, whole = many.buys(*prices), one.buys(*prices)
    given_back = 0
    for part in parts:
        if given_back + part >= sum(prices):
            break
        returns(many, bought, part)
        given_back += part
    if not given_back:
        return
    returns(one, whole, given_back)
    apart = [
        left.amount_minor - right.amount_minor for left, right in zip(rest(many).lines, rest(one).lines, strict=True)
    ]
    assert sum(apart) == 0
    # Of three lines and more a larger sum may leave a line a remainder less: what it gave already stays given.
    assert max(map(abs, apart)) <= (1 if len(prices) > 2 else 0)


def test_many_small_refunds_take_of_each_line_its_share_of_all_of_them() -> None:
    member = Member()
    bought = member.buys(60, 20, 20)
    for _ in range(40):
        returns(member, bought, 1)
    # One after the other, by what is left of the lines, all forty would have come off the first.
    assert [each.amount_minor for each in rest(member).lines] == [36, 12, 12]
    assert rest(member).unnamed == (24, 8, 8)


def test_a_line_that_gave_more_than_its_share_waits_until_the_others_have() -> None:
    member = Member()
    bought = member.buys(1, 3, 3)
    left = []
    for amount in (3, 1, 2):
        returns(member, bought, amount)
        left.append([each.amount_minor for each in rest(member).lines])
    # Of 3 the first line's share is 1, of 4 it is none, and of 6 it is 1 again.
    assert left == [[0, 2, 2], [0, 1, 2], [0, 0, 1]]


def test_a_line_that_goes_back_takes_its_share_of_lowered_prices_with_it() -> None:
    member = Member()
    bought = buys_pieces(member, (5, 100), (1, 100))
    returns(member, bought, 100)
    assert [each.amount_minor for each in rest(member).lines] == [50, 50]
    returns(member, bought, None, piece(0, 3))
    assert [each.amount_minor for each in rest(member).lines] == [20, 50]
    # Two pieces of 40 and one of 100, half of both is back: the next money goes back 2 to 5 as well.
    returns(member, bought, 14)
    assert [each.amount_minor for each in rest(member).lines] == [16, 40]
    assert (rest(member).unnamed, member.balance) == ((24, 60), 56)


def test_the_money_of_all_pieces_sums_to_the_line() -> None:
    member = Member()
    bought = buys_pieces(member, (3, 100))
    assert [returns(member, bought, None, piece(0)).amount_minor for _ in range(3)] == [33, 33, 34]
    assert rest(member).is_nothing
    assert member.balance == 0


def test_money_of_a_line_leaves_its_pieces_until_the_last_of_it() -> None:
    member = Member()
    bought = buys_pieces(member, (2, 100), (1, 50))
    returns(member, bought, None, RefundLine(line=0, amount_minor=20))
    assert rest(member).lines[0] == RestLine(quantity_micro=2 * PIECE, amount_minor=80)
    assert returns(member, bought, None, piece(0)).amount_minor == 40
    returns(member, bought, None, RefundLine(line=0, amount_minor=40))
    assert rest(member).lines == (
        RestLine(quantity_micro=0, amount_minor=0),
        RestLine(quantity_micro=PIECE, amount_minor=50),
    )
    assert member.balance == 50


def test_refunds_by_amount_spread_over_lines_in_proportion_by_largest_remainder() -> None:
    member = Member()
    bought = member.buys(10, 20, 33)
    returns(member, bought, 20)
    # 20 × 10/63, 20/63 and 33/63 are 3.17, 6.35 and 10.48: the largest remainder gets the last one.
    assert [each.amount_minor for each in rest(member).lines] == [7, 14, 22]
    assert member.balance == 43


def test_points_paid_come_back_as_points_in_proportion_and_never_more_than_were_paid() -> None:
    member = Member(rulebook(earning={"rules": [EVERY_TEN]}))
    member.buys(1000)
    bought = member.buys(90, points=50)
    assert member.balance == 54
    backs = [returns(member, bought, part) for part in (10, 10, 69)]
    assert [(back.returned, back.returned_minor) for back in backs] == [(5, 5), (6, 6), (38, 38)]
    member.refunds(bought)
    assert (outcome(member).returned, rest(member).returned, member.balance) == (1, 50, 100)


def test_the_last_points_drawn_come_back_first() -> None:
    member = Member(rulebook(expiry=WEEKLY))
    member.buys(30)
    member.at("2026-01-11 09:00").buys(30)
    member.at("2026-01-12 09:00")
    bought = member.buys(60, points=60)
    returns(member, bought, 40)
    assert member.remaining() == {1: 10, 2: 30}


def test_refunding_more_than_remains_is_refused_with_what_remains() -> None:
    member = Member()
    bought = buys_pieces(member, (2, 100), (1, 50))
    returns(member, bought, None, piece(0))
    refused = member.ask(
        Refund(
            purchase=bought,
            lines=(piece(0, 2), RefundLine(line=1, amount_minor=51), RefundLine(line=1), RefundLine(line=7)),
        )
    )
    assert isinstance(refused, Refusal)
    assert [(reason.code, reason.pointer, dict(reason.numbers)) for reason in refused.reasons] == [
        ("refunds_too_much", "/lines/0/quantity", {"remaining_micro": PIECE, "requested_micro": 2 * PIECE}),
        ("refunds_too_much", "/lines/1/amount", {"remaining": 50, "requested": 51}),
        ("line_repeated", "/lines/2/line", {"line": 1}),
        ("unknown_line", "/lines/3/line", {"line": 7, "lines": 2}),
    ]
    too_much = Refund(purchase=bought, amount_minor=101)
    assert member.refused(too_much) == {"refunds_too_much": {"remaining": 100, "requested": 101}}


def test_a_line_that_went_back_does_not_go_back_again() -> None:
    member = Member()
    bought = member.buys(10, 20)
    returns(member, bought, None, RefundLine(line=0))
    again = Refund(purchase=bought, lines=(RefundLine(line=0),))
    assert member.refused(again) == {"refunds_too_much": {"remaining": 0, "requested": 0}}


def test_a_refund_says_one_thing_at_a_time() -> None:
    member = Member()
    bought = member.buys(10, 20)
    both = Refund(purchase=bought, amount_minor=5, lines=(RefundLine(line=0),))
    assert set(member.refused(both)) == {"lines_or_amount"}
    both = Refund(purchase=bought, lines=(RefundLine(line=0, amount_minor=1, quantity_micro=1),))
    assert set(member.refused(both)) == {"quantity_or_amount"}


def test_nothing_is_refunded_once_everything_went_back() -> None:
    member = Member()
    bought = member.buys(10, 20)
    returns(member, bought, None, RefundLine(line=0))
    last = member.refunds(bought)
    assert member.refused(Refund(purchase=bought)) == {"already_reversed": {"by": str(last)}}
    assert member.refused(Refund(purchase=bought, amount_minor=1)) == {"already_reversed": {"by": str(last)}}


def test_what_expired_unused_is_left_alone_once_and_not_once_a_refund() -> None:
    member = Member(rulebook(expiry=WEEKLY))
    bought = member.buys(50)
    member.redeems(20)
    member.at("2026-02-01 09:00").buys(100)
    first, second = returns(member, bought, 20).award, returns(member, bought, 30).award
    assert first == Reversed(asked=20, expired=20)
    assert second == Reversed(asked=30, expired=10, from_others=20)
    assert rest(member).forgiven == (30,)


def test_a_refund_never_credits_though_the_rest_earns_more() -> None:
    rules = [
        {"id": "base", "effect": {"kind": "per_amount", "points": 1, "per_minor": 1}},
        {
            "id": "double-small",
            "when": {"kind": "not", "condition": {"kind": "amount", "at_least_minor": 100}},
            "effect": {"kind": "multiply", "by": {"numerator": 2, "denominator": 1}},
        },
    ]
    member = Member(rulebook(earning={"rules": rules}))
    bought = member.buys(60, 40)
    assert returns(member, bought, None, RefundLine(line=1)).award == Reversed()
    assert member.balance == 100
    # The rest now earns 60: what was asked back before is not given again either.
    assert returns(member, bought, 30).award == Reversed(asked=40, from_lot=40)
    assert returns(member, bought, 30).award == Reversed(asked=60, from_lot=60)


def test_bonuses_follow_the_mode_of_their_rule() -> None:
    def bonus(mode: str) -> dict[str, object]:
        return {"id": mode.replace("_", "-"), "effect": {"kind": "bonus", "points": 100}, "on_refund": mode}

    def asked(mode: str) -> list[int]:
        member = Member(rulebook(earning={"rules": [bonus(mode)]}))
        bought = member.buys(30, 10)
        return [returns(member, bought, 10).award.asked for _ in range(4)]

    assert asked("reevaluate") == [0, 0, 0, 100]
    assert asked("prorate") == [25, 25, 25, 25]
    assert asked("keep") == [0, 0, 0, 100]
    assert asked("all_or_nothing") == [100, 0, 0, 0]


def test_the_rest_is_judged_by_the_recorded_version_tier_and_time() -> None:
    generous = [{"id": "base", "effect": {"kind": "per_amount", "points": 9, "per_minor": 1}}]
    happy = [
        {"id": "base", "effect": {"kind": "per_amount", "points": 1, "per_minor": 1}},
        {
            "id": "happy",
            "when": {"kind": "time_of_day", "from": "08:00", "until": "10:00"},
            "effect": {"kind": "multiply", "by": {"numerator": 2, "denominator": 1}},
        },
    ]
    member = Member(
        published=timeline(
            (instant("2026-01-01"), rulebook(earning={"rules": happy})),
            (instant("2026-02-01"), rulebook(earning={"rules": generous})),
        )
    )
    bought = member.buys(50)
    assert member.balance == 100
    member.at("2026-02-02 15:00")
    assert returns(member, bought, 20).award == Reversed(asked=40, from_lot=40)


def test_a_part_that_goes_back_counts_down_points_and_spend_and_the_visit_with_the_last_of_it() -> None:
    member = Member()
    bought = member.buys(60, 40)
    member.at("2026-03-01 09:00")
    returns(member, bought, 30)
    today = day("2026-01-10")
    assert member.state.tallies == (TallyDay(day=today, points=70, spend_minor=70, visits=1),)
    member.refunds(bought)
    assert member.state.tallies == (TallyDay(day=today, points=0, spend_minor=0, visits=0),)


def test_a_free_line_goes_back_by_its_pieces() -> None:
    member = Member()
    bought = buys_pieces(member, (2, 0), (1, 30))
    assert returns(member, bought, None, piece(0)).amount_minor == 0
    assert rest(member).lines[0] == RestLine(quantity_micro=PIECE, amount_minor=0)
    assert member.balance == 30


def test_a_line_that_went_back_is_not_there_any_more() -> None:
    gift = {"id": "gift", "items": {"skus": ["sku-1"]}, "effect": {"kind": "bonus", "points": 50}}
    member = Member(rulebook(earning={"rules": [EVERY_TEN, gift]}))
    bought = buys_pieces(member, (1, 100), (2, 0))
    assert member.balance == 60
    assert returns(member, bought, None, piece(1)).award.asked == 0
    assert returns(member, bought, None, piece(1)).award.asked == 50


def test_nothing_earns_nothing_though_a_line_of_nothing_was_there_from_the_first() -> None:
    member = Member(rulebook(earning={"rules": [{"id": "visit", "effect": {"kind": "bonus", "points": 50}}]}))
    bought = buys_pieces(member, (1, 100), (0, 0))
    assert returns(member, bought, 99).award.asked == 0
    assert returns(member, bought, None, piece(0)).award.asked == 50


def test_a_discount_shrinks_with_its_line() -> None:
    rules = [
        {"id": "base", "effect": {"kind": "per_amount", "points": 1, "per_minor": 1, "basis": {"discounts": "before"}}}
    ]
    member = Member(rulebook(earning={"rules": rules}))
    lines = (line(80, discount_minor=20), line(100))
    bought = member.must(Purchase(basket=Basket(currency="VND", lines=lines)))
    assert member.balance == 200
    assert returns(member, bought, None, RefundLine(line=0, amount_minor=40)).award.asked == 50


def test_reversals_never_touch_held_points() -> None:
    member = Member()
    bought = member.buys(50)
    hold = member.must(HoldPlace(points=50))
    member.buys(20)
    assert returns(member, bought, 30).award == Reversed(asked=30, from_others=20, from_debt=10)
    assert (member.account.held, member.account.debt) == (50, 10)
    member.must(HoldRelease(hold=hold))
    assert (member.balance, member.account.debt, member.remaining()) == (40, 0, {1: 40})


def test_a_clamped_reversal_is_recorded_as_uncollected() -> None:
    member = Member(rulebook(debt={"policy": "clamp"}))
    bought = member.buys(50)
    member.redeems(40)
    assert returns(member, bought, 30).award == Reversed(asked=30, from_lot=10, uncollected=20)
    assert (member.balance, member.account.debt, member.lots[1].uncollected) == (0, 0, 20)


def test_a_reversal_that_finds_too_little_is_refused_where_the_wallet_says_so() -> None:
    member = Member(rulebook(debt={"policy": "refuse"}))
    bought = member.buys(50)
    member.redeems(40)
    numbers = {"wallet": "points", "asked": 30, "available": 10}
    assert member.refused(Refund(purchase=bought, amount_minor=30)) == {"not_enough_to_reverse": numbers}
    assert returns(member, bought, 10).award == Reversed(asked=10, from_lot=10)


def test_a_refund_of_release_1_left_nothing() -> None:
    member = Member()
    bought = member.buys(10)
    fact = member.refunds(bought)
    command, change = member.commands[fact]
    old = Refunded(award=outcome(member).award, referral=Reversed(), returned=0, returned_minor=0)
    member.commands[fact] = (command, replace(change, outcome=old))
    assert member.refused(Refund(purchase=bought)) == {"already_reversed": {"by": str(fact)}}


def test_a_points_tender_is_not_paid_from_points_of_the_same_purchase() -> None:
    member = Member()
    member.buys(100)
    own = Purchase(basket=basket(200, points=150))
    assert member.refused(own) == {"insufficient_points": {"available": 100, "requested": 150}}
