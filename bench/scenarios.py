"""The scenarios: what is sent, over how many connections, and how many operations a request is."""

import json
import math
import random
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from app.cli.api import Api
from app.cli.home import PROJECT
from bench.load import Load
from bench.machine import HOST, OPERATOR_TOKEN, Service

SPARE: Final = 1.6
BULK: Final = 100
RULEBOOK: Final = PROJECT / "examples" / "cafe.rulebook.json"
CATEGORIES: Final = ("coffee", "tea", "cake")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shop:
    """A programme with a key and enrolled members, as a till sees it."""

    program: str
    key: str
    members: Sequence[str]
    hot: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """Requests to measure. `rows` is how many journal rows one request must leave, `operations` what it counts for."""

    name: str
    title: str
    connections: int
    make: Callable[[Shop, random.Random], bytes]
    per_s_max: int = 5000
    operations: int = 1
    rows: int = 0
    needed: bytes = b""
    times: int = 1

    def load(self, shop: Shop, seconds: float, rng: random.Random, per_s: float | None = None) -> Load:
        """Enough requests for the time, ready to be sent, if `per_s` operations were what the service last did."""
        requests_per_s = self.per_s_max if per_s is None else SPARE * per_s / self.operations
        return Load(
            requests=[self.make(shop, rng) for _ in range(math.ceil(requests_per_s * seconds))],
            connections=self.connections,
            seconds=seconds,
            needed=self.needed,
            times=self.times,
        )


def open_shop(running: Service, members: int) -> Shop:
    """A programme with the café's rulebook, through the API like everybody."""
    with Api(running.url, OPERATOR_TOKEN) as operator:
        wanted = {"name": "Benchmark", "currency": "VND", "zone": "Asia/Ho_Chi_Minh", "locale": "vi"}
        program = operator.post("/v1/programs", wanted, key=str(uuid.uuid4()))["id"]
        wanted_key = {"source": "bench", "name": "bench", "scopes": ["pos", "manager"]}
        key = operator.post(f"/v1/programs/{program}/keys", wanted_key, key=str(uuid.uuid4()))["key"]
    with Api(running.url, key) as api:
        api.post("/v1/rulebooks", {"document": json.loads(RULEBOOK.read_bytes())}, key="rulebook-1")
        enrolled = [
            str(api.post("/v1/members", {"external_id": f"m{number}"}, key=f"enrol-{number:06}")["id"])
            for number in range(members + 1)
        ]
    return Shop(program=program, key=key, members=enrolled[1:], hot=enrolled[0])


def basket(member: str, lines: int, rng: random.Random) -> dict[str, Any]:
    """A purchase of so many lines, as a café's till would send it."""
    return {
        "member": member,
        "currency": "VND",
        "lines": [
            {
                "sku": f"sku-{rng.randrange(500)}",
                "category": CATEGORIES[line % len(CATEGORIES)],
                "quantity": "1",
                "amount": rng.randrange(20, 90) * 1000,
                "discount": 0,
                "tax": 0,
            }
            for line in range(lines)
        ],
        "store": f"D{rng.randrange(1, 13)}",
        "till": str(rng.randrange(1, 9)),
    }


def _request(shop: Shop, method: str, path: str, body: object = None, *, key: str | None = None) -> bytes:
    content = b"" if body is None else json.dumps(body, separators=(",", ":")).encode()
    head = f"{method} {path} HTTP/1.1\r\nHost: {HOST}\r\nAuthorization: Bearer {shop.key}\r\n"
    if body is not None:
        head += f"Content-Type: application/json\r\nContent-Length: {len(content)}\r\n"
    if key is not None:
        head += f"Idempotency-Key: {key}\r\n"
    return head.encode() + b"\r\n" + content


def _key(rng: random.Random) -> str:
    return f"till-{rng.getrandbits(96):024x}"


def _earn(path: str, lines: int, *, hot: bool = False) -> Callable[[Shop, random.Random], bytes]:
    def make(shop: Shop, rng: random.Random) -> bytes:
        member = shop.hot if hot else rng.choice(shop.members)
        return _request(shop, "POST", path, basket(member, lines, rng), key=_key(rng))

    return make


def _bulk(shop: Shop, rng: random.Random) -> bytes:
    commands = [
        {"idempotency_key": _key(rng), "kind": "purchase", "purchase": basket(rng.choice(shop.members), 3, rng)}
        for _ in range(BULK)
    ]
    return _request(shop, "POST", "/v1/batch", {"commands": commands})


def _balance(shop: Shop, rng: random.Random) -> bytes:
    return _request(shop, "GET", f"/v1/members/{rng.choice(shop.members)}/balance")


NOOP: Final = Scenario(name="noop", title="no-op, same models and auth", connections=64, make=_earn("/bench/noop", 3))
EARN: Final = Scenario(
    name="earn", title="single earn, 3 lines", connections=64, make=_earn("/v1/purchases", 3), rows=1
)
EARN_ONE: Final = Scenario(
    name="earn_one", title="single earn, 1 connection", connections=1, make=_earn("/v1/purchases", 3), rows=1
)
EARN_TEN: Final = Scenario(
    name="earn_ten", title="single earn, 10 lines", connections=64, make=_earn("/v1/purchases", 10), rows=1
)
BULK_EARN: Final = Scenario(
    name="bulk",
    title=f"bulk earn, {BULK} a request",
    connections=4,
    make=_bulk,
    per_s_max=150,
    operations=BULK,
    rows=BULK,
    needed=b'"status":201',
    times=BULK,
)
BALANCE: Final = Scenario(name="balance", title="balance read", connections=64, make=_balance)
HOT: Final = Scenario(
    name="hot", title="one hot member", connections=64, make=_earn("/v1/purchases", 3, hot=True), rows=1
)
ALL: Final = (NOOP, EARN, EARN_ONE, BULK_EARN, BALANCE, HOT, EARN_TEN)
