"""One of every answer about referrals."""

import httpx

from app.routers import models_referrals
from app.routers.wire import Answer
from tests.api.conftest import RULEBOOK, opened
from tests.api.lifecycle import Asker


async def referring(client: httpx.AsyncClient) -> list[tuple[type[Answer], bytes]]:
    """Every answer with its type."""
    shop = await opened(client, rulebook=False)
    await shop.publish({**RULEBOOK, "referral": {**RULEBOOK["referral"], "afterwards": True}})
    asker = Asker(shop)
    ask, manager = asker.ask, {"token": shop.manager}
    lan = await shop.enrol(card="1")
    friend = await shop.enrol(card="2")
    path = f"/v1/members/{lan['id']}"
    dated = {"code": "LAN-COFFEE", "valid_from": "2026-01-01", "valid_until": "2190-12-31"}
    await ask(models_referrals.ReferralCode, "POST", f"{path}/referral-codes", dated, **manager)
    said = {"referral_code": "LAN-COFFEE", "heard_from": "friend"}
    await ask(models_referrals.Introduction, "POST", f"/v1/members/{friend['id']}/referrer", said)
    await shop.buy(friend["id"], 90000)
    await ask(models_referrals.MemberReferrals, "GET", f"{path}/referrals")
    await ask(models_referrals.ReferralReport, "GET", "/v1/referrals", **manager)
    return asker.found
