"""The scenarios: what is sent, over how many connections, and how many operations a request is."""

import math
import random
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Final

from bench.load import Load
from bench.shop import BULK, REDEEMED, Shop, new_key

SPARE: Final = 1.6
REPLAYED: Final = b"\r\nidempotent-replayed: true\r\n"
Steps = tuple[bytes, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """Requests to measure. `rows` is how many journal rows one operation's requests must leave.

    `make` returns what one connection sends in a row; `operations` is what all of that counts for.
    """

    name: str
    title: str
    connections: int
    make: Callable[[Shop, random.Random], Steps]
    per_s_max: int = 5000
    steps: int = 1
    operations: int = 1
    rows: int = 0
    needed: bytes = b""
    times: int = 1

    def load(
        self, shop: Shop, seconds: float, rng: random.Random, per_s: float | None = None, *, pace: float | None = None
    ) -> Load:
        """Enough requests for the time, ready to be sent, if `per_s` operations were what the service last did."""
        turns_per_s = self.per_s_max if per_s is None else SPARE * per_s / self.operations
        turns = [self.make(shop, rng) for _ in range(math.ceil(turns_per_s * seconds))]
        return Load(
            requests=[request for turn in turns for request in turn],
            connections=self.connections,
            seconds=seconds,
            needed=self.needed,
            times=self.times,
            steps=self.steps,
            per_s=pace,
        )


def _earn(shop: Shop, rng: random.Random, *, lines: int = 3, path: str = "/v1/purchases") -> Steps:
    return (shop.purchase(rng.choice(shop.members), lines, rng, path=path),)


def _earn_hot(shop: Shop, rng: random.Random) -> Steps:
    return (shop.purchase(shop.hot, 3, rng),)


def _earn_large(shop: Shop, rng: random.Random) -> Steps:
    return (shop.purchase(shop.large, 3, rng),)


def _bulk(shop: Shop, rng: random.Random) -> Steps:
    return (shop.purchases([new_key(rng) for _ in range(BULK)], rng),)


def _balance(shop: Shop, rng: random.Random) -> Steps:
    return (shop.request("GET", f"/v1/members/{rng.choice(shop.members)}/balance"),)


def _balance_large(shop: Shop, _rng: random.Random) -> Steps:
    return (shop.request("GET", f"/v1/members/{shop.large}/balance"),)


def _redeem(shop: Shop, rng: random.Random, *, large: bool = False) -> Steps:
    body = {"member": shop.large if large else shop.saver(), "points": REDEEMED, "store": "D1"}
    return (shop.request("POST", "/v1/redemptions", body, key=new_key(rng)),)


def _hold(shop: Shop, rng: random.Random) -> Steps:
    key = new_key(rng)
    placed = shop.request("POST", "/v1/holds", {"member": shop.saver(), "points": REDEEMED}, key=key)
    path = f"/v1/holds/{shop.fact('hld', key)}/capture"
    return placed, shop.request("POST", path, {"store": "D1"}, key=new_key(rng))


def _refund(shop: Shop, rng: random.Random) -> Steps:
    purchase, line = shop.refundable(rng)
    body = {"purchase": purchase, "lines": [{"line": line}]}
    return (shop.request("POST", "/v1/refunds", body, key=new_key(rng)),)


def _replay(shop: Shop, rng: random.Random) -> Steps:
    return (rng.choice(shop.repeated),)


EARN: Final = Scenario(name="earn", title="single earn, 3 lines", connections=64, make=_earn, rows=1)
BALANCE: Final = Scenario(name="balance", title="balance read", connections=64, make=_balance)
REDEMPTION: Final = Scenario(
    name="redeem", title="redemption of 7 or 8 lots", connections=64, make=_redeem, per_s_max=2500, rows=1
)
ALL: Final = (
    Scenario(name="noop", title="no-op, same models and auth", connections=64, make=partial(_earn, path="/bench/noop")),
    EARN,
    Scenario(name="earn_one", title="single earn, 1 connection", connections=1, make=_earn, per_s_max=1000, rows=1),
    Scenario(
        name="bulk",
        title=f"bulk earn, {BULK} a request",
        connections=4,
        make=_bulk,
        per_s_max=150,
        operations=BULK,
        rows=BULK,
        needed=b'"status":201',
        times=BULK,
    ),
    BALANCE,
    Scenario(name="hot", title="one hot member", connections=64, make=_earn_hot, rows=1),
    Scenario(name="earn_ten", title="single earn, 10 lines", connections=64, make=partial(_earn, lines=10), rows=1),
    Scenario(name="replay", title="replay of a used key", connections=64, make=_replay, needed=REPLAYED),
    REDEMPTION,
    Scenario(name="hold", title="hold + capture, a pair", connections=64, make=_hold, per_s_max=1500, steps=2, rows=2),
    Scenario(name="refund", title="refund of one line of three", connections=64, make=_refund, per_s_max=2500, rows=1),
    Scenario(name="balance_one", title="balance read, 1 connection", connections=1, make=_balance, per_s_max=2000),
    Scenario(name="redeem_one", title="redemption, 1 connection", connections=1, make=_redeem, per_s_max=1000, rows=1),
    Scenario(
        name="earn_large",
        title="single earn of the large member",
        connections=1,
        make=_earn_large,
        per_s_max=1000,
        rows=1,
    ),
    Scenario(
        name="balance_large",
        title="balance read of the large member",
        connections=1,
        make=_balance_large,
        per_s_max=2000,
    ),
    Scenario(
        name="redeem_large",
        title="redemption of the large member",
        connections=1,
        make=partial(_redeem, large=True),
        per_s_max=1000,
        rows=1,
    ),
)
