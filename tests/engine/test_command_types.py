"""Commands carry no personal data and no free text: the types are walked, and every field has to be known here."""

import types
import typing
from collections.abc import Iterator
from uuid import UUID

import msgspec

from app.engine import activity, commands, estate, facts

# A field may only be added here with a reason: the shop's codes and numbers, and ids without a meaning of their own.
CODES = {
    "sku",
    "category",
    "currency",
    "store",
    "till",
    "staff",
    "channel",
    "kind",
    "external_id",
    # Of the rulebook: wallets, rewards and tiers, and what counts how often a member had one of them.
    "wallet",
    "reward",
    "tier",
    "name",
    "code",
    # Why something was done, out of a list that the merchant keeps.
    "reason",
    # Sets of tiers, and levels of them.
    "ladder",
    "floor",
    "forever",
}
NUMBERS = {
    "under",
    "quantity_micro",
    "amount_minor",
    "discount_minor",
    "tax_minor",
    "spend_minor",
    "points",
    "minutes",
    "quantity",
    "count",
    "number",
    "visits",
    "day",
    "occurred_us",
    "not_after_us",
    # When it was time to tell of a birthday, and how many days ahead of it: the day without the year, of an opaque id.
    "at_us",
    "days",
    "expires_us",
    "earned_us",
    "available_us",
    "lapses_us",
    "until_us",
    "life_until_us",
    "enrolled_us",
    "referral_until_us",
    "review_us",
    "floor_us",
    # Positions: of a line in its basket, of a lot on its account, of a version of the rulebook.
    "line",
    "lot",
    "referral_lot",
    "source",
    "shift",
    "rulebook",
    "level",
    # Points of a lot, by what became of them, and what is owed.
    "granted",
    "remaining",
    "used",
    "expired",
    "reversed",
    "uncollected",
    "moved",
    "held",
    "debt",
}
FLAGS = {"any_age", "never_expires", "pending", "lapses", "noticed", "blocked", "claimed"}
IDS = {
    "correction",
    "referrer",
    "purchase",
    "redemption",
    # Of a fact that rewarded a referrer; elsewhere the code of a reward.
    "reward",
    "replaces",
    "hold",
    "voucher",
    "adjustment",
    "activity",
    "referral_purchase",
    "transfer",
    "merge",
    "fact",
    # Members by the ids of ours, and keys of the API by theirs.
    "to",
    "sender",
    "household",
    "into",
    "member",
    "actor",
    "approver",
}
PARTS = {
    "basket",
    "lines",
    "tenders",
    "told",
    "parcels",
    "origin",
    "estate",
    "lots",
    "owed",
    "tallies",
    "holds",
    "draws",
    "counters",
    "continued",
    "heights",
}
STRUCTS = {
    commands.RefundLine,
    facts.Basket,
    facts.Line,
    facts.Tender,
    activity.Told,
    estate.Parcel,
    estate.Origin,
    estate.Estate,
    estate.Inherited,
    estate.Owed,
    estate.DayTally,
    estate.HeldOver,
    estate.HeldDraw,
    estate.Counted,
    estate.Continued,
    estate.Height,
}
ALLOWED: tuple[tuple[set[str], set[object]], ...] = (
    (CODES, {str}),
    (NUMBERS, {int}),
    (FLAGS, {bool}),
    (IDS, {UUID}),
    (PARTS, set(STRUCTS)),
)


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


def test_every_field_of_a_command_is_a_code_a_number_a_flag_or_an_id() -> None:
    for command in typing.get_args(commands.Command):
        for name, found in fields(command):
            allowed = {each for names, kinds in ALLOWED if name in names for each in kinds}
            assert allowed, f"{command.__name__}.{name}"
            assert found <= allowed, f"{command.__name__}.{name}: {found}"


def test_nothing_is_known_here_that_no_command_has() -> None:
    named = {name for command in typing.get_args(commands.Command) for name, _ in fields(command)}
    assert {name for names, _ in ALLOWED for name in names} == named


def test_every_command_is_frozen_and_has_a_tag_of_its_own() -> None:
    tags = [command.__struct_config__.tag for command in typing.get_args(commands.Command)]
    assert len(set(tags)) == len(tags)
    assert all(command.__struct_config__.frozen for command in typing.get_args(commands.Command))
