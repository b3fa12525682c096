"""What may be known of a member besides what they buy: attributes that the merchant declares."""

from collections.abc import Iterator
from typing import Annotated, Final, Literal

from pydantic import Field

from app.engine.rulebook.faults import Fault, Place, fault_at
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


def faults_of_attributes(attributes: tuple[Attribute, ...]) -> Iterator[Fault]:
    """Ids and choices that are there twice, and choices where there are none to be."""
    seen: set[str] = set()
    for number, attribute in enumerate(attributes):
        place: Place = ("attributes", number)
        if attribute.id in seen:
            yield fault_at("duplicate_id", "Another attribute has this id.", *place, "id")
        seen.add(attribute.id)
        if attribute.kind == "choice" and attribute.choices is None:
            yield fault_at("required", "An attribute of this kind needs it.", *place, "choices")
        if attribute.kind != "choice" and attribute.choices is not None:
            yield fault_at("not_for_this_kind", "An attribute of this kind has none.", *place, "choices")
        for index, choice in enumerate(attribute.choices or ()):
            if choice in (attribute.choices or ())[:index]:
                yield fault_at("duplicate_id", "This choice is there already.", *place, "choices", index)
