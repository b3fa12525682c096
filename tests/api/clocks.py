"""A sandbox whose clock the test sets."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import httpx

from tests.api.conftest import OPERATOR, RULEBOOK, Shop, key

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
START = datetime(2026, 3, 10, 9, tzinfo=ZONE)


async def clocked(client: httpx.AsyncClient, start: datetime = START, document: Mapping[str, Any] = RULEBOOK) -> Shop:
    """A sandbox whose clock stands at `start`, with a rulebook in force."""
    headers = {"authorization": f"Bearer {OPERATOR}"}
    body = {"name": "Shop", "currency": "VND", "zone": "Asia/Ho_Chi_Minh", "locale": "vi", "sandbox": True}
    body["test_clock"] = start.isoformat()
    made = await client.post("/v1/programs", json=body, headers=headers | {"idempotency-key": key()})
    assert made.status_code == 201, made.text
    tokens = []
    for scope in ("pos", "manager"):
        answer = await client.post(
            f"/v1/programs/{made.json()['id']}/keys",
            json={"source": "tills", "name": scope, "scopes": [scope]},
            headers=headers | {"idempotency-key": key()},
        )
        tokens.append(answer.json()["key"])
    shop = Shop(client, made.json(), *tokens)
    assert (await shop.publish(document)).status_code == 201
    return shop


async def advance(shop: Shop, to: datetime) -> None:
    """Put the clock forward."""
    answer = await shop.ask("POST", "/v1/test-clock/advance", {"to": to.isoformat()}, token=shop.manager)
    assert answer.status_code == 200, answer.text
