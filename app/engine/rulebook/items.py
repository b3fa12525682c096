"""Which lines of a basket something is about."""

from typing import Annotated, Final

from pydantic import Field

from app.engine.facts import Line
from app.engine.rulebook.values import Code, Node

CODES_MAX: Final = 500

# A parsed JSON array is a Python list, which strict mode would refuse where a tuple is declared.
Codes = Annotated[
    tuple[Code, ...],
    Field(
        strict=False,
        min_length=1,
        max_length=CODES_MAX,
        description="Codes of the shop's own systems, compared exactly.",
        examples=[["coffee", "tea"]],
    ),
]


class ItemFilter(Node):
    """Which lines a rule is about: in `categories` or `skus` (neither given: all), and in no exception."""

    categories: Codes | None = Field(
        default=None, description="Lines of these categories are in.", examples=[["coffee"]]
    )
    skus: Codes | None = Field(
        default=None,
        description="Lines of these skus are in, whatever their category.",
        examples=[["latte-l"]],
    )
    except_categories: Codes | None = Field(
        default=None, description="Lines of these categories are out.", examples=[["tobacco"]]
    )
    except_skus: Codes | None = Field(
        default=None, description="Lines of these skus are out.", examples=[["gift-card"]]
    )


def takes(items: ItemFilter | None, line: Line) -> bool:
    """Whether a line passes a filter; where there is none, every line does."""
    if items is None:
        return True
    is_listed = bool(items.categories or items.skus)
    if is_listed and line.category not in (items.categories or ()) and line.sku not in (items.skus or ()):
        return False
    return line.category not in (items.except_categories or ()) and line.sku not in (items.except_skus or ())
