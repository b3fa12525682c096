"""Sentences about what is left to chance, about prizes, and about leaderboards."""

from typing import Final

# What a prize gives: parts of a sentence, which `gives` lists.
PRIZES: Final = {
    "gives": "It gives {what}.",
    "points": "{points} into the main wallet",
    "points_into": "{points} into the wallet “{wallet}”",
    "badge": "the badge “{title}”",
    "gift": "the reward “{title}” once at no cost",
    "gift_days": "the reward “{title}” once at no cost, to be taken within {days}",
}
CHANCE: Final = {
    "surprise": "Surprise “{title}” ({id})",
    "on_purchases": "A draw comes with purchases.",
    "on_activity": "A draw comes with activities of the kind “{kind}”.",
    "chance": "The prize “{title}” has a weight of {weight} out of {total}. {prize}",
    "nothing": "To win nothing has a weight of {weight} out of {total}.",
    "stock": "The prize “{title}” can be won by all members together so often: {number}.",
    "budget": "All members together win at most: {points}.",
    "draws_day": "A member draws in one day at most so often: {number}.",
    "draws_week": "A member draws in one week at most so often: {number}.",
    "draws_month": "A member draws in one month at most so often: {number}.",
    "draws_year": "A member draws in one year at most so often: {number}.",
    "draws_ever": "A member draws in all at most so often: {number}.",
    "sticky": "A prize stays when what it came with goes back.",
    "not_sticky": "A prize goes back with what it came with.",
    "cancel_final": "A turn of the wheel is final.",
    "cancel_give_back": "Staff can cancel a turn: its points come back and its prize goes.",
    "leaderboard": "Leaderboard “{title}” ({id})",
    "count_purchases": "It counts purchases.",
    "count_activity": "It counts activities of the kind “{kind}”.",
    "sum_amount": "It adds up the money of purchases.",
    "sum_quantity": "It adds up the pieces that are bought.",
    "sum_points": "It adds up the points that purchases earn.",
    "sum_points_activity": "It adds up the points that activities of the kind “{kind}” earn.",
    "group_programme": "All members compete with each other.",
    "group_store": "Members compete in each store with what they do there.",
    "group_team": "Members compete who have the same value of the attribute “{attribute}”.",
    "period_day": "It begins from nothing every day.",
    "period_week": "It begins from nothing every week.",
    "period_month": "It begins from nothing every month.",
    "period_quarter": "It begins from nothing every quarter.",
    "period_year": "It begins from nothing every year.",
    "period_ever": "It never begins anew.",
    "show": "So many places are shown: {number}.",
}
