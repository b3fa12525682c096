"""Faults of a document: where, which, and a plain sentence. What was written there is never repeated."""

from collections.abc import Iterator, Sequence
from typing import Final

from msgspec import Struct
from pydantic import ValidationError
from pydantic_core import ErrorDetails

# The steps that lead to a part of a document.
Place = tuple[str | int, ...]


class Fault(Struct, frozen=True, kw_only=True):
    """One thing wrong: a JSON pointer into the document, a stable code, a sentence."""

    pointer: str
    code: str
    detail: str


# What pydantic finds, in our words: its code to ours, and a sentence with the numbers of its limit.
_KINDS: Final = {
    "missing": ("required", "This field is required."),
    "extra_forbidden": ("unknown_field", "There is no such field."),
    "string_type": ("wrong_type", "Must be a text."),
    "string_unicode": ("invalid_text", "Must be valid Unicode."),
    "string_too_short": ("too_short", "Its length must be at least {min_length}."),
    "string_too_long": ("too_long", "Its length must be at most {max_length}."),
    "string_pattern_mismatch": ("invalid_format", "Does not have the form that this field needs."),
    "int_type": ("wrong_type", "Must be a whole number."),
    "int_parsing_size": ("too_large", "The number is too large."),
    "greater_than_equal": ("too_small", "Must be at least {ge}."),
    "less_than_equal": ("too_large", "Must be at most {le}."),
    "too_short": ("too_short", "It must have at least {min_length} entries."),
    "too_long": ("too_long", "It must have at most {max_length} entries."),
    "tuple_type": ("wrong_type", "Must be a list."),
    "dict_type": ("wrong_type", "Must be an object."),
    "model_type": ("wrong_type", "Must be an object."),
    "model_attributes_type": ("wrong_type", "Must be an object."),
    "date_type": ("wrong_type", "Must be a date, YYYY-MM-DD."),
    "date_invalid": ("invalid_format", "Must be a date of the calendar, YYYY-MM-DD."),
    "literal_error": ("unknown_value", "Must be {expected}."),
    "union_tag_not_found": ("required", "This field is required."),
    "union_tag_invalid": ("unknown_value", "Must be one of {expected_tags}."),
    "recursion_depth_exceeded": ("too_deep", "Is nested too deeply."),
}
_OTHERWISE: Final = ("invalid", "Is not valid.")


def faults_of(error: ValidationError, raw: object) -> Iterator[Fault]:
    """Every fault that pydantic found in a raw document, in the order of the document."""
    for detail in error.errors(include_url=False, include_input=False):
        if not _is_echo(detail, raw):
            yield _fault(detail, raw)


def _fault(detail: ErrorDetails, raw: object) -> Fault:
    code, sentence = _KINDS.get(detail["type"], _OTHERWISE)
    steps = [*_steps(detail["loc"], raw)]
    if detail["type"].startswith("union_tag"):
        steps.append("kind")
    return Fault(pointer=pointer(*steps), code=code, detail=sentence.format_map(detail.get("ctx", {})))


def _is_echo(detail: ErrorDetails, raw: object) -> bool:
    """A list counts as too short when its items are faulty; they are named already."""
    if detail["type"] != "too_short":
        return False
    node = raw
    for step in _steps(detail["loc"], raw):
        node = _child(node, step)
    return isinstance(node, list | dict) and len(node) >= detail["ctx"]["min_length"]


def fault_at(code: str, detail: str, *place: str | int) -> Fault:
    """A fault at a place of the document, told by the steps that lead there."""
    return Fault(pointer=pointer(*place), code=code, detail=detail)


def pointer(*steps: str | int) -> str:
    """A JSON pointer (RFC 6901)."""
    return "".join(f"/{str(step).replace('~', '~0').replace('/', '~1')}" for step in steps)


def _steps(location: Sequence[str | int], raw: object) -> Iterator[str | int]:
    """The way to a fault through the document: without the kinds of nodes, which pydantic puts between."""
    node, is_entered = raw, False
    for step in location:
        if step == "[key]":
            return
        if not is_entered and isinstance(node, dict) and node.get("kind") == step:
            is_entered = True
            continue
        yield step
        node, is_entered = _child(node, step), False


def _child(node: object, step: str | int) -> object:
    if isinstance(node, dict):
        return node.get(step)
    if isinstance(node, list) and isinstance(step, int) and step < len(node):
        return node[step]
    return None
