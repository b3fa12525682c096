"""Where refusals point: clients mark the field that a pointer names."""

from collections.abc import Mapping
from typing import Final

from app.engine.refusals import Refusal

# What is not here is about the whole command, and points nowhere.
POINTERS: Final[Mapping[str, set[str]]] = {
    "above_maximum": {"/points"},
    "activity_limit": {"/kind"},
    "approval_needed": {"", "/points"},
    "below_minimum": {"/points"},
    "clock_skew": {"/occurred_at"},
    "currency_mismatch": {"/currency"},
    "daily_limit": {"/points"},
    "exceeds_basket": {"/tenders/0/points"},
    "exceeds_hold": {"/points"},
    "expires_too_soon": {"/expires_at"},
    "goodwill_too_large": {"/points"},
    "goodwill_used_up": {"/points"},
    "hold_life_exceeded": {"/minutes"},
    "hold_too_short": {"/minutes"},
    "insufficient_points": {"/points", "/reward", "/tenders/0/points"},
    "lines_or_amount": {"/amount"},
    "lot_closed": {"/lot"},
    "lot_without_date": {"/lot"},
    "member_blocked": {"", "/to"},
    "more_than_one_points_tender": {"/tenders/1"},
    "no_longer_available": {"/reward"},
    "not_a_step": {"/points"},
    "not_longer": {"/expires_at"},
    "not_redeemable": {"/points"},
    "not_voided": {"/replaces"},
    "not_yet_available": {"/reward"},
    "nothing_to_adjust": {"/points"},
    "number_too_large": {"", "/expires_at", "/lines", "/points"},
    "out_of_stock": {"/reward"},
    "quantity_or_amount": {"/lines/0"},
    "quantity_out_of_range": {"/quantity"},
    "refunds_too_much": {"/amount", "/lines/0/line"},
    "reward_limit": {"/reward"},
    "same_member": {"/from", "/household", "/member", "/to"},
    "tender_value_mismatch": {"/tenders/0/amount"},
    "tenders_exceed_total": {"/tenders"},
    "too_old": {"/occurred_at"},
    "unknown_activity": {"/kind"},
    "unknown_lot": {"/lot"},
    "unknown_reward": {"/reward"},
    "unknown_wallet": {"/wallet"},
    "wrong_segment": {"/reward"},
    "wrong_tier": {"/reward"},
}


def told(refusal: Refusal) -> dict[str, Mapping[str, int | str]]:
    """The numbers of each reason by its code; each has to point where its code does."""
    for reason in refusal.reasons:
        is_field = reason.code.startswith("activity_field_") and reason.pointer.startswith("/fields/")
        assert is_field or reason.pointer in POINTERS.get(reason.code, {""}), reason
    return {reason.code: dict(reason.numbers) for reason in refusal.reasons}
