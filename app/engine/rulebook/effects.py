"""What rules give besides points for money: for units, by steps, for goods that are bought together."""

from typing import Annotated, Final, Literal

from pydantic import Field

from app.engine.rulebook.eligible import Basis
from app.engine.rulebook.items import ItemFilter
from app.engine.rulebook.purchase_conditions import Units
from app.engine.rulebook.values import INT64, MINOR_MAX, Languages, Node, Points, Slug
from app.engine.rulebook.wallets import Rounding

STEPS_MAX: Final = 50
GROUPS_MAX: Final = 50


class PerUnit(Node):
    """The base stage: `points` for every `units` of what the matching lines come to."""

    kind: Literal["per_unit"] = Field(description="Points for every so many units.", examples=["per_unit"])
    points: Points = Field(description="How many points.", examples=[1])
    units: Units = Field(default=1, description="For how many whole units.", examples=[1])
    counts: Literal["whole_sets", "exactly"] = Field(
        default="whole_sets",
        description="Only whole sets of so many units give points, over all lines or, where rounding is by line, of "
        "each line; or every part of a set gives its share.",
        examples=["whole_sets"],
    )
    rounding: Rounding | None = Field(
        default=None,
        description="How exact points become whole points; absent: as the wallet says.",
        examples=[{"mode": "down", "scope": "basket"}],
    )


class Step(Node):
    """One step of a table."""

    at_least: int = Field(
        ge=1,
        le=MINOR_MAX,
        description="From so much on: money in minor units, or whole units.",
        examples=[200000],
        json_schema_extra=INT64,
    )
    points: Points = Field(description="The points then, instead of those of lower steps.", examples=[20])


class StepTable(Node):
    """The add stage: points by how much the matching lines come to; those of the highest step that is reached.

    A table of one step is a threshold.
    """

    kind: Literal["step_table"] = Field(description="Points by steps.", examples=["step_table"])
    measures: Literal["amount", "units"] = Field(
        default="amount", description="What is measured: money, or quantity.", examples=["amount"]
    )
    steps: Annotated[tuple[Step, ...], Field(strict=False)] = Field(
        min_length=1,
        max_length=STEPS_MAX,
        description="The steps, from the lowest upwards.",
        examples=[[{"at_least": 200000, "points": 20}, {"at_least": 500000, "points": 60}]],
    )
    basis: Basis = Field(
        default=Basis(), description="What part of the price is measured.", examples=[{"discounts": "after"}]
    )


class BuyGet(Node):
    """The add stage: `points` for every set of `buy` units of the rule's goods and `get` units of `get_items`."""

    kind: Literal["buy_get"] = Field(description="Points for goods that are bought together.", examples=["buy_get"])
    points: Points = Field(description="How many points a set.", examples=[25])
    buy: Units = Field(description="So many units of the rule's own goods …", examples=[2])
    get: Units = Field(description="… and so many of the others. No unit counts twice.", examples=[1])
    get_items: ItemFilter | None = Field(
        default=None,
        description="The others; absent: the rule's own goods as well.",
        examples=[{"categories": ["cake"]}],
    )


class Group(Node):
    """Rules of which not all do their work together."""

    id: Slug = Field(description="Unique among the groups of this rulebook.", examples=["offers"])
    title: Languages | None = Field(
        default=None, description="What members and cashiers read.", examples=[{"en": "Offers", "vi": "Ưu đãi"}]
    )
    take: Literal["all", "best", "first"] = Field(
        description="Of those that apply: `all`, the one that gives the most by itself (`best`), or the `first` by "
        "stage, priority and id.",
        examples=["best"],
    )
