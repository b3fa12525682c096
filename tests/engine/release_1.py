"""Rows as release 1 wrote them: values, and their bytes. Whatever is appended later, they are read as these values."""

from uuid import UUID

from msgspec.structs import replace

from app.engine.change import Change, Progress
from app.engine.commands import (
    Command,
    Enrol,
    LetTimePass,
    Purchase,
    Redemption,
    RedemptionCancel,
    ReferralClawback,
    ReferralReward,
    Refund,
)
from app.engine.facts import Basket, Line, RuleTrace, Tender
from app.engine.movements import (
    ClawBackReferrer,
    Draw,
    Entry,
    LotMove,
    NewLot,
    Referral,
    RewardReferrer,
    TallyMove,
    TierMove,
)
from app.engine.outcomes import Enrolled, Purchased, Refunded, TimePassed
from app.engine.remains import Reversed

FACT = UUID("018f0000-0000-8000-8000-000000000001")
PURCHASE = Purchase(
    basket=Basket(
        currency="VND",
        lines=(
            Line(sku="latte", category="coffee", quantity_micro=2_000_000, amount_minor=90_000),
            Line(sku="tea", category="tea", quantity_micro=1, amount_minor=0, discount_minor=5, tax_minor=3),
        ),
        tenders=(Tender(kind="points", amount_minor=1000, points=10),),
        store="d1",
        till="7",
        staff="lan",
        channel="store",
    ),
    occurred_us=1_767_225_600_000_000,
    external_id="receipt-1",
)

COMMANDS: list[tuple[Command, str]] = [
    (Enrol(), "9201c0"),
    (Enrol(referrer=FACT), "9201c410018f0000000080008000000000000001"),
    (
        PURCHASE,
        (
            "940297a3564e449296a56c61747465a6636f66666565ce001e8480ce00015f90000096a3746561a37465610100050391"
            "93a6706f696e7473cd03e80aa26431a137a36c616ea573746f7265cf0006474846204000a9726563656970742d31"
        ),
    ),
    (Refund(purchase=FACT), "9303c410018f0000000080008000000000000001c0"),
    (Redemption(points=100), "920464"),
    (RedemptionCancel(redemption=FACT), "9205c410018f0000000080008000000000000001"),
    (ReferralReward(purchase=FACT, points=50), "9306c410018f000000008000800000000000000132"),
    (ReferralClawback(reward=FACT), "9207c410018f0000000080008000000000000001"),
    (LetTimePass(), "9108"),
]

BOUGHT = Change(
    now_us=1_767_225_600_000_001,
    balance_before=20,
    debt_before=0,
    debt_after=0,
    outcome=Purchased(
        occurred_us=1_767_225_600_000_000,
        local_day=739_617,
        rulebook=1,
        tier="silver",
        points=90,
        line_points=(90, 0),
        lot=2,
        total_minor=90_000,
        paid_points=10,
        paid_minor=1000,
        draws=(Draw(lot=1, points=10),),
        referral_points=50,
        referral_lot=3,
        trace=(RuleTrace(rule=0, reason="applied", wanted=90, granted=90),),
        warnings=("clock_skew",),
    ),
    after=Progress(balance=150, debt=0, tier="gold", review_us=1_767_225_600_000_002, window_points=90),
    entries=(
        Entry(number=5, kind="redemption", points=-10, balance_after=10, effective_us=1_767_225_600_000_000),
        Entry(number=6, kind="accrual", points=90, balance_after=100, effective_us=1_767_225_600_000_000, lot=2),
        Entry(number=7, kind="referral", points=50, balance_after=150, effective_us=1_767_225_600_000_000, lot=3),
    ),
    new_lots=(
        NewLot(number=2, fact=FACT, earned_us=1_767_225_600_000_000, expires_us=1_769_904_000_000_000, granted=90),
        NewLot(number=3, fact=FACT, earned_us=1_767_225_600_000_000, expires_us=None, granted=50),
    ),
    lot_moves=(LotMove(number=1, used=10),),
    tallies=(TallyMove(day=739_617, points=90, spend_minor=90_000, visits=1),),
    tier_moves=(TierMove(number=1, tier="gold", at_us=1, reason="promotion", review_us=2),),
    window_day=739_252,
    oldest_day=739_300,
    due_us=1_769_904_000_000_000,
    referral=Referral(purchase=FACT),
    effects=(RewardReferrer(referrer=FACT, points=50),),
)
REFUNDED = Change(
    now_us=1,
    balance_before=150,
    debt_before=0,
    debt_after=5,
    outcome=Refunded(
        award=Reversed(asked=90, from_lot=60, from_others=10, from_debt=5, expired=10, uncollected=5),
        referral=Reversed(asked=80, from_others=80),
        returned=0,
        returned_minor=0,
    ),
    after=Progress(balance=-5, debt=5, tier=None, review_us=None, window_points=-3),
    entries=(Entry(number=8, kind="reversal", points=-155, balance_after=-5, effective_us=1, lot=2),),
    lot_moves=(LotMove(number=2, reversed=60, uncollected=5), LotMove(number=1, reversed=90)),
    referral=Referral(purchase=None),
    effects=(ClawBackReferrer(referrer=FACT, purchase=FACT),),
)
NOTHING = Change(
    now_us=1,
    balance_before=0,
    debt_before=0,
    debt_after=0,
    outcome=TimePassed(),
    after=Progress(balance=0, debt=0, tier=None, review_us=None, window_points=0),
)
OPENED = replace(NOTHING, outcome=Enrolled(created=True, referrer=FACT, referral_until_us=2))

CHANGES: list[tuple[Change, str]] = [
    (
        BOUGHT,
        (
            "dc0010cf0006474846204001140000dc001002cf0006474846204000ce000b492101a673696c7665725a925a0002ce00"
            "015f900acd03e89192010a3203919400a76170706c6965645a5a91aa636c6f636b5f736b657795cc9600a4676f6c64cf"
            "00064748462040025a939605aa726564656d7074696f6ef60acf0006474846204000c09606a76163637275616c5a64cf"
            "0006474846204000029607a8726566657272616c32cc96cf000647484620400003929502c410018f0000000080008000"
            "000000000001cf0006474846204000cf000649b7e334e0005a9503c410018f0000000080008000000000000001cf0006"
            "474846204000c0329195010a0000009194ce000b49215ace00015f9001919501a4676f6c6401a970726f6d6f74696f6e"
            "02ce000b47b4ce000b47e4cf000649b7e334e00091c410018f0000000080008000000000000001919301c410018f0000"
            "00008000800000000000000132"
        ),
    ),
    (
        REFUNDED,
        (
            "dc001001cc9600059503965a3c0a050a0596500050000000000095fb05c0c0fd919608a8726576657273616cd1ff65fb"
            "01029092950200003c05950100005a0090900000c091c0919302c410018f0000000080008000000000000001c410018f"
            "0000000080008000000000000001"
        ),
    ),
    (NOTHING, "dc0010010000009108950000c0c00090909090900000c0c090"),
    (OPENED, "dc0010010000009401c3c410018f000000008000800000000000000102950000c0c00090909090900000c0c090"),
]
