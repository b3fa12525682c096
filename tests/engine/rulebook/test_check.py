"""What the check refuses, where it points, and that it says everything at once."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.engine.rulebook.check import Fault, check
from app.engine.rulebook.document import Rulebook
from tests.engine.rulebook.build import BASE, LEVELS, Json, bonus, document, rulebook, times, told

LEAF: Json = {"kind": "weekday", "any_of": ["mon"]}


def faults(raw: object, previous: Rulebook | None = None) -> list[tuple[str, str]]:
    """Pointer and code of each fault."""
    return told(check(raw, previous))


def rule(**parts: Any) -> Json:
    return {"id": "r", "effect": bonus(1), **parts}


def of_rule(**parts: Any) -> list[tuple[str, str]]:
    return faults(document(rule(**parts)))


@pytest.mark.parametrize("raw", [None, 5, "x", [], True, 1.5])
def test_only_an_object_is_a_document(raw: object) -> None:
    assert faults(raw) == [("", "wrong_type")]


def test_every_fault_is_named_at_once_and_in_order() -> None:
    raw = {
        "title": {},
        "colour": "red",
        "earning": {"rules": [{"id": "No", "effect": {"kind": "bonus", "points": 0}}, {"effect": {"kind": "gift"}}]},
        "expiry": {"kind": "rolling"},
    }
    assert faults(raw) == [
        ("/title", "too_short"),
        ("/earning/rules/0/id", "invalid_format"),
        ("/earning/rules/0/effect/points", "too_small"),
        ("/earning/rules/1/id", "required"),
        ("/earning/rules/1/effect/kind", "unknown_value"),
        ("/expiry/months", "required"),
        ("/colour", "unknown_field"),
    ]


@pytest.mark.parametrize(
    ("points", "code"),
    [
        (True, "wrong_type"),
        ("7", "wrong_type"),
        (7.0, "wrong_type"),
        (float("nan"), "wrong_type"),
        (None, "wrong_type"),
        (0, "too_small"),
        (-1, "too_small"),
        (10**9 + 1, "too_large"),
        (10**30, "too_large"),
    ],
)
def test_points_are_whole_numbers_within_limits(points: object, code: str) -> None:
    assert of_rule(effect={"kind": "bonus", "points": points}) == [("/earning/rules/0/effect/points", code)]


@pytest.mark.parametrize("text", ["\ud800", "a\x00b", "", "x" * 201, 5])
def test_texts_are_short_and_clean(text: object) -> None:
    assert [pointer for pointer, _ in faults(document(title={"vi": text}))] == ["/title/vi"]


@pytest.mark.parametrize("language", ["", "VI", "vietnamese", "vi_VN", "vi-vn"])
def test_texts_name_their_language(language: str) -> None:
    assert faults(document(title={language: "x"})) == [(f"/title/{language}", "invalid_format")]


@pytest.mark.parametrize("when", ["2026-02-30", "2026-2-3", "2026-02-03T00:00:00", 20260203, "", "\uff12026-02-03"])
def test_dates_are_dates_of_the_calendar(when: object) -> None:
    assert [pointer for pointer, _ in of_rule(valid_from=when)] == ["/earning/rules/0/valid_from"]


@pytest.mark.parametrize("time", ["24:00", "9:00", "09:60", "09:00:00", 9])
def test_times_are_hours_and_minutes(time: object) -> None:
    when = {"kind": "time_of_day", "from": time, "until": "10:00"}
    assert [pointer for pointer, _ in of_rule(when=when)] == ["/earning/rules/0/when/from"]


def test_the_way_into_a_tree_of_conditions_is_exact() -> None:
    when = {
        "kind": "all",
        "conditions": [
            LEAF,
            {"kind": "not", "condition": {"kind": "any", "conditions": [{"kind": "weekday", "any_of": ["mon", "x"]}]}},
        ],
    }
    place = "/earning/rules/0/when/conditions/1/condition/conditions/0/any_of/1"
    assert of_rule(when=when) == [(place, "unknown_value")]


def test_pointers_escape_what_they_must() -> None:
    assert faults({**document(), "a/b~c": 1}) == [("/a~1b~0c", "unknown_field")]


def test_a_condition_of_nothing_is_refused() -> None:
    assert of_rule(when={"kind": "store", "any_of": []}) == [("/earning/rules/0/when/any_of", "too_short")]
    assert of_rule(when={"kind": "all", "conditions": []}) == [("/earning/rules/0/when/conditions", "too_short")]


def test_ids_are_unique() -> None:
    assert faults(document(BASE, BASE)) == [("/earning/rules/1/id", "duplicate_id")]


def test_conditions_name_known_tiers() -> None:
    when = {"kind": "any", "conditions": [LEAF, {"kind": "tier", "any_of": ["vang", "gold"]}]}
    place = "/earning/rules/0/when/conditions/1/any_of/1"
    assert of_rule(when=when) == [(place, "unknown_tier")]
    assert faults(document(rule(when={"kind": "tier", "any_of": ["vang"]}), tiers=None)) == [
        ("/earning/rules/0/when/any_of/0", "unknown_tier")
    ]


def test_a_period_does_not_end_before_it_begins() -> None:
    assert of_rule(valid_from="2026-02-02", valid_until="2026-02-02") == []
    assert of_rule(valid_from="2026-02-02", valid_until="2026-02-01") == [
        ("/earning/rules/0/valid_until", "empty_period")
    ]


def test_a_window_of_the_day_has_a_length() -> None:
    when = {"kind": "time_of_day", "from": "10:00", "until": "10:00"}
    assert of_rule(when=when) == [("/earning/rules/0/when/until", "empty_window")]


@pytest.mark.parametrize(
    "conditions",
    [
        [LEAF, {"kind": "weekday", "any_of": ["tue"]}],
        [LEAF, {"kind": "not", "condition": LEAF}],
        [{"kind": "not", "condition": {"kind": "tier", "any_of": ["dong", "bac", "vang"]}}],
        [{"kind": "not", "condition": {"kind": "amount", "at_least_minor": 0}}],
        [{"kind": "store", "any_of": ["A"]}, {"kind": "store", "any_of": ["B"]}],
        [
            {"kind": "time_of_day", "from": "08:00", "until": "10:00"},
            {"kind": "time_of_day", "from": "10:00", "until": "12:00"},
        ],
    ],
)
def test_a_rule_that_no_purchase_can_meet_is_refused(conditions: list[Json]) -> None:
    when = {"kind": "all", "conditions": conditions}
    assert of_rule(when=when) == [("/earning/rules/0/when", "never_applies")]


@pytest.mark.parametrize(
    "when",
    [
        {"kind": "not", "condition": {"kind": "store", "any_of": ["A"]}},
        {"kind": "not", "condition": {"kind": "weekday", "any_of": ["mon", "tue", "wed", "thu", "fri", "sat"]}},
        {"kind": "time_of_day", "from": "23:59", "until": "00:00"},
        {"kind": "any", "conditions": [LEAF, {"kind": "not", "condition": LEAF}]},
    ],
)
def test_a_rule_that_some_purchase_meets_is_not(when: Json) -> None:
    assert of_rule(when=when) == []


def test_a_filter_says_something_and_does_not_contradict_itself() -> None:
    assert of_rule(items={}) == [("/earning/rules/0/items", "empty_filter")]
    assert of_rule(items={"skus": ["a"], "except_skus": ["b", "a"]}) == [
        ("/earning/rules/0/items/except_skus/1", "contradiction")
    ]


def test_a_factor_changes_something() -> None:
    assert of_rule(effect=times(2, 2)) == [("/earning/rules/0/effect/by", "no_effect")]
    assert of_rule(effect=times(1, 0)) == [("/earning/rules/0/effect/by/denominator", "too_small")]


def test_trees_are_bounded() -> None:
    deep = LEAF
    for _ in range(7):
        deep = {"kind": "not", "condition": deep}
    wide = {"kind": "any", "conditions": [LEAF] * 63}
    assert of_rule(when=deep) == of_rule(when=wide) == []
    assert of_rule(when={"kind": "not", "condition": deep}) == [("/earning/rules/0/when", "too_deep")]
    assert of_rule(when={"kind": "not", "condition": wide}) == [("/earning/rules/0/when", "too_many_conditions")]


def test_hostile_depth_is_a_fault_and_not_a_crash() -> None:
    bottomless = LEAF
    for _ in range(50_000):
        bottomless = {"kind": "not", "condition": bottomless}
    assert [code for _, code in of_rule(when=bottomless)] == ["too_deep"]


def test_faults_are_bounded() -> None:
    assert len(faults(document(*[rule(effect=times(2, 2)) for _ in range(150)]))) == 100
    assert len(faults({"earning": {"rules": [{}] * 1000}})) == 100


def test_a_document_is_bounded() -> None:
    rules = [rule(id=f"r{number}") for number in range(201)]
    assert faults(document(*rules[:200])) == []
    assert faults(document(*rules)) == [("/earning/rules", "too_long")]
    skus = [str(number) for number in range(501)]
    assert of_rule(items={"skus": skus[:500]}) == []
    assert of_rule(items={"skus": skus}) == [("/earning/rules/0/items/skus", "too_long")]


def test_what_a_basket_may_cost_is_bounded() -> None:
    rates = [{**BASE, "id": f"base-{number}"} for number in range(40)]
    multipliers = [rule(id=f"times-{number}", effect=times(2)) for number in range(51)]
    assert faults(document(*rates, *multipliers[:50])) == []
    assert faults(document(*rates, *multipliers)) == [("/earning/rules", "too_many_combinations")]


def test_levels_rise_from_zero() -> None:
    first, second, third = LEVELS
    levels = [{**first, "from_points": 1}, {**second, "from_points": 1}, {**third, "id": "bac"}]
    assert faults(document(tiers={"levels": levels})) == [
        ("/tiers/levels/0/from_points", "first_level_not_zero"),
        ("/tiers/levels/1/from_points", "not_increasing"),
        ("/tiers/levels/2/id", "duplicate_id"),
    ]


def test_word_of_a_tier_at_risk_can_be_given() -> None:
    place = "/tiers/notice_days"
    month = {"kind": "calendar", "period": "month"}
    for terms, found in (
        ({"notice_days": 30}, []),
        ({"notice_days": 30, "demotion": "never"}, [(place, "no_effect")]),
        ({"notice_days": 0, "demotion": "never"}, []),
        ({"notice_days": 61, "review_months": 2}, []),
        ({"notice_days": 62, "review_months": 2}, [(place, "no_effect")]),
        ({"notice_days": 62, "window": {**month, "keep_periods": 1}}, [(place, "no_effect")]),
        ({"notice_days": 62, "window": {**month, "keep_periods": 2}}, []),
        ({"notice_days": 366, "window": {"kind": "anniversary", "keep_years": 1}}, []),
        ({"notice_days": 367}, [(place, "too_large")]),
    ):
        assert faults(document(tiers={"levels": LEVELS, **terms})) == found, terms


def test_no_level_of_the_previous_version_vanishes() -> None:
    before = rulebook(BASE)
    renamed = [*LEVELS[:2], {**LEVELS[2], "id": "gold"}]
    assert faults(document(BASE, tiers={"levels": renamed}), before) == [("/tiers/levels", "tier_removed")]
    assert faults(document(BASE, tiers=None), before) == [("/tiers", "tier_removed")] * 3
    more = [*LEVELS, {"id": "kim-cuong", "title": {"vi": "Kim cương"}, "from_points": 9000}]
    assert faults(document(BASE, tiers={"levels": more}), before) == []
    assert faults(document(BASE), rulebook(BASE, tiers=None)) == []


@pytest.mark.parametrize(
    ("points", "value_minor", "step_points", "minimum_points", "expected"),
    [
        (100, 5000, 100, 100, []),
        (3, 1, 3, 3, []),
        (3, 1, 2, 2, [("/redemption/step_points", "step_not_exact")]),
        (100, 5000, 100, 150, [("/redemption/minimum_points", "not_a_multiple")]),
        (100, 5000, 100, 50, [("/redemption/minimum_points", "not_a_multiple")]),
        (100, 5000, 0, 100, [("/redemption/step_points", "too_small")]),
    ],
)
def test_a_step_is_worth_whole_money(
    points: int, value_minor: int, step_points: int, minimum_points: int, expected: list[tuple[str, str]]
) -> None:
    terms = {
        "points": points,
        "value_minor": value_minor,
        "step_points": step_points,
        "minimum_points": minimum_points,
    }
    assert faults(document(redemption=terms)) == expected


def test_a_referral_rewards_somebody() -> None:
    terms = {"referrer_points": 0, "friend_points": 0, "minimum_minor": 0, "within_days": 30}
    assert faults(document(referral=terms)) == [("/referral", "no_effect")]


def test_the_floor_of_debt_is_not_above_zero() -> None:
    assert faults(document(debt={"floor_points": -500})) == faults(document(debt={"floor_points": None})) == []
    assert faults(document(debt={"floor_points": 1})) == [("/debt/floor_points", "too_large")]


STAMPS: Json = {"id": "stamps", "title": {"vi": "Tem"}}
MONTH: Json = {"kind": "rolling_days", "days": 30}
INACTIVE: Json = {"kind": "inactivity", "months": 12}


def test_a_document_of_before_means_what_it_meant() -> None:
    """Every part that the lifecycle brought has a default that says how things were."""
    book = rulebook(BASE)
    assert book.model_dump(mode="json", exclude_unset=True) == document(BASE)
    assert (book.wallets, book.rewards, book.pending, book.transfers, book.goodwill) == ((), (), None, None, None)
    assert (book.debt.policy, book.late.days_max, book.late.clock_skew) == ("allow_negative", 30, "accept")
    assert book.tiers
    assert (book.tiers.after_refund, book.tiers.promotion_earns) == ("at_review", "old")
    (rule,) = book.earning.rules
    assert (rule.wallet, rule.expiry, rule.on_refund, rule.cap) == (None, None, "reevaluate", None)


def test_rules_and_rewards_name_known_wallets() -> None:
    assert of_rule(wallet="points") == []
    assert of_rule(wallet="stamps") == [("/earning/rules/0/wallet", "unknown_wallet")]
    assert faults(document(rule(wallet="stamps"), wallets=[STAMPS])) == []
    assert of_reward(wallet="stamps") == [("/rewards/0/wallet", "unknown_wallet")]


def test_wallets_have_ids_of_their_own() -> None:
    assert faults(document(wallets=[STAMPS, {**STAMPS, "id": "points"}, STAMPS])) == [
        ("/wallets/1/id", "reserved_id"),
        ("/wallets/2/id", "duplicate_id"),
    ]
    many = [{**STAMPS, "id": f"w{number}"} for number in range(9)]
    assert faults(document(wallets=many[:8])) == []
    assert faults(document(wallets=many)) == [("/wallets", "too_long")]


def test_no_wallet_of_the_previous_version_vanishes() -> None:
    before = rulebook(BASE, wallets=[STAMPS])
    assert faults(document(BASE), before) == [("/wallets", "wallet_removed")]
    assert faults(document(BASE, wallets=[{**STAMPS, "title": {"vi": "Dấu"}}]), before) == []


def test_a_multiplier_has_no_wallet_and_no_life_of_its_own() -> None:
    assert faults(document(rule(effect=times(2), wallet="stamps", expiry=MONTH), wallets=[STAMPS])) == [
        ("/earning/rules/0/wallet", "not_for_multipliers"),
        ("/earning/rules/0/expiry", "not_for_multipliers"),
    ]


def test_a_limit_is_enough_for_a_single_award() -> None:
    def cap(points: int) -> Json:
        return {"points": points, "per": "transaction"}

    assert of_rule(effect=bonus(50), cap=cap(50)) == []
    assert of_rule(effect=bonus(50), cap=cap(49)) == [("/earning/rules/0/cap/points", "cap_too_low")]
    assert of_rule(effect=times(1, 2), cap=cap(50)) == [("/earning/rules/0/cap", "no_effect")]
    rules = [rule(effect=bonus(50)), rule(id="s", effect=bonus(90), wallet="stamps")]
    assert faults(document(wallets=[STAMPS], earning={"rules": rules, "cap": {"points": 50}})) == []
    assert faults(document(wallets=[STAMPS], earning={"rules": rules, "cap": {"points": 49}})) == [
        ("/earning/cap/points", "cap_too_low")
    ]


def test_only_a_wallet_expires_by_inactivity() -> None:
    assert faults(document(expiry=INACTIVE, wallets=[{**STAMPS, "expiry": INACTIVE}])) == []
    assert of_rule(expiry=INACTIVE) == [("/earning/rules/0/expiry/kind", "only_for_wallets")]
    levels = [{**LEVELS[0], "expiry": INACTIVE}]
    assert faults(document(tiers={"levels": levels})) == [("/tiers/levels/0/expiry/kind", "only_for_wallets")]


@pytest.mark.parametrize("amounts", [{}, {"months": 1, "days": 30}, {"months": None, "days": None}])
def test_inactivity_is_counted_in_months_or_in_days(amounts: Json) -> None:
    expiry = {"kind": "inactivity", **amounts}
    assert faults(document(expiry=expiry)) == [("/expiry", "not_exactly_one")]
    assert faults(document(wallets=[{**STAMPS, "expiry": expiry}])) == [("/wallets/0/expiry", "not_exactly_one")]


def test_points_can_be_spent_before_they_expire() -> None:
    pending = {"kind": "after_days", "days": 31}
    assert faults(document(pending={**pending, "days": 30}, expiry=MONTH)) == []
    assert faults(document(pending=pending, expiry=MONTH)) == [("/expiry/days", "never_spendable")]
    assert faults(document(wallets=[{**STAMPS, "pending": pending, "expiry": MONTH}])) == [
        ("/wallets/0/expiry/days", "never_spendable")
    ]
    assert faults(document(rule(expiry=MONTH), pending=pending)) == [
        ("/earning/rules/0/expiry/days", "never_spendable")
    ]
    assert faults(document(rule(expiry=MONTH, wallet="stamps"), pending=pending, wallets=[STAMPS])) == []
    levels = [{**LEVELS[0], "expiry": MONTH}]
    assert faults(document(tiers={"levels": levels}, pending=pending)) == [
        ("/tiers/levels/0/expiry/days", "never_spendable")
    ]


@pytest.mark.parametrize("policy", ["clamp", "refuse"])
def test_a_floor_needs_debt(policy: str) -> None:
    debt = {"policy": policy, "floor_points": 0}
    assert faults(document(debt={**debt, "floor_points": None})) == []
    assert faults(document(debt=debt, wallets=[{**STAMPS, "debt": debt}])) == [
        ("/debt/floor_points", "floor_without_debt"),
        ("/wallets/0/debt/floor_points", "floor_without_debt"),
    ]


def test_the_terms_of_a_wallet_are_checked_where_they_stand() -> None:
    terms = {"points": 3, "value_minor": 1, "step_points": 2, "minimum_points": 3}
    assert faults(document(wallets=[{**STAMPS, "redemption": terms}])) == [
        ("/wallets/0/redemption/step_points", "step_not_exact"),
        ("/wallets/0/redemption/minimum_points", "not_a_multiple"),
    ]


def of_reward(**parts: Any) -> list[tuple[str, str]]:
    return faults(document(rewards=[{"id": "r", "title": {"vi": "Quà"}, "cost_points": 10, "kind": "item", **parts}]))


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ({"tiers": ["vang"], "tier_costs": {"vang": 5}, "stock": 0, "per_member": 1}, []),
        ({"kind": "voucher", "voucher_days": 30, "value_minor": 1000}, []),
        ({"kind": "code_pool", "pool": "cinema", "voucher_days": 30}, []),
        ({"kind": "donation", "cause": {"vi": "Cây"}}, []),
        ({"tiers": ["vang", "gold"]}, [("tiers/1", "unknown_tier")]),
        ({"tier_costs": {"gold": 5}}, [("tier_costs/gold", "unknown_tier")]),
        ({"tier_costs": {"vang": 0}}, [("tier_costs/vang", "too_small")]),
        ({"kind": "code_pool"}, [("pool", "required")]),
        ({"kind": "donation"}, [("cause", "required")]),
        (
            {"pool": "p", "cause": {"vi": "Cây"}, "voucher_days": 1},
            [("pool", "not_for_this_kind"), ("cause", "not_for_this_kind"), ("voucher_days", "not_for_this_kind")],
        ),
        ({"valid_from": "2026-02-02", "valid_until": "2026-02-01"}, [("valid_until", "empty_period")]),
        ({"cost_points": 0}, [("cost_points", "too_small")]),
        ({"per_member": 0}, [("per_member", "too_small")]),
        ({"kind": "gift"}, [("kind", "unknown_value")]),
    ],
)
def test_a_reward_has_what_its_kind_needs_and_names_what_exists(parts: Json, expected: list[tuple[str, str]]) -> None:
    assert of_reward(**parts) == [(f"/rewards/0/{name}", code) for name, code in expected]


def test_rewards_have_ids_of_their_own() -> None:
    reward = {"id": "r", "title": {"vi": "Quà"}, "cost_points": 10, "kind": "item"}
    assert faults(document(rewards=[reward, reward])) == [("/rewards/1/id", "duplicate_id")]


@pytest.mark.parametrize(
    ("part", "good", "bad", "name"),
    [
        ("holds", {"minutes": 60, "life_minutes_max": 60}, {"minutes": 61, "life_minutes_max": 60}, "minutes"),
        ("holds", {"life_minutes_max": 15}, {"life_minutes_max": 14}, "minutes"),
        ("transfers", {"maximum_points": 1}, {"minimum_points": 2, "maximum_points": 1}, "maximum_points"),
        ("transfers", {"per_day_points": 1}, {"minimum_points": 2, "per_day_points": 1}, "per_day_points"),
        (
            "goodwill",
            {"points_per_staff_and_day": 50, "points_max": 50},
            {"points_per_staff_and_day": 50, "points_max": 51},
            "points_max",
        ),
    ],
)
def test_limits_do_not_exclude_each_other(part: str, good: Json, bad: Json, name: str) -> None:
    assert faults(document(**{part: good})) == []
    assert faults(document(**{part: bad})) == [(f"/{part}/{name}", "contradiction")]


def test_faults_never_repeat_what_was_written() -> None:
    secret = "squeamish-ossifrage"
    raw = document(
        {"id": secret.upper(), "when": {"kind": secret}, "effect": {"kind": "bonus", "points": secret}},
        rule(valid_from=secret, items={"skus": [secret + "\x00"]}),
    )
    found = check(raw, None)
    assert isinstance(found, tuple)
    assert len(found) == 5
    assert secret not in json.dumps([fault.detail for fault in found]).lower()


ANYTHING = st.recursive(
    st.sampled_from((None, True, 0, -1, 10**30, 1.5, "", "all", "bonus", "\ud800", "\x00")),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(("kind", "id", "when", "effect", "rules", "title", "conditions", "levels", "items", "~/")),
            inner,
            max_size=3,
        )
    ),
    max_leaves=8,
)


PARTS = ("title", "earning", "tiers", "expiry", "redemption", "referral", "debt", "pending", "wallets", "rewards", "x")


@given(st.sampled_from(PARTS), ANYTHING)
def test_anything_gets_an_answer(part: str, raw: object) -> None:
    found = check({**document(), part: raw}, None)
    for fault in found if isinstance(found, tuple) else ():
        assert isinstance(fault, Fault)
        assert fault.pointer == "" or fault.pointer.startswith("/")
        assert fault.code != "invalid"
        assert fault.detail.endswith(".")


def test_the_most_points_of_a_redemption_are_not_less_than_the_fewest() -> None:
    terms = {"points": 1, "value_minor": 1, "step_points": 1, "minimum_points": 100, "maximum_points": 99}
    assert faults(document(redemption=terms)) == [("/redemption/maximum_points", "empty_range")]


@pytest.mark.parametrize(
    ("when", "fault"),
    [
        ({"kind": "amount"}, ("at_least_minor", "required")),
        ({"kind": "amount", "at_least_minor": 2, "at_most_minor": 1}, ("at_most_minor", "empty_range")),
        ({"kind": "dates"}, ("from", "required")),
        ({"kind": "dates", "from": "2026-02-02", "until": "2026-02-01"}, ("until", "empty_period")),
        ({"kind": "has_items", "items": {}}, ("items", "empty_filter")),
    ],
)
def test_ranges_and_goods_say_something_and_have_room(when: Json, fault: tuple[str, str]) -> None:
    assert of_rule(when=when) == [(f"/earning/rules/0/when/{fault[0]}", fault[1])]


def test_months_that_exclude_each_other_never_come() -> None:
    months: list[Json] = [{"kind": "month", "any_of": [number]} for number in (1, 2)]
    assert of_rule(when={"kind": "all", "conditions": months}) == [("/earning/rules/0/when", "never_applies")]


@pytest.mark.parametrize(
    ("when", "fault"),
    [
        ({"kind": "purchase_number"}, ("at_least", "required")),
        ({"kind": "days_since_last"}, ("at_least", "required")),
        ({"kind": "membership_days", "at_least": 2, "at_most": 1}, ("at_most", "empty_range")),
        ({"kind": "recent", "of": "visits", "days": 5}, ("at_least", "required")),
        ({"kind": "recent", "of": "smiles", "days": 5, "at_least": 1}, ("of", "invalid_format")),
        ({"kind": "segment", "any_of": ["x"]}, ("any_of/0", "unknown_segment")),
        ({"kind": "attribute", "name": "x", "is_set": True}, ("name", "unknown_attribute")),
    ],
)
def test_conditions_about_members_say_something_and_name_what_there_is(when: Json, fault: tuple[str, str]) -> None:
    assert of_rule(when=when) == [(f"/earning/rules/0/when/{fault[0]}", fault[1])]


@pytest.mark.parametrize(
    ("asked", "fault"),
    [
        ({"any_of": ["gold", "iron"]}, ("any_of/1", "unknown_choice")),
        ({"at_least": 1}, ("at_least", "not_for_this_kind")),
        ({"is_yes": True}, ("is_yes", "not_for_this_kind")),
        ({}, ("at_least", "required")),
    ],
)
def test_an_attribute_is_asked_what_it_can_be(asked: Json, fault: tuple[str, str]) -> None:
    plan = {"id": "plan", "title": {"en": "Plan"}, "kind": "choice", "choices": ["gold"]}
    raw = document(rule(when={"kind": "attribute", "name": "plan", **asked}), attributes=[plan])
    assert faults(raw) == [(f"/earning/rules/0/when/{fault[0]}", fault[1])]


def test_segments_ask_about_nothing_but_members() -> None:
    segment = {"id": "s", "title": {"en": "S"}}
    raw = document(
        segments=[
            {**segment, "when": {"kind": "any", "conditions": [LEAF, {"kind": "birthday"}]}},
            {**segment, "when": {"kind": "segment", "any_of": ["s"]}},
        ]
    )
    assert faults(raw) == [
        ("/segments/0/when/conditions/0/kind", "only_about_members"),
        ("/segments/1/id", "duplicate_id"),
        ("/segments/1/when/kind", "only_about_members"),
    ]


@pytest.mark.parametrize(
    ("when", "fault"),
    [
        ({"kind": "tier", "any_of": ["gold"]}, ("any_of/0", "unknown_tier")),
        ({"kind": "tier", "any_of": ["gold"], "set": "club"}, ("set", "unknown_tier_set")),
        ({"kind": "attribute", "name": "plan", "is_yes": True}, ("name", "unknown_attribute")),
        ({"kind": "segment", "any_of": ["s"]}, ("kind", "only_about_members")),
        ({"kind": "segment", "any_of": ["t"]}, ("any_of/0", "unknown_segment")),
    ],
)
def test_a_rule_about_a_segment_that_is_wrong_leaves_the_fault_to_the_segment(
    when: Json, fault: tuple[str, str]
) -> None:
    of_segment = {"when": {"kind": "segment", "any_of": ["s"]}, "effect": {"kind": "bonus", "points": 1}}
    rules = [{"id": name, "exclusive": True, **of_segment} for name in ("one", "other")]
    raw = document(earning={"rules": [BASE, *rules]}, segments=[{"id": "s", "title": {"en": "S"}, "when": when}])
    place, code = fault
    assert (f"/segments/0/when/{place}", code) in faults(raw)
    assert all(pointer.startswith("/segments/0/") for pointer, _ in faults(raw))


def stacked(*rules: Json, take: str = "best") -> Json:
    return document(earning={"rules": [BASE, *rules], "groups": [{"id": "g", "take": take}]})


def test_groups_exist_and_hold_rules_that_can_be_chosen_among() -> None:
    assert faults(stacked({"id": "a", "group": "x", "effect": bonus(1)})) == [
        ("/earning/rules/1/group", "unknown_group")
    ]
    base = {**BASE, "id": "a", "group": "g"}
    assert faults(stacked(base, {"id": "b", "group": "g", "effect": bonus(1)})) == [
        ("/earning/rules/2/group", "mixed_group")
    ]
    assert faults(stacked(base, {"id": "b", "group": "g", "effect": bonus(1)}, take="all")) == []


def test_exclusive_rules_of_one_priority_that_may_meet_are_refused() -> None:
    def alone(name: str, day: str, priority: int = 0) -> Json:
        when = {"kind": "weekday", "any_of": [day]}
        return {"id": name, "exclusive": True, "priority": priority, "when": when, "effect": bonus(1)}

    assert faults(document(alone("a", "mon"), alone("b", "mon"))) == [
        ("/earning/rules/1/exclusive", "overlapping_exclusives")
    ]
    assert faults(document(alone("a", "mon"), alone("b", "tue"))) == []
    assert faults(document(alone("a", "mon"), alone("b", "mon", 1))) == []
    assert of_rule(exclusive=True, effect=BASE["effect"]) == [("/earning/rules/0/exclusive", "not_for_base_rules")]


def test_steps_rise() -> None:
    steps = [{"at_least": 2, "points": 5}, {"at_least": 2, "points": 6}, {"at_least": 3, "points": 6}]
    place = "/earning/rules/0/effect/steps"
    assert of_rule(effect={"kind": "step_table", "steps": steps}) == [
        (f"{place}/1/at_least", "not_increasing"),
        (f"{place}/2/points", "not_increasing"),
    ]


def test_a_cap_leaves_room_for_the_highest_step() -> None:
    effect = {"kind": "step_table", "steps": [{"at_least": 1, "points": 5}, {"at_least": 2, "points": 6}]}
    assert of_rule(effect=effect, cap={"points": 5, "per": "transaction"}) == [
        ("/earning/rules/0/cap/points", "cap_too_low")
    ]


def test_limits_say_something_and_leave_room_for_one_award() -> None:
    place = "/earning/rules/0"
    ten = {"kind": "bonus", "points": 10}
    assert of_rule(effect=ten, limits=[{"per": "day"}]) == [(f"{place}/limits/0/points", "required")]
    assert of_rule(effect=ten, limits=[{"per": "day", "times": 1}, {"per": "week", "points": 9}]) == [
        (f"{place}/limits/1/points", "cap_too_low")
    ]
    assert of_rule(effect=ten, budget={"points": 9}) == [(f"{place}/budget/points", "cap_too_low")]
    assert of_rule(effect=ten, sticky=True) == [(f"{place}/sticky", "no_effect")]
    assert of_rule(effect=times(1, 2), budget={"points": 9}) == [(f"{place}/budget", "no_effect")]
    raw = document(earning={"rules": [rule(effect=ten)], "limits": [{"per": "day", "points": 9}]})
    assert faults(raw) == [("/earning/limits/0/points", "cap_too_low")]


def test_rewards_name_segments_that_there_are() -> None:
    pen = {"id": "pen", "title": {"en": "A pen"}, "cost_points": 1, "kind": "item", "segments": ["x"]}
    assert faults(document(rewards=[pen])) == [("/rewards/0/segments/0", "unknown_segment")]
