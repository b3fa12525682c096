"""Simulations: what is tried under a rulebook, and what would come of it."""

from typing import Annotated, Any, Final, Literal

from msgspec import Meta
from pydantic import Field

from app.commands.trial import step_fact
from app.engine.commands import Command, LetTimePass, Redemption, Refund, RewardRedemption
from app.routers.models_activities import FIELDS_MAX, ActivityAsked
from app.routers.models_asked import MEMBER_EXAMPLE, MemberReference, PurchaseAsked
from app.routers.models_explanations import Explanation
from app.routers.problems import Problem
from app.routers.wire import (
    Answer,
    Asked,
    Code,
    Instant,
    InstantAsked,
    Int32,
    Int64,
    PointsAsked,
    WalletAsked,
    wallet_name,
)

STEPS_MAX: Final = 500
Whole = Annotated[int, Field(ge=-(2**53), le=2**53, json_schema_extra={"format": "int64"})]
STEP_EXAMPLE: Final[dict[str, Any]] = {
    "kind": "purchase",
    "at": "2026-05-01T09:15:00+07:00",
    "purchase": {
        "currency": "VND",
        "lines": [{"sku": "latte-l", "category": "coffee", "quantity": "2", "amount": 110000}],
    },
}


class SpendingAsked(Asked):
    """Points to be turned into money off."""

    points: PointsAsked = Field(description="How many.", examples=[100])
    wallet: WalletAsked | None = Field(default=None, description="Absent: `points`.", examples=["points"])


class TakingAsked(Asked):
    """A reward of the catalogue to be taken."""

    reward: Code = Field(description="Its id in the rulebook.", examples=["free-latte"])
    quantity: int = Field(
        default=1, ge=1, le=100, description="How many.", examples=[1], json_schema_extra={"format": "int32"}
    )


class DeedAsked(Asked):
    """Something done besides buying, of a kind that the rulebook declares."""

    kind: Code = Field(description="Its kind, by the id in the rulebook.", examples=["review"])
    numbers: dict[Code, Whole] = Field(
        default_factory=dict, max_length=FIELDS_MAX, description="Fields that are numbers.", examples=[{"stars": 5}]
    )
    choices: dict[Code, Code] = Field(
        default_factory=dict, max_length=FIELDS_MAX, description="Fields of choices.", examples=[{"where": "web"}]
    )
    answers: dict[Code, bool] = Field(
        default_factory=dict, max_length=FIELDS_MAX, description="Fields of yes or no.", examples=[{"again": True}]
    )


class ReturnAsked(Asked):
    """A purchase of an earlier step given back, wholly or in part."""

    step: int = Field(
        ge=0,
        lt=STEPS_MAX,
        description="The place of the purchase among the steps, from 0.",
        examples=[0],
        json_schema_extra={"format": "int32"},
    )
    amount: PointsAsked | None = Field(
        default=None, description="So much money; absent: all that remains.", examples=[55000]
    )


class StepAsked(Asked):
    """One step of a journey: when, and what."""

    kind: Literal["purchase", "refund", "redemption", "reward", "activity", "time"] = Field(
        description="What is done, and which of the bodies is given; `time`: nothing but that it passes.",
        examples=["purchase"],
        json_schema_extra={"x-extensible-enum": True},
    )
    at: InstantAsked | None = Field(
        default=None, description="When; absent: at the time of the step before, or now.", examples=[None]
    )
    purchase: PurchaseAsked | None = Field(
        default=None, description="With the kind `purchase`; its member is left out."
    )
    refund: ReturnAsked | None = Field(default=None, description="With the kind `refund`.")
    activity: DeedAsked | None = Field(default=None, description="With the kind `activity`.")
    redemption: SpendingAsked | None = Field(default=None, description="With the kind `redemption`.")
    reward: TakingAsked | None = Field(default=None, description="With the kind `reward`.")

    def command(self, at: str) -> Command | None:
        """The command, or None where the body of its kind is missing."""
        match self.kind:
            case "purchase":
                return None if self.purchase is None else self.purchase.command(f"{at}/purchase")
            case "redemption" if self.redemption is not None:
                return Redemption(points=self.redemption.points, wallet=wallet_name(self.redemption.wallet))
            case "reward" if self.reward is not None:
                return RewardRedemption(reward=self.reward.reward, quantity=self.reward.quantity)
            case "refund" if self.refund is not None:
                return Refund(purchase=step_fact(self.refund.step), amount_minor=self.refund.amount)
            case "activity" if self.activity is not None:
                return ActivityAsked(member="nobody", **dict(self.activity)).command()
            case "time":
                return LetTimePass()
            case _:
                return None


class InventedAsked(Asked):
    """Somebody who is made up."""

    tier: Code | None = Field(
        default=None,
        description="The level that they stand in from the start; absent: the base level.",
        examples=["bac"],
    )
    member_for_days: int = Field(
        default=0,
        ge=0,
        le=36500,
        description="For how long they have been a member when the journey begins.",
        examples=[0],
        json_schema_extra={"format": "int32"},
    )
    birthday: str | None = Field(
        default=None, pattern=r"^(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$", description="MM-DD.", examples=["05-17"]
    )
    attributes: dict[Code, bool | Whole | str] = Field(
        default_factory=dict, max_length=50, description="Values of declared attributes.", examples=[{"plan": "gold"}]
    )


class SimulationAsked(Asked):
    """One basket or a whole journey, of a member from where they stand, or of somebody who is made up."""

    member: MemberReference | None = Field(
        default=None,
        description="Whose journey goes on, in memory only. Absent: somebody new, as `invented` says.",
        examples=[MEMBER_EXAMPLE],
    )
    invented: InventedAsked | None = Field(default=None, description="Without `member`: who it is.", examples=[{}])
    steps: list[StepAsked] = Field(
        min_length=1, max_length=STEPS_MAX, description="What happens, in this order.", examples=[[STEP_EXAMPLE]]
    )


class PurseNow(Answer, frozen=True, kw_only=True):
    """A wallet after a step."""

    wallet: Annotated[str, Meta(description="The wallet; `points` is the main one.", examples=["points"])]
    points: Annotated[Int64, Meta(description="Points that can be spent.", examples=[320])]
    pending: Annotated[Int64, Meta(description="Points that can be spent later.", examples=[0])]
    held: Annotated[Int64, Meta(description="Points that are set aside.", examples=[0])]
    debt: Annotated[Int64, Meta(description="Points that are owed.", examples=[0])]


class CountedNow(Answer, frozen=True, kw_only=True):
    """What a step counted towards a limit, a challenge, a streak or the like."""

    name: Annotated[str, Meta(description="What is counted.", examples=["goal/ten-visits/visits"])]
    count: Annotated[Int64, Meta(description="How much more of it.", examples=[1])]


class Stepped(Answer, frozen=True, kw_only=True):
    """One step and what came of it."""

    index: Annotated[Int32, Meta(description="Its place in the request, from 0.", examples=[0])]
    kind: Annotated[str, Meta(description="What was done.", examples=["purchase"])]
    at: Annotated[Instant, Meta(description="When it was decided.")]
    points: Annotated[Int64, Meta(description="By how much the points of all wallets rose or fell.", examples=[145])]
    wallets: Annotated[list[PurseNow], Meta(description="Every wallet after it.")]
    tier: Annotated[str | None, Meta(description="The level after it; null: there are no tiers.", examples=["bac"])]
    counted: Annotated[list[CountedNow], Meta(description="What it counted.")]
    explanation: Annotated[Explanation | None, Meta(description="All that it did and why; null: it was refused.")]
    problem: Annotated[Problem | None, Meta(description="Why it was refused; null: it was not.")]


class Simulation(Answer, frozen=True, kw_only=True):
    """A journey under a rulebook. Nothing of it is recorded."""

    rulebook_version: Annotated[
        Int32, Meta(description="The version that the rulebook would be, were it published next.", examples=[4])
    ]
    member: Annotated[
        str | None,
        Meta(description="Whose journey went on; null: somebody's who is made up.", examples=[MEMBER_EXAMPLE]),
    ]
    steps: Annotated[list[Stepped], Meta(description="Every step, in order.")]


class TierOutlook(Answer, frozen=True, kw_only=True):
    """Members of one level who would stand in another."""

    set: Annotated[str | None, Meta(description="The set of tiers; null: the main one.", examples=[None])]
    from_tier: Annotated[str | None, Meta(description="Where they stand now; null: the base level.", examples=["bac"])]
    to_tier: Annotated[str | None, Meta(description="Where they would stand; null: the base level.", examples=["vang"])]
    when: Annotated[
        Literal["next_purchase", "review"],
        Meta(description="Up with their next purchase, or down at a review. No tier ends before its review."),
    ]
    members: Annotated[Int64, Meta(description="How many.", examples=[120])]
    anyway: Annotated[
        Int64, Meta(description="How many of them would move there under the rulebook in force, too.", examples=[20])
    ]
    examples: Annotated[list[str], Meta(description="Some of them, as many as asked for.", examples=[[MEMBER_EXAMPLE]])]


class TierPreview(Answer, frozen=True, kw_only=True):
    """Who would move to another tier. Large programmes are told in portions: add them up."""

    members: Annotated[Int64, Meta(description="How many members this portion has.", examples=[20000])]
    moves: Annotated[list[TierOutlook], Meta(description="Those who would move, by where from and where to.")]
    has_more: Annotated[bool, Meta(description="True if there is another portion.", examples=[False])]
    next_cursor: Annotated[str | None, Meta(description="For the next portion.", examples=[None])]


class Reached(Answer, frozen=True, kw_only=True):
    """A reward, a tier or a challenge, and how many reach it."""

    kind: Annotated[str, Meta(description="reward, tier or challenge; more may be added.", examples=["reward"])]
    id: Annotated[str, Meta(description="Its id in the rulebook.", examples=["free-latte"])]
    members: Annotated[Int64, Meta(description="How many of the sample reach it.", examples=[310])]
    share_ppm: Annotated[Int32, Meta(description="The share of the sample, in millionths.", examples=[620000])]
    by_month: Annotated[
        list[Int64],
        Meta(description="How many have reached it at the start, after one month, two …", examples=[[40, 90, 310]]),
    ]


class ReachPreview(Answer, frozen=True, kw_only=True):
    """What share of the members reaches what, if they go on as they did."""

    months: Annotated[Int32, Meta(description="So many months back, and as many ahead.", examples=[6])]
    members: Annotated[Int64, Meta(description="How many members there are.", examples=[12000])]
    sample: Annotated[Int32, Meta(description="How many of them were looked at.", examples=[500])]
    reached: Annotated[list[Reached], Meta(description="Everything that can be reached.")]
    assumes: Annotated[list[str], Meta(description="What this supposes, one sentence each.")]
