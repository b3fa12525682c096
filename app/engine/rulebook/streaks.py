"""Streaks: something done in each of so many periods in a row."""

from typing import Annotated, Final, Literal

from pydantic import Field

from app.engine.rulebook.challenges import Amount
from app.engine.rulebook.measures import Measure
from app.engine.rulebook.prizes import Prize
from app.engine.rulebook.values import INT32, Languages, Node, Slug

STREAKS_MAX: Final = 20
MILESTONES_MAX: Final = 20
# The longest streaks that are counted: a year of days, two of weeks, five of months.
PERIODS_MAX: Final = {"day": 366, "week": 104, "month": 60}


class Milestone(Node):
    """What a streak of a certain length gives."""

    periods: int = Field(ge=1, le=366, description="So many periods in a row.", examples=[7], json_schema_extra=INT32)
    prize: Prize = Field(description="What that gives, once in a streak.", examples=[{"points": 50}])


class Streak(Node):
    """Something to be done period after period."""

    id: Slug = Field(description="Unique in this rulebook.", examples=["weekly-visit"])
    title: Languages = Field(
        description="What members and cashiers read.", examples=[{"en": "A visit a week", "vi": "Mỗi tuần một lần"}]
    )
    measure: Measure = Field(description="What counts.", examples=[{"kind": "count"}])
    period: Literal["day", "week", "month"] = Field(
        description="How long a period is; weeks begin on Monday.", examples=["week"]
    )
    at_least: Amount = Field(default=1, description="How much of it a period needs.", examples=[1])
    freezes: int = Field(
        default=0,
        ge=0,
        le=6,
        description="So many periods in a row without it do not break a streak; they do not count as done.",
        examples=[1],
        json_schema_extra=INT32,
    )
    milestones: Annotated[tuple[Milestone, ...], Field(strict=False)] = Field(
        min_length=1,
        max_length=MILESTONES_MAX,
        description="What it gives, shortest first.",
        examples=[[{"periods": 4, "prize": {"points": 50}}]],
    )
    repeat: bool = Field(
        default=False,
        description="After the last milestone a streak begins again from nothing, for the same prizes.",
        examples=[True],
    )
    sticky: bool = Field(
        default=False,
        description="Prizes stay with the member although refunds take away what they were given for.",
        examples=[False],
    )


Streaks = Annotated[tuple[Streak, ...], Field(strict=False, max_length=STREAKS_MAX)]
