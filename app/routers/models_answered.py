"""What tills and phones are answered: the facts of the ledger, with the member's new standing and the reasons."""

from typing import Annotated

from msgspec import Meta

from app.routers.models_games import GoalMoved, PrizeGiven, PrizeTakenBack
from app.routers.models_luck import Draw
from app.routers.wire import Answer, Instant, Int32, Int64, Money

ID = "01jkm3x8e4f5gr6h7s8t9v0w1x"


class Balance(Answer, frozen=True, kw_only=True):
    """Points of the main wallet that can be spent, or points that are owed; one of them is zero."""

    points: Annotated[
        Int64,
        Meta(
            description="Points that can be spent; after a command in a household those of its wallet, too.",
            examples=[320],
        ),
    ]
    debt: Annotated[Int64, Meta(description="Points that a refund asked back and did not find.", examples=[0])]
    pending: Annotated[Int64, Meta(description="Points that can be spent later.", examples=[0])]
    held: Annotated[Int64, Meta(description="Points that are set aside.", examples=[0])]


class TierNeed(Answer, frozen=True, kw_only=True):
    """Something that a level asks for, with how far the member has come: one counter, or several needs together."""

    kind: Annotated[str, Meta(description="enough of a counter; or all or any of `needs`.", examples=["enough"])]
    counter: Annotated[
        str | None,
        Meta(description="points, spend, visits, referrals or activity:<kind>; null of several.", examples=["points"]),
    ]
    at_least: Annotated[Int64 | None, Meta(description="How much it takes; null of several.", examples=[2000])]
    amount: Annotated[Int64 | None, Meta(description="How much there is in the window.", examples=[640])]
    missing: Annotated[Int64 | None, Meta(description="How much is missing.", examples=[1360])]
    met: Annotated[bool, Meta(description="Whether nothing is missing.", examples=[False])]
    needs: Annotated[list["TierNeed"], Meta(description="The needs that count together; none of a counter.")]


class TierGiven(Answer, frozen=True, kw_only=True):
    """A level that was given by hand: below it the member does not fall meanwhile."""

    level: Annotated[str, Meta(description="The level.", examples=["vang"])]
    title: Annotated[str, Meta(description="Its title.", examples=["Vàng"])]
    until: Annotated[Instant | None, Meta(description="The first instant without it; null: there is none.")]


class TierInSet(Answer, frozen=True, kw_only=True):
    """The member's tier in another set of tiers than the main one."""

    set: Annotated[str, Meta(description="The set.", examples=["wine-club"])]
    set_title: Annotated[str, Meta(description="Its title in the language asked for.", examples=["Wine club"])]
    level: Annotated[str, Meta(description="The level's id.", examples=["guest"])]
    title: Annotated[str, Meta(description="Its title.", examples=["Guest"])]
    kept_until: Annotated[Instant | None, Meta(description="When the level is reviewed; null: never.")]
    next_level: Annotated[str | None, Meta(description="The level above; null at the top.", examples=["friend"])]
    next_title: Annotated[str | None, Meta(description="Its title.", examples=["Friend"])]
    next_needs: Annotated[TierNeed | None, Meta(description="What it takes, and how far the member has come.")]
    given: Annotated[TierGiven | None, Meta(description="What was given by hand; null: nothing.")]


class Tier(Answer, frozen=True, kw_only=True):
    """The member's tier and the way to the next one."""

    level: Annotated[
        str | None, Meta(description="The level's id; null if the rulebook has no tiers.", examples=["bac"])
    ]
    title: Annotated[str | None, Meta(description="Its title in the language asked for.", examples=["Bạc"])]
    window_points: Annotated[Int64, Meta(description="Points that count towards tiers at present.", examples=[640])]
    kept_until: Annotated[Instant | None, Meta(description="When the level is reviewed; null: never.")]
    next_level: Annotated[str | None, Meta(description="The level above; null at the top.", examples=["vang"])]
    next_title: Annotated[str | None, Meta(description="Its title.", examples=["Vàng"])]
    next_from_points: Annotated[
        Int64 | None,
        Meta(description="From how many points it is reached; null where it takes something else.", examples=[2000]),
    ]
    points_missing: Annotated[Int64 | None, Meta(description="How many of them are missing.", examples=[1360])]
    next_needs: Annotated[TierNeed | None, Meta(description="All that it takes, and how far the member has come.")]
    given: Annotated[
        TierGiven | None, Meta(description="What was given by hand, where the answer is about tiers; null: nothing.")
    ]
    sets: Annotated[list[TierInSet], Meta(description="The tiers in other sets.")]


class Reason(Answer, frozen=True, kw_only=True):
    """What one rule contributed, and a sentence that says so."""

    rule: Annotated[str, Meta(description="The rule's id in the rulebook.", examples=["double-tuesday"])]
    title: Annotated[str, Meta(description="Its title in the language asked for.", examples=["Nhân đôi điểm thứ Ba"])]
    stage: Annotated[str, Meta(description="base, multiply or add.", examples=["multiply"])]
    reason: Annotated[str, Meta(description="Why it gave what it gave.", examples=["applied"])]
    wanted: Annotated[Int64, Meta(description="Points before any cap.", examples=[145])]
    granted: Annotated[
        Int64, Meta(description="Points that it gave; the sum over all rules is the award.", examples=[145])
    ]
    text: Annotated[str, Meta(description="The same as a sentence.", examples=["“Nhân đôi điểm thứ Ba” thêm: 145."])]


class Warned(Answer, frozen=True, kw_only=True):
    """Something that the cashier's system should look at; the command was carried out."""

    code: Annotated[str, Meta(description="Stable; new codes may be added.", examples=["clock_skew"])]
    detail: Annotated[str, Meta(description="One sentence.", examples=["The purchase was dated in the future."])]


class PaidWithPoints(Answer, frozen=True, kw_only=True):
    """Points and the money they stood for."""

    points: Annotated[Int64, Meta(description="Points.", examples=[100])]
    value: Annotated[Money, Meta(description="Their value.")]


class AwardedBeside(Answer, frozen=True, kw_only=True):
    """Points of a basket that went to another wallet, or have another life."""

    wallet: Annotated[str, Meta(description="The wallet.", examples=["stamps"])]
    points: Annotated[Int64, Meta(description="Points.", examples=[1])]


class LineAwarded(Answer, frozen=True, kw_only=True):
    """What one line of the basket earned."""

    points: Annotated[Int64, Meta(description="Points.", examples=[110])]


class Messages(Answer, frozen=True, kw_only=True):
    """What can be said of a fact, in the member's language."""

    language: Annotated[str, Meta(description="The language: vi, kk, ru or en.", examples=["vi"])]
    cashier: Annotated[
        str,
        Meta(
            description="For the cashier to say.",
            examples=["Thank you! Points earned: 12. 88 more and you are Silver."],
        ),
    ]
    receipt: Annotated[str, Meta(description="For the receipt.", examples=["Points earned: 12. Points to spend: 320."])]
    member: Annotated[
        str,
        Meta(
            description="For the member's phone.",
            examples=["Points earned: 12. Points to spend: 320. 88 more and you are Silver."],
        ),
    ]


class Decided(Answer, frozen=True, kw_only=True):
    """What every decision answers."""

    decided_at: Annotated[Instant, Meta(description="When it was decided.")]
    balance: Annotated[Balance, Meta(description="The balance after it.")]
    tier: Annotated[Tier, Meta(description="The tier after it.")]
    warnings: Annotated[list[Warned], Meta(description="Nothing, usually.")]
    messages: Annotated[Messages, Meta(description="In words. Not recorded: they follow the member's language.")]


class Fact(Decided, frozen=True, kw_only=True):
    """What every fact answers."""

    member: Annotated[str, Meta(description="The member.", examples=[f"mbr_{ID}"])]


class Awarded(Decided, frozen=True, kw_only=True):
    """What a basket earns."""

    occurred_at: Annotated[Instant, Meta(description="The instant that it was judged at.")]
    total: Annotated[Money, Meta(description="The sum of the lines.")]
    points: Annotated[Int64, Meta(description="Points earned.", examples=[290])]
    lines: Annotated[list[LineAwarded], Meta(description="The same, line by line in the order of the request.")]
    other_points: Annotated[
        list[AwardedBeside], Meta(description="Points earned beside these, each with a wallet or a life of its own.")
    ]
    referral_points: Annotated[Int64, Meta(description="Points for having been referred.", examples=[0])]
    paid_with_points: Annotated[PaidWithPoints, Meta(description="What the tender of points took.")]
    prizes: Annotated[
        list[PrizeGiven], Meta(description="What it reached in challenges, streaks and tiers, and for being referred.")
    ]
    progress: Annotated[
        list[GoalMoved], Meta(description="What it counted towards in challenges and streaks, and what is missing.")
    ]
    surprises: Annotated[list[Draw], Meta(description="The draws that came with it; of a quote their odds.")]
    rulebook_version: Annotated[Int32, Meta(description="The version that judged it.", examples=[3])]
    explanation: Annotated[list[Reason], Meta(description="Every rule that applied, in the order of evaluation.")]


class Purchase(Awarded, frozen=True, kw_only=True):
    """A recorded purchase. The same for the first answer, for a retry and for ever after."""

    id: Annotated[str, Meta(description="The purchase.", examples=[f"pur_{ID}"])]
    member: Annotated[
        str, Meta(description="The member; without one, the account that the purchase has.", examples=[f"mbr_{ID}"])
    ]
    claim_code: Annotated[
        str | None,
        Meta(
            description="For the receipt of a purchase without a member: who sends it to /v1/claims gets the points.",
            examples=[None],
        ),
    ]
    external_id: Annotated[str | None, Meta(description="Your own id.", examples=["receipt-000123"])]
    metadata: Annotated[dict[str, str], Meta(description="As you gave it.", examples=[{"table": "12"}])]


class PurchaseQuote(Awarded, frozen=True, kw_only=True):
    """What a purchase would earn now."""

    member: Annotated[str | None, Meta(description="The member; null without one.", examples=[f"mbr_{ID}"])]
    most_points: Annotated[
        Int64, Meta(description="The most points that this basket can take as a tender.", examples=[300])
    ]


class Reversal(Answer, frozen=True, kw_only=True):
    """Points asked back. `asked` is the sum of the others."""

    asked: Annotated[Int64, Meta(description="Points that had been granted.", examples=[290])]
    from_lot: Annotated[Int64, Meta(description="Taken from what the purchase itself had left.", examples=[290])]
    from_others: Annotated[Int64, Meta(description="Taken from other points of the member.", examples=[0])]
    from_debt: Annotated[Int64, Meta(description="Not there: the member owes them.", examples=[0])]
    expired: Annotated[Int64, Meta(description="Had expired unused and are not asked twice.", examples=[0])]
    uncollected: Annotated[Int64, Meta(description="Could not be asked: the debt has a floor.", examples=[0])]


class RedemptionQuote(Fact, frozen=True, kw_only=True):
    """What points would take off now."""

    points: Annotated[Int64, Meta(description="Points redeemed.", examples=[100])]
    wallet: Annotated[str, Meta(description="The wallet; `points` is the main one.", examples=["points"])]
    value: Annotated[Money, Meta(description="Money off.")]
    rulebook_version: Annotated[Int32, Meta(description="The version that priced it.", examples=[3])]


class Redemption(RedemptionQuote, frozen=True, kw_only=True):
    """Points turned into money off."""

    id: Annotated[str, Meta(description="The redemption.", examples=[f"rdm_{ID}"])]
    hold: Annotated[str | None, Meta(description="The hold that it captured; null: it took free points.")]
    released: Annotated[Int64, Meta(description="Points of that hold that were let go.", examples=[0])]


class RedemptionCancellation(Fact, frozen=True, kw_only=True):
    """A redemption given back."""

    id: Annotated[str, Meta(description="The cancellation.", examples=[f"rdc_{ID}"])]
    redemption: Annotated[str, Meta(description="The redemption that it undid.", examples=[f"rdm_{ID}"])]
    points: Annotated[Int64, Meta(description="Points that came back.", examples=[100])]
    value: Annotated[Money, Meta(description="The money that they had taken off.")]
    prizes_taken: Annotated[list[PrizeTakenBack], Meta(description="What a wheel had given, and was taken back.")]
