"""Around every request, as plain ASGI: its id, the limit of its body, its headers, its time, and its crash."""

import re
import secrets
import time
from typing import Final

import structlog
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.routers.headers import headers
from app.routers.metrics import Metrics
from app.routers.problems import REQUEST_ID, Rejected, response

BODY_BYTES_MAX: Final = 1_048_576
BATCH_BYTES_MAX: Final = 8 * BODY_BYTES_MAX
BATCH_PATH: Final = "/v1/batch"
# Nobody is there any more to be answered; it stands in the metrics only.
CLIENT_GONE: Final = 499
METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_GIVEN_ID: Final = re.compile(rb"[A-Za-z0-9._-]{1,64}")
_HEADERS: Final = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-frame-options", b"DENY"),
)
_NO_STORE: Final = (b"cache-control", b"no-store")

log = structlog.get_logger()


class Edge:
    """The outermost layer of the application."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = time.perf_counter()
        declared, request_id = _read_headers(scope)
        scope[REQUEST_ID] = request_id
        status = 500
        is_answered = False
        marks = (*_HEADERS, (b"request-id", request_id.encode()))

        async def marked(message: Message) -> None:
            nonlocal status, is_answered
            if message["type"] == "http.response.start":
                status, is_answered = message["status"], True
                given = message["headers"]
                is_kept = any(name == b"cache-control" for name, _ in given)
                message["headers"] = [*given, *marks] if is_kept else [*given, *marks, _NO_STORE]
            await send(message)

        limit = BATCH_BYTES_MAX if scope["path"] == BATCH_PATH else BODY_BYTES_MAX
        try:
            if declared is not None and declared > limit:
                await _answer(_too_large(limit), scope, receive, marked)
            else:
                await self._app(scope, receive if declared is not None else _limited(receive, limit), marked)
        except ClientDisconnect:
            status = CLIENT_GONE
        except Exception:
            log.exception("request failed", request_id=request_id, path=scope["path"], method=scope["method"])
            if not is_answered:
                await _answer(Rejected("internal_error"), scope, receive, marked)
        finally:
            route = getattr(scope.get("route"), "path", "unmatched")
            method = scope["method"] if scope["method"] in METHODS else "other"
            self._metrics.observe(method, route, status, time.perf_counter() - started)


def _read_headers(scope: Scope) -> tuple[int | None, str]:
    """The declared length of the body (None: not declared), and the id of the request: the caller's if it has one."""
    given = headers(scope)
    declared, request_id = given.get(b"content-length"), given.get(b"request-id")
    return (
        int(declared) if declared is not None and declared.isdigit() else None,
        request_id.decode() if request_id is not None and _GIVEN_ID.fullmatch(request_id) else secrets.token_hex(12),
    )


def _limited(receive: Receive, limit: int) -> Receive:
    """The same messages, until a body of undeclared length has grown too large."""
    received = 0

    async def counted() -> Message:
        nonlocal received
        message = await receive()
        received += len(message.get("body", b""))
        if received > limit:
            raise _too_large(limit)
        return message

    return counted


def _too_large(limit: int) -> Rejected:
    return Rejected("body_too_large", headers={"connection": "close"}, values={"bytes_max": limit})


async def _answer(rejected: Rejected, scope: Scope, receive: Receive, send: Send) -> None:
    await response(rejected, scope)(scope, receive, send)
