"""What tests of the lifecycle do over HTTP: publish, enrol, buy, and expect what comes back."""

from datetime import datetime
from typing import Any

import httpx

from tests.api.clocks import START, ZONE, clocked
from tests.api.conftest import Shop
from tests.api.rulebooks import plain


async def plain_shop(client: httpx.AsyncClient, **parts: Any) -> Shop:
    """A sandbox whose clock stands, with the plain rulebook in force."""
    shop = await clocked(client, document=plain(**parts))
    await at(shop, "2026-03-10T09:00:02")
    return shop


async def at(shop: Shop, local: str) -> None:
    """Put the sandbox's clock to a local time; it runs forward only."""
    to = datetime.fromisoformat(local).replace(tzinfo=ZONE)
    assert to > START
    answer = await shop.ask("POST", "/v1/test-clock/advance", {"to": to.isoformat()}, token=shop.manager)
    assert answer.status_code == 200, answer.text


async def made(shop: Shop, path: str, body: Any = None, *, token: str | None = None, **headers: str) -> Any:
    """What a POST that has to be accepted answers."""
    answer = await shop.ask("POST", path, body, token=token, **headers)
    assert answer.status_code in {200, 201}, answer.text
    return answer.json()


async def refused(shop: Shop, path: str, body: Any = None, *, token: str | None = None) -> dict[str, Any]:
    """The reasons of a POST that has to be refused, with their numbers, by code."""
    answer = await shop.ask("POST", path, body, token=token)
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    problem = answer.json()
    return {fault["code"]: fault["numbers"] for fault in problem["errors"]} or {problem["code"]: {}}


async def read(shop: Shop, path: str, *, token: str | None = None) -> Any:
    """What a GET answers."""
    answer = await shop.ask("GET", path, token=token)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def balance(shop: Shop, member: str) -> tuple[int, int, int, int]:
    """Points that can be spent, debt, pending, held."""
    now = (await made(shop, "/v1/purchases/quote", {"member": member, "currency": "VND", "lines": []}))["balance"]
    return now["points"], now["debt"], now["pending"], now["held"]


async def member_with(shop: Shop, points: int) -> str:
    """A new member with so many points."""
    member: str = (await shop.enrol())["id"]
    if points:
        await shop.buy(member, points)
    return member
