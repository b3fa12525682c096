"""One of every answer of living with rulebooks: drafts and what comes of them."""

import httpx

from app.routers import models_configuration, models_drafts, models_simulations
from app.routers.wire import Answer
from tests.api.conftest import RULEBOOK, opened
from tests.api.lifecycle import Asker


async def living(client: httpx.AsyncClient) -> list[tuple[type[Answer], bytes]]:
    """Every answer with its type."""
    asker = Asker(await opened(client))
    await _draft(asker)
    return asker.found


async def _draft(asker: Asker) -> None:
    ask, manager = asker.ask, {"token": asker.shop.manager}
    wanted = {"name": "June", "document": RULEBOOK}
    draft = await ask(models_drafts.Draft, "POST", "/v1/rulebook-drafts", wanted, **manager)
    path = f"/v1/rulebook-drafts/{draft['id']}"
    await ask(models_drafts.DraftList, "GET", "/v1/rulebook-drafts", **manager)
    await ask(models_drafts.DraftChecked, "POST", f"{path}/validate", **manager)
    await ask(models_drafts.DraftDiff, "GET", f"{path}/diff", **manager)
    published = {"if_match": "*"} | manager
    tried = {"steps": [{"kind": "time"}]}
    await ask(models_simulations.Simulation, "POST", f"{path}/simulate", tried, **manager)
    await ask(models_simulations.TierPreview, "POST", f"{path}/preview/tiers", **manager)
    await ask(models_simulations.ReachPreview, "POST", f"{path}/preview/reach", **manager)
    await ask(models_configuration.RulebookPublished, "POST", f"{path}/publish", {}, **published)
    await ask(models_configuration.RulebookPublished, "POST", "/v1/rulebooks/1/rollback", {}, **manager)
