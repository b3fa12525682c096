"""Points between members: transfers, gifts, households."""

from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta
from pydantic import Field

from app.engine.commands import TransferOut
from app.routers.models_answered import ID, Fact
from app.routers.models_asked import NOT_AFTER, MemberReference
from app.routers.wire import Answer, Asked, InstantAsked, Int64, PointsAsked, WalletAsked, micros, wallet_name


class TransferAsked(Asked):
    """Points for another member."""

    member: MemberReference = Field(description="Who gives.")
    to: MemberReference = Field(description="Who gets.")
    points: PointsAsked = Field(description="How many.", examples=[100])
    wallet: WalletAsked | None = Field(default=None, description="Absent: `points`.", examples=["points"])
    kind: Literal["transfer", "gift"] = Field(
        default="transfer",
        description="What to call it.",
        examples=["gift"],
        json_schema_extra={"x-extensible-enum": True},
    )
    not_after: InstantAsked | None = Field(default=None, description=NOT_AFTER, examples=["2026-05-01T09:16:00+07:00"])

    def command(self, to: UUID) -> TransferOut:
        """The command, for the member who was found."""
        return TransferOut(
            to=to,
            points=self.points,
            wallet=wallet_name(self.wallet),
            reason=self.kind,
            not_after_us=None if self.not_after is None else micros(self.not_after),
        )


class HouseholdMemberAsked(Asked):
    """A member who joins."""

    member: MemberReference


class TransferQuote(Fact, frozen=True, kw_only=True):
    """What would leave now."""

    kind: Annotated[str, Meta(description="transfer or gift.", examples=["gift"])]
    to: Annotated[str, Meta(description="Who got them.", examples=[f"mbr_{ID}"])]
    wallet: Annotated[str, Meta(description="The wallet.", examples=["points"])]
    points: Annotated[Int64, Meta(description="How many.", examples=[100])]
    lots: Annotated[list[Int64], Meta(description="The same, by the lots that they were, in spending order.")]


class Transfer(TransferQuote, frozen=True, kw_only=True):
    """Points that went to another member, each as old as it was."""

    id: Annotated[str, Meta(description="The transfer.", examples=[f"trf_{ID}"])]


class Household(Answer, frozen=True, kw_only=True):
    """A shared wallet and who shares it."""

    id: Annotated[
        str, Meta(description="The household: a member's id, whose balance is the shared one.", examples=[f"mbr_{ID}"])
    ]
    members: Annotated[list[str], Meta(description="Who shares it.", examples=[[f"mbr_{ID}"]])]
    points: Annotated[Int64, Meta(description="Points that can be spent by any of them.", examples=[800])]


class HouseholdMembership(Fact, frozen=True, kw_only=True):
    """A member who joined or left."""

    id: Annotated[str, Meta(description="The fact.", examples=[f"hhj_{ID}"])]
    household: Annotated[str, Meta(description="The household.", examples=[f"mbr_{ID}"])]
    shares: Annotated[bool, Meta(description="Whether they share it now.", examples=[True])]
