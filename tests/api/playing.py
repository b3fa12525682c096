"""One of every answer about what members do and play besides buying."""

import httpx

from app.routers import models_activities, models_progress
from app.routers.wire import Answer
from tests.api.clocks import clocked
from tests.api.lifecycle import Asker
from tests.api.playground import PLAYGROUND


async def playing(client: httpx.AsyncClient) -> list[tuple[type[Answer], bytes]]:
    """Every answer with its type."""
    asker = Asker(await clocked(client, document=PLAYGROUND))
    ask, shop = asker.ask, asker.shop
    member = (await shop.enrol())["id"]
    for _ in range(4):
        await shop.buy(member, 10)
    review = {"member": member, "kind": "review", "numbers": {"stars": 5}, "texts": {"words": "Lovely"}}
    await ask(models_activities.ActivityQuote, "POST", "/v1/activities/quote", review)
    done = await ask(models_activities.Activity, "POST", "/v1/activities", review)
    await ask(models_activities.Activity, "GET", f"/v1/activities/{done['id']}")
    await ask(models_activities.ActivityCancellation, "POST", f"/v1/activities/{done['id']}/cancel")
    await ask(models_progress.Progress, "GET", f"/v1/members/{member}/progress")
    token = (await shop.ask("POST", f"/v1/members/{member}/tokens", {})).json()["token"]
    await ask(models_progress.Progress, "GET", "/v1/me/progress", token=token)
    return asker.found
