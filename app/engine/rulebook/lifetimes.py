"""How long points are good, and from when they can be spent."""

from typing import Annotated, Literal

from pydantic import Field

from app.engine.rulebook.values import INT32, Days, LocalDate, Months, Node


class NeverExpires(Node):
    """Points are good for ever."""

    kind: Literal["never"] = Field(description="Points are good for ever.", examples=["never"])


class RollingMonths(Node):
    """Points are good for so many months; 31 January plus one month is the last day of February."""

    kind: Literal["rolling"] = Field(description="So many months.", examples=["rolling"])
    months: Months = Field(
        description="The last good day is the same day of the month so many months later.",
        examples=[12],
    )


class RollingDays(Node):
    """Points are good for so many days."""

    kind: Literal["rolling_days"] = Field(description="So many days.", examples=["rolling_days"])
    days: Days = Field(description="The last good day is so many days later.", examples=[90])


class EndOfPeriod(Node):
    """Points are good until a month, quarter or year of the calendar ends."""

    kind: Literal["end_of_period"] = Field(
        description="Until a period of the calendar ends.", examples=["end_of_period"]
    )
    period: Literal["month", "quarter", "year"] = Field(description="Which period.", examples=["year"])
    periods: int = Field(
        ge=0,
        le=120,
        description="How many periods after the one in which they were earned; 0: that one.",
        examples=[1],
        json_schema_extra=INT32,
    )


class FixedDate(Node):
    """Points are good until a date, and those earned after it until it comes round again."""

    kind: Literal["fixed_date"] = Field(description="Until a date.", examples=["fixed_date"])
    date: LocalDate = Field(
        description="The last good day; for points earned later, the same day and month of the next year that lies "
        "ahead (28 February where there is no 29th).",
        examples=["2027-03-31"],
    )


class Inactivity(Node):
    """Points have no date of their own: all of them expire together when a member stays away for too long."""

    kind: Literal["inactivity"] = Field(description="When nothing happens for so long.", examples=["inactivity"])
    months: Months | None = Field(
        default=None,
        description="The last good day is the same day of the month so many months after the last activity.",
        examples=[12],
    )
    days: Days | None = Field(
        default=None,
        description="The last good day is so many days after the last activity. Either months or days.",
        examples=[None],
    )


Expiry = Annotated[
    NeverExpires | RollingMonths | RollingDays | EndOfPeriod | FixedDate | Inactivity, Field(discriminator="kind")
]


class PendingDays(Node):
    """Points can be spent when so many days have passed, such as those of a right of return."""

    kind: Literal["after_days"] = Field(description="After so many days.", examples=["after_days"])
    days: Days = Field(
        description="They can be spent from the first moment of the day that lies so many days after the purchase's.",
        examples=[14],
    )


class PendingEvent(Node):
    """Points can be spent when somebody confirms the purchase, such as when the order was delivered."""

    kind: Literal["event"] = Field(description="After a confirmation.", examples=["event"])


Pending = Annotated[PendingDays | PendingEvent, Field(discriminator="kind")]
