"""The scalar types of a rulebook: identifiers, codes, texts, dates, points and money, each with its limits."""

import re
from datetime import date
from typing import Annotated, Final

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic.config import JsonDict
from pydantic_core import PydanticCustomError

POINTS_MAX: Final = 10**9
MINOR_MAX: Final = 10**12

# Clients generate 32-bit money from an integer without a format.
INT64: Final[JsonDict] = {"format": "int64"}
INT32: Final[JsonDict] = {"format": "int32"}

_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def _parsed_date(value: object) -> object:
    """Read an ISO date in the same way from text and from JSON; a date-time is not a date."""
    if not isinstance(value, str):
        return value
    try:
        if _DATE.fullmatch(value):
            return date.fromisoformat(value)
    except ValueError:
        pass
    raise PydanticCustomError("date_invalid", "not a calendar date")


class Node(BaseModel):
    """What every part of a document has in common: frozen, strict, closed to unknown fields."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid", serialize_by_alias=True)


Slug = Annotated[
    str,
    Field(
        pattern=r"^[a-z0-9][a-z0-9_-]{0,63}$",
        description="An identifier: lower-case letters, digits, `-` and `_`, at most 64.",
        examples=["double-tuesday"],
    ),
]
Code = Annotated[
    str,
    Field(
        min_length=1,
        max_length=100,
        pattern=r"^[^\x00-\x1f\x7f]*$",
        description="A code of the shop's own systems, compared exactly.",
        examples=["coffee"],
    ),
]
Text = Annotated[
    str,
    Field(
        min_length=1,
        max_length=200,
        pattern=r"^[^\x00-\x1f\x7f]*$",
        description="A short text for people, in one language.",
        examples=["Double points on Tuesdays"],
    ),
]
Language = Annotated[
    str,
    Field(
        pattern=r"^[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?$",
        description="A language tag.",
        examples=["vi"],
    ),
]
Languages = Annotated[
    dict[Language, Text],
    Field(
        min_length=1,
        max_length=20,
        description="The same text in each language that the merchant has written it in.",
        examples=[{"en": "Double points on Tuesdays", "vi": "Nhân đôi điểm thứ Ba"}],
    ),
]
Url = Annotated[
    str,
    Field(
        max_length=500,
        pattern=r"^https?://[!-~]{1,490}$",
        description="An address on the web.",
        examples=["https://shop.example/badges/early-bird.png"],
    ),
]
LocalDate = Annotated[
    date,
    BeforeValidator(_parsed_date, json_schema_input_type=date),
    Field(description="A date in the programme's time zone.", examples=["2026-02-17"]),
]
TimeOfDay = Annotated[
    str,
    Field(
        pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$",
        description="A time of day in the programme's time zone, `HH:MM`.",
        examples=["14:00"],
    ),
]
Points = Annotated[
    int,
    Field(ge=1, le=POINTS_MAX, description="A number of points.", examples=[50], json_schema_extra=INT64),
]
PointsOrNone = Annotated[
    int,
    Field(
        ge=0, le=POINTS_MAX, description="A number of points, possibly zero.", examples=[500], json_schema_extra=INT64
    ),
]
Floor = Annotated[
    int,
    Field(ge=-POINTS_MAX, le=0, description="A balance, zero or negative.", examples=[-500], json_schema_extra=INT64),
]
Minor = Annotated[
    int,
    Field(
        ge=1,
        le=MINOR_MAX,
        description="Money in the smallest unit of the programme's currency (VND has no smaller unit; USD: cents).",
        examples=[1000],
        json_schema_extra=INT64,
    ),
]
MinorOrNone = Annotated[
    int,
    Field(
        ge=0,
        le=MINOR_MAX,
        description="Money in the smallest unit of the programme's currency, possibly zero.",
        examples=[50000],
        json_schema_extra=INT64,
    ),
]
Months = Annotated[int, Field(ge=1, le=1200, description="A number of months.", examples=[12], json_schema_extra=INT32)]
Days = Annotated[int, Field(ge=1, le=36500, description="A number of days.", examples=[90], json_schema_extra=INT32)]
Percent = Annotated[
    int, Field(ge=1, le=100, description="A share, in percent.", examples=[50], json_schema_extra=INT32)
]
