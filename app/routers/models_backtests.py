"""Backtests: what is asked, how far one is, and what it came to."""

from typing import Annotated, Any, Final

from msgspec import Meta
from pydantic import Field

from app.routers.models_answered import ID
from app.routers.models_configuration import DOCUMENT_EXAMPLE
from app.routers.wire import Answer, Asked, Instant, Int64, ShortText

RATIO_MAX: Final = 10**12
BACKTEST_EXAMPLE: Final = f"btt_{ID}"
EXAMPLE: Final[dict[str, Any]] = {
    "name": "Double points in June",
    "document": DOCUMENT_EXAMPLE,
    "from_date": "2026-01-01",
    "point_value": {"numerator": 4, "denominator": 5},
}
Day = Annotated[str, Meta(extra_json_schema={"format": "date"}, examples=["2026-01-01"])]
Tier = Annotated[str, Meta(description="A level.", examples=["gold"])]
WalletName = Annotated[str, Meta(description="The wallet; `points` is the main one.", examples=["points"])]
Members = Annotated[Int64, Meta(description="How many members.", examples=[12])]


class PointValueAsked(Asked):
    """What a point costs, as an exact fraction of a minor unit."""

    numerator: int = Field(
        ge=0,
        le=RATIO_MAX,
        description="So many minor units …",
        examples=[4],
        json_schema_extra={"format": "int64"},
    )
    denominator: int = Field(
        ge=1,
        le=RATIO_MAX,
        description="… are the cost of so many points.",
        examples=[5],
        json_schema_extra={"format": "int64"},
    )


class BacktestAsked(Asked):
    """Which rulebook shall be tried on the programme's history: exactly one of document, draft and version."""

    name: ShortText | None = Field(default=None, description="What you call it.", examples=["Double points in June"])
    document: dict[str, Any] | None = Field(default=None, description="A rulebook.", examples=[DOCUMENT_EXAMPLE])
    draft: str | None = Field(
        default=None, max_length=40, description="A draft as it is now (`drf_…`).", examples=[f"drf_{ID}"]
    )
    version: Annotated[int, Field(ge=1, le=999_999_999, json_schema_extra={"format": "int32"})] | None = Field(
        default=None, description="A published version.", examples=[3]
    )
    from_date: str | None = Field(
        default=None,
        pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$",
        description="The first local day on which it holds; absent: as if it had always held.",
        examples=["2026-01-01"],
    )
    point_value: PointValueAsked | None = Field(
        default=None, description="What a point of the main wallet costs; absent: what it is valued at today."
    )


class Both(Answer, frozen=True, kw_only=True):
    """A number as it was, and under the draft."""

    was: Annotated[Int64, Meta(description="As it was.", examples=[1200])]
    now: Annotated[Int64, Meta(description="Under the draft.", examples=[1500])]


class BacktestCost(Answer, frozen=True, kw_only=True):
    """What points cost at the given value, in minor units."""

    numerator: Annotated[Int64, Meta(description="So many minor units …", examples=[4])]
    denominator: Annotated[Int64, Meta(description="… are the cost of so many points.", examples=[5])]
    issued_minor: Annotated[Both, Meta(description="Of what was issued.")]
    redeemed_minor: Annotated[Both, Meta(description="Of what was redeemed.")]
    outstanding_minor: Annotated[Both, Meta(description="Of what is outstanding.")]


class BacktestWallet(Answer, frozen=True, kw_only=True):
    """What moved in one wallet, and what is left."""

    wallet: WalletName
    issued: Annotated[Both, Meta(description="Points earned.")]
    redeemed: Annotated[Both, Meta(description="Points spent, less what cancellations gave back.")]
    expired: Annotated[Both, Meta(description="Points that expired.")]
    reversed: Annotated[Both, Meta(description="Points that refunds took back.")]
    adjusted: Annotated[Both, Meta(description="Corrections and goodwill, signed.")]
    transferred: Annotated[Both, Meta(description="What came from other members less what went.")]
    outstanding: Annotated[Both, Meta(description="What all members have, less what they owe.")]
    cost: Annotated[BacktestCost | None, Meta(description="What they cost; null: nobody has valued them.")]


class BacktestTier(Answer, frozen=True, kw_only=True):
    """Members of a level at the end."""

    tier: Tier
    was: Members
    now: Members


class BacktestTierChange(Answer, frozen=True, kw_only=True):
    """Members who end in another level."""

    from_tier: Tier
    to_tier: Tier
    members: Members


class BacktestBin(Answer, frozen=True, kw_only=True):
    """Members whose difference lies between two numbers, both included."""

    from_points: Annotated[Int64, Meta(description="The least.", examples=[20])]
    to_points: Annotated[Int64, Meta(description="The most.", examples=[49])]
    members: Members


class BacktestMember(Answer, frozen=True, kw_only=True):
    """One member's points earned."""

    member: Annotated[str, Meta(description="The member.", examples=[f"mbr_{ID}"])]
    was: Annotated[Int64, Meta(description="As it was.", examples=[1200])]
    now: Annotated[Int64, Meta(description="Under the draft.", examples=[1500])]
    difference: Annotated[Int64, Meta(description="now − was.", examples=[300])]


class BacktestDifferences(Answer, frozen=True, kw_only=True):
    """Who earns more, who earns less: in the main wallet, less what refunds took back."""

    better: Members
    worse: Members
    same: Members
    gained: Annotated[Int64, Meta(description="What those who earn more gain together.", examples=[5000])]
    lost: Annotated[Int64, Meta(description="What those who earn less lose together.", examples=[800])]
    distribution: Annotated[list[BacktestBin], Meta(description="From the greatest loss to the greatest gain.")]
    winners: Annotated[list[BacktestMember], Meta(description="Those who gain most, at most ten.")]
    losers: Annotated[list[BacktestMember], Meta(description="Those who lose most, at most ten.")]


class BacktestPaid(Answer, frozen=True, kw_only=True):
    """What a rule did."""

    purchases: Annotated[Int64, Meta(description="In how many activities it applied.", examples=[310])]
    wanted: Annotated[Int64, Meta(description="Points that it would have given without limits.", examples=[4000])]
    granted: Annotated[Int64, Meta(description="Points that it gave.", examples=[3900])]


class BacktestRule(Answer, frozen=True, kw_only=True):
    """One rule by its id, in whatever versions had it."""

    rule: Annotated[str, Meta(description="The rule.", examples=["base"])]
    was: Annotated[BacktestPaid, Meta(description="As it was.")]
    now: Annotated[BacktestPaid, Meta(description="Under the draft.")]


class BacktestRefused(Answer, frozen=True, kw_only=True):
    """What the draft refuses of what was accepted."""

    kind: Annotated[str, Meta(description="What was asked.", examples=["redemption"])]
    code: Annotated[str, Meta(description="The first reason.", examples=["insufficient_points"])]
    times: Annotated[Int64, Meta(description="How often.", examples=[17])]
    points: Annotated[Int64, Meta(description="The points that were asked for.", examples=[8500])]


class BacktestMonth(Answer, frozen=True, kw_only=True):
    """A local month of the main wallet, by the day on which movements count."""

    month: Annotated[str, Meta(description="The month.", examples=["2026-03"])]
    issued: Annotated[Both, Meta(description="Points earned.")]
    redeemed: Annotated[Both, Meta(description="Points spent, less what cancellations gave back.")]
    expired: Annotated[Both, Meta(description="Points that expired.")]
    outstanding: Annotated[Both, Meta(description="At its end.")]


class BacktestAssumption(Answer, frozen=True, kw_only=True):
    """Something that nobody can know, and how often it mattered (null: it cannot be counted)."""

    code: Annotated[str, Meta(description="Stable.", examples=["same_behaviour"])]
    count: Annotated[Int64 | None, Meta(description="How often.", examples=[0])]
    text: Annotated[str, Meta(description="In a sentence.", examples=["Customers bought the same as they did."])]


class BacktestReport(Answer, frozen=True, kw_only=True):
    """What the programme's history comes to under the rulebook, beside what it was."""

    until: Annotated[Day, Meta(description="The local day of the last moment.")]
    from_date: Annotated[Day | None, Meta(description="The first local day; null: as if it had always held.")]
    currency: Annotated[str, Meta(description="ISO 4217, of whatever is in minor units.", examples=["VND"])]
    rows: Annotated[Int64, Meta(description="Rows of the journal.", examples=[4711])]
    members: Members
    purchases: Annotated[Int64, Meta(description="Purchases among them.", examples=[4200])]
    wallets: Annotated[list[BacktestWallet], Meta(description="The main wallet first.")]
    discounts_minor: Annotated[Both, Meta(description="Money that points took off.")]
    debt: Annotated[Both, Meta(description="Points owed in the main wallet.")]
    tiers: Annotated[list[BacktestTier], Meta(description="From the lowest.")]
    tier_changes: Annotated[list[BacktestTierChange], Meta(description="The most frequent first.")]
    members_by_difference: Annotated[BacktestDifferences, Meta(description="Who gains and who loses.")]
    rules: Annotated[list[BacktestRule], Meta(description="By id.")]
    refused: Annotated[list[BacktestRefused], Meta(description="The most frequent first.")]
    months: Annotated[list[BacktestMonth], Meta(description="In order.")]
    assumptions: Annotated[list[BacktestAssumption], Meta(description="What it supposes.")]


class PointValue(Answer, frozen=True, kw_only=True):
    """What a point costs."""

    numerator: Annotated[Int64, Meta(description="So many minor units …", examples=[4])]
    denominator: Annotated[Int64, Meta(description="… are the cost of so many points.", examples=[5])]


class Backtest(Answer, frozen=True, kw_only=True):
    """One backtest."""

    id: Annotated[str, Meta(description="Its id.", examples=[BACKTEST_EXAMPLE])]
    name: Annotated[str, Meta(description="What it is called.", examples=["Double points in June"])]
    state: Annotated[
        str,
        Meta(
            description="queued, running, done, cancelled or failed.",
            extra_json_schema={"enum": ["queued", "running", "done", "cancelled", "failed"]},
            examples=["running"],
        ),
    ]
    from_date: Annotated[Day | None, Meta(description="The first local day; null: as if it had always held.")]
    point_value: Annotated[PointValue | None, Meta(description="What a point costs; null: as it is valued.")]
    done: Annotated[Int64, Meta(description="Rows of the journal that are done.", examples=[1200])]
    rows: Annotated[Int64, Meta(description="Rows of the journal; 0: not begun.", examples=[4711])]
    requested_at: Annotated[Instant, Meta(description="When it was asked for.")]
    requested_by: Annotated[str, Meta(description="The key that asked.", examples=[f"key_{ID}"])]
    started_at: Annotated[Instant | None, Meta(description="When it was begun; null: not yet.")]
    ended_at: Annotated[Instant | None, Meta(description="When it ended; null: not yet.")]
    failure: Annotated[str | None, Meta(description="Why it failed; null: it did not.", examples=[None])]
    report: Annotated[BacktestReport | None, Meta(description="What it came to; null: not done, or in a list.")]


class BacktestList(Answer, frozen=True, kw_only=True):
    """A page of backtests without their reports, newest first."""

    data: Annotated[list[Backtest], Meta(description="The backtests.")]
    has_more: Annotated[bool, Meta(description="True if there is another page.", examples=[False])]
    next_cursor: Annotated[str | None, Meta(description="For the next page.", examples=[None])]
