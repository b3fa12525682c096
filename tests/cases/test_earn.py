"""Published cases of earning: what triggers a rule, when it is in force, and on which part of the money it looks."""

import httpx
import pytest

from tests.api.conftest import Shop
from tests.api.rulebooks import plain
from tests.api.shopping import made
from tests.cases.published import (
    UNIT,
    bought,
    day,
    entries,
    line,
    newcomer,
    opened,
    points,
    quoted,
    rule,
)


async def test_a_rule_for_orders_does_not_reward_a_registration(client: httpx.AsyncClient) -> None:
    """Case set-earn-04-wrong-trigger.

    Source: Setono/sylius-loyalty-plugin@0b40b07, tests/Functional/ActionPointsAwarderTest.php,
    it_ignores_rules_registered_for_a_different_trigger. The enrolment is such an event, and so is an activity of the
    shop's own kind.
    """
    registration = {"id": "registered", "title": {"en": "Registered"}}
    shop = await opened(client, {"id": "order", "effect": {"kind": "bonus", "points": 250}}, activities=[registration])
    member = await newcomer(shop)
    registered = await made(shop, "/v1/activities", {"member": member, "kind": "registered"})
    assert (registered["points"], await points(shop, member), await entries(shop, member)) == (0, 0, [])
    assert (await quoted(shop, member, 1))["points"] == 250


async def test_rules_that_are_switched_off_over_or_still_to_come_pay_nothing(client: httpx.AsyncClient) -> None:
    """Case set-rule-06-disabled-or-future.

    Source: Setono/sylius-loyalty-plugin@0b40b07, tests/Rule/EarningCalculatorTest.php,
    disabled_or_out_of_window_rules_are_skipped. A rule of ours has no switch: it ends, or the next version does
    without it.
    """
    over = rule(id="over", valid_until="2026-05-31")
    future = rule(id="future", valid_from="2099-01-01")
    shop = await opened(client, rule(), over, future, on="2026-05-31")
    member = await newcomer(shop)
    assert (await quoted(shop, member, 1999))["points"] == 38
    await day(shop, "2026-06-01")
    assert (await quoted(shop, member, 1999))["points"] == 19
    without = plain(earning={"rules": [over, future]})
    await made(shop, "/v1/rulebooks", {"document": without}, token=shop.manager)
    await day(shop, "2026-06-01", "09:00:01")
    quote = await quoted(shop, member, 1999)
    assert (quote["points"], quote["explanation"]) == (0, [])


@pytest.mark.parametrize(
    ("occurred_at", "expected"),
    [("2026-11-27T12:00:00", 1), ("2026-11-26T23:59:59", 0), ("2026-11-28T00:00:01", 0), ("2026-11-28T00:00:00", 0)],
)
async def test_a_window_of_one_day_holds_that_day_only(
    client: httpx.AsyncClient, occurred_at: str, expected: int
) -> None:
    """Case set-cond-02-date-window.

    Source: Setono/sylius-loyalty-plugin@0b40b07, tests/Rule/Condition/EarningConditionsTest.php,
    date_window_is_satisfied_only_inside_the_window. The source leaves the end instant open; ours is outside, because
    days are local dates, the last one included.
    """
    window = rule(valid_from="2026-11-27", valid_until="2026-11-27")
    shop = await opened(client, window, on="2026-11-01")
    await day(shop, "2026-11-29")
    quote = await quoted(shop, await newcomer(shop), UNIT, occurred_at=f"{occurred_at}+07:00")
    assert quote["points"] == expected


async def test_a_rule_says_which_lines_and_whether_tax_earns(client: httpx.AsyncClient) -> None:
    """Case set-basis-01-tax-and-scope.

    Source: Setono/sylius-loyalty-plugin@0b40b07, tests/Rule/Basis/EarningBasisProviderTest.php, items_total_basis and
    order_total_basis. Four rules side by side, each into a wallet of its own (point 3).
    """
    items = {"except_categories": ["shipping"]}
    without = {"tax": "without"}
    rules = [
        rule(1, 1, id="items-with", wallet="items-with", items=items),
        rule(1, 1, id="items-without", wallet="items-without", items=items, basis=without),
        rule(1, 1, id="order-with", wallet="order-with"),
        rule(1, 1, id="order-without", wallet="order-without", basis=without),
    ]
    wallets = [{"id": each["id"], "title": {"en": each["id"]}} for each in rules]
    shop = await opened(client, *rules, wallets=wallets)
    quote = await quoted(shop, await newcomer(shop), line(5000, tax=800), line(1000, "shipping", tax=200))
    assert {each["wallet"]: each["points"] for each in quote["other_points"]} == {
        "items-with": 5000,
        "items-without": 4200,
        "order-with": 6000,
        "order-without": 5000,
    }


async def test_lines_that_a_rule_leaves_out_earn_nothing_and_delivery_earns(client: httpx.AsyncClient) -> None:
    """Case ol-rule-03.

    Source: Open Loyalty 1.1 (github kwarambatendai/openloyalty@920967b),
    Domain/EarningRule/OloyEarningRuleEvaluatorTest.php, the test of excluded labels. Our lines have one label, the
    category.
    """
    shop = await opened(client, rule(4, items={"except_categories": ["red"]}))
    lines = [line(12 * UNIT, "red"), line(100 * UNIT, "blue"), line(40 * UNIT, "delivery")]
    quote = await quoted(shop, await newcomer(shop), *lines)
    assert (quote["points"], quote["lines"]) == (560, [{"points": 0}, {"points": 400}, {"points": 160}])


async def test_points_follow_what_was_paid_after_a_discount(client: httpx.AsyncClient) -> None:
    """Case odoo-earn-02-coupon.

    Source: odoo/odoo@00aa9fb, addons/sale_loyalty/tests/test_loyalty.py,
    test_points_awarded_discount_code_no_domain_program. After discounts is our default (point 3).
    """
    shop = await opened(client, rule())
    found = await bought(shop, await newcomer(shop), line(90 * UNIT, discount=10 * UNIT))
    assert (found["total"]["amount"], found["points"]) == (90 * UNIT, 90)


async def phone_of(shop: Shop, member: str) -> str:
    """The token of the member's phone."""
    token: str = (await made(shop, f"/v1/members/{member}/tokens", {"ttl_seconds": 600}))["token"]
    return token


async def test_members_cannot_award_points_to_themselves(client: httpx.AsyncClient) -> None:
    """Case hf-03-not-authorised.

    Source: thehfhotel/loyalty-app@ecd4c0b, backend-rust/tests/integration/loyalty_test.rs,
    test_award_points_non_admin_fails. There 403; a phone's token is no credential of ours for writing to the ledger
    at all, so it is 401. The till's key is one, but not for this: 403.
    """
    shop = await opened(client)
    member = await newcomer(shop)
    await bought(shop, member, 100)
    asked = {"member": member, "points": 500, "reason": "error"}
    for token, status, code in (
        (await phone_of(shop, member), 401, "unauthorized"),
        (shop.pos, 403, "missing_scope"),
    ):
        answer = await shop.ask("POST", "/v1/adjustments", asked, token=token)
        assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert await points(shop, member) == 100
    assert await entries(shop, member) == [("accrual", 100)]


async def test_an_order_earns_what_its_quote_said(client: httpx.AsyncClient) -> None:
    """Case square-02-walkthrough-earn.

    Source: developer.squareup.com/docs/loyalty-api/walkthrough1/accrue-points. Quote and commit are one (point 31).
    """
    shop = await opened(client, rule())
    member = await newcomer(shop)
    quote = await quoted(shop, member, 12 * UNIT)
    found = await bought(shop, member, 12 * UNIT, external_id="O1")
    assert (quote["points"], found["points"], await points(shop, member)) == (12, 12, 12)


@pytest.mark.parametrize(("amount", "expected"), [(10, 5), (300, 150)])
async def test_a_point_for_every_two_is_linear(client: httpx.AsyncClient, amount: int, expected: int) -> None:
    """Case moneris-01-steps.

    Source: moneris.com, help, Calculator and Factor Values, examples 1 and 2.
    """
    shop = await opened(client, rule(1, 2 * UNIT))
    assert (await quoted(shop, await newcomer(shop), amount * UNIT))["points"] == expected


@pytest.mark.parametrize(("miles", "expected"), [((2604,), 2604), ((1551, 1247), 2798)])
async def test_each_flight_number_earns_its_own_distance(
    client: httpx.AsyncClient, miles: tuple[int, ...], expected: int
) -> None:
    """Case air-02-direct-vs-connecting.

    Source: smartertravel.com, frequent-flyer FAQ. A line is a flight number, and its amount the distance in miles.
    """
    shop = await opened(client, rule(1, 1))
    found = await bought(shop, await newcomer(shop), *miles)
    assert (found["points"], [each["points"] for each in found["lines"]]) == (expected, list(miles))
