"""Sentences about people: what is known of members, and what they get for bringing friends."""

from typing import Final

PEOPLE: Final = {
    "attribute": "Attribute “{title}” ({id})",
    "attribute_text": "Its value is a short text.",
    "attribute_number": "Its value is a whole number.",
    "attribute_yes_no": "Its value is yes or no.",
    "attribute_choice": "Its value is one of these: {codes}.",
    "attribute_personal": "Only managers and the member themselves read it.",
    "attribute_open": "Tills read it, too.",
    "referrer_wallet": "The points of who brings a friend go into the wallet “{wallet}”.",
    "friend_wallet": "The points of the friend go into the wallet “{wallet}”.",
    "referrer_expiry": "The points of who brings a friend have a life of their own. {life}",
    "friend_expiry": "The points of the friend have a life of their own. {life}",
    "referrer_badge": "Who brings a friend gets the badge “{title}”, too.",
    "friend_badge": "The friend gets the badge “{title}”, too.",
    "referrer_gift": "Who brings a friend may take “{title}” once for nothing.",
    "friend_gift": "The friend may take “{title}” once for nothing.",
    "stores": "The friend’s purchase must be made in the store {any}.",
    "categories": "Of the friend’s purchase only goods of these categories count: {codes}.",
    "hold_days": "Both can spend these points {days} after the friend’s purchase.",
    "per_day": "Who brings friends is rewarded on one day for at most: {number}.",
    "per_week": "Who brings friends is rewarded in one week for at most: {number}.",
    "per_month": "Who brings friends is rewarded in one month for at most: {number}.",
    "per_year": "Who brings friends is rewarded in one year for at most: {number}.",
    "per_ever": "Who brings friends is rewarded in all their life for at most: {number}.",
    "level_2": "Who had brought the one who brings the friend gets {points}.",
    "level_3": "Who had brought that one gets {points}.",
    "afterwards": "A member may say who brought them after joining, too, until the first purchase that counts.",
    "not_afterwards": "A member says who brought them when joining.",
}
