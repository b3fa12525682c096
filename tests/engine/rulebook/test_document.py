"""The document's schema: complete, described, and equal to the committed copy; and the examples that come with it."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema_rs import validator_for

from app.engine.rulebook.check import check
from app.engine.rulebook.compile import compile_rulebook
from app.engine.rulebook.document import Rulebook
from app.engine.rulebook.schema import json_schema

PROJECT = Path(__file__).parents[3]
EXAMPLES = sorted((PROJECT / "examples").glob("*.rulebook.json"))
SCHEMA = json_schema()


def fields() -> Iterator[tuple[str, dict[str, Any]]]:
    """Every field of every part, with its schema."""
    for part, schema in {**SCHEMA["$defs"], "Rulebook": SCHEMA}.items():
        for name, field in schema["properties"].items():
            yield f"{part}.{name}", field


# What a node says of itself where several stand in one place; the kinds of a reward are one node.
KINDS = {field["const"] for name, field in fields() if name.endswith(".kind") and "const" in field}


def described(field: dict[str, Any]) -> bool:
    """A field that says of itself what its part says already leaves it to that."""
    part = SCHEMA["$defs"].get(field.get("$ref", "").removeprefix("#/$defs/"), {})
    return bool(field.get("description") or part.get("description"))


def integers(schema: object) -> Iterator[dict[str, Any]]:
    """Every integer of a schema."""
    if isinstance(schema, dict):
        if schema.get("type") == "integer":
            yield schema
        for part in schema.values():
            yield from integers(part)
    if isinstance(schema, list):
        for part in schema:
            yield from integers(part)


def test_the_committed_schema_is_the_one_of_the_code() -> None:
    committed = (PROJECT / "openapi" / "rulebook.schema.json").read_text(encoding="utf-8")
    assert json.loads(committed) == SCHEMA, "rung rulebook schema > openapi/rulebook.schema.json"


def test_every_part_and_field_is_described_and_has_an_example() -> None:
    assert all(part["description"] for part in SCHEMA["$defs"].values())
    assert [name for name, field in fields() if not (described(field) and field.get("examples"))] == []


def test_the_example_of_each_field_is_valid() -> None:
    for name, field in fields():
        for example in field["examples"]:
            assert validator_for({**field, "$defs": SCHEMA["$defs"]}).is_valid(example), f"{name}: {example}"


def test_every_integer_has_a_format_and_bounds() -> None:
    for found in integers(SCHEMA):
        assert {"format", "minimum", "maximum"} <= set(found), found


def test_no_part_takes_unknown_fields() -> None:
    assert all(part["additionalProperties"] is False for part in [*SCHEMA["$defs"].values(), SCHEMA])


def test_kinds_and_fields_have_different_names() -> None:
    """Otherwise the way to a fault could be told wrongly: see faults.py."""
    assert KINDS & {name.split(".")[1] for name, _ in fields()} == set()


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_the_examples_pass_the_schema_and_the_check(path: Path) -> None:
    raw = json.loads(path.read_text(encoding="utf-8"))
    validator_for(SCHEMA).validate(raw)
    assert isinstance(check(raw, None), Rulebook), check(raw, None)


def test_the_examples_use_every_kind_of_condition_and_effect() -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in EXAMPLES)
    used = {kind for kind in KINDS if f'"kind": "{kind}"' in text}
    assert used == KINDS


def used(node: object) -> Iterator[str]:
    """The names of the fields of a document, and the kinds of its parts."""
    if isinstance(node, dict):
        for name, value in node.items():
            yield name
            if name == "kind":
                yield f"kind {value}"
            yield from used(value)
    if isinstance(node, list):
        for each in node:
            yield from used(each)


def test_the_supermarket_uses_all_that_there_is_and_what_excludes_it_stands_in_the_others() -> None:
    there = {name.split(".")[1] for name, _ in fields()} | {f"kind {kind}" for kind in KINDS}
    by_example = {path.name.split(".")[0]: set(used(json.loads(path.read_text("utf-8")))) for path in EXAMPLES}
    missing = there - by_example.pop("supermarket")
    assert missing == {
        # Its points need no waiting, and live as long as they are told: no fixed date, no inactivity.
        *("pending", "kind after_days", "kind event"),
        *("kind fixed_date", "date", "kind inactivity", "kind never"),
        # A pool of codes has to be imported first, and friends may buy anywhere.
        *("pool", "stores"),
        # The order of refunds matters where less is more.
        "at_most_minor",
    }
    assert missing <= set().union(*by_example.values())


def test_a_compiled_rulebook_keeps_its_document() -> None:
    document = check(json.loads(EXAMPLES[0].read_text(encoding="utf-8")), None)
    assert isinstance(document, Rulebook)
    assert compile_rulebook(document).document is document
