"""One of every answer that the lifecycle of points has, asked over HTTP."""

from typing import Any

import httpx

from app.routers import (
    models_adjustments,
    models_answered,
    models_claims,
    models_configuration,
    models_corrections,
    models_events,
    models_explanations,
    models_holds,
    models_lots,
    models_people,
    models_rewards,
    models_statements,
    models_tiers,
    models_totals,
    models_transfers,
)
from app.routers.wire import Answer
from tests.api.conftest import Shop, key
from tests.api.rulebooks import plain, reward
from tests.api.shopping import member_with, plain_shop

RULEBOOK: dict[str, Any] = {
    "pending": {"kind": "event"},
    "expiry": {"kind": "rolling", "months": 12},
    "rewards": [reward(cost_points=1)],
    "transfers": {},
    "goodwill": {"points_per_staff_and_day": 100, "points_max": 100},
    "adjustments": {"approval_over_points": 500},
    "tiers": {
        "levels": [
            {"id": "bronze", "title": {"en": "Bronze"}, "from_points": 0},
            {"id": "silver", "title": {"en": "Silver"}, "from_points": 100000},
        ]
    },
    "tier_sets": [
        {
            "id": "wine",
            "title": {"en": "Wine club"},
            "window": {"kind": "lifetime"},
            "levels": [
                {"id": "guest", "title": {"en": "Guest"}, "from_points": 0},
                {
                    "id": "friend",
                    "title": {"en": "Friend"},
                    "needs": {"kind": "all", "needs": [{"kind": "enough", "counter": "visits", "at_least": 90}]},
                },
            ],
        }
    ],
}


class Asker:
    """Asks, and keeps what was answered beside the type that it should have."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.found: list[tuple[type[Answer], bytes]] = []

    async def ask(self, kind: type[Answer], method: str, path: str, body: Any = None, **more: Any) -> Any:
        """A request that succeeds."""
        answer = await self.shop.ask(method, path, body, **more)
        assert answer.is_success, answer.text
        self.found.append((kind, answer.content))
        return answer.json()


async def lifecycle(client: httpx.AsyncClient) -> list[tuple[type[Answer], bytes]]:
    """Every answer of the lifecycle, with its type."""
    asker = Asker(await plain_shop(client, **RULEBOOK))
    member, other = [await member_with(asker.shop, 0) for _ in range(2)]
    await _correct(asker, member, other)
    await _spend(asker, member)
    await _raise(asker, member)
    await _give(asker, member, other)
    await _account(asker, member)
    await _know(asker, member, other)
    return asker.found


async def _correct(asker: Asker, member: str, other: str) -> None:
    ask = asker.ask
    bought = await asker.shop.buy(member, 400, external_id="R-1")
    await ask(models_corrections.Confirmation, "POST", f"/v1/purchases/{bought['id']}/confirm")
    await ask(models_corrections.RefundPlan, "POST", "/v1/refunds/quote", {"purchase": bought["id"]})
    await ask(models_corrections.WaitingRefund, "POST", "/v1/refunds", {"purchase": "ext:R-none"})
    await ask(models_corrections.Void, "POST", f"/v1/purchases/{bought['id']}/void")
    wrong = await asker.shop.buy(member, 100)
    await ask(models_corrections.Move, "POST", f"/v1/purchases/{wrong['id']}/move", {"member": other})
    await ask(models_corrections.Cancellation, "POST", "/v1/cancellations", {"idempotency_key": key()})
    await ask(models_events.EventList, "GET", "/v1/events", token=asker.shop.manager)
    await ask(models_explanations.Explanation, "GET", f"/v1/facts/{bought['id']}/explanation")


async def _spend(asker: Asker, member: str) -> None:
    ask, manager = asker.ask, {"token": asker.shop.manager}
    adjusted = {"member": member, "points": 450, "reason": "migration"}
    given = await ask(models_adjustments.Adjustment, "POST", "/v1/adjustments", adjusted, **manager)
    asked = {"member": member, "points": 50}
    await ask(models_holds.HoldQuote, "POST", "/v1/holds/quote", asked)
    hold = await ask(models_holds.Hold, "POST", "/v1/holds", asked)
    await ask(models_holds.HoldExtension, "POST", f"/v1/holds/{hold['id']}/extend", {"minutes": 30})
    await ask(models_holds.HoldNow, "GET", f"/v1/holds/{hold['id']}")
    await ask(models_holds.HoldRelease, "POST", f"/v1/holds/{hold['id']}/release")
    wanted = {"member": member, "reward": "latte"}
    await ask(models_rewards.RewardList, "GET", "/v1/rewards")
    await ask(models_rewards.RewardQuote, "POST", "/v1/rewards/redemptions/quote", wanted)
    taken = await ask(models_rewards.RewardTaken, "POST", "/v1/rewards/redemptions", wanted)
    await ask(models_rewards.Voucher, "GET", f"/v1/vouchers/{taken['code']}")
    await ask(models_rewards.VoucherUse, "POST", f"/v1/vouchers/{taken['code']}/use", {})
    await ask(models_rewards.CodePool, "POST", "/v1/code-pools/cinema/codes", {"codes": ["C-1"]}, **manager)
    await ask(models_lots.Sources, "GET", f"/v1/redemptions/{taken['id']}/sources")
    later = {"last_valid_day": "2030-01-01", "reason": "illness"}
    await ask(
        models_adjustments.Extension, "POST", f"/v1/members/{member}/lots/{given['lot']}/extend", later, **manager
    )


async def _raise(asker: Asker, member: str) -> None:
    ask, path, manager = asker.ask, f"/v1/members/{member}/tier", {"token": asker.shop.manager}
    await ask(models_tiers.TierGrant, "POST", path, {"tier": "silver", "reason": "vip"}, **manager)
    await ask(models_tiers.TierGrant, "POST", f"{path}/end", {"reason": "mistake"}, **manager)


async def _give(asker: Asker, member: str, other: str) -> None:
    ask, manager = asker.ask, {"token": asker.shop.manager}
    gift = {"member": member, "points": 20, "staff": "112", "reason": "wait"}
    goodwill = await ask(models_adjustments.GoodwillGift, "POST", "/v1/goodwill", gift)
    cancelled = f"/v1/adjustments/{goodwill['id']}/cancel"
    await ask(models_adjustments.AdjustmentCancellation, "POST", cancelled, **manager)
    large = {"member": member, "points": 501, "reason": "migration"}
    waiting = await ask(models_adjustments.AdjustmentRequest, "POST", "/v1/adjustments", large, **manager)
    path = f"/v1/adjustment-requests/{waiting['id']}"
    await ask(models_adjustments.AdjustmentRequest, "GET", path, **manager)
    await ask(models_adjustments.AdjustmentRequestList, "GET", "/v1/adjustment-requests", **manager)
    transfer = {"member": member, "to": other, "points": 10}
    await ask(models_transfers.TransferQuote, "POST", "/v1/transfers/quote", transfer)
    await ask(models_transfers.Transfer, "POST", "/v1/transfers", transfer)
    home = await ask(models_transfers.Household, "POST", "/v1/households")
    path = f"/v1/households/{home['id']}"
    await ask(models_transfers.HouseholdMembership, "POST", f"{path}/members", {"member": member})
    await ask(models_transfers.HouseholdMembership, "POST", f"{path}/leave", {"member": member})


async def _account(asker: Asker, member: str) -> None:
    ask, manager = asker.ask, {"token": asker.shop.manager}
    await ask(models_lots.LotList, "GET", f"/v1/members/{member}/lots")
    await ask(models_statements.Statement, "GET", f"/v1/members/{member}/statement?month=2026-03")
    await ask(models_totals.Totals, "GET", "/v1/totals?from=2026-03-01&until=2026-03-31", **manager)
    value = {"numerator": 1, "denominator": 2, "breakage_ppm": 100000}
    await ask(models_totals.Valuation, "PUT", "/v1/valuations/2026-01-01", value, **manager)
    await ask(models_totals.ValuationList, "GET", "/v1/valuations", **manager)
    await ask(models_totals.Liability, "GET", "/v1/liability", **manager)


async def _know(asker: Asker, member: str, other: str) -> None:
    ask, manager = asker.ask, {"token": asker.shop.manager}
    said = {"consents": [{"purpose": "marketing", "channel": "sms", "granted": True, "wording": "v1"}]}
    await ask(models_people.ConsentList, "POST", f"/v1/members/{member}/consents", said)
    await ask(models_people.CardList, "GET", f"/v1/members/{member}/cards")
    await ask(models_people.Blocking, "POST", f"/v1/members/{member}/block", {"reason": "fraud"}, **manager)
    await ask(models_people.Merge, "POST", f"/v1/members/{member}/merge", {"from": other}, **manager)
    await ask(models_people.Export, "GET", f"/v1/members/{member}/export", **manager)
    await ask(models_people.Erasure, "POST", f"/v1/members/{member}/erase", **manager)
    basket = {"currency": "VND", "lines": [{"sku": "tea", "category": "tea", "amount": 100}]}
    receipt = await ask(models_answered.Purchase, "POST", "/v1/purchases", basket)
    claimant = (await asker.shop.enrol())["id"]
    claim = {"member": claimant, "code": receipt["claim_code"]}
    await ask(models_claims.Claim, "POST", "/v1/claims", claim)
    version = await ask(models_configuration.RulebookNow, "GET", "/v1/rulebooks/1", **manager)
    assert version["version"] == 1
    await asker.shop.publish(plain(**RULEBOOK, title={"en": "Second"}))
    await ask(models_configuration.RulebookDiff, "GET", "/v1/rulebooks/2/diff", **manager)
