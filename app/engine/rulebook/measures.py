"""What is counted: activities, their amounts, or how many different things they were about."""

from typing import Annotated, Final, Literal

from pydantic import Field

from app.engine.rulebook.conditions import Condition
from app.engine.rulebook.items import ItemFilter
from app.engine.rulebook.values import Node, Slug

PURCHASES: Final = "purchases"
# Quantities are counted in millionths of a piece, everything else one by one.
MICRO: Final = 1_000_000


class _Counted(Node):
    """Which activities count."""

    of: Slug = Field(
        default=PURCHASES,
        description="What counts: `purchases`, or a kind of activity by its id.",
        examples=["purchases"],
    )
    when: Condition | None = Field(
        default=None,
        description="Those of them that count; absent: all.",
        examples=[{"kind": "store", "any_of": ["D1"]}],
    )
    items: ItemFilter | None = Field(
        default=None,
        description="The lines of a purchase that count; absent: all. Without such a line it does not count.",
        examples=[{"categories": ["coffee"]}],
    )


class CountOf(_Counted):
    """How many activities."""

    kind: Literal["count"] = Field(description="How many.", examples=["count"])


class SumOf(_Counted):
    """What the activities come to together."""

    kind: Literal["sum"] = Field(description="How much.", examples=["sum"])
    what: Literal["amount", "quantity", "points"] = Field(
        description="The money of the lines, in the smallest unit of the currency; their pieces; or the points of the "
        "main wallet that were earned.",
        examples=["quantity"],
    )


class DistinctOf(_Counted):
    """How many different things the activities were about."""

    kind: Literal["distinct"] = Field(description="How many different ones.", examples=["distinct"])
    what: Literal["stores", "channels", "skus", "categories", "days"] = Field(
        description="Different stores, channels, articles or categories, or days on which something counted.",
        examples=["stores"],
    )


Measure = Annotated[CountOf | SumOf | DistinctOf, Field(discriminator="kind")]


def unit(measure: Measure) -> int:
    """How many of the counter's units are one of what people count."""
    return MICRO if isinstance(measure, SumOf) and measure.what == "quantity" else 1
