"""Schemathesis over the whole API: whatever is sent, no 500, and every answer is as the OpenAPI file says."""

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from app.cli.cluster import Urls
from app.main import describe
from tests.api.conftest import OPERATOR, live
from tests.api.everything import MANAGERS, Fuzzed, prepared

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
schema = schemathesis.openapi.from_dict(describe())


@pytest.fixture(scope="module")
def target(module_database: Urls) -> Iterator[Fuzzed]:
    """A live server with a programme, a member and keys."""
    with live(module_database) as url:
        yield prepared(url)


def token_of(operation: dict[str, Any], target: Fuzzed) -> str | None:
    """The credential with which the operation gets past the door."""
    if "security" not in operation:
        return None
    wanted = next(iter(operation["security"][0]))
    if wanted == "key":
        return target.manager if operation["operationId"] in MANAGERS else target.pos
    return OPERATOR if wanted == "operator" else target.phone


def about_somebody(body: dict[str, Any], target: Fuzzed) -> dict[str, Any]:
    """The same body; half of the time what it names exists."""
    return {
        name: target.named[name] if name in target.named and len(str(value)) % 2 else value
        for name, value in body.items()
    }


@schema.parametrize()
@settings(
    max_examples=8,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_nothing_breaks_the_service(case: schemathesis.Case[Any], target: Fuzzed) -> None:
    token = token_of(case.operation.definition.raw, target)
    for name in case.path_parameters or {}:
        # Half of the time the thing exists, so that what lies behind the door is met as well.
        if len(str(case.path_parameters[name])) % 2 and name in target.ids:
            case.path_parameters[name] = target.ids[name]
    if isinstance(case.body, dict):
        case.body = about_somebody(case.body, target)
    headers = {} if token is None else {"authorization": f"Bearer {token}"}
    # The machine may be busy; what hangs is found all the same.
    response = case.call(base_url=target.url, headers=headers, timeout=60)
    case.validate_response(response, checks=CHECKS)
