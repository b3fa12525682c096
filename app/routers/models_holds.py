"""Holds: points set aside for a while."""

from typing import Annotated, Final
from uuid import UUID

from msgspec import Meta
from pydantic import Field

from app.engine.commands import Capture, HoldPlace
from app.routers.models_answered import ID, Fact
from app.routers.models_asked import NOT_AFTER, MemberReference
from app.routers.wire import (
    Asked,
    Code,
    Instant,
    InstantAsked,
    Int32,
    Int64,
    Money,
    PointsAsked,
    WalletAsked,
    micros,
    wallet_name,
)

MINUTES_MAX: Final = 527_040
Minutes = Annotated[int, Field(ge=1, le=MINUTES_MAX, json_schema_extra={"format": "int32"})]


class HoldAsked(Asked):
    """Points to be set aside."""

    member: MemberReference
    points: PointsAsked = Field(description="A multiple of the rulebook's step.", examples=[100])
    wallet: WalletAsked | None = Field(default=None, description="Absent: `points`.", examples=["points"])
    minutes: Minutes | None = Field(
        default=None, description="For how long; absent: as the rulebook says.", examples=[15]
    )
    store: Code | None = Field(default=None, description="Your store number.", examples=["D1"])
    not_after: InstantAsked | None = Field(default=None, description=NOT_AFTER, examples=["2026-05-01T09:16:00+07:00"])

    def command(self) -> HoldPlace:
        """The command."""
        return HoldPlace(
            points=self.points,
            wallet=wallet_name(self.wallet),
            minutes=self.minutes,
            store=self.store,
            not_after_us=None if self.not_after is None else micros(self.not_after),
        )


class OwnHoldAsked(Asked):
    """Points that a phone sets aside for its own member."""

    points: PointsAsked = Field(description="A multiple of the rulebook's step.", examples=[100])
    wallet: WalletAsked | None = Field(default=None, description="Absent: `points`.", examples=["points"])

    def command(self) -> HoldPlace:
        """The command."""
        return HoldPlace(points=self.points, wallet=wallet_name(self.wallet))


class HoldExtensionAsked(Asked):
    """How much longer a hold shall last."""

    minutes: Minutes = Field(description="From now; within the hold's whole life.", examples=[15])


class CaptureAsked(Asked):
    """How much of a hold is redeemed."""

    points: PointsAsked | None = Field(
        default=None, description="Absent: all. What is not captured is released.", examples=[100]
    )
    store: Code | None = Field(default=None, description="Your store number.", examples=["D1"])
    not_after: InstantAsked | None = Field(default=None, description=NOT_AFTER, examples=["2026-05-01T09:16:00+07:00"])

    def command(self, hold: UUID) -> Capture:
        """The command, for the hold that was found."""
        not_after_us = None if self.not_after is None else micros(self.not_after)
        return Capture(hold=hold, points=self.points, store=self.store, not_after_us=not_after_us)


class HoldQuote(Fact, frozen=True, kw_only=True):
    """What would be set aside now."""

    wallet: Annotated[str, Meta(description="The wallet; `points` is the main one.", examples=["points"])]
    points: Annotated[Int64, Meta(description="Points set aside.", examples=[100])]
    value: Annotated[Money, Meta(description="What all of them take off when they are captured.")]
    until: Annotated[Instant, Meta(description="When the hold lapses unless somebody ends or extends it.")]
    life_until: Annotated[Instant, Meta(description="The latest instant to which it can be extended.")]
    rulebook_version: Annotated[Int32, Meta(description="The version that priced it.", examples=[3])]


class Hold(HoldQuote, frozen=True, kw_only=True):
    """Points set aside, as they were when the hold was placed."""

    id: Annotated[str, Meta(description="The hold.", examples=[f"hld_{ID}"])]


class HoldNow(Hold, frozen=True, kw_only=True):
    """A hold and what has become of it."""

    state: Annotated[str, Meta(description="active, captured, released, lapsed or merged.", examples=["active"])]


class HoldExtension(Fact, frozen=True, kw_only=True):
    """A hold that lasts longer."""

    id: Annotated[str, Meta(description="The extension.", examples=[f"hlx_{ID}"])]
    hold: Annotated[str, Meta(description="The hold.", examples=[f"hld_{ID}"])]
    until: Annotated[Instant, Meta(description="When the hold lapses now.")]


class HoldRelease(Fact, frozen=True, kw_only=True):
    """A hold that ended without a redemption."""

    id: Annotated[str, Meta(description="The release.", examples=[f"hlr_{ID}"])]
    hold: Annotated[str, Meta(description="The hold.", examples=[f"hld_{ID}"])]
    points: Annotated[Int64, Meta(description="Points that were let go.", examples=[100])]
