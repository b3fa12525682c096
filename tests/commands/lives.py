"""A life of a few members in which everything happens that a ledger can hold: for the audit, and for slices."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from app.engine.birthdays import TellBirthday
from app.engine.commands import (
    Adjustment,
    AdjustmentCancel,
    Block,
    Capture,
    Confirm,
    Extension,
    Goodwill,
    HoldExtend,
    HoldPlace,
    HoldRelease,
    HouseholdJoin,
    HouseholdLeave,
    LetTimePass,
    MergeOut,
    Move,
    Purchase,
    Redemption,
    RedemptionCancel,
    Refund,
    RefundLine,
    RewardRedemption,
    TransferOut,
    Unblock,
    Void,
)
from app.engine.rulebook.document import Rulebook
from app.engine.vouchers import VoucherRestore, VoucherUse
from app.repositories import codes
from tests.commands.shops import Shop
from tests.engine.builders import PLAIN_RULES, basket, referral, rulebook, tiers

START = datetime(2026, 1, 10, 2, tzinfo=UTC)
STAMPS = {"id": "stamps", "effect": {"kind": "per_amount", "points": 1, "per_minor": 10}, "wallet": "stamps"}
MILES = {"id": "miles", "effect": {"kind": "per_amount", "points": 1, "per_minor": 11}, "wallet": "miles"}


def everything() -> Rulebook:
    """A rulebook with every part that moves points."""
    return rulebook(
        earning={"rules": [*PLAIN_RULES, STAMPS, MILES]},
        pending={"kind": "after_days", "days": 2},
        expiry={"kind": "rolling", "months": 3},
        expiry_notice_days=7,
        visit_overdue_days=25,
        tiers={**tiers(100, 300, window=2, review=2), "notice_days": 20},
        referral=referral(),
        debt={"floor_points": -30},
        wallets=[
            {"id": "stamps", "title": {"en": "Stamps"}, "expiry": {"kind": "inactivity", "months": 4}},
            {"id": "miles", "title": {"en": "Miles"}, "pending": {"kind": "event"}},
        ],
        transfers={},
        goodwill={"points_per_staff_and_day": 60, "points_max": 50},
        rewards=[
            {"id": "latte", "title": {"en": "A latte"}, "cost_points": 30, "kind": "voucher", "stock": 3},
            {"id": "film", "title": {"en": "A film"}, "cost_points": 5, "kind": "code_pool", "pool": "cinema"},
            {
                "id": "badge",
                "title": {"en": "A badge"},
                "cost_points": 2,
                "kind": "item",
                "wallet": "stamps",
                "per_member": 2,
            },
        ],
    )


async def live(shop: Shop) -> tuple[UUID, ...]:
    """Seven months; returns the members: one who was merged into another, the heir, a household and who is in it."""
    one, other = shop.members[0], await shop.joined(referrer=shop.members[0])
    home, third = await shop.joined(), await shop.joined()
    async with shop.process.database.transaction() as writer:
        await codes.add_codes(writer, shop.program.id, "cinema", ["FILM-1", "FILM-2", "FILM-3"])
    first = await shop.must(one, Purchase(basket=basket(100, 50), external_id="receipt-1"))
    await shop.must(other, Purchase(basket=basket(80)))
    await shop.must(third, Purchase(basket=basket(500)))
    await shop.clock(START + timedelta(days=3))
    await _spend(shop, one, other)
    await shop.must(one, Refund(purchase=first.row.id, lines=(RefundLine(line=1, amount_minor=20),)))
    await _share(shop, home, other, third)
    await shop.clock(START + timedelta(days=6))
    await shop.must(one, LetTimePass())
    await _merge(shop, one, other)
    for days in (70, 100, 210):
        await shop.clock(START + timedelta(days=days))
        await shop.together(*((member, LetTimePass()) for member in (one, other, home, third)))
    await shop.must(other, Purchase(basket=basket(77)))
    await shop.must(other, Adjustment(points=50, reason="gesture"))
    await shop.must(other, HoldPlace(points=20))
    await shop.must(third, TellBirthday(at_us=int(START.timestamp()) * 1_000_000, days=3))
    return one, other, home, third


async def _spend(shop: Shop, one: UUID, other: UUID) -> None:
    """Holds, rewards, adjustments, gifts."""
    redeemed = await shop.must(one, Redemption(points=10))
    await shop.must(one, RedemptionCancel(redemption=redeemed.row.id))
    held = [(await shop.must(one, HoldPlace(points=points))).row.id for points in (20, 15, 5)]
    await shop.must(one, HoldExtend(hold=held[0], minutes=60))
    await shop.must(one, Capture(hold=held[0], points=12))
    await shop.must(one, HoldRelease(hold=held[1]))
    latte = await shop.must(one, RewardRedemption(reward="latte"))
    await shop.must(one, VoucherUse(voucher=latte.row.id))
    await shop.must(one, VoucherRestore(voucher=latte.row.id))
    await shop.must(one, VoucherUse(voucher=latte.row.id))
    film = await shop.must(other, RewardRedemption(reward="film"))
    await shop.must(other, RewardRedemption(reward="film"))
    await shop.must(other, RedemptionCancel(redemption=film.row.id))
    await shop.must(one, RewardRedemption(reward="badge"))
    given = await shop.must(one, Adjustment(points=25, reason="gesture"))
    await shop.must(one, AdjustmentCancel(adjustment=given.row.id))
    await shop.must(one, Goodwill(points=40, staff="an", reason="cold coffee"))
    await shop.must(one, TransferOut(to=other, points=7))
    await shop.must(one, TransferOut(to=other, points=3, wallet="stamps"))
    expires_us = int((START + timedelta(days=400)).timestamp()) * 1_000_000
    await shop.must(one, Extension(lot=1, expires_us=expires_us, reason="gesture"))
    await shop.must(other, Block(reason="lost_card"))
    await shop.must(other, Unblock())


async def _share(shop: Shop, home: UUID, other: UUID, third: UUID) -> None:
    """Two members share a wallet; one leaves. A purchase goes to the right member, another is replaced."""
    for member in (other, third):
        await shop.must(member, HouseholdJoin(household=home))
    await shop.must(third, Redemption(points=300))
    await shop.must(third, Purchase(basket=basket(40, points=10)))
    wrong = await shop.must(third, Purchase(basket=basket(60), external_id="receipt-2"))
    await shop.must(third, Move(purchase=wrong.row.id, to=other))
    again = await shop.must(third, Purchase(basket=basket(90), external_id="receipt-3"))
    await shop.must(third, Void(purchase=again.row.id))
    await shop.must(third, Purchase(basket=basket(91), external_id="receipt-3", replaces=again.row.id))
    await shop.must(other, HouseholdLeave())
    delivered = await shop.must(other, Purchase(basket=basket(33)))
    await shop.must(other, Confirm(purchase=delivered.row.id))


async def _merge(shop: Shop, one: UUID, other: UUID) -> None:
    """One account goes on in another, with a hold that ends there and a purchase that is refunded there."""
    late = await shop.must(one, Purchase(basket=basket(70)))
    hold = await shop.must(one, HoldPlace(points=4))
    await shop.must(one, MergeOut(into=other))
    await shop.must(other, Refund(purchase=late.row.id))
    await shop.must(other, HoldRelease(hold=hold.row.id))
