"""What accountants read, against the entries of every account after a life of everything: to the point, on any day."""

import csv
import io
import itertools
import random
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final

import httpx
import pytest
import pytest_asyncio

from tests.api.clocks import START, ZONE, advance
from tests.api.conftest import Shop
from tests.api.rulebooks import PLAIN
from tests.api.shopping import plain_shop, read

Entry = dict[str, Any]
pytestmark = pytest.mark.asyncio(loop_scope="module")
WALLETS: Final = ("points", "stamps")
DOCUMENT: Final[dict[str, Any]] = {
    "earning": {
        "rules": [
            *PLAIN["earning"]["rules"],
            {"id": "stamp", "wallet": "stamps", "effect": {"kind": "bonus", "points": 3}},
        ]
    },
    "pending": {"kind": "after_days", "days": 2},
    "expiry": {"kind": "rolling_days", "days": 20},
    "debt": {"floor_points": -60},
    "transfers": {},
    "holds": {"minutes": 600, "life_minutes_max": 1200},
    "goodwill": {"points_per_staff_and_day": 100, "points_max": 50},
    "wallets": [
        {
            "id": "stamps",
            "title": {"en": "Stamps"},
            "expiry": {"kind": "inactivity", "days": 9},
            "debt": {"policy": "clamp"},
            "redemption": PLAIN["redemption"],
        }
    ],
}
HEADINGS: Final = {
    "issued": ("accrual",),
    "redeemed": ("redemption", "return"),
    "expired": ("expiry",),
    "reversed": ("reversal",),
    "adjusted": ("adjustment", "goodwill"),
    "transferred": ("transfer_in", "transfer_out", "merge_in", "merge_out"),
}
LEAVING: Final = {"redeemed", "expired", "reversed"}
SUMS: Final = (*HEADINGS, "outstanding")


class Life:
    """Members of a shop to whom anything may happen, chosen by a seed; what is refused is left out."""

    def __init__(self, shop: Shop, seed: int) -> None:
        self.shop = shop
        self.chance = random.Random(seed)  # noqa: S311 - chance, no secret
        self.now = START + timedelta(seconds=10)
        self.members: list[str] = []
        self.facts: dict[str, list[str]] = defaultdict(list)

    async def ask(self, kind: str, path: str, body: Any = None, *, by: str = "") -> None:
        """Keep the fact under its kind if it was accepted."""
        answer = await self.shop.ask("POST", path, body, token=by or None)
        assert answer.status_code < 500, answer.text
        if answer.status_code in {200, 201}:
            self.facts[kind].append(answer.json()["id"])

    def one(self, kind: str) -> str:
        """One of the last facts of a kind."""
        return self.chance.choice(self.facts[kind][-6:] or [f"{kind}_01jkm3x8e4f5gr6h7s8t9v0w1x"])

    async def step(self) -> None:
        """A day goes by, or something happens."""
        chance = self.chance
        match chance.randrange(6):
            case 0:
                self.now += timedelta(seconds=chance.choice([1, 50_000, 200_000, 900_000]))
                await advance(self.shop, self.now)
            case 1 | 2:
                await self.buy(chance.choice(self.members))
            case 3 | 4:
                await self.spend(chance.choice(self.members), chance.choice(WALLETS), chance.randint(1, 60))
            case _:
                await self.regroup(chance.choice(self.members), chance.choice(self.members), chance.randint(1, 60))

    async def buy(self, member: str) -> None:
        """A purchase, perhaps a late one, or one that goes back or to somebody else."""
        late = self.now - timedelta(days=self.chance.randint(0, 12))
        match self.chance.randrange(5):
            case 0:
                how = {"amount": self.chance.randint(1, 60)} if self.chance.random() < 0.5 else {}
                await self.ask("rfd", "/v1/refunds", {"purchase": self.one("pur"), **how})
            case 1:
                await self.ask("mov", f"/v1/purchases/{self.one('pur')}/move", {"member": member})
            case case:
                when = {"occurred_at": late.isoformat()} if case == 2 else {}
                lines = [{"sku": "tea", "category": "tea", "amount": self.chance.randint(0, 90)}]
                basket = {"currency": "VND", "lines": lines, "store": self.chance.choice(["D1", "D2"])}
                await self.ask("pur", "/v1/purchases", {"member": member, **basket, **when})

    async def spend(self, member: str, wallet: str, points: int) -> None:
        """Points are redeemed, given back, set aside, captured."""
        match self.chance.randrange(5):
            case 0 | 1:
                spent = {"member": member, "points": points, "wallet": wallet, "store": "D1"}
                await self.ask("rdm", "/v1/redemptions", spent)
            case 2:
                await self.ask("rdc", f"/v1/redemptions/{self.one('rdm')}/cancel")
            case 3:
                await self.ask("hld", "/v1/holds", {"member": member, "points": points})
            case _:
                await self.ask("rdm", f"/v1/holds/{self.one('hld')}/capture", {"points": points})

    async def regroup(self, member: str, other: str, points: int) -> None:
        """Points change hands, or are corrected; of two accounts one is closed."""
        match self.chance.randrange(6):
            case 0 | 1:
                await self.ask("trf", "/v1/transfers", {"member": member, "to": other, "points": points})
            case 2 if len(self.members) > 3:
                closed = self.members.pop()
                into = f"/v1/members/{self.members[0]}/merge"
                await self.ask("mrg", into, {"from": closed}, by=self.shop.manager)
            case case:
                given = {"member": member, "points": points if case < 5 else -points, "reason": "sorry"}
                await self.ask("adj", "/v1/adjustments", given, by=self.shop.manager)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def life(shared: httpx.AsyncClient) -> Life:
    """Two months of five members, two of them in a household, with all that fell due written down."""
    found = Life(await plain_shop(shared, **DOCUMENT), 1)
    found.members = [(await found.shop.enrol())["id"] for _ in range(5)]
    home = (await found.shop.ask("POST", "/v1/households")).json()["id"]
    for member in found.members[:2]:
        await found.shop.ask("POST", f"/v1/households/{home}/members", {"member": member})
    for _ in range(160):
        await found.step()
    for member in found.members:
        await found.ask(
            "adj", "/v1/adjustments", {"member": member, "points": 1, "reason": "end"}, by=found.shop.manager
        )
    return found


async def ledger(shop: Shop) -> list[Entry]:
    """Every entry of every account that the feed names, as its own list has them."""
    members: dict[str, None] = {}
    after = 0
    while True:
        page = await read(shop, f"/v1/events?limit=200&after={after}", token=shop.manager)
        members |= dict.fromkeys(event["member"] for event in page["data"])
        if not page["has_more"]:
            break
        after = page["data"][-1]["number"]
    found: list[Entry] = []
    for member, wallet in itertools.product(members, WALLETS):
        cursor: str | None = ""
        kept: list[Entry] = []
        while cursor is not None:
            page = await read(
                shop, f"/v1/members/{member}/entries?limit=200&wallet={wallet}{cursor and '&cursor='}{cursor}"
            )
            kept += page["data"]
            cursor = page["next_cursor"]
        for entry in reversed(kept):
            days = {name: datetime.fromisoformat(entry[f"{name}_at"]) for name in ("booked", "effective")}
            found.append(entry | days | {"member": member, "wallet": wallet})
    return found


def summed(entries: Sequence[Entry]) -> dict[str, int]:
    """What they come to, by heading."""
    kinds = Counter[str]()
    for entry in entries:
        kinds[entry["kind"]] += entry["points"]
    sums = {
        name: sum(kinds.pop(kind, 0) for kind in of) * (-1 if name in LEAVING else 1) for name, of in HEADINGS.items()
    }
    assert not any(kinds.values()), f"kinds without a heading: {kinds}"
    return sums


def day(at: datetime) -> date:
    return at.astimezone(ZONE).date()


async def test_any_balance_of_the_past_is_the_sum_of_the_entries_that_counted_and_were_known(life: Life) -> None:
    entries = await ledger(life.shop)
    assert {entry["kind"] for entry in entries} >= {
        "expiry",
        "return",
        "reversal",
        "transfer_in",
        "merge_in",
        "adjustment",
    }
    accounts = sorted({(entry["member"], entry["wallet"]) for entry in entries})
    for member, wallet in accounts:
        own = [entry for entry in entries if (entry["member"], entry["wallet"]) == (member, wallet)]
        instants = [
            entry[name] + timedelta(microseconds=by)
            for entry in own
            for name in ("booked", "effective")
            for by in (0, -1)
        ]
        for _ in range(6):
            then, known = life.chance.choice(instants), life.chance.choice(instants)
            before = [entry for entry in own if entry["booked"] <= known]
            for query, points in (
                ({"as_of": then}, sum(entry["points"] for entry in own if entry["effective"] <= then)),
                ({"known_at": known}, before[-1]["balance_after"] if before else 0),
                (
                    {"as_of": then, "known_at": known},
                    sum(entry["points"] for entry in before if entry["effective"] <= then),
                ),
            ):
                asked = "&".join(f"{name}={at.isoformat().replace('+00:00', 'Z')}" for name, at in query.items())
                told = await read(life.shop, f"/v1/members/{member}/balance?wallet={wallet}&{asked}")
                assert (told["points"], told["debt"]) == (max(points, 0), max(-points, 0)), (query, member, wallet)


async def test_statements_of_any_periods_follow_each_other_and_add_up(life: Life) -> None:
    entries = await ledger(life.shop)
    first, last = day(START), day(life.now)
    for member, wallet in sorted({(entry["member"], entry["wallet"]) for entry in entries}):
        own = [entry for entry in entries if (entry["member"], entry["wallet"]) == (member, wallet)]
        cuts = sorted({first, *(first + timedelta(days=life.chance.randint(1, (last - first).days)) for _ in range(4))})
        closing = 0
        for start, past in itertools.pairwise([*cuts, last + timedelta(days=1)]):
            query = f"wallet={wallet}&from={start}&until={past - timedelta(days=1)}"
            told = await read(life.shop, f"/v1/members/{member}/statement?{query}&limit=200")
            lines = [entry for entry in own if start <= day(entry["booked"]) < past]
            assert [line["number"] for line in told["data"]] == [line["number"] for line in lines]
            assert told["opening"] == closing
            closing += sum(line["points"] for line in lines)
            assert told["closing"] == closing == told["opening"] + sum(kind["points"] for kind in told["kinds"])
            table = await life.shop.ask("GET", f"/v1/members/{member}/statement?{query}&format=csv")
            rows = list(csv.reader(io.StringIO(table.text)))[1:]
            assert [row[4] for row in rows[1:-1]] == [str(line["points"]) for line in lines]
            assert (rows[0][5], rows[-1][5]) == (str(told["opening"]), str(told["closing"]))


async def test_totals_are_the_sums_of_the_entries_however_they_are_told_apart(life: Life) -> None:
    entries, last = await ledger(life.shop), day(life.now)
    places: Mapping[str, Callable[[Entry, str], str]] = {
        "month": lambda entry, basis: str(day(entry[basis]))[:7],
        "day": lambda entry, basis: str(day(entry[basis])),
        "wallet": lambda entry, _: str(entry["wallet"]),
        "kind": lambda entry, _: str(entry["kind"]),
    }
    for basis, group in itertools.product(
        ("booked", "effective"), [(), *itertools.combinations(places, 2), ("month",)]
    ):
        start = last - timedelta(days=life.chance.randint(0, 70))
        known = last - timedelta(days=life.chance.randint(0, 30))
        query = f"basis={basis}&from={start}&known_at={known}&group_by={','.join(group)}"
        told = await read(life.shop, f"/v1/totals?{query}", token=life.shop.manager)
        there = [entry for entry in entries if day(entry["booked"]) <= known]
        inside = [entry for entry in there if day(entry[basis]) >= start]
        opening = sum(entry["points"] for entry in there if day(entry[basis]) < start)
        assert told["opening"] == opening
        assert {name: told[name] for name in HEADINGS} == summed(inside)
        assert told["outstanding"] == opening + sum(entry["points"] for entry in inside)
        parts: dict[tuple[str, ...], list[Entry]] = defaultdict(list)
        for entry in inside:
            parts[tuple(places[name](entry, basis) for name in group)].append(entry)
        for line in told["data"]:
            of_line = parts.pop(tuple(line[name] for name in group), [])
            assert {name: line[name] for name in HEADINGS} == summed(of_line)
        assert not parts or not group
        table = await life.shop.ask("GET", f"/v1/totals?{query}&format=csv", token=life.shop.manager)
        lines = told["data"] if group else [told]
        rows = [[str(line[name]) for name in (*group, *SUMS)] for line in lines]
        assert list(csv.reader(io.StringIO(table.text))) == [[*group, *SUMS], *rows]


async def test_what_stores_issued_and_redeemed_comes_to_the_whole(life: Life) -> None:
    whole = await read(life.shop, "/v1/totals", token=life.shop.manager)
    for group in ("issue_store", "redemption_store", "tier", "issue_store,redemption_store", "wallet,tier,issue_store"):
        told = await read(life.shop, f"/v1/totals?group_by={group}", token=life.shop.manager)
        assert {name: sum(line[name] for line in told["data"]) for name in SUMS} == {name: whole[name] for name in SUMS}
