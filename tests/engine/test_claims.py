"""Claims: an anonymous purchase finds its member, who was not enrolled a day earlier for it (semantics 36)."""

from uuid import UUID

from app.engine.commands import Block, MergeOut
from app.engine.outcomes import Merged, MergedAway
from tests.engine.builders import day, instant, referral, rulebook, tiers
from tests.engine.neighbours import Neighbours

YEARLY = {"kind": "rolling", "months": 12}


def claims(town: Neighbours, anonymous: UUID, member: UUID) -> UUID:
    return town.must(anonymous, MergeOut(into=member, claimed=True))


def test_what_is_claimed_late_has_the_dates_of_its_own_time() -> None:
    town = Neighbours(rulebook(expiry=YEARLY))
    anonymous = town.enrols()
    town.buys(anonymous, 30)
    town.at("2026-03-10 09:00")
    member = town.enrols()
    town.buys(member, 5)
    claims(town, anonymous, member)
    assert town.left(member) == [(30, instant("2027-01-11")), (5, instant("2027-03-11"))]
    assert town.balances(anonymous, member) == [0, 35]


def test_it_counts_on_its_own_day_and_promotes_at_once() -> None:
    town = Neighbours(rulebook(tiers=tiers(40)))
    anonymous = town.enrols()
    town.buys(anonymous, 30)
    town.at("2026-03-10 09:00")
    member = town.enrols()
    town.buys(member, 15)
    claims(town, anonymous, member)
    assert [(tally.day, tally.points) for tally in town.states[member].tallies] == [
        (day("2026-01-10"), 30),
        (day("2026-03-10"), 15),
    ]
    assert town.account(member).tier == "silver"


def test_nobody_is_enrolled_longer_for_what_they_claim() -> None:
    town = Neighbours()
    anonymous = town.enrols()
    town.at("2026-03-10 09:00")
    member = town.enrols()
    enrolled_us = town.now_us
    claim = claims(town, anonymous, member)
    closing = next(row.change.outcome for row in town.rows if row.fact == claim)
    assert isinstance(closing, MergedAway)
    assert closing.estate.enrolled_us is None
    assert town.account(member).enrolled_us == enrolled_us
    opening = town.rows[-1].change.outcome
    assert isinstance(opening, Merged)
    assert opening.claimed


def test_a_friend_who_bought_before_they_enrolled_is_still_a_friend() -> None:
    town = Neighbours(rulebook(referral=referral()))
    lan, anonymous = town.enrols(), town.enrols()
    town.at("2026-01-11 09:00")
    friend = town.enrols(referrer=lan)
    before = town.account(friend)
    claims(town, anonymous, friend)
    after = town.account(friend)
    assert (after.referrer, after.referral_until_us) == (lan, before.referral_until_us)
    bought = town.buys(friend, 30)
    town.follow(bought)
    assert town.balances(lan, friend) == [50, 80]


def test_who_is_blocked_claims_nothing_and_what_is_blocked_is_not_claimed() -> None:
    town = Neighbours()
    member, anonymous, stolen = town.enrols(), town.enrols(points=30), town.enrols(points=40)
    town.must(stolen, Block(reason="stolen"))
    assert town.refused(stolen, MergeOut(into=member, claimed=True)) == {"member_blocked": {}}
    town.must(member, Block(reason="fraud"))
    assert town.refused(anonymous, MergeOut(into=member, claimed=True)) == {"member_blocked": {}}
    assert town.balances(member, anonymous, stolen) == [0, 30, 40]
