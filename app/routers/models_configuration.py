"""Programmes, keys and rulebooks as operators and managers send and see them."""

from typing import Annotated, Any, Final, Literal

from msgspec import Meta
from pydantic import Field

from app.routers.wire import Answer, Asked, Code, Currency, Instant, InstantAsked, Int32, Language, ShortText

DOCUMENT_EXAMPLE: Final[dict[str, Any]] = {
    "title": {"en": "Café", "vi": "Cà phê"},
    "earning": {"rules": [{"id": "base", "effect": {"kind": "per_amount", "points": 1, "per_minor": 1000}}]},
    "expiry": {"kind": "rolling", "months": 12},
    "redemption": {"points": 100, "value_minor": 10000, "step_points": 100, "minimum_points": 100},
}


Scope = Literal["pos", "manager", "any_age"]


class ProgramAsked(Asked):
    """A programme to be made. Nothing of it can be changed later."""

    name: ShortText = Field(description="What to call it.", examples=["Cà phê Sông Hàn"])
    currency: Currency = Field(description="The one currency of its purchases (ISO 4217).")
    zone: ShortText = Field(description="The IANA zone of its business days.", examples=["Asia/Ho_Chi_Minh"])
    locale: Language = Field(description="The language of new members.")
    sandbox: bool = Field(default=False, description="A programme to try things in.", examples=[False])
    test_clock: InstantAsked | None = Field(
        default=None, description="Sandbox only: where its clock stands; absent: real time.", examples=[None]
    )


class Program(Answer, frozen=True, kw_only=True):
    """A programme."""

    id: Annotated[str, Meta(description="The programme.", examples=["prg_01jkm3x8e4f5gr6h7s8t9v0w1x"])]
    name: Annotated[str, Meta(description="What it is called.", examples=["Cà phê Sông Hàn"])]
    currency: Annotated[str, Meta(description="ISO 4217.", examples=["VND"])]
    zone: Annotated[str, Meta(description="The IANA zone of its business days.", examples=["Asia/Ho_Chi_Minh"])]
    locale: Annotated[str, Meta(description="The language of new members.", examples=["vi"])]
    sandbox: Annotated[bool, Meta(description="True if it is there to try things in.", examples=[False])]
    test_clock: Annotated[Instant | None, Meta(description="Where the test clock stands; null: real time.")]
    rulebook_version: Annotated[
        Int32, Meta(description="The latest version that was published; 0: none.", examples=[3])
    ]
    created_at: Annotated[Instant, Meta(description="When it was made.")]


class ProgramList(Answer, frozen=True, kw_only=True):
    """A page of programmes, oldest first."""

    data: Annotated[list[Program], Meta(description="The programmes.")]
    has_more: Annotated[bool, Meta(description="True if there is another page.", examples=[False])]
    next_cursor: Annotated[str | None, Meta(description="For the next page.", examples=[None])]


class ClockAsked(Asked):
    """Where the test clock shall stand."""

    to: InstantAsked = Field(description="Not before what the clock says now.", examples=["2026-06-01T00:00:00Z"])


class Clock(Answer, frozen=True, kw_only=True):
    """Where the test clock stands."""

    now: Annotated[Instant, Meta(description="What the programme calls now.")]


class KeyAsked(Asked):
    """A key to be made."""

    source: Code = Field(
        description="The system that it belongs to. Keys come and go; retries and own ids belong to the source.",
        examples=["tills"],
    )
    name: ShortText = Field(description="What to call it.", examples=["Till server, District 1"])
    scopes: list[Scope] = Field(
        min_length=1,
        max_length=3,
        description="`pos` for tills and the shop's server, `manager` for configuration; neither includes the other. "
        "`any_age` besides `pos` for purchases and activities that lie back further than the rulebook lets tills send.",
        examples=[["pos"]],
    )


class Key(Answer, frozen=True, kw_only=True):
    """A key, without its secret."""

    id: Annotated[str, Meta(description="The key.", examples=["key_01jkm3x8e4f5gr6h7s8t9v0w1x"])]
    source: Annotated[str, Meta(description="The system that it belongs to.", examples=["tills"])]
    name: Annotated[str, Meta(description="What it is called.", examples=["Till server, District 1"])]
    scopes: Annotated[list[str], Meta(description="What it may do; more may be added.", examples=[["pos"]])]
    prefix: Annotated[str, Meta(description="How it begins.", examples=["rung_live_Ab3x"])]
    created_at: Annotated[Instant, Meta(description="When it was made.")]
    revoked_at: Annotated[Instant | None, Meta(description="When it was ended; null: it lives.")]


class NewKey(Key, frozen=True, kw_only=True):
    """A key as it is shown once."""

    key: Annotated[
        str | None,
        Meta(
            description="The key itself. Shown in the first answer only; a retry gets null.",
            examples=["rung_live_Ab3xYk27fLq9TzPw0RnUoV5sHc8JdEmG1bQiKy"],
        ),
    ]


class KeyList(Answer, frozen=True, kw_only=True):
    """A page of keys, oldest first."""

    data: Annotated[list[Key], Meta(description="The keys.")]
    has_more: Annotated[bool, Meta(description="True if there is another page.", examples=[False])]
    next_cursor: Annotated[str | None, Meta(description="For the next page.", examples=[None])]


class RulebookAsked(Asked):
    """A rulebook to be published."""

    document: dict[str, Any] = Field(
        description="A document by the schema at /v1/rulebooks/schema.", examples=[DOCUMENT_EXAMPLE]
    )
    effective_at: InstantAsked | None = Field(
        default=None,
        description="From when it is in force: at least 60 seconds from now (a sandbox or a first version: now), "
        "and later than the version before. Absent: as soon as that allows.",
        examples=[None],
    )


class RulebookVersion(Answer, frozen=True, kw_only=True):
    """A published rulebook. It never changes; the way back is a new version."""

    version: Annotated[Int32, Meta(description="1, 2, 3 …", examples=[3])]
    effective_at: Annotated[Instant, Meta(description="From when it is in force.")]
    published_at: Annotated[Instant, Meta(description="When it was published.")]
    published_by: Annotated[
        str, Meta(description="The key that published it.", examples=["key_01jkm3x8e4f5gr6h7s8t9v0w1x"])
    ]
    draft: Annotated[
        str | None,
        Meta(
            description="The draft that it was; null: it was sent whole.", examples=["drf_01jkm3x8e4f5gr6h7s8t9v0w1x"]
        ),
    ]
    restores: Annotated[
        Int32 | None,
        Meta(description="The earlier version whose document it has again; null: it is no rollback.", examples=[None]),
    ]
    document: Annotated[
        dict[str, Any], Meta(description="The document, with defaults written out.", examples=[DOCUMENT_EXAMPLE])
    ]


class RulebookNow(RulebookVersion, frozen=True, kw_only=True):
    """A published rulebook, and where it stands in time."""

    state: Annotated[
        Literal["scheduled", "live", "ended"], Meta(description="Whether it is in force now.", examples=["live"])
    ]
    ends_at: Annotated[Instant | None, Meta(description="When the next version takes effect; null: none is published.")]


class RulebookWarning(Answer, frozen=True, kw_only=True):
    """Something to think about in a rulebook that was published all the same."""

    pointer: Annotated[
        str, Meta(description="JSON pointer into the body.", examples=["/document/earning/rules/1/when/condition"])
    ]
    code: Annotated[str, Meta(description="Stable; new codes may be added.", examples=["refund_order"])]
    detail: Annotated[
        str,
        Meta(
            description="One sentence.",
            examples=["Returning a part of a purchase can make this rule apply, so the order of refunds matters."],
        ),
    ]


class RulebookPublished(RulebookVersion, frozen=True, kw_only=True):
    """A rulebook that was just published, and what to think about in it."""

    warnings: Annotated[list[RulebookWarning], Meta(description="Rules that may surprise; empty if none does.")]


class RulebookList(Answer, frozen=True, kw_only=True):
    """A page of rulebooks, newest first."""

    data: Annotated[list[RulebookNow], Meta(description="The versions.")]
    has_more: Annotated[bool, Meta(description="True if there is another page.", examples=[False])]
    next_cursor: Annotated[str | None, Meta(description="For the next page.", examples=[None])]


class RulebookDetail(Answer, frozen=True, kw_only=True):
    """One sentence that is new, gone, or other than it was."""

    aspect: Annotated[str, Meta(description="What it is about; new aspects may be added.", examples=["effect"])]
    before: Annotated[
        str | None,
        Meta(description="What was said; null: nothing.", examples=["It multiplies the points for money by 2."]),
    ]
    after: Annotated[
        str | None,
        Meta(description="What is said now; null: nothing.", examples=["It multiplies the points for money by 3."]),
    ]


class RulebookChange(Answer, frozen=True, kw_only=True):
    """A rule, a tier, a wallet, a reward, or a section as a whole, and what happened to it."""

    kind: Annotated[
        Literal["added", "removed", "changed"], Meta(description="What happened to it.", examples=["changed"])
    ]
    section: Annotated[
        str,
        Meta(description="Where it stands, such as `earning`, `tiers`, `rewards`.", examples=["earning"]),
    ]
    id: Annotated[
        str | None,
        Meta(
            description="The id of the rule, tier, wallet or reward; null: the section as a whole.",
            examples=["double-tuesday"],
        ),
    ]
    text: Annotated[
        str, Meta(description="One sentence.", examples=["Rule “Double points on Tuesdays” (double-tuesday): changed."])
    ]
    details: Annotated[
        list[RulebookDetail], Meta(description="Sentence by sentence; of what is new or gone, all of them.")
    ]


class RulebookDiff(Answer, frozen=True, kw_only=True):
    """What changes from one version to another."""

    from_version: Annotated[Int32, Meta(description="The version compared with.", examples=[2])]
    to_version: Annotated[Int32, Meta(description="The version asked about.", examples=[3])]
    language: Annotated[str, Meta(description="The language of the sentences.", examples=["en"])]
    changes: Annotated[
        list[RulebookChange],
        Meta(description="Every difference that means something; empty if there is none."),
    ]
