"""Points given or taken by hand: adjustments, goodwill, later expiry, and the second person."""

from datetime import date
from typing import Annotated, Final

from msgspec import Meta
from pydantic import Field

from app.engine.commands import Goodwill
from app.routers.models_answered import ID, Fact, Reversal
from app.routers.models_asked import NOT_AFTER, MemberReference
from app.routers.wire import (
    Answer,
    Asked,
    Code,
    Instant,
    InstantAsked,
    Int32,
    Int64,
    PointsAsked,
    ReasonCode,
    ShortText,
    WalletAsked,
    micros,
)

POINTS_MAX: Final = 10**12
REASON: Final = "Why, as a code of yours: it stands in the journal for ever, so no names."


class AdjustmentAsked(Asked):
    """Points to be given (positive) or taken (negative)."""

    member: MemberReference
    points: int = Field(
        ge=-POINTS_MAX,
        le=POINTS_MAX,
        description="Positive gives, negative takes; not zero.",
        examples=[150],
        json_schema_extra={"format": "int64"},
    )
    reason: ReasonCode = Field(description=REASON, examples=["damaged-goods"])
    note: ShortText | None = Field(default=None, description="For people; it can be erased.", examples=["Broken lid"])
    wallet: WalletAsked | None = Field(default=None, description="Absent: `points`.", examples=["points"])
    last_valid_day: date | None = Field(
        default=None,
        strict=False,
        description="The last local day on which the points are good; absent: as the wallet says.",
        examples=["2027-06-30"],
    )
    never_expires: bool = Field(default=False, description="The points are good for ever.", examples=[False])


class GoodwillAsked(Asked):
    """A small gift of a member of the staff."""

    member: MemberReference
    points: PointsAsked = Field(description="At most as many as the rulebook allows.", examples=[20])
    staff: Code = Field(description="Your staff number, not a name.", examples=["112"])
    reason: ReasonCode = Field(description=REASON, examples=["long-wait"])
    not_after: InstantAsked | None = Field(default=None, description=NOT_AFTER, examples=["2026-05-01T09:16:00+07:00"])

    def command(self) -> Goodwill:
        """The command."""
        not_after_us = None if self.not_after is None else micros(self.not_after)
        return Goodwill(points=self.points, staff=self.staff, reason=self.reason, not_after_us=not_after_us)


class ExtensionAsked(Asked):
    """Until when a lot shall be good."""

    last_valid_day: date = Field(
        strict=False, description="The last local day; later than it was.", examples=["2027-06-30"]
    )
    reason: ReasonCode = Field(description=REASON, examples=["long-illness"])


class Given(Fact, frozen=True, kw_only=True):
    """Points given or taken by hand."""

    wallet: Annotated[str, Meta(description="The wallet.", examples=["points"])]
    points: Annotated[Int64, Meta(description="Points; negative ones were taken.", examples=[150])]
    reason: Annotated[str, Meta(description="Why.", examples=["damaged-goods"])]
    lot: Annotated[Int32 | None, Meta(description="The lot that they are; null where points were taken.", examples=[7])]


class Adjustment(Given, frozen=True, kw_only=True):
    """A recorded adjustment."""

    id: Annotated[str, Meta(description="The adjustment.", examples=[f"adj_{ID}"])]
    note: Annotated[str | None, Meta(description="As it was given.", examples=["Broken lid"])]
    asked_by: Annotated[str | None, Meta(description="The key that asked for it.", examples=[f"key_{ID}"])]
    approved_by: Annotated[
        str | None,
        Meta(description="The key of the second person; null where none was needed.", examples=[f"key_{ID}"]),
    ]


class GoodwillGift(Given, frozen=True, kw_only=True):
    """A recorded gift of the staff."""

    id: Annotated[str, Meta(description="The gift.", examples=[f"gdw_{ID}"])]
    staff: Annotated[str, Meta(description="Who gave it.", examples=["112"])]


class AdjustmentCancellation(Fact, frozen=True, kw_only=True):
    """An adjustment or gift taken back."""

    id: Annotated[str, Meta(description="The cancellation.", examples=[f"adc_{ID}"])]
    adjustment: Annotated[str, Meta(description="What was taken back.", examples=[f"adj_{ID}"])]
    reversed: Annotated[Reversal, Meta(description="Points that it had given, asked back.")]
    returned: Annotated[Int64, Meta(description="Points that it had taken and that came back.", examples=[0])]


class Extension(Fact, frozen=True, kw_only=True):
    """A lot that is good for longer."""

    id: Annotated[str, Meta(description="The extension.", examples=[f"lex_{ID}"])]
    lot: Annotated[Int32, Meta(description="The lot.", examples=[7])]
    expires_before: Annotated[Instant | None, Meta(description="When it would have expired.")]
    expires_at: Annotated[Instant, Meta(description="When it expires now.")]
    reason: Annotated[str, Meta(description="Why.", examples=["long-illness"])]


class AdjustmentRequest(Answer, frozen=True, kw_only=True):
    """An adjustment that waits for a second person, or what that person made of it."""

    id: Annotated[str, Meta(description="The request.", examples=[f"adr_{ID}"])]
    state: Annotated[str, Meta(description="pending, approved or rejected.", examples=["pending"])]
    member: Annotated[str, Meta(description="The member.", examples=[f"mbr_{ID}"])]
    wallet: Annotated[str, Meta(description="The wallet.", examples=["points"])]
    points: Annotated[Int64, Meta(description="Points; negative ones are taken.", examples=[5000])]
    reason: Annotated[str, Meta(description="Why.", examples=["damaged-goods"])]
    note: Annotated[str | None, Meta(description="As it was given.")]
    asked_by: Annotated[str, Meta(description="The key that asked.", examples=[f"key_{ID}"])]
    decided_by: Annotated[
        str | None, Meta(description="The key that decided; null while it is pending, or if it was cancelled.")
    ]
    created_at: Annotated[Instant, Meta(description="When it was asked for.")]
    decided_at: Annotated[Instant | None, Meta(description="When it was decided.")]
    adjustment: Annotated[str | None, Meta(description="The adjustment that was made; null without one.")]


class AdjustmentRequestList(Answer, frozen=True, kw_only=True):
    """Requests that nobody has decided, the longest waiting first."""

    data: Annotated[list[AdjustmentRequest], Meta(description="The requests.")]
