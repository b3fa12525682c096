"""The sentences in which facts are told, in English; the other languages are in locales/.

Numbers stand after a colon, so that no language needs a plural.
"""

from typing import Final

# Why a rule did not apply, by the reason that the engine gives.
MISSED: Final = {
    "dates": "“{title}” does not apply on this day.",
    "weekday": "“{title}” does not apply on this day of the week.",
    "time_of_day": "“{title}” does not apply at this time of day.",
    "store": "“{title}” does not apply in this store.",
    "channel": "“{title}” does not apply to this channel.",
    "tier": "“{title}” does not apply to this tier.",
    "amount": "“{title}” does not apply to this amount.",
    "tender": "“{title}” does not apply to this way of paying.",
    "till": "“{title}” does not apply at this till.",
    "staff": "“{title}” does not apply to who served.",
    "month": "“{title}” does not apply in this month.",
    "has_items": "“{title}” needs more of certain goods in the basket.",
    "day_of_month": "“{title}” does not apply on this day of the month.",
    "too_little": "“{title}” asks for more than the basket holds.",
    "group_lost": "“{title}” gives way to another rule of its group.",
    "exclusive": "“{title}” gives way to an offer that stands alone.",
    "purchase_number": "“{title}” does not apply to this visit.",
    "days_since_last": "“{title}” depends on how long ago the last purchase was.",
    "membership_days": "“{title}” depends on how long the membership has lasted.",
    "recent": "“{title}” depends on what came before in recent days.",
    "birthday": "“{title}” applies around a birthday only.",
    "attribute": "“{title}” does not apply to this member.",
    "member_limit": "“{title}” has given this member all that it gives.",
    "budget": "“{title}” has nothing left to give.",
    "no_matching_line": "“{title}” finds nothing in the basket that it applies to.",
    "condition": "“{title}” asks for more than was there.",
}
# What made a rule grant less than it wanted.
BOUND: Final = {
    "rule_cap": "“{title}” has a limit. Wanted: {wanted}; given: {granted}.",
    "member_limit": "“{title}” has a limit for each member. Wanted: {wanted}; given: {granted}.",
    "budget": "“{title}” had only a little left to give. Wanted: {wanted}; given: {granted}.",
    "earning_limit": "Members earn no more in this time. “{title}” wanted: {wanted}; given: {granted}.",
    "transaction_cap": "One purchase earns no more. “{title}” wanted: {wanted}; given: {granted}.",
}
EXACT: Final = "“{title}” before rounding: {exact}; after it: {points}."
# What came of a command.
OUTCOMES: Final = {
    "opened": "The account was opened.",
    "open_before": "The account had been open before.",
    "earned": "Points earned: {points}.",
    "earned_beside": "Points earned in the wallet {wallet}: {points}.",
    "referred": "Points for having been referred: {points}.",
    "paid": "Points paid: {points}.",
    "asked_back": "Points asked back: {asked}; taken: {taken}.",
    "forgiven": "Had expired before and are not asked for: {points}.",
    "owed_now": "Owed because they were not there: {points}.",
    "uncollected": "Could not be collected: {points}.",
    "came_back": "Points that had paid came back: {points}.",
    "redeemed": "Points redeemed: {points}.",
    "redeemed_for": "Points redeemed for “{title}”: {points}.",
    "let_go": "Points no longer set aside: {points}.",
    "rewarded": "Points for bringing a friend: {points}.",
    "not_rewarded": "There were no points for bringing a friend.",
    "matured": "Points that can be spent from now on: {points}.",
    "held": "Points set aside: {points}.",
    "held_longer": "The points stay set aside for longer.",
    "acted": "Points for it: {points}.",
    "over_limit": "It was one too many of its kind and counts for nothing.",
    "activity_undone": "The activity was undone.",
    "voucher_used": "The voucher was used.",
    "voucher_restored": "The voucher works again.",
    "corrected": "Points corrected by hand: {points}.",
    "given_by": "Given by: {staff}.",
    "reason": "Reason: {reason}.",
    "correction_undone": "The correction was undone.",
    "decided_again": "The purchase was decided again under version {version}: {points}.",
    "sent": "Points sent to another member: {points}.",
    "received": "Points received from another member: {points}.",
    "handed_over": "Points handed over within the household: {points}.",
    "taken_over": "Points received within the household: {points}.",
    "joined": "The member shares a household’s points from now on.",
    "left": "The member no longer shares a household’s points.",
    "merged_away": "The account was merged into another one.",
    "merged": "Points taken over from another account: {points}.",
    "claimed": "Points claimed with a receipt: {points}.",
    "blocked": "The member is blocked.",
    "unblocked": "The member is no longer blocked.",
    "extended": "The points of one credit are good for longer.",
    "tier_given": "A tier was given by hand.",
    "tier_ended": "A tier that was given by hand has ended.",
    "time": "Time passed.",
}
# What time did, settled together with the command.
TIMES: Final = {
    "expiry": "Points that expired: {points}.",
    "promotion": "Tier reached: {level}.",
    "review_kept": "Tier kept at its review: {level}.",
    "review_demotion": "Tier after its review: {level}.",
    "grace": "Tier kept for a while, though its review asked for more: {level}.",
    "refund": "Tier after goods came back: {level}.",
    "merge": "Tier after two accounts became one: {level}.",
    "granted": "Tier given by hand: {level}.",
    "review_granted": "Tier kept because it was given by hand: {level}.",
    "grant_over": "Tier after what was given by hand has ended: {level}.",
    "floor_set": "Tier as it was, with another given by hand below which it does not fall: {level}.",
    "floor_ended": "Tier as it was, without anything given by hand: {level}.",
    "expiring_soon": "Points that expire soon: {points}.",
    "tier_at_risk": "Tier that will be lost at its review, unless more is done by then: {level}.",
    "visit_overdue": "Days since the last visit: {days}.",
    "birthday": "Days until the birthday: {days}.",
    "maturity": "Credits that can be spent from now on: {number}.",
    "lapse": "Holds that ran out by themselves: {number}.",
}
# What cashiers say, receipts show and members are told.
MESSAGES: Final = {
    "thanks": "Thank you!",
    "thanks_earned": "Thank you! Points earned: {points}.",
    "given_back": "Points given back: {points}.",
    "taken_back": "Points taken back: {points}.",
    "spendable": "Points to spend: {points}.",
    "pending": "Not yet to be spent: {points}.",
    "owed": "Points owed: {points}.",
    "missing": "{points} more and you are {level}.",
    "missing_visits": "Visits until you are {level}: {visits}.",
    "promoted": "You are {level} now!",
    "reached": "Reached: “{title}”!",
    "won": "You won: “{title}”!",
    "gift": "Free for you: “{title}”.",
    "to_go": "“{title}”, still to go: {number}.",
    "in_a_row": "“{title}”, in a row: {number}.",
}
# What is missing for the next tier, by the counter that it asks about.
MISSING: Final = {"points": MESSAGES["missing"], "visits": MESSAGES["missing_visits"]}
# What prizes gave, by what gave them; and what draws stopped at for nothing.
PRIZES: Final = {
    "challenge": "Points for completing “{title}”: {points}.",
    "streak": "Points for “{title}”, {periods} in a row: {points}.",
    "surprise": "Points won with “{title}”: {points}.",
    "wheel": "Points won with “{title}”: {points}.",
    "tier": "Points for reaching {title}: {points}.",
    "level_of_set": "Points for reaching {title} in “{set}”: {points}.",
    "referral": "Points as a prize for a referral: {points}.",
    "badge": "Badge for “{title}”: “{badge}”.",
    "gift": "Free of charge for “{title}”: “{reward}”.",
    "nothing": "“{title}”: nothing was won this time.",
    "cut": "“{title}” stopped at “{prize}”, of which nothing was left.",
}
# What went back of prizes.
TAKEN_BACK: Final = {
    "points": "Points for “{title}” asked back: {asked}; taken: {taken}.",
    "badge": "Badge for “{title}” taken back: “{badge}”.",
    "gift": "No longer free of charge for “{title}”: “{reward}”.",
    "entry": "Points for “{title}” taken back: {points}.",
}
# What an entry is, by its kind.
ENTRIES: Final = {
    "accrual": OUTCOMES["earned"],
    "redemption": OUTCOMES["redeemed"],
    "return": OUTCOMES["came_back"],
    "reversal": MESSAGES["taken_back"],
    "repaid": "Points taken that had been asked back in vain: {points}.",
    "referral": OUTCOMES["referred"],
    "referral_reversal": "Points for a referral taken back: {points}.",
    "adjustment": OUTCOMES["corrected"],
    "goodwill": "Points as goodwill: {points}.",
    "transfer_out": OUTCOMES["sent"],
    "transfer_in": OUTCOMES["received"],
    "merge_out": "Points handed over to another account: {points}.",
    "merge_in": OUTCOMES["merged"],
}
# What a referral is called among the things that give prizes.
BRINGING_FRIENDS: Final = "Bringing friends"
# How ranks are counted on leaderboards.
RANKING: Final = "Who has as much shares a rank, and the ranks that they take are left out: 1, 2, 2, 4."
PHRASES: Final = frozenset(
    {
        EXACT,
        RANKING,
        BRINGING_FRIENDS,
        *MISSED.values(),
        *BOUND.values(),
        *OUTCOMES.values(),
        *TIMES.values(),
        *MESSAGES.values(),
        *PRIZES.values(),
        *TAKEN_BACK.values(),
        *ENTRIES.values(),
    }
)

# What a look ahead supposes, told with it.
ASSUMED: Final = (
    "Members buy once more what they bought, so many months later; what was given back as a whole is left out.",
    "Points are saved: nothing is paid with them, and no reward is taken.",
    "The rulebook is in force from now on, and nobody joins or leaves.",
    "The sample stands for all members; stocks are as they are now, for each member alone.",
)
