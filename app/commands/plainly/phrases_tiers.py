"""The sentences about tiers that are more than points of some months, in English; the other languages in locales/."""

from typing import Final

TIERS: Final = {
    "tier_set": "Set of tiers “{title}” ({id})",
    "set_level": "Tier “{title}” ({id}) of the set “{set}”",
    "calendar_year": "What counts is what was done in the calendar year.",
    "calendar_half_year": "What counts is what was done in the half of the calendar year.",
    "calendar_quarter": "What counts is what was done in the quarter of the calendar year.",
    "calendar_month": "What counts is what was done in the calendar month.",
    "keep_periods": "A tier that was reached is kept through so many such periods more: {number}.",
    "anniversary": "What counts is what was done in the year of membership.",
    "keep_years": "A tier that was reached is kept through so many years of membership more: {number}.",
    "lifetime": "What counts is all that was ever done.",
    "grace": "Who would fall keeps the tier for {days} more and can make up for what is missing.",
    "at_risk": "Who would fall is told {days} before the review what is missing.",
    "level_needs": "It is reached if {need}.",
    "need_points": "the points earned are at least: {number}",
    "need_spend": "the money spent is at least {money}",
    "need_visits": "the visits are at least: {number}",
    "need_referrals": "the friends brought are at least: {number}",
    "need_activity": "the activities “{activity}” are at least: {number}",
    "level_multiplier": "Points earned here are multiplied by {factor}.",
    "level_discount": "Rewards that do not name its price cost {percent} less here.",
    "on_reaching": "Who reaches it for the first time gets something. {prize}",
    "forever": "Who has reached it never falls below it.",
    "lifetime_years": "Who has had it for {years} without a break never falls below it.",
    "lifetime_points": "Who stands here and has ever earned {points} never falls below it.",
    "early_access": "Members of the tier “{tier}” and above can have it {days} earlier.",
    "in_set": "the tier of the member in “{set}” is {any}",
    "in_set_not": "the tier of the member in “{set}” is not {any}",
}
