"""One of every kind of command, outcome and change; between them they leave no field at its default."""

from uuid import UUID

from msgspec.structs import replace

from app.engine import commands as ask
from app.engine import outcomes as came
from app.engine import vouchers
from app.engine.activity import Activity, ActivityCancel, Told
from app.engine.birthdays import TellBirthday
from app.engine.change import Change
from app.engine.corrected import Corrected, Correction
from app.engine.estate import (
    Continued,
    Counted,
    DayTally,
    Estate,
    Height,
    HeldDraw,
    HeldOver,
    Inherited,
    Origin,
    Owed,
    Parcel,
)
from app.engine.facts import RuleTrace
from app.engine.movements import (
    Climb,
    CounterMove,
    Draw,
    Entry,
    HoldMove,
    HoldOpened,
    LotMove,
    NewLot,
    Notice,
    PurseMove,
    Referral,
    RewardReferrer,
    StockMove,
    TierMove,
)
from app.engine.played import (
    Acted,
    ActedGrant,
    ActivityCancelled,
    Advanced,
    Drawn,
    Gift,
    Played,
    Prized,
    PrizeTaken,
)
from app.engine.remains import Added, Rest, RestLine, Reversed
from tests.engine.release_1 import BOUGHT, FACT, NOTHING, PURCHASE, REFUNDED

OTHER = UUID("018f0000-0000-8000-8000-000000000002")
US = 1_767_225_600_000_000

ORIGIN = Origin(member=OTHER, lot=4)
PARCEL = Parcel(source=1, origin=ORIGIN, fact=FACT, points=30, earned_us=US, expires_us=US + 1, lapses=True)
DRAWS = (Draw(lot=1, points=10), Draw(lot=2, points=5))
ESTATE = Estate(
    enrolled_us=US,
    lots=(
        Inherited(
            fact=FACT,
            earned_us=US,
            expires_us=US + 1,
            granted=100,
            remaining=40,
            used=30,
            expired=15,
            reversed=10,
            uncollected=3,
            wallet="stamps",
            moved=5,
            held=20,
            pending=False,
            available_us=0,
            lapses=True,
            noticed=True,
            origin=ORIGIN,
        ),
    ),
    owed=(Owed(wallet="stamps", debt=7, lapses_us=US + 2),),
    tallies=(DayTally(day=739_617, points=90, spend_minor=90_000, visits=1),),
    holds=(
        HeldOver(
            hold=OTHER,
            wallet="stamps",
            until_us=US + 3,
            life_until_us=US + 4,
            rulebook=2,
            draws=(HeldDraw(source=1, points=20),),
        ),
    ),
    counters=(Counted(name="reward/latte", count=2, day=739000),),
    referrer=OTHER,
    referral_until_us=US + 5,
    referral_purchase=FACT,
    referral_lot=1,
    tier="gold",
    review_us=US + 6,
    blocked=True,
    continued=(Continued(member=OTHER, shift=12),),
    heights=(Height(ladder="wine-club", tier="gold", review_us=US, floor="gold", floor_us=US + 1, forever="silver"),),
)

COMMANDS: list[ask.Command] = [
    ask.Enrol(referrer=FACT),
    replace(PURCHASE, replaces=FACT, any_age=True, not_after_us=US),
    ask.Refund(
        purchase=FACT,
        external_id="return-1",
        lines=(
            ask.RefundLine(line=1, quantity_micro=1_000_000),
            ask.RefundLine(line=2, amount_minor=500),
            ask.RefundLine(line=3),
        ),
        amount_minor=700,
        not_after_us=US,
    ),
    ask.Redemption(points=100, wallet="stamps", store="d1", not_after_us=US),
    ask.RedemptionCancel(redemption=FACT),
    ask.ReferralReward(purchase=FACT, points=50, rulebook=2, level=2, occurred_us=US),
    ask.Introduce(referrer=FACT),
    ask.ReferralClawback(reward=FACT),
    ask.LetTimePass(),
    ask.Void(purchase=FACT),
    ask.Move(purchase=FACT, to=OTHER),
    ask.Confirm(purchase=FACT),
    ask.HoldPlace(points=100, wallet="stamps", minutes=15, store="d1", not_after_us=US),
    ask.HoldExtend(hold=FACT, minutes=15),
    ask.Capture(hold=FACT, points=60, store="d1", not_after_us=US),
    ask.HoldRelease(hold=FACT),
    ask.RewardRedemption(reward="latte", quantity=2, store="d1", not_after_us=US),
    vouchers.VoucherUse(voucher=FACT, store="d1", not_after_us=US),
    vouchers.VoucherRestore(voucher=FACT),
    ask.Adjustment(
        points=-5,
        reason="correction",
        wallet="stamps",
        actor=FACT,
        approver=OTHER,
        expires_us=US,
        never_expires=True,
    ),
    ask.Goodwill(points=5, staff="lan", reason="slow", not_after_us=US),
    ask.AdjustmentCancel(adjustment=FACT),
    ask.TransferOut(to=OTHER, points=30, wallet="stamps", reason="gift", not_after_us=US),
    ask.TransferIn(sender=OTHER, transfer=FACT, parcels=(PARCEL,), wallet="stamps", reason="gift", lapses_us=US),
    ask.HouseholdJoin(household=FACT),
    ask.HouseholdLeave(household=FACT),
    ask.MergeOut(into=FACT, claimed=True),
    ask.MergeIn(member=OTHER, merge=FACT, estate=ESTATE),
    ask.Block(reason="fraud"),
    ask.Unblock(),
    Activity(
        kind="review",
        told=(Told(name="stars", number=5), Told(name="where", code="web")),
        occurred_us=US,
        external_id="review-1",
        store="d1",
        channel="app",
        any_age=True,
        not_after_us=US,
    ),
    ActivityCancel(activity=FACT),
    TellBirthday(at_us=US, days=7),
    ask.Extension(lot=3, expires_us=US, reason="sorry", actor=FACT),
    ask.TierGrant(tier="gold", reason="vip", ladder="wine-club", until_us=US, actor=FACT),
    ask.TierGrantEnd(reason="over", ladder="wine-club", actor=FACT),
    Correction(purchase=FACT, correction=OTHER, under=2, actor=FACT, approver=OTHER),
]

REVERSED = Reversed(asked=90, from_lot=60, from_others=10, from_debt=5, expired=10, uncollected=5)
REST = Rest(
    lines=(RestLine(quantity_micro=1_000_000, amount_minor=500),),
    asked=(40, 2),
    returned=10,
    returned_minor=1000,
    referral_undone=True,
    forgiven=(3, 0),
    prizes=(1,),
    surprises_undone=("surprise/lucky",),
    freed=(4,),
    unnamed=(7,),
    under=2,
    added=(Added(member=OTHER, wallet="stamps", lot=4, points=2),),
)
PLAYED = Played(
    advanced=(Advanced(game="tenth-coffee", goal="coffees", day=739_617, count=10, target=10),),
    prizes=(
        Prized(
            cause="challenge/tenth-coffee",
            day=739_617,
            times=2,
            points=20,
            wallet="stamps",
            lot=5,
            badge="early-bird",
            gift="latte",
            gift_day=739_647,
        ),
    ),
    shut=("goal/first-steps/review",),
)
PRIZE_TAKEN = PrizeTaken(
    cause="challenge/tenth-coffee", times=2, reversed=REVERSED, badge="early-bird", gift="latte", wallet="stamps"
)
DRAWN = Drawn(draw="wheel/fortune", number=3, day=739_617, place=1, cut="stock", prized=PLAYED.prizes[0])
OUTCOMES: list[came.Outcome] = [
    came.Enrolled(created=True, referrer=FACT, referral_until_us=US),
    replace(
        BOUGHT.outcome,
        trace=(RuleTrace(rule=0, reason="applied", wanted=90, granted=80, bound="rule_cap"),),
        grants=(came.Grant(wallet="stamps", lot=4, points=2, line_points=(2, 0)),),
        played=PLAYED,
        readings=(3,),
        surprises=(DRAWN,),
        referral_wallet="stamps",
        referral_prize=PLAYED.prizes[0],
    ),
    replace(
        REFUNDED.outcome,
        grants=(REVERSED,),
        rest=REST,
        amount_minor=700,
        voided=True,
        moved_to=OTHER,
        returned=10,
        prizes=(PRIZE_TAKEN,),
    ),
    came.Redeemed(
        points=15,
        value_minor=750,
        draws=DRAWS,
        rulebook=2,
        wallet="stamps",
        hold=FACT,
        released=5,
        drawn=DRAWN,
        readings=(1,),
        reward=came.Taken(
            reward="latte",
            kind="code_pool",
            quantity=1,
            expires_us=US,
            pool="cinema",
            place=7,
            gifts=(Gift(day=739_647, count=1),),
        ),
    ),
    came.Cancelled(returned=15, value_minor=750, prize=PRIZE_TAKEN),
    came.Rewarded(
        points=50, lot=3, rulebook=2, reason="capped", wallet="stamps", bound="month", prize=PLAYED.prizes[0]
    ),
    came.ClawedBack(reward=REVERSED, prize=PRIZE_TAKEN),
    came.Introduced(referrer=FACT, referral_until_us=US),
    came.TimePassed(),
    came.Confirmed(points=15),
    came.Held(wallet="stamps", points=15, value_minor=750, draws=DRAWS, until_us=US, life_until_us=US + 1, rulebook=2),
    came.HeldLonger(until_us=US),
    came.Released(points=15),
    vouchers.VoucherUsed(reward="latte"),
    vouchers.VoucherRestored(reward="latte"),
    came.Adjusted(points=-15, wallet="stamps", lot=3, draws=DRAWS),
    came.AdjustmentCancelled(reversed=REVERSED, returned=15),
    came.Sent(to=OTHER, points=30, wallet="stamps", parcels=(PARCEL,)),
    came.Received(sender=OTHER, points=30, wallet="stamps", lots=(5,)),
    came.Joined(household=OTHER),
    came.Left(household=OTHER),
    came.MergedAway(into=OTHER, estate=ESTATE),
    came.Merged(
        member=OTHER,
        points=30,
        continued=(Continued(member=OTHER, shift=5),),
        referral=REVERSED,
        referrer=FACT,
        referral_until_us=US,
        enrolled_us=US + 1,
        blocked=True,
        claimed=True,
    ),
    came.BlockSet(blocked=True),
    came.Extended(lot=3, before_us=US, expires_us=US + 1),
    came.TierGiven(tier="gold", until_us=US, ladder="wine-club"),
    Acted(
        occurred_us=US,
        local_day=739_617,
        rulebook=2,
        tier="gold",
        counted=True,
        points=5,
        grants=(ActedGrant(wallet="stamps", lot=4, points=5),),
        trace=(RuleTrace(rule=0, reason="applied", wanted=5, granted=5),),
        warnings=("late",),
        played=PLAYED,
        readings=(1,),
        surprises=(DRAWN,),
    ),
    Corrected(
        purchase=FACT,
        correction=OTHER,
        rulebook=2,
        points=-3,
        taken=(REVERSED, Reversed()),
        given=(Added(member=OTHER, wallet="stamps", lot=4, points=2),),
        rest=REST,
    ),
    ActivityCancelled(activity=FACT, grants=(REVERSED,), prizes=(PRIZE_TAKEN,)),
]

# What no other sample has: every wallet, hold, stock, counter and notice that a change can move.
EVERYTHING = replace(
    BOUGHT,
    effects=(RewardReferrer(referrer=FACT, points=50, rulebook=2, level=2, occurred_us=US),),
    after=replace(BOUGHT.after, pending=90, held=20, lapses_us=US + 9, shared=70),
    entries=(
        *BOUGHT.entries,
        Entry(number=1, kind="goodwill", points=12, balance_after=8, effective_us=US, lot=4, wallet="stamps"),
    ),
    new_lots=(
        replace(BOUGHT.new_lots[0], pending=True, available_us=None),
        BOUGHT.new_lots[1],
        NewLot(
            number=4,
            fact=FACT,
            earned_us=US,
            expires_us=None,
            granted=12,
            wallet="stamps",
            pending=True,
            available_us=US + 1,
            lapses=True,
            origin=ORIGIN,
        ),
    ),
    lot_moves=(
        LotMove(
            number=1,
            used=10,
            expired=3,
            reversed=-2,
            uncollected=-1,
            moved=-1,
            held=20,
            matured=True,
            noticed=True,
            expires_us=US + 2,
        ),
    ),
    referral=Referral(purchase=FACT, lot=3),
    purses=(
        PurseMove(
            wallet="stamps", balance_before=-4, debt_before=4, balance=8, debt=4, pending=12, held=0, lapses_us=US + 3
        ),
    ),
    holds_opened=(HoldOpened(hold=FACT, wallet="", until_us=US + 4, life_until_us=US + 5, rulebook=2, draws=DRAWS),),
    hold_moves=(HoldMove(hold=OTHER, until_us=US + 6), HoldMove(hold=FACT, ended="captured")),
    stock_moves=(StockMove(name="pool/cinema", before=7, taken=1, size=500),),
    counter_moves=(CounterMove(name="reward/latte", count=1, day=739000),),
    notices=(
        Notice(
            kind="expiring_soon",
            at_us=US + 7,
            wallet="stamps",
            points=12,
            on_us=US + 8,
            ladder="wine-club",
            tier="gold",
            amounts=(7, 8),
        ),
    ),
    tier_moves=(
        *BOUGHT.tier_moves,
        TierMove(
            number=2,
            tier="gold",
            at_us=US,
            reason="granted",
            review_us=US + 9,
            ladder="wine-club",
            floor="gold",
            floor_us=US + 9,
            forever="silver",
        ),
    ),
    reached=PLAYED.prizes,
    climbs=(Climb(ladder="wine-club", tier="gold", review_us=US + 9, amounts=(7, 8), floor="gold", floor_us=US + 9),),
)

CHANGES: list[Change] = [EVERYTHING, *(replace(NOTHING, outcome=outcome) for outcome in OUTCOMES)]
