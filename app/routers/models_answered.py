"""What tills and phones are answered: the facts of the ledger, with the member's new standing and the reasons."""

from pydantic import Field

from app.routers.wire import Answer, Instant, Int32, Int64, Money

ID = "01jkm3x8e4f5gr6h7s8t9v0w1x"


class Balance(Answer):
    """Points that can be spent, or points that are owed; one of them is zero."""

    points: Int64 = Field(description="Points that can be spent.", examples=[320])
    debt: Int64 = Field(description="Points that a refund asked back and did not find.", examples=[0])


class Tier(Answer):
    """The member's tier and the way to the next one."""

    level: str | None = Field(description="The level's id; null if the rulebook has no tiers.", examples=["bac"])
    title: str | None = Field(description="Its title in the language asked for.", examples=["Bạc"])
    window_points: Int64 = Field(description="Points that count towards tiers at present.", examples=[640])
    kept_until: Instant | None = Field(description="When the level is reviewed; null for the base level.")
    next_level: str | None = Field(description="The level above; null at the top.", examples=["vang"])
    next_title: str | None = Field(description="Its title.", examples=["Vàng"])
    next_from_points: Int64 | None = Field(description="From how many points it is reached.", examples=[2000])
    points_missing: Int64 | None = Field(description="How many of them are missing.", examples=[1360])


class Reason(Answer):
    """What one rule contributed, and a sentence that says so."""

    rule: str = Field(description="The rule's id in the rulebook.", examples=["double-tuesday"])
    title: str = Field(description="Its title in the language asked for.", examples=["Nhân đôi điểm thứ Ba"])
    stage: str = Field(description="base, multiply or add.", examples=["multiply"])
    reason: str = Field(description="Why it gave what it gave.", examples=["applied"])
    wanted: Int64 = Field(description="Points before any cap.", examples=[145])
    granted: Int64 = Field(description="Points that it gave; the sum over all rules is the award.", examples=[145])
    text: str = Field(description="The same as a sentence.", examples=["“Nhân đôi điểm thứ Ba” thêm: 145."])


class Warned(Answer):
    """Something that the cashier's system should look at; the command was carried out."""

    code: str = Field(description="Stable; new codes may be added.", examples=["clock_skew"])
    detail: str = Field(description="One sentence.", examples=["The purchase was dated in the future."])


class PaidWithPoints(Answer):
    """Points and the money they stood for."""

    points: Int64 = Field(description="Points.", examples=[100])
    value: Money = Field(description="Their value.")


class LineAwarded(Answer):
    """What one line of the basket earned."""

    points: Int64 = Field(description="Points.", examples=[110])


class Identified(Answer):
    """Whatever was recorded has an id, and it comes first."""

    id: str = Field(description="The fact.", examples=[f"pur_{ID}"])


class Fact(Answer):
    """What every fact answers."""

    member: str = Field(description="The member.", examples=[f"mbr_{ID}"])
    decided_at: Instant = Field(description="When it was decided.")
    balance: Balance = Field(description="The balance after it.")
    tier: Tier = Field(description="The tier after it.")
    warnings: list[Warned] = Field(description="Nothing, usually.")


class Awarded(Fact):
    """What a basket earns."""

    occurred_at: Instant = Field(description="The instant that it was judged at.")
    total: Money = Field(description="The sum of the lines.")
    points: Int64 = Field(description="Points earned.", examples=[290])
    lines: list[LineAwarded] = Field(description="The same, line by line in the order of the request.")
    referral_points: Int64 = Field(description="Points for having been referred.", examples=[0])
    paid_with_points: PaidWithPoints = Field(description="What the tender of points took.")
    rulebook_version: Int32 = Field(description="The version that judged it.", examples=[3])
    explanation: list[Reason] = Field(description="Every rule that applied, in the order of evaluation.")


class Purchase(Awarded, Identified):
    """A recorded purchase. The same for the first answer, for a retry and for ever after."""

    id: str = Field(description="The purchase.", examples=[f"pur_{ID}"])
    external_id: str | None = Field(description="Your own id.", examples=["receipt-000123"])
    metadata: dict[str, str] = Field(description="As you gave it.", examples=[{"table": "12"}])


class PurchaseQuote(Awarded):
    """What a purchase would earn now."""

    most_points: Int64 = Field(description="The most points that this basket can take as a tender.", examples=[300])


class Reversal(Answer):
    """Points asked back. `asked` is the sum of the others."""

    asked: Int64 = Field(description="Points that had been granted.", examples=[290])
    from_lot: Int64 = Field(description="Taken from what the purchase itself had left.", examples=[290])
    from_others: Int64 = Field(description="Taken from other points of the member.", examples=[0])
    from_debt: Int64 = Field(description="Not there: the member owes them.", examples=[0])
    expired: Int64 = Field(description="Had expired unused and are not asked twice.", examples=[0])
    uncollected: Int64 = Field(description="Could not be asked: the debt has a floor.", examples=[0])


class Refund(Fact, Identified):
    """A purchase undone in full."""

    id: str = Field(description="The refund.", examples=[f"rfd_{ID}"])
    purchase: str = Field(description="The purchase that it undid.", examples=[f"pur_{ID}"])
    external_id: str | None = Field(description="Your own id.", examples=["refund-7"])
    award: Reversal = Field(description="The award taken back.")
    referral: Reversal = Field(description="The reward for having been referred, taken back.")
    returned: PaidWithPoints = Field(description="Points that had paid for it and came back.")


class RedemptionQuote(Fact):
    """What points would take off now."""

    points: Int64 = Field(description="Points redeemed.", examples=[100])
    value: Money = Field(description="Money off.")
    rulebook_version: Int32 = Field(description="The version that priced it.", examples=[3])


class Redemption(RedemptionQuote, Identified):
    """Points turned into money off."""

    id: str = Field(description="The redemption.", examples=[f"rdm_{ID}"])


class RedemptionCancellation(Fact, Identified):
    """A redemption given back."""

    id: str = Field(description="The cancellation.", examples=[f"rdc_{ID}"])
    redemption: str = Field(description="The redemption that it undid.", examples=[f"rdm_{ID}"])
    points: Int64 = Field(description="Points that came back.", examples=[100])
    value: Money = Field(description="The money that they had taken off.")
