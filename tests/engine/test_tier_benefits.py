"""What levels give: a multiplier, cheaper rewards, earlier ones; and rules that ask about any set of tiers."""

from typing import Any

import pytest

from app.engine.commands import RewardRedemption, TierGrant
from app.engine.outcomes import Purchased
from app.engine.rulebook.check import check
from tests.engine.builders import PLAIN_RULES, Member, rulebook
from tests.engine.rulebook.build import told
from tests.engine.shoppers import Shopper

HALF_MORE = {"numerator": 3, "denominator": 2}


def levels(**benefits: Any) -> list[dict[str, Any]]:
    """Bronze, silver from 100 points on with these benefits, and gold from 300 on."""
    return [
        {"id": "bronze", "title": {"en": "Bronze"}, "from_points": 0},
        {"id": "silver", "title": {"en": "Silver"}, "from_points": 100, **benefits},
        {"id": "gold", "title": {"en": "Gold"}, "from_points": 300},
    ]


def reward(**more: Any) -> dict[str, Any]:
    return {"id": "mug", "title": {"en": "Mug"}, "cost_points": 55, "kind": "item", **more}


def bought(member: Member) -> Purchased:
    outcome = member.changes[-1].outcome
    assert isinstance(outcome, Purchased)
    return outcome


def faults(**parts: Any) -> list[tuple[str, str]]:
    document = {"title": {"en": "Plain"}, "earning": {"rules": PLAIN_RULES}, **parts}
    return told(check(document, None))


def test_a_level_multiplies_and_its_trace_says_so() -> None:
    member = Member(rulebook(tiers={"levels": levels(multiplier=HALF_MORE)}))
    member.buys(100)
    member.buys(10)
    outcome = bought(member)
    rules = member.timeline.editions[0].compiled.rules
    traced = [(rules[step.rule].id, step.wanted, step.granted) for step in outcome.trace]
    assert (outcome.points, traced) == (15, [("base", 10, 10), ("tier/silver", 5, 5)])


def test_a_level_makes_rewards_cheaper_unless_they_name_its_cost() -> None:
    cheaper = {"levels": levels(discount_percent=10)}
    for more, cost in (({}, 49), ({"tier_costs": {"silver": 54}}, 54)):
        member = Shopper(rulebook(tiers=cheaper, rewards=[reward(**more)]), points=100)
        member.must(TierGrant(tier="silver", reason="vip"))
        member.takes("mug")
        assert member.balance == 100 - cost


def test_what_a_level_makes_cheaper_still_costs_a_point() -> None:
    cheap = reward(cost_points=1)
    member = Shopper(rulebook(tiers={"levels": levels(discount_percent=50)}, rewards=[cheap]), points=100)
    member.must(TierGrant(tier="silver", reason="vip"))
    member.takes("mug")
    assert member.balance == 99


def test_a_level_and_those_above_it_have_a_reward_earlier() -> None:
    early = reward(cost_points=20, valid_from="2026-01-20", early_access={"silver": 7})
    member = Shopper(rulebook(tiers={"levels": levels()}, rewards=[early]), points=99)
    member.at("2026-01-13 09:00")
    wanted = RewardRedemption(reward="mug")
    assert member.refused(wanted) == {"not_yet_available": {"valid_from": "2026-01-20"}}
    member.must(TierGrant(tier="gold", reason="vip"))
    member.takes("mug")
    member.must(TierGrant(tier="silver", reason="vip"))
    member.takes("mug")
    assert member.balance == 99 - 2 * 20


def test_a_rule_asks_about_any_set_of_tiers() -> None:
    wine = {"id": "wine", "title": {"en": "Wine"}, "levels": levels()}
    club = {
        "id": "club",
        "when": {"kind": "tier", "set": "wine", "any_of": ["silver"]},
        "effect": {"kind": "bonus", "points": 7},
    }
    member = Member(rulebook(earning={"rules": [*PLAIN_RULES, club]}, tier_sets=[wine]))
    member.buys(100)
    assert bought(member).points == 100
    member.at("2026-01-11 09:00").buys(1)
    assert (bought(member).points, bought(member).readings) == (8, (1,))
    member.buys(1, occurred="2026-01-10 08:00")
    assert bought(member).points == 1


@pytest.mark.parametrize(
    ("parts", "found"),
    [
        (
            {"tiers": {"levels": levels(multiplier={"numerator": 2, "denominator": 2})}},
            ("/tiers/levels/1/multiplier", "no_effect"),
        ),
        (
            {"tier_sets": [{"id": "wine", "title": {"en": "W"}, "levels": levels(discount_percent=5)}]},
            ("/tier_sets/0/levels/1/discount_percent", "only_for_main_tiers"),
        ),
        (
            {"tiers": {"levels": levels()}, "rewards": [reward(early_access={"silver": 7})]},
            ("/rewards/0/valid_from", "required"),
        ),
        (
            {"rewards": [reward(valid_from="2026-01-20", early_access={"silver": 7})]},
            ("/rewards/0/early_access/silver", "unknown_tier"),
        ),
        (
            {
                "earning": {
                    "rules": [
                        {
                            "id": "club",
                            "when": {"kind": "tier", "set": "wine", "any_of": ["silver"]},
                            "effect": {"kind": "bonus", "points": 7},
                        }
                    ]
                }
            },
            ("/earning/rules/0/when/set", "unknown_tier_set"),
        ),
        (
            {"tiers": {"levels": [*levels(), {"id": "top", "title": {"en": "Top"}}]}},
            ("/tiers/levels/3", "not_exactly_one"),
        ),
        (
            {"tiers": {"levels": levels(lifetime_after={})}},
            ("/tiers/levels/1/lifetime_after", "required"),
        ),
    ],
)
def test_what_makes_no_sense_of_levels_is_refused(parts: dict[str, Any], found: tuple[str, str]) -> None:
    assert faults(**parts) == [found]
