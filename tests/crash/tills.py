"""Tills that keep their own log of what was acknowledged: the only witness that can tell a lost acknowledgement."""

import asyncio
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx

Body = dict[str, Any]


@dataclass
class Asked:
    """One request under one key, and its answer once there was one. A refusal is an answer that leaves no trace."""

    path: str
    key: str
    body: Body
    answer: Body | None = None
    refused: bool = False

    @property
    def settled(self) -> bool:
        return self.answer is not None or self.refused


@dataclass
class Till:
    """One client with a member of its own, who buys and redeems without a pause."""

    number: int
    client: httpx.AsyncClient
    member: str
    chance: random.Random
    log: list[Asked] = field(default_factory=list)
    contradictions: list[str] = field(default_factory=list)

    def next_request(self) -> Asked:
        key = f"till-{self.number}-{len(self.log):06}"
        kind = self.chance.choice(["single", "single", "single", "redemption", "bulk"])
        if kind == "redemption":
            asked = Asked("/v1/redemptions", key, {"member": self.member, "points": 100})
        elif kind == "bulk":
            commands = [
                {"idempotency_key": f"{key}-{n}", "kind": "purchase", "purchase": self.purchase()} for n in range(5)
            ]
            asked = Asked("/v1/batch", key, {"commands": commands})
        else:
            asked = Asked("/v1/purchases", key, self.purchase())
        self.log.append(asked)
        return asked

    def purchase(self) -> Body:
        amount = self.chance.randint(1, 60) * 1000
        line = {"sku": "latte", "category": "coffee", "quantity": "1", "amount": amount}
        return {"member": self.member, "currency": "VND", "lines": [line]}

    async def work(self, stop: asyncio.Event) -> None:
        """Ask until told to stop, now and then the same twice at once. What got no answer is asked again later."""
        while not stop.is_set():
            asked = self.next_request()
            twins = [self.send(asked), self.send(asked)] if self.chance.random() < 0.2 else [self.send(asked)]
            await asyncio.gather(*twins)

    async def settle(self) -> None:
        """Ask again, under the same keys, for all that got no answer."""
        while waiting := [asked for asked in self.log if not asked.settled]:
            for asked in waiting:
                await self.send(asked)
            await asyncio.sleep(0.05)

    async def send(self, asked: Asked) -> None:
        """Send it and note the answer. One that differs from an earlier one is a contradiction."""
        try:
            response = await self.client.post(
                asked.path, json=asked.body, headers={"Idempotency-Key": asked.key}, timeout=10
            )
        except httpx.TransportError:
            return
        if response.status_code >= 500:
            return
        if response.status_code == 409:
            asked.refused = asked.answer is None
            return
        body = told(response)
        if body is None:
            return
        if asked.answer is not None and asked.answer != body:
            self.contradictions.append(f"{asked.key}: {asked.answer} and then {body}")
        asked.answer = asked.answer or body

    async def judge(self) -> Sequence[str]:
        """What the service says now against this till's own log."""
        faults = list(self.contradictions)
        facts: dict[str, int] = {}
        for asked in self.log:
            assert asked.settled
            if asked.answer is None:
                continue
            response = await self.client.post(asked.path, json=asked.body, headers={"Idempotency-Key": asked.key})
            if told(response) != asked.answer:
                faults.append(f"{asked.key}: answered {asked.answer}, now {response.text}")
            elif asked.path != "/v1/batch" and response.headers.get("Idempotent-Replayed") != "true":
                faults.append(f"{asked.key}: carried out again")
            facts |= points_of(asked.answer)
        recorded = await self.recorded()
        return faults + [
            f"{fact}: acknowledged {facts.get(fact)}, recorded {recorded.get(fact)}"
            for fact in sorted(facts.keys() | recorded.keys())
            if facts.get(fact, 0) != recorded.get(fact, 0)
        ]

    async def recorded(self) -> dict[str, int]:
        """Points by fact, out of every entry of the member; they add up to the balance."""
        points: dict[str, int] = {}
        cursor: str | None = None
        while True:
            parameters = {"limit": "100"} | ({"cursor": cursor} if cursor else {})
            page = (await self.client.get(f"/v1/members/{self.member}/entries", params=parameters)).json()
            for entry in page["data"]:
                points[entry["fact"]] = points.get(entry["fact"], 0) + entry["points"]
            cursor = page["next_cursor"]
            if not page["has_more"]:
                break
        balance = (await self.client.get(f"/v1/members/{self.member}/balance")).json()
        assert balance["points"] == sum(points.values())
        return points


def told(response: httpx.Response) -> Body | None:
    """The answer without the mark of a replay; None while a part of a batch has none."""
    assert response.status_code < 300, response.text
    body: Body = response.json()
    for result in body.get("results", []):
        if result["status"] >= 500:
            return None
        assert result["problem"] is None, result
        result["replayed"] = None
        result["status"] = None
    return body


def points_of(answer: Body) -> dict[str, int]:
    """What an answer says to have moved, by fact."""
    if "results" in answer:
        moved: dict[str, int] = {}
        for result in answer["results"]:
            moved |= points_of(result["purchase"])
        return moved
    sign = -1 if answer["id"].startswith("rdm_") else 1
    return {answer["id"]: sign * answer["points"]}
