"""Word that is given of points that go for want of activity (semantics 7)."""

from typing import Any

from app.engine.commands import HoldPlace
from app.engine.movements import Notice
from tests.engine.builders import Member, instant, rulebook, timeline

AWAY: dict[str, Any] = {"expiry": {"kind": "inactivity", "days": 30}, "expiry_notice_days": 7}
POINT = {"kind": "per_amount", "points": 1, "per_minor": 1}
MONEY_OFF = {"points": 1, "value_minor": 1, "step_points": 1, "minimum_points": 1}


def lapse(at: str, on: str, points: int, wallet: str = "") -> Notice:
    return Notice(kind="expiring_soon", at_us=instant(at), wallet=wallet, points=points, on_us=instant(on))


def told(member: Member) -> list[Notice]:
    return [notice for change in member.changes for notice in change.notices]


def test_word_is_given_of_points_that_go_when_a_member_stays_away() -> None:
    member = Member(rulebook(**AWAY))
    member.buys(10)
    # Armed by its own day, and by a purchase that looks at no other lot.
    assert member.account.due_us == instant("2026-02-02")
    member.at("2026-01-20 09:00").buys(5)
    assert member.account.due_us == instant("2026-02-02")
    assert member.waits("2026-02-02").notices == ()
    assert member.account.due_us == instant("2026-02-12")
    assert member.waits("2026-02-11 23:59").notices == ()
    assert member.waits("2026-02-12").notices == (lapse("2026-02-12", "2026-02-20", 15),)
    assert member.account.due_us == instant("2026-02-20")
    # Whoever comes after that has heard of this lapse, and hears of the next one.
    member.at("2026-02-15 09:00").buys(1)
    member.waits("2026-03-18")
    assert told(member) == [lapse("2026-02-12", "2026-02-20", 15), lapse("2026-03-10", "2026-03-18", 16)]
    assert member.remaining() == {}


def test_word_of_a_lapse_is_given_at_its_own_instant_however_late_somebody_looks() -> None:
    member = Member(rulebook(**AWAY))
    member.buys(10)
    member.waits("2026-06-01")
    assert told(member) == [lapse("2026-02-02", "2026-02-10", 10)]
    member.buys(5)
    member.redeems(5)
    member.waits("2026-12-01")
    assert len(told(member)) == 1, "nothing was left to be told of"


def test_word_of_a_lapse_is_given_wallet_by_wallet_without_what_is_held() -> None:
    stamps = {"id": "stamps", "title": {"en": "Stamps"}, "expiry": {"kind": "inactivity", "days": 20}}
    rules = [
        {"id": "base", "effect": POINT},
        {"id": "stamp", "effect": {"kind": "bonus", "points": 3}, "wallet": "stamps"},
    ]
    terms = {"wallets": [stamps], "redemption": MONEY_OFF, "holds": {"minutes": 15, "life_minutes_max": 86_400}}
    member = Member(rulebook(**AWAY, earning={"rules": rules}, **terms))
    member.buys(100)
    member.must(HoldPlace(points=40, minutes=86_400))
    member.waits("2026-02-10")
    assert told(member) == [
        lapse("2026-01-23", "2026-01-31", 3, "stamps"),
        lapse("2026-02-02", "2026-02-10", 60),
    ]


def test_the_version_of_the_day_on_which_points_were_earned_says_when_their_lapse_is_told() -> None:
    later = rulebook(**AWAY | {"expiry_notice_days": 14})
    member = Member(published=timeline((instant("2026-01-01"), rulebook(**AWAY)), (instant("2026-01-15"), later)))
    member.buys(10)
    member.at("2026-01-20 09:00").buys(5)
    member.waits("2026-03-01")
    assert told(member) == [lapse("2026-02-05", "2026-02-20", 5), lapse("2026-02-12", "2026-02-20", 10)]


def test_nobody_is_told_on_the_day_of_an_activity_that_points_lapse_sooner_than_word_would_be_given() -> None:
    member = Member(rulebook(**AWAY | {"expiry_notice_days": 40}))
    member.buys(10)
    member.waits("2026-02-10")
    assert (told(member), member.remaining()) == ([], {})
