"""Surprises: after a purchase or another activity that meets their conditions, a draw with known odds."""

from typing import Annotated, Final, Literal

from pydantic import Field

from app.engine.rulebook.chances import Chances, NothingWeight
from app.engine.rulebook.conditions import Condition
from app.engine.rulebook.items import ItemFilter
from app.engine.rulebook.measures import PURCHASES
from app.engine.rulebook.values import INT64, POINTS_MAX, Languages, LocalDate, Node, Points, Slug

SURPRISES_MAX: Final = 20


class DrawLimit(Node):
    """How often one member draws."""

    per: Literal["day", "week", "month", "year", "ever"] = Field(
        description="In which time, by local days; weeks begin on Monday.", examples=["day"]
    )
    times: int = Field(ge=1, le=POINTS_MAX, description="At most so many draws.", examples=[1], json_schema_extra=INT64)


class Surprise(Node):
    """A draw that comes with an activity, and what can be won in it."""

    id: Slug = Field(description="Unique in this rulebook.", examples=["lucky-tuesday"])
    title: Languages = Field(
        description="What members and cashiers read.", examples=[{"en": "Lucky Tuesday", "vi": "Thứ Ba may mắn"}]
    )
    on: Slug = Field(
        default=PURCHASES,
        description="With what it comes: `purchases`, or a kind of activity by its id.",
        examples=["purchases"],
    )
    when: Condition | None = Field(
        default=None,
        description="With which of them; absent: with all.",
        examples=[{"kind": "weekday", "any_of": ["tue"]}],
    )
    items: ItemFilter | None = Field(
        default=None,
        description="Only with a purchase that has such a line; absent: with any.",
        examples=[{"categories": ["coffee"]}],
    )
    valid_from: LocalDate | None = Field(
        default=None, description="The first local date of it.", examples=["2026-06-01"]
    )
    valid_until: LocalDate | None = Field(
        default=None, description="The last local date of it.", examples=["2026-08-31"]
    )
    prizes: Chances = Field(
        description="What can be won.",
        examples=[[{"id": "points", "title": {"en": "50 points"}, "weight": 10, "prize": {"points": 50}}]],
    )
    nothing_weight: NothingWeight = Field(description="How likely it is to win nothing.", examples=[890])
    budget_points: Points | None = Field(
        default=None,
        description="The most points that it gives to all members together; null: without end. A prize that would "
        "pass it counts as nothing.",
        examples=[100000],
    )
    limit: DrawLimit | None = Field(
        default=None,
        description="How often one member draws; null: every time. A refund does not give a draw back.",
        examples=[{"per": "day", "times": 1}],
    )
    sticky: bool = Field(
        default=False,
        description="The prize stays with the member although a refund takes away what it came with.",
        examples=[False],
    )


Surprises = Annotated[
    tuple[Surprise, ...],
    Field(
        strict=False,
        max_length=SURPRISES_MAX,
        description="Draws that come with purchases and other activities.",
        examples=[
            [
                {
                    "id": "lucky",
                    "title": {"en": "Lucky day"},
                    "prizes": [{"id": "points", "title": {"en": "50 points"}, "weight": 1, "prize": {"points": 50}}],
                    "nothing_weight": 9,
                }
            ]
        ],
    ),
]
