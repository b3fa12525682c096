"""Personal questions: what conditions ask of a person is answered by yes or no on the local day (semantics 26, 39)."""

from datetime import date
from uuid import UUID

import pytest

from app.commands.known import NOBODY, People, celebrated, holds, known
from app.engine.commands import LetTimePass, Purchase
from app.engine.context import Context, Edition, Timeline
from app.engine.rulebook.compile import compile_rulebook
from app.repositories.details import Birthday, Details
from tests.engine.builders import basket, instant, rulebook

MEMBER = UUID(int=1)


def born(month: int, day: int) -> Details:
    return Details(birthday=Birthday(month=month, day=day))


def asked(question: str, told: Details, on: str) -> bool:
    return holds(question, told, date.fromisoformat(on).toordinal())


@pytest.mark.parametrize(
    ("on", "holds_then"),
    [("2026-05-13", False), ("2026-05-14", True), ("2026-05-17", True), ("2026-05-19", True), ("2026-05-20", False)],
)
def test_a_birthday_window_has_days_before_and_after(on: str, *, holds_then: bool) -> None:
    assert asked("birthday/3/2", born(5, 17), on) is holds_then


def test_a_birthday_window_goes_on_across_the_end_of_the_year() -> None:
    found = [on for on in ("2026-12-29", "2026-12-30", "2026-12-31", "2027-01-01", "2027-01-02", "2027-01-03")
             if asked("birthday/1/2", born(12, 31), on)]  # fmt: skip
    assert found == ["2026-12-30", "2026-12-31", "2027-01-01", "2027-01-02"]
    assert asked("birthday/2/0", born(1, 1), "2026-12-30")


def test_who_was_born_on_a_leap_day_has_their_birthday_in_february_every_year() -> None:
    leap = Birthday(month=2, day=29)
    days = [date.fromordinal(celebrated(leap, year)).isoformat() for year in (2023, 2024, 2100)]
    assert days == ["2023-02-28", "2024-02-29", "2100-02-28"]


def test_nobody_who_has_not_told_it_has_a_birthday() -> None:
    assert not asked("birthday/366/366", Details(), "2026-05-17")


@pytest.mark.parametrize(
    ("question", "holds_then"),
    [
        ('attribute/plan/in/["gold","silver"]', True),
        ('attribute/plan/eq/"gold"', True),
        ('attribute/plan/ne/"gold"', False),
        ('attribute/plan/in/["basic"]', False),
        ("attribute/children/ge/2", True),
        ("attribute/children/gt/2", False),
        ("attribute/children/le/2", True),
        ("attribute/children/lt/2", False),
        ("attribute/vegan/eq/true", True),
        ("attribute/vegan/eq/1", False),
        ("attribute/vegan/ge/1", False),
        ("attribute/plan/is_set/true", True),
        ("attribute/other/is_set/true", False),
        ("attribute/other/eq/false", False),
        ("attribute/other/ge/0", False),
        ('attribute/other/ne/"a/b"', True),
    ],
)
def test_attributes_are_compared_as_what_they_are(question: str, *, holds_then: bool) -> None:
    told = Details(attributes={"plan": "gold", "children": 2, "vegan": True})
    assert asked(question, told, "2026-05-17") is holds_then


def context(now: str, *questions: str) -> Context:
    compiled = compile_rulebook(rulebook())
    object.__setattr__(compiled, "questions", questions)
    return Context(
        fact=UUID(int=0),
        now_us=instant(now),
        currency="VND",
        zone="Asia/Ho_Chi_Minh",
        timeline=Timeline(editions=(Edition(version=1, effective_us=0, compiled=compiled),)),
    )


def test_what_holds_is_a_matter_of_the_local_day_of_the_purchase() -> None:
    told, then = born(5, 17), context("2026-05-20", "birthday/0/0", "birthday/3/3")
    on_the_day = Purchase(basket=basket(), occurred_us=instant("2026-05-17"))
    assert known(told, on_the_day, then) == ("birthday/0/0", "birthday/3/3")
    assert known(told, Purchase(basket=basket()), then) == ("birthday/3/3",)
    from_the_future = Purchase(basket=basket(), occurred_us=instant("2027-05-17"))
    assert known(told, from_the_future, then) == ("birthday/3/3",)


def test_time_alone_asks_nothing_about_anybody() -> None:
    then = context("2026-05-17", "birthday/0/0")
    people = People({MEMBER: born(5, 17)})
    assert people.known(MEMBER, LetTimePass(), then) == ()
    assert people.known(MEMBER, Purchase(basket=basket()), then) == ("birthday/0/0",)
    assert NOBODY.known(MEMBER, Purchase(basket=basket()), then) == ()


def test_a_rulebook_that_asks_nothing_is_told_nothing() -> None:
    assert known(born(5, 17), Purchase(basket=basket()), context("2026-05-17")) == ()
