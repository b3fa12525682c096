"""Claims as callers send and see them: the code of a receipt, and what it brought."""

from typing import Annotated, Final

from msgspec import Meta
from pydantic import Field

from app.routers.models_answered import ID, Fact
from app.routers.models_asked import MemberReference
from app.routers.wire import Asked, Code, Int64

CODE: Final = "4XJ7-0M2Q-T9VK-81ZD"
HOW: Final = "As it stands on the receipt. Hyphens, spaces and case do not matter; I and L are read as 1, O as 0."


class ClaimAsked(Asked):
    """Who has the receipt, and its code."""

    member: MemberReference
    code: Code = Field(description=HOW, examples=[CODE])


class OwnClaimAsked(Asked):
    """The code of the receipt that the member has."""

    code: Code = Field(description=HOW, examples=[CODE])


class Claim(Fact, frozen=True, kw_only=True):
    """What a receipt brought, and where the member stands now."""

    id: Annotated[str, Meta(description="The fact.", examples=[f"mrg_{ID}"])]
    points: Annotated[Int64, Meta(description="Points that came, less what was owed after a refund.", examples=[145])]
