"""The sentences of conditions about members, and of segments, in English."""

from typing import Final

MEMBERS: Final = {
    "it_is_not_so": "it is not so that ({condition})",
    "every": "the number of the member’s purchase can be divided by {number}",
    "purchase_least": "the number of the member’s purchase is {value} or more",
    "purchase_most": "the number of the member’s purchase is {value} or less",
    "last_least": "the member bought before, {value} ago or longer",
    "last_most": "the member bought before, {value} ago or less",
    "membership_least": "the membership has lasted {value} or longer",
    "membership_most": "the membership has lasted {value} or less",
    "recent_least": "the member comes to {amount} or more in {days} ({what})",
    "recent_most": "the member comes to {amount} or less in {days} ({what})",
    "of_points": "points earned",
    "of_spend": "spent",
    "of_visits": "purchases",
    "of_referrals": "friends brought",
    "of_activity": "activities of the kind “{activity}”",
    "birthday": "it is the member’s birthday",
    "near_birthday": "it is from {before} before the member’s birthday to {after} after it",
    "attribute_any": "“{name}” is {any}",
    "attribute_least": "“{name}” is {number} or more",
    "attribute_most": "“{name}” is {number} or less",
    "attribute_yes": "“{name}” is yes",
    "attribute_no": "“{name}” is no",
    "attribute_set": "“{name}” is known",
    "attribute_unset": "“{name}” is not known",
    "segment_is": "A member is in it if {condition}.",
    "only_segments": "Only for the segments {any}.",
}
