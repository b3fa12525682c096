"""One of every answer about chance and leaderboards."""

import httpx

from app.routers import models_answered, models_boards, models_draws, models_rewards
from app.routers.wire import Answer
from tests.api.conftest import RULEBOOK, basket, opened
from tests.api.lifecycle import Asker

CHANCE = {"id": "points", "title": {"en": "Points"}, "weight": 1, "prize": {"points": 50}}
DOCUMENT = RULEBOOK | {
    "surprises": [{"id": "lucky", "title": {"en": "Lucky"}, "prizes": [CHANCE], "nothing_weight": 0}],
    "rewards": [
        {"id": "wheel", "title": {"en": "Wheel"}, "kind": "wheel", "cost_points": 10, "odds": {"prizes": [CHANCE]}}
    ],
    "leaderboards": [{"id": "top", "title": {"en": "Top"}, "measure": {"kind": "count"}, "period": "month"}],
}


async def lucky(client: httpx.AsyncClient) -> list[tuple[type[Answer], bytes]]:
    """Every answer with its type."""
    asker = Asker(await opened(client))
    ask, shop = asker.ask, asker.shop
    assert (await shop.publish(DOCUMENT)).status_code == 201
    member = (await shop.enrol())["id"]
    await ask(models_answered.PurchaseQuote, "POST", "/v1/purchases/quote", basket(member, 100000))
    bought = await ask(models_answered.Purchase, "POST", "/v1/purchases", basket(member, 100000))
    turned = {"member": member, "reward": "wheel"}
    await ask(models_rewards.RewardQuote, "POST", "/v1/rewards/redemptions/quote", turned)
    await ask(models_rewards.RewardTaken, "POST", "/v1/rewards/redemptions", turned)
    await ask(models_draws.DrawProof, "GET", f"/v1/facts/{bought['id']}/draws")
    await ask(models_draws.CommitmentList, "GET", "/v1/draws/commitments")
    await ask(models_draws.DayOfDraws, "GET", "/v1/draws/seeds/2026-01-01")
    await ask(models_boards.OwnNickname, "PUT", f"/v1/members/{member}/nickname", {"nickname": "Lan"})
    token = (await shop.ask("POST", f"/v1/members/{member}/tokens", {})).json()["token"]
    await ask(models_draws.DrawProof, "GET", f"/v1/me/facts/{bought['id']}/draws", token=token)
    await ask(models_boards.OwnNickname, "PUT", "/v1/me/nickname", {"nickname": "Lan"}, token=token)
    await ask(models_boards.LeaderboardShown, "GET", "/v1/leaderboards/top", token=shop.manager)
    await ask(models_boards.LeaderboardShown, "GET", "/v1/me/leaderboards/top", token=token)
    return asker.found
