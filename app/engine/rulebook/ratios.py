"""Exact factors."""

from typing import Final

from pydantic import Field

from app.engine.rulebook.values import INT32, Node

FACTOR_MAX: Final = 1_000_000


class Ratio(Node):
    """An exact factor."""

    numerator: int = Field(
        ge=0, le=FACTOR_MAX, description="3 in one and a half.", examples=[3], json_schema_extra=INT32
    )
    denominator: int = Field(
        ge=1, le=FACTOR_MAX, description="2 in one and a half.", examples=[2], json_schema_extra=INT32
    )
