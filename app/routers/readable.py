"""The engine's values with the names of their fields, for people who read what is kept of them."""

from typing import Any
from uuid import UUID

from msgspec import Struct


def readable(value: object) -> Any:
    """The same value made of objects, arrays and what JSON has. The journal itself leaves the names out."""
    match value:
        case Struct():
            fields = {name: readable(getattr(value, name)) for name in value.__struct_fields__}
            return {"is": type(value).__name__, **fields}
        case tuple() | list():
            return [readable(part) for part in value]
        case dict():
            return {str(name): readable(part) for name, part in value.items()}
        case UUID():
            return str(value)
        case _:
            return value
