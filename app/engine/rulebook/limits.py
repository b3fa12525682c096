"""The most that rules give beyond one purchase: to a member in a time, and of a budget to all members."""

from typing import Annotated, Final, Literal

from pydantic import Field

from app.engine.rulebook.values import INT32, Node, Points

LIMITS_MAX: Final = 6
TIMES_MAX: Final = 1_000_000

Per = Literal["day", "week", "month", "quarter", "year", "ever"]
Times = Annotated[
    int, Field(ge=1, le=TIMES_MAX, description="A number of times.", examples=[1], json_schema_extra=INT32)
]
Over = Literal["trim", "reject"]


class Limit(Node):
    """The most that a rule gives to one member in a time of the calendar, by the local day of the purchase."""

    per: Per = Field(description="In which time; weeks begin on Monday.", examples=["month"])
    points: Points | None = Field(default=None, description="The most points; null: no limit.", examples=[500])
    times: Times | None = Field(
        default=None, description="How often it gives points at most; null: no limit.", examples=[1]
    )
    over: Over = Field(
        default="trim",
        description="Points above the limit are cut off, or else the rule gives nothing this time.",
        examples=["trim"],
    )


class Budget(Node):
    """The most that a rule gives to all members together, as long as it is there."""

    points: Points = Field(description="The most points.", examples=[100000])
    over: Over = Field(
        default="trim",
        description="Points above what is left are cut off, or else the rule gives nothing this time.",
        examples=["trim"],
    )


class EarningLimit(Node):
    """The most that one member earns in a time of the calendar, over all rules of the main wallet."""

    per: Per = Field(description="In which time; weeks begin on Monday.", examples=["day"])
    points: Points = Field(description="The most points.", examples=[1000])
    over: Over = Field(
        default="trim",
        description="Points above the limit are cut off, or else the purchase gives nothing.",
        examples=["trim"],
    )
