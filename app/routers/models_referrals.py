"""Referrals as callers send and see them: codes, friends, and what came of them."""

from datetime import date
from typing import Annotated, Final

from msgspec import Meta
from pydantic import Field

from app.routers.models_answered import ID
from app.routers.models_people import DEVICE
from app.routers.wire import Answer, Asked, Code, Instant, Int32, Int64, ShortText

CODE_ASKED: Final = "A member's code, or their phone."


class ReferrerAsked(Asked):
    """Who sent the member: by a code, in an answer of your own list, or both."""

    referral_code: Code | None = Field(default=None, description=CODE_ASKED, examples=["K7MWX4TP"])
    heard_from: Code | None = Field(
        default=None, description="“Who sent you?”: your own code for the answer.", examples=["friend"]
    )
    note: ShortText | None = Field(
        default=None, description="The answer in words; destroyed when the member is erased.", examples=["my sister"]
    )
    device_id: Code | None = Field(default=None, description=DEVICE, examples=["4f1c9f0e"])


class ReferralCodeAsked(Asked):
    """A code that a member makes for themselves."""

    code: Code = Field(
        description="Three to twenty letters, digits and hyphens, at least one letter; capitals or not is the same.",
        examples=["LAN-COFFEE"],
    )
    valid_from: date | None = Field(
        default=None, description="The first local day on which it is good.", examples=["2026-06-01"]
    )
    valid_until: date | None = Field(
        default=None, description="The last local day on which it is good; absent: for ever.", examples=["2026-12-31"]
    )


class OwnReferralCodeAsked(Asked):
    """A code that a member makes for themselves."""

    code: Code = Field(
        description="Three to twenty letters, digits and hyphens, at least one letter; capitals or not is the same.",
        examples=["LAN-COFFEE"],
    )


class Introduction(Answer, frozen=True, kw_only=True):
    """Who brought a member, as far as it is known."""

    id: Annotated[str | None, Meta(description="The fact; null when only an answer was kept.", examples=[f"int_{ID}"])]
    member: Annotated[str, Meta(description="The member.", examples=[f"mbr_{ID}"])]
    referrer: Annotated[str | None, Meta(description="Who brought them.", examples=[f"mbr_{ID}"])]
    referred_until: Annotated[Instant | None, Meta(description="Until when a purchase can qualify.")]
    heard_from: Annotated[str | None, Meta(description="What they answered.", examples=["friend"])]


class ReferralCode(Answer, frozen=True, kw_only=True):
    """A code that leads to a member."""

    code: Annotated[str, Meta(description="As it is kept.", examples=["LAN-COFFEE"])]
    valid_from: Annotated[str | None, Meta(description="The first local day.", examples=["2026-06-01"])]
    valid_until: Annotated[str | None, Meta(description="The last local day.", examples=["2026-12-31"])]


class Friend(Answer, frozen=True, kw_only=True):
    """Somebody whom the member brought, without a word on who it is."""

    joined_at: Annotated[Instant, Meta(description="When they were enrolled.")]
    state: Annotated[
        str,
        Meta(
            description="`invited`, `qualified`, `rewarded`, `not_rewarded` or `lapsed`.",
            examples=["rewarded"],
            extra_json_schema={
                "x-extensible-enum": ["invited", "qualified", "rewarded", "not_rewarded", "lapsed"],
            },
        ),
    ]
    points: Annotated[Int64, Meta(description="What the member got for it.", examples=[50])]
    reason: Annotated[str | None, Meta(description="Why nothing: `capped` and others.", examples=["capped"])]
    referred_until: Annotated[Instant | None, Meta(description="Until when a purchase can qualify.")]


class MemberReferrals(Answer, frozen=True, kw_only=True):
    """A member's codes and the friends whom they brought."""

    referral_code: Annotated[str, Meta(description="The code that they have from the start.", examples=["K7MWX4TP"])]
    codes: Annotated[list[ReferralCode], Meta(description="Those of their own making, the newest first.")]
    referred: Annotated[bool, Meta(description="Whether somebody brought them.", examples=[False])]
    referred_until: Annotated[Instant | None, Meta(description="Until when their purchase can qualify.")]
    heard_from: Annotated[str | None, Meta(description="What they answered to “who sent you?”.", examples=["friend"])]
    rewarded: Annotated[Int32, Meta(description="For how many of the friends here they were rewarded.", examples=[3])]
    friends: Annotated[list[Friend], Meta(description="Whom they brought, the newest first, 200 at most.")]


class ReferralPeriod(Answer, frozen=True, kw_only=True):
    """What happened in a period."""

    period: Annotated[str, Meta(description="`2026-05` or `2026-05-14`.", examples=["2026-05"])]
    invited: Annotated[Int64, Meta(description="Members who were brought.", examples=[120])]
    qualified: Annotated[Int64, Meta(description="Purchases that qualified.", examples=[64])]
    qualified_amount: Annotated[Int64, Meta(description="What those cost, in minor units.", examples=[9_600_000])]
    rewarded: Annotated[Int64, Meta(description="Rewards to who had brought somebody.", examples=[60])]
    rewarded_points: Annotated[Int64, Meta(description="The points of those.", examples=[3000])]
    not_rewarded: Annotated[Int64, Meta(description="Rewards that a cap or something else prevented.", examples=[4])]
    clawed_back: Annotated[Int64, Meta(description="Rewards that were taken back.", examples=[2])]
    clawed_back_points: Annotated[Int64, Meta(description="The points of those.", examples=[100])]


class Share(Answer, frozen=True, kw_only=True):
    """How much of something came by referral."""

    total: Annotated[Int64, Meta(description="All of it.", examples=[1500])]
    referred: Annotated[Int64, Meta(description="What came by referral.", examples=[300])]
    per_million: Annotated[Int64, Meta(description="The share, in millionths, rounded down.", examples=[200_000])]


class ReferralReport(Answer, frozen=True, kw_only=True):
    """Referrals of some days, and what came by them."""

    from_date: Annotated[str, Meta(description="The first local day.", examples=["2026-01-01"])]
    until_date: Annotated[str, Meta(description="The last local day.", examples=["2026-12-31"])]
    as_of: Annotated[str, Meta(description="What happened until this local day counts.", examples=["2026-12-31"])]
    new_members: Annotated[Share, Meta(description="Members who were enrolled on these days.")]
    revenue: Annotated[
        Share, Meta(description="What members spent on these days, less what went back, in minor units.")
    ]
    data: Annotated[list[ReferralPeriod], Meta(description="By period, those in which something happened.")]
