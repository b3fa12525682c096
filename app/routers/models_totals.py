"""What accountants ask and are answered: totals of the programme, valuations, and the liability."""

from typing import Annotated, Final

from msgspec import Meta
from pydantic import Field

from app.routers.models_answered import ID
from app.routers.wire import Answer, Asked, Instant, Int32, Int64, Money

RATIO_MAX: Final = 10**12
Day = Annotated[str, Meta(extra_json_schema={"format": "date"}, examples=["2026-03-31"])]
WalletShown = Annotated[str, Meta(description="The wallet; `points` is the main one.", examples=["points"])]
Issued = Annotated[Int64, Meta(description="Points earned, referral rewards included.", examples=[5000])]
Redeemed = Annotated[Int64, Meta(description="Points spent, less what cancellations gave back.", examples=[1200])]
Expired = Annotated[Int64, Meta(description="Points that expired.", examples=[300])]
Reversed = Annotated[Int64, Meta(description="Points that refunds took back.", examples=[150])]
Adjusted = Annotated[Int64, Meta(description="Corrections and goodwill, signed.", examples=[20])]
Transferred = Annotated[
    Int64, Meta(description="What came from other members less what went; 0 over all.", examples=[0])
]
Outstanding = Annotated[
    Int64,
    Meta(
        description="What there was before + issued − redeemed − expired − reversed + adjusted + transferred.",
        examples=[3370],
    ),
]
OfNone = "; empty: none; null: not asked for."


class TotalLine(Answer, frozen=True, kw_only=True):
    """What moved in one group."""

    month: Annotated[str | None, Meta(description="The month; null: not asked for.", examples=["2026-03"])]
    day: Annotated[str | None, Meta(description="The local day; null: not asked for.", examples=[None])]
    wallet: Annotated[str | None, Meta(description="The wallet; null: not asked for.", examples=[None])]
    kind: Annotated[str | None, Meta(description="The kind of entry; null: not asked for.", examples=[None])]
    tier: Annotated[str | None, Meta(description=f"The member's tier then{OfNone}", examples=[None])]
    issue_store: Annotated[str | None, Meta(description=f"Where points were earned{OfNone}", examples=["D1"])]
    redemption_store: Annotated[str | None, Meta(description=f"Where points were spent{OfNone}", examples=["D3"])]
    issued: Issued
    redeemed: Redeemed
    expired: Expired
    reversed: Reversed
    adjusted: Adjusted
    transferred: Transferred
    outstanding: Outstanding


class Totals(Answer, frozen=True, kw_only=True):
    """The totals of a period, equal to the entries of all members to the point."""

    basis: Annotated[
        str,
        Meta(description="`booked`: days on which facts came; `effective`: on which they count.", examples=["booked"]),
    ]
    from_date: Annotated[Day, Meta(description="The first local day.", examples=["2026-03-01"])]
    until_date: Annotated[Day, Meta(description="The last local day.", examples=["2026-03-31"])]
    known_at: Annotated[Day, Meta(description="As it was known at the end of this day.", examples=["2026-04-30"])]
    journal_number: Annotated[Int64, Meta(description="The last row of the journal that is counted.", examples=[4711])]
    opening: Annotated[Int64, Meta(description="What was outstanding before.", examples=[0])]
    issued: Issued
    redeemed: Redeemed
    expired: Expired
    reversed: Reversed
    adjusted: Adjusted
    transferred: Transferred
    outstanding: Outstanding
    data: Annotated[list[TotalLine], Meta(description="By group, in the order of `group_by`.")]


class ValuationAsked(Asked):
    """What a point shall be held to be worth, as an exact fraction of a minor unit."""

    numerator: int = Field(
        ge=0,
        le=RATIO_MAX,
        description="So many minor units …",
        examples=[10000],
        json_schema_extra={"format": "int64"},
    )
    denominator: int = Field(
        ge=1,
        le=RATIO_MAX,
        description="… are the value of so many points.",
        examples=[100],
        json_schema_extra={"format": "int64"},
    )
    breakage_ppm: int = Field(
        default=0,
        ge=0,
        le=1_000_000,
        description="How many of a million points will never be spent.",
        examples=[150000],
        json_schema_extra={"format": "int32"},
    )


class Valuation(Answer, frozen=True, kw_only=True):
    """What a point is held to be worth from a day on. It never changes; a later day may have another."""

    wallet: WalletShown
    from_date: Annotated[Day, Meta(description="The first local day.", examples=["2026-01-01"])]
    numerator: Annotated[Int64, Meta(description="So many minor units …", examples=[10000])]
    denominator: Annotated[Int64, Meta(description="… are the value of so many points.", examples=[100])]
    breakage_ppm: Annotated[
        Int32, Meta(description="How many of a million points will never be spent.", examples=[150000])
    ]
    made_at: Annotated[Instant, Meta(description="When it was made.")]
    made_by: Annotated[str, Meta(description="The key that made it.", examples=[f"key_{ID}"])]


class ValuationList(Answer, frozen=True, kw_only=True):
    """A page of valuations, the latest first."""

    data: Annotated[list[Valuation], Meta(description="The valuations.")]
    has_more: Annotated[bool, Meta(description="True if there is another page.", examples=[False])]
    next_cursor: Annotated[str | None, Meta(description="For the next page.", examples=[None])]


class WalletLiability(Answer, frozen=True, kw_only=True):
    """What one wallet owes."""

    wallet: WalletShown
    outstanding: Annotated[Int64, Meta(description="Points of all members, less what they owe.", examples=[3370])]
    valuation: Annotated[Valuation | None, Meta(description="The valuation in force on that day; null: none.")]
    value: Annotated[
        Money | None, Meta(description="outstanding × value × (1 − breakage), rounded once; null: not valued.")
    ]


class Liability(Answer, frozen=True, kw_only=True):
    """What the programme owed at the end of a day."""

    as_of: Annotated[Day, Meta(description="The local day.", examples=["2026-03-31"])]
    known_at: Annotated[Day, Meta(description="As it was known at the end of this day.", examples=["2026-03-31"])]
    rounding: Annotated[
        str, Meta(description="How the value becomes whole minor units, once a wallet.", examples=["half_even"])
    ]
    data: Annotated[list[WalletLiability], Meta(description="By wallet.")]
