"""What may be known of a member besides what they buy: attributes that the merchant declares."""

from typing import Annotated, Final, Literal

from pydantic import Field

from app.engine.rulebook.values import Languages, Node, Slug

ATTRIBUTES_MAX: Final = 50
CHOICES_MAX: Final = 100

# What an attribute may be.
Value = str | int | bool


class Attribute(Node):
    """Something that a shop knows of a member, and that conditions may ask about."""

    id: Slug = Field(description="Unique in this rulebook.", examples=["plan"])
    title: Languages = Field(description="What it is called.", examples=[{"en": "Plan", "vi": "Gói"}])
    kind: Literal["text", "number", "yes_no", "choice"] = Field(
        description="What its values are: a short text, a whole number, yes or no, or one of `choices`.",
        examples=["choice"],
    )
    choices: Annotated[tuple[Slug, ...], Field(strict=False)] | None = Field(
        default=None,
        min_length=1,
        max_length=CHOICES_MAX,
        description="The values of a `choice`.",
        examples=[["basic", "gold"]],
    )
    personal: bool = Field(
        default=False,
        description="It says something about the person and not about their dealings with the shop: tills may set it, "
        "and only keys with the scope `manager` and the member themselves read it.",
        examples=[False],
    )
