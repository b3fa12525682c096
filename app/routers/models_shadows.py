"""Drafts in shadow as managers see them."""

from typing import Annotated, Literal

from msgspec import Meta

from app.routers.models_drafts import DRAFT_EXAMPLE, KEY_EXAMPLE
from app.routers.models_simulations import TierOutlook
from app.routers.wire import Answer, Instant, Int32, Int64


class RuleCompared(Answer, frozen=True, kw_only=True):
    """What a rule gave under both, of what refunds left."""

    rule: Annotated[str, Meta(description="The rule's id.", examples=["base"])]
    live_points: Annotated[Int64, Meta(description="Points under the rulebook in force.", examples=[1200])]
    draft_points: Annotated[Int64, Meta(description="Points under the draft.", examples=[2400])]


class Shadow(Answer, frozen=True, kw_only=True):
    """A draft that is decided beside the rulebook in force, and what differs."""

    draft: Annotated[str, Meta(description="The draft.", examples=[DRAFT_EXAMPLE])]
    revision: Annotated[Int32, Meta(description="The revision of it that runs; later changes do not.", examples=[4])]
    state: Annotated[Literal["running", "stopped"], Meta(description="Whether it runs.", examples=["running"])]
    started_at: Annotated[Instant, Meta(description="Since when.")]
    started_by: Annotated[str, Meta(description="The key that began it.", examples=[KEY_EXAMPLE])]
    stopped_at: Annotated[Instant | None, Meta(description="Until when; null: it runs.")]
    stopped_by: Annotated[str | None, Meta(description="The key that stopped it.", examples=[None])]
    behind: Annotated[Int64, Meta(description="Rows of the journal that it has yet to look at.", examples=[0])]
    compared: Annotated[Int64, Meta(description="Purchases and activities judged under both.", examples=[5120])]
    unknown: Annotated[
        Int64, Meta(description="Those that could not be, such as of members who were merged.", examples=[2])
    ]
    live_points: Annotated[
        Int64,
        Meta(description="Points under the rulebook in force, all wallets, after refunds.", examples=[64000]),
    ]
    draft_points: Annotated[Int64, Meta(description="The same under the draft.", examples=[71000])]
    differing: Annotated[
        Int64, Meta(description="Purchases and activities that have other points, after refunds.", examples=[840])
    ]
    members: Annotated[Int64, Meta(description="Members who have any.", examples=[611])]
    points_up: Annotated[Int64, Meta(description="Points that these would have more.", examples=[7400])]
    points_down: Annotated[Int64, Meta(description="Points that these would have less.", examples=[400])]
    rules: Annotated[
        list[RuleCompared], Meta(description="The rules of what differs, those first that differ most; at most 100.")
    ]
    tiers: Annotated[
        list[TierOutlook],
        Meta(description="Who would stand in another tier, of the 2000 members whom it concerns most."),
    ]


class FactCompared(Answer, frozen=True, kw_only=True):
    """A purchase or another activity that has other points under the draft, and why."""

    fact: Annotated[
        str, Meta(description="The purchase (pur_…) or activity (act_…).", examples=["pur_01jkm3x8e4f5gr6h7s8t9v0w1x"])
    ]
    member: Annotated[str, Meta(description="Whose it was.", examples=["mbr_01jkm3x8e4f5gr6h7s8t9v0w1x"])]
    live_points: Annotated[Int64, Meta(description="Points under the rulebook in force.", examples=[12])]
    draft_points: Annotated[Int64, Meta(description="Points under the draft.", examples=[24])]
    rules: Annotated[list[RuleCompared], Meta(description="What each rule gave under both.")]


class FactComparedList(Answer, frozen=True, kw_only=True):
    """A page of what differs."""

    data: Annotated[list[FactCompared], Meta(description="Purchases and activities, in the order of the journal.")]
    has_more: Annotated[bool, Meta(description="True if there is another page.", examples=[False])]
    next_cursor: Annotated[str | None, Meta(description="For the next page.", examples=[None])]
