"""The tiers of a programme."""

from typing import Annotated, Final, Literal

from pydantic import Field

from app.engine.rulebook.lifetimes import Expiry
from app.engine.rulebook.values import Languages, Months, Node, PointsOrNone, Slug

LEVELS_MAX: Final = 12


class Level(Node):
    """One tier."""

    id: Slug = Field(description="Unique in this rulebook, and never removed.", examples=["vang"])
    title: Languages = Field(description="What members and cashiers read.", examples=[{"en": "Gold", "vi": "Vàng"}])
    from_points: PointsOrNone = Field(
        description="The qualifying points of the window from which a member has this level.",
        examples=[2000],
    )
    expiry: Expiry | None = Field(
        default=None,
        description="How long points of the main wallet are good that are earned at this level; absent: as long as "
        "the wallet says.",
        examples=[{"kind": "rolling", "months": 24}],
    )


class Tiers(Node):
    """The tiers of the programme, by points earned in a rolling window."""

    window_months: Months = Field(default=12, description="The points of how many months count.", examples=[12])
    review_months: Months = Field(
        default=12, description="A level that was reached is kept for so many months.", examples=[12]
    )
    demotion: Literal["to_qualified", "one_step", "never"] = Field(
        default="to_qualified",
        description="Where a review puts a member who no longer qualifies.",
        examples=["to_qualified"],
    )
    after_refund: Literal["at_review", "immediate", "never"] = Field(
        default="at_review",
        description="What a refund does that takes away points which a level needed: the next review looks at them "
        "(`at_review`), the member falls at once, or it never lowers a level.",
        examples=["at_review"],
    )
    promotion_earns: Literal["old", "new"] = Field(
        default="old",
        description="The level at which the purchase earns that crosses the line.",
        examples=["old"],
    )
    levels: Annotated[tuple[Level, ...], Field(strict=False)] = Field(
        min_length=1,
        max_length=LEVELS_MAX,
        description="From the base level, which starts at 0 points, upwards.",
        examples=[
            [
                {"id": "dong", "title": {"en": "Bronze"}, "from_points": 0},
                {"id": "vang", "title": {"en": "Gold"}, "from_points": 2000},
            ]
        ],
    )
