"""Corrections of purchases: partial refunds, voids, moves, confirmations; and cancellations by key."""

from typing import Annotated, Final
from uuid import UUID

from msgspec import Meta
from pydantic import Field

from app.engine import commands
from app.engine.commands import RefundLine
from app.routers.models_answered import ID, Fact, PaidWithPoints, Reversal
from app.routers.models_asked import LINES_MAX, MemberReference, Quantity, micro
from app.routers.models_games import PrizeTakenBack
from app.routers.problems import Problem
from app.routers.wire import Amount, Answer, Asked, Code, Instant, InstantAsked, Int32, Int64, Money, micros

PURCHASE: Final = "An id (`pur_…`) or your own (`ext:…`)."


class RefundLineAsked(Asked):
    """What of one line goes back: all that remains, or a quantity, or an amount."""

    line: int = Field(
        ge=0,
        lt=LINES_MAX,
        description="The place of the line in the purchase, from 0.",
        examples=[1],
        json_schema_extra={"format": "int32"},
    )
    quantity: Quantity | None = Field(default=None, description="How much of it; absent: see `amount`.")
    amount: Amount | None = Field(
        default=None, description="How much money of it; with neither, all that remains.", examples=[35000]
    )


class RefundAsked(Asked):
    """A purchase that goes back: named lines, an amount, or all that remains."""

    purchase: Code = Field(description=PURCHASE, examples=["pur_01jkm3x8e4f5gr6h7s8t9v0w1x"])
    lines: list[RefundLineAsked] = Field(
        default_factory=list,
        max_length=LINES_MAX,
        description="The lines that go back; empty: see `amount`.",
        examples=[[{"line": 1}]],
    )
    amount: Amount | None = Field(
        default=None,
        description="Money given back for no line in particular; with neither, all that remains goes back.",
        examples=[20000],
    )
    external_id: Code | None = Field(default=None, description="Your own id, unique per source.", examples=["refund-7"])
    not_after: InstantAsked | None = Field(
        default=None, description="Refused when it arrives later.", examples=["2026-05-01T09:16:00+07:00"]
    )

    def command(self, purchase: UUID) -> commands.Refund:
        """The command, for the purchase that was found."""
        lines = tuple(
            RefundLine(
                line=line.line,
                quantity_micro=None if line.quantity is None else micro(line.quantity),
                amount_minor=line.amount,
            )
            for line in self.lines
        )
        return commands.Refund(
            purchase=purchase,
            external_id=self.external_id,
            lines=lines,
            amount_minor=self.amount,
            not_after_us=None if self.not_after is None else micros(self.not_after),
        )


class MoveAsked(Asked):
    """To whom a purchase belongs."""

    member: MemberReference


class CancellationAsked(Asked):
    """The key of a request whose fate is unknown."""

    idempotency_key: str = Field(
        min_length=8,
        max_length=255,
        pattern=r"^[!-~]{8,255}$",
        description="The key that the request had, or would have had.",
        examples=["till-7-receipt-000123"],
    )


class Remaining(Answer, frozen=True, kw_only=True):
    """What remains of one line after all refunds."""

    line: Annotated[Int32, Meta(description="Its place in the purchase, from 0.", examples=[0])]
    quantity: Annotated[str, Meta(description="The quantity that was kept.", examples=["1"])]
    amount: Annotated[Int64, Meta(description="What was paid for it, in minor units.", examples=[55000])]


class RefundPlan(Fact, frozen=True, kw_only=True):
    """What a refund takes and gives."""

    purchase: Annotated[str, Meta(description="The purchase.", examples=[f"pur_{ID}"])]
    amount: Annotated[Money, Meta(description="The money of what goes back, the part paid with points included.")]
    award: Annotated[Reversal, Meta(description="The award taken back.")]
    other_awards: Annotated[
        list[Reversal], Meta(description="Awards of other wallets or lives taken back, in the purchase's order.")
    ]
    referral: Annotated[Reversal, Meta(description="The reward for having been referred, taken back.")]
    prizes_taken: Annotated[
        list[PrizeTakenBack], Meta(description="What draws, challenges, streaks, levels and the referral had given.")
    ]
    returned: Annotated[PaidWithPoints, Meta(description="Points that had paid for it and came back.")]
    remaining: Annotated[list[Remaining], Meta(description="What remains of the purchase, line by line.")]


class Refund(RefundPlan, frozen=True, kw_only=True):
    """A purchase undone, wholly or in part."""

    id: Annotated[str, Meta(description="The refund.", examples=[f"rfd_{ID}"])]
    external_id: Annotated[str | None, Meta(description="Your own id.", examples=["refund-7"])]


class Void(RefundPlan, frozen=True, kw_only=True):
    """A purchase undone as if it had not been; its receipt number is free for one that names it."""

    id: Annotated[str, Meta(description="The void.", examples=[f"vod_{ID}"])]


class Move(RefundPlan, frozen=True, kw_only=True):
    """A purchase taken from the wrong member; it was decided again for the right one, at its own time."""

    id: Annotated[str, Meta(description="The move.", examples=[f"mov_{ID}"])]
    moved_to: Annotated[str, Meta(description="The right member.", examples=[f"mbr_{ID}"])]
    replacement: Annotated[str, Meta(description="The purchase as it stands there.", examples=[f"pur_{ID}"])]


class Confirmation(Fact, frozen=True, kw_only=True):
    """Points that waited for an event and can be spent now."""

    id: Annotated[str, Meta(description="The confirmation.", examples=[f"cnf_{ID}"])]
    purchase: Annotated[str, Meta(description="The purchase.", examples=[f"pur_{ID}"])]
    points: Annotated[Int64, Meta(description="Points that matured.", examples=[290])]


class Cancellation(Answer, frozen=True, kw_only=True):
    """What became of a request: it was undone, or it will be refused should it still arrive."""

    outcome: Annotated[
        str, Meta(description="undone, already_undone, or refused_from_now_on.", examples=["refused_from_now_on"])
    ]
    fact: Annotated[str | None, Meta(description="What had been recorded; null if nothing had.")]
    undone_by: Annotated[
        str | None,
        Meta(description="What undid it, now or before; null if nothing had to be, and of a hold that had ended."),
    ]


class WaitingRefund(Answer, frozen=True, kw_only=True):
    """A refund that arrived before its purchase. It is carried out as soon as the purchase is recorded."""

    status: Annotated[str, Meta(description="waiting, or refused.", examples=["waiting"])]
    id: Annotated[str, Meta(description="The refund that it will be.", examples=[f"rfd_{ID}"])]
    received_at: Annotated[Instant, Meta(description="Since when it waits.")]
    problem: Annotated[Problem | None, Meta(description="Why it was refused; null while it waits.")]
