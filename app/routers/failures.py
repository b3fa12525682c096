"""Exceptions that become answers: what the layers below raise, in the words of HTTP."""

from collections.abc import Callable, Coroutine
from typing import Any, Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from app.commands.personal import Refused
from app.commands.requests import KeyCancelled, KeyReused
from app.engine.refusals import Refusal
from app.repositories.database import Conflicted, Interrupted
from app.routers.problems import Rejected, refused, response

RETRY_AFTER_S: Final = 1


async def on_rejected(request: Request, error: Exception) -> Response:
    """The answer is a problem already."""
    assert isinstance(error, Rejected)
    return response(error, request.scope)


async def on_http_exception(request: Request, error: Exception) -> Response:
    """What the framework refuses by itself: unknown paths and methods."""
    assert isinstance(error, HTTPException)
    code = {404: "not_found", 405: "method_not_allowed"}.get(error.status_code, "invalid_request")
    return response(Rejected(code, headers=error.headers), request.scope)


async def on_key_reused(request: Request, error: Exception) -> Response:
    """An idempotency key of configuration came with another body."""
    del error
    return response(Rejected("idempotency_key_reused"), request.scope)


async def on_key_cancelled(request: Request, error: Exception) -> Response:
    """Whoever sent it had given it up before it arrived."""
    del error
    return response(Rejected("cancelled"), request.scope)


async def on_refused(request: Request, error: Exception) -> Response:
    """A member's profile could not be written."""
    assert isinstance(error, Refused)
    if error.reasons:
        return response(refused(Refusal(reasons=error.reasons), "mbr"), request.scope)
    return response(Rejected(error.code), request.scope)


async def on_interrupted(request: Request, error: Exception) -> Response:
    """The database could not be used, or not now."""
    del error
    return response(Rejected("unavailable", headers={"retry-after": str(RETRY_AFTER_S)}), request.scope)


Handler = Callable[[Request, Any], Coroutine[Any, Any, Response]]
HANDLERS: Final[dict[int | type[Exception], Handler]] = {
    Rejected: on_rejected,
    HTTPException: on_http_exception,
    KeyReused: on_key_reused,
    KeyCancelled: on_key_cancelled,
    Refused: on_refused,
    Interrupted: on_interrupted,
    Conflicted: on_interrupted,
}
