"""Small cases that the machine found, or that nobody would think of looking for."""

from app.engine.commands import HoldPlace, LetTimePass
from tests.engine.builders import Member, rulebook

LAPSING = {"kind": "inactivity", "days": 10}
MONTHS = {"minutes": 15, "life_minutes_max": 60_000}


def held_through_a_lapse(*looks: str) -> Member:
    """All points are held for twenty days, and lapse after ten; `looks` are when somebody looks in between."""
    member = Member(rulebook(expiry=LAPSING, holds=MONTHS))
    member.buys(50)
    member.must(HoldPlace(points=50, minutes=20 * 1440))
    for look in looks:
        member.waits(look)
    member.waits("2026-02-20 09:00")
    return member


def test_what_is_held_through_a_lapse_has_the_same_date_however_late_somebody_looks() -> None:
    late, swept = held_through_a_lapse(), held_through_a_lapse("2026-01-25 09:00")
    assert late.lots == swept.lots
    assert late.entries() == swept.entries() == [("accrual", 50), ("expiry", -50)]
    assert late.ask(LetTimePass()) == swept.ask(LetTimePass())
