"""The OpenAPI file: committed, valid, and as every client generator needs it."""

import json
from collections.abc import Iterator
from typing import Any

from openapi_spec_validator import validate

from app.main import OPENAPI_FILE, describe
from app.routers import openapi
from app.routers.bodies import REQUESTS
from app.routers.catalogue import KINDS

FILE = describe()
OPERATIONS = [operation for item in FILE["paths"].values() for operation in item.values()]
# What tills and phones call; the rest may describe documents that need more.
TILLS = {"Purchases", "Refunds", "Redemptions", "Members", "Batch", "Phones"}


def nodes(value: Any, at: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every object of the file with its place."""
    if isinstance(value, dict):
        yield at, value
        for name, part in value.items():
            if name not in {"example", "examples", "default"}:
                yield from nodes(part, f"{at}/{name}")
    elif isinstance(value, list):
        for index, part in enumerate(value):
            yield from nodes(part, f"{at}/{index}")


def schemas_of(operation: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every schema that an operation reaches."""
    seen: set[str] = set()
    waiting = [operation]
    while waiting:
        for at, node in nodes(waiting.pop()):
            yield at, node
            reference = node.get("$ref")
            if reference is not None and reference not in seen:
                seen.add(reference)
                waiting.append(FILE["components"]["schemas"][reference.rsplit("/", 1)[1]])


def test_the_committed_file_is_the_codes() -> None:
    committed = OPENAPI_FILE.read_text(encoding="utf-8")
    assert committed == openapi.as_text(FILE), "run `make openapi` and look at what has changed"


def test_the_file_is_valid_openapi_3_1() -> None:
    assert FILE["openapi"].startswith("3.1")
    validate(json.loads(json.dumps(FILE)))


def test_every_operation_is_described() -> None:
    names = [operation["operationId"] for operation in OPERATIONS]
    assert len(set(names)) == len(names)
    for operation in OPERATIONS:
        assert operation["operationId"].count("_") >= 1
        assert operation["operationId"].islower()
        assert len(operation["tags"]) == 1
        assert operation["tags"][0] in {name for name, _ in openapi.TAGS}
        assert operation["summary"]
        assert operation["description"]
        assert {"500", "503"} <= set(operation["responses"])
        if "security" in operation:
            assert "401" in operation["responses"]
        body = operation.get("requestBody")
        if body is not None:
            assert body["content"]["application/json"]["example"]
            assert {"413", "415", "422"} <= set(operation["responses"])


def test_every_error_is_a_problem() -> None:
    for operation in OPERATIONS:
        for status, response in operation["responses"].items():
            if status >= "400" and operation["operationId"] != "get_readiness":
                schema = response["content"]["application/problem+json"]["schema"]
                assert schema == {"$ref": "#/components/schemas/Problem"}


def test_every_integer_says_how_long_it_is() -> None:
    for at, node in nodes(FILE):
        if node.get("type") == "integer":
            assert node.get("format") in {"int32", "int64"}, at


def test_tills_and_phones_meet_no_one_of() -> None:
    for operation in OPERATIONS:
        if operation["tags"][0] in TILLS:
            for at, node in schemas_of(operation):
                assert "oneOf" not in node, at
                assert "discriminator" not in node, at


def test_answers_are_open_and_complete_and_requests_are_closed() -> None:
    requests = {model.__name__ for model in REQUESTS} | {
        "LineAsked",
        "TenderAsked",
        "ConsentAsked",
        "CommandAsked",
        "RedemptionCancelAsked",
        "RefundLineAsked",
        "PointValueAsked",
        "DeedAsked",
        "InventedAsked",
        "ReturnAsked",
        "SpendingAsked",
        "StepAsked",
        "TakingAsked",
    }
    for name, schema in FILE["components"]["schemas"].items():
        if name in requests:
            assert schema["additionalProperties"] is False, name
        else:
            assert "additionalProperties" not in schema, name
            assert set(schema["required"]) == set(schema["properties"]), name
            assert all("default" not in part for part in schema["properties"].values()), name


def test_every_field_is_described() -> None:
    for name, schema in FILE["components"]["schemas"].items():
        for field, part in schema.get("properties", {}).items():
            assert "description" in part, f"{name}.{field}"


def test_every_reference_leads_somewhere() -> None:
    for at, node in nodes(FILE):
        reference = node.get("$ref")
        if reference is not None:
            assert reference.rsplit("/", 1)[1] in FILE["components"]["schemas"], at


def test_every_problem_has_a_status_that_means_failure() -> None:
    assert all(400 <= kind.status <= 503 for kind in KINDS.values())
