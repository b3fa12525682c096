"""The bytes of the journal: pinned, so that every row ever written can be read and its hash recomputed."""

import typing
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace

from app.engine.change import Change, Unbalanced
from app.engine.codec import decode_change, decode_command, encode
from app.engine.commands import Command, LetTimePass
from app.engine.ids import digest, external_key, fact_id, linked
from app.engine.movements import Entry, LotMove, NewLot
from app.engine.outcomes import Outcome
from app.repositories.journal import JournalRow, parts
from tests.engine import release_1
from tests.engine.release_1 import FACT, NOTHING
from tests.engine.samples import CHANGES, COMMANDS

SECRET = bytes(range(32))
# A line a sample: its name and its bytes. A field may only be appended, with a default, and its type's line then grows.
PINNED = dict(line.split(": ") for line in Path(__file__).with_name("pinned_bytes.txt").read_text().splitlines())


def name_of(value: Command | Change) -> str:
    return type(value.outcome if isinstance(value, Change) and not value.entries else value).__name__


@pytest.mark.parametrize("command", COMMANDS, ids=name_of)
def test_bytes_of_a_command(command: Command) -> None:
    data = encode(command)
    assert data.hex() == PINNED[name_of(command)]
    assert decode_command(data) == command


@pytest.mark.parametrize("change", CHANGES, ids=name_of)
def test_bytes_of_a_change(change: Change) -> None:
    data = encode(change)
    assert data.hex() == PINNED[name_of(change)]
    assert decode_change(data) == change


@pytest.mark.parametrize(("command", "data"), release_1.COMMANDS, ids=lambda value: type(value).__name__)
def test_a_command_of_release_1_is_still_the_same(command: Command, data: str) -> None:
    assert decode_command(bytes.fromhex(data)) == command
    assert decode_command(encode(command)) == command


@pytest.mark.parametrize(("change", "data"), release_1.CHANGES, ids=lambda value: type(value).__name__)
def test_a_change_of_release_1_is_still_the_same(change: Change, data: str) -> None:
    assert decode_change(bytes.fromhex(data)) == change
    assert decode_change(encode(change)) == change


def test_every_command_and_every_outcome_is_pinned() -> None:
    assert {type(command) for command in COMMANDS} == set(typing.get_args(Command))
    assert {type(change.outcome) for change in CHANGES} == set(typing.get_args(Outcome))
    assert set(PINNED) == {name_of(value) for value in (*COMMANDS, *CHANGES)}


def test_every_field_is_pinned_with_a_value_that_is_not_its_default() -> None:
    values = [value for root in (*COMMANDS, *CHANGES) for value in structs(root)]
    for kind in {type(value) for value in values}:
        for field in msgspec.structs.fields(kind):
            if not field.required:
                found = [getattr(value, field.name) for value in values if type(value) is kind]
                assert any(each != field.default for each in found), f"{kind.__name__}.{field.name}"


def structs(value: object) -> Iterator[msgspec.Struct]:
    """The structs that a value is made of, itself first."""
    if isinstance(value, msgspec.Struct):
        yield value
        for field in msgspec.structs.fields(value):
            yield from structs(getattr(value, field.name))
    elif isinstance(value, tuple):
        for part in value:
            yield from structs(part)


def test_a_change_that_does_not_balance_cannot_be_read() -> None:
    data = encode(NOTHING)
    with pytest.raises(Unbalanced):
        decode_change(data.replace(bytes([1, 0, 0, 0]), bytes([1, 7, 0, 0]), 1))


def test_a_change_that_does_not_balance_cannot_be_built() -> None:
    for fault in (
        {"balance_before": 1},
        {"debt_after": 1},
        {"lot_moves": (LotMove(number=1, used=1),)},
        {"new_lots": (NewLot(number=1, fact=FACT, earned_us=1, expires_us=None, granted=0),)},
        {"entries": (Entry(number=1, kind="accrual", points=1, balance_after=1, effective_us=1),)},
        {"entries": (Entry(number=1, kind="accrual", points=0, balance_after=1, effective_us=1),)},
    ):
        with pytest.raises(Unbalanced):
            replace(NOTHING, **fault)


def test_ids_follow_from_source_and_key() -> None:
    assert str(fact_id(SECRET, 3, "key-00000001")) == "14264113-547f-80d4-8b2c-eda35433faff"
    assert str(external_key(SECRET, 3, 2, "receipt-1")) == "683d08d2-acd9-8e74-831d-45e96d168430"
    assert len({fact_id(SECRET, source, "key") for source in range(-3, 3)}) == 6
    assert fact_id(SECRET, 1, "2:receipt") != external_key(SECRET, 1, 2, "receipt")


def test_links_of_the_chain() -> None:
    row = JournalRow(
        number=9,
        id=FACT,
        external_key=None,
        member=FACT,
        source=3,
        happened_us=1,
        decided_us=2,
        rulebooks_known=1,
        engine=1,
        command=LetTimePass(),
        change=NOTHING,
    )
    # The chain covers the bytes as they were written, so an older release's links stay what they were.
    data = next(data for change, data in release_1.CHANGES if change == NOTHING)
    one = parts(row, encode(row.command), bytes.fromhex(data))
    link = digest([one, one])
    assert linked(linked(b"", link), digest([one])).hex() == "46b7e653fde98734d6deac97057ba252"
    assert digest([one, one]) != digest([one])
    assert parts(row, encode(row.command), encode(row.change)) != one
