"""A programme in which one thing of every kind exists: for tests that walk over all operations."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final

import httpx

from app.routers.models_people import CARD
from tests.api.conftest import OPERATOR, RULEBOOK, Shop, basket, key, opened

OTHER_CARD = "2900000000048"
# Operations that a key needs the scope `manager` for; the others of keys need `pos`.
MANAGERS = frozenset(
    {
        "export_member",
        "erase_member",
        "set_referral_code",
        "get_referral_report",
        "block_member",
        "unblock_member",
        "merge_members",
        "import_codes",
        "create_adjustment",
        "get_adjustment",
        "cancel_adjustment",
        "extend_lot",
        "grant_tier",
        "end_tier_grant",
        "list_adjustment_requests",
        "get_adjustment_request",
        "approve_adjustment",
        "reject_adjustment",
        "publish_rulebook",
        "compare_rulebooks",
        "list_rulebooks",
        "get_rulebook",
        "roll_back_rulebook",
        "create_correction",
        "list_corrections",
        "get_correction",
        "list_corrected_purchases",
        "apply_correction",
        "create_backtest",
        "list_backtests",
        "get_backtest",
        "get_backtest_page",
        "cancel_backtest",
        "create_draft",
        "list_drafts",
        "get_draft",
        "change_draft",
        "delete_draft",
        "validate_draft",
        "compare_draft",
        "publish_draft",
        "start_shadow",
        "get_shadow",
        "stop_shadow",
        "list_shadow_differences",
        "simulate_draft",
        "simulate_rulebook",
        "preview_draft_tiers",
        "preview_rulebook_tiers",
        "preview_draft_reach",
        "preview_rulebook_reach",
        "get_leaderboard",
        "get_own_program",
        "advance_test_clock",
        "get_liability",
        "get_totals",
        "list_events",
        "list_valuations",
        "put_valuation",
    }
)
EVERYTHING: dict[str, Any] = RULEBOOK | {
    "title": {"en": "Everything"},
    "earning": {
        "rules": [
            *RULEBOOK["earning"]["rules"],
            {"id": "stamp", "wallet": "stamps", "effect": {"kind": "bonus", "points": 1}},
        ]
    },
    # What waits for an event can be confirmed.
    "wallets": [{"id": "stamps", "title": {"en": "Stamps"}, "pending": {"kind": "event"}}],
    "holds": {"minutes": 15},
    "transfers": {},
    "adjustments": {"approval_over_points": 1000},
    "goodwill": {"points_per_staff_and_day": 200, "points_max": 50},
    "surprises": [
        {
            "id": "lucky",
            "title": {"en": "Lucky"},
            "when": {"kind": "store", "any_of": ["D7"]},
            "prizes": [{"id": "ten", "title": {"en": "Ten"}, "weight": 1, "prize": {"points": 10}}],
            "nothing_weight": 9,
        }
    ],
    "activities": [{"id": "review", "title": {"en": "Review"}}],
    "leaderboards": [{"id": "top", "title": {"en": "Top"}, "measure": {"kind": "count"}, "period": "month"}],
    "rewards": [
        {"id": "free-latte", "title": {"en": "A latte"}, "cost_points": 100, "kind": "voucher", "value_minor": 45000}
    ],
}


@dataclass(frozen=True)
class Fuzzed:
    """A live server, what exists there, by its name in addresses and in bodies, and who may ask."""

    url: str
    pos: str
    manager: str
    phone: str
    ids: Mapping[str, str]
    named: Mapping[str, str]


@dataclass(frozen=True)
class Everything:
    """What exists: by the name under which addresses have it, and the keys of two managers."""

    ids: Mapping[str, str]
    second_manager: str
    claim_code: str


async def backtest_of(shop: Shop) -> str:
    """A backtest that is done."""
    answer = await shop.ask("POST", "/v1/backtests", {"version": 1}, token=shop.manager)
    backtest: str = answer.json()["id"]
    for _ in range(300):
        told = (await shop.ask("GET", f"/v1/backtests/{backtest}", token=shop.manager)).json()
        if told["state"] == "done":
            return backtest
        await asyncio.sleep(0.1)
    raise AssertionError(f"not done in half a minute: {told}")


async def correction_of(shop: Shop) -> str:
    """A correction that is ready to be applied."""
    asked = {"under": 2, "reason": "wrong-rate", "versions": [1]}
    made = (await shop.ask("POST", "/v1/corrections", asked, token=shop.manager)).json()
    while made["state"] != "ready":
        await asyncio.sleep(0.05)
        made = (await shop.ask("GET", f"/v1/corrections/{made['id']}", token=shop.manager)).json()
    correction: str = made["id"]
    return correction


# What a worker makes, by the name that its id has in paths.
WORK: Final[dict[str, Callable[[Shop], Awaitable[str]]]] = {"correction": correction_of, "backtest": backtest_of}


async def everything(shop: Shop, *, with_work: Collection[str] = WORK) -> Everything:
    """One thing of every kind, all of them open to whatever may be done with them.

    Of what a worker makes, which takes a second each, only the kinds `with_work`.
    """

    async def made(path: str, body: Any = None, token: str | None = None) -> Any:
        answer = await shop.ask("POST", path, body, token=token)
        assert answer.status_code in {200, 201, 202}, answer.text
        return answer.json()

    assert (await shop.publish(EVERYTHING)).status_code == 201
    member = (await shop.enrol(card=CARD, external_id="customer-4711"))["id"]
    await made(f"/v1/members/{member}/tier", {"tier": "vang", "reason": "vip"}, shop.manager)
    other = (await shop.enrol(card=OTHER_CARD))["id"]
    purchase = (await shop.buy(member, 900000, 90000, external_id="receipt-000123"))["id"]
    household = (await made("/v1/households"))["id"]
    sharing = (await shop.enrol())["id"]
    await made(f"/v1/households/{household}/members", {"member": sharing})
    adjusted = {"member": member, "points": 100, "reason": "damaged-goods"}
    large = adjusted | {"points": 5000}
    nobody = {name: part for name, part in basket("", 300000).items() if name != "member"}
    claimable = await made("/v1/purchases", nobody)
    ids = {
        "member": member,
        "other": other,
        "sharing": sharing,
        "purchase": purchase,
        "refund": (await made("/v1/refunds", {"purchase": (await shop.buy(member, 1000))["id"]}))["id"],
        "redemption": (await made("/v1/redemptions", {"member": member, "points": 100}))["id"],
        "hold": (await made("/v1/holds", {"member": member, "points": 100}))["id"],
        "code": (await made("/v1/rewards/redemptions", {"member": member, "reward": "free-latte"}))["code"],
        "transfer": (await made("/v1/transfers", {"member": member, "to": other, "points": 10}))["id"],
        "adjustment": (await made("/v1/adjustments", adjusted, shop.manager))["id"],
        "request_id": (await made("/v1/adjustments", large, shop.manager))["id"],
        "household": household,
        "lot": "1",
        "pool": "cinema",
        "leaderboard": "top",
        "day": "2026-05-01",
        "activity": (await made("/v1/activities", {"member": member, "kind": "review"}))["id"],
        "fact": purchase,
        "program": shop.program["id"],
        "version": "2",
        "draft": (await made("/v1/rulebook-drafts", {"name": "next", "document": EVERYTHING}, shop.manager))["id"],
    }
    ids |= {kind: await WORK[kind](shop) for kind in with_work if kind in WORK}
    await made(f"/v1/rulebook-drafts/{ids['draft']}/shadow", token=shop.manager)
    await made(f"/v1/rulebook-drafts/{ids['draft']}/shadow/stop", token=shop.manager)
    return Everything(ids=ids, second_manager=await second_manager(shop), claim_code=claimable["claim_code"])


async def second_manager(shop: Shop) -> str:
    """Another manager's key, of the same source."""
    answer = await shop.client.post(
        f"/v1/programs/{shop.program['id']}/keys",
        json={"source": "tills", "name": "second", "scopes": ["manager"]},
        headers={"authorization": f"Bearer {OPERATOR}", "idempotency-key": key()},
    )
    token: str = answer.json()["key"]
    return token


def prepared(url: str) -> Fuzzed:
    """A programme with one thing of every kind on a live server."""

    async def prepare() -> Fuzzed:
        async with httpx.AsyncClient(base_url=url) as client:
            shop = await opened(client)
            made = await everything(shop)
            member, other = made.ids["member"], made.ids["other"]
            token = (await shop.ask("POST", f"/v1/members/{member}/tokens", {"ttl_seconds": 3600})).json()["token"]
            named = {
                "member": member,
                "to": other,
                "from": other,
                "card": CARD,
                "old": CARD,
                "purchase": made.ids["purchase"],
                "reward": "free-latte",
                "code": made.claim_code,
                "currency": "VND",
            }
            return Fuzzed(url=url, pos=shop.pos, manager=shop.manager, phone=token, ids=made.ids, named=named)

    return asyncio.run(prepare())
