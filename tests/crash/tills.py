"""Tills that keep their own log of what was acknowledged: the only witness that can tell a lost acknowledgement."""

import asyncio
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx

Body = dict[str, Any]
KINDS = ["purchase"] * 6 + ["redemption", "bulk", "hold", "hold", "end_hold", "end_hold", "transfer", "reward"]
KINDS += ["refund", "refund", "cancel"]


@dataclass
class Asked:
    """One request under one key, and its answer once there was one. A refusal is an answer that leaves no trace.

    `lost`: one sending of it got no answer, so that it may have been carried out although a twin of it was refused.
    """

    path: str
    key: str
    body: Body
    answer: Body | None = None
    refused: bool = False
    lost: bool = False

    @property
    def settled(self) -> bool:
        return self.answer is not None or (self.refused and not self.lost)


@dataclass
class Till:
    """One client with a member of its own, who does everything that a till can without a pause."""

    number: int
    client: httpx.AsyncClient
    member: str
    chance: random.Random
    friends: Sequence[str] = ()
    log: list[Asked] = field(default_factory=list)
    contradictions: list[str] = field(default_factory=list)

    def next_request(self) -> Asked:
        asked = Asked(*self.wanted(self.chance.choice(KINDS), f"till-{self.number}-{len(self.log):06}"))
        self.log.append(asked)
        return asked

    def wanted(self, kind: str, key: str) -> tuple[str, str, Body]:
        """Path, key and body of one request; what corrects a fact buys instead while there is none to correct."""
        bought, held, spent = (self.latest(prefix) for prefix in ("pur_", "hld_", "rdm_"))
        points = self.chance.randint(1, 40)
        match kind:
            case "redemption" | "hold":
                return f"/v1/{kind}s", key, {"member": self.member, "points": points}
            case "bulk":
                commands = [
                    {"idempotency_key": f"{key}-{n}", "kind": "purchase", "purchase": self.purchase()} for n in range(5)
                ]
                return "/v1/batch", key, {"commands": commands}
            case "end_hold" if held is not None:
                ending = self.chance.choice(["capture", "release"])
                return f"/v1/holds/{held['id']}/{ending}", key, {}
            case "transfer":
                to = self.chance.choice([friend for friend in self.friends if friend != self.member])
                return "/v1/transfers", key, {"member": self.member, "to": to, "points": points}
            case "reward":
                return "/v1/rewards/redemptions", key, {"member": self.member, "reward": "latte"}
            case "refund" if bought is not None:
                part = self.chance.choice([{}, {"amount": points}])
                return "/v1/refunds", key, {"purchase": bought["id"], **part}
            case "cancel" if spent is not None:
                return f"/v1/redemptions/{spent['id']}/cancel", key, {}
            case _:
                return "/v1/purchases", key, self.purchase()

    def latest(self, prefix: str) -> Body | None:
        """One of the last facts of a kind that were acknowledged."""
        answers = [asked.answer for asked in self.log[-60:] if asked.answer is not None]
        facts = [answer for answer in answers if answer.get("id", "").startswith(prefix)]
        return self.chance.choice(facts[-5:]) if facts else None

    def purchase(self) -> Body:
        line = {"sku": "latte", "category": "coffee", "quantity": "1", "amount": self.chance.randint(1, 60)}
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
                asked.lost = False
                await self.send(asked)
            await asyncio.sleep(0.05)

    async def send(self, asked: Asked) -> None:
        """Send it and note the answer. One that differs from an earlier one is a contradiction."""
        try:
            response = await self.client.post(
                asked.path, json=asked.body, headers={"Idempotency-Key": asked.key}, timeout=10
            )
        except httpx.TransportError:
            asked.lost = True
            return
        if response.status_code >= 500:
            asked.lost = True
            return
        if response.is_client_error:
            asked.refused = True
            if response.status_code != 409:
                # What it names was acknowledged, so it cannot be unknown now.
                self.contradictions.append(f"{asked.key}: {asked.path} {asked.body} was answered {response.text}")
            return
        body = told(response)
        if body is None:
            asked.lost = True
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
            if not response.is_success or told(response) != asked.answer:
                faults.append(f"{asked.key}: answered {asked.answer}, now {response.text}")
            elif asked.path != "/v1/batch" and response.headers.get("Idempotent-Replayed") != "true":
                faults.append(f"{asked.key}: carried out again")
            facts |= points_of(asked.answer)
        recorded, _ = await self.recorded()
        faults += await self.holds_that_ended_otherwise()
        return faults + [
            f"{fact}: acknowledged {facts.get(fact)}, recorded {recorded.get(fact)}"
            for fact in sorted(facts.keys() | recorded.keys())
            if facts.get(fact, 0) != recorded.get(fact, 0)
        ]

    async def holds_that_ended_otherwise(self) -> list[str]:
        """A hold is as its till was told: captured, released, or still there."""
        expected: dict[str, str] = {}
        for asked in self.log:
            if asked.answer is not None and asked.answer.get("id", "")[:4] in ("hld_", "rdm_", "hlr_"):
                state = {"hld_": "active", "rdm_": "captured", "hlr_": "released"}[asked.answer["id"][:4]]
                hold = asked.answer["id"] if state == "active" else asked.answer.get("hold")
                if hold is not None and expected.get(hold, "active") == "active":
                    expected[hold] = state
        now = {hold: (await self.client.get(f"/v1/holds/{hold}")).json()["state"] for hold in expected}
        return [f"{hold}: {state}, now {now[hold]}" for hold, state in expected.items() if state != now[hold]]

    async def recorded(self) -> tuple[dict[str, int], int]:
        """Points by fact, out of every entry of the member, and what came from friends; together the balance."""
        points: dict[str, int] = {}
        received = 0
        cursor: str | None = None
        while True:
            parameters = {"limit": "100"} | ({"cursor": cursor} if cursor else {})
            page = (await self.client.get(f"/v1/members/{self.member}/entries", params=parameters)).json()
            for entry in page["data"]:
                if entry["kind"] == "transfer_in":
                    received += entry["points"]
                else:
                    points[entry["fact"]] = points.get(entry["fact"], 0) + entry["points"]
            cursor = page["next_cursor"]
            if not page["has_more"]:
                break
        balance = (await self.client.get(f"/v1/members/{self.member}/balance")).json()
        assert balance["points"] + balance["held"] - balance["debt"] == sum(points.values()) + received
        return points, received

    def sent(self) -> int:
        """Points that were acknowledged to have gone to friends."""
        answers = [asked.answer for asked in self.log if asked.answer is not None]
        return sum(answer["points"] for answer in answers if answer.get("id", "").startswith("trf_"))


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
    moved: dict[str, int] = {}
    for fact in [result["purchase"] for result in answer.get("results", [])] or [answer]:
        match fact["id"][:4]:
            case "rdm_" | "trf_":
                moved[fact["id"]] = -fact["points"]
            case "rfd_":
                award = fact["award"]
                moved[fact["id"]] = -award["from_lot"] - award["from_others"] - award["from_debt"]
            case "hld_" | "hlr_":
                pass
            case _:
                moved[fact["id"]] = fact["points"]
    return moved
