"""Corrections of purchases as managers send and see them."""

from typing import Annotated, Any, Final, Literal, Self

from msgspec import Meta
from pydantic import Field, model_validator

from app.routers.wire import Answer, Asked, Code, Instant, InstantAsked, Int32, Int64, ReasonCode

PURCHASES_MAX: Final = 10_000
CORRECTION_EXAMPLE: Final = "crn_01jkm3x8e4f5gr6h7s8t9v0w1x"
PURCHASE_EXAMPLE: Final = "pur_01jkm3x8e4f5gr6h7s8t9v0w1x"
KEY_EXAMPLE: Final = "key_01jkm3x8e4f5gr6h7s8t9v0w1x"
EXAMPLE: Final[dict[str, Any]] = {"versions": [2], "under": 3, "reason": "wrong-rate"}
Version = Annotated[int, Field(ge=1, le=999_999_999, json_schema_extra={"format": "int32"}, examples=[2])]


class CorrectionAsked(Asked):
    """Purchases to be decided again: those of a list, or those of versions, of a period, or of both."""

    under: Version = Field(description="The published version that is right.", examples=[3])
    reason: ReasonCode = Field(description="Why, as a code.", examples=["wrong-rate"])
    versions: list[Version] | None = Field(
        default=None, min_length=1, max_length=100, description="Only those that these judged.", examples=[[2]]
    )
    occurred_from: InstantAsked | None = Field(
        default=None, description="Only those that happened from then on.", examples=["2026-05-01T00:00:00+07:00"]
    )
    occurred_until: InstantAsked | None = Field(
        default=None, description="Only those that happened before.", examples=["2026-06-01T00:00:00+07:00"]
    )
    purchases: list[Code] | None = Field(
        default=None,
        min_length=1,
        max_length=PURCHASES_MAX,
        description="Only these (`pur_…`).",
        examples=[[PURCHASE_EXAMPLE]],
    )

    @model_validator(mode="after")
    def _is_bounded(self) -> Self:
        """Everything that there ever was is never meant."""
        if not (self.versions or self.occurred_from or self.occurred_until or self.purchases):
            raise ValueError("which purchases?")
        return self


class CorrectionSums(Answer, frozen=True, kw_only=True):
    """Purchases added up."""

    purchases: Annotated[Int64, Meta(description="How many.", examples=[812])]
    members: Annotated[Int64, Meta(description="Of how many members.", examples=[640])]
    points_up: Annotated[Int64, Meta(description="Points that they get.", examples=[9120])]
    points_down: Annotated[Int64, Meta(description="Points that are asked back.", examples=[0])]


class CorrectionLine(Answer, frozen=True, kw_only=True):
    """One purchase that differs."""

    purchase: Annotated[str, Meta(description="The purchase.", examples=[PURCHASE_EXAMPLE])]
    member: Annotated[str, Meta(description="Whose it was.", examples=["mbr_01jkm3x8e4f5gr6h7s8t9v0w1x"])]
    state: Annotated[
        Literal["planned", "done", "nothing", "refused", "unknown"],
        Meta(
            description="Planned; booked; nothing to do any more; refused; or unknown, because the right version looks "
            "at something that was not recorded."
        ),
    ]
    points_up: Annotated[Int64, Meta(description="Points that the member gets.", examples=[12])]
    points_down: Annotated[Int64, Meta(description="Points that are asked back.", examples=[0])]
    code: Annotated[str | None, Meta(description="Why it was refused, or nothing was done.", examples=[None])]
    adjustment: Annotated[
        str | None,
        Meta(
            description="The fact that booked it; `/v1/facts` explains it.", examples=["cor_01jkm3x8e4f5gr6h7s8t9v0w1x"]
        ),
    ]


class Correction(Answer, frozen=True, kw_only=True):
    """Purchases that are decided again: what it would do, and what of it is done."""

    id: Annotated[str, Meta(description="The correction.", examples=[CORRECTION_EXAMPLE])]
    state: Annotated[
        Literal["checking", "ready", "applying", "applied"],
        Meta(description="Looking for purchases; ready to be applied; being booked; done.", examples=["ready"]),
    ]
    under: Annotated[Int32, Meta(description="The version that is right.", examples=[3])]
    versions: Annotated[list[Int32] | None, Meta(description="Only purchases that these judged.", examples=[[2]])]
    occurred_from: Annotated[Instant | None, Meta(description="Only those that happened from then on.")]
    occurred_until: Annotated[Instant | None, Meta(description="Only those that happened before.")]
    reason: Annotated[str, Meta(description="Why.", examples=["wrong-rate"])]
    asked_by: Annotated[str, Meta(description="The key that asked for it.", examples=[KEY_EXAMPLE])]
    asked_at: Annotated[Instant, Meta(description="When.")]
    approved_by: Annotated[str | None, Meta(description="The key that let it be applied.", examples=[None])]
    approved_at: Annotated[Instant | None, Meta(description="When.")]
    checked: Annotated[Int64, Meta(description="Purchases that were decided again.", examples=[12000])]
    progress_ppm: Annotated[Int32, Meta(description="How far its state has come, in millionths.", examples=[1000000])]
    planned: Annotated[CorrectionSums, Meta(description="What is still to be booked.")]
    done: Annotated[CorrectionSums, Meta(description="What is booked.")]
    refused: Annotated[CorrectionSums, Meta(description="What cannot be booked.")]
    unknown: Annotated[CorrectionSums, Meta(description="What cannot be decided again.")]
    largest: Annotated[list[CorrectionLine], Meta(description="The purchases with the most points, at most 20.")]


class CorrectionList(Answer, frozen=True, kw_only=True):
    """A page of corrections, newest first."""

    data: Annotated[list[Correction], Meta(description="The corrections.")]
    has_more: Annotated[bool, Meta(description="True if there is another page.", examples=[False])]
    next_cursor: Annotated[str | None, Meta(description="For the next page.", examples=[None])]


class CorrectionLineList(Answer, frozen=True, kw_only=True):
    """A page of the purchases that differ."""

    data: Annotated[list[CorrectionLine], Meta(description="The purchases, in the order of their ids.")]
    has_more: Annotated[bool, Meta(description="True if there is another page.", examples=[False])]
    next_cursor: Annotated[str | None, Meta(description="For the next page.", examples=[None])]
