"""Published cases of stamp cards. A card is a wallet of stamps with a reward for ten, or a challenge with a gift."""

from typing import Any

import httpx
import pytest

from tests.api.conftest import Shop
from tests.api.rulebooks import reward
from tests.api.shopping import made, read, refused
from tests.cases.published import bought, newcomer, opened

STAMP = {"id": "stamp", "wallet": "stamps", "effect": {"kind": "bonus", "points": 1}}
COFFEE = reward(id="coffee", kind="item", wallet="stamps", cost_points=10)


@pytest.fixture
async def shop(client: httpx.AsyncClient) -> Shop:
    wallets = [{"id": "stamps", "title": {"en": "Stamps"}}]
    return await opened(client, STAMP, wallets=wallets, rewards=[COFFEE])


async def stamped(shop: Shop, member: str, times: int) -> None:
    """So many visits."""
    for _ in range(times):
        await bought(shop, member, 45000)


async def card(shop: Shop, member: str) -> tuple[int, list[Any]]:
    """The stamps on the card, and what stands between it and a coffee."""
    stamps = (await read(shop, f"/v1/members/{member}/balance?wallet=stamps"))["points"]
    (offer,) = (await read(shop, f"/v1/rewards?member={member}"))["data"]
    return stamps, [(found["code"], found["numbers"]) for found in offer["obstacles"]]


async def test_a_card_is_full_at_exactly_ten_stamps(shop: Shop) -> None:
    """Case rl-08-stamps-complete.

    Source: studiodoctor/rewardsloyalty@331a487, tests/Unit/Services/StampServiceTest.php.
    """
    member = await newcomer(shop)
    await stamped(shop, member, 9)
    assert await card(shop, member) == (9, [("insufficient_points", {"available": 9, "requested": 10})])
    await stamped(shop, member, 1)
    assert await card(shop, member) == (10, [])


async def test_a_full_card_is_good_for_one_reward(shop: Shop) -> None:
    """Case rl-09-stamps-redeem.

    Source: studiodoctor/rewardsloyalty@331a487, tests/Unit/Services/StampServiceTest.php.
    """
    member = await newcomer(shop)
    await stamped(shop, member, 10)
    taken = await made(shop, "/v1/rewards/redemptions", {"member": member, "reward": "coffee"})
    assert (taken["points"], taken["wallet"]) == (10, "stamps")
    lacking = {"insufficient_points": {"available": 0, "requested": 10}}
    assert await refused(shop, "/v1/rewards/redemptions", {"member": member, "reward": "coffee"}) == lacking
    assert await card(shop, member) == (0, list(lacking.items()))


CARD = {
    "id": "card",
    "title": {"en": "Ten visits"},
    "goals": [{"id": "visits", "measure": {"kind": "count"}, "target": 10}],
    "repeat": "unlimited",
    "prize": {"gift": "coffee"},
}


@pytest.fixture
async def challenging(client: httpx.AsyncClient) -> Shop:
    return await opened(client, challenges=[CARD], rewards=[reward(id="coffee", kind="item", cost_points=10**9)])


async def stands(shop: Shop, member: str) -> tuple[int, list[int]]:
    """How often the card was full, and the gifts that wait."""
    shown = await read(shop, f"/v1/members/{member}/progress")
    return shown["challenges"][0]["completed"], [gift["count"] for gift in shown["gifts"]]


async def test_a_card_that_is_a_challenge_is_full_at_exactly_ten(challenging: Shop) -> None:
    """Case rl-08-stamps-complete.

    Source: studiodoctor/rewardsloyalty@331a487, tests/Unit/Services/StampServiceTest.php.
    """
    member = await newcomer(challenging)
    await stamped(challenging, member, 9)
    assert await stands(challenging, member) == (0, [])
    await stamped(challenging, member, 1)
    assert await stands(challenging, member) == (1, [1])


async def test_a_full_card_that_is_a_challenge_is_good_for_one_reward(challenging: Shop) -> None:
    """Case rl-09-stamps-redeem.

    Source: studiodoctor/rewardsloyalty@331a487, tests/Unit/Services/StampServiceTest.php.
    """
    member = await newcomer(challenging)
    await stamped(challenging, member, 10)
    asked = {"member": member, "reward": "coffee"}
    assert (await made(challenging, "/v1/rewards/redemptions", asked))["points"] == 0
    assert (await refused(challenging, "/v1/rewards/redemptions", asked)).keys() == {"insufficient_points"}
    assert await stands(challenging, member) == (1, [])
