"""kill -9 in the middle of a correction of many purchases: it goes on, and every purchase is booked once.

The worst moment is drawn out: what has been booked cannot be noted in the correction, as its lines are locked.
"""

import asyncio
from typing import Any

import httpx
import pytest

from app.cli.cluster import Cluster
from app.cli.place import EmbeddedError, locate
from app.commands.corrections import LINES_A_STEP
from tests import live
from tests.api.rulebooks import plain
from tests.crash.targets import Target, audit, shop_of

MEMBERS = 10
PURCHASES_EACH = 60
AMOUNT = 7
DATABASE = "rung"
# The journal's number for corrections.
BOOKED = "SELECT count(*) FROM journal WHERE kind = 70"
LOCKED = """SELECT count(*) FROM pg_locks
    WHERE relation = 'correction_lines'::regclass AND mode = 'ShareLock' AND granted"""
DOUBLE = [{"id": "base", "effect": {"kind": "per_amount", "points": 2, "per_minor": 1}}]


class Manager:
    """Who asks for a correction, and sees the service die under it."""

    def __init__(self, target: Target, key: str) -> None:
        self.target = target
        self.key = key
        self.asked = 0

    async def ask(self, method: str, path: str, body: object = None) -> Any:
        """One request under a key of its own."""
        self.asked += 1
        headers = {"Authorization": f"Bearer {self.key}", "Idempotency-Key": f"manager-{self.asked:06}"}
        async with httpx.AsyncClient(base_url=self.target.service.url, timeout=30, trust_env=False) as client:
            answer = await client.request(method, path, json=body, headers=headers)
        assert answer.is_success, answer.text
        return answer.json()

    async def bought(self) -> list[str]:
        """Members with many purchases of each."""
        members = [(await self.ask("POST", "/v1/members", {"external_id": f"m-{n}"}))["id"] for n in range(MEMBERS)]
        line = {"sku": "latte", "category": "coffee", "quantity": "1", "amount": AMOUNT}
        commands = [
            {
                "idempotency_key": f"{member}-{number}",
                "kind": "purchase",
                "purchase": {"member": member, "currency": "VND", "lines": [line]},
            }
            for member in members
            for number in range(PURCHASES_EACH)
        ]
        results = (await self.ask("POST", "/v1/batch", {"commands": commands}))["results"]
        assert {result["status"] for result in results} == {201}
        return members

    async def seen(self, path: str, state: str) -> dict[str, int]:
        """What the correction says once it is in a state."""
        for _ in range(1000):
            found = await self.ask("GET", path)
            if found["state"] == state:
                return {part: found[part]["purchases"] for part in ("planned", "done", "refused", "unknown")}
            await asyncio.sleep(0.05)
        raise AssertionError(found)


def locked(server: Cluster) -> None:
    """Keep everybody from writing lines of corrections, until the server is killed."""
    with pytest.raises(EmbeddedError):
        server.sql("BEGIN; LOCK TABLE correction_lines IN SHARE MODE; SELECT pg_sleep(600)", database=DATABASE)


async def until(server: Cluster, counted: str, count: int) -> None:
    """Wait until a statement counts so many."""
    for _ in range(200):
        if int(await asyncio.to_thread(server.sql, counted, database=DATABASE)) >= count:
            return
        await asyncio.sleep(0.05)
    raise AssertionError(counted)


async def test_kill_9_in_the_middle_of_a_correction_books_every_purchase_once() -> None:
    with live.temporary_home() as home:
        target = Target(home=home, service=await asyncio.to_thread(live.start, home))
        try:
            manager = Manager(target, await shop_of(target.service, plain()))
            members = await manager.bought()
            await manager.ask("POST", "/v1/rulebooks", {"document": plain(earning={"rules": DOUBLE})})
            wanted = {"versions": [1], "under": 2, "reason": "wrong-rate"}
            path = f"/v1/corrections/{(await manager.ask('POST', '/v1/corrections', wanted))['id']}"
            count = MEMBERS * PURCHASES_EACH
            assert await manager.seen(path, "ready") == {"planned": count, "done": 0, "refused": 0, "unknown": 0}
            server = Cluster(locate(home))
            locking = asyncio.create_task(asyncio.to_thread(locked, server))
            await until(server, LOCKED, 1)
            await manager.ask("POST", f"{path}/apply")
            await until(server, BOOKED, LINES_A_STEP)
            assert await manager.seen(path, "applying") == {"planned": count, "done": 0, "refused": 0, "unknown": 0}
            await asyncio.to_thread(target.kill_both)
            await locking
            await target.start_again()
            assert await manager.seen(path, "applied") == {"planned": 0, "done": count, "refused": 0, "unknown": 0}
            balances = [await manager.ask("GET", f"/v1/members/{member}/balance") for member in members]
            assert {balance["points"] for balance in balances} == {2 * AMOUNT * PURCHASES_EACH}
            audited = await asyncio.to_thread(audit, home)
            assert audited.returncode == 0, audited.stderr
        finally:
            await target.end()
