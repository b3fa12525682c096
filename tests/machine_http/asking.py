"""A client of two servers that loses answers, asks twice, cancels what it is unsure of, and compares all it is told."""

import asyncio
import random
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import httpx

Body = dict[str, Any]
# Refusals of the state of things. Everything else that is no answer is a fault, but two accounts may have become one,
# not everything that was recorded can be undone, and what is asked again in the end may be too old by then.
REFUSED, ALSO_REFUSED = 409, {"same_member", "not_cancellable", "too_old"}
BATCH = "/v1/batch"
# Cancelling is for what moves points; a batch has no key of its own.
CONFIGURATION = {BATCH, "/v1/members", "/v1/test-clock/advance"}
TWINS, LOST, CANCELLED = 0.15, 0.12, 0.04
IN_BATCH = ("purchase", "refund", "redemption", "redemption_cancel")


@dataclass
class Asked:
    """One request under one key, and the answer that it has for ever once it has one.

    `unsure`: it was sent and given up, so that it may be on its way still, and be accepted after a twin was refused.
    """

    path: str
    key: str
    body: Body | None
    answer: Body | None = None
    unsure: bool = False


@dataclass
class Ledger:
    """What all clients of a run were told."""

    asked: list[Asked] = field(default_factory=list)
    outcomes: Counter[tuple[str, str]] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)


@dataclass
class Client:
    """One seeded client. It speaks to both servers."""

    name: str
    servers: tuple[httpx.AsyncClient, httpx.AsyncClient]
    ledger: Ledger
    chance: random.Random
    number: int = 0

    async def ask(self, path: str, body: Body | None = None, *, key: str | None = None) -> Body | None:
        """Ask until the outcome is known, in one of the ways in which clients ask. None: it was refused."""
        self.number += 1
        asked = Asked(path=path, key=key or f"{self.name}-{self.number:06}", body=body)
        one, other = self.chance.sample(self.servers, 2)
        way = self.chance.random()
        if way < TWINS:
            await asyncio.gather(*(self.settle(asked, via) for via in (one, other, one)))
        elif way < TWINS + LOST:
            await self.hang_up(asked, one)
            await self.settle(asked, other)
        elif way < TWINS + LOST + CANCELLED and path not in CONFIGURATION:
            await self.hang_up(asked, one)
            await self.cancel(asked, other)
        else:
            await self.settle(asked, one)
        self.ledger.asked.append(asked)
        return asked.answer

    async def settle(self, asked: Asked, via: httpx.AsyncClient) -> str:
        """Send it until it is answered or refused; returns the code."""
        for _ in range(400):
            try:
                response = await self.send(asked, via)
            except httpx.TransportError:
                # A server may close a connection that has been idle just as we send.
                self.count(asked, "connection_lost")
            else:
                if response.status_code != 503:
                    return self.note(asked, response)
                self.count(asked, "unavailable")
            await asyncio.sleep(0.02)
        self.fault(asked, "never available")
        return "unavailable"

    async def hang_up(self, asked: Asked, via: httpx.AsyncClient) -> None:
        """Send it and go away before the answer, sometimes before it was read."""
        asked.unsure = True
        try:
            async with asyncio.timeout(self.chance.choice([0.0005, 0.005, 0.02, 0.08, 0.2])):
                self.note(asked, await self.send(asked, via))
        except (TimeoutError, httpx.TransportError):
            self.count(asked, "hung_up")

    async def cancel(self, asked: Asked, via: httpx.AsyncClient) -> None:
        """Get to a known state: it was recorded and is undone, or it is refused from now on."""
        cancelling = Asked("/v1/cancellations", f"{asked.key}-cancel", {"idempotency_key": asked.key})
        code = await self.settle(cancelling, via)
        late = await self.settle(asked, via)
        if code == "refused_from_now_on" and (late == "" or asked.answer is not None):
            self.fault(asked, f"refused in advance, and then answered {asked.answer} and {late}")
        if code == "undone" and late != "":
            self.fault(asked, f"undone as if it had been recorded, and then answered {late}")

    async def send(self, asked: Asked, via: httpx.AsyncClient) -> httpx.Response:
        return await via.post(asked.path, json=asked.body, headers={"Idempotency-Key": asked.key})

    def note(self, asked: Asked, response: httpx.Response) -> str:
        """Compare the answer with an earlier one; returns its code, which is empty for a fact.

        A refusal may be told after the answer of a twin that was decided later: that is no contradiction.
        """
        body: Body = response.json()
        code = ""
        if not response.is_success:
            code = str(body["code"])
            if response.status_code != REFUSED and code not in ALSO_REFUSED:
                self.fault(asked, f"{response.status_code}: {body}")
        elif "results" in body:
            self.compare(asked, {result["idempotency_key"]: told(result) for result in body["results"]})
        elif body.get("status") == "waiting":
            code = "waiting"
        else:
            code = str(body.get("outcome", ""))
            self.compare(asked, body)
        self.count(asked, code)
        return code

    def compare(self, asked: Asked, body: Body) -> None:
        """An answer, once given, is given for ever. In a batch that holds for each that was not refused."""
        if asked.answer is None:
            asked.answer = body
        elif asked.path != BATCH:
            if asked.answer != body:
                self.fault(asked, f"answered {asked.answer} and then {body}")
        else:
            for key, first in asked.answer.items():
                if first is not None and body[key] not in (None, first):
                    self.fault(asked, f"{key}: answered {first} and then {body[key]}")
                asked.answer[key] = first or body[key]

    def count(self, asked: Asked, code: str) -> None:
        self.ledger.outcomes[kind_of(asked.path), code] += 1

    def fault(self, asked: Asked, what: str) -> None:
        self.ledger.faults.append(f"{asked.path} {asked.key} {asked.body}: {what}")


def told(result: Body) -> Body | None:
    """The fact of one command of a batch; None if it was refused."""
    facts = [fact for kind, fact in result.items() if kind in IN_BATCH and fact is not None]
    return facts[0] if facts else None


def kind_of(path: str) -> str:
    """The path without what it names: /v1/holds/hld_…/capture is holds/capture."""
    return "/".join(part for part in path.split("/")[2:] if part.isalpha() or "-" in part)
