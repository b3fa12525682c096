"""What part of a price counts."""

from typing import Literal

from pydantic import Field

from app.engine.rulebook.values import Node


class Basis(Node):
    """What part of a line's price earns."""

    discounts: Literal["after", "before"] = Field(
        default="after", description="The price after or before discounts.", examples=["after"]
    )
    tax: Literal["with", "without"] = Field(
        default="with", description="The price with or without tax.", examples=["with"]
    )
    points_paid: Literal["without", "with"] = Field(
        default="without",
        description="Without or with the part that was paid with points.",
        examples=["without"],
    )
    gift_cards: Literal["with", "without"] = Field(
        default="with",
        description="With or without the part that was paid with gift cards.",
        examples=["with"],
    )
