"""Published cases of rounding: exact points to whole points, on the way in, out and back."""

import httpx
import pytest

from tests.api.shopping import made, refused
from tests.cases.published import bought, line, newcomer, opened, points, quoted, rounded, rule


async def test_a_redemption_is_a_whole_number_of_steps(client: httpx.AsyncClient) -> None:
    """Case set-redcalc-04.

    Source: Setono/sylius-loyalty-plugin@0b40b07, tests/Unit/Redemption/RedemptionCalculatorTest.php,
    it_rounds_down_to_a_clean_conversion_multiple. Who asks for 1050 is told the step (point 20); the most that an order
    takes is rounded down to it (point 4), whether the balance or the order is the limit.
    """
    steps = {"points": 100, "value_minor": 500, "step_points": 100, "minimum_points": 100}
    shop = await opened(client, redemption=steps)
    rich, poor = await newcomer(shop), await newcomer(shop)
    await bought(shop, rich, 5000)
    await bought(shop, poor, 1050)
    reasons = await refused(shop, "/v1/redemptions/quote", {"member": rich, "points": 1050})
    assert reasons == {"not_a_step": {"step": 100, "requested": 1050}}
    assert (await quoted(shop, poor, 100000))["most_points"] == 1000
    # 1050 points are worth 5250.
    assert (await quoted(shop, rich, 5250))["most_points"] == 1000
    quote = await made(shop, "/v1/redemptions/quote", {"member": rich, "points": 1000})
    assert (quote["points"], quote["value"]["amount"]) == (1000, 5000)


async def test_a_fraction_of_a_point_is_dropped(client: httpx.AsyncClient) -> None:
    """Case shopline-02-29.8.

    Source: help.shopline.com/hc/en-001/articles/58176999101465.
    """
    shop = await opened(client, rule(rounding=rounded("down")))
    assert (await quoted(shop, await newcomer(shop), 2980))["points"] == 29


async def test_points_are_rounded_to_the_nearest(client: httpx.AsyncClient) -> None:
    """Case collect-01-nearest.

    Source: help.collectapps.io, are points for orders rounded up or down.
    """
    shop = await opened(client, rule(rounding=rounded("half_up")))
    member = await newcomer(shop)
    assert [(await quoted(shop, member, amount))["points"] for amount in (19110, 6770)] == [191, 68]


async def test_half_a_point_is_dropped_where_the_mode_is_down(client: httpx.AsyncClient) -> None:
    """Case accuark-01-floor.

    Source: accuark.com/knowledge-base/marketing-promotions/loyalty-points-earning-tiers.
    """
    shop = await opened(client, rule(rounding=rounded("down")))
    member = await newcomer(shop)
    assert [(await quoted(shop, member, amount))["points"] for amount in (4700, 4750)] == [47, 47]


async def test_a_cent_more_is_a_point_more_where_the_mode_is_up(client: httpx.AsyncClient) -> None:
    """Case overnight-01-ceil.

    Source: overnightprints.com/help/tags?id=519.
    """
    shop = await opened(client, rule(rounding=rounded("up")))
    assert (await quoted(shop, await newcomer(shop), 101))["points"] == 2


@pytest.mark.parametrize(("mode", "asked"), [("up", [109, 91]), ("down", [110, 90])])
async def test_a_reversal_is_what_the_rest_would_not_have_earned(
    client: httpx.AsyncClient, mode: str, asked: list[int]
) -> None:
    """Case mage-03-reversal-floor.

    Source: help.mageloyalty.com/en/articles/14043934. There each refund rounds 109.89 down to 109, and many refunds may
    leave something over. We do not round what is taken but what is kept, as the rule rounds (point 13): a rule that
    rounds up takes 109, one that rounds down 110, and nothing is left over when everything was returned.
    """
    shop = await opened(client, rule(rounding=rounded(mode)))
    member = await newcomer(shop)
    purchase = await bought(shop, member, 20000)
    refunds = [
        await made(shop, "/v1/refunds", {"purchase": purchase["id"], "amount": amount}) for amount in (10989, 9011)
    ]
    assert [refund["award"]["asked"] for refund in refunds] == asked
    assert (purchase["points"], await points(shop, member)) == (200, 0)


async def test_taxes_are_taken_off_before_the_rest_is_rounded(client: httpx.AsyncClient) -> None:
    """Case delta-01-mqd-rounding.

    Source: qastack, travel, question 102396.
    """
    shop = await opened(client, rule(basis={"tax": "without"}, rounding=rounded("half_up")))
    quote = await quoted(shop, await newcomer(shop), line(9020, tax=1950))
    assert (quote["total"]["amount"], quote["points"]) == (9020, 71)
