"""Reading a request: its body into a strict model, its headers, its page. Every fault is a Rejected with a pointer."""

import re
from typing import Any, Final, TypeVar
from uuid import UUID

from msgspec import Struct
from pydantic import ValidationError
from starlette.requests import Request

from app.commands.requests import Request as Configuring
from app.engine import typeids
from app.repositories.keys import Caller
from app.routers.headers import header
from app.routers.problems import Fault, Rejected, from_validation
from app.routers.wire import Asked, position_of

Model = TypeVar("Model", bound=Asked)
PAGE_DEFAULT: Final = 50
PAGE_MAX: Final = 200
CURSOR_LENGTH_MAX: Final = 100
_KEY: Final = re.compile(r"[\x21-\x7e]{8,255}")
_JSON: Final = re.compile(r"application/(?:[a-z0-9.+-]+\+)?json(?:\s*;.*)?", re.IGNORECASE)


class Page(Struct, frozen=True, kw_only=True):
    """Which part of a list: `after` is the position of the last row that was seen, in the list's own terms."""

    limit: int
    after: str | None


async def raw_body(request: Request) -> bytes:
    """The bytes of a JSON body."""
    if _JSON.fullmatch(header(request.scope, b"content-type") or "") is None:
        raise Rejected("unsupported_media_type")
    return await request.body()


async def body(request: Request, model: type[Model]) -> Model:
    """The body as a strict model."""
    return parsed(await raw_body(request), model)


def parsed(data: bytes, model: type[Model]) -> Model:
    """JSON as a strict model."""
    try:
        return model.model_validate_json(data)
    except ValidationError as error:
        raise from_validation(error) from None


def idempotency_key(request: Request) -> str:
    """The caller's key for this request."""
    key = header(request.scope, b"idempotency-key")
    if key is None:
        raise Rejected("idempotency_key_missing", [Fault(code="missing", parameter="Idempotency-Key")])
    if _KEY.fullmatch(key) is None:
        raise Rejected("idempotency_key_invalid", [Fault(code="wrong_format", parameter="Idempotency-Key")])
    return key


async def configuring(request: Request, caller: Caller) -> Configuring:
    """The request as it is recognised when it comes again: its key, and all that it asks, the address included."""
    return Configuring(
        scope=caller.program.id,
        source=caller.source,
        key=idempotency_key(request),
        body=request.url.path.encode() + b"\n" + await request.body(),
    )


def refuse_unstorable(document: dict[str, Any]) -> None:
    """Text with control characters would not fit into the database, and NaN is no JSON."""
    waiting: list[tuple[str, Any]] = [("/document", document)]
    while waiting:
        pointer, value = waiting.pop()
        if isinstance(value, dict):
            waiting.extend((pointer, key) for key in value)
            waiting.extend((f"{pointer}/{key}", part) for key, part in value.items())
        elif isinstance(value, list):
            waiting.extend((f"{pointer}/{index}", part) for index, part in enumerate(value))
        elif (isinstance(value, str) and "\x00" in value) or (isinstance(value, float) and value - value != 0):
            raise Rejected("invalid_request", [Fault(code="unstorable", pointer=pointer[:300])])


def page(request: Request) -> Page:
    """`?limit=1..200&cursor=`."""
    limit = request.query_params.get("limit", str(PAGE_DEFAULT))
    if not re.fullmatch(r"[0-9]{1,4}", limit):
        raise Rejected("invalid_request", [Fault(code="not_an_integer", parameter="limit")])
    if not 1 <= int(limit) <= PAGE_MAX:
        raise Rejected("invalid_request", [Fault(code="out_of_range", parameter="limit")])
    cursor = request.query_params.get("cursor")
    if cursor is None:
        return Page(limit=int(limit), after=None)
    after = position_of(cursor) if len(cursor) <= CURSOR_LENGTH_MAX else None
    if after is None:
        raise bad_cursor()
    return Page(limit=int(limit), after=after)


def bad_cursor() -> Rejected:
    """A cursor that is not ours."""
    return Rejected("invalid_request", [Fault(code="wrong_format", parameter="cursor")])


def number_after(page: Page) -> int | None:
    """The position as a number, for lists that are numbered."""
    if page.after is None:
        return None
    if not re.fullmatch(r"[0-9]{1,9}", page.after):
        raise bad_cursor()
    return int(page.after)


def id_after(page: Page, prefix: str) -> UUID | None:
    """The position as an id, for lists that go by id."""
    if page.after is None:
        return None
    found = typeids.decode(prefix, page.after)
    if found is None:
        raise bad_cursor()
    return found


def matches(header: str, etag: str) -> bool:
    """True if an If-Match or If-None-Match header names this strong ETag, or anything at all with `*`."""
    return header.strip() == "*" or etag in (tag.strip() for tag in header.split(","))


def matches_weakly(header: str, etag: str) -> bool:
    """The comparison of If-None-Match, for which `W/` makes no difference (RFC 9110, 13.1.2)."""
    return matches(",".join(tag.strip().removeprefix("W/") for tag in header.split(",")), etag)
