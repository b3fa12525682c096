"""Leaderboards: what activities count for them, by period and store, and what refunds take back (semantics 30)."""

from typing import Any

from msgspec.structs import replace

from app.engine.activity import Activity, ActivityCancel
from app.engine.commands import Purchase, Refund, RefundLine
from tests.engine.builders import Member, basket, day, rulebook
from tests.engine.test_surprises import chance, surprise


def board(**parts: Any) -> dict[str, Any]:
    return {"id": "top", "title": {"en": "Top"}, "measure": {"kind": "count"}, "period": "month", **parts}


def member(*boards: dict[str, Any], **parts: Any) -> Member:
    return Member(rulebook(leaderboards=boards, **parts))


def counted(found: Member) -> dict[tuple[str, int], int]:
    """What is counted under each name and day, without what came to nothing."""
    return {(each.name, each.day): each.count for each in found.state.counters if each.count}


JANUARY = day("2026-01-01")


def test_a_leaderboard_counts_by_the_first_day_of_its_period() -> None:
    periods = ("day", "week", "month", "quarter", "year", "ever")
    found = member(*(board(id=period, period=period) for period in periods))
    found.buys(100)
    found.at("2026-02-04 10:00").buys(100, occurred="2026-01-31 10:00")
    found.buys(100)
    assert counted(found) == {
        ("board/day/", day("2026-01-10")): 1,
        ("board/day/", day("2026-01-31")): 1,
        ("board/day/", day("2026-02-04")): 1,
        ("board/week/", day("2026-01-05")): 1,
        ("board/week/", day("2026-01-26")): 1,
        ("board/week/", day("2026-02-02")): 1,
        ("board/month/", JANUARY): 2,
        ("board/month/", day("2026-02-01")): 1,
        ("board/quarter/", JANUARY): 3,
        ("board/year/", JANUARY): 3,
        ("board/ever/", 0): 3,
    }


def test_it_counts_activities_money_pieces_or_points_of_what_it_is_about() -> None:
    food = {"items": {"categories": ["food"]}}
    found = member(
        board(id="money", measure={"kind": "sum", "what": "amount", **food}),
        board(id="pieces", measure={"kind": "sum", "what": "quantity"}),
        board(id="points", measure={"kind": "sum", "what": "points"}),
        board(id="large", measure={"kind": "count", "when": {"kind": "amount", "at_least_minor": 500}}),
        board(id="drinks", measure={"kind": "count", "items": {"categories": ["drinks"]}}),
    )
    found.buys(300, 100)
    assert counted(found) == {
        ("board/money/", JANUARY): 400,
        ("board/pieces/", JANUARY): 2_000_000,
        ("board/points/", JANUARY): 400,
    }


def test_what_was_done_in_a_store_counts_in_that_store_alone() -> None:
    found = member(board(group="store"))
    for store in ("D1", "D3", "D1", None):
        found.must(Purchase(basket=replace(basket(100), store=store)))
    assert counted(found) == {("board/top/D1", JANUARY): 2, ("board/top/D3", JANUARY): 1}


def test_a_refund_takes_what_the_rest_would_not_have_counted_on_the_purchases_own_day() -> None:
    found = member(board(), board(id="money", measure={"kind": "sum", "what": "amount"}))
    bought = found.must(Purchase(basket=basket(300, 100)))
    found.at("2026-02-04").must(Refund(purchase=bought, lines=(RefundLine(line=0),)))
    assert counted(found) == {("board/top/", JANUARY): 1, ("board/money/", JANUARY): 100}
    found.refunds(bought)
    assert counted(found) == {}


def test_prizes_count_for_no_leaderboard() -> None:
    found = member(
        board(measure={"kind": "sum", "what": "points"}), surprises=[surprise(prizes=[chance()], nothing_weight=0)]
    )
    found.buys(100)
    assert counted(found)[("board/top/", JANUARY)] == 100


def test_other_activities_count_until_they_are_undone() -> None:
    kind = {"id": "review", "title": {"en": "Review"}}
    found = member(board(measure={"kind": "count", "of": "review"}), activities=[kind])
    found.buys(100)
    fact = found.must(Activity(kind="review"))
    assert counted(found) == {("act/review", day("2026-01-10")): 1, ("board/top/", JANUARY): 1}
    found.must(ActivityCancel(activity=fact))
    assert counted(found) == {}
