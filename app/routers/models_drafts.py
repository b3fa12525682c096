"""Drafts of rulebooks as managers send and see them."""

from typing import Annotated, Any, Final

from msgspec import Meta
from pydantic import Field

from app.routers.models_configuration import DOCUMENT_EXAMPLE, RulebookChange, RulebookWarning
from app.routers.wire import Answer, Asked, Instant, InstantAsked, Int32, ShortText

DRAFT_EXAMPLE: Final = "drf_01jkm3x8e4f5gr6h7s8t9v0w1x"
KEY_EXAMPLE: Final = "key_01jkm3x8e4f5gr6h7s8t9v0w1x"


class DraftAsked(Asked):
    """A rulebook in the making. It may have faults for as long as it is a draft."""

    name: ShortText = Field(description="What to call it.", examples=["Double points in June"])
    document: dict[str, Any] = Field(
        description="A document by the schema at /v1/rulebooks/schema, or what will be one.",
        examples=[DOCUMENT_EXAMPLE],
    )


class PublishAsked(Asked):
    """From when a draft, or an earlier version, shall be in force."""

    effective_at: InstantAsked | None = Field(
        default=None,
        description="From when it is in force: at least 60 seconds from now (a sandbox or a first version: now), "
        "and later than every version before it. Absent: as soon as that allows.",
        examples=[None],
    )


class Draft(Answer, frozen=True, kw_only=True):
    """A rulebook in the making."""

    id: Annotated[str, Meta(description="The draft.", examples=[DRAFT_EXAMPLE])]
    name: Annotated[str, Meta(description="What it is called.", examples=["Double points in June"])]
    revision: Annotated[Int32, Meta(description="1, and one more with every change.", examples=[4])]
    created_at: Annotated[Instant, Meta(description="When it was begun.")]
    created_by: Annotated[str, Meta(description="The key that began it.", examples=[KEY_EXAMPLE])]
    updated_at: Annotated[Instant, Meta(description="When it was last changed.")]
    updated_by: Annotated[str, Meta(description="The key that last changed it.", examples=[KEY_EXAMPLE])]
    document: Annotated[dict[str, Any], Meta(description="The document as it was sent.", examples=[DOCUMENT_EXAMPLE])]


class DraftList(Answer, frozen=True, kw_only=True):
    """A page of drafts, oldest first."""

    data: Annotated[list[Draft], Meta(description="The drafts.")]
    has_more: Annotated[bool, Meta(description="True if there is another page.", examples=[False])]
    next_cursor: Annotated[str | None, Meta(description="For the next page.", examples=[None])]


class ToldBlock(Answer, frozen=True, kw_only=True):
    """A part of a rulebook in plain sentences."""

    section: Annotated[str, Meta(description="Where it stands, such as `earning`, `tiers`.", examples=["earning"])]
    id: Annotated[
        str | None,
        Meta(description="The id of the rule, tier, wallet or reward; null: the section.", examples=["base"]),
    ]
    heading: Annotated[str, Meta(description="What it is about.", examples=["Rule “Base” (base)"])]
    sentences: Annotated[
        list[str], Meta(description="What it says.", examples=[["It gives 1 point for every ₫1,000."]])
    ]


class DraftChecked(Answer, frozen=True, kw_only=True):
    """What publishing would say of a draft now."""

    valid: Annotated[bool, Meta(description="True if it can be published.", examples=[True])]
    faults: Annotated[list[RulebookWarning], Meta(description="Why it cannot; the first 100.", examples=[[]])]
    warnings: Annotated[list[RulebookWarning], Meta(description="What may surprise in it.", examples=[[]])]
    language: Annotated[str, Meta(description="The language of the sentences.", examples=["en"])]
    told: Annotated[list[ToldBlock], Meta(description="All of it in plain sentences; empty while it has faults.")]


class DraftDiff(Answer, frozen=True, kw_only=True):
    """What changes from a published version to a draft."""

    from_version: Annotated[Int32, Meta(description="The version compared with.", examples=[3])]
    draft: Annotated[str, Meta(description="The draft asked about.", examples=[DRAFT_EXAMPLE])]
    language: Annotated[str, Meta(description="The language of the sentences.", examples=["en"])]
    changes: Annotated[
        list[RulebookChange], Meta(description="Every difference that means something; empty if there is none.")
    ]
