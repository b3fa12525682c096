"""Published cases of limits: what a reward costs, and the most that is given at one time."""

import httpx

from tests.api.rulebooks import reward
from tests.api.shopping import made, refused
from tests.cases.published import bought, entries, newcomer, opened, points, rule


async def test_the_exact_balance_is_enough_for_a_reward(client: httpx.AsyncClient) -> None:
    """Case ol-limit-01-campaign.

    Source: Open Loyalty 1.1 (github kwarambatendai/openloyalty@920967b),
    Bundle/PointsBundle/Service/CampaignValidatorTest.php.
    """
    catalogue = [reward(id="twenty", kind="item", cost_points=20), reward(id="ten", kind="item", cost_points=10)]
    shop = await opened(client, rewards=catalogue)
    member = await newcomer(shop)
    await bought(shop, member, 10)
    reasons = await refused(shop, "/v1/rewards/redemptions", {"member": member, "reward": "twenty"})
    assert reasons == {"insufficient_points": {"available": 10, "requested": 20}}
    taken = await made(shop, "/v1/rewards/redemptions", {"member": member, "reward": "ten"})
    assert (taken["points"], await points(shop, member)) == (10, 0)


async def test_a_purchase_earns_no_more_than_the_cap_and_says_so(client: httpx.AsyncClient) -> None:
    """Case astro-01-max-per-entry.

    Source: support.astroloyalty.com, max allowed points. What is above is cut off (point 28).
    """
    shop = await opened(client, rule(1, 1, cap={"points": 500, "per": "transaction"}))
    member = await newcomer(shop)
    found = await bought(shop, member, 1000)
    assert [(each["wanted"], each["granted"]) for each in found["explanation"]] == [(1000, 500)]
    assert (found["points"], await points(shop, member)) == (500, 500)


async def test_more_by_hand_than_is_allowed_is_refused_and_not_cut(client: httpx.AsyncClient) -> None:
    """Case astro-01-max-per-entry.

    Source: support.astroloyalty.com, max allowed points. There an entry by hand is cut to 500. Ours is refused with the
    numbers (point 20), so that nobody promises what was not given; or, where a manager gives, a second person decides.
    """
    staff = {"points_per_staff_and_day": 5000, "points_max": 500}
    shop = await opened(client, goodwill=staff, adjustments={"approval_over_points": 500})
    member = await newcomer(shop)
    gift = {"member": member, "points": 1000, "staff": "112", "reason": "long-wait"}
    assert await refused(shop, "/v1/goodwill", gift) == {"goodwill_too_large": {"maximum": 500, "requested": 1000}}
    large = {"member": member, "points": 1000, "reason": "long-wait"}
    answer = await shop.ask("POST", "/v1/adjustments", large, token=shop.manager)
    assert (answer.status_code, answer.json()["state"]) == (202, "pending")
    assert (await points(shop, member), await entries(shop, member)) == (0, [])
    await made(shop, "/v1/goodwill", gift | {"points": 500})
    assert await points(shop, member) == 500
