"""The journal as a feed: what was recorded, in order and without gap."""

from typing import Annotated

from msgspec import Meta

from app.routers.models_answered import ID, TierNeed
from app.routers.wire import Answer, Instant, Int64


class EventEntry(Answer, frozen=True, kw_only=True):
    """Points that moved."""

    wallet: Annotated[str, Meta(description="The wallet; `points` is the main one.", examples=["points"])]
    kind: Annotated[
        str, Meta(description="accrual, redemption, expiry, reversal, return, or more.", examples=["expiry"])
    ]
    points: Annotated[Int64, Meta(description="Signed.", examples=[-40])]
    balance_after: Annotated[Int64, Meta(description="The wallet's balance after it.", examples=[280])]
    effective_at: Annotated[Instant, Meta(description="With effect from when.")]


class TierAtRisk(Answer, frozen=True, kw_only=True):
    """A level that will be lost at its review, unless what is missing is done by then."""

    level: Annotated[str, Meta(description="The level that would be lost.", examples=["bac"])]
    set: Annotated[str, Meta(description="The set of tiers; empty for the main one.", examples=[""])]
    needs: Annotated[
        TierNeed | None,
        Meta(description="What keeps it, and how far the window of that review has come; null: nothing that counts."),
    ]


class EventNotice(Answer, frozen=True, kw_only=True):
    """Word for the member, without an entry."""

    kind: Annotated[
        str,
        Meta(
            description="expiring_soon, tier_at_risk, visit_overdue or birthday; more may be added.",
            examples=["expiring_soon"],
        ),
    ]
    wallet: Annotated[
        str | None,
        Meta(description="The wallet, `points` the main one; null: it is about no points.", examples=["points"]),
    ]
    points: Annotated[Int64 | None, Meta(description="The points; null: it is about none.", examples=[40])]
    tier: Annotated[TierAtRisk | None, Meta(description="The tier that is at risk; null: it is about none.")]
    at: Annotated[Instant, Meta(description="When it fell due.")]
    on: Annotated[
        Instant,
        Meta(
            description="When what it tells of happens: points expire, a tier is lost, the day of the birthday begins. "
            "Of an overdue visit: when the day of the last one began."
        ),
    ]


class EventTier(Answer, frozen=True, kw_only=True):
    """A tier that was reached, kept or lost."""

    level: Annotated[str, Meta(description="The level from then on.", examples=["bac"])]
    set: Annotated[str, Meta(description="The set of tiers; empty for the main one.", examples=[""])]
    reason: Annotated[str, Meta(description="promotion, review_kept, or more.", examples=["promotion"])]
    at: Annotated[Instant, Meta(description="From when.")]


class Event(Answer, frozen=True, kw_only=True):
    """One row of the journal."""

    number: Annotated[Int64, Meta(description="1, 2, 3 … per programme, in the order of commits.", examples=[4711])]
    fact: Annotated[str, Meta(description="The fact; its explanation tells more.", examples=[f"pur_{ID}"])]
    type: Annotated[str, Meta(description="What was asked; new types may be added.", examples=["purchase"])]
    member: Annotated[str, Meta(description="Whose account it changed.", examples=[f"mbr_{ID}"])]
    happened_at: Annotated[Instant, Meta(description="When it happened.")]
    decided_at: Annotated[Instant, Meta(description="When it was decided.")]
    entries: Annotated[list[EventEntry], Meta(description="Points that moved; none where nothing did.")]
    tiers: Annotated[list[EventTier], Meta(description="Tiers that were reached, kept or lost.")]
    notices: Annotated[list[EventNotice], Meta(description="What the member should hear.")]


class EventList(Answer, frozen=True, kw_only=True):
    """The next events. Ask again with `after` = `last_number`; nothing is ever skipped or changed."""

    data: Annotated[list[Event], Meta(description="Events in the order of their numbers.")]
    has_more: Annotated[bool, Meta(description="Whether there are more already.", examples=[False])]
    last_number: Annotated[Int64, Meta(description="The number to go on from.", examples=[4711])]
