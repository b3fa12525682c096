"""One of every answer of living with rulebooks: drafts and what comes of them."""

import asyncio

import httpx

from app.routers import (
    models_backtests,
    models_configuration,
    models_correcting,
    models_drafts,
    models_shadows,
    models_simulations,
)
from app.routers.wire import Answer
from tests.api.conftest import RULEBOOK, opened
from tests.api.lifecycle import Asker


async def living(client: httpx.AsyncClient) -> list[tuple[type[Answer], bytes]]:
    """Every answer with its type."""
    asker = Asker(await opened(client))
    await _draft(asker)
    await _backtest(asker)
    await _correction(asker)
    return asker.found


async def _draft(asker: Asker) -> None:
    ask, manager = asker.ask, {"token": asker.shop.manager}
    wanted = {"name": "June", "document": RULEBOOK}
    draft = await ask(models_drafts.Draft, "POST", "/v1/rulebook-drafts", wanted, **manager)
    path = f"/v1/rulebook-drafts/{draft['id']}"
    await ask(models_drafts.DraftList, "GET", "/v1/rulebook-drafts", **manager)
    await ask(models_drafts.DraftChecked, "POST", f"{path}/validate", **manager)
    await ask(models_drafts.DraftDiff, "GET", f"{path}/diff", **manager)
    await ask(models_shadows.Shadow, "POST", f"{path}/shadow", **manager)
    await ask(models_shadows.FactComparedList, "GET", f"{path}/shadow/differences", **manager)
    published = {"if_match": "*"} | manager
    tried = {"steps": [{"kind": "time"}]}
    await ask(models_simulations.Simulation, "POST", f"{path}/simulate", tried, **manager)
    await ask(models_simulations.TierPreview, "POST", f"{path}/preview/tiers", **manager)
    await ask(models_simulations.ReachPreview, "POST", f"{path}/preview/reach", **manager)
    await ask(models_configuration.RulebookPublished, "POST", f"{path}/publish", {}, **published)
    await ask(models_configuration.RulebookPublished, "POST", "/v1/rulebooks/1/rollback", {}, **manager)


async def _correction(asker: Asker) -> None:
    ask, manager = asker.ask, {"token": asker.shop.manager}
    member = (await asker.shop.enrol())["id"]
    bought = await asker.shop.buy(member, 1000)
    wanted = {"under": 1, "reason": "wrong-rate", "purchases": [bought["id"]]}
    made = await ask(models_correcting.Correction, "POST", "/v1/corrections", wanted, **manager)
    await ask(models_correcting.CorrectionList, "GET", "/v1/corrections", **manager)
    await ask(models_correcting.CorrectionLineList, "GET", f"/v1/corrections/{made['id']}/purchases", **manager)


async def _backtest(asker: Asker) -> None:
    ask, manager = asker.ask, {"token": asker.shop.manager}
    member = (await asker.shop.enrol())["id"]
    await asker.shop.buy(member, 700000)
    value = {"numerator": 1, "denominator": 2}
    made = await ask(
        models_backtests.Backtest, "POST", "/v1/backtests", {"version": 1, "point_value": value}, **manager
    )
    for _ in range(300):
        told = (await asker.shop.ask("GET", f"/v1/backtests/{made['id']}", **manager)).json()
        if told["state"] == "done":
            break
        await asyncio.sleep(0.1)
    done = await ask(models_backtests.Backtest, "GET", f"/v1/backtests/{made['id']}", **manager)
    assert done["report"]["wallets"][0]["cost"] is not None
    await ask(models_backtests.BacktestList, "GET", "/v1/backtests", **manager)
    await ask(models_backtests.Backtest, "POST", f"/v1/backtests/{made['id']}/cancel", **manager)
