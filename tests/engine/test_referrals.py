"""Referrals (semantics 32): what qualifies, both sides, holds, caps, levels, who says so later, and how it all ends."""

from typing import Any
from uuid import UUID

import pytest

from app.engine.calendar import local_day
from app.engine.commands import Introduce, Purchase, ReferralClawback, ReferralReward
from app.engine.facts import Basket
from app.engine.friends import BROUGHT, days_of
from app.engine.movements import ClawBackReferrer, RewardReferrer
from app.engine.outcomes import ClawedBack, Purchased, Rewarded
from app.engine.remains import Reversed
from tests.engine.builders import CURRENCY, ZONE, day, instant, line, referral, rulebook
from tests.engine.neighbours import Neighbours

STAMPS = {"id": "stamps", "title": {"en": "Stamps"}}
LATTE = {"id": "latte", "title": {"en": "A latte"}, "cost_points": 300, "kind": "item"}
EARLY = {"id": "early", "title": {"en": "Early bird"}}


def town(start: str = "2026-01-10 09:00", parts: dict[str, Any] | None = None, **terms: Any) -> Neighbours:
    """A programme whose referral has these terms besides fifty points for either side."""
    return Neighbours(rulebook(referral=referral(**terms), **(parts or {})), start=start)


def carry(world: Neighbours, fact: UUID) -> list[UUID]:
    """What the follower does with the effects of a fact: everybody who is named is rewarded, or loses the reward."""
    facts = []
    row = next(row for row in world.rows if row.fact == fact)
    for effect in row.change.effects:
        match effect:
            case RewardReferrer(referrer=referrer) as word:
                asked = ReferralReward(
                    purchase=fact,
                    points=word.points,
                    rulebook=word.rulebook,
                    level=word.level,
                    occurred_us=word.occurred_us,
                )
                facts.append(world.must(referrer, asked))
            case ClawBackReferrer(referrer=referrer, purchase=purchase):
                facts.append(world.must(referrer, ReferralClawback(reward=rewards(world, purchase))))
    return facts


def rewards(world: Neighbours, purchase: UUID) -> UUID:
    """The reward that a fact led to."""
    return next(
        row.fact for row in world.rows if isinstance(row.command, ReferralReward) and row.command.purchase == purchase
    )


def outcome(world: Neighbours, fact: UUID) -> Any:
    return next(row for row in world.rows if row.fact == fact).change.outcome


def brings(world: Neighbours, referrer: UUID, amount: int = 10, occurred: str | None = None) -> Rewarded:
    """A friend enrols and buys; what it gave to who brought them."""
    friend = world.enrols(referrer=referrer)
    (reward,) = carry(world, world.buys(friend, amount, occurred=occurred))
    found = outcome(world, reward)
    assert isinstance(found, Rewarded)
    return found


def counted(world: Neighbours, member: UUID) -> dict[int, int]:
    return {each.day: each.count for each in world.state(member).counters if each.name == BROUGHT and each.count}


def buys_in(world: Neighbours, member: UUID, *lines: tuple[str, int], store: str | None = None) -> UUID:
    basket = Basket(currency=CURRENCY, lines=tuple(line(amount, category=kind) for kind, amount in lines), store=store)
    return world.must(member, Purchase(basket=basket))


def test_simple_terms_say_no_more_than_they_ever_did() -> None:
    world = town()
    lan = world.enrols()
    bought = world.buys(world.enrols(referrer=lan), 10)
    (effect,) = world.effects(bought)
    assert effect == RewardReferrer(referrer=lan, points=50)
    assert counted(world, lan) == {}


def test_each_side_is_paid_into_its_own_wallet_with_its_own_life() -> None:
    ninety = {"kind": "rolling_days", "days": 90}
    world = town(
        parts={"wallets": [STAMPS]},
        friend_points=2,
        friend_wallet="stamps",
        friend_expiry=ninety,
        referrer_expiry=ninety,
    )
    lan = world.enrols()
    friend = world.enrols(referrer=lan)
    bought = world.buys(friend, 10)
    carry(world, bought)
    (stamps,) = [lot for lot in world.state(friend).lots if lot.wallet == "stamps"]
    (points,) = world.state(lan).lots
    assert (stamps.granted, stamps.expires_us) == (2, instant("2026-04-11"))
    assert (points.granted, points.expires_us) == (50, instant("2026-04-11"))
    world.refunds(friend, bought)
    assert world.state(friend).account.purse("stamps").balance == 0


def test_a_referrers_reward_in_another_wallet_is_taken_back_from_there() -> None:
    world = town(parts={"wallets": [STAMPS]}, referrer_points=3, referrer_wallet="stamps")
    lan = world.enrols()
    friend = world.enrols(referrer=lan)
    bought = world.buys(friend, 10)
    (reward,) = carry(world, bought)
    assert (outcome(world, reward).wallet, world.account(lan).purse("stamps").balance) == ("stamps", 3)
    (back,) = carry(world, world.refunds(friend, bought))
    assert outcome(world, back) == ClawedBack(reward=Reversed(asked=3, from_lot=3))
    assert world.account(lan).purse("stamps").balance == 0


def test_only_purchases_in_the_named_stores_qualify() -> None:
    world = town(stores=["D1"])
    friend = world.enrols(referrer=world.enrols())
    assert world.effects(buys_in(world, friend, ("food", 10), store="D2")) == []
    assert len(world.effects(buys_in(world, friend, ("food", 10), store="D1"))) == 1


def test_only_goods_of_the_named_categories_count_towards_the_total() -> None:
    world = town(categories=["coffee"], minimum_minor=100)
    friend = world.enrols(referrer=world.enrols())
    assert world.effects(buys_in(world, friend, ("coffee", 99), ("food", 500))) == []
    assert len(world.effects(buys_in(world, friend, ("coffee", 100), ("food", 5)))) == 1


def test_a_reward_waits_until_the_friend_may_return_nothing_any_more() -> None:
    world = town(hold_days=14)
    lan = world.enrols()
    friend = world.enrols(referrer=lan)
    bought = world.buys(friend, 10)
    world.at("2026-01-12 09:00")
    carry(world, bought)
    assert (world.account(friend).pending, world.account(lan).pending, world.account(lan).free) == (50, 50, 0)
    world.waits("2026-01-23 23:59")
    assert world.account(lan).pending == 50
    world.waits("2026-01-24 09:00")
    assert [(world.account(each).pending, world.account(each).free) for each in (lan, friend)] == [(0, 50), (0, 60)]


def test_a_reward_that_waits_is_taken_back_while_it_waits() -> None:
    world = town(hold_days=14)
    lan = world.enrols()
    friend = world.enrols(referrer=lan)
    bought = world.buys(friend, 10)
    carry(world, bought)
    carry(world, world.refunds(friend, bought))
    assert [(world.account(each).balance, world.account(each).pending) for each in (lan, friend)] == [(0, 0), (0, 0)]


def test_word_that_comes_after_the_hold_is_over_pays_at_once() -> None:
    world = town(hold_days=1)
    lan = world.enrols()
    bought = world.buys(world.enrols(referrer=lan), 10)
    world.at("2026-02-01 09:00")
    carry(world, bought)
    assert (world.account(lan).pending, world.account(lan).free) == (0, 50)


@pytest.mark.parametrize(
    ("per", "first", "past"),
    [
        ("day", "2026-05-14", "2026-05-15"),
        ("week", "2026-05-11", "2026-05-18"),
        ("month", "2026-05-01", "2026-06-01"),
        ("year", "2026-01-01", "2027-01-01"),
    ],
)
def test_caps_go_by_days_weeks_months_and_years_of_the_calendar(per: Any, first: str, past: str) -> None:
    assert days_of(per, day("2026-05-14")) == (day(first), day(past))


def test_over_a_cap_the_friend_is_rewarded_and_who_brought_them_is_not() -> None:
    world = town(caps=[{"friends": 2, "per": "month"}, {"friends": 3, "per": "ever"}])
    lan = world.enrols()
    assert [brings(world, lan).reason for _ in range(2)] == ["paid", "paid"]
    third = brings(world, lan)
    assert (third.points, third.lot, third.reason, third.bound) == (0, None, "capped", "month")
    assert world.account(UUID(int=4)).balance == 60
    world.at("2026-02-03 09:00")
    assert brings(world, lan).reason == "paid"
    fifth = brings(world, lan)
    assert (fifth.reason, fifth.bound, world.account(lan).balance) == ("capped", "ever", 150)


def test_a_cap_counts_the_day_of_the_friends_purchase_not_that_of_the_word_of_it() -> None:
    world = town(start="2026-01-31 22:00", caps=[{"friends": 1, "per": "month"}])
    lan = world.enrols()
    late = world.buys(world.enrols(referrer=lan), 10)
    world.at("2026-02-01 09:00")
    carry(world, late)
    assert brings(world, lan).reason == "paid"
    assert counted(world, lan) == {day("2026-01-31"): 1, day("2026-02-01"): 1}


def test_a_claw_back_frees_the_place_under_the_cap() -> None:
    world = town(caps=[{"friends": 1, "per": "ever"}])
    lan = world.enrols()
    friend = world.enrols(referrer=lan)
    bought = world.buys(friend, 10)
    carry(world, bought)
    assert brings(world, lan).reason == "capped"
    carry(world, world.refunds(friend, bought))
    assert counted(world, lan) == {}
    assert brings(world, lan).reason == "paid"


def test_there_is_one_level_unless_the_rulebook_says_more() -> None:
    world = town(hold_days=1)
    grandmother = world.enrols()
    mother = world.enrols(referrer=grandmother)
    carry(world, world.buys(mother, 10))
    friend = world.enrols(referrer=mother)
    (reward,) = carry(world, world.buys(friend, 10))
    assert world.effects(reward) == []


def test_up_to_three_levels_are_rewarded_and_all_of_them_clawed_back() -> None:
    world = town(upline_points=[20, 5])
    line_of = [world.enrols()]
    for _ in range(3):
        member = world.enrols(referrer=line_of[-1])
        carry(world, world.buys(member, 10))
        line_of.append(member)
    before = [world.account(each).balance for each in line_of]
    friend = world.enrols(referrer=line_of[-1])
    bought = world.buys(friend, 10)
    todo, seen = [bought], []
    while todo:
        done = carry(world, todo.pop())
        todo += done
        seen += done
    gained = [world.account(each).balance - was for each, was in zip(line_of, before, strict=True)]
    assert gained == [0, 5, 20, 50]
    assert [outcome(world, each).points for each in seen] == [50, 20, 5]
    todo = [world.refunds(friend, bought)]
    while todo:
        todo += carry(world, todo.pop())
    assert [world.account(each).balance for each in line_of] == before


def test_nobody_above_is_rewarded_whose_friend_never_qualified_themselves() -> None:
    world = town(upline_points=[20])
    mother = world.enrols(referrer=world.enrols())
    (reward,) = carry(world, world.buys(world.enrols(referrer=mother), 10))
    assert (outcome(world, reward).points, world.effects(reward)) == (50, [])


def test_gifts_and_badges_are_given_on_both_sides_and_taken_back() -> None:
    world = town(
        parts={"rewards": [LATTE], "badges": [EARLY]},
        friend_prize={"gift": "latte", "gift_days": 30},
        referrer_prize={"badge": "early"},
    )
    lan = world.enrols()
    friend = world.enrols(referrer=lan)
    bought = world.buys(friend, 10)
    (reward,) = carry(world, bought)
    first = outcome(world, bought)
    assert isinstance(first, Purchased)
    assert first.referral_prize is not None
    assert (first.referral_prize.cause, first.referral_prize.gift) == ("referral", "latte")
    assert outcome(world, reward).prize.badge == "early"
    (back,) = carry(world, world.refunds(friend, bought))
    assert outcome(world, back).prize.badge == "early"
    assert [each.count for member in (lan, friend) for each in world.state(member).counters] == [0, 0, 0]


def test_who_brought_a_member_may_be_said_later() -> None:
    world = town(afterwards=True)
    lan, friend = world.enrols(), world.enrols()
    world.must(friend, Introduce(referrer=lan))
    assert (world.account(friend).referrer, world.account(friend).referral_until_us) == (lan, instant("2026-02-10"))
    assert world.effects(world.buys(friend, 10)) == [RewardReferrer(referrer=lan, points=50)]


def test_who_has_bought_enough_is_an_existing_member() -> None:
    world = town(afterwards=True, minimum_minor=100)
    lan, friend = world.enrols(), world.enrols()
    world.buys(friend, 99)
    bought = world.buys(friend, 100)
    assert world.refused(friend, Introduce(referrer=lan)) == {"referral_existing_member": {}}
    world.refunds(friend, bought)
    world.must(friend, Introduce(referrer=lan))


def test_all_reasons_against_an_introduction_are_told() -> None:
    world = town(afterwards=True)
    lan = world.enrols()
    friend = world.enrols(referrer=lan)
    world.buys(friend, 10)
    world.at("2026-02-10 09:00")
    assert world.refused(friend, Introduce(referrer=friend)) == {
        "referral_already": {},
        "referral_existing_member": {},
        "referral_too_late": {"days": 30},
        "referral_self": {},
    }


def test_without_the_rulebooks_word_nobody_is_introduced_later() -> None:
    world = town()
    lan, friend = world.enrols(), world.enrols()
    assert world.refused(friend, Introduce(referrer=lan)) == {"referral_not_offered": {}}
    world.buys(friend, 10)
    assert world.state(friend).counters == ()


def test_a_member_who_took_over_the_referrer_cannot_be_introduced_by_them() -> None:
    world = town(afterwards=True)
    lan, same = world.enrols(), world.enrols()
    world.merges(lan, same)
    assert list(world.refused(same, Introduce(referrer=lan))) == ["referral_self"]


def test_the_day_of_a_friend_is_the_local_one() -> None:
    assert local_day(instant("2026-01-10 00:30"), ZONE) == day("2026-01-10")


def test_a_level_that_asks_for_friends_counts_them_and_falls_with_them() -> None:
    levels = [
        {"id": "base", "title": {"en": "Base"}, "from_points": 0},
        {"id": "friend", "title": {"en": "Friend"}, "needs": {"kind": "enough", "counter": "referrals", "at_least": 2}},
    ]
    world = town(parts={"tiers": {"window": {"kind": "lifetime"}, "levels": levels, "after_refund": "immediate"}})
    lan = world.enrols()
    assert brings(world, lan).reason == "paid"
    friend = world.enrols(referrer=lan)
    bought = world.buys(friend, 10)
    carry(world, bought)
    assert world.account(lan).tier == "friend"
    carry(world, world.refunds(friend, bought))
    assert world.account(lan).tier == "base"
