"""Activities besides purchases: what kinds there are, what is told of them, and how often they count."""

from typing import Annotated, Final, Literal

from pydantic import Field

from app.engine.rulebook.values import INT32, POINTS_MAX, Code, Languages, Node, PointsOrNone, Slug

ACTIVITIES_MAX: Final = 50
FIELDS_MAX: Final = 20
CHOICES_MAX: Final = 100
LIMITS_MAX: Final = 5


class ActivityField(Node):
    """Something that is told of an activity."""

    id: Slug = Field(description="Unique in its kind of activity.", examples=["stars"])
    kind: Literal["text", "number", "yes_no", "choice"] = Field(
        description="A text, which is kept beside the journal like metadata; a whole number; yes or no; or one of "
        "`choices`.",
        examples=["number"],
    )
    required: bool = Field(default=False, description="An activity without it is refused.", examples=[True])
    minimum: PointsOrNone | None = Field(default=None, description="The least number.", examples=[1])
    maximum: PointsOrNone | None = Field(default=None, description="The largest number.", examples=[5])
    choices: Annotated[tuple[Code, ...], Field(strict=False)] | None = Field(
        default=None,
        min_length=1,
        max_length=CHOICES_MAX,
        description="What a `choice` may be.",
        examples=[["instagram", "zalo"]],
    )


class ActivityLimit(Node):
    """How often activities of a kind count."""

    per: Literal["day", "week", "month", "year", "ever"] = Field(
        description="In which time, by local days; weeks begin on Monday.", examples=["day"]
    )
    times: int = Field(ge=1, le=POINTS_MAX, description="At most so often.", examples=[1], json_schema_extra=INT32)


class ActivityKind(Node):
    """A kind of activity, such as a visit, a review, a survey answered, a profile completed."""

    id: Slug = Field(description="Unique in this rulebook, and not `purchases`.", examples=["review"])
    title: Languages = Field(
        description="What members and cashiers read.", examples=[{"en": "Review", "vi": "Đánh giá"}]
    )
    fields: Annotated[tuple[ActivityField, ...], Field(strict=False)] = Field(
        default=(),
        max_length=FIELDS_MAX,
        description="What is told of it.",
        examples=[[{"id": "stars", "kind": "number", "required": True, "minimum": 1, "maximum": 5}]],
    )
    limits: Annotated[tuple[ActivityLimit, ...], Field(strict=False)] = Field(
        default=(),
        max_length=LIMITS_MAX,
        description="How often such activities of one member count; none: always.",
        examples=[[{"per": "day", "times": 1}]],
    )
    over_limit: Literal["ignore", "refuse"] = Field(
        default="ignore",
        description="One activity too many is recorded with a warning and counts for nothing, or it is refused.",
        examples=["ignore"],
    )


Activities = Annotated[tuple[ActivityKind, ...], Field(strict=False, max_length=ACTIVITIES_MAX)]
