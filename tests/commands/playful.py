"""A life in which everything is given and taken back that is no plain point: for explanations."""

from datetime import timedelta
from uuid import UUID, uuid4

from app.commands.programs import Programs
from app.engine.activity import Activity, ActivityCancel
from app.engine.birthdays import TellBirthday
from app.engine.commands import (
    Adjustment,
    AdjustmentCancel,
    HoldPlace,
    HoldRelease,
    Introduce,
    MergeOut,
    Purchase,
    Redemption,
    RedemptionCancel,
    Refund,
    RewardRedemption,
    TierGrant,
    TierGrantEnd,
    TransferOut,
)
from app.engine.corrected import Correction
from app.engine.rulebook.document import Rulebook
from app.workers.follower import follow
from tests.commands.lives import START
from tests.commands.shops import Shop
from tests.engine.builders import basket, referral, rulebook


def prize(**parts: object) -> dict[str, object]:
    return {"badge": "star", **parts}


def chance(points: int, **more: object) -> dict[str, object]:
    return {"id": f"n{points}", "title": {"en": "Won"}, "weight": 1, "prize": prize(points=points), **more}


def playful(**parts: object) -> Rulebook:
    """A rulebook with every part that gives prizes. What is drawn is certain, so that lives are alike."""
    counted = {"kind": "count"}
    latte = {"id": "latte", "title": {"en": "A latte"}, "cost_points": 300, "kind": "item"}
    wheel = {"id": "wheel", "title": {"en": "The wheel"}, "cost_points": 10, "kind": "wheel"}
    silver = {"id": "silver", "title": {"en": "Silver"}, "from_points": 300}
    enough = {"kind": "enough", "counter": "visits", "at_least": 2}
    friend = {"id": "friend", "title": {"en": "Friend"}, "needs": enough}
    document: dict[str, object] = {
        "activities": [{"id": "review", "title": {"en": "Review"}, "limits": [{"per": "day", "times": 2}]}],
        "badges": [{"id": "star", "title": {"en": "A star"}}],
        "challenges": [
            {
                "id": "two",
                "title": {"en": "Two visits"},
                "goals": [{"id": "visits", "measure": counted, "target": 2}],
                "repeat": "unlimited",
                "prize": prize(points=11, gift="latte"),
            }
        ],
        "streaks": [
            {
                "id": "daily",
                "title": {"en": "Every day"},
                "measure": counted,
                "period": "day",
                "milestones": [{"periods": 1, "prize": prize(points=3)}],
            }
        ],
        "surprises": [
            {"id": "lucky", "title": {"en": "Lucky"}, "prizes": [chance(4)], "nothing_weight": 0},
            {"id": "told", "title": {"en": "Told"}, "on": "review", "prizes": [chance(2)], "nothing_weight": 0},
        ],
        "rewards": [
            latte,
            wheel | {"odds": {"prizes": [chance(6)], "cancel": "give_back"}},
            wheel | {"id": "empty", "odds": {"prizes": [chance(7, stock=0)], "cancel": "give_back"}},
        ],
        "tiers": {
            "after_refund": "immediate",
            "levels": [
                {"id": "bronze", "title": {"en": "Bronze"}, "from_points": 0},
                silver | {"on_reaching": prize(points=70, gift="latte")},
                {"id": "gold", "title": {"en": "Gold"}, "from_points": 600, "on_reaching": prize(points=90)},
            ],
        },
        "tier_sets": [
            {
                "id": "club",
                "title": {"en": "The club"},
                "after_refund": "immediate",
                "levels": [
                    {"id": "guest", "title": {"en": "Guest"}, "from_points": 0},
                    friend | {"on_reaching": prize(points=5, wallet="stamps")},
                ],
            }
        ],
        "referral": {
            **referral(),
            "afterwards": True,
            "friend_prize": {"badge": "star", "gift": "latte"},
            "referrer_prize": {"badge": "star"},
        },
        "earning": {
            "rules": [
                {"id": "base", "effect": {"kind": "per_amount", "points": 1, "per_minor": 1}},
                {"id": "thanks", "on": "review", "effect": {"kind": "bonus", "points": 20}},
                {"id": "stamp", "wallet": "stamps", "effect": {"kind": "bonus", "points": 1}},
            ]
        },
        "wallets": [{"id": "stamps", "title": {"en": "Stamps"}, "debt": {"floor_points": -2}}],
        "transfers": {},
        "debt": {"floor_points": -60},
        **parts,
    }
    return rulebook(**document)


async def play(shop: Shop) -> tuple[UUID, ...]:
    """Two months; the rulebook has a second version, by which purchases are corrected."""
    one, friend, late = shop.members[0], await shop.joined(referrer=shop.members[0]), await shop.joined()
    programs = Programs(shop.process.database)

    async def word() -> None:
        await follow(shop.process.database, shop.process.lanes, programs)

    bought = [await shop.must(one, Purchase(basket=basket(amount))) for amount in (200, 250, 200)]
    qualifying = await shop.must(friend, Purchase(basket=basket(100)))
    await word()
    await shop.must(friend, Refund(purchase=qualifying.row.id))
    await word()
    await shop.must(late, Introduce(referrer=friend))
    turned = [await shop.must(one, RewardRedemption(reward=wheel)) for wheel in ("wheel", "empty", "wheel")]
    await shop.must(one, RedemptionCancel(redemption=turned[0].row.id))
    told = [await shop.must(one, Activity(kind="review")) for _ in range(3)]
    await shop.must(one, TierGrant(tier="gold", reason="vip"))
    await shop.must(one, TierGrantEnd(reason="mistake"))
    await shop.must(one, TellBirthday(at_us=int(START.timestamp()) * 1_000_000, days=3))
    await shop.clock(START + timedelta(days=2))
    await shop.must(one, ActivityCancel(activity=told[0].row.id))
    await shop.must(one, Correction(purchase=bought[1].row.id, correction=uuid4(), under=2))
    await shop.must(one, Correction(purchase=bought[1].row.id, correction=uuid4(), under=1))
    await _owe(shop, one, bought[0].row.id)
    await shop.must(one, Refund(purchase=bought[1].row.id))
    await shop.must(one, Refund(purchase=bought[2].row.id))
    await shop.must(late, Purchase(basket=basket(400)))
    await shop.must(late, TransferOut(to=one, points=30))
    await shop.must(late, MergeOut(into=friend))
    await word()
    return one, friend, late


async def _owe(shop: Shop, one: UUID, bought: UUID) -> None:
    """A refund asks for points in vain that are set aside, or spent; what comes back of them pays it first."""
    standing = await shop.process.reading.standing(shop.program, one)
    assert standing is not None
    spent = await shop.must(one, Redemption(points=150))
    held = await shop.must(one, HoldPlace(points=standing.account.free - 150))
    await shop.must(one, Refund(purchase=bought))
    await shop.must(one, RedemptionCancel(redemption=spent.row.id))
    await shop.must(one, HoldRelease(hold=held.row.id))
    given = await shop.must(one, Adjustment(points=10, reason="gesture"))
    await shop.must(one, AdjustmentCancel(adjustment=given.row.id))
