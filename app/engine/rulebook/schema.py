"""The JSON Schema of a rulebook, for editors, merchants and clients."""

from typing import Any, Final

from pydantic.json_schema import GenerateJsonSchema

from app.engine.rulebook.document import Rulebook

DIALECT: Final = GenerateJsonSchema.schema_dialect


def json_schema() -> dict[str, Any]:
    """The schema of the document that a merchant writes; openapi/rulebook.schema.json is its copy.

    It knows shapes and limits. What relates one part to another, such as tiers that must exist, only the
    check knows.
    """
    return {"$schema": DIALECT, **Rulebook.model_json_schema(mode="validation")}
