"""Rewards over HTTP: the catalogue, vouchers, stock, code pools, donations."""

import asyncio

import httpx
import pytest

from tests.api.conftest import Shop, key
from tests.api.rulebooks import reward, tiers
from tests.api.shopping import at, balance, made, member_with, plain_shop, read, refused

REWARDS = [
    reward(voucher_days=30),
    reward(id="mug", kind="item", cost_points=50, stock=2, per_member=1),
    reward(id="gala", kind="item", cost_points=10, tiers=["silver"]),
    reward(id="cinema", kind="code_pool", cost_points=20, pool="cinema"),
    reward(id="forest", kind="donation", cost_points=30, cause={"en": "Trees"}, value_minor=30),
    reward(id="later", kind="item", cost_points=1, valid_from="2026-04-01"),
]


@pytest.fixture
async def shop(client: httpx.AsyncClient) -> Shop:
    return await plain_shop(client, rewards=REWARDS, tiers=tiers(1000))


async def take(shop: Shop, member: str, wanted: str, **more: object) -> dict[str, object]:
    taken: dict[str, object] = await made(shop, "/v1/rewards/redemptions", {"member": member, "reward": wanted, **more})
    return taken


async def test_a_voucher_works_once_and_within_its_life(shop: Shop) -> None:
    member = await member_with(shop, 250)
    taken = await take(shop, member, "latte")
    assert (taken["points"], taken["value"]) == (100, {"amount": 45000, "currency": "VND"})
    assert taken["expires_at"] == "2026-04-09T17:00:00.000000Z"
    voucher = await read(shop, f"/v1/vouchers/{taken['code']}")
    assert (voucher["state"], voucher["member"], voucher["redemption"]) == ("issued", member, taken["id"])
    used = await made(shop, f"/v1/vouchers/{taken['code']}/use", {"store": "D1"})
    assert (used["reward"], used["redemption"]) == ("latte", taken["id"])
    assert list(await refused(shop, f"/v1/vouchers/{taken['code']}/use", {})) == ["voucher_used"]
    assert list(await refused(shop, f"/v1/redemptions/{taken['id']}/cancel")) == ["voucher_used"]
    assert (await read(shop, f"/v1/vouchers/{taken['code']}"))["state"] == "used"
    late = await take(shop, member, "latte")
    await at(shop, "2026-04-10T09:00:00")
    assert (await read(shop, f"/v1/vouchers/{late['code']}"))["state"] == "expired"
    assert list(await refused(shop, f"/v1/vouchers/{late['code']}/use", {})) == ["voucher_expired"]


async def test_a_cancelled_voucher_works_no_more_and_its_points_come_back(shop: Shop) -> None:
    member = await member_with(shop, 100)
    taken = await take(shop, member, "latte")
    await made(shop, f"/v1/redemptions/{taken['id']}/cancel")
    assert (await read(shop, f"/v1/vouchers/{taken['code']}"))["state"] == "cancelled"
    assert list(await refused(shop, f"/v1/vouchers/{taken['code']}/use", {})) == ["voucher_cancelled"]
    assert await balance(shop, member) == (100, 0, 0, 0)


async def test_every_reason_against_a_reward_is_told_with_its_numbers(shop: Shop) -> None:
    member = await member_with(shop, 5)
    asked = {"member": member, "reward": "gala"}
    answer = await shop.ask("POST", "/v1/rewards/redemptions", asked)
    assert (answer.status_code, {fault["code"] for fault in answer.json()["errors"]}) == (
        409,
        {"insufficient_points", "wrong_tier"},
    )
    assert list(await refused(shop, "/v1/rewards/redemptions", {"member": member, "reward": "none"})) == [
        "unknown_reward"
    ]
    later = await refused(shop, "/v1/rewards/redemptions", {"member": member, "reward": "later"})
    assert list(later) == ["not_yet_available"]


async def test_the_last_piece_is_sold_once(shop: Shop) -> None:
    members = [await member_with(shop, 50) for _ in range(8)]
    asked = [shop.ask("POST", "/v1/rewards/redemptions", {"member": each, "reward": "mug"}) for each in members]
    answers = await asyncio.gather(*asked)
    assert sorted(answer.status_code for answer in answers) == [201, 201, 409, 409, 409, 409, 409, 409]
    codes = {answer.json()["code"] for answer in answers if answer.status_code == 409}
    assert codes == {"out_of_stock"}
    winner = next(answer.json() for answer in answers if answer.status_code == 201)
    await made(shop, f"/v1/redemptions/{winner['id']}/cancel")
    catalogue = await read(shop, "/v1/rewards")
    assert next(offer["left"] for offer in catalogue["data"] if offer["id"] == "mug") == 1


async def test_a_member_may_have_only_so_many(shop: Shop) -> None:
    member = await member_with(shop, 200)
    await take(shop, member, "mug")
    reasons = await refused(shop, "/v1/rewards/redemptions", {"member": member, "reward": "mug"})
    assert reasons["reward_limit"] == {"limit": 1, "taken": 1, "requested": 1}


async def test_imported_codes_go_one_by_one_in_their_order(shop: Shop) -> None:
    same, codes = key(), {"codes": ["CINE-1", "CINE-2"]}
    path = "/v1/code-pools/cinema/codes"
    first = await made(shop, path, codes, token=shop.manager, idempotency_key=same)
    assert first == {"pool": "cinema", "size": 2, "taken": 0, "added": 2}
    assert await made(shop, path, codes, token=shop.manager, idempotency_key=same) == first
    again = await made(shop, path, {"codes": ["CINE-2", "CINE-3"]}, token=shop.manager)
    assert (again["size"], again["added"]) == (3, 1)
    member = await member_with(shop, 100)
    assert [(await take(shop, member, "cinema"))["code"] for _ in range(3)] == ["CINE-1", "CINE-2", "CINE-3"]
    assert list(await refused(shop, "/v1/rewards/redemptions", {"member": member, "reward": "cinema"})) == [
        "out_of_stock"
    ]


@pytest.mark.parametrize("name", ["Cinema", "%00", "a" * 65, "-"])
async def test_a_pool_has_a_name_that_a_rulebook_can_say(shop: Shop, name: str) -> None:
    answer = await shop.ask("POST", f"/v1/code-pools/{name}/codes", {"codes": ["C-1"]}, token=shop.manager)
    assert (answer.status_code, answer.json()["errors"][0]["parameter"]) == (422, "pool")


async def test_a_donation_is_a_redemption_for_a_cause(shop: Shop) -> None:
    member = await member_with(shop, 30)
    given = await take(shop, member, "forest")
    assert (given["points"], given["value"], given["code"]) == (30, {"amount": 30, "currency": "VND"}, None)
    assert await balance(shop, member) == (0, 0, 0, 0)


async def test_the_catalogue_tells_a_member_what_stands_in_the_way(shop: Shop) -> None:
    member = await member_with(shop, 60)
    catalogue = await read(shop, f"/v1/rewards?member={member}")
    obstacles = {offer["id"]: [found["code"] for found in offer["obstacles"]] for offer in catalogue["data"]}
    assert obstacles == {
        "latte": ["insufficient_points"],
        "mug": [],
        "gala": ["wrong_tier"],
        "cinema": ["out_of_stock"],
        "forest": [],
        "later": ["not_yet_available"],
    }
