"""Chances: prizes with their odds, whether a purchase surprises with them or a wheel is turned for points."""

from collections.abc import Iterator
from typing import Annotated, Final, Literal

from pydantic import Field

from app.engine.rulebook.faults import Fault, Place, fault_at
from app.engine.rulebook.prizes import Prize, Prizes
from app.engine.rulebook.values import INT64, Languages, Node, Slug

CHANCES_MAX: Final = 50
WEIGHT_MAX: Final = 10**9
STOCK_MAX: Final = 10**9

Weight = Annotated[
    int,
    Field(
        ge=1,
        le=WEIGHT_MAX,
        description="How likely: its share of the weights of all prizes and of nothing.",
        examples=[10],
        json_schema_extra=INT64,
    ),
]
NothingWeight = Annotated[
    int,
    Field(
        ge=0,
        le=WEIGHT_MAX,
        description="How likely it is to win nothing, beside the weights of the prizes.",
        examples=[890],
        json_schema_extra=INT64,
    ),
]
Stock = Annotated[
    int,
    Field(ge=0, le=STOCK_MAX, description="A number of prizes.", examples=[100], json_schema_extra=INT64),
]


class Chance(Node):
    """One prize that a draw may stop at."""

    id: Slug = Field(
        description="Unique in its draw. Versions of the rulebook that keep the id share the stock.",
        examples=["free-latte"],
    )
    title: Languages = Field(
        description="What members and cashiers read.", examples=[{"en": "A free latte", "vi": "Một ly latte"}]
    )
    weight: Weight = Field(description="How likely it is.", examples=[10])
    prize: Prize = Field(description="What it gives.", examples=[{"points": 50}])
    stock: Stock | None = Field(
        default=None,
        description="How often it can be won, by all members together; null: without end. One that is gone counts as "
        "nothing: it makes no other prize likelier.",
        examples=[100],
    )


Chances = Annotated[
    tuple[Chance, ...],
    Field(
        strict=False,
        min_length=1,
        max_length=CHANCES_MAX,
        description="What can be won.",
        examples=[[{"id": "points", "title": {"en": "50 points"}, "weight": 10, "prize": {"points": 50}}]],
    ),
]


class Wheel(Node):
    """What a wheel of the catalogue can stop at."""

    prizes: Chances = Field(
        description="What can be won.",
        examples=[[{"id": "points", "title": {"en": "50 points"}, "weight": 10, "prize": {"points": 50}}]],
    )
    nothing_weight: NothingWeight = Field(
        default=0, description="How likely it is to win nothing; 0: every turn wins.", examples=[20]
    )
    cancel: Literal["final", "give_back"] = Field(
        default="final",
        description="`final`: a turn cannot be cancelled. `give_back`: staff can, which gives its points back and "
        "takes its prize; who lets them should look at how often they do.",
        examples=["final"],
    )


def weights_of(prizes: tuple[Chance, ...]) -> tuple[int, ...]:
    """The weights in the order of the prizes."""
    return tuple(chance.weight for chance in prizes)


def faults_of_chances(prizes: tuple[Chance, ...], nameable: Prizes, place: Place) -> Iterator[Fault]:
    """Ids are unique, and every prize names what there is."""
    seen: set[str] = set()
    for number, chance in enumerate(prizes):
        if chance.id in seen:
            yield fault_at("duplicate_id", "Another prize of this draw has this id.", *place, number, "id")
        seen.add(chance.id)
        yield from nameable.faults(chance.prize, (*place, number, "prize"))
