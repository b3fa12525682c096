"""What the published cases have in common: a shop with the case's rules, a clock, and what a basket would earn."""

from datetime import datetime
from typing import Any

import httpx

from tests.api.clocks import ZONE, advance, clocked
from tests.api.conftest import Shop
from tests.api.rulebooks import plain
from tests.api.shopping import made, read

# Money of the cases is in minor units here: 47.50 is 4750, and "1 point per 1.00" is 1 point per 100.
UNIT = 100


def rule(points: int = 1, per_minor: int = UNIT, **more: Any) -> dict[str, Any]:
    """A base rule; fields of its effect (`basis`, `rounding`) may be given among the others."""
    effect = {"kind": "per_amount", "points": points, "per_minor": per_minor}
    effect |= {name: more.pop(name) for name in ("basis", "rounding") if name in more}
    return {"id": "base", "effect": effect, **more}


def rounded(mode: str) -> dict[str, str]:
    """A rounding of the whole basket."""
    return {"mode": mode, "scope": "basket"}


async def opened(client: httpx.AsyncClient, *rules: Any, on: str = "2026-01-01", **parts: Any) -> Shop:
    """A shop whose clock stands at nine o'clock of a day, with these rules or else a point a minor unit."""
    parts |= {"earning": {"rules": list(rules)}} if rules else {}
    return await clocked(client, datetime.fromisoformat(f"{on}T09:00").replace(tzinfo=ZONE), plain(**parts))


async def day(shop: Shop, date: str, time: str = "09:00") -> None:
    """Put the shop's clock forward."""
    await advance(shop, datetime.fromisoformat(f"{date}T{time}").replace(tzinfo=ZONE))


def line(amount: int, category: str = "goods", **more: Any) -> dict[str, Any]:
    """A line of a basket."""
    return {"sku": category, "category": category, "amount": amount, **more}


def order(member: str, *lines: int | dict[str, Any], **more: Any) -> dict[str, Any]:
    """A basket of these lines, or of lines with these amounts."""
    parts = [line(each) if isinstance(each, int) else each for each in lines]
    return {"member": member, "currency": "VND", "lines": parts, **more}


async def bought(shop: Shop, member: str, *lines: int | dict[str, Any], **more: Any) -> Any:
    """A purchase that is accepted."""
    return await made(shop, "/v1/purchases", order(member, *lines, **more))


async def quoted(shop: Shop, member: str, *lines: int | dict[str, Any], **more: Any) -> Any:
    """What a purchase would earn now."""
    return await made(shop, "/v1/purchases/quote", order(member, *lines, **more))


async def newcomer(shop: Shop) -> str:
    """A new member."""
    member: str = (await shop.enrol())["id"]
    return member


async def points(shop: Shop, member: str) -> int:
    """What the member can spend; nothing may be owed, pending or held."""
    shown = await read(shop, f"/v1/members/{member}/balance")
    assert (shown["debt"], shown["pending"], shown["held"]) == (0, 0, 0)
    found: int = shown["points"]
    return found


async def entries(shop: Shop, member: str) -> list[tuple[str, int]]:
    """The ledger of a member, oldest entry first: kinds and signed points."""
    found = (await read(shop, f"/v1/members/{member}/entries?limit=100"))["data"]
    return [(entry["kind"], entry["points"]) for entry in reversed(found)]


async def lots(shop: Shop, member: str) -> dict[str | None, int]:
    """What remains of the points, by the last day on which they are good."""
    found = (await read(shop, f"/v1/members/{member}/lots"))["data"]
    return {lot["last_valid_day"]: lot["remaining"] for lot in found}
