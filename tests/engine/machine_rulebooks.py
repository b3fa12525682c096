"""Rulebooks for the machine: short lives, narrow floors, small stocks, so that everything happens within months."""

from typing import Any

from hypothesis import strategies as st

from app.engine.rulebook.document import Rulebook
from tests.engine.builders import PLAIN_REDEMPTION, PLAIN_RULES, rulebook

NEVER = {"kind": "never"}
MODES = st.sampled_from(["reevaluate", "prorate", "keep", "all_or_nothing"])
EXPIRIES = st.one_of(
    st.just(NEVER),
    st.builds(lambda months: {"kind": "rolling", "months": months}, st.integers(1, 3)),
    st.builds(lambda days: {"kind": "rolling_days", "days": days}, st.integers(1, 45)),
    st.builds(
        lambda period, periods: {"kind": "end_of_period", "period": period, "periods": periods},
        st.sampled_from(["month", "quarter", "year"]),
        st.integers(0, 2),
    ),
    st.builds(
        lambda month, day: {"kind": "fixed_date", "date": f"2024-{month:02}-{day:02}"},
        st.integers(1, 12),
        st.integers(1, 29),
    ),
    st.builds(lambda days: {"kind": "inactivity", "days": days}, st.integers(1, 40)),
    st.builds(lambda months: {"kind": "inactivity", "months": months}, st.integers(1, 2)),
)
DATED = EXPIRIES.filter(lambda expiry: expiry["kind"] != "inactivity")
PENDING = st.one_of(
    st.none(),
    st.none(),
    st.builds(lambda days: {"kind": "after_days", "days": days}, st.integers(1, 20)),
    st.just({"kind": "event"}),
)
DEBTS = st.one_of(
    st.just({}),
    st.builds(lambda floor: {"floor_points": floor}, st.integers(-120, 0)),
    st.sampled_from([{"policy": "clamp"}, {"policy": "refuse"}]),
)
REDEMPTIONS = st.sampled_from(
    [
        *[PLAIN_REDEMPTION] * 6,
        {"points": 1, "value_minor": 1, "step_points": 5, "minimum_points": 10},
        None,
    ]
)


def _wallet(name: str) -> st.SearchStrategy[dict[str, object]]:
    return st.fixed_dictionaries(
        {
            "id": st.just(name),
            "title": st.just({"en": name}),
            "expiry": EXPIRIES,
            "pending": PENDING,
            "debt": DEBTS,
            "redemption": REDEMPTIONS,
        }
    )


def _rules(mode_of_stamps: str, mode_of_cents: str, mode_of_promo: str, promo: object) -> list[dict[str, object]]:
    """A point a minor unit; three stamps a visit; a cent for every ten; seven points with a life of their own."""
    found: list[dict[str, Any]] = [
        *PLAIN_RULES,
        {
            "id": "stamps",
            "effect": {"kind": "bonus", "points": 3},
            "wallet": "stamps",
            "on_refund": mode_of_stamps,
        },
        {
            "id": "cents",
            "effect": {"kind": "per_amount", "points": 1, "per_minor": 10},
            "wallet": "cents",
            "on_refund": mode_of_cents,
        },
    ]
    if promo is not None:
        bonus = {"kind": "bonus", "points": 7}
        found.append({"id": "promo", "effect": bonus, "expiry": promo, "on_refund": mode_of_promo})
    return found


RULES = st.builds(_rules, MODES, MODES, MODES, st.none() | DATED)


def _reward(number: int, wallet: str) -> st.SearchStrategy[dict[str, object]]:
    return st.fixed_dictionaries(
        {
            "id": st.just(f"reward-{number}"),
            "title": st.just({"en": "Reward"}),
            "cost_points": st.integers(1, 25),
            "wallet": st.just(wallet),
            "kind": st.sampled_from(["voucher", "item"]),
            "stock": st.none() | st.integers(1, 4),
            "per_member": st.none() | st.integers(1, 3),
            "voucher_days": st.none() | st.integers(1, 20),
        }
    ).map(lambda reward: reward if reward["kind"] == "voucher" else {**reward, "voucher_days": None})


@st.composite
def programmes(draw: st.DrawFn) -> Rulebook:
    """A rulebook of which the naive model understands every word."""
    return rulebook(
        earning={"rules": draw(RULES)},
        expiry=draw(EXPIRIES),
        pending=draw(PENDING),
        redemption=draw(REDEMPTIONS),
        debt=draw(DEBTS),
        wallets=[draw(_wallet("stamps")), draw(_wallet("cents"))],
        holds={"minutes": draw(st.sampled_from([15, 3000])), "life_minutes_max": draw(st.sampled_from([4000, 60000]))},
        rewards=[draw(_reward(0, "points")), draw(_reward(1, "stamps"))],
        transfers=draw(
            st.sampled_from([*[{}] * 5, {"minimum_points": 5, "maximum_points": 60}, {"per_day_points": 50}, None])
        ),
        adjustments=draw(st.sampled_from([{}, {"approval_over_points": 50}])),
        goodwill=draw(st.none() | st.just({"points_per_staff_and_day": 30, "points_max": 20})),
        expiry_notice_days=draw(st.sampled_from([0, 0, 7])),
        late=draw(st.sampled_from([{}, {"days_max": 10, "clock_skew": "refuse"}])),
    )
