"""Errors as problem+json (RFC 9457), for everything that can go wrong."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Annotated, Any, Final
from uuid import UUID

from msgspec import Meta, Struct, json
from pydantic import ValidationError
from starlette.responses import Response
from starlette.types import Scope

from app.engine import typeids
from app.engine.refusals import Reason, Refusal
from app.routers.catalogue import FAULTS, KINDS
from app.routers.headers import header
from app.routers.languages import DEFAULT, negotiate, text
from app.routers.wire import Answer, Int32, Int64, quantity

MEDIA_TYPE: Final = "application/problem+json"
FAULTS_MAX: Final = 100
POINTER_LENGTH_MAX: Final = 300
REQUEST_ID: Final = "rung.request_id"
MICRO: Final = "_micro"


class FaultAnswer(Answer, frozen=True, kw_only=True):
    """One fault of the request, or one reason of a refusal."""

    pointer: Annotated[
        str | None,
        Meta(description="JSON pointer into the body; null if it is not about a field.", examples=["/lines/0/amount"]),
    ]
    parameter: Annotated[str | None, Meta(description="Header or query parameter that it is about.", examples=[None])]
    code: Annotated[str, Meta(description="Stable; new codes may be added.", examples=["too_small"])]
    detail: Annotated[str, Meta(description="One sentence in the language asked for.", examples=["At least: 0."])]
    numbers: Annotated[dict[str, Int64], Meta(description="The numbers of the reason.", examples=[{"minimum": 0}])]


class Problem(Answer, frozen=True, kw_only=True):
    """What went wrong (RFC 9457). `code` is stable and never translated; the sentences follow Accept-Language."""

    type: Annotated[
        str, Meta(description="A page about this type of problem.", examples=["/problems/insufficient_points"])
    ]
    title: Annotated[str, Meta(description="The type in a few words.", examples=["Not enough points"])]
    status: Annotated[Int32, Meta(description="The HTTP status.", examples=[409])]
    detail: Annotated[str, Meta(description="This occasion.", examples=["Points available: 40; asked for: 100."])]
    instance: Annotated[str, Meta(description="The path that was asked.", examples=["/v1/redemptions"])]
    code: Annotated[str, Meta(description="Stable; new codes may be added.", examples=["insufficient_points"])]
    request_id: Annotated[str, Meta(description="As in the header Request-Id.", examples=["5f0c9ad1b2c3d4e5f6a7b8c9"])]
    existing: Annotated[str | None, Meta(description="The id of what stands in the way.", examples=[None])]
    errors: Annotated[
        list[FaultAnswer],
        Meta(
            description="Every fault or reason.",
            examples=[
                [
                    {
                        "pointer": "/points",
                        "parameter": None,
                        "code": "insufficient_points",
                        "detail": "Points available: 40; asked for: 100.",
                        "numbers": {"available": 40, "requested": 100},
                    }
                ]
            ],
        ),
    ]


class Fault(Struct, frozen=True, kw_only=True):
    """A fault that was found, before it is put into words. `detail` overrides the catalogue's sentence."""

    code: str
    pointer: str | None = None
    parameter: str | None = None
    values: tuple[tuple[str, int | str], ...] = ()
    detail: str | None = None


class Rejected(Exception):
    """The answer is a problem. Raised anywhere below a route; nothing was written."""

    def __init__(
        self,
        code: str,
        faults: Iterable[Fault] = (),
        *,
        headers: Mapping[str, str] | None = None,
        existing: str | None = None,
        values: Mapping[str, int | str] | None = None,
    ) -> None:
        super().__init__(code)
        self.code = code
        self.faults = tuple(faults)
        self.headers = headers or {}
        self.existing = existing
        self.values = values or {}

    @property
    def status(self) -> int:
        return KINDS[self.code].status


def invalid(code: str, pointer: str | None, /, **values: int | str) -> Rejected:
    """A request with one fault in its body."""
    return Rejected("invalid_request", [Fault(code=code, pointer=pointer, values=tuple(values.items()))])


def refused(refusal: Refusal, prefix: str) -> Rejected:
    """A refusal of the engine as a problem. Raw ids in its reasons are those of facts with this prefix."""
    faults = [
        Fault(code=reason.code, pointer=reason.pointer or None, values=_known(reason, prefix))
        for reason in refusal.reasons
    ]
    values = dict(faults[0].values)
    existing = str(values["by"]) if "by" in values else None
    return Rejected(faults[0].code, faults, existing=existing, values=values)


def _known(reason: Reason, prefix: str) -> tuple[tuple[str, int | str], ...]:
    """The numbers of a reason as they are shown; sentences tell quantities in units, not in millionths."""
    shown = [
        (name, typeids.encode(prefix, UUID(str(value))) if name == "by" else value) for name, value in reason.numbers
    ]
    units = [(name.removesuffix(MICRO), quantity(int(value))) for name, value in shown if name.endswith(MICRO)]
    return (*shown, *units)


def problem(rejected: Rejected, language: str, *, instance: str, request_id: str) -> Problem:
    """The problem in words."""
    kind = KINDS[rejected.code]
    return Problem(
        type=f"/problems/{rejected.code}",
        title=text(language, kind.title),
        status=kind.status,
        detail=text(language, kind.detail, **rejected.values),
        instance=instance,
        code=rejected.code,
        request_id=request_id,
        existing=rejected.existing,
        errors=[_in_words(fault, language) for fault in rejected.faults],
    )


def _in_words(fault: Fault, language: str) -> FaultAnswer:
    values = dict(fault.values)
    template = FAULTS[fault.code] if fault.code in FAULTS else KINDS[fault.code].detail if fault.code in KINDS else ""
    return FaultAnswer(
        pointer=fault.pointer,
        parameter=fault.parameter,
        code=fault.code,
        detail=fault.detail if fault.detail is not None else text(language, template, **values),
        numbers={name: value for name, value in values.items() if isinstance(value, int)},
    )


def response(rejected: Rejected, scope: Scope) -> Response:
    """The problem as an answer to the request of this scope."""
    body = problem(
        rejected,
        negotiate(header(scope, b"accept-language")) or DEFAULT,
        instance=scope["path"],
        request_id=str(scope.get(REQUEST_ID, "")),
    )
    return Response(
        json.encode(body), status_code=rejected.status, media_type=MEDIA_TYPE, headers=dict(rejected.headers)
    )


def from_validation(error: ValidationError) -> Rejected:
    """Every fault that pydantic found, without a trace of the values."""
    found = error.errors(include_url=False, include_input=False)
    if len(found) == 1 and found[0]["type"] == "json_invalid":
        return Rejected("malformed_json")
    return Rejected(
        "invalid_request",
        [fault_of(item) for item in found[:FAULTS_MAX]],
    )


_TYPES: Final[Mapping[str, str]] = {
    "missing": "missing",
    "extra_forbidden": "unknown_field",
    "int_type": "not_an_integer",
    "int_parsing": "not_an_integer",
    "int_parsing_size": "not_an_integer",
    "int_from_float": "not_an_integer",
    "finite_number": "not_an_integer",
    "string_type": "not_a_string",
    "string_unicode": "wrong_format",
    "dict_type": "not_an_object",
    "model_type": "not_an_object",
    "model_attributes_type": "not_an_object",
    "list_type": "not_an_array",
    "tuple_type": "not_an_array",
    "bool_type": "not_a_boolean",
    "datetime_type": "not_an_instant",
    "datetime_parsing": "not_an_instant",
    "datetime_from_date_parsing": "not_an_instant",
    "datetime_object_invalid": "not_an_instant",
    "timezone_aware": "not_an_instant",
    "literal_error": "not_offered",
    "enum": "not_offered",
    "string_pattern_mismatch": "wrong_format",
}
_BOUNDS: Final[Mapping[str, tuple[str, str, str]]] = {
    "string_too_short": ("too_short", "min_length", "minimum"),
    "too_short": ("too_short", "min_length", "minimum"),
    "string_too_long": ("too_long", "max_length", "maximum"),
    "too_long": ("too_long", "max_length", "maximum"),
    "greater_than_equal": ("too_small", "ge", "minimum"),
    "less_than_equal": ("too_large", "le", "maximum"),
}


def fault_of(item: Mapping[str, Any]) -> Fault:
    """One fault that pydantic found."""
    kind, pointer, context = item["type"], pointer_of(item["loc"]), item.get("ctx", {})
    if kind in _BOUNDS:
        code, name, shown = _BOUNDS[kind]
        bound = context.get(name)
        if isinstance(bound, int):
            return Fault(code=code, pointer=pointer, values=((shown, bound),))
        return Fault(code="out_of_range", pointer=pointer)
    if kind == "less_than" and isinstance(context.get("lt"), datetime):
        return Fault(code="out_of_range", pointer=pointer)
    code = kind if kind in FAULTS else _TYPES.get(kind, "invalid")
    return Fault(code=code, pointer=pointer)


def pointer_of(location: Iterable[int | str]) -> str:
    """A JSON pointer (RFC 6901). Dictionary keys that pydantic marks with `[key]` stand for the entry itself."""
    steps = (str(step).replace("~", "~0").replace("/", "~1") for step in location if step != "[key]")
    return "".join(f"/{step}" for step in steps)[:POINTER_LENGTH_MAX]
