"""Commands carry no personal data and no free text: the types are walked, and every field has to be known here."""

import types
import typing
from collections.abc import Iterator
from uuid import UUID

import msgspec

from app.engine import commands, facts

# A field may only be added here with a reason: the shop's codes and numbers, and ids without a meaning of their own.
CODES = {"sku", "category", "currency", "store", "till", "staff", "channel", "kind", "external_id"}
NUMBERS = {
    "quantity_micro",
    "amount_minor",
    "discount_minor",
    "tax_minor",
    "points",
    "occurred_us",
}
IDS = {"referrer", "purchase", "redemption", "reward"}
PARTS = {"basket", "lines", "tenders"}
STRUCTS = {facts.Basket, facts.Line, facts.Tender}


def leaves(annotation: object) -> Iterator[object]:
    """The types that a value of this annotation is made of."""
    origin = typing.get_origin(annotation)
    if origin in (types.UnionType, typing.Union, tuple):
        for part in typing.get_args(annotation):
            if part is not Ellipsis:
                yield from leaves(part)
    else:
        yield annotation


def fields(struct: type[msgspec.Struct]) -> Iterator[tuple[str, set[object]]]:
    for field in msgspec.structs.fields(struct):
        found = set(leaves(field.type)) - {types.NoneType}
        yield field.name, found
        for part in found:
            if isinstance(part, type) and issubclass(part, msgspec.Struct):
                yield from fields(part)


def test_every_field_of_a_command_is_a_code_a_number_or_an_id() -> None:
    for command in typing.get_args(commands.Command):
        for name, found in fields(command):
            allowed: set[object] = (
                {str} if name in CODES else {int} if name in NUMBERS else {UUID} if name in IDS else set(STRUCTS)
            )
            assert name in CODES | NUMBERS | IDS | PARTS, f"{command.__name__}.{name}"
            assert found <= allowed, f"{command.__name__}.{name}: {found}"


def test_every_command_is_frozen_and_has_a_tag_of_its_own() -> None:
    tags = [command.__struct_config__.tag for command in typing.get_args(commands.Command)]
    assert sorted(tags) == list(range(1, len(tags) + 1))
    assert all(command.__struct_config__.frozen for command in typing.get_args(commands.Command))
