"""Published cases of several rules on one purchase."""

import httpx

from tests.cases.published import UNIT, line, newcomer, opened, quoted, rule


async def test_each_base_rule_is_rounded_by_itself_before_they_add(client: httpx.AsyncClient) -> None:
    """Case set-rule-01-stackable-sum.

    Source: Setono/sylius-loyalty-plugin@0b40b07, tests/Rule/EarningCalculatorTest.php, it_sums_stackable_base_rules.
    """
    shop = await opened(client, rule(1, UNIT, id="one"), rule(1, 2 * UNIT, id="two"))
    quote = await quoted(shop, await newcomer(shop), 1999)
    assert quote["points"] == 28
    assert [(each["rule"], each["granted"]) for each in quote["explanation"]] == [("one", 19), ("two", 9)]


async def test_two_base_rules_on_the_same_lines_add(client: httpx.AsyncClient) -> None:
    """Case ol-rule-06.

    Source: Open Loyalty 1.1 (github kwarambatendai/openloyalty@920967b),
    Domain/EarningRule/OloyEarningRuleEvaluatorTest.php, the test of more rules.
    """
    shop = await opened(client, rule(10, id="ten"), rule(4, id="four"))
    lines = [line(12 * UNIT, "red"), line(100 * UNIT, "blue"), line(40 * UNIT, "delivery")]
    assert (await quoted(shop, await newcomer(shop), *lines))["points"] == 2128
