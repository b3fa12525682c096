"""Random rulebooks out of the published JSON Schema, and lives under them.

A document is either made from nothing or is an example of ours in which parts were made anew, so that some pass every
check and many fail just one.
"""

import copy
import random
import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any, Final

from app.engine.rulebook.schema import json_schema

Json = Any

# Few names, so that what a document refers to is often there.
SLUGS: Final = ("base", "gold", "silver", "latte", "stamps", "points", "a", "b", "visit", "team", "weekly")
CODES: Final = ("D1", "D2", "app", "coffee", "tea", "cake", "latte-l", "cash")
NUMBERS: Final = (0, 1, 2, 3, 5, 7, 10, 12, 30, 100, 365, 1000, 10**6)
DATES: Final = ("2026-01-01", "2026-01-31", "2026-02-17", "2026-06-30", "2027-12-31")
TIMES: Final = ("00:00", "09:30", "14:00", "23:59")
DEPTH_MAX: Final = 12
NESTING: Final = frozenset({"condition", "conditions", "needs"})
OPTIONAL_SHARE: Final = 0.25


@cache
def schema() -> Json:
    """The published schema; to make it takes longer than to make a document."""
    return json_schema()


class Maker:
    """Makes values of the schema; what it makes follows from the seed."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)  # noqa: S311 - chance, no secret
        self.schema = schema()

    def document(self) -> Json:
        """A document from nothing."""
        return self.made(self.schema, 0)

    def varied(self, example: Json) -> Json:
        """An example in which one to three parts were made anew."""
        document = copy.deepcopy(example)
        for _ in range(self.rng.randint(1, 3)):
            places = list(_places(document, self.schema, self.resolved))
            holder, name, schema = self.rng.choice(places)
            holder[name] = self.made(schema, 4)
        return document

    def made(self, schema: Json, depth: int) -> Json:
        """A value of a part of the schema; sometimes, on purpose, of no part of it."""
        schema = self.resolved(schema)
        if self.rng.random() < 0.002:
            return self.rng.choice([None, -1, "", [], {}, 10**19, True, "x" * 300])
        if "const" in schema:
            return schema["const"]
        if "enum" in schema:
            return self.rng.choice(schema["enum"])
        for several in ("oneOf", "anyOf"):
            if several in schema:
                return self.made(self._alternative(schema[several], depth), depth + 1)
        maker: Callable[[Json, int], Json] = getattr(self, f"_{schema.get('type', 'object')}")
        return maker(schema, depth)

    def resolved(self, schema: Json) -> Json:
        while "$ref" in schema:
            schema = self.schema["$defs"][schema["$ref"].rpartition("/")[2]]
        return schema

    def _alternative(self, options: list[Json], depth: int) -> Json:
        """Deep down, one that ends: null, or a node without others of its sort inside."""
        if depth < DEPTH_MAX:
            return self.rng.choice(options)
        flat = [each for each in options if NESTING.isdisjoint(self.resolved(each).get("properties", {}))]
        return self.rng.choice(flat or options)

    def _object(self, schema: Json, depth: int) -> Json:
        if "patternProperties" in schema:
            return {"en": "Something", "vi": "Gì đó"}
        if "properties" not in schema:
            inner = schema.get("additionalProperties")
            if not isinstance(inner, dict):
                return {}
            return {self.rng.choice(SLUGS): self.made(inner, depth + 1) for _ in range(self.rng.randint(0, 2))}
        required = schema.get("required", ())
        return {
            name: self.made(part, depth + 1)
            for name, part in schema["properties"].items()
            if name in required or (depth < DEPTH_MAX and self.rng.random() < OPTIONAL_SHARE)
        }

    def _array(self, schema: Json, depth: int) -> Json:
        least, most = schema.get("minItems", 0), schema.get("maxItems", 5)
        count = min(most, least + self.rng.choice((0, 1, 1, 2)))
        if "prefixItems" in schema:
            return [self.made(each, depth + 1) for each in schema["prefixItems"]]
        return [self.made(schema["items"], depth + 1) for _ in range(count)]

    def _integer(self, schema: Json, _depth: int) -> int:
        least, most = schema.get("minimum", -(10**6)), schema.get("maximum", 10**9)
        inside = [number for number in NUMBERS if least <= number <= most]
        number: int = self.rng.choice([*inside, least, most] if self.rng.random() < 0.1 else inside or [least, most])
        return number

    def _number(self, schema: Json, depth: int) -> int:
        return self._integer(schema, depth)

    def _boolean(self, _schema: Json, _depth: int) -> bool:
        return self.rng.random() < 0.5

    def _null(self, _schema: Json, _depth: int) -> None:
        return None

    def _string(self, schema: Json, _depth: int) -> str:
        if schema.get("format") == "date":
            return self.rng.choice(DATES)
        pattern = schema.get("pattern", "")
        fitting = [text for text in (*SLUGS, *CODES, *TIMES, *DATES) if re.search(pattern, text)]
        examples = [text for text in schema.get("examples", ()) if isinstance(text, str)]
        return self.rng.choice(fitting[: len(SLUGS)] or examples or ["text"])


def _places(value: Json, schema: Json, resolved: Callable[[Json], Json]) -> Iterator[tuple[Json, str | int, Json]]:
    """Every part of a value that stands in an object or a list, with the schema of its own."""
    schema = resolved(schema)
    for several in ("anyOf", "oneOf"):
        for option in schema.get(several, ()):
            if _fits(value, resolved(option)):
                yield from _places(value, option, resolved)
                return
    if isinstance(value, dict) and "properties" in schema:
        for name, inner in value.items():
            if name in schema["properties"]:
                yield value, name, schema["properties"][name]
                yield from _places(inner, schema["properties"][name], resolved)
    if isinstance(value, list) and "items" in schema:
        for place, inner in enumerate(value):
            yield value, place, schema["items"]
            yield from _places(inner, schema["items"], resolved)


def _fits(value: Json, schema: Json) -> bool:
    """Whether a value is of this alternative: its kind for objects, its type otherwise."""
    kind = schema.get("properties", {}).get("kind", {}).get("const")
    if isinstance(value, dict):
        return "properties" in schema and kind in (None, value.get("kind"))
    return isinstance(value, list) and "items" in schema
