"""What rules ask about a purchase besides where, when and for how much it was made."""

from typing import Annotated, Final, Literal

from pydantic import Field

from app.engine.rulebook.items import Codes, ItemFilter
from app.engine.rulebook.values import INT32, Code, LocalDate, MinorOrNone, Node

LINES_MAX: Final = 10_000
UNITS_MAX: Final = 1_000_000

Units = Annotated[
    int,
    Field(
        ge=1,
        le=UNITS_MAX,
        description="A quantity in whole units: pieces, or kilograms where lines are weighed.",
        examples=[3],
        json_schema_extra=INT32,
    ),
]


class PaidWith(Node):
    """A part of the purchase was paid in one of these ways."""

    kind: Literal["tender"] = Field(description="The ways in which it was paid.", examples=["tender"])
    any_of: Annotated[tuple[Code, ...], Field(strict=False)] = Field(
        min_length=1,
        max_length=50,
        description="Kinds of tenders of which one is enough, as tills name them.",
        examples=[["card", "gift_card"]],
    )


class AtTill(Node):
    """The purchase was made at one of these tills. One without a till was made at none."""

    kind: Literal["till"] = Field(description="The till of the purchase.", examples=["till"])
    any_of: Codes = Field(description="The tills that count.", examples=[["self-checkout-1"]])


class ByStaff(Node):
    """One of these people served. A purchase without staff was served by nobody."""

    kind: Literal["staff"] = Field(description="Who served.", examples=["staff"])
    any_of: Codes = Field(description="The members of the staff who count.", examples=[["an.nguyen"]])


class OnDates(Node):
    """The purchase was made between two dates, both included, in the programme's zone."""

    kind: Literal["dates"] = Field(description="The local date.", examples=["dates"])
    from_date: LocalDate | None = Field(
        default=None, alias="from", description="The first date; absent: any before.", examples=["2026-02-17"]
    )
    until_date: LocalDate | None = Field(
        default=None, alias="until", description="The last date; absent: any after.", examples=["2026-02-23"]
    )


class InMonth(Node):
    """The purchase was made in one of these months of the year, in the programme's zone."""

    kind: Literal["month"] = Field(description="The local month.", examples=["month"])
    any_of: Annotated[
        tuple[
            Annotated[int, Field(ge=1, le=12, description="A month, 1 to 12.", examples=[12], json_schema_extra=INT32)],
            ...,
        ],
        Field(strict=False),
    ] = Field(min_length=1, max_length=12, description="The months that count, 1 to 12.", examples=[[6, 7, 8]])


class OnDayOfMonth(Node):
    """The purchase was made on one of these days of the month, in the programme's zone."""

    kind: Literal["day_of_month"] = Field(description="The local day of the month.", examples=["day_of_month"])
    any_of: Annotated[
        tuple[
            Annotated[
                int, Field(ge=1, le=31, description="A day of the month.", examples=[15], json_schema_extra=INT32)
            ],
            ...,
        ],
        Field(strict=False),
    ] = Field(
        min_length=1,
        max_length=31,
        description="The days that count, 1 to 31. A month without such a day has none.",
        examples=[[1, 15]],
    )


class HasItems(Node):
    """The basket holds enough of some goods. Where nothing is asked, one line of them is enough."""

    kind: Literal["has_items"] = Field(description="Goods in the basket.", examples=["has_items"])
    items: ItemFilter | None = Field(
        default=None, description="Which goods; absent: all.", examples=[{"categories": ["coffee"]}]
    )
    at_least_units: Units | None = Field(
        default=None, description="The least quantity of all their lines, in whole units.", examples=[3]
    )
    at_least_lines: (
        Annotated[
            int,
            Field(ge=1, le=LINES_MAX, description="A number of lines.", examples=[2], json_schema_extra=INT32),
        ]
        | None
    ) = Field(default=None, description="The least number of their lines.", examples=[2])
    items_at_least_minor: MinorOrNone | None = Field(
        default=None, description="The least that they cost together, after discounts and with tax.", examples=[50000]
    )
