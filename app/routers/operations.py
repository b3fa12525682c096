"""Describing operations: what all have in common in the OpenAPI file, and the route class that serves them."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any, Final

from fastapi.routing import APIRoute
from msgspec import json
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from app.routers.catalogue import KINDS
from app.routers.problems import MEDIA_TYPE
from app.routers.wire import Answer

REF: Final = "#/components/schemas/"
OPERATOR, KEY, PHONE = "operator", "key", "member"
_TEXT: Final = {"type": "string"}
_TYPE: Final = (b"content-type", b"application/json")
_REPLAYED: Final = {"idempotent-replayed": "true"}
IDEMPOTENCY_KEY: Final = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": True,
    "description": "Unique per source. The same key with the same body gets the first answer again, marked with "
    "`Idempotent-Replayed: true`; with another body it is refused.",
    "schema": {"type": "string", "minLength": 8, "maxLength": 255, "pattern": "^[!-~]{8,255}$"},
    "example": "till-7-receipt-000123",
}
ACCEPT_LANGUAGE: Final = {
    "name": "Accept-Language",
    "in": "header",
    "required": False,
    "description": "The language of sentences: vi, kk, ru or en.",
    "schema": _TEXT,
    "example": "vi",
}
IF_MATCH: Final = {
    "name": "If-Match",
    "in": "header",
    "required": True,
    "description": "The ETag that was read.",
    "schema": _TEXT,
    "example": '"7c9f1d0a"',
}
IF_NONE_MATCH: Final = {
    "name": "If-None-Match",
    "in": "header",
    "required": False,
    "description": "The ETag that was read; 304 if nothing of what is shown has changed.",
    "schema": _TEXT,
    "example": '"7c9f1d0a"',
}
PAGING: Final = (
    {
        "name": "limit",
        "in": "query",
        "required": False,
        "description": "Rows per page.",
        "schema": {"type": "integer", "format": "int32", "minimum": 1, "maximum": 200, "default": 50},
        "example": 50,
    },
    {
        "name": "cursor",
        "in": "query",
        "required": False,
        "description": "`next_cursor` of the page before.",
        "schema": {"type": "string", "maxLength": 100},
        "example": "MTIz",
    },
)


class Plain(APIRoute):
    """Calls the endpoint with the request and the path's own parts, and nothing in between.

    The framework's dependency machinery and its exit stacks cost more than an earn does. Signature, models
    and extras still describe the operation; bodies and headers are read in `asking`.
    """

    def __init__(self, path: str, endpoint: Callable[..., Awaitable[Response]], **described: Any) -> None:
        super().__init__(path, endpoint, **described)

        async def serve(scope: Scope, receive: Receive, send: Send) -> None:
            answer = await endpoint(Request(scope, receive), **scope["path_params"])
            await answer(scope, receive, send)

        self.app = serve


def operation(
    operation_id: str,
    tag: str,
    summary: str,
    answer: type[Answer] | None,
    *,
    auth: str | None,
    problems: Iterable[str],
    parameters: Iterable[dict[str, Any]] = (),
    body: type[BaseModel] | None = None,
    example: dict[str, Any] | None = None,
    status: int = 200,
    replayable: bool = False,
    more_responses: dict[int | str, dict[str, Any]] | None = None,
) -> dict[str, Any]:
    """Arguments for a route's decorator. `problems` are codes; authentication's and our own failures are added."""
    always = ("internal_error", "unavailable", *(("unauthorized",) if auth else ()))
    extra: dict[str, Any] = {"parameters": [*parameters, ACCEPT_LANGUAGE]}
    if auth:
        extra["security"] = [{auth: []}]
    if body is not None:
        content: dict[str, Any] = {"schema": {"$ref": REF + body.__name__}}
        if example is not None:
            content["example"] = example
        extra["requestBody"] = {"required": True, "content": {"application/json": content}}
        problems = (*problems, "malformed_json", "invalid_request", "body_too_large", "unsupported_media_type")
    if replayable:
        problems = (*problems, "idempotency_key_missing", "idempotency_key_reused", "cancelled")
        extra["parameters"].insert(0, IDEMPOTENCY_KEY)
    described: dict[str, Any] = {
        "operation_id": operation_id,
        "tags": [tag],
        "summary": summary,
        "status_code": status,
        "responses": successes(status, answer) | failures((*problems, *always)) | (more_responses or {}),
        "openapi_extra": extra,
    }
    return described


def successes(status: int, answer: type[Answer] | None, description: str = "Done.") -> dict[int | str, dict[str, Any]]:
    """The answer of a request that was carried out; None is described by whoever asks."""
    if answer is None:
        return {}
    content = {"application/json": {"schema": {"$ref": REF + answer.__name__}}}
    return {status: {"description": description, "content": content}}


def failures(codes: Iterable[str]) -> dict[int | str, dict[str, Any]]:
    """Error responses by status, each naming its codes."""
    by_status: dict[int, list[str]] = {}
    for code in dict.fromkeys(codes):
        by_status.setdefault(KINDS[code].status, []).append(code)
    return {
        status: {
            "description": "; ".join(f"`{code}`: {KINDS[code].title}" for code in sorted(found)),
            "content": {MEDIA_TYPE: {"schema": {"$ref": REF + "Problem"}}},
        }
        for status, found in sorted(by_status.items())
    }


def answered(
    answer: Answer, status: int = 200, *, replayed: bool = False, headers: dict[str, str] | None = None
) -> Response:
    """A model as the body of an answer."""
    return Told(json.encode(answer), status, (headers or {}) | _REPLAYED if replayed else headers)


class Told(Response):
    """An answer in JSON. Its headers are known, so that they need not be made out one by one."""

    def __init__(self, body: bytes, status: int, headers: Mapping[str, str] | None) -> None:
        self.status_code = status
        self.body = body
        self.background = None
        self.raw_headers = [(b"content-length", b"%d" % len(body)), _TYPE]
        if headers:
            self.raw_headers += [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
