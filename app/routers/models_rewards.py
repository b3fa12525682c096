"""The catalogue: rewards, what taking one gives, vouchers, and pools of imported codes."""

from typing import Annotated, Final
from uuid import UUID

from msgspec import Meta
from pydantic import Field

from app.engine import vouchers
from app.engine.commands import RewardRedemption
from app.routers.models_answered import ID, Fact
from app.routers.models_asked import NOT_AFTER, MemberReference
from app.routers.models_luck import Draw, WheelOdds
from app.routers.wire import Answer, Asked, Code, Instant, InstantAsked, Int32, Int64, Money, micros

CODES_MAX: Final = 10_000
QUANTITY_MAX: Final = 100


class RewardTakingAsked(Asked):
    """A reward to be taken for points."""

    member: MemberReference
    reward: Code = Field(description="Its id in the rulebook.", examples=["free-latte"])
    quantity: int = Field(
        default=1,
        ge=1,
        le=QUANTITY_MAX,
        description="How many; of rewards with a code, one at a time.",
        examples=[1],
        json_schema_extra={"format": "int32"},
    )
    store: Code | None = Field(default=None, description="Your store number.", examples=["D1"])
    not_after: InstantAsked | None = Field(default=None, description=NOT_AFTER, examples=["2026-05-01T09:16:00+07:00"])

    def command(self) -> RewardRedemption:
        """The command."""
        return RewardRedemption(
            reward=self.reward,
            quantity=self.quantity,
            store=self.store,
            not_after_us=None if self.not_after is None else micros(self.not_after),
        )


class VoucherUseAsked(Asked):
    """Where a voucher is used."""

    store: Code | None = Field(default=None, description="Your store number.", examples=["D1"])
    not_after: InstantAsked | None = Field(default=None, description=NOT_AFTER, examples=["2026-05-01T09:16:00+07:00"])

    def command(self, voucher: UUID) -> vouchers.VoucherUse:
        """The command, for the voucher of the code."""
        not_after_us = None if self.not_after is None else micros(self.not_after)
        return vouchers.VoucherUse(voucher=voucher, store=self.store, not_after_us=not_after_us)


class CodesAsked(Asked):
    """Codes of somebody else, to be handed out one by one."""

    codes: list[Code] = Field(
        min_length=1,
        max_length=CODES_MAX,
        description="In the order in which they go.",
        examples=[["CINE-1", "CINE-2"]],
    )


class Obstacle(Answer, frozen=True, kw_only=True):
    """Why a member cannot have a reward."""

    code: Annotated[str, Meta(description="Stable; new codes may be added.", examples=["insufficient_points"])]
    detail: Annotated[str, Meta(description="One sentence.", examples=["Points available: 40; asked for: 100."])]
    numbers: Annotated[
        dict[str, Int64], Meta(description="Its numbers.", examples=[{"available": 40, "requested": 100}])
    ]


class Reward(Answer, frozen=True, kw_only=True):
    """A reward of the catalogue in force."""

    id: Annotated[str, Meta(description="Its id.", examples=["free-latte"])]
    title: Annotated[str, Meta(description="Its title in the language asked for.", examples=["Một ly latte"])]
    description: Annotated[str | None, Meta(description="More about it.")]
    kind: Annotated[str, Meta(description="voucher, code_pool, donation, item or wheel.", examples=["voucher"])]
    wallet: Annotated[str, Meta(description="The wallet that pays.", examples=["points"])]
    cost_points: Annotated[Int64, Meta(description="What it costs this member, or anybody.", examples=[300])]
    is_gift: Annotated[
        bool, Meta(description="True if the member was given it and pays nothing for it.", examples=[False])
    ]
    value: Annotated[Money | None, Meta(description="What it is worth; null where the rulebook does not say.")]
    left: Annotated[Int64 | None, Meta(description="How many there still are; null: no end of them.", examples=[12])]
    cause: Annotated[str | None, Meta(description="The cause of a donation.")]
    odds: Annotated[WheelOdds | None, Meta(description="What a wheel can stop at; null: it is no wheel.")]
    obstacles: Annotated[
        list[Obstacle], Meta(description="Why the member cannot have it now; empty: they can, or no member was named.")
    ]


class RewardList(Answer, frozen=True, kw_only=True):
    """The catalogue in force."""

    data: Annotated[list[Reward], Meta(description="Rewards in the order of the rulebook.")]


class RewardQuote(Fact, frozen=True, kw_only=True):
    """What taking a reward would cost now."""

    reward: Annotated[str, Meta(description="Its id.", examples=["free-latte"])]
    kind: Annotated[str, Meta(description="voucher, code_pool, donation, item or wheel.", examples=["voucher"])]
    quantity: Annotated[
        Int32, Meta(description="How many; 0 of a wheel that stopped at what is gone: it cost nothing.", examples=[1])
    ]
    wallet: Annotated[str, Meta(description="The wallet that pays.", examples=["points"])]
    points: Annotated[Int64, Meta(description="What they cost together.", examples=[300])]
    value: Annotated[Money, Meta(description="What they are worth.")]
    expires_at: Annotated[Instant | None, Meta(description="When the code stops working; null: never, or no code.")]
    wheel: Annotated[Draw | None, Meta(description="Where a wheel stopped; of a quote its odds; null: no wheel.")]
    rulebook_version: Annotated[Int32, Meta(description="The version that priced it.", examples=[3])]


class RewardTaken(RewardQuote, frozen=True, kw_only=True):
    """A reward that was taken. It is a redemption, and can be cancelled like one until its voucher is used."""

    id: Annotated[str, Meta(description="The redemption.", examples=[f"rdm_{ID}"])]
    code: Annotated[str | None, Meta(description="The voucher's code; null without one.", examples=["7K3M9QX2WZ4T"])]


class Voucher(Answer, frozen=True, kw_only=True):
    """A voucher and where it stands in its life."""

    code: Annotated[str, Meta(description="Its code.", examples=["7K3M9QX2WZ4T"])]
    state: Annotated[str, Meta(description="issued, used, expired or cancelled.", examples=["issued"])]
    member: Annotated[str, Meta(description="Whose it is.", examples=[f"mbr_{ID}"])]
    redemption: Annotated[str, Meta(description="The redemption that issued it.", examples=[f"rdm_{ID}"])]
    reward: Annotated[str, Meta(description="The reward.", examples=["free-latte"])]
    title: Annotated[str, Meta(description="Its title in the language asked for.", examples=["Một ly latte"])]
    value: Annotated[Money, Meta(description="What it takes off.")]
    expires_at: Annotated[Instant | None, Meta(description="When it stops working; null: never.")]


class VoucherUse(Fact, frozen=True, kw_only=True):
    """A voucher that did its work."""

    id: Annotated[str, Meta(description="The use.", examples=[f"vus_{ID}"])]
    redemption: Annotated[str, Meta(description="The redemption that had issued it.", examples=[f"rdm_{ID}"])]
    reward: Annotated[str, Meta(description="The reward.", examples=["free-latte"])]
    value: Annotated[Money, Meta(description="What it takes off.")]


class CodePool(Answer, frozen=True, kw_only=True):
    """A pool of imported codes."""

    pool: Annotated[str, Meta(description="Its id in the rulebook.", examples=["cinema-2026"])]
    size: Annotated[Int64, Meta(description="Codes that were ever imported.", examples=[500])]
    taken: Annotated[Int64, Meta(description="Codes that have been handed out.", examples=[12])]
    added: Annotated[Int64, Meta(description="Codes of this import that were new.", examples=[500])]
