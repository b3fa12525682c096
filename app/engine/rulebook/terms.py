"""Terms of a programme besides earning: holds, transfers, staff, late purchases."""

from typing import Final, Literal

from pydantic import Field

from app.engine.rulebook.values import INT32, Node, Points, PointsOrNone

# A year, the longest with its leap day.
HOLD_MINUTES_MAX: Final = 527_040


class Holds(Node):
    """How long points may be set aside before they are paid or let go."""

    minutes: int = Field(
        default=15,
        ge=1,
        le=HOLD_MINUTES_MAX,
        description="How long a hold lasts, and each extension, where nobody says otherwise.",
        examples=[15],
        json_schema_extra=INT32,
    )
    life_minutes_max: int = Field(
        default=1440,
        ge=1,
        le=HOLD_MINUTES_MAX,
        description="The most that one hold lasts, extensions included.",
        examples=[1440],
        json_schema_extra=INT32,
    )


class Transfers(Node):
    """What members may give to each other."""

    minimum_points: Points = Field(default=1, description="The fewest points of one transfer.", examples=[100])
    maximum_points: Points | None = Field(
        default=None, description="The most points of one transfer; null: no limit.", examples=[5000]
    )
    per_day_points: Points | None = Field(
        default=None,
        description="The most points that a member may give away on one local day; null: no limit.",
        examples=[10000],
    )


class Adjustments(Node):
    """Corrections by staff."""

    approval_over_points: PointsOrNone | None = Field(
        default=None,
        description="An adjustment of more points than this, up or down, waits for a second person; null: none does.",
        examples=[1000],
    )


class Goodwill(Node):
    """What a till may give to make up for something."""

    points_per_staff_and_day: Points = Field(
        description="The most points that one member of staff may give on one local day.", examples=[200]
    )
    points_max: Points = Field(description="The most points at one time.", examples=[50])


class Late(Node):
    """Purchases that arrive late, or ahead of time."""

    days_max: int = Field(
        default=30,
        ge=0,
        le=3660,
        description="How old a purchase may be when it arrives; an older one needs an operator.",
        examples=[30],
        json_schema_extra=INT32,
    )
    clock_skew: Literal["accept", "refuse"] = Field(
        default="accept",
        description="A purchase from the future is judged at the time at which it arrives, with a warning, or refused.",
        examples=["accept"],
    )
