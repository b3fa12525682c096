"""What the check says of referrals (semantics 32): nothing idle, nothing unknown, nothing that cannot be spent."""

from typing import Any

import pytest

from tests.engine.rulebook.build import document
from tests.engine.rulebook.test_check import faults

TERMS = {"referrer_points": 50, "friend_points": 30, "minimum_minor": 0, "within_days": 30}
NINETY = {"kind": "rolling_days", "days": 90}


def test_terms_in_full_pass() -> None:
    terms = {
        **TERMS,
        "friend_wallet": "stamps",
        "referrer_expiry": NINETY,
        "hold_days": 90,
        "caps": [{"friends": 1, "per": "day"}, {"friends": 5, "per": "ever"}],
        "upline_points": [10, 5],
        "stores": ["D1"],
        "categories": ["coffee"],
        "afterwards": True,
    }
    assert faults(document(referral=terms, wallets=[{"id": "stamps", "title": {"en": "Stamps"}}])) == []


@pytest.mark.parametrize(
    ("terms", "found"),
    [
        ({"referrer_wallet": "stamps"}, ("/referral/referrer_wallet", "unknown_wallet")),
        ({"friend_wallet": "stamps"}, ("/referral/friend_wallet", "unknown_wallet")),
        ({"hold_days": 91, "friend_expiry": NINETY}, ("/referral/friend_expiry/days", "never_spendable")),
        (
            {"referrer_expiry": {"kind": "inactivity", "months": 12}},
            ("/referral/referrer_expiry/kind", "only_for_wallets"),
        ),
        ({"friend_prize": {"badge": "early"}}, ("/referral/friend_prize/badge", "unknown_badge")),
        ({"referrer_prize": {"points": 5}}, ("/referral/referrer_prize/points", "points_stand_apart")),
        (
            {"caps": [{"friends": 1, "per": "day"}, {"friends": 2, "per": "day"}]},
            ("/referral/caps/1/per", "duplicate_id"),
        ),
        ({"referrer_points": 0, "caps": [{"friends": 1, "per": "day"}]}, ("/referral/caps", "no_effect")),
        ({"referrer_points": 0, "upline_points": [1]}, ("/referral/upline_points", "no_effect")),
        ({"upline_points": [1, 2, 3]}, ("/referral/upline_points", "too_long")),
        ({"hold_days": -1}, ("/referral/hold_days", "too_small")),
    ],
)
def test_what_is_wrong_with_terms_is_told_where_it_is(terms: dict[str, Any], found: tuple[str, str]) -> None:
    assert faults(document(referral={**TERMS, **terms})) == [found]
