"""Tiers that are given by hand."""

from datetime import date
from typing import Annotated

from msgspec import Meta
from pydantic import Field

from app.routers.models_answered import ID, Fact
from app.routers.wire import Asked, Instant, ReasonCode


class TierGrantAsked(Asked):
    """A level below which the member shall not fall for a time."""

    tier: ReasonCode = Field(description="The level, above the base level of its set.", examples=["vang"])
    set: ReasonCode | None = Field(
        default=None, description="The set of tiers; absent: the main one.", examples=["wine-club"]
    )
    last_valid_day: date | None = Field(
        default=None,
        strict=False,
        description="The last local day on which it holds; absent: until it is ended.",
        examples=["2999-12-31"],
    )
    reason: ReasonCode = Field(
        description="Why, as a code of yours: it stands in the journal for ever, so no names.", examples=["vip"]
    )


class TierGrantEndAsked(Asked):
    """What was given by hand shall end now."""

    set: ReasonCode | None = Field(
        default=None, description="The set of tiers; absent: the main one.", examples=["wine-club"]
    )
    reason: ReasonCode = Field(description="Why, as a code of yours.", examples=["mistake"])


class TierGrant(Fact, frozen=True, kw_only=True):
    """A tier that was given by hand, or the end of one."""

    id: Annotated[str, Meta(description="The fact.", examples=[f"tgr_{ID}"])]
    set: Annotated[str, Meta(description="The set of tiers; empty for the main one.", examples=[""])]
    given: Annotated[str | None, Meta(description="The level; null where it was ended.", examples=["vang"])]
    until: Annotated[Instant | None, Meta(description="The first instant without it; null: there is none.")]
    reason: Annotated[str, Meta(description="Why.", examples=["vip"])]
