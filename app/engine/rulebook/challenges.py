"""Challenges: goals to be reached in a window of time, for a prize. Stamp cards and first steps are challenges."""

from typing import Annotated, Final, Literal

from pydantic import Field

from app.engine.rulebook.measures import Measure
from app.engine.rulebook.prizes import Prize
from app.engine.rulebook.values import INT32, INT64, MINOR_MAX, Languages, LocalDate, Node, Slug

CHALLENGES_MAX: Final = 50
GOALS_MAX: Final = 20
PAST_PERIODS_MAX: Final = 12
WINDOW_DAYS_MAX: Final = 366

Amount = Annotated[
    int,
    Field(
        ge=1,
        le=MINOR_MAX,
        description="How many, or how much, of what is measured.",
        examples=[10],
        json_schema_extra=INT64,
    ),
]


class OwnAverage(Node):
    """A target of one's own: the member's average in the periods before, and something more."""

    periods: int = Field(
        ge=1,
        le=PAST_PERIODS_MAX,
        description="The average of so many periods before this one, rounded down.",
        examples=[3],
        json_schema_extra=INT32,
    )
    plus: int = Field(
        default=0, ge=0, le=MINOR_MAX, description="So many more than that.", examples=[2], json_schema_extra=INT64
    )
    at_least: Amount = Field(default=1, description="The target is never less.", examples=[3])
    at_most: Amount | None = Field(default=None, description="The target is never more; null: no limit.", examples=[20])


class Goal(Node):
    """One thing to do, so often or so much."""

    id: Slug = Field(description="Unique in its challenge.", examples=["coffees"])
    title: Languages | None = Field(
        default=None, description="What members and cashiers read.", examples=[{"en": "Coffees", "vi": "Cà phê"}]
    )
    measure: Measure = Field(
        description="What counts.", examples=[{"kind": "sum", "what": "quantity", "items": {"categories": ["coffee"]}}]
    )
    target: Amount | None = Field(
        default=None, description="How many, or how much; absent: `own_average` says.", examples=[10]
    )
    own_average: OwnAverage | None = Field(
        default=None,
        description="A target for each member by what they did before; only in calendar periods.",
        examples=[{"periods": 3, "plus": 2, "at_least": 3}],
    )


class DatesWindow(Node):
    """Between two dates."""

    kind: Literal["dates"] = Field(description="Between two dates.", examples=["dates"])
    from_date: LocalDate = Field(alias="from", description="The first local date that counts.", examples=["2026-06-01"])
    until_date: LocalDate = Field(
        alias="until", description="The last local date that counts.", examples=["2026-08-31"]
    )


class EnrolledWindow(Node):
    """The first days of a membership."""

    kind: Literal["enrolled"] = Field(description="The first days of a membership.", examples=["enrolled"])
    days: int = Field(
        ge=1,
        le=WINDOW_DAYS_MAX,
        description="So many days, that of the enrolment included.",
        examples=[30],
        json_schema_extra=INT32,
    )


GoalCount = Annotated[
    int, Field(ge=1, le=GOALS_MAX, description="A number of goals.", examples=[2], json_schema_extra=INT32)
]


class PeriodWindow(Node):
    """A calendar period; each begins from nothing."""

    kind: Literal["calendar"] = Field(description="A calendar period.", examples=["calendar"])
    period: Literal["week", "month", "quarter", "year"] = Field(
        description="Which; weeks begin on Monday.", examples=["month"]
    )


Window = Annotated[DatesWindow | EnrolledWindow | PeriodWindow, Field(discriminator="kind")]


class Challenge(Node):
    """Goals, and what reaching them gives."""

    id: Slug = Field(description="Unique in this rulebook.", examples=["tenth-coffee"])
    title: Languages = Field(
        description="What members and cashiers read.",
        examples=[{"en": "The tenth coffee is free", "vi": "Ly cà phê thứ mười miễn phí"}],
    )
    description: Languages | None = Field(
        default=None, description="More about it.", examples=[{"en": "Every ten coffees, one is on us."}]
    )
    goals: Annotated[tuple[Goal, ...], Field(strict=False)] = Field(
        min_length=1,
        max_length=GOALS_MAX,
        description="What is to be done.",
        examples=[[{"id": "coffees", "measure": {"kind": "count"}, "target": 10}]],
    )
    need: Literal["all", "any"] = Field(default="all", description="All goals, or any one of them.", examples=["all"])
    need_goals: GoalCount | None = Field(
        default=None,
        description="So many of the goals, whichever; absent: as `need` says.",
        examples=[2],
    )
    order: Literal["any", "in_order"] = Field(
        default="any",
        description="Goals count side by side, or each only when the goals before it are reached: a journey.",
        examples=["any"],
    )
    window: Window | None = Field(
        default=None,
        description="When activities count; absent: always.",
        examples=[{"kind": "calendar", "period": "month"}],
    )
    deadline: LocalDate | None = Field(
        default=None,
        description="The last local date that counts, whatever the window; null: none.",
        examples=["2026-12-31"],
    )
    repeat: Literal["once", "each_window", "unlimited"] = Field(
        default="once",
        description="How often a member can complete it: once, once in each window, or again and again: what counts "
        "beyond the target counts towards the next time.",
        examples=["unlimited"],
    )
    prize: Prize = Field(description="What completing it gives.", examples=[{"gift": "free-latte", "gift_days": 30}])
    sticky: bool = Field(
        default=False,
        description="The prize stays with the member although refunds take away what it was given for.",
        examples=[False],
    )


Challenges = Annotated[tuple[Challenge, ...], Field(strict=False, max_length=CHALLENGES_MAX)]
