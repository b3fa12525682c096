"""Members as callers send and see them."""

from typing import Annotated, Final

from msgspec import Meta
from pydantic import Field

from app.routers.models_answered import ID, Balance, Messages, Tier, Warned
from app.routers.models_people import (
    ATTRIBUTES,
    BIRTHDAY,
    CONSENTS_ASKED_MAX,
    DEVICE,
    PHONE,
    AttributesAsked,
    Birthday,
    ConsentAsked,
    Email,
    Phone,
)
from app.routers.models_progress import GiftHeld
from app.routers.wire import Answer, Asked, Code, Instant, Int32, Int64, Language, ShortText

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
    phone: Phone | None = Field(default=None, description=PHONE)
    name: ShortText | None = Field(default=None, description="What to call them.", examples=["Nguyễn Thị Lan"])
    language: Language | None = Field(default=None, description="Absent: the programme's.")
    referral_code: Code | None = Field(
        default=None, description="The code of the member who brought them, or their phone.", examples=["K7MWX4TP"]
    )
    heard_from: Code | None = Field(
        default=None,
        description="“Who sent you?”, where there is no code: your own code for the answer.",
        examples=["friend"],
    )
    birthday: Birthday | None = Field(default=None, description=BIRTHDAY)
    email: Email | None = Field(default=None, description="Their e-mail address; it leads nobody to them.")
    attributes: AttributesAsked = Field(default_factory=dict, description=ATTRIBUTES)
    device_id: Code | None = Field(default=None, description=DEVICE, examples=["4f1c9f0e"])
    consents: list[ConsentAsked] = Field(
        default_factory=list, max_length=CONSENTS_ASKED_MAX, description="What they say to be asked and told."
    )


class MemberEdit(Asked):
    """What is to change. What is absent stays; null removes."""

    name: ShortText | None = Field(default=None, description="What to call them.", examples=["Nguyễn Thị Lan"])
    phone: Phone | None = Field(default=None, description=PHONE)
    language: Language | None = Field(default=None, description="Cannot be removed: null leaves it as it is.")
    card: Code | None = Field(default=None, description="A further card.", examples=["2900000000024"])
    birthday: Birthday | None = Field(default=None, description=BIRTHDAY)
    email: Email | None = Field(default=None, description="Their e-mail address; it leads nobody to them.")
    attributes: AttributesAsked = Field(
        default_factory=dict, description=f"{ATTRIBUTES} Those that are not named stay; null removes one."
    )
    device_id: Code | None = Field(default=None, description=DEVICE, examples=["4f1c9f0e"])


class Enrolment(Answer, frozen=True, kw_only=True):
    """The member, found or made. The same for the first answer and for a retry."""

    id: Annotated[str, Meta(description="The member.", examples=[f"mbr_{ID}"])]
    created: Annotated[
        bool, Meta(description="True if this enrolled them; false if they were enrolled.", examples=[True])
    ]
    referral_code: Annotated[str, Meta(description="Their own code, to bring friends with.", examples=["K7MWX4TP"])]
    referred_until: Annotated[
        Instant | None,
        Meta(description="Until when their first purchase can qualify for the referral; null without one."),
    ]
    decided_at: Annotated[Instant, Meta(description="When it was decided.")]
    balance: Annotated[Balance, Meta(description="The balance after it.")]
    tier: Annotated[Tier, Meta(description="The tier after it.")]
    warnings: Annotated[list[Warned], Meta(description="Nothing, usually.")]
    messages: Annotated[Messages, Meta(description="In words. Not recorded: they follow the member's language.")]


class Member(Answer, frozen=True, kw_only=True):
    """Who a member is."""

    id: Annotated[str, Meta(description="The member.", examples=[f"mbr_{ID}"])]
    external_id: Annotated[str | None, Meta(description="Your own id.", examples=["customer-4711"])]
    cards: Annotated[list[str], Meta(description="Their cards.", examples=[["2900000000017"]])]
    phone: Annotated[str | None, Meta(description="As it was given.", examples=["+84903123456"])]
    name: Annotated[str | None, Meta(description="What to call them.", examples=["Nguyễn Thị Lan"])]
    language: Annotated[str, Meta(description="The language that they read.", examples=["vi"])]
    birthday: Annotated[str | None, Meta(description="`1990-05-17`, or `05-17`.", examples=["1990-05-17"])]
    email: Annotated[str | None, Meta(description="Their e-mail address.", examples=["lan@example.com"])]
    attributes: Annotated[
        dict[str, str],
        Meta(
            description="What is known of them, by the ids of the rulebook's attributes; without the personal ones, "
            "unless the key has the scope manager.",
            examples=[{"plan": "gold"}],
        ),
    ]
    referral_code: Annotated[str, Meta(description="Their own code, to bring friends with.", examples=["K7MWX4TP"])]
    created_at: Annotated[Instant, Meta(description="When they were first seen.")]
    updated_at: Annotated[Instant, Meta(description="When this was last changed.")]
    erased_at: Annotated[Instant | None, Meta(description="When everything personal was destroyed; null: it was not.")]


LastValidDay = Annotated[
    str,
    Meta(
        description="The last local date on which they can be spent.",
        examples=["2027-03-10"],
        extra_json_schema={"format": "date"},
    ),
]


class ExpiringOn(Answer, frozen=True, kw_only=True):
    """Points that go at one instant."""

    points: Annotated[Int64, Meta(description="How many.", examples=[40])]
    expires_at: Annotated[Instant, Meta(description="The first instant without them.")]
    last_valid_day: LastValidDay


class ExpiringSoon(Answer, frozen=True, kw_only=True):
    """What goes within some days, unless it is spent before."""

    days: Annotated[Int32, Meta(description="How many days were looked ahead.", examples=[30])]
    points: Annotated[Int64, Meta(description="All of them together.", examples=[40])]
    data: Annotated[list[ExpiringOn], Meta(description="By the day on which they go, soonest first.")]


class Lapse(Answer, frozen=True, kw_only=True):
    """When points without a date of their own go, all together, unless the member does something before."""

    at: Annotated[Instant, Meta(description="The first instant without them.")]
    last_valid_day: LastValidDay


class SharedWallet(Answer, frozen=True, kw_only=True):
    """The main wallet of a household; what a member can spend is their own points and these."""

    household: Annotated[str, Meta(description="The household.", examples=[f"mbr_{ID}"])]
    points: Annotated[Int64, Meta(description="Points that any of its members can spend.", examples=[800])]
    expiring_soon: Annotated[
        ExpiringSoon | None,
        Meta(description="What of them goes soon; null for another instant, and where the rulebook is silent."),
    ]
    lapses: Annotated[
        Lapse | None,
        Meta(description="When it goes for want of activity; null if it does not, and for another instant."),
    ]


class BalanceNow(Answer, frozen=True, kw_only=True):
    """The balance at this instant: what has expired is gone, whether or not a background job has run."""

    member: Annotated[str, Meta(description="The member.", examples=[f"mbr_{ID}"])]
    wallet: Annotated[str, Meta(description="The wallet; `points` is the main one.", examples=["points"])]
    points: Annotated[Int64, Meta(description="Points that can be spent.", examples=[320])]
    debt: Annotated[Int64, Meta(description="Points that a refund asked back and did not find.", examples=[0])]
    pending: Annotated[
        Int64 | None, Meta(description="Points that cannot be spent yet; null for the past.", examples=[0])
    ]
    held: Annotated[Int64 | None, Meta(description="Points that are set aside; null for the past.", examples=[0])]
    shared: Annotated[
        SharedWallet | None, Meta(description="The household's wallet; null without one, and for the past.")
    ]
    expiring_soon: Annotated[
        ExpiringSoon | None,
        Meta(description="What goes soon; null for another instant, and where the rulebook says nothing of it."),
    ]
    lapses: Annotated[
        Lapse | None,
        Meta(description="When the wallet goes for want of activity; null if it does not, and for another instant."),
    ]
    gifts: Annotated[
        list[GiftHeld] | None,
        Meta(description="What the member can take at no cost, soonest ending first; null for another instant."),
    ]
    as_of: Annotated[Instant, Meta(description="The instant that was asked for; else the programme's now.")]
    known_at: Annotated[Instant | None, Meta(description="As far as we knew then; null: as far as we know.")]


class Level(Answer, frozen=True, kw_only=True):
    """A level of the rulebook in force."""

    id: Annotated[str, Meta(description="The level.", examples=["vang"])]
    title: Annotated[str, Meta(description="Its title in the language asked for.", examples=["Vàng"])]
    from_points: Annotated[
        Int64 | None,
        Meta(description="From how many points it is reached; null where it takes something else.", examples=[2000]),
    ]


class TierSet(Answer, frozen=True, kw_only=True):
    """Another set of tiers than the main one."""

    set: Annotated[str, Meta(description="The set.", examples=["wine-club"])]
    title: Annotated[str, Meta(description="Its title in the language asked for.", examples=["Wine club"])]
    levels: Annotated[list[Level], Meta(description="Its levels, from the base level upwards.")]


class TierNow(Answer, frozen=True, kw_only=True):
    """The tier at this instant, with all levels."""

    member: Annotated[str, Meta(description="The member.", examples=[f"mbr_{ID}"])]
    tier: Annotated[Tier, Meta(description="The tier and the way to the next.")]
    levels: Annotated[list[Level], Meta(description="All levels, from the base level upwards.")]
    sets: Annotated[list[TierSet], Meta(description="The other sets of tiers.")]
    as_of: Annotated[Instant, Meta(description="The programme's now.")]


class Entry(Answer, frozen=True, kw_only=True):
    """Points that moved."""

    number: Annotated[Int32, Meta(description="1, 2, 3 … per member and wallet.", examples=[12])]
    kind: Annotated[
        str,
        Meta(
            description="accrual, redemption, expiry, reversal, return, referral, referral_reversal, or more.",
            examples=["accrual"],
        ),
    ]
    points: Annotated[Int64, Meta(description="Signed.", examples=[290])]
    balance_after: Annotated[Int64, Meta(description="Below zero while points are owed.", examples=[320])]
    fact: Annotated[str, Meta(description="What moved them.", examples=[f"pur_{ID}"])]
    effective_at: Annotated[Instant, Meta(description="When it counts.")]
    booked_at: Annotated[Instant, Meta(description="Since when our answers included it.")]


class EntryList(Answer, frozen=True, kw_only=True):
    """A page of the entries of a wallet, newest first."""

    wallet: Annotated[str, Meta(description="The wallet; `points` is the main one.", examples=["points"])]
    data: Annotated[list[Entry], Meta(description="The entries.")]
    has_more: Annotated[bool, Meta(description="True if there is another page.", examples=[False])]
    next_cursor: Annotated[str | None, Meta(description="For the next page.", examples=[None])]


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


class Token(Answer, frozen=True, kw_only=True):
    """A token for a member's phone: an EdDSA JWT, checked with /.well-known/jwks.json."""

    token: Annotated[
        str, Meta(description="Send it as `Authorization: Bearer …`.", examples=["eyJhbGciOiJFZERTQSJ9.e30.c2ln"])
    ]
    expires_at: Annotated[Instant, Meta(description="When it ends, in real time.")]


class Me(Answer, frozen=True, kw_only=True):
    """What a phone shows."""

    id: Annotated[str, Meta(description="The member.", examples=[f"mbr_{ID}"])]
    name: Annotated[str | None, Meta(description="What to call them.", examples=["Nguyễn Thị Lan"])]
    program: Annotated[str, Meta(description="The programme's name.", examples=["Cà phê Sông Hàn"])]
    currency: Annotated[str, Meta(description="ISO 4217.", examples=["VND"])]
    birthday: Annotated[str | None, Meta(description="`1990-05-17`, or `05-17`.", examples=["1990-05-17"])]
    attributes: Annotated[
        dict[str, str], Meta(description="What is known of them, the personal things too.", examples=[{"plan": "gold"}])
    ]
    referral_code: Annotated[str, Meta(description="Their own code, to bring friends with.", examples=["K7MWX4TP"])]
    balance: Annotated[Balance, Meta(description="The own balance at this instant; what is shared stands beside it.")]
    shared: Annotated[SharedWallet | None, Meta(description="The household's wallet; null without one.")]
    expiring_soon: Annotated[
        ExpiringSoon | None, Meta(description="What goes soon; null where the rulebook says nothing of it.")
    ]
    lapses: Annotated[Lapse | None, Meta(description="When the wallet goes for want of activity; null if it does not.")]
    redeemable_points: Annotated[Int64, Meta(description="How many of the points can be redeemed now.", examples=[300])]
    redeemable_value: Annotated[Int64, Meta(description="What those would take off, in minor units.", examples=[30000])]
    gifts: Annotated[list[GiftHeld], Meta(description="What can be taken at no cost, soonest ending first.")]
    tier: Annotated[Tier, Meta(description="The tier and the way to the next.")]
    rulebook_version: Annotated[Int32 | None, Meta(description="The version in force; null: none.", examples=[3])]
