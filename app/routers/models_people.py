"""People as callers send and see them, beside the profile: look-up, consents, cards, erasure."""

from typing import Annotated, Any, Final

from fastapi import Path
from msgspec import Meta
from pydantic import Field

from app.routers.models_answered import ID, Balance, Messages, Tier, Warned
from app.routers.models_asked import MemberReference
from app.routers.wire import PRINTABLE, Answer, Asked, Code, Instant, InstantAsked, Int32, Int64, Language, ShortText

CONSENTS_ASKED_MAX: Final = 50
CARD: Final = "2900000000017"
CONSENT_EXAMPLE: Final = {
    "purpose": "marketing",
    "channel": "sms",
    "granted": True,
    "wording": "marketing-2026-05",
    "store": "D1",
}
MemberPath = Annotated[
    str,
    Path(
        description="An id (`mbr_…`), your own id (`ext:…`) or a card (`card:…`).",
        examples=["mbr_01jkm3x8e4f5gr6h7s8t9v0w1x"],
    ),
]
Phone = Annotated[str, Field(pattern=r"^[+(]{0,2}[0-9][0-9 ().-]{4,24}$", examples=["+84903123456"])]
Birthday = Annotated[str, Field(pattern=r"^([0-9]{4}-)?[0-9]{2}-[0-9]{2}$", examples=["1990-05-17"])]
BIRTHDAY: Final = "Month and day, with the year before them where it is known: `05-17` or `1990-05-17`."
Email = Annotated[str, Field(max_length=254, pattern=r"^[^\s@]{1,64}@[^\s@]+\.[^\s@]+$", examples=["lan@example.com"])]
ATTRIBUTES_ASKED_MAX: Final = 50
ATTRIBUTES: Final = (
    "Attributes that the rulebook declares, by their ids: a text, a choice, a number in digits, or `true` and `false`."
)
AttributesAsked = Annotated[
    dict[str, Annotated[str, Field(min_length=1, max_length=200, pattern=PRINTABLE)] | None],
    Field(max_length=ATTRIBUTES_ASKED_MAX, examples=[{"plan": "gold"}]),
]
DEVICE: Final = "Your app's id of their device. Only a digest of it is kept, to notice who brings themselves."
PHONE: Final = "As people write it where the programme is, or with the country's code; found however it is written."


class LookupAsked(Asked):
    """Who is sought: by exactly one of these. In a body, so that no number stands in an address or a log."""

    phone: Phone | None = Field(default=None, description=PHONE)
    card: Code | None = Field(default=None, description="A card.", examples=[CARD])
    external_id: Code | None = Field(default=None, description="Your own id.", examples=["customer-4711"])


class ConsentAsked(Asked):
    """What the member says to one purpose on one channel."""

    purpose: Code = Field(description="What for; your own name for it.", examples=["marketing"])
    channel: Code = Field(description="By what way; your own name for it.", examples=["sms"])
    granted: bool = Field(description="False withdraws what was granted.", examples=[True])
    wording: Code = Field(
        description="Which text they were shown: its version or address in your archive.",
        examples=["marketing-2026-05"],
    )
    language: Language | None = Field(default=None, description="In which language; absent: the member's.")
    store: Code | None = Field(default=None, description="Where: your store number.", examples=["D1"])
    note: ShortText | None = Field(
        default=None, description="Anything else; destroyed when the member is erased.", examples=["paper form 112"]
    )
    given_at: InstantAsked | None = Field(
        default=None,
        description="When they said it; absent, or in the future: now.",
        examples=["2026-05-01T09:15:00+07:00"],
    )


class ConsentsAsked(Asked):
    """What the member says."""

    consents: list[ConsentAsked] = Field(
        min_length=1, max_length=CONSENTS_ASKED_MAX, description="In the order in which it was said."
    )


class CardBlockAsked(Asked):
    """A card that is to lead to nobody any more."""

    card: Code = Field(description="One of the member's cards.", examples=[CARD])
    reason: ShortText = Field(description="Why; kept until the member is erased.", examples=["lost"])


class CardUnblockAsked(Asked):
    """A card that is to lead to its member again."""

    card: Code = Field(description="One of the member's cards.", examples=[CARD])


class CardReplaceAsked(Asked):
    """A card that is to lead to the member instead of another."""

    old: Code = Field(description="One of the member's cards, blocked or not.", examples=[CARD])
    new: Code = Field(description="The card that they get.", examples=["2900000000031"])
    reason: ShortText = Field(description="Why; kept until the member is erased.", examples=["lost"])


class Consent(Answer, frozen=True, kw_only=True):
    """What a member said to one purpose on one channel, and how we know."""

    number: Annotated[Int32, Meta(description="1, 2, 3 … per member, as we heard it.", examples=[1])]
    purpose: Annotated[str, Meta(description="What for.", examples=["marketing"])]
    channel: Annotated[str, Meta(description="By what way.", examples=["sms"])]
    granted: Annotated[bool, Meta(description="False: withdrawn.", examples=[True])]
    wording: Annotated[str, Meta(description="Which text they were shown.", examples=["marketing-2026-05"])]
    language: Annotated[str, Meta(description="In which language.", examples=["vi"])]
    source: Annotated[Int32, Meta(description="The number of the source that told us.", examples=[1])]
    store: Annotated[str | None, Meta(description="Where they said it.", examples=["D1"])]
    note: Annotated[str | None, Meta(description="Anything else.", examples=["paper form 112"])]
    given_at: Annotated[Instant, Meta(description="When they said it.")]
    recorded_at: Annotated[Instant, Meta(description="When we heard it.")]


class ConsentList(Answer, frozen=True, kw_only=True):
    """What a member has said, and where that leaves us."""

    in_force: Annotated[
        list[Consent],
        Meta(description="The last word to each purpose and channel, by when it was said. The rest was never granted."),
    ]
    data: Annotated[list[Consent], Meta(description="Everything that was said, as we heard it.")]


class Card(Answer, frozen=True, kw_only=True):
    """A card and its fate."""

    card: Annotated[str, Meta(description="The card.", examples=[CARD])]
    blocked: Annotated[bool, Meta(description="True: it leads to nobody.", examples=[False])]
    blocked_at: Annotated[Instant | None, Meta(description="Since when.")]
    reason: Annotated[str | None, Meta(description="Why.", examples=["lost"])]
    replaced_by: Annotated[str | None, Meta(description="The card that came in its place.", examples=["2900000000031"])]


class CardList(Answer, frozen=True, kw_only=True):
    """A member's cards, the blocked ones too."""

    data: Annotated[list[Card], Meta(description="The cards.")]


class BlockAsked(Asked):
    """Why a member is not to earn or spend for the time being."""

    reason: Code = Field(description="Your own code, without anything personal.", examples=["fraud_suspected"])


class Blocking(Answer, frozen=True, kw_only=True):
    """Whether a member may earn and spend."""

    id: Annotated[str, Meta(description="The fact that decided it.", examples=[f"blk_{ID}"])]
    member: Annotated[str, Meta(description="The member.", examples=[f"mbr_{ID}"])]
    blocked: Annotated[bool, Meta(description="True: nothing is earned or spent.", examples=[True])]
    decided_at: Annotated[Instant, Meta(description="When it was decided.")]


class MergeAsked(Asked):
    """Who is the same person as the member of the address."""

    origin: MemberReference = Field(alias="from", description="Whose account is closed: an id, `ext:…` or `card:…`.")


class Merge(Answer, frozen=True, kw_only=True):
    """Two members who were one person, and where the one who goes on stands now."""

    id: Annotated[str, Meta(description="The fact.", examples=[f"mrg_{ID}"])]
    origin: Annotated[str, Meta(description="The member whose account was closed.", examples=[f"mbr_{ID}"])]
    points: Annotated[Int64, Meta(description="What came over, less what was owed.", examples=[120])]
    member: Annotated[str, Meta(description="The member who goes on.", examples=[f"mbr_{ID}"])]
    decided_at: Annotated[Instant, Meta(description="When it was decided.")]
    balance: Annotated[Balance, Meta(description="The balance after it.")]
    tier: Annotated[Tier, Meta(description="The tier after it.")]
    warnings: Annotated[list[Warned], Meta(description="Nothing, usually.")]
    messages: Annotated[Messages, Meta(description="In words. Not recorded: they follow the member's language.")]


class ExportedFact(Answer, frozen=True, kw_only=True):
    """A row of the journal about the member: what was asked, and all that it did."""

    id: Annotated[str, Meta(description="The fact.", examples=[f"pur_{ID}"])]
    number: Annotated[Int64, Meta(description="Its number in the programme's journal.", examples=[48211])]
    source: Annotated[Int32, Meta(description="The number of the source that asked.", examples=[1])]
    happened_at: Annotated[Instant, Meta(description="When it happened.")]
    decided_at: Annotated[Instant, Meta(description="When it was decided.")]
    metadata: Annotated[dict[str, str], Meta(description="What the caller attached.", examples=[{"table": "12"}])]
    command: Annotated[dict[str, Any], Meta(description="What was asked.", examples=[{"points": 100}])]
    change: Annotated[dict[str, Any], Meta(description="What it did.", examples=[{"balance_before": 420}])]


class Export(Answer, frozen=True, kw_only=True):
    """Everything that is kept of a member."""

    member: Annotated[str, Meta(description="The member.", examples=[f"mbr_{ID}"])]
    program: Annotated[str, Meta(description="The programme's name.", examples=["Cà phê Sông Hàn"])]
    exported_at: Annotated[Instant, Meta(description="When it was looked at, all at one moment.")]
    tables: Annotated[
        dict[str, list[dict[str, Any]]],
        Meta(description="Rows by table, as they are kept.", examples=[{"members": [{"name": "Nguyễn Thị Lan"}]}]),
    ]
    facts: Annotated[list[ExportedFact], Meta(description="Every fact about them, oldest first.")]


class Destroyed(Answer, frozen=True, kw_only=True):
    """What is no more, by the place where it was."""

    profile_fields: Annotated[Int32, Meta(description="Fields of the profile.", examples=[2])]
    identifiers: Annotated[Int32, Meta(description="Own ids, cards and phones.", examples=[3])]
    consent_notes: Annotated[Int32, Meta(description="Free text beside consents.", examples=[0])]
    metadata: Annotated[Int32, Meta(description="Facts with data that callers had attached.", examples=[4])]
    secrets: Annotated[Int32, Meta(description="The key of the digests of requests about them.", examples=[1])]
    details: Annotated[
        Int32,
        Meta(
            description="Birthday, e-mail and attributes, devices, codes for friends, and who sent them.", examples=[2]
        ),
    ]


class Books(Answer, frozen=True, kw_only=True):
    """What must not change: the end of the journal, and what the ledger says of the member."""

    journal_number: Annotated[Int64, Meta(description="The journal's last number.", examples=[48211])]
    journal_chain: Annotated[
        str, Meta(description="The journal's last link.", examples=["9f86d081884c7d659a2feaa0c55ad015"])
    ]
    balance: Annotated[Int64, Meta(description="Over all wallets; below zero while points are owed.", examples=[320])]
    entries: Annotated[Int64, Meta(description="How many entries they have.", examples=[17])]
    entries_points: Annotated[Int64, Meta(description="The sum of their entries.", examples=[320])]
    lots: Annotated[Int64, Meta(description="How many lots they have.", examples=[12])]
    lots_remaining: Annotated[Int64, Meta(description="What remains in their lots.", examples=[320])]


class Erasure(Answer, frozen=True, kw_only=True):
    """The proof of an erasure: what was destroyed, and that nothing else has changed."""

    member: Annotated[str, Meta(description="The member, of whom only this id is left.", examples=[f"mbr_{ID}"])]
    erased_at: Annotated[Instant, Meta(description="When.")]
    destroyed: Annotated[Destroyed, Meta(description="How much of what.")]
    before: Annotated[Books, Meta(description="The books as the erasure found them.")]
    after: Annotated[Books, Meta(description="The books as the erasure left them: the same.")]
