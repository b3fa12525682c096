"""Activities that are no purchases: what is asked, and what is answered."""

from typing import Annotated, Final

from msgspec import Meta
from pydantic import Field

from app.engine.activity import Activity as Command
from app.engine.activity import Told
from app.routers.models_answered import ID, AwardedBeside, Decided, Fact, Reason
from app.routers.models_asked import ANY_AGE, METADATA_MAX, NOT_AFTER, MemberReference, MetadataKey, MetadataValue
from app.routers.models_games import GoalMoved, PrizeGiven, PrizeTakenBack
from app.routers.models_luck import Draw
from app.routers.wire import Asked, Code, Instant, InstantAsked, Int32, Int64, micros

FIELDS_MAX: Final = 20
NUMBER_MAX: Final = 10**9
# Texts are kept among the metadata, under the names of their fields after this.
TEXT: Final = "text:"

Number = Annotated[int, Field(ge=0, le=NUMBER_MAX, json_schema_extra={"format": "int64"})]


class ActivityAsked(Asked):
    """Something that a member did besides buying."""

    member: MemberReference
    kind: Code = Field(description="Its kind, by the id in the rulebook.", examples=["review"])
    numbers: dict[MetadataKey, Number] = Field(
        default_factory=dict, max_length=FIELDS_MAX, description="Fields that are numbers.", examples=[{"stars": 5}]
    )
    choices: dict[MetadataKey, Code] = Field(
        default_factory=dict, max_length=FIELDS_MAX, description="Fields of choices.", examples=[{"where": "web"}]
    )
    answers: dict[MetadataKey, bool] = Field(
        default_factory=dict, max_length=FIELDS_MAX, description="Fields of yes or no.", examples=[{"again": True}]
    )
    texts: dict[MetadataKey, MetadataValue] = Field(
        default_factory=dict,
        max_length=FIELDS_MAX,
        description="Fields that are texts. No rule reads them.",
        examples=[{"words": "Lovely"}],
    )
    store: Code | None = Field(default=None, description="Your store number.", examples=["D1"])
    channel: Code | None = Field(default=None, description="Where it was done.", examples=["app"])
    occurred_at: InstantAsked | None = Field(
        default=None,
        description="When it was done, as far back as a purchase may lie; absent: now.",
        examples=["2026-05-01T09:15:00+07:00"],
    )
    any_age: bool = Field(default=False, description=ANY_AGE, examples=[False])
    external_id: Code | None = Field(
        default=None, description="Your own id of it, unique per source.", examples=["review-4711"]
    )
    metadata: dict[MetadataKey, MetadataValue] = Field(
        default_factory=dict,
        max_length=METADATA_MAX,
        description="Kept and shown, read by no rule.",
        examples=[{"page": "12"}],
    )
    not_after: InstantAsked | None = Field(default=None, description=NOT_AFTER, examples=["2026-05-01T09:16:00+07:00"])

    def command(self) -> Command:
        """The command."""
        told = [Told(name=name, number=number) for name, number in self.numbers.items()]
        told += [Told(name=name, code=code) for name, code in self.choices.items()]
        told += [Told(name=name, number=int(answer)) for name, answer in self.answers.items()]
        told += [Told(name=name) for name in self.texts]
        return Command(
            kind=self.kind,
            told=tuple(sorted(told, key=lambda each: each.name)),
            occurred_us=None if self.occurred_at is None else micros(self.occurred_at),
            external_id=self.external_id,
            any_age=self.any_age,
            store=self.store,
            channel=self.channel,
            not_after_us=None if self.not_after is None else micros(self.not_after),
        )

    def kept(self) -> dict[str, str]:
        """What is kept beside the journal."""
        return {**self.metadata, **{TEXT + name: said for name, said in self.texts.items()}}


class Performed(Decided, frozen=True, kw_only=True):
    """What an activity does."""

    kind: Annotated[str, Meta(description="Its kind.", examples=["review"])]
    title: Annotated[str, Meta(description="What that is called in the language asked for.", examples=["Đánh giá"])]
    occurred_at: Annotated[Instant, Meta(description="The instant that it was judged at.")]
    counted: Annotated[
        bool, Meta(description="False: it was one too many, and is nothing but recorded.", examples=[True])
    ]
    points: Annotated[Int64, Meta(description="Points of all wallets.", examples=[20])]
    granted: Annotated[list[AwardedBeside], Meta(description="The same, wallet by wallet.")]
    prizes: Annotated[list[PrizeGiven], Meta(description="What it reached in challenges, streaks and tiers.")]
    progress: Annotated[
        list[GoalMoved], Meta(description="What it counted towards in challenges and streaks, and what is missing.")
    ]
    surprises: Annotated[list[Draw], Meta(description="The draws that came with it; of a quote their odds.")]
    rulebook_version: Annotated[Int32, Meta(description="The version that judged it.", examples=[3])]
    explanation: Annotated[list[Reason], Meta(description="Every rule that applied, in the order of evaluation.")]


class Activity(Performed, frozen=True, kw_only=True):
    """A recorded activity. The same for the first answer, for a retry and for ever after."""

    id: Annotated[str, Meta(description="The activity.", examples=[f"act_{ID}"])]
    member: Annotated[str, Meta(description="The member.", examples=[f"mbr_{ID}"])]
    external_id: Annotated[str | None, Meta(description="Your own id.", examples=["review-4711"])]
    texts: Annotated[dict[str, str], Meta(description="Its fields that are texts.", examples=[{"words": "Lovely"}])]
    metadata: Annotated[dict[str, str], Meta(description="As it was sent.", examples=[{"page": "12"}])]


class ActivityQuote(Performed, frozen=True, kw_only=True):
    """What an activity would do now."""

    member: Annotated[str, Meta(description="The member.", examples=[f"mbr_{ID}"])]


class ActivityCancellation(Fact, frozen=True, kw_only=True):
    """An activity that was undone."""

    id: Annotated[str, Meta(description="The cancellation.", examples=[f"acc_{ID}"])]
    activity: Annotated[str, Meta(description="The activity.", examples=[f"act_{ID}"])]
    points_asked: Annotated[Int64, Meta(description="Points asked back.", examples=[20])]
    points_taken: Annotated[Int64, Meta(description="Points taken, what is owed included.", examples=[20])]
    prizes: Annotated[list[PrizeTakenBack], Meta(description="What went back with it.")]
