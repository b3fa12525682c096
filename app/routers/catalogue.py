"""Every problem that Rung answers with: its status and its texts. The only table from reason codes to HTTP."""

from collections.abc import Mapping
from typing import Final

from msgspec import Struct


class Kind(Struct, frozen=True):
    """One type of problem. `title` never varies, `detail` takes the numbers of the occasion."""

    status: int
    title: str
    detail: str


# The request itself.
_REQUEST: Final = {
    "malformed_json": Kind(422, "The body is not JSON", "The body must be one JSON document in UTF-8."),
    "invalid_request": Kind(422, "The request is not valid", "The request has faults; `errors` lists them."),
    "unauthorized": Kind(401, "No valid credential", "Send a valid credential as `Authorization: Bearer …`."),
    "missing_scope": Kind(403, "The credential may not do this", "This needs a credential with the scope {scope}."),
    "not_found": Kind(404, "Not found", "There is nothing here, or it is not yours."),
    "member_not_found": Kind(404, "No such member", "This programme has no such member."),
    "purchase_not_found": Kind(404, "No such purchase", "This programme has no such purchase."),
    "refund_not_found": Kind(404, "No such refund", "This programme has no such refund."),
    "redemption_not_found": Kind(404, "No such redemption", "This programme has no such redemption."),
    "program_not_found": Kind(404, "No such programme", "There is no such programme."),
    "key_not_found": Kind(404, "No such key", "This programme has no such key."),
    "rulebook_not_found": Kind(404, "No such rulebook", "This programme has no rulebook of this version."),
    "method_not_allowed": Kind(405, "Method not allowed", "This address does not know this method."),
    "body_too_large": Kind(413, "The body is too large", "The body may have at most {bytes_max} bytes."),
    "unsupported_media_type": Kind(415, "Not JSON", "Send the body as `Content-Type: application/json`."),
    "precondition_required": Kind(428, "If-Match is missing", "Send the ETag that you read as `If-Match`."),
    "precondition_failed": Kind(412, "Changed meanwhile", "It has changed since you read it. Read it again."),
    "internal_error": Kind(500, "Rung failed", "This is our fault. A retry with the same key is safe."),
    "totals_behind": Kind(
        503, "The totals are being counted", "Ask again in a moment; what was counted stays counted."
    ),
    "unavailable": Kind(503, "Busy", "Rung cannot answer now. A retry with the same key is safe."),
}

# Keys and names of the caller.
_CALLER: Final = {
    "idempotency_key_missing": Kind(422, "Idempotency-Key is missing", "Send 8 to 255 visible ASCII characters."),
    "idempotency_key_invalid": Kind(422, "Idempotency-Key is not valid", "Send 8 to 255 visible ASCII characters."),
    "idempotency_key_reused": Kind(
        422, "The idempotency key was used for something else", "This key belongs to another request of this source."
    ),
    "external_id_reused": Kind(
        409,
        "The external id was used for something else",
        "Another content was recorded under this external id. "
        "A purchase can be voided and replaced, or moved to another member.",
    ),
    "identifiers_conflict": Kind(
        409, "The identifiers belong to different members", "These identifiers lead to more than one member."
    ),
    "identifier_taken": Kind(409, "The identifier is taken", "Another member has this identifier."),
    "phone_differs": Kind(
        409, "The member has another phone", "The phone of this member is another one. An edit of the profile moves it."
    ),
    "card_blocked": Kind(409, "The card is blocked", "This card is blocked. Ask for another card, or for the phone."),
    "card_replaced": Kind(409, "The card was replaced before", "Another card came in the place of this one."),
    "card_not_found": Kind(404, "No such card", "The member has no such card."),
    "member_erased": Kind(410, "The member was erased", "Everything personal about this member was destroyed."),
    "too_many_consents": Kind(409, "Too many consents", "No more can be recorded for this member."),
    "referral_code_unknown": Kind(422, "Unknown referral code", "No member has this referral code."),
    "code_not_valid": Kind(
        422, "Not a code", "A code has three to twenty letters, digits and hyphens, and at least one letter."
    ),
    "code_reserved": Kind(409, "The code is reserved", "Nobody may call themselves so."),
    "code_taken": Kind(409, "The code is taken", "Another member has this code."),
    "too_many_codes": Kind(409, "Too many codes", "The member has as many codes as anybody may have."),
    "unknown_claim_code": Kind(422, "Unknown claim code", "No receipt of this programme has this code."),
    "already_claimed": Kind(409, "Claimed already", "The points of this receipt were claimed before."),
}

# Configuration.
_CONFIGURATION: Final = {
    "rulebook_invalid": Kind(422, "The rulebook is not valid", "The document has faults; `errors` lists them."),
    "effective_too_soon": Kind(
        422, "Effective too soon", "A version takes effect {seconds_min} seconds after it is published, or later."
    ),
    "effective_not_increasing": Kind(
        409, "Effective before an earlier version", "A later version must take effect after the one before it."
    ),
    "correction_not_found": Kind(404, "No such correction", "This programme has no such correction."),
    "correction_not_ready": Kind(409, "Not ready yet", "Purchases are still being looked for. Ask again in a moment."),
    "shadow_not_found": Kind(404, "No shadow", "This draft has never run in shadow."),
    "shadow_running": Kind(409, "It runs already", "This draft runs in shadow. Stop it first."),
    "too_many_shadows": Kind(409, "Too many shadows", "Stop another one first."),
    "draft_not_found": Kind(404, "No such draft", "This programme has no such draft."),
    "backtest_not_found": Kind(404, "No such backtest", "This programme has no such backtest."),
    "backtest_not_done": Kind(409, "Not done yet", "It has no report: it waits, runs, was cancelled or failed."),
    "too_many_backtests": Kind(409, "Too many backtests", "Wait for one to end, or cancel one."),
    "too_many_drafts": Kind(409, "Too many drafts", "Put some away first."),
    "valuation_exists": Kind(409, "Valued already", "Another value is in force from this day on."),
    "valuation_not_later": Kind(409, "Valued from a later day on", "A value must begin later than those before it."),
    "valuation_past": Kind(409, "The day is over", "A day that is over keeps the value that it had."),
    "not_a_sandbox": Kind(409, "Not a sandbox", "Only a sandbox programme has a test clock."),
    "clock_runs_forward": Kind(409, "The clock runs forward only", "The test clock cannot go back."),
}

# Why the engine said no.
_REFUSALS: Final = {
    "no_rulebook": Kind(409, "No rulebook is in force", "Publish a rulebook that is in force at this instant."),
    "not_enrolled": Kind(409, "The member is not enrolled", "Enrol the member first."),
    "currency_mismatch": Kind(422, "Another currency", "This programme's currency is {expected}."),
    "tenders_exceed_total": Kind(422, "Paid more than is due", "The tenders may add up to at most {total}."),
    "more_than_one_points_tender": Kind(422, "Two tenders of points", "A purchase takes one tender of points."),
    "tender_value_mismatch": Kind(
        422, "The points have another value", "The points of this tender are worth {expected}."
    ),
    "not_redeemable": Kind(409, "Points cannot be redeemed", "The rulebook in force does not redeem points."),
    "insufficient_points": Kind(409, "Not enough points", "Points available: {available}; asked for: {requested}."),
    "below_minimum": Kind(
        422, "Too few points to redeem", "Points needed at least: {minimum}; asked for: {requested}."
    ),
    "not_a_step": Kind(
        422, "Not a whole number of steps", "Points must be a multiple of {step}; asked for: {requested}."
    ),
    "exceeds_basket": Kind(
        422,
        "More points than the basket takes",
        "Points that this basket takes: {most_points}; asked for: {requested}.",
    ),
    "too_old": Kind(422, "Too long ago", "Days that a purchase may lie back: {days_max}."),
    "already_reversed": Kind(409, "Already undone", "It was undone before, by {by}."),
    "draw_final": Kind(409, "A turned wheel is final", "This wheel cannot be turned back, whatever it stopped at."),
    "wrong_kind": Kind(422, "Another kind of fact", "The id names something of another kind."),
    "number_too_large": Kind(422, "A number is too large", "The sum does not fit into 64 bits."),
}

# Why nobody is brought.
_REFERRALS: Final = {
    "referral_code_not_yet": Kind(409, "The code is not good yet", "The code is good from {valid_from} on."),
    "referral_code_expired": Kind(409, "The code has expired", "The code was good until {valid_until}."),
    "referral_self": Kind(409, "Nobody brings themselves", "Who gave the code and who names it are one person."),
    "referral_cycle": Kind(409, "Brought by each other", "The member brought the one who is to have brought them."),
    "referrer_blocked": Kind(409, "The referrer is blocked", "Who gave the code is blocked."),
    "referral_not_offered": Kind(
        409, "No referral afterwards", "The rulebook in force lets nobody say later who brought them."
    ),
    "referral_already": Kind(409, "Brought already", "It is known who brought the member."),
    "referral_existing_member": Kind(
        409, "An existing member", "The member has made a purchase that would have qualified."
    ),
    "referral_too_late": Kind(409, "Too late for a referral", "Days after the enrolment at most: {days}."),
}

# Why the engine said no to what comes after a purchase.
_LIFECYCLE: Final = {
    "too_late": Kind(409, "Too late", "The request arrived after its `not_after`."),
    "cancelled": Kind(409, "Cancelled in advance", "The request was cancelled before it arrived."),
    "member_blocked": Kind(409, "The member is blocked", "Nothing is earned or spent until the member is unblocked."),
    "member_merged": Kind(409, "The member was merged", "Their account went on under another member."),
    "in_a_household": Kind(409, "In a household", "The member shares a wallet; they must leave it first."),
    "unknown_wallet": Kind(422, "No such wallet", "The rulebook in force has no such wallet."),
    "nothing_to_correct": Kind(409, "Nothing to correct", "The purchase has earned what this version gives."),
    "facts_not_recorded": Kind(
        409, "Not everything was recorded", "This version looks at something that was not recorded with the purchase."
    ),
    "not_voided": Kind(409, "Not voided", "A purchase replaces only a voided one with the same external id."),
    "line_repeated": Kind(422, "The same line twice", "Each line may be named once."),
    "partly_reversed": Kind(409, "Partly undone", "Some of it was undone before; refund the rest."),
    "unknown_line": Kind(422, "No such line", "The purchase has no such line."),
    "quantity_or_amount": Kind(422, "Quantity or amount", "Give either a quantity or an amount, not both."),
    "lines_or_amount": Kind(422, "Lines or amount", "Give either lines or an amount, not both."),
    "refunds_too_much": Kind(409, "More than remains", "Remaining: {remaining}; asked for: {requested}."),
    "not_enough_to_reverse": Kind(
        409, "Not enough points to take back", "Points to take back: {asked}; there are: {available}."
    ),
    "paid_with_points": Kind(
        409, "Paid with points", "A purchase that was paid with points cannot be moved; void it and record it anew."
    ),
    "same_member": Kind(422, "The same member", "Name another member."),
    "nothing_pending": Kind(409, "Nothing is pending", "No points of this purchase wait for a confirmation."),
    "not_cancellable": Kind(422, "Cannot be cancelled", "What was recorded under this key cannot be undone."),
    "hold_ended": Kind(409, "The hold has ended", "It was captured or released, or it has lapsed."),
    "hold_too_short": Kind(422, "The hold is too short", "Minutes at least: {minimum}."),
    "hold_life_exceeded": Kind(
        409, "Longer than a hold may live", "Minutes possible now: {maximum}; asked for: {requested}."
    ),
    "exceeds_hold": Kind(422, "More than the hold keeps", "Points set aside: {held}; asked for: {requested}."),
    "unknown_reward": Kind(422, "No such reward", "The catalogue in force has no such reward."),
    "out_of_stock": Kind(409, "Out of stock", "Pieces left: {left}; asked for: {requested}."),
    "reward_limit": Kind(409, "As many as a member may have", "A member may have: {limit}; this one has had: {taken}."),
    "wrong_tier": Kind(409, "Not for this tier", "This reward is for members of: {tiers}."),
    "wrong_segment": Kind(409, "Not for this member", "This reward is for the segments: {segments}."),
    "not_yet_available": Kind(409, "Not yet available", "It can be had from {valid_from} on."),
    "no_longer_available": Kind(409, "No longer available", "It could be had until {valid_until}."),
    "quantity_out_of_range": Kind(422, "Too many at once", "At most at one time: {maximum}."),
    "voucher_used": Kind(409, "The voucher was used", "A voucher works once."),
    "voucher_cancelled": Kind(409, "The voucher was cancelled", "Its redemption was cancelled."),
    "voucher_expired": Kind(409, "The voucher has expired", "It could be used until {last_day}."),
    "nothing_to_adjust": Kind(422, "Nothing to give or take", "The points must not be zero."),
    "approval_needed": Kind(
        409, "A second person is needed", "More points than {over} need the approval of another key."
    ),
    "expires_too_soon": Kind(422, "Expires too soon", "The last valid day must lie ahead."),
    "goodwill_off": Kind(409, "No goodwill is given", "The rulebook in force lets nobody give goodwill."),
    "goodwill_too_large": Kind(
        409, "Too much goodwill at once", "Points at one time at most: {maximum}; asked for: {requested}."
    ),
    "goodwill_used_up": Kind(
        409, "Goodwill of the day is used up", "Points left for this member of the staff today: {left}."
    ),
    "unknown_lot": Kind(404, "No such lot", "The member has no such lot."),
    "lot_closed": Kind(409, "The lot is closed", "Nothing of it is left."),
    "lot_without_date": Kind(409, "The lot has no date", "It does not expire on a date."),
    "not_longer": Kind(422, "Not longer", "The new last valid day must lie ahead, and after the old one."),
    "unknown_tier_set": Kind(422, "No such set of tiers", "The rulebook has no set of tiers with this id."),
    "unknown_tier": Kind(422, "No such tier", "The set of tiers has no such level above its base level."),
    "ends_too_soon": Kind(422, "Ends too soon", "The last day must lie ahead."),
    "nothing_granted": Kind(409, "Nothing was given by hand", "There is nothing that could be ended."),
    "transfers_off": Kind(409, "No transfers", "The rulebook in force lets members transfer nothing."),
    "above_maximum": Kind(409, "Too many at once", "Points at most: {maximum}; asked for: {requested}."),
    "daily_limit": Kind(
        409, "The day's limit is reached", "Points that can still be given today: {left}; asked for: {requested}."
    ),
    "already_in_a_household": Kind(
        409, "In a household already", "The member shares a wallet; they must leave it first."
    ),
    "in_no_household": Kind(409, "In no household", "The member shares no wallet."),
    "unknown_activity": Kind(422, "No such kind of activity", "The rulebook in force declares no such activity."),
    "activity_field_required": Kind(422, "A field is missing", "This kind of activity needs the field."),
    "activity_field_unknown": Kind(422, "No such field", "This kind of activity has no such field."),
    "activity_field_invalid": Kind(422, "A field is not valid", "The field must be as the rulebook declares it."),
    "activity_limit": Kind(409, "Too many activities", "No more of them count: {times} in a time ({per})."),
    "clock_skew": Kind(409, "Dated in the future", "Seconds that the purchase lies ahead: {seconds_ahead}."),
}
_FOUND_NOT: Final = {
    "activity_not_found": Kind(404, "No such activity", "This programme has no such activity."),
    "hold_not_found": Kind(404, "No such hold", "This programme has no such hold."),
    "voucher_not_found": Kind(404, "No such voucher", "No voucher of this programme has this code."),
    "adjustment_not_found": Kind(404, "No such adjustment", "This programme has no such adjustment."),
    "transfer_not_found": Kind(404, "No such transfer", "This programme has no such transfer."),
    "household_not_found": Kind(404, "No such household", "This programme has no such household."),
    "second_person_needed": Kind(409, "Another person must decide", "Who asked for it cannot decide it."),
    "adjustment_decided": Kind(409, "Decided already", "Somebody has decided this adjustment otherwise."),
}

KINDS: Final[Mapping[str, Kind]] = {
    **_REQUEST,
    **_FOUND_NOT,
    **_CALLER,
    **_CONFIGURATION,
    **_REFUSALS,
    **_LIFECYCLE,
    **_REFERRALS,
}
REFUSALS: Final = frozenset({*_REFUSALS, *_LIFECYCLE, *_REFERRALS})

# Faults of single fields: they appear in `errors` only.
FAULTS: Final[Mapping[str, str]] = {
    "missing": "This field is required.",
    "unknown_field": "There is no such field.",
    "unknown_tier": "The rulebook has no such tier.",
    "not_an_integer": "This must be an integer, written without a fraction.",
    "not_a_string": "This must be a string.",
    "not_an_object": "This must be an object.",
    "not_an_array": "This must be an array.",
    "not_a_boolean": "This must be true or false.",
    "not_an_instant": "This must be an RFC 3339 date and time with an offset.",
    "not_offered": "This value is not one of those offered.",
    "too_short": "Length at least: {minimum}.",
    "too_long": "Length at most: {maximum}.",
    "too_small": "At least: {minimum}.",
    "too_large": "At most: {maximum}.",
    "out_of_range": "This lies outside the range that can be handled.",
    "wrong_format": "This is not written as it should be.",
    "not_an_id": "This is not an id of this kind.",
    "unknown_member": "This programme has no such member.",
    "unknown_purchase": "This programme has no such purchase.",
    "unknown_redemption": "This programme has no such redemption.",
    "unknown_currency": "This is not a currency of ISO 4217.",
    "unknown_zone": "This is not a zone of the IANA data base.",
    "one_rulebook": "Give exactly one of document, draft and version.",
    "code_or_answer": "Give a code, an answer, or both.",
    "identifier_required": "Give at least one of external_id, card and phone.",
    "one_identifier": "Give exactly one of external_id, card and phone.",
    "not_a_day": "There is no such day.",
    "unknown_attribute": "The rulebook in force declares no such attribute.",
    "not_a_phone": "This is no phone number. One of another country needs its code, as in +84.",
    "points_missing": "A tender of points needs its points.",
    "points_not_allowed": "Only a tender of points has points.",
    "amount_missing": "This tender needs its amount.",
    "member_required": "A purchase of a batch needs its member: no receipt would have its claim code.",
    "kind_mismatch": "The command needs the body that its kind names, and no other.",
    "sandbox_only": "Only a sandbox programme has a test clock.",
    "too_many_groups": "There are more groups than one answer holds. Ask for fewer dimensions or days.",
    "unstorable": "Text may not contain control characters, and numbers must be finite.",
    "invalid": "This value is not valid.",
}

# Warnings in answers.
WARNINGS: Final[Mapping[str, str]] = {
    "clock_skew": "The purchase was dated in the future and was judged at the time of recording.",
    "activity_limit": "The activity was one too many of its kind and counts for nothing.",
    "late": "The purchase was recorded late and was judged by its own time.",
    "referral_existing_member": "The referral code was not used: the member was enrolled before.",
    "referral_not_offered": "The referral code was not used: no referral is offered at present.",
}
