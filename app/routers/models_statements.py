"""Statements: what a member's account was before a period, what moved in it, and what it was after."""

from typing import Annotated

from msgspec import Meta

from app.routers.models_answered import ID
from app.routers.models_members import Entry
from app.routers.wire import Answer, Int32, Int64

Day = Annotated[str, Meta(extra_json_schema={"format": "date"}, examples=["2026-03-31"])]
WalletShown = Annotated[str, Meta(description="The wallet; `points` is the main one.", examples=["points"])]


class KindTotal(Answer, frozen=True, kw_only=True):
    """All entries of one kind."""

    kind: Annotated[str, Meta(description="The kind of entry; more may be added.", examples=["accrual"])]
    entries: Annotated[Int32, Meta(description="How many there are.", examples=[4])]
    points: Annotated[Int64, Meta(description="Their sum, signed.", examples=[290])]


class Statement(Answer, frozen=True, kw_only=True):
    """A period of a wallet by the days on which its entries were booked. `opening` and all `kinds` make `closing`."""

    member: Annotated[str, Meta(description="The member.", examples=[f"mbr_{ID}"])]
    wallet: WalletShown
    from_date: Annotated[Day, Meta(description="The first local date.", examples=["2026-03-01"])]
    until_date: Annotated[Day, Meta(description="The last local date.", examples=["2026-03-31"])]
    is_closed: Annotated[
        bool, Meta(description="True when the period is over: nothing will ever be added to it.", examples=[True])
    ]
    opening: Annotated[Int64, Meta(description="The balance before; below zero while points are owed.", examples=[120])]
    closing: Annotated[Int64, Meta(description="The balance after.", examples=[410])]
    kinds: Annotated[list[KindTotal], Meta(description="What moved in the whole period, by kind.")]
    data: Annotated[list[Entry], Meta(description="The entries of this page, oldest first.")]
    has_more: Annotated[bool, Meta(description="True if there is another page.", examples=[False])]
    next_cursor: Annotated[str | None, Meta(description="For the next page.", examples=[None])]
