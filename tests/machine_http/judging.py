"""What must be true after a run, read through the API alone: answers stand, sums agree, nobody has what nobody gave."""

import asyncio
from collections import Counter
from dataclasses import dataclass

import httpx

from tests.machine_http.asking import BATCH, Asked, Body, Client, Ledger
from tests.machine_http.walks import World

WALLETS = ("points", "stamps")
# Facts of clients, by the prefix of their ids, with the kinds of entries that they alone make.
# Transfers are not among them: what members of a household bring along and hand over are transfers too.
MADE_BY_CLIENTS = {"pur": "accrual", "rdm": "redemption", "adj": "adjustment", "gdw": "goodwill"}
AT_ONCE = 8
YEAR = {"from": "2026-01-01", "until": "2026-12-31"}


@dataclass
class Judge:
    """Reads from both servers in turn."""

    client: Client
    world: World
    ledger: Ledger
    reads: int = 0

    async def get(self, path: str, **parameters: str) -> Body:
        self.reads += 1
        server: httpx.AsyncClient = self.client.servers[self.reads % 2]
        response = await server.get(path, params=parameters)
        assert response.status_code == 200, (path, response.text)
        body: Body = response.json()
        return body

    async def settle(self) -> None:
        """What was given up may have been carried out since a twin of it was refused: ask once more."""
        for asked in self.ledger.asked:
            if asked.unsure and asked.answer is None:
                await self.client.settle(asked, self.client.servers[0])

    async def answers_stand(self, limit: int) -> None:
        """Whatever was answered is answered again, on both servers, and as a replay."""
        answered = [asked for asked in self.ledger.asked if asked.answer is not None]
        chosen = self.client.chance.sample(answered, min(limit, len(answered)))
        for start in range(0, len(chosen), AT_ONCE):
            await asyncio.gather(*map(self.answer_stands, chosen[start : start + AT_ONCE]))

    async def answer_stands(self, asked: Asked) -> None:
        """Ask both servers once more."""
        for server in self.client.servers:
            response = await self.client.send(asked, server)
            self.client.note(asked, response)
            if not response.is_success:
                self.client.fault(asked, f"answered {asked.answer} and refused at last: {response.text}")
            elif asked.path != BATCH and response.headers.get("Idempotent-Replayed") != "true":
                self.client.fault(asked, "was carried out again")

    async def sums_agree(self) -> list[str]:
        """Entries, balances, lots and totals say the same; every entry of a client's fact was acknowledged."""
        faults: list[str] = []
        acknowledged = await self.acknowledged()
        for wallet in WALLETS:
            outstanding = 0
            for member in [*self.world.members, *self.world.homes]:
                outstanding += await self.balance_is_its_entries(member, wallet, acknowledged, faults)
            totals = await self.get("/v1/totals", group_by="wallet")
            found = [line["outstanding"] for line in totals["data"] if line["wallet"] == wallet]
            if found != [outstanding]:
                faults.append(f"totals of {wallet}: {found}, balances {outstanding}")
        return faults + [f"{fact}: {points} points less in entries" for fact, points in acknowledged.items() if points]

    async def balance_is_its_entries(
        self, member: str, wallet: str, acknowledged: Counter[tuple[str, str]], faults: list[str]
    ) -> int:
        """Returns the balance: free, pending and held points, less what is owed. A closed account has none."""
        now = await self.get(f"/v1/members/{member}/balance", wallet=wallet)
        statement = await self.all_of(f"/v1/members/{member}/statement", wallet=wallet, **YEAR)
        running = 0
        for number, entry in enumerate(statement, start=1):
            running += entry["points"]
            if (entry["number"], entry["balance_after"]) != (number, running):
                faults.append(f"{member} {wallet}: entry {entry}, expected {number}, {running}")
            if MADE_BY_CLIENTS.get(entry["fact"][:3]) == entry["kind"]:
                acknowledged[entry["fact"], wallet] -= entry["points"]
        lots = await self.all_of(f"/v1/members/{member}/lots", wallet=wallet)
        remaining = sum(lot["remaining"] for lot in lots if lot["wallet"] == wallet)
        if member in self.world.members and (await self.get(f"/v1/members/{member}"))["id"] != member:
            balance = 0
        else:
            balance = now["points"] + now["pending"] + now["held"] - now["debt"]
            remaining -= now["debt"]
            if now["points"] and now["debt"]:
                faults.append(f"{member} owes and can spend: {now}")
        if not running == balance == remaining:
            faults.append(f"{member} {wallet}: entries {running}, lots {remaining}, balance {now}")
        return balance

    async def acknowledged(self) -> Counter[tuple[str, str]]:
        """Points by fact and wallet, out of what was answered."""
        points: Counter[tuple[str, str]] = Counter()
        for asked in self.ledger.asked:
            bodies = (asked.answer or {}).values() if asked.path == BATCH else [asked.answer]
            for fact in bodies:
                found = fact
                if fact is not None and "replacement" in fact:
                    found = await self.get(f"/v1/purchases/{fact['replacement']}")
                if found is not None and found.get("id", "")[:3] in MADE_BY_CLIENTS:
                    add(points, found)
        return points

    async def all_of(self, path: str, **parameters: str) -> list[Body]:
        """Every page of a list."""
        found: list[Body] = []
        page: Body = {"next_cursor": None, "has_more": True}
        while page["has_more"]:
            cursor = {} if page["next_cursor"] is None else {"cursor": page["next_cursor"]}
            page = await self.get(path, limit="200", **parameters, **cursor)
            found += page["data"]
        return found


def add(points: Counter[tuple[str, str]], fact: Body) -> None:
    """What a fact says to have given or taken, by wallet."""
    wallet, amount = fact.get("wallet", "points"), fact["points"]
    points[fact["id"], wallet] += -amount if fact["id"][:3] == "rdm" else amount
    for beside in fact.get("other_points", []):
        points[fact["id"], beside["wallet"]] += beside["points"]
