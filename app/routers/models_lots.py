"""Lots: single credits, and which of them paid for a redemption."""

from typing import Annotated

from msgspec import Meta

from app.routers.models_answered import ID
from app.routers.wire import Answer, Instant, Int32, Int64

LastDay = Annotated[
    str | None,
    Meta(
        description="The last local date on which the points can be spent; null: they expire on no date of their own.",
        examples=["2027-03-10"],
    ),
]


class Origin(Answer, frozen=True, kw_only=True):
    """The lot as which points were first granted, before they changed hands."""

    member: Annotated[str, Meta(description="To whom.", examples=[f"mbr_{ID}"])]
    lot: Annotated[Int32, Meta(description="The number of the lot there.", examples=[3])]


class Lot(Answer, frozen=True, kw_only=True):
    """One credit. `granted` is the sum of remaining, used, expired, reversed and moved."""

    number: Annotated[Int32, Meta(description="1, 2, 3 … per member.", examples=[7])]
    wallet: Annotated[str, Meta(description="The wallet; `points` is the main one.", examples=["points"])]
    fact: Annotated[str, Meta(description="What granted the points, usually a purchase.", examples=[f"pur_{ID}"])]
    origin: Annotated[Origin | None, Meta(description="Where points came from that were another's; null: nowhere.")]
    earned_at: Annotated[Instant, Meta(description="When they were earned. Moving points makes them no younger.")]
    is_pending: Annotated[bool, Meta(description="True while they cannot be spent yet.", examples=[False])]
    available_at: Annotated[
        Instant | None, Meta(description="When pending points mature; null: at once, or when they are confirmed.")
    ]
    expires_at: Annotated[
        Instant | None, Meta(description="The first instant without them; null: on no date of their own.")
    ]
    last_valid_day: LastDay
    lapses: Annotated[
        bool,
        Meta(
            description="True if they go when the member stays away for too long; the balance says when.",
            examples=[False],
        ),
    ]
    granted: Annotated[Int64, Meta(description="What the fact granted.", examples=[290])]
    remaining: Annotated[Int64, Meta(description="What is left of it.", examples=[190])]
    held: Annotated[Int64, Meta(description="What of that is set aside.", examples=[0])]
    used: Annotated[Int64, Meta(description="What was spent, or repaid a debt.", examples=[100])]
    expired: Annotated[Int64, Meta(description="What expired.", examples=[0])]
    reversed: Annotated[Int64, Meta(description="What refunds took back.", examples=[0])]
    moved: Annotated[Int64, Meta(description="What went to other members.", examples=[0])]
    uncollected: Annotated[Int64, Meta(description="What a refund asked back in vain.", examples=[0])]


class LotList(Answer, frozen=True, kw_only=True):
    """A page of lots: those with points first, in the order in which they are spent; then the others, newest first."""

    data: Annotated[list[Lot], Meta(description="The lots.")]
    has_more: Annotated[bool, Meta(description="True if there is another page.", examples=[False])]
    next_cursor: Annotated[str | None, Meta(description="For the next page.", examples=[None])]


class PaidBy(Answer, frozen=True, kw_only=True):
    """Points of one lot that paid, and what had granted them."""

    points: Annotated[Int64, Meta(description="How many.", examples=[100])]
    lot: Annotated[Int32, Meta(description="The number of the lot.", examples=[7])]
    fact: Annotated[str, Meta(description="What granted the points, usually a purchase.", examples=[f"pur_{ID}"])]
    origin: Annotated[Origin | None, Meta(description="Where points came from that were another's; null: nowhere.")]
    earned_at: Annotated[Instant, Meta(description="When they were earned.")]
    last_valid_day: LastDay


class Sources(Answer, frozen=True, kw_only=True):
    """Which lots paid for a redemption. The points of `data` add up to `points`."""

    redemption: Annotated[str, Meta(description="The redemption.", examples=[f"rdm_{ID}"])]
    points: Annotated[Int64, Meta(description="What it took.", examples=[100])]
    data: Annotated[list[PaidBy], Meta(description="The lots, in the order in which they were spent.")]
