"""Published cases of tiers: which one is reached, how far the next one is, and what it multiplies."""

from typing import Any

import httpx
import pytest

from tests.api.conftest import Shop
from tests.api.shopping import made, read
from tests.cases.published import bought, newcomer, opened, quoted, rule


def levels(**thresholds: int) -> dict[str, Any]:
    """Tiers with these levels."""
    rungs = [{"id": name, "title": {"en": name}, "from_points": points} for name, points in thresholds.items()]
    return {"levels": rungs}


@pytest.mark.parametrize(("spend", "reached"), [(0, "l0"), (19, "l0"), (20, "l20"), (29, "l20"), (30, "l30")])
async def test_the_highest_tier_that_is_reached_wins_threshold_included(
    client: httpx.AsyncClient, spend: int, reached: str
) -> None:
    """Case ol-tier-02.

    Source: Open Loyalty 1.1 (github kwarambatendai/openloyalty@920967b), Infrastructure/Customer/SystemEvent/Listener/
    CalculateCustomerLevelListenerTest.php, the second example of manually assigned levels. Only the rule behind the
    case; the case itself is the next test.
    """
    shop = await opened(client, tiers=levels(l0=0, l20=20, l30=30))
    member = await newcomer(shop)
    await bought(shop, member, spend)
    assert (await read(shop, f"/v1/members/{member}/tier"))["tier"]["level"] == reached


async def test_a_tier_given_by_hand_is_a_floor(client: httpx.AsyncClient) -> None:
    """Case ol-tier-02.

    Source: see above. Whoever stands at L30, was given L20 and has spent nothing any more falls to L20; thresholds are
    money spent.
    """
    spend = [{"kind": "enough", "counter": "spend", "at_least": least} for least in (20, 30)]
    rungs = [{"id": "l0", "title": {"en": "L0"}, "from_points": 0}]
    rungs += [{"id": f"l{need['at_least']}", "title": {"en": "L"}, "needs": need} for need in spend]
    shop = await opened(client, tiers={"after_refund": "immediate", "levels": rungs})
    member = await newcomer(shop)
    purchase = await bought(shop, member, 30)
    path = f"/v1/members/{member}/tier"
    given = await made(shop, path, {"tier": "l20", "reason": "vip"}, token=shop.manager)
    assert (purchase["tier"]["level"], given["tier"]["level"]) == ("l30", "l30")
    await made(shop, "/v1/refunds", {"purchase": purchase["id"]})
    assert (await read(shop, path))["tier"]["level"] == "l20"


async def progress(shop: Shop, member: str, level: str) -> float:
    """How much of the way to a level is behind the member, in per cent, from the numbers of the answer."""
    shown = await read(shop, f"/v1/members/{member}/tier")
    (threshold,) = [each["from_points"] for each in shown["levels"] if each["id"] == level]
    share: float = 100 * shown["tier"]["window_points"] / threshold
    return min(share, 100)


async def test_progress_is_shown_in_the_points_of_which_it_is_made(client: httpx.AsyncClient) -> None:
    """Case rl-06-progress.

    Source: studiodoctor/rewardsloyalty@331a487, tests/Feature/TierServiceTest.php. There it is in per cent, 50 and 100;
    we answer the numbers (point 24), and whoever has arrived is shown the way to the next tier.
    """
    shop = await opened(client, tiers=levels(bronze=0, silver=1000, gold=5000, platinum=15000))
    member = await newcomer(shop)
    shown = []
    for amount, percent in ((500, 50), (1500, 100)):
        tier = (await bought(shop, member, amount))["tier"]
        shown.append((tier["level"], tier["next_level"], tier["window_points"], tier["points_missing"]))
        assert await progress(shop, member, "silver") == percent
    assert shown == [("bronze", "silver", 500, 500), ("silver", "gold", 2000, 3000)]


async def test_a_tier_multiplies_what_the_base_rule_gives(client: httpx.AsyncClient) -> None:
    """Case leoapps-01-tier-mult.

    Source: support.leoapps.io/vip-tiers-points-multipliers.
    """
    factors = {"silver": {"numerator": 3, "denominator": 2}, "gold": {"numerator": 2, "denominator": 1}}
    multipliers = [
        {"id": name, "when": {"kind": "tier", "any_of": [name]}, "effect": {"kind": "multiply", "by": by}}
        for name, by in factors.items()
    ]
    shop = await opened(client, rule(1, 1), *multipliers, tiers=levels(bronze=0, silver=1000, gold=5000))
    earned = []
    for reaching in (0, 1000, 5000):
        member = await newcomer(shop)
        await bought(shop, member, reaching)
        earned.append((await quoted(shop, member, 100))["points"])
    assert earned == [100, 150, 200]
