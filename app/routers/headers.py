"""The headers that came with a request, read once: every route looks at several of them."""

from typing import Final

from starlette.types import Scope

_KEPT: Final = "rung.headers"


def headers(scope: Scope) -> dict[bytes, bytes]:
    """All of them by their names in small letters; of several with one name the first."""
    kept: dict[bytes, bytes] | None = scope.get(_KEPT)
    if kept is None:
        kept = scope[_KEPT] = dict(reversed(scope["headers"]))
    return kept


def header(scope: Scope, name: bytes) -> str | None:
    """The value of one, or None."""
    value = headers(scope).get(name)
    return None if value is None else value.decode("latin-1")
