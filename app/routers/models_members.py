"""Members as callers send and see them."""

from typing import Annotated, Final

from pydantic import Field

from app.routers.models_answered import ID, Balance, Tier, Warned
from app.routers.wire import Answer, Asked, Code, Instant, Int32, Int64, Language, ShortText

Phone = Annotated[str, Field(pattern=r"^\+?[0-9][0-9 ().-]{4,24}$", examples=["+84903123456"])]
ENROL_EXAMPLE: Final = {
    "external_id": "customer-4711",
    "card": "2900000000017",
    "phone": "+84903123456",
    "name": "Nguyễn Thị Lan",
    "language": "vi",
}


class MemberAsked(Asked):
    """Who is to be enrolled: at least one of your own id, a card and a phone."""

    external_id: Code | None = Field(default=None, description="Your own id.", examples=["customer-4711"])
    card: Code | None = Field(default=None, description="A card; every source can read it.", examples=["2900000000017"])
    phone: Phone | None = Field(default=None, description="Kept as given; nobody is found by it yet.")
    name: ShortText | None = Field(default=None, description="What to call them.", examples=["Nguyễn Thị Lan"])
    language: Language | None = Field(default=None, description="Absent: the programme's.")
    referral_code: Code | None = Field(
        default=None, description="The code of the member who brought them.", examples=["K7MWX4TP"]
    )


class MemberEdit(Asked):
    """What is to change. What is absent stays; null removes."""

    name: ShortText | None = Field(default=None, description="What to call them.", examples=["Nguyễn Thị Lan"])
    phone: Phone | None = Field(default=None, description="Kept as given.")
    language: Language | None = Field(default=None, description="Cannot be removed: null leaves it as it is.")
    card: Code | None = Field(default=None, description="A further card.", examples=["2900000000024"])


class Enrolment(Answer):
    """The member, found or made. The same for the first answer and for a retry."""

    id: str = Field(description="The member.", examples=[f"mbr_{ID}"])
    created: bool = Field(description="True if this enrolled them; false if they were enrolled.", examples=[True])
    referral_code: str = Field(description="Their own code, to bring friends with.", examples=["K7MWX4TP"])
    referred_until: Instant | None = Field(
        description="Until when their first purchase can qualify for the referral; null without one."
    )
    decided_at: Instant = Field(description="When it was decided.")
    balance: Balance = Field(description="The balance after it.")
    tier: Tier = Field(description="The tier after it.")
    warnings: list[Warned] = Field(description="Nothing, usually.")


class Member(Answer):
    """Who a member is."""

    id: str = Field(description="The member.", examples=[f"mbr_{ID}"])
    external_id: str | None = Field(description="Your own id.", examples=["customer-4711"])
    cards: list[str] = Field(description="Their cards.", examples=[["2900000000017"]])
    phone: str | None = Field(description="As it was given.", examples=["+84903123456"])
    name: str | None = Field(description="What to call them.", examples=["Nguyễn Thị Lan"])
    language: str = Field(description="The language that they read.", examples=["vi"])
    referral_code: str = Field(description="Their own code, to bring friends with.", examples=["K7MWX4TP"])
    created_at: Instant = Field(description="When they were first seen.")
    updated_at: Instant = Field(description="When this was last changed.")


class BalanceNow(Answer):
    """The balance at this instant: what has expired is gone, whether or not a background job has run."""

    member: str = Field(description="The member.", examples=[f"mbr_{ID}"])
    points: Int64 = Field(description="Points that can be spent.", examples=[320])
    debt: Int64 = Field(description="Points that a refund asked back and did not find.", examples=[0])
    as_of: Instant = Field(description="The programme's now.")


class Level(Answer):
    """A level of the rulebook in force."""

    id: str = Field(description="The level.", examples=["vang"])
    title: str = Field(description="Its title in the language asked for.", examples=["Vàng"])
    from_points: Int64 = Field(description="From how many points it is reached.", examples=[2000])


class TierNow(Answer):
    """The tier at this instant, with all levels."""

    member: str = Field(description="The member.", examples=[f"mbr_{ID}"])
    tier: Tier = Field(description="The tier and the way to the next.")
    levels: list[Level] = Field(description="All levels, from the base level upwards.")
    as_of: Instant = Field(description="The programme's now.")


class Entry(Answer):
    """Points that moved."""

    number: Int32 = Field(description="1, 2, 3 … per member.", examples=[12])
    kind: str = Field(
        description="accrual, redemption, expiry, reversal, return, referral, referral_reversal; more may be added.",
        examples=["accrual"],
    )
    points: Int64 = Field(description="Signed.", examples=[290])
    balance_after: Int64 = Field(description="Below zero while points are owed.", examples=[320])
    fact: str = Field(description="What moved them.", examples=[f"pur_{ID}"])
    effective_at: Instant = Field(description="When it counts.")
    booked_at: Instant = Field(description="Since when our answers included it.")


class EntryList(Answer):
    """A page of entries, newest first."""

    data: list[Entry] = Field(description="The entries.")
    has_more: bool = Field(description="True if there is another page.", examples=[False])
    next_cursor: str | None = Field(description="For the next page.", examples=[None])


class TokenAsked(Asked):
    """A token for a member's phone."""

    ttl_seconds: int = Field(
        default=600,
        ge=60,
        le=3600,
        description="How long it works, in real time.",
        examples=[600],
        json_schema_extra={"format": "int32"},
    )


class Token(Answer):
    """A token for a member's phone: an EdDSA JWT, checked with /.well-known/jwks.json."""

    token: str = Field(description="Send it as `Authorization: Bearer …`.", examples=["eyJhbGciOiJFZERTQSJ9.e30.c2ln"])
    expires_at: Instant = Field(description="When it ends, in real time.")


class Me(Answer):
    """What a phone shows."""

    id: str = Field(description="The member.", examples=[f"mbr_{ID}"])
    name: str | None = Field(description="What to call them.", examples=["Nguyễn Thị Lan"])
    program: str = Field(description="The programme's name.", examples=["Cà phê Sông Hàn"])
    currency: str = Field(description="ISO 4217.", examples=["VND"])
    referral_code: str = Field(description="Their own code, to bring friends with.", examples=["K7MWX4TP"])
    balance: Balance = Field(description="The balance at this instant.")
    redeemable_points: Int64 = Field(description="How many of the points can be redeemed now.", examples=[300])
    redeemable_value: Int64 = Field(description="What those would take off, in minor units.", examples=[30000])
    tier: Tier = Field(description="The tier and the way to the next.")
    rulebook_version: Int32 | None = Field(description="The version in force; null: none.", examples=[3])
