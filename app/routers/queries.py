"""Reading a query: instants, local days, wallets, and whether a table is wanted. Every fault names its parameter."""

import re
from calendar import monthrange
from datetime import date, datetime
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError
from starlette.requests import Request

from app.routers.headers import header
from app.routers.problems import Fault, Rejected
from app.routers.wire import InstantAsked, micros

MAIN_WALLET: Final = "points"
CSV: Final = "text/csv"
_INSTANT: Final[TypeAdapter[datetime]] = TypeAdapter(InstantAsked)
_WALLET: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MONTH: Final = re.compile(r"[0-9]{4}-[0-9]{2}")
YEARS: Final = range(1970, 2200)


def parameter(name: str, description: str, example: str, **schema: Any) -> dict[str, Any]:
    """An optional query parameter, described."""
    return {
        "name": name,
        "in": "query",
        "required": False,
        "description": description,
        "schema": {"type": "string", **schema},
        "example": example,
    }


WALLET: Final = parameter(
    "wallet", "The wallet; absent: `points`, the main one.", MAIN_WALLET, pattern=f"^{_WALLET.pattern}$"
)
FORMAT: Final = parameter(
    "format", "`csv` for a table; absent: as `Accept` says, else JSON.", "csv", enum=["json", "csv"]
)


def fault(code: str, name: str) -> Rejected:
    """A request with one fault in its query."""
    return Rejected("invalid_request", [Fault(code=code, parameter=name)])


def instant_us(request: Request, name: str) -> int | None:
    """An instant with its offset. A `+` that was sent as it is arrives as a space, and stands for itself."""
    value = request.query_params.get(name)
    if value is None:
        return None
    try:
        return micros(_INSTANT.validate_strings(value.replace(" ", "+"), strict=True))
    except ValidationError:
        raise fault("not_an_instant", name) from None


def whole(request: Request, name: str, default: int, maximum: int, *, minimum: int = 1) -> int:
    """A whole number."""
    value = request.query_params.get(name, str(default))
    if re.fullmatch(r"[0-9]{1,16}", value) is None:
        raise fault("not_an_integer", name)
    if not minimum <= int(value) <= maximum:
        raise fault("out_of_range", name)
    return int(value)


def day(request: Request, name: str) -> int | None:
    """A local date, as an ordinal."""
    value = request.query_params.get(name)
    if value is None:
        return None
    if _DAY.fullmatch(value) is None or int(value[:4]) not in YEARS:
        raise fault("wrong_format", name)
    try:
        return date.fromisoformat(value).toordinal()
    except ValueError:
        raise fault("out_of_range", name) from None


def day_in_path(value: str) -> int:
    """A local date that is a part of a path."""
    try:
        found = date.fromisoformat(value) if _DAY.fullmatch(value) else None
    except ValueError:
        found = None
    if found is None or found.year not in YEARS:
        raise Rejected("not_found")
    return found.toordinal()


def month(request: Request, name: str) -> tuple[int, int] | None:
    """The first and the last day of a month `2026-03`."""
    value = request.query_params.get(name)
    if value is None:
        return None
    if _MONTH.fullmatch(value) is None:
        raise fault("wrong_format", name)
    year, number = int(value[:4]), int(value[5:])
    if year not in YEARS or not 1 <= number <= 12:
        raise fault("out_of_range", name)
    return date(year, number, 1).toordinal(), date(year, number, monthrange(year, number)[1]).toordinal()


def wallet(request: Request) -> str:
    """The wallet as the ledger calls it: the main one has no name there."""
    value = request.query_params.get("wallet", MAIN_WALLET)
    if _WALLET.fullmatch(value) is None:
        raise fault("wrong_format", "wallet")
    return "" if value == MAIN_WALLET else value


def day_of_month(day: int) -> int:
    """1 on the first of a month."""
    return date.fromordinal(day).day


def day_shown(day: int) -> str:
    """A local date as callers write it."""
    return date.fromordinal(day).isoformat()


def wants_csv(request: Request) -> bool:
    """Whether a table is asked for, by `format` or by the Accept header."""
    value = request.query_params.get("format")
    if value is None:
        accepted = header(request.scope, b"accept") or ""
        return any(part.split(";")[0].strip().lower() == CSV for part in accepted.split(","))
    if value not in {"json", "csv"}:
        raise fault("not_offered", "format")
    return value == "csv"
