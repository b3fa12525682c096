"""Random walks through the whole lifecycle, over members that all clients share."""

import itertools
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tests.api.conftest import basket
from tests.api.rulebooks import plain, reward, tiers
from tests.machine_http.asking import Body, Client

RULEBOOK = plain(
    earning={
        "rules": [
            {"id": "base", "effect": {"kind": "per_amount", "points": 1, "per_minor": 1}},
            {"id": "stamps", "effect": {"kind": "bonus", "points": 2}, "wallet": "stamps", "on_refund": "prorate"},
        ]
    },
    expiry={"kind": "rolling_days", "days": 20},
    pending={"kind": "after_days", "days": 1},
    debt={"floor_points": -200},
    tiers=tiers(1500, 6000),
    holds={"minutes": 60, "life_minutes_max": 600},
    transfers={},
    adjustments={},
    goodwill={"points_per_staff_and_day": 120, "points_max": 40},
    wallets=[{"id": "stamps", "title": {"en": "Stamps"}, "expiry": {"kind": "inactivity", "days": 15}}],
    rewards=[
        reward(cost_points=15, voucher_days=3),
        reward(id="mug", kind="item", cost_points=10, stock=7),
        reward(id="film", kind="code_pool", cost_points=5, pool="cinema"),
        reward(id="badge", kind="item", cost_points=2, wallet="stamps", per_member=3),
    ],
)
STAFF = ("an", "binh")


@dataclass
class World:
    """What the clients know of: members, and facts that may still be corrected."""

    members: list[str]
    homes: list[str]
    now: datetime
    facts: dict[str, list[Body]] = field(default_factory=dict)
    receipts: "itertools.count[int]" = field(default_factory=itertools.count)

    def keep(self, kind: str, fact: Body | None) -> None:
        if fact is not None:
            self.facts.setdefault(kind, []).append(fact)


@dataclass
class Walk:
    """One client's way through the world."""

    world: World
    client: Client
    steps: int = 0

    @property
    def chance(self) -> random.Random:
        return self.client.chance

    async def step(self) -> None:
        """Do one thing of all those that can be done, the usual ones more often."""
        self.steps += 1
        names = list(WEIGHTS)
        (name,) = self.chance.choices(names, [WEIGHTS[each] for each in names])
        await ACTIONS[name](self)

    def member(self) -> str:
        return self.chance.choice(self.world.members)

    def some(self, kind: str) -> Body | None:
        """A fact of this kind; rather a recent one, so that clients meet."""
        facts = self.world.facts.get(kind, [])
        return self.chance.choice(facts[-12:]) if facts else None

    def basket(self, **more: object) -> Body:
        lines = [
            {
                "sku": "tea",
                "category": "tea",
                "amount": self.chance.randint(0, 90),
                "quantity": str(self.chance.randint(1, 3)),
            }
            for _ in range(self.chance.randint(1, 3))
        ]
        asked = basket(self.member()) | {"lines": lines, "store": self.chance.choice(["D1", "D2"])} | more
        total = sum(line["amount"] for line in lines if isinstance(line["amount"], int))
        if total and self.chance.random() < 0.15:
            asked["tenders"] = [{"kind": "points", "points": self.chance.randint(1, total)}]
        if self.chance.random() < 0.1:
            asked["occurred_at"] = (self.world.now - timedelta(hours=self.chance.randint(1, 60))).isoformat()
        return asked


Action = Callable[[Walk], Awaitable[None]]
ACTIONS: dict[str, Action] = {}
WEIGHTS: dict[str, int] = {}


def action(weight: int) -> Callable[[Action], Action]:
    """Something that a walk may do, so often compared with the others."""

    def listed(function: Action) -> Action:
        name = function.__name__
        ACTIONS[name], WEIGHTS[name] = function, weight
        return function

    return listed


@action(30)
async def buy(walk: Walk) -> None:
    more = {"external_id": f"R-{next(walk.world.receipts)}"} if walk.chance.random() < 0.3 else {}
    walk.world.keep("purchase", await walk.client.ask("/v1/purchases", walk.basket(**more)))


@action(4)
async def buy_in_bulk(walk: Walk) -> None:
    start = f"{walk.client.name}-bulk-{walk.client.number}"
    commands = [
        {"idempotency_key": f"{start}-{n}", "kind": "purchase", "purchase": walk.basket()}
        if walk.chance.random() < 0.7
        else {
            "idempotency_key": f"{start}-{n}",
            "kind": "redemption",
            "redemption": {"member": walk.member(), "points": walk.chance.randint(1, 30)},
        }
        for n in range(walk.chance.randint(2, 8))
    ]
    await walk.client.ask("/v1/batch", {"commands": commands})


@action(10)
async def refund(walk: Walk) -> None:
    bought = walk.some("purchase")
    if bought is not None:
        part: Body = walk.chance.choice(
            [
                {},
                {"amount": walk.chance.randint(1, 40)},
                {"lines": [{"line": 0, "quantity": "1"}]},
                {"lines": [{"line": 0, "amount": walk.chance.randint(1, 20)}]},
            ]
        )
        await walk.client.ask("/v1/refunds", {"purchase": bought["id"], **part})


@action(3)
async def refund_before_the_purchase(walk: Walk) -> None:
    receipt = f"E-{next(walk.world.receipts)}"
    await walk.client.ask("/v1/refunds", {"purchase": f"ext:{receipt}", "amount": 1})
    await walk.client.ask("/v1/purchases", walk.basket(external_id=receipt))


@action(3)
async def void(walk: Walk) -> None:
    bought = walk.some("purchase")
    if bought is not None:
        await walk.client.ask(f"/v1/purchases/{bought['id']}/void")


@action(2)
async def void_and_replace(walk: Walk) -> None:
    bought = walk.some("purchase")
    if bought is not None and bought["external_id"] is not None:
        await walk.client.ask(f"/v1/purchases/{bought['id']}/void")
        again = walk.basket(external_id=bought["external_id"], replaces=bought["id"], member=bought["member"])
        walk.world.keep("purchase", await walk.client.ask("/v1/purchases", again))


@action(3)
async def move(walk: Walk) -> None:
    bought = walk.some("purchase")
    if bought is not None:
        await walk.client.ask(f"/v1/purchases/{bought['id']}/move", {"member": walk.member()})


@action(1)
async def confirm(walk: Walk) -> None:
    bought = walk.some("purchase")
    if bought is not None:
        await walk.client.ask(f"/v1/purchases/{bought['id']}/confirm")


@action(10)
async def redeem(walk: Walk) -> None:
    asked = {"member": walk.member(), "points": walk.chance.randint(1, 60)}
    walk.world.keep("redemption", await walk.client.ask("/v1/redemptions", asked))


@action(6)
async def cancel_redemption(walk: Walk) -> None:
    spent = walk.some("redemption")
    if spent is not None:
        await walk.client.ask(f"/v1/redemptions/{spent['id']}/cancel")


@action(8)
async def hold(walk: Walk) -> None:
    asked = {"member": walk.member(), "points": walk.chance.randint(1, 50)}
    walk.world.keep("hold", await walk.client.ask("/v1/holds", asked))


@action(8)
async def end_hold(walk: Walk) -> None:
    held = walk.some("hold")
    if held is None:
        return
    match walk.chance.choice(["capture", "capture", "release", "extend"]):
        case "capture":
            body = {"points": walk.chance.randint(1, held["points"])} if walk.chance.random() < 0.7 else {}
            walk.world.keep("redemption", await walk.client.ask(f"/v1/holds/{held['id']}/capture", body))
        case "release":
            await walk.client.ask(f"/v1/holds/{held['id']}/release")
        case _:
            await walk.client.ask(f"/v1/holds/{held['id']}/extend", {"minutes": walk.chance.randint(1, 90)})


@action(8)
async def take_reward(walk: Walk) -> None:
    wanted = walk.chance.choice(["latte", "mug", "film", "badge"])
    taken = await walk.client.ask("/v1/rewards/redemptions", {"member": walk.member(), "reward": wanted})
    walk.world.keep("redemption", taken)
    if wanted == "latte":
        walk.world.keep("voucher", taken)


@action(4)
async def use_voucher(walk: Walk) -> None:
    taken = walk.some("voucher")
    if taken is not None:
        await walk.client.ask(f"/v1/vouchers/{taken['code']}/use", {"store": "D1"})


@action(4)
async def adjust(walk: Walk) -> None:
    points = walk.chance.choice([walk.chance.randint(1, 40), -walk.chance.randint(1, 40)])
    wallet = walk.chance.choice(["points", "stamps"])
    asked = {"member": walk.member(), "points": points, "reason": "error", "wallet": wallet}
    walk.world.keep("adjustment", await walk.client.ask("/v1/adjustments", asked))


@action(3)
async def goodwill(walk: Walk) -> None:
    asked = {"member": walk.member(), "points": walk.chance.randint(1, 45), "staff": walk.chance.choice(STAFF)}
    walk.world.keep("adjustment", await walk.client.ask("/v1/goodwill", asked | {"reason": "wait"}))


@action(3)
async def cancel_adjustment(walk: Walk) -> None:
    given = walk.some("adjustment")
    if given is not None:
        await walk.client.ask(f"/v1/adjustments/{given['id']}/cancel")


@action(8)
async def transfer(walk: Walk) -> None:
    giver, taker = walk.chance.sample(walk.world.members, 2)
    asked = {"member": giver, "to": taker, "points": walk.chance.randint(1, 40)}
    await walk.client.ask("/v1/transfers", asked)


@action(4)
async def join_or_leave(walk: Walk) -> None:
    home = walk.chance.choice(walk.world.homes)
    what = walk.chance.choice(["members", "members", "leave"])
    await walk.client.ask(f"/v1/households/{home}/{what}", {"member": walk.member()})


@action(1)
async def merge(walk: Walk) -> None:
    """A newcomer, who has bought something, turns out to be somebody else."""
    newcomer = await walk.client.ask("/v1/members", {"external_id": f"N-{next(walk.world.receipts)}"})
    if newcomer is not None:
        walk.world.members.append(newcomer["id"])
        await buy(walk)
        into, closed = walk.chance.sample(walk.world.members, 2)
        await walk.client.ask(f"/v1/members/{into}/merge", {"from": closed})


@action(2)
async def block_and_unblock(walk: Walk) -> None:
    member = walk.member()
    await walk.client.ask(f"/v1/members/{member}/block", {"reason": "lost_card"})
    await walk.client.ask(f"/v1/members/{member}/unblock")


@action(2)
async def let_time_pass(walk: Walk) -> None:
    walk.world.now += timedelta(minutes=walk.chance.choice([5, 30, 120, 600, 2000]))
    await walk.client.ask("/v1/test-clock/advance", {"to": walk.world.now.isoformat()})
