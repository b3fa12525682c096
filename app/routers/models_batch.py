"""Many commands in one body, and many results."""

from typing import Annotated, Final, Literal

from msgspec import Meta
from pydantic import Field

from app.routers import models_activities, models_answered, models_corrections
from app.routers.models_activities import ActivityAsked
from app.routers.models_asked import PurchaseAsked, RedemptionAsked
from app.routers.models_corrections import RefundAsked
from app.routers.problems import Problem
from app.routers.wire import Answer, Asked, Code, Int32

COMMANDS_MAX: Final = 1000


class RedemptionCancelAsked(Asked):
    """A redemption to be given back."""

    redemption: Code = Field(description="An id (`rdm_…`).", examples=["rdm_01jkm3x8e4f5gr6h7s8t9v0w1x"])


class CommandAsked(Asked):
    """One command: its kind, and the body that the kind names."""

    idempotency_key: str = Field(
        min_length=8,
        max_length=255,
        pattern=r"^[!-~]{8,255}$",
        description="As the header of a single request.",
        examples=["till-7-receipt-000123"],
    )
    kind: Literal["purchase", "refund", "redemption", "redemption_cancel", "activity"] = Field(
        description="Which of the bodies is given.",
        examples=["purchase"],
        json_schema_extra={"x-extensible-enum": True},
    )
    purchase: PurchaseAsked | None = Field(default=None, description="With the kind `purchase`.")
    refund: RefundAsked | None = Field(default=None, description="With the kind `refund`.")
    redemption: RedemptionAsked | None = Field(default=None, description="With the kind `redemption`.")
    redemption_cancel: RedemptionCancelAsked | None = Field(
        default=None, description="With the kind `redemption_cancel`."
    )
    activity: ActivityAsked | None = Field(default=None, description="With the kind `activity`.")

    @property
    def body(self) -> PurchaseAsked | RefundAsked | RedemptionAsked | RedemptionCancelAsked | ActivityAsked:
        """The one body."""
        body = self.purchase or self.refund or self.redemption or self.redemption_cancel or self.activity
        assert body is not None, "commands without a body were set apart"
        return body


class BatchAsked(Asked):
    """Commands, carried out in this order for each member."""

    commands: list[CommandAsked] = Field(min_length=1, max_length=COMMANDS_MAX, description="The commands.")


class Result(Answer, frozen=True, kw_only=True):
    """What became of one command: the answer of its kind, or a problem. Everything else is null."""

    index: Annotated[Int32, Meta(description="Its place in the request, from 0.", examples=[0])]
    idempotency_key: Annotated[
        str | None, Meta(description="Its key; null if that was no key.", examples=["till-7-000123"])
    ]
    status: Annotated[Int32, Meta(description="The status that a single request would have had.", examples=[201])]
    replayed: Annotated[bool, Meta(description="True if it had been carried out before.", examples=[False])]
    purchase: Annotated[models_answered.Purchase | None, Meta(description="The purchase.")]
    refund: Annotated[models_corrections.Refund | None, Meta(description="The refund.")]
    waiting_refund: Annotated[
        models_corrections.WaitingRefund | None, Meta(description="The refund, while it waits for its purchase (202).")
    ]
    redemption: Annotated[models_answered.Redemption | None, Meta(description="The redemption.")]
    redemption_cancel: Annotated[models_answered.RedemptionCancellation | None, Meta(description="The cancellation.")]
    activity: Annotated[models_activities.Activity | None, Meta(description="The activity.")]
    problem: Annotated[Problem | None, Meta(description="Why it was not carried out.")]


class BatchAnswer(Answer, frozen=True, kw_only=True):
    """One result a command, in the order of the request."""

    results: Annotated[list[Result], Meta(description="The results.")]
